"""A YAML mapping of names to values, which every YAML parser reads as strings."""

from __future__ import annotations

import re
from collections.abc import Iterable

from sglang_envctl.exports.payload import Snapshot, not_text

_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
# Words that some parsers do not read as strings.
_WORDS = frozenset(["y", "n", "yes", "no", "on", "off", "true", "false", "null"])
_LONGEST_KEY = 1024
_NAMED = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def refusal(name: str, raw: str) -> str:
    """Return why the format cannot represent this assignment; empty if it can."""
    if why := not_text(name, "name") or not_text(raw):
        return why
    return "the name is longer than YAML allows for a key" if len(key(name)) > _LONGEST_KEY else ""


def render(snapshot: Snapshot) -> str:
    """Return one mapping."""
    return mapping((a.name, a.raw) for a in snapshot.assignments)


def mapping(pairs: Iterable[tuple[str, str]], indent: str = "") -> str:
    """Return the lines of a block mapping, or an empty mapping."""
    lines = "".join(f"{indent}{key(name)}: {quoted(raw)}\n" for name, raw in pairs)
    return lines or f"{indent}{{}}\n"


def key(name: str) -> str:
    """Return a name as a key that every parser reads as a string."""
    return name if _KEY.fullmatch(name) and name.lower() not in _WORDS else quoted(name)


def quoted(text: str) -> str:
    """Return a double-quoted scalar on one line."""
    return f'"{"".join(map(_escaped, text))}"'


def _escaped(char: str) -> str:
    if char in _NAMED:
        return _NAMED[char]
    if char.isprintable():
        return char
    code = ord(char)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
