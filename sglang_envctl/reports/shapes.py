"""The data of reports, for every format. Secrets are already masked."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from sglang_envctl.environment import Assignment
from sglang_envctl.errors import Unreadable
from sglang_envctl.registry.variable import documented_default
from sglang_envctl.reports.counts import checked_against
from sglang_envctl.selection import OTHER, OTHER_TITLE, Entry
from sglang_envctl.text.words import words

if TYPE_CHECKING:
    from sglang_envctl.compare import Difference
    from sglang_envctl.environment import Origin
    from sglang_envctl.explain.addresses import Addresses
    from sglang_envctl.explain.page import Page
    from sglang_envctl.nodes.listing import Held
    from sglang_envctl.nodes.split import Split
    from sglang_envctl.redaction import Redactor
    from sglang_envctl.registry.variable import Variable
    from sglang_envctl.releases import ChosenRelease
    from sglang_envctl.rules.rule import Rule, Severity
    from sglang_envctl.settings import Setting


class Row(NamedTuple):
    """One variable in one environment, with secrets masked."""

    name: str
    section: str
    title: str
    """The section's title."""
    variable: Variable | None
    """None for a name that is not documented."""
    status: str
    raw: str | None
    value: object
    default: object
    outcome: str | None
    note: str
    origin: Origin | None
    source: str
    """The variable that a fallback or an implied default comes from."""
    secret: bool
    text: str | None = None
    """The value as written: the variable's own, or that of the variable it falls back to."""
    documented_default: object = None
    nodes: tuple[str, ...] = ()
    """The nodes that have the value; empty for one environment and if all nodes have it."""

    @property
    def summary(self) -> str:
        return self.variable.summary if self.variable else ""

    @property
    def is_set(self) -> bool:
        return self.status == "set"

    @property
    def shown(self) -> object:
        """The value to print: the one that the code uses, or the written one if no code reads it."""
        return self.text if self.value is None else self.value

    @property
    def outcome_words(self) -> str:
        """The status, and what happens to the value if it is not simply accepted."""
        if self.source:
            return f"{self.status} ({self.source})"
        trouble = _OUTCOMES.get(self.outcome or "")
        return f"{self.status}, {trouble}" if trouble else self.status

    @property
    def remark(self) -> str:
        """A note about the value for the user; empty if there is none."""
        trouble = _OUTCOMES.get(self.outcome or "", "")
        written = words(self.raw)
        return (
            f"{trouble}; written as {written}"
            if trouble and written != words(self.shown)
            else trouble
        )


class ShowReport(NamedTuple):
    """The result of `envctl show`."""

    chosen: ChosenRelease
    rows: tuple[Row, ...]
    unreadable: tuple[Unreadable, ...] = ()
    overview: bool = False
    """Whether no filter is set, so that only set variables are listed and the others are counted by
    section.
    """
    addresses: Addresses | None = None
    nodes: int = 0
    """The number of nodes that the rows are about; 0 for one environment."""
    kind: str = "node"
    """The word for these nodes."""

    @property
    def listed(self) -> tuple[Row, ...]:
        """The rows to list for users; an overview only counts variables that are not set."""
        return tuple(row for row in self.rows if row.is_set or not self.overview)

    @property
    def summary(self) -> str:
        """One line for the end of a run."""
        number = f"{self.nodes:,} {self.kind}{'s' * (self.nodes != 1)}"
        nodes = f" {'on' if self.kind == 'node' else 'in'} {number}" if self.nodes else ""
        return f"{how_many_set(self.rows)}{nodes} ({checked_against(self.chosen)})"


class Explained(NamedTuple):
    """A page of `envctl explain`, with the data for it."""

    page: Page
    row: Row | None = None
    """The variable in this environment, if the page is about a variable."""
    rule: Rule | None = None
    listed: Mapping[str, str] = MappingProxyType({})
    """The names in a list, each with its description."""

    @property
    def named(self) -> Mapping[str, str]:
        """The subjects of the pages, each with its description."""
        own = {self.row.name: self.row.summary} if self.row else {}
        return self.listed or own or ({self.rule.slug: self.rule.summary} if self.rule else {})


