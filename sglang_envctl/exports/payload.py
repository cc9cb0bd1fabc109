"""The input of every format, and the checks that most formats share."""

from __future__ import annotations

from typing import NamedTuple

from sglang_envctl.environment import Assignment, impossible
from sglang_envctl.registry.variable import Variable

NAME = "sglang"
"""The default name of the objects that a format creates."""


class Snapshot(NamedTuple):
    """An environment to export, with the data that the formats need."""

    assignments: tuple[Assignment, ...]
    release: str
    """The SGLang release that the environment was checked against."""
    secrets: frozenset[str] = frozenset()
    """The names of assignments whose values are secret."""
    variables: tuple[Variable, ...] = ()
    """The documented variables that were requested, set or not."""
    name: str = NAME
    """The name of the object to create, such as a ConfigMap or a service."""
    dialects: tuple[str, ...] = ()
    """The dialects that must read a .env file in the same way."""


_LONGEST = 131_071
"""Linux's limit for one entry of an environment, in bytes, without the terminator."""


def too_long(name: str, raw: str) -> str:
    """Return why no program can be started with this assignment; empty if one can."""
    if 4 * (len(name) + len(raw)) < _LONGEST:
        return ""
    size = len(f"{name}={raw}".encode("utf-8", "surrogatepass"))
    return f"Linux limits a variable to {_LONGEST:,} bytes" if size > _LONGEST else ""


def not_bytes(raw: str) -> str:
    """Return why no environment can contain a value; empty if one can."""
    found = impossible(raw)
    return f"the value contains {found}" if found else ""


def not_text(text: str, what: str = "value") -> str:
    """Return why a value or a name is not text; empty if it is text."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return f"the {what} is not UTF-8"
    return f"the {what} contains a NUL character" if "\0" in text else ""
