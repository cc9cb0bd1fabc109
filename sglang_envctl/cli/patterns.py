"""Names, parts of names and patterns, as `show` and `audit` take them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from fnmatch import fnmatchcase

from sglang_envctl.errors import UsageError
from sglang_envctl.text.escape import shorten
from sglang_envctl.text.suggest import SpellingIndex


def matching(
    patterns: Iterable[str], names: Collection[str], known: Iterable[str], listing: str
) -> set[str]:
    """The names that the patterns mean: a name that is one of them means no other.

    Raises:
        UsageError: a pattern means none of them; the message guesses at one of the `known`, or names
            the command `listing` that lists them.
    """
    found: set[str] = set()
    for pattern in patterns:
        folded = pattern.upper()
        meant = {name for name in names if name.upper() == folded} or {
            name for name in names if fnmatchcase(name.upper(), _glob(folded))
        }
        if not meant:
            raise UsageError(_nothing(pattern, known, listing))
        found |= meant
    return found


def _glob(text: str) -> str:
    return text if set(text) & set("*?[") else f"*{text}*"


def _nothing(pattern: str, known: Iterable[str], listing: str) -> str:
    near = SpellingIndex(known).near(pattern)
    mend = f"did you mean {' or '.join(near)}?" if near else f"{listing} lists all of them"
    return f"no variable here is called {shorten(pattern, 100)}; {mend}"
