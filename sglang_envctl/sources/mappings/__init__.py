"""Environments inside YAML, JSON and TOML files: mappings under a key that means an environment.

Helm values, recipes of Slurm launchers, SkyPilot, Ansible, GitHub Actions, GitLab CI, dev containers,
VS Code, `[env]` tables: all of them write names and values under `env`, `environment` and the like. A
key counts if all that is under it has the form of variables; `blocks` says which forms there are. A
file that is nothing but a mapping of names to values is an environment too.

The environment around another one (of a workflow around a job, of a job around a step) lies under it,
and is one of its own only if it is selected.
An environment is called by its path, `jobs/build/env`; any part of the path that is unique selects it.
"""

from __future__ import annotations

import re

from sglang_envctl.environment import Layer
from sglang_envctl.errors import NoEnvironmentError
from sglang_envctl.sources.context import Context
from sglang_envctl.sources.documents import shape
from sglang_envctl.text.escape import source_name

# Names that do not say that a file is a program or a page.
_NAMED = r"(?i)\.(?:ya?ml|json|jsonc|toml|code-workspace|env)$|(?:^|/)\.?[^./]*$|^-$"


def matches(path: str, head: bytes) -> bool:
    """Return whether a file looks like JSON, or like YAML or TOML and its name does not say
    otherwise.
    """
    found = shape(path, head) if path else ""
    return found == "JSON" or bool(found and re.search(_NAMED, path))


def layers(path: str, data: bytes, context: Context) -> tuple[Layer, ...]:
    """Return every environment that a file contains.

    Raises:
        NoEnvironmentError: there is none.
        SourceError: it exceeds the bounds when expanded.
    """
    from sglang_envctl.sources.mappings.environments import read

    del context
    form = shape(path, data[:4096]) or "YAML"
    if found := read(path, data, form):
        return found
    shown = source_name(path)
    raise NoEnvironmentError(
        f"{shown}: this is {form}, and contains no environment in a format that envctl supports; "
        "force one with KIND:PATH",
        f"{form} without an environment",
    )
