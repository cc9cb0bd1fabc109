"""A configuration of supervisord: each program is an environment, on top of that of [supervisord]."""

from __future__ import annotations

import re

from sglang_envctl.environment import Layer
from sglang_envctl.sources.context import Context

_FILE_NAME = r"(?:^|/)supervisord?(?:\.[^/]*)?\.(?:conf|ini)$"
# Further down, a section may be text that a script writes.
_CONTENT = (
    rb"(?m)(?:[ \t]*(?:[#;].*|[A-Z]\w*=.*|\r?)\n)*(?=\[)(?s:.*?)"
    rb"^\[(?:supervisord|(?:fcgi-)?program:[^\]\n]+|eventlistener:[^\]\n]+)\]"
)


def matches(path: str, head: bytes) -> bool:
    """Return whether a file looks like a configuration of supervisord, by its name or its sections."""
    return bool(re.search(_FILE_NAME, path) or re.match(_CONTENT, head))


def layers(path: str, data: bytes, context: Context) -> tuple[Layer, ...]:
    """Return the environment of each program.

    Raises:
        SourceError: supervisord cannot read the file.
    """
    from sglang_envctl.sources.supervisord.programs import read

    return read(path, data, context)
