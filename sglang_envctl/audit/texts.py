"""Index the words of all files, so that one search finds a word in any of them."""

from __future__ import annotations

import string
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterator

_WORD = (string.ascii_letters + string.digits + "_").encode()
_OUTSIDE_WORDS = {b"", *(bytes([code]) for code in range(128) if code not in _WORD)}
_SPACED = bytes(code if bytes([code]) not in _OUTSIDE_WORDS else ord(" ") for code in range(256))
_PIECE = 1 << 19
"""The number of bytes whose words are in memory as objects together; SGLang's largest file has half
of this.
"""


class Texts:
    """The texts of a target by file. Only their words are kept, a fifth of the size.

    Args:
        read: returns the text of a file; may be called again at any time.
    """

    def __init__(self, read: Callable[[str], bytes]) -> None:
        self._read = read
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

    def __getitem__(self, file: str) -> bytes:
        return self._read(file)

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
