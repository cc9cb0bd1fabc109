"""End a run: every error becomes one line on standard error and an exit code."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import TextIO

import typer

from sglang_envctl.environment import Environment
from sglang_envctl.errors import EnvctlError, Unreadable
from sglang_envctl.redaction import MASK, masked
from sglang_envctl.sources.files import identity, recorded
from sglang_envctl.text.escape import short_words, visible, without_commands
from sglang_envctl.text.secrets import without_userinfo

WRONG_USAGE = 2
UNREADABLE = 3
"""The exit code if something could not be read, or the result could not be written."""
INTERNAL_FAULT = 70
INTERRUPTED = 130

# Typer exports one kind of usage error, and no name for the class of all of them.
_USAGE_ERROR: type[Exception] = typer.BadParameter.__bases__[0]


class StoppedError(BaseException):
    """A signal that asks the program to end, raised as an exception so that everything is cleaned up."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def heed_signals() -> None:
    """Let SIGTERM and SIGHUP clean up as SIGINT does, unless these signals are ignored."""
    handlers = {
        signal.SIGINT: signal.default_int_handler,
        signal.SIGTERM: _stop,
        signal.SIGHUP: _stop,
    }
    for number, handler in handlers.items():
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, handler)
    sys.unraisablehook = _raised_again


def _raised_again(lost: sys.UnraisableHookArgs) -> None:
    """Raise a signal's exception once more if it was lost: Python drops what a callback raises."""
    error = lost.exc_value
    if not isinstance(error, (KeyboardInterrupt, StoppedError)):
        sys.__unraisablehook__(lost)
        return

    def again(number: int, frame: object) -> None:
        del number, frame
        raise error

    signal.signal(signal.SIGALRM, again)
    signal.setitimer(signal.ITIMER_REAL, 0.01)


