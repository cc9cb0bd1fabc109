"""How a run ends: every error becomes one line on standard error and an exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import typer

from sglang_envctl.display import visible
from sglang_envctl.errors import EnvctlError

INTERNAL_FAULT = 70
INTERRUPTED = 130
WRONG_USAGE = 2

# Typer keeps its own copy of click and exports no name for the base of its usage errors.
_CLICK_ERROR: type[Exception] = typer.BadParameter.__mro__[2]


def run(application: Callable[[], typer.Typer], args: list[str]) -> int:
    """Run an application and return the exit code; nothing a user can cause gets past here."""
    try:
        code = application()(args, prog_name="envctl", standalone_mode=False)
        sys.stdout.flush()
    except BrokenPipeError:
        return _closed_pipe()
    except (KeyboardInterrupt, typer.Abort):
        say("interrupted")
        return INTERRUPTED
    except EnvctlError as error:
        say(str(error))
        return error.exit_code
    except typer.Exit as error:
        return int(error.exit_code)
    except _CLICK_ERROR as error:
        return _wrong_usage(error)
    except Exception as error:  # noqa: BLE001 - the last resort, see INTERNAL_FAULT
        return _fault(error)
    return code if isinstance(code, int) else 0


def say(message: str, *, bare: bool = False) -> None:
    """Something on standard error, which is where everything but results goes."""
    with suppress(OSError):  # nobody may be listening
        typer.echo(message if bare else f"envctl: {message}", err=True)


def _wrong_usage(error: Any) -> int:
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "envctl"
    message = " ".join(visible(error.format_message()).split()).rstrip(".")
    say(f"{message}; see '{command} --help'")
    return WRONG_USAGE


def _closed_pipe() -> int:
    # The reader went away (`| head`), which is no fault. Python would complain once more while
    # flushing at exit, so point standard output elsewhere.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _fault(error: Exception) -> int:
    if os.environ.get("ENVCTL_TRACEBACK"):
        raise error
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    place = f"{trace.tb_frame.f_code.co_name}:{trace.tb_lineno}" if trace else "?"
    say(
        f"internal fault, {type(error).__name__} in {place}: please report it with the command line; "
        "ENVCTL_TRACEBACK=1 prints the details"
    )
    return INTERNAL_FAULT
