"""Write results to standard output, regardless of what reads it."""

from __future__ import annotations

import errno
import os
import re
import stat
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from shutil import get_terminal_size
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from sglang_envctl.cli.outcome import abandon_stdout, write_all
from sglang_envctl.errors import SourceError, UsageError
from sglang_envctl.redaction import masked
from sglang_envctl.sources import files
from sglang_envctl.text.escape import source_name, visible, without_commands

if TYPE_CHECKING:
    from rich.console import Console

Report = TypeVar("Report")
Forms: TypeAlias = Mapping[str, Callable[[], Callable[[Report], str]]]
"""The functions that import and return the printer of a report, by form; most runs need only one."""
_WIDEST = 10_000
"""The maximum width of a screen in columns; Rich pads every line to the width."""
_STYLE = r"\x1b\[[\d;]*m"
_TRAILING = rf"(?:{_STYLE}| )+$"
COMMANDS = ("github",)
"""The forms whose lines are commands to the runner of a CI job."""
STANDARD_OUTPUT = ("-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1")
"""The names of standard output in place of a file."""
DRAWN = ("text", "full", "table")
"""The forms that are drawn for people."""


def emit(text: str, *, commands: bool = False, secrets: bool = False) -> None:
    """Print results. If the consumer exits early (`| head`), this is not an error, and the exit code
    stays the same.

    Args:
        text: the results.
        commands: whether the results are commands to the runner of a CI job; otherwise commands in
            the text are made harmless.
        secrets: whether tokens are shown, even as names.
    """
    if text:
        text = text if commands else without_commands(text)
        text = text if secrets else masked(text)
        text = text if text.endswith("\n") else f"{text}\n"
        encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
        emit_bytes(text.encode(encoding, "backslashreplace"))


def emit_bytes(data: bytes) -> None:
    """Write bytes unchanged.

    Raises:
        SourceError: standard output cannot be written.
    """
    if sys.stdout is None:  # closed with `>&-`
        raise SourceError("standard output: is closed")
    try:
        write_all(sys.stdout, data)
    except BrokenPipeError:
        abandon_stdout()
    except OSError as error:
        abandon_stdout()
        raise SourceError(f"standard output: {_reason(error)}") from error


def deliver(data: bytes, path: str | None) -> None:
    """Write bytes to a file; None and the names in STANDARD_OUTPUT mean standard output.

    Raises:
        UsageError: see `refuse_input`.
        SourceError: the file cannot be written.
    """
    refuse_input(path)
    if path is None or path in STANDARD_OUTPUT:
        emit_bytes(data)
    else:
        write_file(path, data)


def refuse_input(path: str | None, option: str = "--output") -> None:
    """Make sure that the output does not overwrite a file that was read.

    Raises:
        UsageError: the output would overwrite such a file.
    """
    if path is None or path in STANDARD_OUTPUT:
        file = files.identity(sys.stdout) if sys.stdout else None
        if file and (name := files.inputs().get(file)):
            shown = source_name(name)
            raise UsageError(
                f"standard output is one of the inputs, {shown}, and > empties a file before it "
                "is read; write to another file with -o FILE"
            )
    elif files.identity(path) in files.inputs():
        raise UsageError(f"{option}: {visible(path)} is one of the inputs; name another file")


def write_file(path: str, data: bytes) -> None:
    """Write a complete file or nothing, readable only by its owner; or write into a pipe.

    Raises:
        SourceError: the file cannot be written; an earlier file is untouched.
    """
    try:
        if _is_pipe(path):
            _write_pipe(path, data)
            return
        target = os.path.realpath(path)
        if os.path.exists(target) and not os.path.isfile(target):
            # Replacing /dev/null by a file would break the machine.
            raise SourceError(f"{visible(path)}: is not a regular file; use > to write to it")
        if os.path.islink(target):
            os.stat(target)  # gives the reason why a link is broken
        _replace(target, data)
    except (OSError, ValueError) as error:
        raise SourceError(f"{visible(path)}: {_reason(error)}") from error


def _is_pipe(path: str) -> bool:
    """Return whether a path is a pipe, such as the one that a shell passes for >(command)."""
    try:
        return stat.S_ISFIFO(os.stat(path).st_mode)
    except FileNotFoundError:
        return False


