"""The limits of an audit: how much memory it holds, and how many steps it takes."""

from __future__ import annotations

from sglang_envctl.sources.host import memory_held

MAX_MEMORY = 245 * 1024 * 1024
"""Maximum bytes of an audit, besides what the process held before the audit; SGLang takes 180 MiB."""
RESERVE = 16 * 1024 * 1024
"""Additional bytes for the findings in the parsed code."""
MAX_STEPS = 1_500_000
"""Maximum number of steps of all evaluations and searches; SGLang takes 180,000."""
TOO_MUCH = "more code than an audit reads"
_BETWEEN_LOOKS = 1 << 14
"""Bytes of code between two checks of the memory."""


class NoRoomError(ValueError):
    """The target has more code than an audit reads."""


class Room:
    """The memory and the steps that an audit may still use."""

    def __init__(self) -> None:
        self._most = memory_held() + MAX_MEMORY
        self._unseen = 0
        self._steps = MAX_STEPS

    def take(self, size: int, reserve: int = 0) -> None:
        """Count bytes of code before they are processed; `reserve` raises the limit by that many bytes.

        Raises:
            NoRoomError: the process holds more memory than the limit.
        """
        self._unseen += size
        if self._unseen >= _BETWEEN_LOOKS:
            if memory_held() > self._most + reserve:
                raise NoRoomError(TOO_MUCH)
            self._unseen = 0

    def spend(self, steps: int) -> None:
        """Count steps that are about to be taken.

        Raises:
            NoRoomError: no steps are left.
        """
        if self._steps <= 0:
            raise NoRoomError(TOO_MUCH)
        self.used(steps)

    def used(self, steps: int) -> None:
        """Count steps that were taken."""
        self._steps -= steps
