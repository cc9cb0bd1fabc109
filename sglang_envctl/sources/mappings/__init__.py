"""Environments inside YAML, JSON and TOML files: mappings under a key that names an environment.

Helm values, recipes of Slurm launchers, SkyPilot, Ansible, GitHub Actions, GitLab CI, dev
containers, VS Code and `[env]` tables have names and values under `env`, `environment` and similar
keys. A key counts if everything under it has the form of variables; `forms` describes the forms. A
file that is only a mapping of names to values is an environment too. `options` reads the options of
container engines, `later` what a step sets for later steps, and `yaml.commands` the commands.

An outer environment (of a workflow around a job, of a job around a step) is a lower layer of the
inner one, and is an environment of its own only if it is selected. An environment is called by its
path, `jobs/build/env`; any unique part of the path selects it.
"""

from __future__ import annotations

import re

from sglang_envctl.environment import Layer
from sglang_envctl.errors import NoEnvironmentError
from sglang_envctl.sources.context import Context
from sglang_envctl.sources.documents import shape
from sglang_envctl.text.escape import source_name

# File names that do not suggest a program or a web page.
_NAMED = r"(?i)\.(?:ya?ml|json|jsonc|toml|code-workspace|env)$|(?:^|/)\.?[^./]*$|^-$"


def matches(path: str, head: bytes) -> bool:
    """Return whether a file looks like JSON, or looks like YAML or TOML and its extension, if any,
    fits.
    """
    found = shape(path, head) if path else ""
    return found == "JSON" or bool(found and re.search(_NAMED, path))


def layers(path: str, data: bytes, context: Context) -> tuple[Layer, ...]:
    """Return every environment in a file.

    Raises:
        NoEnvironmentError: the file contains no environment.
        SourceError: the file exceeds the limits when expanded.
    """
    from sglang_envctl.sources.mappings.environments import read

    form = shape(path, data[:4096]) or "YAML"
    if found := read(path, data, form, context):
        return found
    shown = source_name(path)
    raise NoEnvironmentError(
        f"{shown}: this is {form}, and contains no environment in a format that envctl supports; "
        "force one with KIND:PATH",
        f"{form} without an environment",
    )
