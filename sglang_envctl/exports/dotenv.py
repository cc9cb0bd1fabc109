"""A .env file that python-dotenv reads back exactly, and shells and Compose too where possible."""

from __future__ import annotations

import re

from sglang_envctl.exports.payload import Snapshot, not_text

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
# zsh expands = at the start of a word to the path of a command.
_PLAIN = re.compile(r"(?!=|.*:=)[A-Za-z0-9_./:@%+,=-]*")
# The closing brace is optional so that an unclosed reference is skipped in one step.
_REFERENCE = re.compile(r"\$\{[^}:]*(?::-[^}]*)?(\}?)")
_KEEPS_QUOTES = re.compile(r"^[\s'\"]|\s#|[\r\n]")


def refusal(name: str, raw: str) -> str:
    """Why the format cannot carry this assignment, or ""."""
    if not _NAME.fullmatch(name):
        return "the name has characters that a .env file does not allow"
    if why := not_text(raw):
        return why
    if any(match[1] for match in _REFERENCE.finditer(raw)):
        return "python-dotenv would replace ${...} in the value, even in quotes"
    if raw.endswith("\\") and not _unquotable(raw):
        return (
            "python-dotenv before 1.2.3 would read the final \\ as an escape of the closing quote"
        )
    return ""


def render(snapshot: Snapshot) -> str:
    """One line or one quoted block per assignment."""
    return "".join(f"{a.name}={quoted(a.raw)}\n" for a in snapshot.assignments)


def quoted(raw: str) -> str:
    """The simplest quoting that reads back as `raw`, one that shells share if possible."""
    if _PLAIN.fullmatch(raw) or (raw.endswith("\\") and _unquotable(raw)):
        return raw
    if not set(raw) & set("'\\\r"):
        return f"'{raw}'"
    if not set(raw) & set("$`\r"):
        return '"' + raw.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if "\r" not in raw:
        return "'" + raw.replace("\\", "\\\\").replace("'", "\\'") + "'"
    escaped = raw.replace("\\", "\\\\").replace('"', '\\"').replace("\r", "\\r")
    return f'"{escaped}"'


def _unquotable(raw: str) -> bool:
    """Whether python-dotenv reads the value back without quotes."""
    return not _KEEPS_QUOTES.search(raw)
