"""Search in English text: words in any order, in British or American spelling, with or without
endings.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_SPELLINGS = (("is", "iz"), ("our", "or"), ("tre", "ter"), ("ll", "l"))
"""British and American spellings. Both sides of a search are converted."""
_ENDING = re.compile(
    r"(?<=[a-z]{4})(?:izations?|izing|ized|izes?|izers?|ations?|ings?|ers?|ed|ies|es|s|e|y)$"
)


def folded(text: str) -> str:
    """Return a text in one spelling, with underscores and hyphens as spaces."""
    text = re.sub(r"[_-]+", " ", text.casefold())
    for british, american in _SPELLINGS:
        text = text.replace(british, american)
    return text


def stems(phrases: Iterable[str]) -> tuple[str, ...]:
    """Return the words of phrases without their endings."""
    words = (folded(word).strip() for phrase in phrases for word in phrase.split())
    return tuple(_ENDING.sub("", word) for word in words)


def rank(wanted: Iterable[str], texts: Iterable[str]) -> int | None:
    """Return the index of the first text by which every stem has occurred; None if a stem is missing."""
    missing = set(wanted)
    for number, text in enumerate(map(folded, texts)):
        missing = {stem for stem in missing if stem not in text}
        if not missing:
            return number
    return None