class Change(NamedTuple):
    """One name that differs between sources, with the value in each source."""

    name: str
    kind: str
    """added, removed, changed or spelling, compared with the first source."""
    values: tuple[Side, ...]
    part: str = ""
    """The role whose nodes were compared, if nodes are compared by role."""
    severity: Severity = "info"
    """The severity of the difference, if nodes are compared."""
    cause: str = ""
    """The reason why releases read the name differently, if releases are compared."""


class Side(NamedTuple):
    """The value of a name in one source, or on several nodes, with secrets masked."""

    source: str
    """The source, or the nodes as a short text."""
    raw: str | None
    value: object
    status: str
    outcome: str | None = None
    text: str | None = None
    """The value as written: the variable's own, or that of the variable it falls back to."""
    nodes: tuple[str, ...] = ()
    """The nodes that have the value, if nodes are grouped by value."""

    @property
    def shown(self) -> str:
        """The value that the code uses, or the written one if no code reads it."""
        if self.status in ("unset", "not read"):
            return ""
        return words(self.text if self.value is None else self.value)

    @property
    def words(self) -> str:
        """The value for users, with the written value if the two look different."""
        if self.status in ("unset", "not read"):
            return self.status
        value = self.shown
        remarks = [
            "" if self.status == "set" else self.status,
            _OUTCOMES.get(self.outcome or "", ""),
            "" if self.raw is None or words(self.raw) == value else f"written as {words(self.raw)}",
        ]
        remark = "; ".join(filter(None, remarks))
        return f"{value} ({remark})" if remark else value


class DiffReport(NamedTuple):
    """The result of `envctl diff`."""

    chosen: ChosenRelease
    sources: tuple[str, ...]
    changes: tuple[Change, ...]
    spelled_apart: int
    """The number of names whose values differ only in spelling; they are not in `changes`."""
    unreadable: tuple[Unreadable, ...] = ()
    nodes: int = 0
    """The number of nodes that were grouped by value; 0 if each source has a column."""
    ineffective: int = 0
    """The number of names whose values differ but are not used by SGLang; they are not in `changes`."""
    unset: int = 0
    """The number of names that differ but are listed only on request; they are not in `changes`."""
    unset_kind: str = ""
    """A description of the names that `unset` counts."""
    addresses: Addresses | None = None
    roles: Mapping[str, str] = MappingProxyType({})
    """The role of each node, if nodes are compared and the role is known."""
    kind: str = "node"
    """The word for these nodes."""

    @property
    def summary(self) -> str:
        """One line for the end of a run."""
        number = len(self.changes)
        found = f"{number or 'no'} difference{'s' * (number != 1)}"
        if self.spelled_apart:
            found += f", {self.spelled_apart} more in spelling only"
        if self.ineffective:
            found += f", {self.ineffective} more in values without effect"
        if self.spelled_apart or self.ineffective:
            found += " (--raw lists them)"
        if self.unset:
            found += f", {self.unset} more of {self.unset_kind} (--all lists them)"
        if self.nodes:
            found += f" between {self.nodes:,} {self.kind}s"
        return f"{found} ({checked_against(self.chosen)})"


def change(difference: Difference, sources: Iterable[str], redactor: Redactor) -> Change:
    """Convert a difference to a change for reports, with a secret's value as a fingerprint."""
    sides = zip(sources, difference.settings, difference.assignments, strict=True)
    return Change(
        difference.name,
        difference.kind,
        tuple(_side(difference.name, *side, redactor) for side in sides),
        cause=difference.cause,
    )


def split_change(split: Split, part: str, redactor: Redactor, severity: Severity) -> Change:
    """Convert a difference between nodes to a change for reports: each value, with its nodes."""
    from sglang_envctl.nodes.folding import fold

    name, settings = split.difference.name, split.difference.settings
    assignments = split.difference.assignments
    return Change(
        name,
        split.kind,
        tuple(
            _side(
                name,
                fold(share.nodes),
                settings[share.position],
                assignments[share.position],
                redactor,
            )._replace(nodes=share.nodes)
            for share in split.shares
        ),
        part,
        severity,
    )


