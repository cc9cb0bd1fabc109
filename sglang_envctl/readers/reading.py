"""What a reader returns."""

from collections.abc import Callable
from typing import Literal, NamedTuple, TypeAlias

Outcome: TypeAlias = Literal["accepted", "defaulted", "misread", "crash", "ignored", "unverified"]


class Reading(NamedTuple):
    """How one reader reads one value."""

    value: object
    """The value that the code uses, as a JSON value; None after a crash."""
    outcome: Outcome = "accepted"
    note: str = ""
    """What happens other than using the value; it continues a sentence that begins "SGLang"."""


Reader: TypeAlias = Callable[[str, object], Reading]
"""Called with the value and the default; its docstring is the grammar for the user."""


def crash(note: str) -> Reading:
    return Reading(None, "crash", note)
