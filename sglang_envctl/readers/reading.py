"""What a reader returns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple, TypeAlias

Outcome: TypeAlias = Literal["accepted", "defaulted", "misread", "crash", "ignored", "unverified"]


class Reading(NamedTuple):
    """What one reader makes of one text."""

    value: object
    """The value the code goes on with, as a JSON value; None after a crash."""
    outcome: Outcome = "accepted"
    note: str = ""
    """What happens, where it is more than taking the value; reads on from "SGLang"."""


Reader: TypeAlias = Callable[[str, object], Reading]
"""Takes the text and the default; its docstring is the grammar, in words for the user."""


def crash(note: str) -> Reading:
    return Reading(None, "crash", note)
