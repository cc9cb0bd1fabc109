"""The environment envctl was started with."""

from __future__ import annotations

import os
from collections.abc import Mapping

from sglang_envctl.environment import Assignment, Layer, Origin
from sglang_envctl.sources.model import Context

LABEL = "process"


def snapshot() -> Mapping[str, str]:
    """The process environment; the only place that looks at it."""
    return dict(os.environ)


def read(context: Context) -> Layer:
    """The process environment as a layer."""
    origin = Origin(LABEL)
    found = tuple(Assignment(name, raw, origin) for name, raw in context.process.items())
    return Layer(LABEL, "process", found)
