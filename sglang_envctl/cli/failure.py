"""What standard output holds where a run failed before it had a result.

Every format is valid in every outcome: JSON is a document with the error, and text that a shell
evaluates is a line that fails there, so that nothing goes on without its environment.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sglang_envctl.cli.output import COMMANDS, emit

REPORTS: dict[str, tuple[str, ...]] = {
    "check": ("json", "github", "gitlab", "sarif", "junit", "markdown", "html"),
    "validate": ("json", "github", "gitlab", "sarif", "junit", "markdown", "html"),
    "show": ("json", "csv", "markdown", "html"),
    "diff": ("json", "html"),
    "explain": ("json",),
    "audit": ("json",),
    "config": ("json",),
}
"""The formats that programs read, by command."""


def printer(args: Sequence[str]) -> Callable[[str, int], None]:
    """What prints the failure of this command line, from the message and the exit code.

    It looks at the words themselves, since they may be what is wrong.
    """

    def report(message: str, code: int) -> None:
        form = _option(args, "--format")
        if form in REPORTS.get(args[0], ()):
            from sglang_envctl import reports

            emit(getattr(reports, form).failure(message, code), commands=form in COMMANDS)
        elif args[0] == "export" and form and _option(args, "--output", "-o") in ("", "-"):
            from sglang_envctl import exports

            emit(exports.failure(form, message, code))

    return report


def _option(args: Sequence[str], *names: str) -> str:
    """The last value of an option, or ""."""
    value = ""
    for word, following in zip(args, (*args[1:], ""), strict=True):
        before, equals, after = word.partition("=")
        if before in names:
            value = after if equals else following
    return value
