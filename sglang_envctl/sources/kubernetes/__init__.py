"""Kubernetes manifests: one environment per container.

A container is called `deployment/web/server`; of an object with several pods, such as a
LeaderWorkerSet, `leaderworkerset/web/leader/server`; an init container `deployment/web/init/fetch`.
The end of the name selects it: `#server`. Any object that contains a list of containers is read,
regardless of its kind. A file of ConfigMaps alone is checked as the environment it will become.

ConfigMaps and Secrets are looked up in the same file, then in the other files of the same check.
"""

from __future__ import annotations

import os
import re

from sglang_envctl.environment import Layer
from sglang_envctl.sources.context import Context

_API = re.compile(rb"^[\s{\"]*apiVersion\"?\s*:", re.MULTILINE)
_KIND = re.compile(rb"^[\s{\"]*kind\"?\s*:", re.MULTILINE)
_TEMPLATED = re.compile(rb"\{\{-?\s*(?:\.Values|include|if)\b")


def matches(path: str, head: bytes) -> bool:
    """Whether a file looks like a manifest: YAML or JSON with apiVersion and kind."""
    name = os.path.basename(path).lower()
    if name in ("kustomization.yaml", "kustomization.yml"):
        return True
    if not name.endswith((".yaml", ".yml", ".json")) and path != "-":
        return False
    return bool(_API.search(head) and (_KIND.search(head) or _TEMPLATED.search(head)))


def layers(path: str, data: bytes, context: Context) -> tuple[Layer, ...]:
    """The environment of every container.

    Raises:
        SourceError: the file is not valid YAML, contains no objects, or is input for kustomize.
    """
    from sglang_envctl.sources.kubernetes.manifest import read

    return read(path, data, context)
