"""The file that `EnvironmentFile=` of a systemd unit names, as systemd reads it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_BLANKS = " \t\n\r"
_ESCAPED = '"\\`$'
NAME = r"[A-Za-z_][A-Za-z0-9_]*"
_QUOTED = re.compile(r"""(?s)'([^']*)(?:'|\Z)|"([^"\\]*(?:\\.[^"\\]*)*)(?:"|\\?\Z)""")
_IN_DOUBLE = r"(?s)\\(.)"


class Line(NamedTuple):
    """One assignment of the file."""

    name: str
    raw: str
    line: int


def valid(name: str, raw: str) -> bool:
    """Whether systemd takes an assignment rather than drop it."""
    return bool(re.fullmatch(NAME, name)) and (
        raw.isascii() or not any("\ud800" <= char <= "\udfff" for char in raw)
    )


def assignments(text: str) -> Iterator[Line]:
    """The assignments of a file, those included that systemd drops; see `valid`."""
    at, line = 0, 1
    while at < len(text):
        start = at
        while start < len(text) and text[start] in _BLANKS:
            start += 1
        line += text.count("\n", at, start)
        end = _end(text, start)
        if start == len(text):
            return
        if text[start] in "#;":
            at = end
            continue
        equals = text.find("=", start + 1, end)
        if equals < 0:
            at = end
            continue
        raw, at = _value(text, equals + 1)
        yield Line(text[start:equals].rstrip(_BLANKS), raw, line)
        line += text.count("\n", start, at)


def _end(text: str, at: int) -> int:
    """Where the line ends; CR ends one too."""
    ends = [end for end in (text.find("\n", at), text.find("\r", at)) if end >= 0]
    return min(ends, default=len(text))


def _value(text: str, at: int) -> tuple[str, int]:
    """A value and where it ends: unquoted, quoted, or several of those in a row."""
    found: list[str] = []
    kept = 0
    """How many of these no blank at the end can take away."""
    plain = False
    """Whether something stood there without quotes; from then on a quote is a letter."""
    while at < len(text) and text[at] not in "\n\r":
        char = text[at]
        if not plain and (quoted := _QUOTED.match(text, at)):
            single, double = quoted.groups()
            found.append(re.sub(_IN_DOUBLE, _unescaped, double) if single is None else single)
            at, kept = quoted.end(), len(found)
        elif char == "\\":
            found.append(text[at + 1 : at + 2].strip("\n\r"))
            at, kept, plain = at + 2, len(found), True
        else:
            plain = plain or char not in _BLANKS
            if plain:
                found.append(char)
            at, kept = at + 1, kept if char in _BLANKS else len(found)
    return "".join(found[:kept]), at


def _unescaped(match: re.Match[str]) -> str:
    char = match[1]
    return "" if char == "\n" else char if char in _ESCAPED else match[0]
