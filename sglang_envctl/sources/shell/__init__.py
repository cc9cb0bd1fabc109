"""Shell scripts, which are read and never run; each server that one starts is an environment.

From the bottom up: `grammar` parses, `values` and `scope` hold what is known, `words` expands, `beside`
reads other files, `launchers` and `containers` hand on environments, `programs` finds servers,
`commands` and `statements` follow the script, `environments` makes layers.
"""

from __future__ import annotations

import re

from sglang_envctl.environment import Layer
from sglang_envctl.sources.context import Context

_SUFFIXES = (".sh", ".bash", ".zsh", ".ksh", ".sbatch", ".slurm")
_SHEBANG = rb"#![^\n]*\b(?:ba|da|z|k)?sh\b"


def matches(path: str, head: bytes) -> bool:
    """Whether the name of a file, or its first line, is that of a script."""
    if path.lower().endswith(_SUFFIXES):
        return True
    head = head.removeprefix(b"\xef\xbb\xbf")
    return head.startswith(b"#!") and bool(re.match(_SHEBANG, head))


def layers(path: str, data: bytes, context: Context) -> tuple[Layer, ...]:
    """One layer for each server that a script starts; without servers, one with what it exports.

    Raises:
        SourceError: the parser is not installed.
    """
    from sglang_envctl.sources.shell import environments

    return environments.layers(path, data, context)
