"""A systemd unit as sections and assignments, and the words of a value, as systemd takes them apart."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from sglang_envctl.sources.comments import ignored
from sglang_envctl.sources.continued import Starts, line_at

_ESCAPES = {
    "a": 7, "b": 8, "f": 12, "n": 10, "r": 13, "t": 9, "v": 11, "\\": 92, '"': 34, "'": 39, "s": 32,
}  # fmt: skip
_CODE = re.compile(r"x([0-9A-Fa-f]{2})|([0-3][0-7]{2})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})")
_BLANKS = " \t\n\r"


class Entry(NamedTuple):
    """One `KEY=value` of a unit."""

    section: str
    """Empty in front of the first one."""
    key: str
    value: str
    starts: Starts
    ignores: frozenset[str]
    """Rules that a comment above silences."""

    @property
    def line(self) -> int:
        return self.starts[0][1]

    @property
    def lines(self) -> tuple[int, ...]:
        return tuple(line for _, line in self.starts)


class Word(NamedTuple):
    """One word of a value, unquoted."""

    text: str
    line: int


class BadHeaderError(ValueError):
    """A line begins like the header of a section and does not end like one."""

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line


class BadWordError(ValueError):
    """A quote is not closed, or an escape is none; systemd drops the word and all behind it."""


def entries(text: str) -> Iterator[Entry]:
    """The assignments of a unit, whatever their sections.

    Raises:
        BadHeaderError: systemd refuses the whole file from there on.
    """
    section, pending = "", frozenset[str]()
    for whole, starts, comments in _logical(text):
        pending |= frozenset().union(*(ignored(c.lstrip("; \t")) for c in comments))
        line = whole.strip(_BLANKS)
        if line.startswith("["):
            if not line.endswith("]"):
                raise BadHeaderError(starts[0][1])
            section = line[1:-1]
        key, equals, rest = whole.partition("=")
        if equals and key.strip(_BLANKS) and not line.startswith("["):
            value = rest.strip(_BLANKS)
            skipped = len(key) + 1 + len(rest) - len(rest.lstrip(_BLANKS))
            moved = tuple((start - skipped, number) for start, number in starts)
            yield Entry(section, key.strip(_BLANKS), value, moved, pending)
        pending = frozenset()


def _logical(text: str) -> Iterator[tuple[str, Starts, list[str]]]:
    """Lines put together, each with the comments above it and in it."""
    pieces: list[str] = []
    starts: list[tuple[int, int]] = []
    comments: list[str] = []
    length = 0
    for number, line in enumerate(text.split("\n"), 1):
        if line.lstrip(_BLANKS).startswith(("#", ";")):
            comments.append(line)
            continue
        ends = (len(line) - len(line.rstrip("\\"))) % 2
        starts.append((length, number))
        pieces.append(f"{line[:-1]} " if ends else line)
        length += len(line)
        if not ends:
            yield "".join(pieces), tuple(starts), comments
            pieces, starts, comments, length = [], [], [], 0
    if pieces:
        yield "".join(pieces), tuple(starts), comments


def words(entry: Entry) -> Iterator[Word]:
    """The words of a value, quotes and C escapes resolved.

    Raises:
        BadWordError: behind the words that are well formed.
    """
    text, at = entry.value, 0
    while at < len(text):
        if text[at] in _BLANKS:
            at += 1
            continue
        start = at
        word, at = _word(text, at)
        yield Word(word, line_at(entry.starts, start))


def _word(text: str, at: int) -> tuple[str, int]:
    found = bytearray()
    quote = ""
    while at < len(text):
        char = text[at]
        if char == "\\":
            code, at = _escape(text, at + 1)
            found += code
            continue
        at += 1
        if char == quote:
            quote = ""
        elif not quote and char in "'\"":
            quote = char
        elif not quote and char in _BLANKS:
            break
        else:
            found += char.encode("utf-8", "surrogateescape")
    if quote:
        raise BadWordError
    return found.decode("utf-8", "surrogateescape"), at


def _escape(text: str, at: int) -> tuple[bytes, int]:
    """What a C escape stands for, and where it ends."""
    if text[at : at + 1] in _ESCAPES:
        return bytes([_ESCAPES[text[at]]]), at + 1
    match = _CODE.match(text, at)
    if not match:
        raise BadWordError
    eight_bit = int(match[1], 16) if match[1] else int(match[2] or "0", 8)
    code = eight_bit or int(match[3] or match[4] or "0", 16)
    if not code or code > 0x10FFFF or 0xD800 <= code < 0xE000:
        raise BadWordError
    return bytes([code]) if eight_bit else chr(code).encode(), match.end()
