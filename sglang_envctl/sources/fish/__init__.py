"""A fish script: the variables that it exports by plain assignments."""

from __future__ import annotations

import re

from sglang_envctl.environment import Layer
from sglang_envctl.sources.context import Context

_SHEBANG = rb"#![^\n]*\bfish\b"


def matches(path: str, head: bytes) -> bool:
    """Return whether a file is named like a fish script, or begins like one."""
    return path.endswith(".fish") or bool(re.match(_SHEBANG, head))


def layers(path: str, data: bytes, context: Context) -> tuple[Layer, ...]:
    """Return the variables that a script exports."""
    from sglang_envctl.sources.fish.exports import read

    return read(path, data, context)
