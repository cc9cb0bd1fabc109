"""What a format gets to write from, and what hardly any of them can carry."""

from __future__ import annotations

from typing import NamedTuple

from sglang_envctl.environment import Assignment
from sglang_envctl.registry.variable import Variable

NAME = "sglang"
"""What a format calls the things it makes, where nobody named them."""


class Snapshot(NamedTuple):
    """An environment to write out, and what is known of it."""

    assignments: tuple[Assignment, ...]
    release: str
    """The SGLang release that it was judged by."""
    secrets: frozenset[str] = frozenset()
    """The names, among those of the assignments, whose values are secret."""
    variables: tuple[Variable, ...] = ()
    """The documented variables that were asked for, set or not."""
    name: str = NAME
    """What to call the things that the text makes, such as a ConfigMap or a service."""


def not_text(text: str, what: str = "value") -> str:
    """Why a reader of text cannot be given a value, or a name, or ""."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return f"the {what} is not UTF-8"
    return f"the {what} has a NUL character" if "\0" in text else ""
