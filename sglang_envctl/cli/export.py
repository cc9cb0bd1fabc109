"""`envctl export`: the effective environment as text that a launcher reads."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from typing import Annotated, NamedTuple, Optional

import typer

from sglang_envctl.cli import inputs, options, output
from sglang_envctl.cli.outcome import aside, say
from sglang_envctl.environment import Assignment, Environment, Origin
from sglang_envctl.errors import UsageError
from sglang_envctl.exports import Format, documents, refusals, render
from sglang_envctl.exports.payload import NAME, Snapshot
from sglang_envctl.redaction import Redactor, redactor
from sglang_envctl.registry.variable import Variable
from sglang_envctl.reports import text as plain
from sglang_envctl.reports.shapes import CheckReport
from sglang_envctl.rules import Finding, Subject, run
from sglang_envctl.settings import Settings, settle, spelled_default
from sglang_envctl.text.escape import shorten, visible

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
            help="Only these names; patterns with * and ? too. PATH and the like only if named.",
        ),
    ] = None,
    env: options.Env = None,
    inherit: options.Inherit = False,
    section: options.Sections = None,
    dialect: options.Dialect = "dotenv",
    output_format: Annotated[
        Format, typer.Option("--format", help="The format that the launcher reads.")
    ] = "dotenv",
    object_name: Annotated[
        str,
        typer.Option(
            "--name", metavar="NAME", help="Name of the ConfigMap, Secret or Compose service."
        ),
    ] = NAME,
    output_file: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("--output", "-o", metavar="FILE", help="Write to FILE, readable only by you."),
    ] = None,
    all_: Annotated[
        bool, typer.Option("--all", help="Add the defaults of variables that are not set.")
    ] = False,
    no_check: Annotated[
        bool, typer.Option("--no-check", help="Export even if the check finds errors.")
    ] = False,
    sglang: options.Sglang = None,
    registry: options.RegistryFiles = None,
    quiet: options.Quiet = False,
) -> int:
    """Write the environment as a launcher reads it, secrets included.

    From -e layers it writes every assignment; from the current environment, only names that envctl
    knows. The environment is checked first: with errors, nothing is written and the exit code is 1.
    A template lists the documented variables, set or not, without their values.
    """
    _refuse_name(object_name)
    known, judged = inputs.registry(registry), inputs.release(sglang)
    gathered = inputs.environment(env, inherit=inherit, dialect=dialect)
    if gathered.unreadable:
        return inputs.complain(gathered.unreadable)
    environment = gathered.environment
    _refuse_own_input(output_file, environment, registry or ())
    settings = settle(environment, known, judged.release)
    hide = redactor([environment], known)
    about_values = not documents(output_format)
    if about_values and not no_check and (errors := _errors(settings, hide)):
        sources = tuple(layer.label for layer in environment.layers)
        report = CheckReport(judged, sources, errors)
        aside(plain.check(report))
        say(f"nothing written: {report.counted}; fix them, or use --no-check")
        return 1
    wanted = Wanted(tuple(names or ()), inputs.sections(section, known) if section else None)
    assignments = tuple(_assignments(settings, wanted, defaults=all_))
    variables = tuple(filter(wanted.documented, known.variables))
    written = [entry.name for entry in (assignments if about_values else variables)]
    wanted.refuse_vain(written, "set" if about_values else "documented")
    refused = refusals(assignments, output_format)
    if refused:
        for name, why in refused.items():
            say(f"nothing written: {visible(name)} cannot be written as {output_format}: {why}")
        return 1
    secrets = hide.hidden(assignments)
    snapshot = Snapshot(assignments, judged.release, secrets, variables, object_name)
    data = render(snapshot, output_format).encode("utf-8", "surrogateescape")
    if output_file in (None, "-"):
        output.emit_bytes(data)
    else:
        output.write_file(output_file, data)
    if not quiet:
        inputs.remark([environment])
        say(f"{len(written)} variable{'s' * (len(written) != 1)} written as {output_format}")
    return 0


class Wanted(NamedTuple):
    """What the command line narrows the export to."""

    patterns: tuple[str, ...]
    sections: frozenset[str] | None
    """Their slugs; None: all of them."""

    def named(self, name: str) -> bool:
        return any(fnmatchcase(name, pattern) for pattern in self.patterns)

    def documented(self, variable: Variable) -> bool:
        """Whether to write a documented variable; the system's own only when it is named."""
        if self.sections is not None and variable.section.slug not in self.sections:
            return False
        return self.named(variable.name) if self.patterns else not variable.ambient

    def other(self, name: str) -> bool:
        """Whether to write a name that nothing documents, if it is the server's."""
        if self.sections is not None and inputs.OTHER not in self.sections:
            return False
        return self.named(name) if self.patterns else True

    def refuse_vain(self, names: list[str], quality: str) -> None:
        """Each pattern has to match something."""
        for pattern in self.patterns:
            if not any(fnmatchcase(name, pattern) for name in names):
                raise UsageError(f"no variable that is {quality} matches {pattern}")


def _errors(settings: Settings, hide: Redactor) -> tuple[Finding, ...]:
    return tuple(f for f in run(Subject(settings, hide)) if f.severity == "error")


def _assignments(settings: Settings, wanted: Wanted, *, defaults: bool) -> Iterator[Assignment]:
    """Documented names first and in registry order."""
    environment = settings.environment
    for setting in settings:
        if not wanted.documented(setting.variable):
            continue
        if setting.name in environment.effective:
            yield environment.effective[setting.name]
        elif defaults and (text := spelled_default(setting, settings.release)) is not None:
            yield Assignment(setting.name, text, Origin("default"))
    for assignment in settings.unknown():
        if wanted.other(assignment.name) and _belongs(assignment, settings):
            yield assignment


def _belongs(assignment: Assignment, settings: Settings) -> bool:
    """Whether an undocumented name is the server's: the user wrote it, or the release reads it."""
    name = assignment.name
    if name in settings.environment.explicit or name in settings.rewrites:
        return True
    if name.startswith(MACHINE):
        return False
    from sglang_envctl.releases import load

    return name in load().read_names(settings.release)


def _refuse_name(name: str) -> None:
    """Kubernetes is the strictest of those that take a name."""
    if not re.fullmatch(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", name):
        raise UsageError(
            f"--name: {shorten(visible(name))} is no name for a Kubernetes object: "
            "use up to 63 of a-z, 0-9 and -, with no - at either end"
        )


def _refuse_own_input(path: str | None, environment: Environment, registry: Iterable[str]) -> None:
    """Writing onto an input would lose it the day something goes wrong."""
    if path in (None, "-") or (target := _identity(path)) is None:
        return
    layers = [layer for layer in environment.layers if layer.explicit]
    inputs = {*registry, *(layer.label for layer in layers)}
    inputs.update(a.origin.file for layer in layers for a in layer.assignments if a.origin.file)
    if any(_identity(file) == target for file in inputs):
        raise UsageError(f"--output: {visible(path)} is one of the inputs; name another file")


def _identity(path: str) -> tuple[int, int] | None:
    """What a file has under each of its names; None where there is no file."""
    from os import stat

    try:
        status = stat(path)
    except (OSError, ValueError):
        return None
    return status.st_dev, status.st_ino
