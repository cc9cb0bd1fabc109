"""A systemd unit or drop-in: what it hands to the program it starts.

Of a unit file the drop-ins in the folder beside it, `NAME.service.d/*.conf`, are put on top, as systemd
does; those in other folders of the machine are not looked for. A drop-in that is named itself is read
alone. What systemd sets of its own accord (PATH, HOME, USER, NOTIFY_SOCKET) is no part of it.
"""

from __future__ import annotations

import re

from sglang_envctl.environment import Layer
from sglang_envctl.sources.context import Context

UNIT = r"[^/]*\.(?:service|socket|mount|swap)"
_FILE_NAME = rf"(?:^|/){UNIT}(?:\.d/[^/]*\.conf)?$"
_CONTENT = rb"(?m)^\[(?:Unit|Service)\][ \t]*\r?$"


def matches(path: str, head: bytes) -> bool:
    """Whether a file looks like a unit or a drop-in, by its name or its sections."""
    return bool(re.search(_FILE_NAME, path) or re.search(_CONTENT, head))


def layers(path: str, data: bytes, context: Context) -> tuple[Layer, ...]:
    """A unit is one environment.

    Raises:
        SourceError: a drop-in beside it cannot be read.
    """
    from sglang_envctl.sources.systemd.unit import read

    del context
    return (read(path, data),)
