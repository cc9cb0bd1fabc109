"""The interface of all types, and their complaints."""

from typing import Literal, NamedTuple, Protocol, runtime_checkable

Kind = Literal["invalid-value", "out-of-bounds", "relative-path"]


class Complaint(NamedTuple):
    """The reason why a value does not match its type. `kind` is the slug of the rule that reports it."""

    kind: Kind
    message: str
    """The continuation of a sentence that starts with the value: "is not a whole number"."""
    help: str = ""


@runtime_checkable
class Type(Protocol):
    """The interface of all types."""

    @property
    def name(self) -> str:
        """The name in the `type` column."""

    @property
    def allowed(self) -> tuple[str, ...]:
        """The allowed values if the docs list all of them, otherwise empty."""

    @property
    def words(self) -> str:
        """The type and its limits, for messages."""

    def complain(self, text: str) -> Complaint | None:
        """Return why `text` does not match this type; None if it does."""


def nearest(text: str, words: tuple[str, ...]) -> str:
    """Return the word in `words` that is most similar to `text`; empty if none is similar enough."""
    from difflib import get_close_matches

    folded = {word.lower(): word for word in words}
    found = get_close_matches(text.strip().strip("\"'").lower()[:80], folded, n=1, cutoff=0.6)
    return folded[found[0]] if found else ""


def one_of(words: tuple[str, ...]) -> str:
    """Return the words as `a, b or c`."""
    return " or ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
