"""How a run ends that an error ended."""

from __future__ import annotations

import pytest
import typer

from sglang_envctl.cli import outcome
from sglang_envctl.errors import SourceError, UsageError


def caused_by(cause: BaseException) -> Exception:
    """What Python raises for an error in a `__set_name__`."""
    error = RuntimeError("Error calling __set_name__")
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (KeyboardInterrupt(), 130, "envctl: interrupted\n"),
        (caused_by(KeyboardInterrupt()), 130, "envctl: interrupted\n"),
        (caused_by(outcome.StoppedError(15)), 143, "envctl: interrupted\n"),
        (UsageError("wrong\x1b"), 2, "envctl: wrong\\x1b\n"),
        (SourceError("a.env: gone"), 3, "envctl: a.env: gone\n"),
        (OSError(28, "No space left on device", "x"), 3, "envctl: x: no space left on device\n"),
        (OSError(), 3, "envctl: standard output: cannot be written\n"),
        (
            typer.BadParameter("Bad value."),
            2,
            "envctl: invalid value: Bad value (see 'envctl a --help')\n",
        ),
        (typer.Exit(4), 4, ""),
        (BrokenPipeError(), 0, ""),
    ],
)
def test_an_error_before_the_command_runs(
    error: BaseException, code: int, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def application() -> typer.Typer:
        raise error

    assert outcome.run(application, ["a"]) == code
    assert capsys.readouterr().err == message


@pytest.mark.parametrize(("error", "code"), [(KeyboardInterrupt(), 130), (UsageError("x"), 2)])
def test_an_error_in_the_command(error: BaseException, code: int) -> None:
    app = typer.Typer()

    @app.command()
    def fail() -> None:
        raise error

    assert outcome.run(lambda: app, []) == code
