"""Lines that a backslash at the end puts together, and where a character of the whole stood."""

from __future__ import annotations

from bisect import bisect_right
from typing import TypeAlias

Starts: TypeAlias = "tuple[tuple[int, int], ...]"
"""Where in the whole each line of the file begins, and its number."""


def line_at(starts: Starts, offset: int) -> int:
    """The line of a character."""
    return starts[max(0, bisect_right(starts, (offset, 1 << 60)) - 1)][1]
