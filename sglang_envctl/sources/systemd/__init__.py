"""A systemd unit or drop-in: the environment of the program that it starts.

The drop-ins in the directory next to a unit file, `NAME.service.d/*.conf`, are applied after it, as
in systemd; other directories are not searched. A drop-in that is itself the source is read alone.
Variables that systemd sets itself (PATH, HOME, USER, NOTIFY_SOCKET) are not included.
"""

from __future__ import annotations

import re

from sglang_envctl.environment import Layer
from sglang_envctl.sources.context import Context

UNIT = r"[^/]*\.(?:service|socket|mount|swap)"
_FILE_NAME = rf"(?:^|/){UNIT}(?:\.d/[^/]*\.conf)?$"
# Further down, a section may be text that a script writes.
_CONTENT = (
    rb"(?m)(?:[ \t]*(?:[#;].*|[A-Z]\w*=.*|\r?)\n)*(?=\[)(?s:.*?)"
    rb"^\[(?:Unit|Service)\][ \t]*\r?$"
)


def matches(path: str, head: bytes) -> bool:
    """Return whether a file looks like a unit or a drop-in, by its name or its sections."""
    return bool(re.search(_FILE_NAME, path) or re.match(_CONTENT, head))


def layers(path: str, data: bytes, context: Context) -> tuple[Layer, ...]:
    """Return the environment of a unit, or of each unit in the output of `systemctl cat`.

    Raises:
        SourceError: one of the drop-ins cannot be read.
    """
    from sglang_envctl.sources.systemd.unit import read

    del context
    return read(path, data)
