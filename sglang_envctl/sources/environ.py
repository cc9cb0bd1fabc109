"""The environment of a process in Linux's format: entries that end with NUL, as in /proc/1/environ."""

from __future__ import annotations

import re

from sglang_envctl.environment import Assignment, Layer, Origin
from sglang_envctl.sources.bounds import Budget
from sglang_envctl.sources.context import Context

REMARK = "is the environment at exec: later changes by the program are not visible"
# Compiled on first use: no other text has a NUL.
_ENTRIES = rb"[^\0=\s]+=[^\0]*\0(?:[^\0=]+=[^\0]*\0)*(?:[^\0=]+(?:=[^\0]*)?)?"


def matches(path: str, head: bytes) -> bool:
    """Return whether a file consists of entries that are separated by NUL."""
    del path
    return b"\0" in head and bool(re.fullmatch(_ENTRIES, head))


def layers(path: str, data: bytes, context: Context) -> tuple[Layer, ...]:
    """Return the one environment; if a name occurs twice, the first counts, as in `getenv`.

    Raises:
        SourceError: the file exceeds the limits.
    """
    del context
    origin = Origin(path, path)
    budget = Budget(path)
    found: dict[str, Assignment] = {}
    for entry in data.split(b"\0"):
        name, equals, raw = (
            part.decode("utf-8", "surrogateescape") for part in entry.partition(b"=")
        )
        if equals and name and name not in found:
            found[name] = Assignment(name, raw, origin)
            budget.spend(found[name])
    return (Layer(path, "environ", tuple(found.values()), remark=REMARK),)
