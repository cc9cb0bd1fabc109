"""Keep a document as the editor has it, and convert places to the editor's units."""

from __future__ import annotations

import os
import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from lsprotocol.types import Position, Range
from pygls.workspace import PositionCodec, TextDocument

WORD = re.compile(r"[A-Za-z_]\w*", re.ASCII)


@dataclass(frozen=True)
class Document:
    """One version of a document. Lines and columns count from 0, columns in characters."""

    uri: str
    path: str
    """An absolute path, which may not exist."""
    version: int | None
    text: str
    codec: PositionCodec
    language: str = ""
    """The document's language, according to the editor."""

    @classmethod
    def of(cls, open_: TextDocument) -> Document:
        """Return a document of pygls as a `Document`."""
        path = os.path.abspath(open_.path)
        codec, language = open_.position_codec, open_.language_id or ""
        return cls(open_.uri, path, open_.version, open_.source, codec, language)

    @property
    def data(self) -> bytes:
        """The bytes that a program would read; half of a surrogate pair becomes a question mark."""
        return self.text.encode("utf-8", "replace")

    @cached_property
    def lines(self) -> list[str]:
        return [line.removesuffix("\r") for line in self.text.split("\n")]

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *accumulate(len(line) + 1 for line in self.text.split("\n"))]

    def line(self, number: int) -> str:
        """Return a line; empty outside of the document."""
        return self.lines[number] if 0 <= number < len(self.lines) else ""

    def column(self, position: Position) -> int:
        """Return the column, in characters, of a position from the editor."""
        units = 0
        line = self.line(position.line)
        if line.isascii():
            return min(position.character, len(line))
        for column, char in enumerate(line):
            if units >= position.character:
                return column
            units += self.codec.client_num_units(char)
        return len(line)

    def position(self, line: int, column: int) -> Position:
        """Return the editor's position for a line and a column."""
        before = self.line(line)[:column]
        units = len(before) if before.isascii() else self.codec.client_num_units(before)
        return Position(line, units)

    def range(self, line: int, start: int, end: int) -> Range:
        """Return the range of a part of a line."""
        return Range(self.position(line, start), self.position(line, end))

    def span(self, start: int, end: int) -> Range:
        """Return the range of the characters between two offsets."""
        return Range(self._at(start), self._at(end))

    def whole_line(self, line: int) -> Range:
        """Return the range of a line without surrounding whitespace; for a line that does not
        exist, the last line.
        """
        line = min(max(line, 0), len(self.lines) - 1)
        text = self.line(line)
        return self.range(line, len(text) - len(text.lstrip()), len(text.rstrip()))

    def word(self, position: Position, pattern: re.Pattern[str] = WORD) -> re.Match[str] | None:
        """Return the word that contains a place or ends at it."""
        column = self.column(position)
        words = pattern.finditer(self.line(position.line))
        return next((word for word in words if word.start() <= column <= word.end()), None)

    def offset(self, line: int, column: int) -> int:
        """Return the number of characters before a place."""
        return self._starts[line] + column

    def _at(self, offset: int) -> Position:
        line = bisect_right(self._starts, offset) - 1
        return self.position(line, offset - self._starts[line])


def whole_word(name: str, text: str, start: int = 0) -> tuple[int, int] | None:
    """Return the start and end of the first whole word that equals `name`; None if there is none."""
    at = text.find(name, start) if name else -1
    while at >= 0:
        end = at + len(name)
        if not (_is_word(text[at - 1 : at]) or _is_word(text[end : end + 1])):
            return at, end
        at = text.find(name, at + 1)
    return None


def _is_word(char: str) -> bool:
    return char.isalnum() or char == "_"
