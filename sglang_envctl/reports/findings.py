"""What `envctl check` reports: findings with their fixes, and how much was read."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from sglang_envctl.environment import Environment
from sglang_envctl.errors import Unreadable
from sglang_envctl.reports.shapes import CURRENT, checked_against
from sglang_envctl.rules import SEVERITIES, Finding, Severity, rules

if TYPE_CHECKING:
    from sglang_envctl.registry import Registry
    from sglang_envctl.releases import ChosenRelease


class Replacement(NamedTuple):
    """Characters of a file that a fix replaces; lines and columns are counted from 1."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int
    text: str


class ShownFix(NamedTuple):
    """What resolves a finding."""

    safe: bool
    edits: tuple[Replacement, ...]


MOST_NAMED = 5
"""Sources that a line names; it counts the others."""
_OWN = ("SGLANG_", "SGL_")


class Counted(NamedTuple):
    """How much of a source was checked."""

    source: str
    variables: int | None
    """Without those of the machine that nothing of SGLang's reads; None if it could not be read."""
    holds_none: bool = False
    """Whether there is no environment in it: neither a variable nor a place that they come from."""


def counted(read: Environment | Unreadable, registry: Registry) -> Counted:
    """How many variables of one environment are checked."""
    if isinstance(read, Unreadable):
        return Counted(read.source, None)
    listed = registry.listed
    known = (
        name
        for name in read.effective
        if (name in listed and not listed[name].ambient) or name.startswith(_OWN)
    )
    own = read.layers[-1]
    variables = len(read.explicit.union(known))
    return Counted(own.label, variables, not (own.assignments or own.unseen or own.notes))


class CheckReport(NamedTuple):
    """What `envctl check` found."""

    chosen: ChosenRelease
    sources: tuple[str, ...]
    findings: tuple[Finding, ...]
    also: tuple[ChosenRelease, ...] = ()
    """Further releases that the sources were checked against."""
    fail_on: Severity = "error"
    """The lowest severity that fails the check."""
    fixes: Mapping[Finding, ShownFix] = MappingProxyType({})
    """The fixes of the findings that have one, in the formats that show them."""
    counts: tuple[Counted, ...] = ()
    """What was read; empty where that goes without saying."""

    def tally(self, severity: Severity) -> int:
        return sum(finding.severity == severity for finding in self.findings)

    @property
    def counted(self) -> str:
        """How many findings there are, and where."""
        counts = [f"{n} {_plural(s, n)}" for s in SEVERITIES if (n := self.tally(s))]
        found = ", ".join(counts) or self._nothing
        many = len(self.sources)
        only = CURRENT if self.sources[:1] == ("process",) else self.sources[0]
        return f"{found} in {only if many == 1 else f'{many} sources'}"

    @property
    def summary(self) -> str:
        """One line for the end of a run."""
        against = checked_against(self.chosen, *self.also)
        if self.counts:
            number = sum(one.variables or 0 for one in self.counts)
            against = f"{number:,} variable{'s' * (number != 1)} {against}"
        return f"{self.counted} ({against})"

    @property
    def _nothing(self) -> str:
        """What to call it that nothing was found: there may be nothing to find it in."""
        if not self.counts or any(one.variables for one in self.counts):
            return "no problems"
        files = all(one.holds_none for one in self.counts) and self.sources[:1] != ("process",)
        return "no environment found" if files else "nothing to check"

    @property
    def holding_none(self) -> str:
        """The sources in which there is no environment; empty where the summary says it."""
        found = dict.fromkeys(one.source for one in self.counts if one.holds_none)
        if not found or (len(self.counts) == 1 and not self.findings):
            return ""
        named = ", ".join(list(found)[:MOST_NAMED])
        more = len(found) - MOST_NAMED
        return f"no environment found in {named}{f' and {more:,} more' if more > 0 else ''}"

    @property
    def unreadable(self) -> tuple[Finding, ...]:
        """The findings about sources that could not be read."""
        return tuple(finding for finding in self.findings if finding.rule == "unreadable")

    def fails(self, finding: Finding) -> bool:
        """Whether a finding fails the check."""
        return SEVERITIES.index(finding.severity) <= SEVERITIES.index(self.fail_on)

    @property
    def failed(self) -> bool:
        return any(map(self.fails, self.findings))


class RuleCount(NamedTuple):
    """How often a rule found something."""

    rule: str
    severity: Severity
    """The highest of its findings."""
    number: int
    summary: str


def statistics(report: CheckReport) -> tuple[RuleCount, ...]:
    """How often each rule found something, the most frequent first."""
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
