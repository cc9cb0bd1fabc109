"""Writing results to standard output, whatever is at the other end."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from sglang_envctl.display import visible
from sglang_envctl.errors import SourceError

if TYPE_CHECKING:
    from rich.console import Console


_FORMS = "sglang_envctl.reports."


def emit(text: str) -> None:
    """Print results. A reader that went away (`| head`) is no fault, so the exit code stays."""
    if text:
        emit_bytes(
            (text if text.endswith("\n") else f"{text}\n").encode(_encoding(), "backslashreplace")
        )


def emit_bytes(data: bytes) -> None:
    """Write bytes as they are."""
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        # Python would complain once more while flushing at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        reason = (error.strerror or "cannot be written").lower()
        raise SourceError(f"standard output: {reason}") from error


def write_file(path: str, data: bytes) -> None:
    """Write a file whole or not at all, readable by its owner only.

    Raises:
        SourceError: it cannot be written; what was there before is untouched.
    """
    import tempfile

    directory, name = os.path.split(os.path.realpath(path))
    try:
        handle, temporary = tempfile.mkstemp(prefix=f".{name[:80]}.", dir=directory)
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(data)
            os.replace(temporary, os.path.join(directory, name))
        except BaseException:
            os.unlink(temporary)
            raise
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or "cannot be written").lower()
        raise SourceError(f"{visible(path)}: {reason}") from error


def for_people() -> bool:
    """Whether a person looks at standard output: a terminal, or FORCE_COLOR says to act like it."""
    return sys.stdout.isatty() or bool(os.environ.get("FORCE_COLOR"))


def present(command: str, form: str, result: object, *, paged: bool = False) -> None:
    """Print a command's result in a form; `text` is drawn where a person looks."""
    from importlib import import_module

    if form == "text" and for_people():
        draw(
            lambda console: import_module(_FORMS + "terminal").__dict__[command](console, result),
            paged=paged,
        )
    else:
        emit(import_module(_FORMS + form).__dict__[command](result))


def draw(paint: Callable[[Console], None], *, paged: bool = False) -> None:
    """Paint on the terminal with Rich; what is longer than the screen goes through the pager."""
    from rich.console import Console

    console = Console(highlight=False, markup=False, emoji=False, soft_wrap=False)
    with console.capture() as capture:
        paint(console)
    text = capture.get()
    if (
        paged
        and sys.stdin.isatty()
        and sys.stdout.isatty()
        and text.count("\n") > console.height - 2
    ):
        from rich.pager import SystemPager

        os.environ.setdefault("LESS", "FRX")
        SystemPager().show(text)
    else:
        emit(text)


def _encoding() -> str:
    return sys.stdout.encoding or "utf-8"
