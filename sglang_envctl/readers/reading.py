"""The result of a reader."""

from collections.abc import Callable
from typing import Literal, NamedTuple, TypeAlias

Outcome: TypeAlias = Literal["accepted", "defaulted", "misread", "crash", "ignored", "unverified"]


class Reading(NamedTuple):
    """The result of reading one value with one reader."""

    value: object
    """The value that the code uses, as a JSON value; None after a crash."""
    outcome: Outcome = "accepted"
    note: str = ""
    """What happens instead of using the value as it is; continues a sentence that begins with
    "SGLang".
    """


Reader: TypeAlias = Callable[[str, object], Reading]
"""A function of the value and the default; its docstring is the grammar for the user."""


def crash(note: str) -> Reading:
    return Reading(None, "crash", note)
