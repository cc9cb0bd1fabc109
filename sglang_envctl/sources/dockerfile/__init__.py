"""A Dockerfile or Containerfile: one environment per stage, as in the built image.

The base image is not read, so the variables that it sets are unknown.
"""

from __future__ import annotations

import re

from sglang_envctl.environment import Layer
from sglang_envctl.sources.context import Context

_FILE_NAME = r"(?i)(?:Dockerfile|Containerfile)(?:\.[^/]*)?|[^/]*\.(?:dockerfile|containerfile)"
_CONTENT = rb"(?:\xef\xbb\xbf)?(?:[ \t]*(?:#[^\n]*|ARG[ \t][^\n]*|\r?)\n)*[ \t]*FROM[ \t]+[^\s=]"


def matches(path: str, head: bytes) -> bool:
    """Return whether a file looks like a Dockerfile: by its name, or because it begins with FROM."""
    name = path.rpartition("/")[2]
    return bool(re.fullmatch(_FILE_NAME, name) or re.match(_CONTENT, head))


def layers(path: str, data: bytes, context: Context) -> tuple[Layer, ...]:
    """Return one environment per stage, selected by the stage's name or number; the last is the
    default.
    """
    from sglang_envctl.sources.dockerfile.stages import read

    del context
    return read(path, data)
