"""How a run ends: every error becomes one line on standard error and an exit code."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

import typer

from sglang_envctl.environment import Environment
from sglang_envctl.errors import EnvctlError, Unreadable
from sglang_envctl.text.escape import visible

WRONG_USAGE = 2
UNREADABLE = 3
"""Something could not be read, or the result could not be written."""
INTERNAL_FAULT = 70
INTERRUPTED = 130

# Typer exports one kind of usage error, and no name for the class of all of them.
_USAGE_ERROR: type[Exception] = typer.BadParameter.__bases__[0]


def run(application: Callable[[], typer.Typer], args: list[str]) -> int:
    """Run an application and return the exit code; no error that a user can cause gets past here."""
    try:
        code = application()(args, prog_name="envctl", standalone_mode=False)
        if sys.stdout:
            sys.stdout.flush()
    except (BrokenPipeError, SystemExit):  # Typer makes a SystemExit of it
        abandon_stdout()
        return 0
    except KeyboardInterrupt:  # before the command runs; later, Typer makes it an exit code
        code = INTERRUPTED
    except EnvctlError as error:
        say(str(error))
        return error.exit_code
    except typer.Exit as error:
        return int(error.exit_code)
    except _USAGE_ERROR as error:
        return _wrong_usage(error, args)
    except OSError as error:
        return _unwritable(error)
    except Exception as error:  # noqa: BLE001 - the last resort, see INTERNAL_FAULT
        return _fault(error)
    if code == INTERRUPTED:
        say("interrupted")
    return code if isinstance(code, int) else 0


def say(message: str) -> None:
    """One line on standard error, which is where everything but results goes."""
    aside(f"envctl: {visible(message)}")


def aside(text: str) -> None:
    """Lines on standard error."""
    with suppress(OSError):  # nobody may be listening
        typer.echo(text, err=True)


def remark(environments: Iterable[Environment]) -> None:
    """Say what a person has to know about whole sources, each once."""
    layers = (layer for environment in environments for layer in environment.layers)
    for text in dict.fromkeys(f"{layer.label} {layer.remark}" for layer in layers if layer.remark):
        say(text)


def complain(unreadable: Iterable[Unreadable]) -> int:
    """Say what could not be read, and return the exit code for it."""
    for problem in unreadable:
        say(str(problem))
    return UNREADABLE


def abandon_stdout() -> None:
    """Discard what is still to be written; Python would complain about it when it exits."""
    with suppress(OSError, ValueError):  # not a real file, as in a test
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _wrong_usage(error: Any, args: list[str]) -> int:
    context = getattr(error, "ctx", None)
    command = context.command_path if context else " ".join(["envctl", *args[:1]])
    say(f"{_usage_message(error)} (see '{command} --help')")
    return WRONG_USAGE


def _usage_message(error: Any) -> str:
    """Typer's message in envctl's own form, which does not depend on Typer's version."""
    option = getattr(error, "option_name", None)
    if option and hasattr(error, "possibilities"):
        guesses = " or ".join(sorted(error.possibilities or ()))
        return f"no such option: {option}{f'; did you mean {guesses}?' if guesses else ''}"
    message = " ".join(str(error.format_message()).split()).rstrip(".")
    message = re.sub(r"\. Did you mean (.*?)\?.*$", r"; did you mean \1?", message)
    before, one_of, choices = message.partition(" is not one of ")
    return f"{before[:1].lower()}{before[1:]}{one_of}{choices.replace(chr(39), '')}"


def _unwritable(error: OSError) -> int:
    reason = (error.strerror or "cannot be written").lower()
    say(f"{error.filename or 'standard output'}: {reason}")
    abandon_stdout()
    return UNREADABLE


def _fault(error: Exception) -> int:
    if os.environ.get("ENVCTL_TRACEBACK"):
        from traceback import format_exception

        aside("".join(format_exception(error)).rstrip())
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    place = f"{trace.tb_frame.f_code.co_name}:{trace.tb_lineno}" if trace else "?"
    say(
        f"internal fault, {type(error).__name__} in {place}: please report it with the command line; "
        "ENVCTL_TRACEBACK=1 prints the details"
    )
    return INTERNAL_FAULT
