"""Join lines that end with a backslash, and map characters of the result to the original lines."""

from __future__ import annotations

from bisect import bisect_right
from typing import TypeAlias

Starts: TypeAlias = "tuple[tuple[int, int], ...]"
"""For each line of the file: the offset at which it begins in the result, and its number."""


def line_at(starts: Starts, offset: int) -> int:
    """Return the line of the character at an offset."""
    return starts[max(0, bisect_right(starts, (offset, 1 << 60)) - 1)][1]
