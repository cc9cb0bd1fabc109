"""Search files as texts: which of them contain a word, and where the functions of a file are.

Only the relevant functions of the relevant files are parsed.
"""

from __future__ import annotations

import re
import string
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import NamedTuple

_WORD = (string.ascii_letters + string.digits + "_").encode()
_OUTSIDE_WORDS = {b"", *(bytes([code]) for code in range(128) if code not in _WORD)}
_SPACED = bytes(code if bytes([code]) not in _OUTSIDE_WORDS else ord(" ") for code in range(256))
_PIECE = 1 << 19
"""The number of bytes whose words are in memory as objects together; SGLang's largest file has half
of this.
"""
_STRING_OR_COMMENT = re.compile(
    rb"#[^\n]*"
    rb'|"""[^"\\]*(?:(?:\\.|"(?!""))[^"\\]*)*"""'
    rb"|'''[^'\\]*(?:(?:\\.|'(?!''))[^'\\]*)*'''"
    rb'|"[^"\\\n]*(?:\\.[^"\\\n]*)*"?'
    rb"|'[^'\\\n]*(?:\\.[^'\\\n]*)*'?",
    re.DOTALL,
)
_TRIPLE = b'"""'
_FUNCTION = re.compile(rb"\n([ \t]*)((?:async[ \t]+)?def[ \t]+\w+)")
_UNUSUAL = (b"\r", b"\f", b"\0")
"""Other line ends and page breaks, which change the line numbers."""
_ENCODED = re.compile(rb"(?:.*\n)?.*coding[:=]")
"""A declaration of an encoding that may not be UTF-8."""


class Texts:
    """The texts of a target by file. Of most files, only the words are kept: a fifth of the size.

    Args:
        read: returns the text of a file; may be called again at any time.
    """

    def __init__(self, read: Callable[[str], bytes]) -> None:
        self._read = read
        self._kept: dict[str, bytes] = {}
        self._words = bytearray(b" ")
        """The words of all files in sequence, each between two spaces."""
        self._starts = array("Q")
        self._numbers: dict[str, int] = {}
        self._files: list[str] = []
        self._found: dict[str, list[str]] = {}

    def add(self, file: str, content: bytes) -> None:
        self._numbers[file] = len(self._files)
        self._files.append(file)
        self._starts.append(len(self._words))
        for piece in _pieces(content.translate(_SPACED)):
            self._words += b" ".join(set(piece.split()))
            self._words += b" "

    def keep(self, file: str, content: bytes) -> None:
        """Keep the whole text of a file that will be requested later."""
        self._kept[file] = content

    def __getitem__(self, file: str) -> bytes:
        return self._kept[file] if file in self._kept else self._read(file)

    def __contains__(self, file: object) -> bool:
        return file in self._numbers

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)

    def words(self, file: str) -> bytes:
        """Return the words of a file, separated by spaces."""
        number = self._numbers[file]
        return bytes(self._words[self._starts[number] : self._end(number)])

    def _end(self, number: int) -> int:
        following = number + 1
        return self._starts[following] if following < len(self._starts) else len(self._words)

    def files_with(self, text: str) -> list[str]:
        """Return the files that contain all words of a text as whole words, in order."""
        if text not in self._found:
            words = text.encode("utf-8", "replace").translate(_SPACED).split()
            first, *others = map(self._search, words or [b""])
            both = set(first).intersection(*others)
            self._found[text] = sorted(both, key=self._numbers.__getitem__)
        return self._found[text]

    def _search(self, word: bytes) -> Iterator[str]:
        spaced = b" %b " % word
        position = self._words.find(spaced)
        while position >= 0:
            number = bisect_right(self._starts, position + 1) - 1
            yield self._files[number]
            position = self._words.find(spaced, self._end(number) - 1)


def _pieces(words: bytes) -> Iterator[bytes]:
    """Yield a text in pieces that do not split words."""
    start = 0
    while len(words) - start > _PIECE:
        end = words.rfind(b" ", start + 1, start + _PIECE)
        if end < 0 and (end := words.find(b" ", start + _PIECE)) < 0:
            break
        yield words[start:end]
        start = end
    yield words[start:]


def whole_words(text: bytes, word: bytes) -> Iterator[int]:
    """Yield the positions of a word in a text, except those inside longer words."""
    # `bytes.find` is twenty times faster than a pattern with a word boundary.
    position = text.find(word)
    while position >= 0:
        end = position + len(word)
        before = text[max(position - 1, 0) : position]
        if before in _OUTSIDE_WORDS and text[end : end + 1] in _OUTSIDE_WORDS:
            yield position
        position = text.find(word, end)


