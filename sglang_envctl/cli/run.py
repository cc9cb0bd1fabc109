"""`envctl run`: check an environment, then replace envctl by a command that has exactly that
environment.
"""

from __future__ import annotations

import errno
import os
import signal
import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, NoReturn

import typer

from sglang_envctl import api, reports
from sglang_envctl.cli import options
from sglang_envctl.cli.outcome import complain, records, remark, say
from sglang_envctl.cli.project import project
from sglang_envctl.environment import Assignment, Layer, impossible, stack
from sglang_envctl.reports.findings import CheckReport
from sglang_envctl.text.escape import visible

SETTINGS = {"allow_interspersed_args": False}
"""The first word that is not an option is the command; the following words are its own options."""
NOT_EXECUTABLE = 126
NOT_FOUND = 127

Command = Annotated[
    list[str],
    typer.Argument(metavar="-- COMMAND", help="The command and its arguments."),
]
Check = Annotated[
    bool,
    typer.Option(
        "--check/--no-check",
        help="Check the environment first, and do not start the command if there are errors.",
    ),
]


EPILOG = options.epilog(
    "envctl run -e prod.env -- python -m sglang.launch_server --model-path M",
    "envctl run -e base.env -e node1.env --inherit --quiet -- ./start.sh",
)


def run(
    command: Command,
    env: options.Env = None,
    inherit: options.Inherit = False,
    dialect: options.Dialect = "dotenv",
    check: Check = True,
    sglang: options.Sglang = None,
    registry: options.RegistryFiles = None,
    config: options.Config = None,
    no_config: options.NoConfig = False,
    quiet: options.Quiet = False,
) -> int:
    """Check an environment, then run a command that has exactly that environment.

    If there are errors, they are printed on standard error, the command does not start, and the
    exit code is 1. Otherwise the command replaces envctl: signals and the exit code are the
    command's own. The command gets only what the -e layers set; with --inherit, it also gets the
    current environment.
    """
    given = project(
        config, no_config=no_config, registries=registry, sglang=[sglang] if sglang else ()
    )
    context = api.context(dialect)
    loaded = api.load(env or (), context, inherit=inherit or not env)
    if loaded.unreadable:
        return complain(loaded.unreadable)
    environment = stack((*loaded.layers, Layer("command line", "command", command=tuple(command))))
    if check:
        found = given.check(environment)
        labels = tuple(layer.label for layer in loaded.layers)
        report = CheckReport(given.release, labels, tuple(f for f in found if f.severity != "info"))
        if report.findings and not (quiet and not report.failed):
            records(reports.text.check(report))
        if report.failed:
            say(f"not started: {report.counted}; fix them, or run it anyway with --no-check")
            return 1
    if refused := tuple(_refusals(environment.effective.values())):
        for reason in refused:
            say(f"not started: {reason}")
        return 1
    if not quiet:
        remark([loaded.environment])
    values = {name: assignment.raw for name, assignment in environment.effective.items()}
    return _become(command, values, values.get("PATH", context.process.get("PATH", os.defpath)))


def _refusals(assignments: Iterable[Assignment]) -> Iterator[str]:
    """Yield the reasons why a process cannot get some of these values."""
    for assignment in assignments:
        name = visible(assignment.name)
        if assignment.unknown:
            yield f"the value of {name} is known only at startup: {visible(assignment.unknown)}"
        elif found := impossible(f"{assignment.name}={assignment.raw}"):
            yield f"{name} contains {found}, which no environment can contain"
        elif not assignment.name or "=" in assignment.name:
            yield f"'{name}' is not a name that an environment can contain"


def _become(command: list[str], values: Mapping[str, str], path: str) -> int:
    """Replace this process by the command; return the exit code only if that fails."""
    program, shown = _find(command[0], path), visible(command[0])
    if program is None:
        is_file = os.path.isfile(command[0])
        why = (
            f"is a file; write envctl run -e {shown} -- COMMAND" if is_file else "command not found"
        )
        say(f"{shown}: {why}")
        return NOT_FOUND
    try:
        _execute(program, command, values)
    except OSError as error:
        say(f"{shown}: {_reason(error, program)}")
        return NOT_EXECUTABLE


def _find(name: str, path: str) -> str | None:
    """Return the file of a command: the first executable one, otherwise the first with this name."""
    if os.sep in name:
        return name if os.path.exists(name) else None
    found = (os.path.join(folder, name) for folder in path.split(os.pathsep))
    files = [program for program in found if name and os.path.isfile(program)]
    executable = [program for program in files if os.access(program, os.X_OK)]
    return next(iter((*executable, *files)), None)


def _execute(program: str, command: list[str], values: Mapping[str, str]) -> NoReturn:
    for stream in filter(None, (sys.stdout, sys.stderr)):
        stream.flush()
    # Python ignores SIGPIPE and SIGXFSZ, and the command would inherit that.
    for ignored in (signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(ignored, signal.SIG_DFL)
    os.execve(program, command, dict(values))  # noqa: S606 - no shell is wanted


def _reason(error: OSError, program: str) -> str:
    if os.path.isdir(program):
        return "is a directory"
    return _REASONS.get(error.errno or 0) or (error.strerror or "cannot be run").lower()


_REASONS = {
    errno.ENOEXEC: "is not a program that this system can run",
    errno.E2BIG: "the command line and the environment together are too long for this system",
    errno.ENOENT: "its interpreter does not exist",
}
