"""A Compose file: an environment a service, as `docker compose` would start it.

References take their values from the `.env` file beside the file and, first, from the environment
envctl runs in, as Compose does. Where neither has the name the text is not known: the shell that runs
Compose may have it. So it is with a name that stands alone, unless the `.env` file has it: such a name
asks for whatever the shell holds, and the shell of this check is seldom that of the start.

`extends`, `include`, several documents, profiles (every service counts) and anchors are followed.
`compose.override.yaml` is not: name both files to Compose, or check what `docker compose config` prints.
"""

from __future__ import annotations

import os
import re

from sglang_envctl.environment import Layer
from sglang_envctl.sources.context import Context

_NAMED = r"(?:.*[._-])?compose(?:[._-].*)?\.ya?ml"
_SERVICES = re.compile(rb"^(?:services|include):", re.MULTILINE)
_MANIFEST = re.compile(rb"^apiVersion:", re.MULTILINE)


def matches(path: str, head: bytes) -> bool:
    """Whether a file looks like a Compose file: by its name, or by `services:` in a YAML file."""
    name = os.path.basename(path).lower()
    if re.fullmatch(_NAMED, name):
        return True
    is_yaml = name.endswith((".yaml", ".yml")) or path == "-"
    return bool(is_yaml and _SERVICES.search(head) and not _MANIFEST.search(head))


def layers(path: str, data: bytes, context: Context) -> tuple[Layer, ...]:
    """The environment of every service.

    Raises:
        SourceError: the file is no YAML, no Compose file, or stands for more than any deployment.
    """
    from sglang_envctl.sources.compose.project import read

    return read(path, data, context)