def _write_pipe(path: str, data: bytes) -> None:
    try:
        handle = os.open(path, os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        if error.errno == errno.ENXIO:  # otherwise opening the pipe would block
            raise SourceError(f"{visible(path)}: no program reads this pipe") from error
        raise
    os.set_blocking(handle, True)
    with os.fdopen(handle, "wb") as stream:
        stream.write(data)


def rewrite(path: str, data: bytes) -> None:
    """Overwrite a file in one step, and keep its mode and owner.

    Raises:
        SourceError: the file cannot be written; the earlier file is untouched.
    """
    try:
        target = os.path.realpath(path)
        _replace(target, data, os.stat(target))
    except OSError as error:
        raise SourceError(f"{visible(path)}: {_reason(error)}") from error


def _replace(target: str, data: bytes, like: os.stat_result | None = None) -> None:
    """Replace a file in one step."""
    directory, name = os.path.split(target)
    temporary = os.path.join(directory, f".{name[:40]}.{os.urandom(8).hex()}")
    try:
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(handle)
        if like:
            with suppress(PermissionError):  # only root may change the owner
                os.chown(temporary, like.st_uid, like.st_gid)
            os.chmod(temporary, like.st_mode & 0o7777)
        os.replace(temporary, target)
    except BaseException:
        with suppress(FileNotFoundError):  # after os.replace, the temporary file no longer exists
            os.unlink(temporary)
        raise


def for_people() -> bool:
    """Return whether a person reads standard output: a terminal, or an output that is treated as one."""
    return _is_terminal(sys.stdout) or os.environ.get("TTY_COMPATIBLE") == "1"


def present(
    report: Report,
    form: str,
    forms: Forms[Report],
    *,
    draw: Callable[[], Callable[[Console, Report], None]],
    records: Callable[[], Callable[[Console, Report], None]] | None = None,
    paged: bool = False,
    secrets: bool = False,
) -> None:
    """Print a report in an output format; without `secrets`, no token is shown, even as a name.

    `text`, `full` and `table` are drawn by `draw` if a person reads the output. In a pipe with
    FORCE_COLOR, `records` draws the lines of `text` in color.
    """
    if form in DRAWN and for_people():
        _draw(lambda console: draw()(console, report), paged=paged, secrets=secrets)
    elif form == "text" and records and _wants_color():
        color = records()
        _draw(lambda console: color(console, report), secrets=secrets)
    else:
        emit(forms[form]()(report), commands=form in COMMANDS, secrets=secrets)


def _draw(paint: Callable[[Console], None], *, paged: bool = False, secrets: bool) -> None:
    """Draw on the terminal with Rich; output that is longer than the screen goes through the pager."""
    from rich.console import Console

    # Rich assumes 80 columns for every dumb terminal, and fails at some values of COLUMNS and LINES.
    size = get_terminal_size()
    console = Console(
        width=min(size.columns, _WIDEST),
        height=size.lines,
        highlight=False,
        markup=False,
        emoji=False,
        soft_wrap=False,
        # Rich reads every value of FORCE_COLOR as yes.
        color_system=None if _wants_color() is False else "auto",
    )
    with console.capture() as capture:
        paint(console)
    text = _without_padding(capture.get())
    text = text if secrets else masked(text)
    screen = console.height - 2
    if paged and text.count("\n") > screen and all(map(_is_terminal, (sys.stdin, sys.stdout))):
        from rich.pager import SystemPager

        os.environ.setdefault("LESS", "FRX")
        SystemPager().show(without_commands(text))
    else:
        emit(text, secrets=True)


def _without_padding(text: str) -> str:
    """Return lines without trailing spaces, which would make a pager wrap them."""
    lines = (
        re.sub(_TRAILING, lambda end: "".join(re.findall(_STYLE, end[0])), line)
        for line in text.split("\n")
    )
    return "\n".join(lines)


def _wants_color() -> bool | None:
    """Return whether FORCE_COLOR asks for color; None if FORCE_COLOR is unset or empty."""
    said = os.environ.get("FORCE_COLOR", "").lower()
    return said not in ("0", "false") if said else None


def _is_terminal(stream: object) -> bool:
    return bool(stream and sys.stdout and getattr(stream, "isatty", bool)())


def _reason(error: OSError | ValueError) -> str:
    return (getattr(error, "strerror", None) or "cannot be written").lower()
