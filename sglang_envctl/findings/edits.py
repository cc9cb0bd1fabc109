"""Find the edits of a text that carry out a remedy."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from itertools import accumulate
from typing import NamedTuple, TypeAlias

from sglang_envctl.rules.rule import Finding, Remedy

FARTHEST = 3
"""The maximum distance in lines from the assignment at which its name and value are searched for."""
_MOST = 4
"""The maximum number of places to try for one name or value."""


class Edit(NamedTuple):
    """The replacement of some characters of a text."""

    start: int
    end: int
    text: str


Edits: TypeAlias = tuple[Edit, ...]


class Text:
    """A text and its lines."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.starts = (0, *accumulate(len(line) + 1 for line in text.split("\n")))

    def start(self, line: int) -> int:
        """Return the offset at which a line begins; the end of the text for a later line."""
        return min(self.starts[min(max(line, 1), len(self.starts)) - 1], len(self.text))

    def place(self, offset: int) -> tuple[int, int]:
        """Return the line and the column of an offset, both counted from 1."""
        line = bisect_right(self.starts, offset)
        return line, offset - self.starts[line - 1] + 1

    def edited(self, edits: Iterable[Edit]) -> str:
        """Return the text after edits that do not overlap."""
        parts, at = list[str](), 0
        for edit in sorted(set(edits)):
            parts += (self.text[at : edit.start], edit.text)
            at = edit.end
        return "".join((*parts, self.text[at:]))


def candidates(text: Text, finding: Finding, remedy: Remedy, raw: str) -> Iterator[Edits]:
    """Yield the possible edits for a finding about an assignment of `raw`, the most likely first."""
    line = finding.origin.line or 1
    if remedy.patterns:
        start = 0 if remedy.whole_file else text.start(line)
        end = len(text.text) if remedy.whole_file else text.start(line + 1)
        edits = tuple(_substituted(text.text, start, end, remedy))
        if edits:
            yield edits
        return
    low, high = text.start(line - FARTHEST), text.start(line + FARTHEST + 1)
    for name in _places(finding.name, text.text, text.start(line), low, high):
        renamed = (Edit(*name, remedy.name),) if remedy.name else ()
        if remedy.quoted or remedy.value not in (None, raw):
            for place in _places(raw, text.text, name[1], low, high):
                yield (*renamed, *_replaced(place, raw, remedy))
        else:
            yield renamed


def _substituted(text: str, start: int, end: int, remedy: Remedy) -> Iterator[Edit]:
    for pattern, replacement in remedy.patterns:
        for match in re.compile(pattern).finditer(text, start, end):
            yield Edit(match.start(), match.end(), replacement)


def _places(word: str, text: str, first: int, low: int, high: int) -> Iterator[tuple[int, int]]:
    """Yield the places of a word: those after an offset, then those before the offset."""
    if not word:
        return
    pattern = re.compile(rf"(?<!\w){re.escape(word)}(?!\w)")
    after = [match.span() for match in pattern.finditer(text, first, high)][:_MOST]
    before = [match.span() for match in pattern.finditer(text, low, first)][-_MOST:]
    yield from (*after, *reversed(before))


def _replaced(place: tuple[int, int], old: str, remedy: Remedy) -> Edits:
    """Return the edits that turn the old value into the new one, and keep the common beginning and
    end.
    """
    start, end = place
    if remedy.quoted:
        return Edit(start, start, '"'), Edit(end, end, '"')
    new = remedy.value or ""
    at = old.find(new) if new else -1
    if at < 0:
        return (Edit(start, end, new),)
    kept = start + at, start + at + len(new)
    return tuple(e for e in (Edit(start, kept[0], ""), Edit(kept[1], end, "")) if e.start < e.end)
