"""Split the results of expansions into words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from sglang_envctl.sources.shell.values import Value, pieces_of

MOST_WORDS = 10_000
"""The maximum number of words that one expansion may produce."""


class Part(NamedTuple):
    """A part of a word."""

    value: Value
    splits: bool = False
    """Whether separators in the part divide words."""


def split(parts: Iterator[Part], separators: str) -> list[list[Value]]:
    """Split parts into words at the separators in the results of expansions.

    An unknown part of a result belongs to one word, although it may contain several.
    """
    words: list[list[Value]] = []
    open_word = False
    for value, splits in (piece for part in parts for piece in _pieces(part)):
        text = value.text
        if not splits:
            words = words if open_word else [*words, []]
            words[-1].append(value)
            open_word = True
            continue
        fields = _fields(text, separators)
        if len(fields) > MOST_WORDS:
            return [[Value("", "more words than a command accepts")]]
        if fields and open_word and text[0] not in separators:
            words[-1].append(value._replace(text=fields.pop(0)))
        words += [[value._replace(text=field)] for field in fields]
        if text:
            open_word = bool(words) and text[-1] not in separators
    return words


def _pieces(part: Part) -> Iterator[tuple[Value, bool]]:
    """Yield the known and the unknown pieces of a part, each with whether separators divide it."""
    value, pieces = part.value, pieces_of(part.value)
    if not part.splits or not any(known for known, _ in pieces):
        yield value, part.splits and not value.unknown
        return
    for known, unknown in pieces:
        yield Value(known, unknown, value.references), not unknown


def _fields(text: str, separators: str) -> list[str]:
    if not separators:
        return [text] if text else []
    return [field for field in re.split(f"[{re.escape(separators)}]+", text) if field]