def _side(
    name: str,
    source: str,
    setting: Setting | None,
    assignment: Assignment | None,
    redactor: Redactor,
) -> Side:
    in_force = setting.assignment if setting else assignment
    shown = in_force.text if in_force else ""
    raw = assignment.text if assignment else None
    value: object = setting.value if setting else raw
    status: str = setting.status if setting else "set" if assignment else "unset"
    if setting and not setting.reader and setting.variable.reads and status == "unset":
        status = "not read"
    outcome = setting.outcome if setting else None
    if in_force and redactor.of(in_force, name) != shown:
        # The masked part may be the only difference.
        mark = redactor.fingerprint(shown)
        if not redactor.masks(name, shown):
            mark = f"{redactor.raw(name, shown)} {mark.rpartition(' ')[2]}"
        return Side(source, raw and mark, mark, status, outcome, mark)
    if in_force is None:
        return Side(source, raw, redactor.default(name, value), status, outcome, shown)
    return Side(source, raw, redactor.json(name, shown, value), status, outcome, shown)


def row(entry: Entry, redactor: Redactor) -> Row:
    """Convert a variable into a row."""
    if isinstance(entry, Assignment):
        return _other_row(entry, redactor)
    variable, own = entry.variable, entry.assignment
    shown = own.text if own else ""
    return Row(
        name=variable.name,
        section=variable.section.slug,
        title=variable.section.title,
        variable=variable,
        status=entry.status,
        raw=None if entry.raw is None or not own else redactor.of(own, variable.name),
        value=redactor.json(variable.name, shown, entry.value)
        if own
        else redactor.default(variable.name, entry.value),
        default=redactor.default(variable.name, entry.default),
        outcome=entry.outcome,
        note=entry.note,
        origin=own.origin if own else None,
        source=entry.source,
        secret=variable.secret or redactor.masks(variable.name, shown),
        text=redactor.of(own, variable.name) if own else None,
        documented_default=redactor.default(variable.name, documented_default(variable)),
    )


def held_row(held: Held, everywhere: int, redactor: Redactor) -> Row:
    """Convert a variable of many nodes to a row; the origin of the row names the nodes with its
    value.

    Args:
        held: the variable, and its nodes.
        everywhere: the number of all nodes.
        redactor: masks secrets.
    """
    from sglang_envctl.environment import Origin
    from sglang_envctl.nodes.folding import fold

    shown = row(held.entry, redactor)
    if everywhere == 1:
        return shown
    if held.values > 1:
        several = f"<{held.values:,} values, by node>"
        shown = shown._replace(raw=several, value=several, text=several, outcome=None)
    nodes = held.nodes if len(held.nodes) < everywhere else ()
    place = Origin(fold(nodes) if nodes else "all nodes")
    return shown._replace(origin=place, nodes=nodes)


def _other_row(assignment: Assignment, redactor: Redactor) -> Row:
    """Convert a name that is not documented into a row."""
    raw = redactor.of(assignment)
    return Row(
        assignment.name, OTHER, OTHER_TITLE, None, "set", raw, raw, None, "unverified", "",
        assignment.origin, "", redactor.masks(assignment.name, assignment.raw), raw,
    )  # fmt: skip


_OUTCOMES = {
    "defaulted": "replaced by the default",
    "misread": "misread",
    "crash": "crashes",
    "ignored": "ignored",
}


def how_many_set(rows: Collection[Row]) -> str:
    """Return `2 of 12 set`, or `12 set` if all are set."""
    if not rows:
        return "nothing to show"
    names, number = len({row.name for row in rows}), len({row.name for row in rows if row.is_set})
    return f"{number} set" if number == names else f"{number or 'none'} of {names} set"


def by_title(rows: Iterable[Row]) -> dict[str, list[Row]]:
    """Return the rows by section, in their order."""
    groups: dict[str, list[Row]] = {}
    for entry in rows:
        groups.setdefault(entry.title, []).append(entry)
    return groups
