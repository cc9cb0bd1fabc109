"""What every type offers, and how it complains."""

from __future__ import annotations

from typing import Literal, NamedTuple, Protocol, runtime_checkable

Kind = Literal["invalid-value", "out-of-bounds", "relative-path"]


class Complaint(NamedTuple):
    """Why a text is not of its type. `kind` is the slug of the rule that reports it."""

    kind: Kind
    message: str
    """Reads on from "the value": "is not a whole number"."""
    help: str = ""


@runtime_checkable
class Type(Protocol):
    """What every type offers."""

    @property
    def name(self) -> str:
        """The word in the `type` column."""

    @property
    def allowed(self) -> tuple[str, ...]:
        """The allowed values where the document lists all of them, else empty."""

    @property
    def words(self) -> str:
        """The type and its limits, for people."""

    def complain(self, text: str) -> Complaint | None:
        """Why `text` is not of this type, or None if it is."""


def nearest(text: str, words: tuple[str, ...]) -> str:
    """The word of `words` that `text` most looks like, or "" if none comes close."""
    from difflib import get_close_matches

    folded = {word.lower(): word for word in words}
    found = get_close_matches(text.strip().strip("\"'").lower()[:80], folded, n=1, cutoff=0.6)
    return folded[found[0]] if found else ""


def one_of(words: tuple[str, ...]) -> str:
    """`a, b or c`."""
    return " or ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
