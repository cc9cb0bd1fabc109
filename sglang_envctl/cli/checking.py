"""Run a check: read the sources, collect the findings, and apply fixes."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from sglang_envctl import api
from sglang_envctl.cli import output, progress
from sglang_envctl.cli.project import Project
from sglang_envctl.config import Deployment
from sglang_envctl.environment import Environment
from sglang_envctl.errors import Unreadable
from sglang_envctl.findings.check import Group, Scope, check_groups
from sglang_envctl.redaction import Redactor
from sglang_envctl.registry import Registry
from sglang_envctl.releases import ChosenRelease
from sglang_envctl.reports.findings import ShownFix
from sglang_envctl.rules import Finding
from sglang_envctl.sources import process
from sglang_envctl.sources.context import Context
from sglang_envctl.sources.load import Side
from sglang_envctl.text.escape import visible

if TYPE_CHECKING:
    from sglang_envctl.environment import Place
    from sglang_envctl.findings.excerpts import SourceLine
    from sglang_envctl.findings.fixes import FileFixes, Fix
    from sglang_envctl.nodes.fleet import Gathering

MOST_ROUNDS = 10
"""The maximum number of checks after fixes; a fix can make other problems visible."""


class Checked(NamedTuple):
    """The sources that were read, and the findings."""

    context: Context
    registry: Registry
    environments: tuple[Environment | Unreadable, ...]
    findings: tuple[Finding, ...]
    releases: tuple[ChosenRelease, ...]
    remarks: tuple[str, ...] = ()
    """The fixes that were made, and the findings that a baseline file leaves out."""

    def beside(self, file: str, *, update: bool) -> Checked:
        """Return only the findings that are not in a baseline file; `update` writes the file first."""
        from sglang_envctl.findings.baseline import compare, text
        from sglang_envctl.sources import baseline_file

        if update:
            output.refuse_input(file, "--baseline")
            before = baseline_file.read(file) if os.path.exists(file) else {}
            kept = baseline_file.unread(before, file).values()
            output.write_file(file, text(self.findings, file, kept).encode())
        rows = baseline_file.read(file)
        known = rows.keys() - baseline_file.unread(rows, file).keys()
        new, gone = compare(self.findings, known, file)
        told = f"{_counted(len(known) - gone)} in {visible(file)} left out"
        if update:
            told = f"{_counted(len(known))} written to {visible(file)}; later checks leave them out"
        elif gone:
            told += f"; {_counted(gone)} fixed: --update-baseline removes them from the file"
        return self._replace(findings=new, remarks=(*self.remarks, told))

    @property
    def read(self) -> tuple[Environment, ...]:
        """The environments that could be read."""
        return tuple(one for one in self.environments if isinstance(one, Environment))

    @property
    def redactor(self) -> Redactor:
        """The redactor for the environments."""
        return api.hider(self.read, self.registry)

    def available(self, *, unsafe: bool) -> tuple[FileFixes, ...]:
        """Return the available fixes; with `unsafe`, also those that may do more than intended."""
        from sglang_envctl.cli import fixing

        return fixing.available(self.findings, self.context, unsafe=unsafe)

    def shown(self, found: tuple[FileFixes, ...]) -> Mapping[Finding, ShownFix]:
        """Return the fixes in the form that reports show."""
        if not found:
            return {}
        from sglang_envctl.cli import fixing

        return fixing.shown(found, self.redactor)

    def excerpts(self, findings: Iterable[Finding]) -> Mapping[Place, tuple[SourceLine, ...]]:
        """Return the lines of the files around these findings."""
        from sglang_envctl.findings.excerpts import excerpts
        from sglang_envctl.sources.reread import editable

        return excerpts(findings, editable, self.read, self.redactor)

    def diff(self, found: tuple[FileFixes, ...]) -> str:
        """Return the fixes as a unified diff."""
        from sglang_envctl.cli import fixing

        return fixing.diff(found, self.read, self.redactor)


def _counted(number: int) -> str:
    return f"{number} known finding{'s' * (number != 1)}"


class Checking(NamedTuple):
    """A check that is prepared but not run: the sources, and the options."""

    project: Project
    scope: Scope
    context: Context
    deployments: tuple[Deployment, ...]
    inherit: bool
    quiet: bool

    @property
    def sources(self) -> tuple[str, ...]:
        """The sources as the user named them."""
        named = (source for one in self.deployments for source in one.sources or one.layers)
        return tuple(dict.fromkeys(named)) or (process.LABEL,)

    def once(self) -> Checked:
        """Read all sources, and apply the rules."""
        with progress.counted("Reading", quiet=self.quiet) as on_source:
            groups = [self._group(one, on_source) for one in self.deployments]
        with progress.counted("Checking", quiet=self.quiet) as on_environment:
            found = check_groups(groups, self.project.registry, self.scope, on_environment)
        return Checked(
            self.context,
            self.project.registry,
            tuple(one for group in groups for one in group.all),
            self.project.applied(found),
            self.project.chosen(groups),
        )

    def _group(self, wanted: Deployment, on_source: progress.Update | None) -> Group:
        """Return the environments of a deployment; snapshots of nodes are grouped while they are
        read.
        """
        gathering: list[Gathering] = []

        def gather(side: Side | Unreadable) -> None:
            if not gathering:
                from sglang_envctl.nodes.fleet import Gathering

                gathering.append(Gathering())
            gathering[0].add(side)
            if on_source and not gathering[0].number % 50:
                on_source(gathering[0].number, None)

        environments = api.load_each(
            wanted.sources, self.context, layers=wanted.layers, inherit=self.inherit,
            on_source=on_source, on_snapshot=gather,
        )  # fmt: skip
        fleet = gathering[0].fleet if gathering else None
        return self.project.group(wanted, environments, fleet)

    def fixed(self, *, unsafe: bool) -> Checked:
        """Apply the available fixes, and return the remaining findings."""
        from sglang_envctl.cli import fixing

        done: list[Fix] = []
        checked = self.once()
        for _ in range(MOST_ROUNDS):
            now = fixing.apply(checked.available(unsafe=unsafe))
            if not now:
                break
            done += now
            checked = self.once()
        return checked._replace(remarks=tuple(map(fixing.told, done)))
