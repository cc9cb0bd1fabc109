"""A Dockerfile or Containerfile: one environment a stage, as the image would hold it.

The base image is not looked at: what it sets is not known here.
"""

from __future__ import annotations

import re

from sglang_envctl.environment import Layer
from sglang_envctl.sources.context import Context

_FILE_NAME = r"(?i)(?:Dockerfile|Containerfile)(?:\.[^/]*)?|[^/]*\.(?:dockerfile|containerfile)"
_CONTENT = rb"(?:\xef\xbb\xbf)?(?:[ \t]*(?:#[^\n]*|ARG[ \t][^\n]*)?\r?\n)*[ \t]*FROM[ \t]+[^\s=]"


def matches(path: str, head: bytes) -> bool:
    """Whether a file looks like a Dockerfile: by its name, or because FROM stands first in it."""
    name = path.rpartition("/")[2]
    return bool(re.fullmatch(_FILE_NAME, name) or re.match(_CONTENT, head))


def layers(path: str, data: bytes, context: Context) -> tuple[Layer, ...]:
    """One environment a stage, named as the stage is, or by its number; the last one is meant."""
    from sglang_envctl.sources.dockerfile.stages import read

    del context
    return read(path, data)
