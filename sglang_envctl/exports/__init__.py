"""An environment as text that a launcher reads: one module a format.

A format has `refusal(name, raw)`, which says why it cannot carry an assignment, or "", and
`render(assignments, release)`. What the real reader makes of the result is what was put in, byte
for byte; what cannot be carried so is refused by name, never changed.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module

from sglang_envctl.environment import Assignment

FORMATS = ("dotenv", "shell", "json")


def refusals(assignments: Iterable[Assignment], form: str) -> dict[str, str]:
    """Why a format cannot carry some of the assignments, by name."""
    refusal = import_module(f"{__name__}.{form}").refusal
    found = ((a.name, a.unknown or refusal(a.name, a.raw)) for a in assignments)
    return {name: why for name, why in found if why}


def render(assignments: Iterable[Assignment], form: str, release: str) -> str:
    """The text, for assignments that the format can carry; bytes are kept as lone surrogates."""
    rendered: str = import_module(f"{__name__}.{form}").render(tuple(assignments), release)
    return rendered
