"""A PowerShell script: the environment variables that it sets by plain assignments."""

from __future__ import annotations

import re

from sglang_envctl.environment import Layer
from sglang_envctl.sources.context import Context

_SHEBANG = rb"#![^\n]*\b(?:pwsh|powershell)\b"


def matches(path: str, head: bytes) -> bool:
    """Return whether a file is named like a PowerShell script, or begins like one."""
    return path.lower().endswith((".ps1", ".psm1")) or bool(re.match(_SHEBANG, head))


def layers(path: str, data: bytes, context: Context) -> tuple[Layer, ...]:
    """Return the variables that a script sets in its environment, which the programs that it starts
    get.
    """
    from sglang_envctl.sources.powershell.assignments import read

    return read(path, data, context)
