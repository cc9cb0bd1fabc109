"""A shell script, read and never run: each server that it starts is an environment of its own."""

from __future__ import annotations

import re

from sglang_envctl.environment import Layer
from sglang_envctl.sources.context import Context

_SUFFIXES = (".sh", ".bash", ".zsh", ".ksh", ".sbatch", ".slurm")
_SHEBANG = rb"#![^\n]*\b(?:ba|da|z|k)?sh\b"


def matches(path: str, head: bytes) -> bool:
    """Whether a file is named like a script, or begins like one."""
    if path.lower().endswith(_SUFFIXES):
        return True
    head = head.removeprefix(b"\xef\xbb\xbf")
    return head.startswith(b"#!") and bool(re.match(_SHEBANG, head))


def layers(path: str, data: bytes, context: Context) -> tuple[Layer, ...]:
    """The servers that a script starts; the variables it exports, if it starts none.

    Raises:
        SourceError: the parser is not installed.
    """
    from sglang_envctl.sources.shell import environments

    return environments.layers(path, data, context)
