"""What one file may grow to: a few lines of references and aliases can stand for gigabytes."""

from __future__ import annotations

from sglang_envctl.environment import Assignment
from sglang_envctl.errors import SourceError
from sglang_envctl.text.escape import visible

MOST = 500_000
"""Assignments, in all the environments of a file."""
LONGEST = 64 * 1024 * 1024
"""Characters of their texts."""


class Budget:
    """Counts what the environments of a file hold, all in all."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._assignments = 0
        self._letters = 0

    def spend(self, assignment: Assignment) -> None:
        """Count an assignment.

        Raises:
            SourceError: the file is beyond the bounds.
        """
        self._assignments += 1
        self._letters += len(assignment.raw)
        if self._assignments > MOST or self._letters > LONGEST:
            shown = "standard input" if self._path == "-" else visible(self._path)
            what = f"{MOST:,} variables or {LONGEST >> 20} MiB of values"
            raise SourceError(f"{shown}: stands for over {what}, which no deployment has")
