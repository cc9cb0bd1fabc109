"""A Quadlet file of Podman: the environment of the container that systemd starts with it.

In a `.container` file, Environment= and EnvironmentFile= are in [Container]; in [Service], they are
for podman itself. A `.kube` file names a manifest, whose containers are read. In the output of
`systemctl cat` for a generated service, [X-Container] is read. Drop-ins are applied as for other
units.
"""

from __future__ import annotations

import re

from sglang_envctl.environment import Layer
from sglang_envctl.sources.context import Context

_FILE_NAME = r"(?:^|/)[^/]*\.(?:container|kube)(?:\.d/[^/]*\.conf)?$"
# Further down, a section may be text that a script writes.
_CONTENT = (
    rb"(?m)(?:[ \t]*(?:[#;].*|[A-Z]\w*=.*|\r?)\n)*(?=\[)(?s:.*?)"
    rb"^\[(?:X-)?(?:Container|Kube)\][ \t]*\r?$"
)


def matches(path: str, head: bytes) -> bool:
    """Return whether a file looks like a Quadlet file of a container or a pod, or a drop-in of one."""
    return bool(re.search(_FILE_NAME, path) or re.match(_CONTENT, head))


def layers(path: str, data: bytes, context: Context) -> tuple[Layer, ...]:
    """Return the environment of a container, or of each container in the named manifest.

    Raises:
        SourceError: a drop-in or the manifest cannot be read.
    """
    from sglang_envctl.sources.quadlet.container import read

    return read(path, data, context)
