"""Limits on one file: a few lines of references and aliases can expand to gigabytes."""

from __future__ import annotations

from sglang_envctl.environment import Assignment
from sglang_envctl.errors import SourceError
from sglang_envctl.text.escape import source_name

MOST = 500_000
"""Maximum assignments in all environments of a file."""
LONGEST = 64 * 1024 * 1024
"""Maximum characters of their values."""


class Budget:
    """Counts the content of all environments of a file."""

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
