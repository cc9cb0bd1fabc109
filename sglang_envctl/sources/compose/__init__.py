"""A Compose file: one environment per service, as `docker compose` would start it.

References are resolved as in Compose: from the environment in which envctl runs, then from the
`.env` file next to the Compose file. If neither defines the name, the value is unknown, because the
shell that runs Compose may define it. A bare name is unknown too, unless `.env` defines it: Compose
takes its value from the shell, which is rarely the one that runs the check.

`extends`, `include`, multiple documents, profiles (every service counts) and anchors are followed.
`compose.override.yaml` is not: pass both files to Compose, or check the output of `docker compose
config`.
"""

from __future__ import annotations

import os
import re

from sglang_envctl.environment import Layer
from sglang_envctl.sources.context import Context

_NAMED = r"(?:.*[._-])?compose(?:[._-].*)?\.ya?ml"
# From the end of a line, because a search for ^ would try every character.
# GitLab CI uses `services:` for lists, in jobs with scripts.
_SERVICES = re.compile(rb"\n(?:services:(?!\s*-\s)|include:)")
_OTHERS = re.compile(rb"\n(?:apiVersion:|stages:|jobs:|envs:|run:|- hosts:|- name:|  script:)")
"""The keys of Kubernetes, GitLab CI, GitHub Actions, SkyPilot and Ansible at the top level."""


def matches(path: str, head: bytes) -> bool:
    """Return whether a file looks like a Compose file: by `services:` in a YAML file, or by its name
    if it has no keys of another program.
    """
    name = os.path.basename(path).lower()
    is_named = bool(re.fullmatch(_NAMED, name))
    if not (is_named or name.endswith((".yaml", ".yml")) or path == "-"):
        return False
    head = b"\n" + head
    if not _SERVICES.search(head):
        return is_named and not _OTHERS.search(head)
    return is_named or not _OTHERS.search(head)


def layers(path: str, data: bytes, context: Context) -> tuple[Layer, ...]:
    """Return the environment of every service.

    Raises:
        SourceError: the file is not valid YAML or not a Compose file, or is too large when
            expanded.
    """
    from sglang_envctl.sources.compose.project import read

    return read(path, data, context)
