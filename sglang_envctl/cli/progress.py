"""How far a long run has come, for a person at a terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import TypeVar

_FEW = 50
"""What is done before anybody would wonder."""

Item = TypeVar("Item")


def over(items: Sequence[Item], what: str) -> Iterator[Item]:
    """The items one after the other, with a line on standard error that goes away at the end."""
    if len(items) < _FEW or not sys.stderr or not sys.stderr.isatty():
        yield from items
        return
    from rich.console import Console
    from rich.progress import track

    yield from track(items, what, console=Console(stderr=True), transient=True)
