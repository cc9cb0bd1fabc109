"""`envctl export`: the effective environment as text that a launcher reads."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Annotated, Literal, Optional

import typer

from sglang_envctl.cli import gather, options, output
from sglang_envctl.cli.outcome import say
from sglang_envctl.display import visible
from sglang_envctl.environment import Assignment, Environment, Origin
from sglang_envctl.errors import UsageError
from sglang_envctl.exports import refusals, render
from sglang_envctl.redaction import redactor
from sglang_envctl.reports import text as plain
from sglang_envctl.reports.model import CheckReport
from sglang_envctl.rules import Subject, run
from sglang_envctl.settings import Settings, settle, spelled_default


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
    environment = gather.environment(env or (), inherit=inherit)
    _refuse_own_input(output_file, environment)
    settings = settle(environment, known, judged.release)
    if not no_check:
        hide = redactor([environment], known)
        errors = tuple(f for f in run(Subject(settings, hide)) if f.severity == "error")
        if errors:
            report = CheckReport(judged, tuple(layer.label for layer in environment.layers), errors)
            say(f"nothing written: {report.summary}; mend it, or insist with --no-check")
            say(plain.check(report), bare=True)
            return 1
    chosen = tuple(_chosen(settings, names or [], defaults=all_))
    if names and not chosen:
        raise UsageError(f"nothing that is set matches {' '.join(map(visible, names))}")
    refused = refusals(chosen, output_format)
    if refused:
        for name, why in refused.items():
            say(f"nothing written: {visible(name)} cannot go into {output_format}: {why}")
        return 1
    data = render(chosen, output_format, judged.release).encode("utf-8", "surrogateescape")
    if output_file is None:
        output.emit_bytes(data)
    else:
        output.write_file(output_file, data)
    if not quiet:
        say(f"{len(chosen)} variable{'s' * (len(chosen) != 1)} written as {output_format}")
    return 0


def _chosen(settings: Settings, patterns: list[str], *, defaults: bool) -> Iterator[Assignment]:
    """What to write, documented names first and in registry order."""
    environment = settings.environment
    for setting in settings:
        named = _named(setting.name, patterns)
        if not (named or (not patterns and not setting.variable.ambient)):
            continue
        if setting.name in environment.effective:
            yield environment.effective[setting.name]
        elif defaults and (text := spelled_default(setting, settings.release)) is not None:
            yield Assignment(setting.name, text, Origin("default"))
    for assignment in settings.undocumented():
        if assignment.name in environment.explicit and (
            not patterns or _named(assignment.name, patterns)
        ):
            yield assignment


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
