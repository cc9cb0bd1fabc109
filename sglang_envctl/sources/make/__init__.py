"""A Makefile: the variables that it exports to the commands of its rules."""

from __future__ import annotations

import re

from sglang_envctl.environment import Layer
from sglang_envctl.sources.context import Context

_FILE_NAME = r"(?:^|/)(?:GNUmakefile|[Mm]akefile(?:\.[^/]*)?|[^/]*\.mk)$"


def matches(path: str, head: bytes) -> bool:
    """Return whether a file is named like a Makefile."""
    del head
    return bool(re.search(_FILE_NAME, path))


def layers(path: str, data: bytes, context: Context) -> tuple[Layer, ...]:
    """Return the variables that a Makefile exports. Its recipes are shell scripts, which are not
    read.
    """
    from sglang_envctl.sources.make.exports import read

    return read(path, data, context)
