"""Kubernetes manifests: an environment a container.

A container is called `deployment/web/server`; of an object with several pods, such as a
LeaderWorkerSet, `leaderworkerset/web/leader/server`; an init container `deployment/web/init/fetch`.
The end of it is enough to pick it: `#server`. Any object that has a list of containers somewhere in it
is understood, whatever its kind. A file of ConfigMaps alone is judged as the environment it will be.

ConfigMaps and Secrets are looked for in the same file, then in the files that are checked with it.
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
    """Whether a file looks like a manifest: YAML or JSON that says apiVersion and kind."""
    name = os.path.basename(path).lower()
    if name in ("kustomization.yaml", "kustomization.yml"):
        return True
    if not name.endswith((".yaml", ".yml", ".json")) and path != "-":
        return False
    return bool(_API.search(head) and (_KIND.search(head) or _TEMPLATED.search(head)))


def layers(path: str, data: bytes, context: Context) -> tuple[Layer, ...]:
    """The environment of every container.

    Raises:
        SourceError: the file is no YAML, holds no objects, or is for kustomize to build.
    """
    from sglang_envctl.sources.kubernetes.manifest import read

    return read(path, data, context)
