"""The input of every format, and a check that most of them share."""

from __future__ import annotations

from typing import NamedTuple

from sglang_envctl.environment import Assignment
from sglang_envctl.registry.variable import Variable

NAME = "sglang"
"""The default name of the objects that a format creates."""


class Snapshot(NamedTuple):
    """An environment to export, with what formats need to know about it."""

    assignments: tuple[Assignment, ...]
    release: str
    """The SGLang release that it was checked against."""
    secrets: frozenset[str] = frozenset()
    """The names of assignments whose values are secret."""
    variables: tuple[Variable, ...] = ()
    """The documented variables that were requested, set or not."""
    name: str = NAME
    """The name of the object to create, such as a ConfigMap or a service."""


def not_text(text: str, what: str = "value") -> str:
    """Why a value or a name is not text, or ""."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return f"the {what} is not UTF-8"
    return f"the {what} has a NUL character" if "\0" in text else ""