class Part(NamedTuple):
    """A function at the module's level or in a class, from its `def` to the next statement."""

    start: int
    end: int
    line: int
    indent: bytes
    head: bytes
    """`def name` or `async def name`."""

    @property
    def name(self) -> str:
        return self.head.split()[-1].decode("utf-8", "replace")


def functions(text: bytes) -> list[Part]:
    """Return the outermost functions of a file in order; empty if the text does not show them
    reliably.

    A mistake is always noticed: a part that ends inside brackets leaves the rest unbalanced, so
    parsing the rest raises a syntax error.
    """
    if any(mark in text for mark in _UNUSUAL) or _ENCODED.match(text):
        return []
    strings = _long_strings(text)
    return [] if strings is None else list(_functions(text, strings))


def _functions(text: bytes, strings: Sequence[tuple[int, int]]) -> Iterator[Part]:
    position, line, counted = 0, 1, 0
    while found := _FUNCTION.search(text, position):
        start = found.start() + 1
        if after := _string_around(strings, start):
            position = after
            continue
        position = _end(text, found.end(), len(found[1]), strings)
        line += text.count(b"\n", counted, start)
        counted = start
        yield Part(start, position + 1, line, found[1], found[2])


def without(text: bytes, parts: Sequence[Part]) -> bytes:
    """Return a file in which some functions have no parameters and no body; all lines stay in place."""
    kept, position = [], 0
    for part in parts:
        lines = text.count(b"\n", part.start, part.end - 1)
        last = part.indent if lines else b""
        kept += [text[position : part.start], part.indent, part.head, b"():", b"\n" * lines]
        kept += [last, b" ...\n"]
        position = part.end
    return b"".join([*kept, text[position:]])


def only(text: bytes, parts: Sequence[Part]) -> bytes:
    """Return some functions of a file, in order, on the same lines and in the same columns.

    Indented functions are placed under an `if` on the line before the first function of the group.
    """
    kept, line, position, level = [], 1, 0, b""
    for part in parts:
        if part.indent and (part.start != position or part.indent != level):
            kept += [b"\n" * (part.line - 1 - line), b"if 1:\n"]
        else:
            kept.append(b"\n" * (part.line - line))
        kept.append(text[part.start : part.end])
        line = part.line + kept[-1].count(b"\n")
        position, level = part.end, part.indent
    return b"".join(kept)


def _long_strings(text: bytes) -> list[tuple[int, int]] | None:
    """Return the positions of multi-line strings; None if a quote is not closed."""
    found = []
    for match in _strings(text):
        start, end = match.span()
        if end - start == 1 and text[start] != 35:  # an unclosed quote; 35 is "#"
            return None
        if text.find(b"\n", start, end) >= 0:
            found.append((start, end))
        elif end - start == 2 and text.startswith(_TRIPLE, start):
            return None
    return found


def _strings(text: bytes) -> Iterator[re.Match[bytes]]:
    """Yield strings and comments, including all that may be longer than a line."""
    if b"'''" in text or b"\\\n" in text:
        yield from _STRING_OR_COMMENT.finditer(text)
        return
    # Searching for three double quotes is much faster; the text before them shows what they are.
    position = 0
    while (quotes := text.find(_TRIPLE, position)) >= 0:
        line = text.rfind(b"\n", position, quotes) + 1
        for match in _STRING_OR_COMMENT.finditer(text, line or position):
            yield match
            position = match.end()
            if position > quotes:
                break


def _string_around(strings: Sequence[tuple[int, int]], position: int) -> int:
    """Return the end of the string that contains a position; 0 if no string does."""
    number = bisect_right(strings, (position,)) - 1
    return strings[number][1] if number >= 0 and position < strings[number][1] else 0


def _end(text: bytes, position: int, indent: int, strings: Sequence[tuple[int, int]]) -> int:
    """Return the position of the line break before the next statement on a function's level."""
    pattern = next_statement(indent)
    while found := pattern.search(text, position):
        after = _string_around(strings, found.start() + 1)
        if not after:
            return found.start()
        position = after
    return len(text)


@cache
def next_statement(indent: int) -> re.Pattern[bytes]:
    """Return a pattern for a line that is not indented deeper and is neither a comment nor a
    closing bracket.
    """
    return re.compile(rb"\n[ \t]{0,%d}[^\s#)\]}]" % indent)
