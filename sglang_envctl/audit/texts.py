"""Keep the text of all files in one run of bytes, so that one search finds a word in any of them."""

from __future__ import annotations

import string
from bisect import bisect_right
from collections.abc import Iterator

_WORD = string.ascii_letters + string.digits + "_"
_OUTSIDE_WORDS = {b"", *(bytes([code]) for code in range(128) if chr(code) not in _WORD)}


class Texts:
    """The text of every file of a target, by name."""

    def __init__(self) -> None:
        self._all = bytearray()
        self._starts: list[int] = []
        self._numbers: dict[str, int] = {}
        self._files: list[str] = []
        self._found: dict[str, list[str]] = {}

    def add(self, file: str, content: bytes) -> None:
        if file in self._numbers:
            return  # a zip can hold two members of one name: Python imports the last
        self._numbers[file] = len(self._starts)
        self._files.append(file)
        self._starts.append(len(self._all))
        self._all += content
        self._all += b"\0"

    def __getitem__(self, file: str) -> bytes:
        number = self._numbers[file]
        return bytes(self._all[self._starts[number] : self._end(number)])

    def __contains__(self, file: object) -> bool:
        return file in self._numbers

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    @property
    def size(self) -> int:
        """The bytes of all files."""
        return len(self._all)

    def __len__(self) -> int:
        return len(self._files)

    def _end(self, number: int) -> int:
        following = number + 1
        last = self._starts[following] if following < len(self._starts) else len(self._all)
        return last - 1

    def files_with(self, word: str) -> list[str]:
        """Return the files that contain a word as a whole word, in order."""
        if word not in self._found:
            self._found[word] = list(self._search(word.encode()))
        return self._found[word]

    def _search(self, word: bytes) -> Iterator[str]:
        position = 0
        while (position := next(whole_words(self._all, word, position), -1)) >= 0:
            number = bisect_right(self._starts, position) - 1
            yield self._files[number]
            position = self._end(number)


def whole_words(text: bytes | bytearray, word: bytes, start: int = 0) -> Iterator[int]:
    """Return the positions at which a word is a whole word in a text."""
    # `bytes.find` is twenty times faster than a pattern with a word boundary.
    position = text.find(word, start)
    while position >= 0:
        end = position + len(word)
        before = bytes(text[max(position - 1, 0) : position])
        if before in _OUTSIDE_WORDS and bytes(text[end : end + 1]) in _OUTSIDE_WORDS:
            yield position
        position = text.find(word, end)
