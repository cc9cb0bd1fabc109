"""Kubernetes manifests: one environment per container, and per set of variables that a
custom resource declares.

A container is called `deployment/web/server`; in an object with several pods, such as a
LeaderWorkerSet, `leaderworkerset/web/leader/server`; an init container `deployment/web/init/fetch`.
Any unique part of the name selects it: `#server`. Any object that contains a list of containers is
read, regardless of its kind, and so are the variables that a custom resource declares itself, such
as `clusterservingruntime/web/engineConfig/runner`. A file that contains only ConfigMaps is checked
as the environment of a container that uses them.

The parameters of an OpenShift template have the values that are in the file.
ConfigMaps and Secrets are looked up in the same file, then in the other files of the same check.
"""

from __future__ import annotations

import os
import re

from sglang_envctl.environment import Layer
from sglang_envctl.sources.context import Context

# Compiled on first use.
_API = rb"(?m)^[\"']?apiVersion[\"']?[ \t]*:|\A\s*\{(?s:.*?)[\s{,\"]apiVersion\"?\s*:"
_KIND = rb"(?m)^[\"']?kind[\"']?[ \t]*:|\A\s*\{(?s:.*?)[\s{,\"]kind\"?\s*:"
_TEMPLATED = rb"\{\{-?\s*(?:\.Values|include|if)\b"
# The start of an object, directly after comments: a web page may contain a manifest further down.
_OBJECT = (
    rb"(?:\xef\xbb\xbf)?(?:[ \t]*(?:#(?!!)|---)[^\n]*\n)*"
    rb"(?:\s*\{\s*)?[\"']?(?:apiVersion|kind)[\"']?\s*:"
)


def matches(path: str, head: bytes) -> bool:
    """Return whether a file looks like a manifest: YAML or JSON with apiVersion and kind."""
    name = os.path.basename(path).lower()
    if name in ("kustomization.yaml", "kustomization.yml"):
        return True
    if (
        not name.endswith((".yaml", ".yml", ".json"))
        and path != "-"
        and not re.match(_OBJECT, head)
    ):
        return False
    if b"apiVersion" not in head:
        return False  # the usual case, and fast; the patterns test each line
    return bool(re.search(_API, head) and (re.search(_KIND, head) or re.search(_TEMPLATED, head)))


def layers(path: str, data: bytes, context: Context) -> tuple[Layer, ...]:
    """Return the environment of every container.

    Raises:
        SourceError: the file is not valid YAML, contains no objects, or is input for kustomize.
    """
    from sglang_envctl.sources.kubernetes.manifest import read

    return read(path, data, context)
