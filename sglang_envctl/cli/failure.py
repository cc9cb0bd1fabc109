"""Write the text that standard output contains if a run fails before it has a result.

The output is valid in every format: JSON is a document with the error, and text for a shell to
evaluate is a line that fails, so that no script continues without its environment.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import TypeAlias

from sglang_envctl.cli.outcome import WRONG_USAGE, say
from sglang_envctl.cli.output import COMMANDS, STANDARD_OUTPUT, emit
from sglang_envctl.sources.files import is_empty_file

Failure: TypeAlias = Callable[[str, int], str]
"""A function that returns the text for a failure in a format, from the message and the exit code."""


def printer(args: Sequence[str]) -> Callable[[str, int], None]:
    """Return the function that prints the failure of this command line, from the message and exit
    code.

    The function parses `args` itself, because Typer rejects an invalid command line.
    """

    def report(message: str, code: int) -> None:
        form = _option(args, "--format")
        if _option(args, "--output", "o") not in ("", *STANDARD_OUTPUT):
            return
        if failure := _of_report(args[0], form):
            emit(failure(message, code), commands=form in COMMANDS)
        elif args[0] == "export":
            if code != WRONG_USAGE and is_empty_file(sys.stdout):
                say("use -o FILE: the redirection with > has already emptied the file")
            from sglang_envctl import exports

            emit(exports.failure(form, message, code))

    return report


def _of_report(command: str, form: str) -> Failure | None:
    """Return the function that reports a failure in a command's format, if programs read that format."""
    from sglang_envctl import reports
    from sglang_envctl.cli import ALIASES
    from sglang_envctl.cli import COMMANDS as ALL

    home = ALIASES.get(command, command)
    if home not in ALL:
        return None
    module = import_module(f"sglang_envctl.cli.{home}")
    form = getattr(module, "ONLY_FORM", form)
    forms = getattr(module, "FORMS", [form] if hasattr(module, "ONLY_FORM") else [])
    report = getattr(reports, form) if form in forms and form in reports.__all__ else None
    return getattr(report, "failure", None)


def _option(args: Sequence[str], name: str, letter: str = "") -> str:
    """Return the last value of an option, or an empty string; -oFILE and -qo FILE count too."""
    value = ""
    for word, following in zip(args, (*args[1:], ""), strict=True):
        before, equals, after = word.partition("=")
        if word == "--":
            break
        if before == name:
            value = after if equals else following
        elif letter and (short := re.fullmatch(f"-q*{letter}(.*)", word, re.DOTALL)):
            value = short[1] or following
    return value