def end_at_signals() -> None:
    """Let SIGTERM and SIGHUP end the program at once, because nothing needs to be cleaned up."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)


def _stop(number: int, frame: object) -> None:
    del frame
    raise StoppedError(number)


def run(
    application: Callable[[], typer.Typer],
    args: list[str],
    on_failure: Callable[[str, int], None] = lambda *_: None,
) -> int:
    """Run an application and return the exit code; no error that a user can cause escapes.

    Args:
        application: makes the application.
        args: its command line.
        on_failure: prints what standard output must contain instead of a result, from the message
            and the exit code.
    """
    try:
        with recorded() as inputs:
            code = application()(args, prog_name="envctl", standalone_mode=False)
        if sys.stdout:
            sys.stdout.flush()
    except (BrokenPipeError, SystemExit):  # Typer turns a broken pipe into SystemExit
        abandon_stdout()
        return 0
    except (KeyboardInterrupt, StoppedError) as stopped:
        return _interrupted(stopped)
    except typer.Exit as error:
        return int(error.exit_code)
    except Exception as error:  # noqa: BLE001 - the last resort, see INTERNAL_FAULT
        if isinstance(error.__cause__, (KeyboardInterrupt, StoppedError)):  # from a __set_name__
            return _interrupted(error.__cause__)
        lines, code = _failure(error, args)
        lines = tuple(map(_without_userinfo, lines))
        for line in lines:
            say(line)
        onto_input = sys.stdout and identity(sys.stdout) in inputs
        with suppress(EnvctlError):  # standard output itself may be unwritable
            if not onto_input:
                on_failure(lines[0], code)
        return code
    if code == INTERRUPTED:  # Typer turns KeyboardInterrupt into an exit code
        return _interrupted()
    return code if isinstance(code, int) else 0


def _interrupted(stopped: BaseException | None = None) -> int:
    say("interrupted")
    return 128 + int(getattr(stopped, "number", signal.SIGINT))


def _failure(error: Exception, args: list[str]) -> tuple[tuple[str, ...], int]:
    """Return the message about an error, and its exit code."""
    if isinstance(error, EnvctlError):
        return error.lines, error.exit_code
    if isinstance(error, _USAGE_ERROR):
        from sglang_envctl.cli.usage import wrong_usage

        return (wrong_usage(error, args),), WRONG_USAGE
    if isinstance(error, OSError):
        return (_unwritable(error),), UNREADABLE
    return (_fault(error),), INTERNAL_FAULT


def _without_userinfo(message: str) -> str:
    """Return a message without the credentials of an address, in case the user passed one as a path."""
    if "://" not in message or "@" not in message:
        return message
    return without_userinfo(message, MASK)


def say(message: str) -> None:
    """Print one line on standard error, which gets everything except results."""
    records(f"envctl: {short_words(visible(message))}")


def records(text: str) -> None:
    """Print lines on standard error; in a terminal, break them between words."""
    if text and sys.stderr and sys.stderr.isatty():
        from textwrap import TextWrapper

        width = os.get_terminal_size(sys.stderr.fileno()).columns or 80
        wrapper = TextWrapper(
            width, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False
        )
        text = "\n".join(map(wrapper.fill, text.split("\n")))
    aside(text)


def aside(text: str) -> None:
    """Print lines on standard error."""
    if sys.stderr is None:  # closed with `2>&-`
        return
    encoding = getattr(sys.stderr, "encoding", None) or "utf-8"
    text = masked(without_commands(text))
    with suppress(OSError):  # the reader may be gone
        write_all(sys.stderr, f"{text}\n".encode(encoding, "backslashreplace"))


def write_all(stream: TextIO, data: bytes) -> None:
    """Write all bytes, even if the stream accepts only a part at a time.

    Raises:
        OSError: the bytes cannot be written.
    """
    stream.flush()
    # With PYTHONUNBUFFERED there is no buffer, whose `write` would accept everything or fail.
    raw = getattr(stream.buffer, "raw", stream.buffer)
    left = memoryview(data)
    while left:
        taken = raw.write(left)
        if taken is None:  # a pipe that does not block and is full
            _wait_until_writable(stream.fileno())
        else:
            left = left[taken:]


def _wait_until_writable(number: int) -> None:
    from select import POLLOUT, poll

    waiting = poll()
    waiting.register(number, POLLOUT)
    waiting.poll()


def summarize(message: str) -> None:
    """Print the last line of a list, unless a pager may use the same terminal."""
    piped = sys.stdout and not sys.stdout.isatty()
    if not (piped and sys.stderr and sys.stderr.isatty()):
        say(message)


def remark(environments: Iterable[Environment], misspelled: Iterable[str] = ()) -> None:
    """Print the remarks about whole sources, each once.

    Args:
        environments: the environments whose layers have the remarks.
        misspelled: the sources that contain syntax errors.
    """
    layers = (layer for environment in environments for layer in environment.layers)
    for text in dict.fromkeys(f"{layer.label} {layer.remark}" for layer in layers if layer.remark):
        say(text)
    if misspelled:
        from sglang_envctl.reports.counts import shortlist

        say(
            f"{shortlist(tuple(misspelled))}: some lines are not read as written; envctl check says why"
        )


def complain(unreadable: Iterable[Unreadable]) -> int:
    """Print the inputs that could not be read, and return the exit code for this case."""
    for problem in unreadable:
        say(str(problem))
    return UNREADABLE


def abandon_stdout() -> None:
    """Discard the output that is not written yet, because Python would report an error about it on
    exit.
    """
    with suppress(OSError, ValueError):  # not a real file, as in a test
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _unwritable(error: OSError) -> str:
    abandon_stdout()
    reason = (error.strerror or "cannot be written").lower()
    return f"{error.filename or 'standard output'}: {reason}"


def _fault(error: Exception) -> str:
    if os.environ.get("ENVCTL_TRACEBACK"):
        from traceback import format_exception

        aside("".join(format_exception(error)).rstrip())
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    place = f"{trace.tb_frame.f_code.co_name}:{trace.tb_lineno}" if trace else "?"
    return (
        f"internal fault, {type(error).__name__} in {place}: please report it with the command line; "
        "ENVCTL_TRACEBACK=1 prints the details"
    )
