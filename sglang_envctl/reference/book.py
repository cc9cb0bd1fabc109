"""The content of the reference, as data: a page for each variable, rule and release."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from sglang_envctl.explain import history, page
from sglang_envctl.explain.addresses import rule_page, variable_page
from sglang_envctl.reference import changes
from sglang_envctl.releases.undocumented import variable
from sglang_envctl.settings import reads_in

if TYPE_CHECKING:
    from sglang_envctl.explain.page import Page
    from sglang_envctl.redaction import Redactor
    from sglang_envctl.registry import Registry
    from sglang_envctl.registry.variable import Section, Variable
    from sglang_envctl.releases import ReleaseData
    from sglang_envctl.rules import Rule
    from sglang_envctl.settings import Setting, Settings

KINDS = {
    "read": "read",
    "inert": "read, without effect",
    "tests": "read by SGLang's own tests only",
    "old": "deprecated",
    "absent": "not read",
}
"""The ways in which a release may treat a name."""


class Cell(NamedTuple):
    """One release in the timeline of a variable."""

    release: str
    kind: str
    """A key of KINDS."""
    words: str


class Run(NamedTuple):
    """Consecutive releases that treat a variable the same way."""

    since: str
    until: str
    number: int
    kind: str
    words: str

    def __str__(self) -> str:
        span = self.since if self.number == 1 else f"{self.since} to {self.until}"
        return f"{span}: {self.words}"


class Entry(NamedTuple):
    """One variable."""

    variable: Variable
    page: Page
    path: str
    """The file of the variable's page."""
    strip: tuple[Cell, ...]
    """The releases; empty for a variable of software with its own releases."""
    alive: bool
    """Whether the chosen release, or the variable's own software, reads the variable."""

    @property
    def runs(self) -> Iterator[Run]:
        """The releases, grouped by how they treat the variable."""
        for (kind, words), cells in groupby(self.strip, key=lambda cell: cell[1:]):
            releases = [cell.release for cell in cells]
            yield Run(releases[0], releases[-1], len(releases), kind, words)

    def read_in(self, release: str) -> bool:
        """Return whether a release uses the variable's value; for a variable of software with its own
        releases, return `alive`.
        """
        kind = next((cell.kind for cell in self.strip if cell.release == release), None)
        return self.alive if kind is None else kind in ("read", "old")

    @property
    def documented(self) -> bool:
        return bool(self.variable.documents)

    @property
    def section(self) -> Section:
        return self.variable.section


class RuleEntry(NamedTuple):
    """One rule of `envctl check`."""

    rule: Rule
    page: Page
    path: str
    """The file of the rule's page."""


class Book(NamedTuple):
    """The whole reference, for one release."""

    release: str
    entries: tuple[Entry, ...]
    rules: tuple[RuleEntry, ...]
    states: tuple[changes.State, ...]
    """The names that each release reads, oldest release first."""

    @property
    def sections(self) -> dict[Section, list[Entry]]:
        """The variables by section, in the order of the docs."""
        first: dict[str, Section] = {}
        found: dict[Section, list[Entry]] = {}
        for entry in self.entries:
            section = first.setdefault(entry.section.slug, entry.section)
            found.setdefault(section, []).append(entry)
        return found


def with_undocumented(known: Registry, data: ReleaseData) -> Registry:
    """Return a registry with an entry for every name that SGLang's releases read."""
    names = data.names() | {rename.old for rename in data.every_rename()}
    found = (variable(name, data) for name in sorted(names) if known.find(name) is None)
    return known.extended(filter(None, found))


def write(settings: Settings, data: ReleaseData, rules: Iterable[Rule], hide: Redactor) -> Book:
    """Return the reference for these settings, which are those of an empty environment."""
    return Book(
        settings.release,
        tuple(_entry(one, settings, data, hide) for one in settings),
        tuple(RuleEntry(rule, page.of_rule(rule), rule_page(rule.slug)) for rule in rules),
        changes.states(data),
    )


def _entry(setting: Setting, settings: Settings, data: ReleaseData, hide: Redactor) -> Entry:
    variable = setting.variable
    past = history.of_variable(variable, data)
    shown = page.of_variable(setting, settings, hide, history=past)
    blocks = tuple(block for block in shown.blocks if block.heading != page.HERE)
    return Entry(
        variable,
        shown._replace(blocks=blocks),
        variable_page(variable.name),
        tuple(_strip(variable, data)),
        any(not read.inert for read in reads_in(variable.reads, settings.release)),
    )


def _strip(variable: Variable, data: ReleaseData) -> Iterator[Cell]:
    if variable.owner not in history.OWNERS:
        return
    runs = data.runs(variable.name)
    tests = {run.since for run in runs if run.tests_only}
    spans = [(run.since, run.until, history.read_as(variable, run)) for run in runs]
    old = [
        rename
        for rename in data.every_rename()
        if rename.old == variable.name and rename.is_deprecated
    ]
    number = {release: at for at, release in enumerate(data.releases)}
    for at, release in enumerate(data.releases):
        found = next((s for s in spans if number[s[0]] <= at <= number[s[1]]), None)
        if any(number[rename.since] <= at <= number[rename.until] for rename in old):
            yield Cell(release, "old", f"{KINDS['old']}{f'; {found[2]}' if found else ''}")
        elif found is None:
            yield Cell(release, "absent", KINDS["absent"])
        elif found[0] in tests:
            yield Cell(release, "tests", KINDS["tests"])
        else:
            inert = found[2] == history.INERT
            yield Cell(release, "inert" if inert else "read", found[2])
