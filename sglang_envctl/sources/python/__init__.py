"""Read a Python launcher as a syntax tree, without running it.

Each program that the launcher starts with its own environment is one environment, and so is each
image, task or job to which it gives variables. The variables that it sets in os.environ are one
more, unless the others contain all of them.
"""

from __future__ import annotations

import re

from sglang_envctl.environment import Layer
from sglang_envctl.sources.context import Context

_SHEBANG = rb"#![^\n]*\bpython[\d.]*\b"
_MENTIONS = rb"env|os\.(?:exec|spawn|posix_spawn)|from_dict|sglang|[\"']SGL(?:ANG)?_\w+[\"']\s*:"


def matches(path: str, head: bytes) -> bool:
    """Return whether a file is named like a Python program, or begins like one."""
    return path.endswith(".py") or bool(re.match(_SHEBANG, head.removeprefix(b"\xef\xbb\xbf")))


def layers(path: str, data: bytes, context: Context) -> tuple[Layer, ...]:
    """Return the environments that a program creates; empty if it creates none.

    Raises:
        SourceError: the file is not valid Python, or too large.
    """
    if not re.search(_MENTIONS, data):
        return ()
    from sglang_envctl.sources.python.environments import read

    return read(path, data, context)
