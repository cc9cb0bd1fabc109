"""A .env file that python-dotenv reads back exactly, and shells and Compose too where they can."""

from __future__ import annotations

import re

from sglang_envctl.exports.payload import Snapshot, not_text

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
# zsh takes = at the start of a word for the path of a command.
_PLAIN = re.compile(r"(?!=|.*:=)[A-Za-z0-9_./:@%+,=-]*")
# The brace at the end is optional so that what is no reference is passed over in one step.
_REFERENCE = re.compile(r"\$\{[^}:]*(?::-[^}]*)?(\}?)")
_KEEPS_QUOTES = re.compile(r"^[\s'\"]|\s#|[\r\n]")


def refusal(name: str, raw: str) -> str:
    """Why this cannot be carried, or ""."""
    if not _NAME.fullmatch(name):
        return "the name has characters that a .env file cannot hold"
    if why := not_text(raw):
        return why
    if any(match[1] for match in _REFERENCE.finditer(raw)):
        return "python-dotenv would replace ${...} in the value, whatever the quotes"
    if raw.endswith("\\") and not _unquotable(raw):
        return "python-dotenv before 1.2.3 takes the \\ at the end and the quote behind it for one"
    return ""


def render(snapshot: Snapshot) -> str:
    """One line, or one quoted block, for each assignment."""
    return "".join(f"{a.name}={quoted(a.raw)}\n" for a in snapshot.assignments)


def quoted(raw: str) -> str:
    """The plainest quoting that reads back as `raw`, one that shells share wherever there is one."""
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
    """Whether python-dotenv reads the text back without any quotes."""
    return not _KEEPS_QUOTES.search(raw)
