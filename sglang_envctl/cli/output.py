"""Writing results to standard output, regardless of what reads it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from sglang_envctl.cli.outcome import abandon_stdout
from sglang_envctl.errors import SourceError
from sglang_envctl.text.escape import visible

if TYPE_CHECKING:
    from rich.console import Console

Report = TypeVar("Report")
Forms: TypeAlias = Mapping[str, Callable[[], Callable[[Report], str]]]
"""What prints a report, by form. Each is called to import the form, which most runs have no use for."""
DRAWN = ("text", "full", "table")
"""The forms that are drawn for people."""


def emit(text: str) -> None:
    """Print results. A consumer that went away (`| head`) is not an error: the exit code stays."""
    if text:
        text = text if text.endswith("\n") else f"{text}\n"
        encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
        emit_bytes(text.encode(encoding, "backslashreplace"))


def emit_bytes(data: bytes) -> None:
    """Write bytes as they are.

    Raises:
        SourceError: standard output cannot be written to.
    """
    if sys.stdout is None:  # started with `>&-`
        raise SourceError("standard output: is closed")
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        abandon_stdout()
    except OSError as error:
        abandon_stdout()
        raise SourceError(f"standard output: {_reason(error)}") from error


def write_file(path: str, data: bytes) -> None:
    """Write a whole file or nothing, readable by its owner only.

    Raises:
        SourceError: it cannot be written; what was there before is untouched.
    """
    try:
        target = os.path.realpath(path)
        if os.path.exists(target) and not os.path.isfile(target):
            # Replacing /dev/null by a file would break the machine.
            raise SourceError(f"{visible(path)}: is not a regular file; use > for anything else")
        if os.path.islink(target):
            os.stat(target)  # says why a link leads nowhere
        _replace(target, data)
    except (OSError, ValueError) as error:
        raise SourceError(f"{visible(path)}: {_reason(error)}") from error


def _replace(target: str, data: bytes) -> None:
    """Replace a file in one step."""
    import tempfile

    directory, name = os.path.split(target)
    handle, temporary = tempfile.mkstemp(prefix=f".{name[:40]}.", dir=directory)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        os.replace(temporary, target)
    except BaseException:
        os.unlink(temporary)
        raise


def for_people() -> bool:
    """Whether a person reads standard output: it is a terminal, or said to act as one."""
    return _is_terminal(sys.stdout) or os.environ.get("TTY_COMPATIBLE") == "1"


def present(
    report: Report,
    form: str,
    forms: Forms[Report],
    *,
    draw: Callable[[], Callable[[Console, Report], None]],
    records: Callable[[], Callable[[Console, Report], None]] | None = None,
    paged: bool = False,
) -> None:
    """Print a report in a form.

    `text`, `full` and `table` are drawn where a person looks. In a pipe, FORCE_COLOR colors the
    `records`, which are the same lines as without it.
    """
    if form in DRAWN and for_people():
        _draw(lambda console: draw()(console, report), paged=paged)
    elif form == "text" and records and os.environ.get("FORCE_COLOR"):
        color = records()
        _draw(lambda console: color(console, report))
    else:
        emit(forms[form]()(report))


def _draw(paint: Callable[[Console], None], *, paged: bool = False) -> None:
    """Draw on the terminal with Rich; what is longer than the screen goes through the pager."""
    from rich.console import Console

    console = Console(highlight=False, markup=False, emoji=False, soft_wrap=False)
    with console.capture() as capture:
        paint(console)
    text = capture.get()
    screen = console.height - 2
    if paged and text.count("\n") > screen and all(map(_is_terminal, (sys.stdin, sys.stdout))):
        from rich.pager import SystemPager

        os.environ.setdefault("LESS", "FRX")
        SystemPager().show(text)
    else:
        emit(text)


def _is_terminal(stream: object) -> bool:
    return bool(stream and sys.stdout and getattr(stream, "isatty", bool)())


def _reason(error: OSError | ValueError) -> str:
    return (getattr(error, "strerror", None) or "cannot be written").lower()
