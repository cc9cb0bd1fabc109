"""Read the current environment, with which envctl was started."""

from __future__ import annotations

import os
from collections.abc import Mapping

from sglang_envctl.environment import Assignment, Layer, Origin
from sglang_envctl.errors import UsageError
from sglang_envctl.sources.context import Context
from sglang_envctl.text.escape import visible

LABEL = "process"


def snapshot() -> Mapping[str, str]:
    """Return the current environment; no other function reads it."""
    return dict(os.environ)


def layers(argument: str, context: Context) -> tuple[Layer, ...]:
    """Return the current environment; an argument is invalid, because there is only one.

    Raises:
        UsageError: there is an argument.
    """
    if argument:
        raise UsageError(
            f"process:{visible(argument)}: write process alone, or ./process for a file"
        )
    origin = Origin(LABEL)
    found = tuple(Assignment(name, raw, origin) for name, raw in context.process.items())
    return (Layer(LABEL, "process", found),)
