"""How far a long run has come, for a person at a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

_FEW = 50
"""As many as are done before anybody would wonder."""


@contextmanager
def counted(what: str, *, quiet: bool) -> Iterator[Callable[[int, int], None] | None]:
    """Something to call with how many are done, and of how many; None where nobody looks.

    It draws a line on standard error, which goes away at the end.
    """
    if quiet or not (sys.stderr and sys.stderr.isatty()):
        yield None
        return
    with ExitStack() as stack:
        shown: list[Callable[[int, int], None]] = []

        def update(done: int, total: int) -> None:
            if total < _FEW:
                return
            if not shown:
                shown.append(_line(what, stack))
            shown[0](done, total)

        yield update


def _line(what: str, stack: ExitStack) -> Callable[[int, int], None]:
    from rich.console import Console
    from rich.progress import Progress

    progress = stack.enter_context(Progress(console=Console(stderr=True), transient=True))
    task = progress.add_task(what)
    return lambda done, total: progress.update(task, completed=done, total=total)
