"""Limits for one file, because a few lines of references and aliases can expand to gigabytes."""

from __future__ import annotations

from sglang_envctl.environment import Assignment
from sglang_envctl.errors import SourceError
from sglang_envctl.sources.files import read_bytes
from sglang_envctl.text.escape import source_name

MOST = 500_000
"""The maximum number of assignments in all environments of a file."""
LONGEST = 64 * 1024 * 1024
"""The maximum number of characters of all values in all environments of a file."""

INCLUDED = 16 * 1024 * 1024
"""The maximum number of bytes of the files that one file includes; a file may be counted several
times.
"""
_PER_FILE = 4096
"""The number of bytes that each opened file counts for, in addition to its content."""


class Budget:
    """A counter of the content of all environments of a file."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._assignments = 0
        self._characters = 0

    def spend(self, assignment: Assignment) -> None:
        """Count an assignment.

        Raises:
            SourceError: the file exceeds the limits.
        """
        self._assignments += 1
        self._characters += len(assignment.raw)
        if self._assignments > MOST or self._characters > LONGEST:
            shown = source_name(self._path)
            what = f"{MOST:,} variables or {LONGEST >> 20} MiB of values"
            raise SourceError(f"{shown}: expands to more than {what}, which no deployment has")


class Included:
    """A limit for the bytes of all included files, because one file may be included a thousand times."""

    def __init__(self) -> None:
        self._left = INCLUDED

    def read(self, path: str) -> bytes:
        """Return the bytes of a file.

        Raises:
            SourceError: the file cannot be read, or all files together are too large.
        """
        data = read_bytes(path) if self._left > 0 else b""
        self._left -= len(data) + _PER_FILE
        if self._left < 0:
            what = f"the files that are included exceed {INCLUDED >> 20} MiB"
            raise SourceError(f"{source_name(path)}: {what}")
        return data
