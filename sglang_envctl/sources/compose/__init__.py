"""A Compose file: one environment per service, as `docker compose` would start it.

References are resolved as in Compose: from the environment in which envctl runs, then from the
`.env` file next to the Compose file. If neither defines the name, the value is unknown, because the
shell that runs Compose may define it. A bare name is unknown too, unless `.env` defines it: Compose
takes its value from the shell, which is rarely the one that runs the check.

`extends`, `include`, multiple documents, profiles (every service counts) and anchors are followed.
`compose.override.yaml` is not: pass both files to Compose, or check the output of `docker compose
config`. Variables of SGLang that no service gets, such as arguments of a build, are reported.
If services have `env` or a similar key, and the file has another name, it is one of another program.
"""

from __future__ import annotations

import os
import re

from sglang_envctl.environment import Layer
from sglang_envctl.sources.context import Context

_NAMED = r"(?:.*[._-])?compose(?:[._-].*)?\.ya?ml"
# From the end of a line, because a search for ^ would try every character.
# Other programs, such as GitLab CI, use `services:` for lists.
_SERVICES = re.compile(rb"\n(?:services:(?!\s*[-\[])|include:)")
_KEY = re.compile(rb"\n([\w.-]+):(?=\s)")
_KEYS = frozenset(
    {
        b"configs", b"include", b"models", b"name", b"networks", b"secrets", b"services", b"version",
        b"volumes",
    }
)  # fmt: skip
"""The keys that Compose accepts at the top level, in addition to x-*."""
_OTHERS = re.compile(
    rb"\n(?:apiVersion:|stages:|jobs:|envs:|run:|processes:|steps:|- hosts:|- name:"
    rb"|(?:[^\s#][^\n]*)?[ {,]script:)"
)
"""The keys of Kubernetes, GitLab CI, GitHub Actions, SkyPilot, process-compose and Ansible."""
_ITEM = re.compile(rb"\n-(?: |\r?\n)")
_OF_GITLAB = re.compile(
    rb"\ninclude:(?:\s*-)?[\s\[{]*(?:local|project|remote|template|component|file|ref|rules|inputs):"
)
"""The start of a reference to a file in GitLab CI. In Compose, it is a path, or has the key `path`."""


def matches(path: str, head: bytes) -> bool:
    """Return whether a file looks like a Compose file: by `services:` or `include:` in a YAML file,
    or by its name, if it has no keys of another program.
    """
    is_named = _is_named(path)
    if not (is_named or path.lower().endswith((".yaml", ".yml")) or path == "-"):
        return False
    head = b"\n" + head
    if is_named and (b"\nservices:" in head or not _OTHERS.search(head)):
        return not _OF_GITLAB.search(head)
    if not _SERVICES.search(head):
        return False
    return not (_has_other_keys(head) or _ITEM.search(head) or _OF_GITLAB.search(head))


def _is_named(path: str) -> bool:
    """Return whether a file has the name of a Compose file."""
    return bool(re.fullmatch(_NAMED, os.path.basename(path).lower()))


def _has_other_keys(head: bytes) -> bool:
    """Return whether a file has a key at the top level that belongs to another program."""
    keys = _KEY.findall(head)
    return any(key not in _KEYS and not key.startswith(b"x-") for key in keys)


def layers(path: str, data: bytes, context: Context) -> tuple[Layer, ...]:
    """Return the environment of every service.

    Raises:
        SourceError: the file is not valid YAML or not a Compose file, or is too large when
            expanded.
    """
    from sglang_envctl.sources.compose.project import read

    return read(path, data, context, named=_is_named(path))
