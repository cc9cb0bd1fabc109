"""A justfile: the variables that it exports to its recipes."""

from __future__ import annotations

import re

from sglang_envctl.environment import Layer
from sglang_envctl.sources.context import Context

_FILE_NAME = r"(?i)(?:^|/)(?:\.?justfile|[^/]*\.just)$"


def matches(path: str, head: bytes) -> bool:
    """Return whether a file is named like a justfile."""
    del head
    return bool(re.search(_FILE_NAME, path))


def layers(path: str, data: bytes, context: Context) -> tuple[Layer, ...]:
    """Return the variables that a justfile exports. Its recipes are scripts, which are not read."""
    from sglang_envctl.sources.just.exports import read

    return read(path, data, context)
