"""`envctl export`: the effective environment as text that a launcher reads."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Annotated, Literal, Optional

import typer

from sglang_envctl.cli import gather, options, output
from sglang_envctl.cli.outcome import aside, say
from sglang_envctl.display import visible
from sglang_envctl.environment import Assignment, Environment, Origin
from sglang_envctl.errors import UsageError
from sglang_envctl.exports import refusals, render
from sglang_envctl.redaction import redactor
from sglang_envctl.reports import text as plain
from sglang_envctl.reports.model import CheckReport
from sglang_envctl.rules import Finding, Subject, run
from sglang_envctl.settings import Settings, settle, spelled_default

MACHINE = (
    "CI", "COVERAGE_", "GITHUB_", "HOST", "LOCAL_", "NAMESPACE", "POD_", "PROGRAM", "PYTEST_", "PYTHON",
    "Program", "RANK", "RUNNER_", "TMPDIR", "WINDIR", "WORLD_SIZE", "XDG_", "debug",
)  # fmt: skip
"""How names begin that SGLang looks at and that belong to this machine, job or process alone."""


def export(
    names: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Argument(
            metavar="NAME|PATTERN",
            help="Only these names; patterns with * and ? too. PATH and its like only when named.",
        ),
    ] = None,
    env: options.Env = None,
    inherit: options.Inherit = False,
    output_format: Annotated[
        Literal["dotenv", "shell", "json"],
        typer.Option("--format", help="What the launcher reads."),
    ] = "dotenv",
    output_file: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("--output", "-o", metavar="FILE", help="Write to FILE, readable only by you."),
    ] = None,
    all_: Annotated[
        bool, typer.Option("--all", help="Put in the defaults of variables that are not set.")
    ] = False,
    no_check: Annotated[
        bool, typer.Option("--no-check", help="Export even if the check finds errors.")
    ] = False,
    sglang: options.Sglang = None,
    registry: options.RegistryFiles = None,
    quiet: options.Quiet = False,
) -> int:
    """Write the environment as a launcher reads it, secrets included.

    Of -e layers every assignment is written, of this shell only names that envctl knows. The
    environment is checked first: with errors nothing is written and the exit code is 1.
    """
    known, judged = gather.registry(registry), gather.release(sglang)
    gathered = gather.environment(env, inherit=inherit)
    if gathered.unreadable:
        return gather.complain(gathered.unreadable)
    environment = gathered.environment
    _refuse_own_input(output_file, environment)
    settings = settle(environment, known, judged.release)
    if not no_check and (errors := _errors(settings)):
        sources = tuple(layer.label for layer in environment.layers)
        report = CheckReport(judged, sources, errors)
        aside(plain.check(report))
        say(f"nothing written: {report.counted}; correct them, or insist with --no-check")
        return 1
    chosen = _chosen(settings, names or [], defaults=all_)
    refused = refusals(chosen, output_format)
    if refused:
        for name, why in refused.items():
            say(f"nothing written: {name} cannot go into {output_format}: {why}")
        return 1
    data = render(chosen, output_format, judged.release).encode("utf-8", "surrogateescape")
    if output_file in (None, "-"):
        output.emit_bytes(data)
    else:
        output.write_file(output_file, data)
    if not quiet:
        say(f"{len(chosen)} variable{'s' * (len(chosen) != 1)} written as {output_format}")
    return 0


def _errors(settings: Settings) -> tuple[Finding, ...]:
    hide = redactor([settings.environment], settings.registry)
    return tuple(f for f in run(Subject(settings, hide)) if f.severity == "error")


def _chosen(settings: Settings, patterns: list[str], *, defaults: bool) -> tuple[Assignment, ...]:
    """What to write, narrowed to the patterns; each of them has to match something."""
    found = tuple(_exportable(settings, patterns, defaults=defaults))
    for pattern in patterns:
        if not any(fnmatchcase(assignment.name, pattern) for assignment in found):
            raise UsageError(f"nothing that is set matches {pattern}")
    return found


def _exportable(settings: Settings, patterns: list[str], *, defaults: bool) -> Iterator[Assignment]:
    """Documented names first and in registry order."""
    environment = settings.environment
    for setting in settings:
        named = _named(setting.name, patterns)
        if not (named or (not patterns and not setting.variable.ambient)):
            continue
        if setting.name in environment.effective:
            yield environment.effective[setting.name]
        elif defaults and (text := spelled_default(setting, settings.release)) is not None:
            yield Assignment(setting.name, text, Origin("default"))
    for assignment in settings.unread():
        if (_named(assignment.name, patterns) or not patterns) and _belongs(assignment, settings):
            yield assignment


def _belongs(assignment: Assignment, settings: Settings) -> bool:
    """Whether an undocumented name is the server's: the user wrote it, or the release reads it."""
    name = assignment.name
    if name in settings.environment.explicit:
        return True
    if name.startswith(MACHINE):
        return False
    from sglang_envctl.releases import load

    return name in load().read_names(settings.release)


def _named(name: str, patterns: list[str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def _refuse_own_input(path: str | None, environment: Environment) -> None:
    """Writing onto an input would lose it the day something goes wrong."""
    if path is None:
        return
    from os.path import exists, samefile

    for layer in environment.layers:
        if layer.explicit and exists(path) and exists(layer.label) and samefile(path, layer.label):
            raise UsageError(f"--output: {visible(path)} is one of the inputs; name another file")
