"""The report of `envctl check`: findings with their fixes, and the number of checked variables."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from sglang_envctl.reports.counts import (
    NAMES,
    Counted,
    checked_against,
    how_much,
    nothing_in,
    shortened,
)
from sglang_envctl.rules import SEVERITIES, Finding, Severity, rules

if TYPE_CHECKING:
    from sglang_envctl.environment import Place
    from sglang_envctl.explain.addresses import Addresses
    from sglang_envctl.findings.excerpts import SourceLine
    from sglang_envctl.releases import ChosenRelease


class Replacement(NamedTuple):
    """The characters of a file that a fix replaces; lines and columns are counted from 1."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int
    text: str


class ShownFix(NamedTuple):
    """The fix of a finding, in the form that reports show."""

    safe: bool
    edits: tuple[Replacement, ...]


class CheckReport(NamedTuple):
    """The result of `envctl check`."""

    chosen: ChosenRelease
    sources: tuple[str, ...]
    findings: tuple[Finding, ...]
    also: tuple[ChosenRelease, ...] = ()
    """Further releases that the sources were checked against."""
    fail_on: Severity = "error"
    """The lowest severity that fails the check."""
    fixes: Mapping[Finding, ShownFix] = MappingProxyType({})
    """The fixes of the findings that have one, for the formats that show them."""
    counts: tuple[Counted, ...] = ()
    """The numbers of variables in the sources; empty if a format does not show them."""
    excerpts: Mapping[Place, tuple[SourceLine, ...]] = MappingProxyType({})
    """The lines around the findings, for the formats that show them."""
    addresses: Addresses | None = None
    """The addresses of the rules and the variables in a reference."""

    def tally(self, severity: Severity) -> int:
        return sum(finding.severity == severity for finding in self.findings)

    @property
    def counted(self) -> str:
        """The number of findings, and of their files."""
        counts = [f"{n} {_plural(s, n)}" for s in SEVERITIES if (n := self.tally(s))]
        found = ", ".join(counts) or nothing_in(self.counts, self.sources)
        many = len(self.sources)
        only = NAMES.get(self.sources[0], self.sources[0])
        return f"{found} in {only if many == 1 else f'{many} sources'}"

    @property
    def summary(self) -> str:
        """One line for the end of a run."""
        against = checked_against(self.chosen, *self.also)
        return f"{self.counted} ({how_much(self.counts, against)})"

    @property
    def fixable(self) -> str:
        """One line about what --fix may fix, if anything; a fix is applied only if reading the
        edited file again confirms it.
        """
        safe = (f.origin for f in self.findings if f.remedy and f.remedy.safe)
        number = len({(o.file, o.line) for o in safe if o.file not in (None, "-")})
        lines = f"{number:,} line{'s' * (number != 1)}"
        return f"--fix may fix {lines}; --diff shows what it would change" if number else ""

    @property
    def shown(self) -> tuple[Finding, ...]:
        """The findings to list for users; repetitions are counted."""
        return tuple(shortened(self.findings))

    @property
    def unreadable(self) -> tuple[Finding, ...]:
        """The findings about sources that could not be read."""
        return tuple(finding for finding in self.findings if finding.rule == "unreadable")

    def fails(self, finding: Finding) -> bool:
        """Return whether a finding fails the check."""
        return SEVERITIES.index(finding.severity) <= SEVERITIES.index(self.fail_on)

    @property
    def failed(self) -> bool:
        return any(map(self.fails, self.findings))


class RuleCount(NamedTuple):
    """The number of findings of a rule."""

    rule: str
    severity: Severity
    """The highest severity of the findings."""
    number: int
    summary: str


def statistics(report: CheckReport) -> tuple[RuleCount, ...]:
    """Return the number of findings of each rule, the most frequent first."""
    by_rule: dict[str, list[Finding]] = {}
    for finding in report.findings:
        by_rule.setdefault(finding.rule, []).append(finding)
    counts = (
        RuleCount(
            slug,
            min((f.severity for f in found), key=SEVERITIES.index),
            len(found),
            rules()[slug].summary,
        )
        for slug, found in by_rule.items()
    )
    return tuple(sorted(counts, key=lambda one: (-one.number, one.rule)))


def _plural(severity: Severity, count: int) -> str:
    return severity if count == 1 or severity == "info" else f"{severity}s"
