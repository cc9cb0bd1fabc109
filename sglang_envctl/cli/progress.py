"""Show the progress of a long run to a user at a terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TypeAlias, TypeVar

_FEW = 50
"""The number of steps that take too little time for progress to be shown."""


Update: TypeAlias = Callable[[int, "int | None"], None]
"""A function that is called with the number of steps done and the total, None if it is unknown."""
Item = TypeVar("Item")


def each(what: str, items: Iterable[Item], *, quiet: bool) -> Iterator[Item]:
    """Yield the same items, and show how many were processed."""
    with counted(what, quiet=quiet) as update:
        for number, item in enumerate(items, 1):
            if update and not number % _FEW:
                update(number, None)
            yield item


@contextmanager
def counted(what: str, *, quiet: bool) -> Iterator[Update | None]:
    """Return a function that counts steps; None if no user sees the progress.

    The function draws a line on standard error, which disappears at the end. In a CI job, nothing
    is drawn, even if the job has a terminal.
    """
    if quiet or os.environ.get("CI") or not (sys.stderr and sys.stderr.isatty()):
        yield None
        return
    with ExitStack() as stack:
        shown: list[Update] = []

        def update(done: int, total: int | None) -> None:
            if (done if total is None else total) < _FEW:
                return
            if not shown:
                shown.append(_line(what, stack))
            shown[0](done, total)

        yield update


def _line(what: str, stack: ExitStack) -> Update:
    from rich.console import Console
    from rich.progress import Progress
    from rich.theme import Theme

    # Rich's cyan is unreadable on a light background.
    console = Console(stderr=True, theme=Theme({"progress.remaining": "none"}))
    progress = stack.enter_context(Progress(console=console, transient=True))
    task = progress.add_task(what)

    def update(done: int, total: int | None) -> None:
        counted = f"{what} {done if total is None else total:,}"
        progress.update(task, description=counted, completed=done, total=total)

    return update
