"""How far a long run has come, for a person at a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

_FEW = 50
"""What is done before anybody would wonder."""

Item = TypeVar("Item")


def over(items: Sequence[Item], what: str) -> Iterator[Item]:
    """The items one after the other, with a line on standard error that goes away at the end."""
    if len(items) < _FEW or not _watched():
        yield from items
        return
    from rich.console import Console
    from rich.progress import track

    yield from track(items, what, console=Console(stderr=True), transient=True)


@contextmanager
def counted(what: str, *, quiet: bool) -> Iterator[Callable[[int, int], None] | None]:
    """Something to call with how many are done, and of how many; None where nobody looks."""
    if quiet or not _watched():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(what)
        yield lambda done, total: progress.update(task, completed=done, total=total)


def _watched() -> bool:
    return bool(sys.stderr and sys.stderr.isatty())
