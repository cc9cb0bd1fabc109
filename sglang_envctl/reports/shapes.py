"""What reports are made of, in every form. All of it may be shown: secrets are masked already."""

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
    """The value as written: its own, or that of the variable it falls back to."""
    documented_default: object = None
    nodes: tuple[str, ...] = ()
    """The nodes that have it, where it is not of one environment and not of all nodes."""

    @property
    def summary(self) -> str:
        return self.variable.summary if self.variable else ""

    @property
    def is_set(self) -> bool:
        return self.status == "set"

    @property
    def shown(self) -> object:
        """What to print as the value: what the code reads, or what is written where it reads none."""
        return self.text if self.value is None else self.value

    @property
    def outcome_words(self) -> str:
        """The status, and what happens to the value where it is not simply accepted."""
        if self.source:
            return f"{self.status} ({self.source})"
        trouble = _OUTCOMES.get(self.outcome or "")
        return f"{self.status}, {trouble}" if trouble else self.status

    @property
    def remark(self) -> str:
        """What a person has to know about the value, or ""."""
        trouble = _OUTCOMES.get(self.outcome or "", "")
        written = words(self.raw)
        return (
            f"{trouble}; written as {written}"
            if trouble and written != words(self.shown)
            else trouble
        )


class ShowReport(NamedTuple):
    """What `envctl show` shows."""

    chosen: ChosenRelease
    rows: tuple[Row, ...]
    unreadable: tuple[Unreadable, ...] = ()
    overview: bool = False
    """Nothing in particular was asked for: a person sees what is set, and which sections exist."""
    addresses: Addresses | None = None
    nodes: int = 0
    """How many nodes the rows are about; 0 for one environment."""

    @property
    def listed(self) -> tuple[Row, ...]:
        """The rows for people; an overview only counts those that are not set."""
        return tuple(row for row in self.rows if row.is_set or not self.overview)

    @property
    def summary(self) -> str:
        """One line for the end of a run."""
        nodes = f" on {self.nodes:,} node{'s' * (self.nodes != 1)}" if self.nodes else ""
        return f"{how_many_set(self.rows)}{nodes} ({checked_against(self.chosen)})"


class Explained(NamedTuple):
    """A page of `envctl explain`, with the data that it is made of."""

    page: Page
    row: Row | None = None
    """The variable in this environment, if it is about one."""
    rule: Rule | None = None
    listed: Mapping[str, str] = MappingProxyType({})
    """What a list names, each with what it is."""

    @property
    def named(self) -> Mapping[str, str]:
        """What it is about, each with what it is."""
        own = {self.row.name: self.row.summary} if self.row else {}
        return self.listed or own or ({self.rule.slug: self.rule.summary} if self.rule else {})


class Change(NamedTuple):
    """One name that differs between sources, with what each of them has."""

    name: str
    kind: str
    """added, removed, changed or spelling, seen from the first source."""
    values: tuple[Side, ...]
    part: str = ""
    """The role whose nodes were compared, where that was asked for."""
    severity: Severity = "info"
    """How much it matters, where nodes are compared."""
    cause: str = ""
    """Why releases differ in it."""


class Side(NamedTuple):
    """What one source, or each of several nodes, has for a name, with secrets masked."""

    source: str
    """The source, or the nodes in a few words."""
    raw: str | None
    value: object
    status: str
    outcome: str | None = None
    text: str | None = None
    """The value as written: its own, or that of the variable it falls back to."""
    nodes: tuple[str, ...] = ()
    """The nodes that have it, where nodes are grouped by value."""

    @property
    def shown(self) -> str:
        """The value: what the code reads, or what is written where it reads none."""
        if self.status in ("unset", "not read"):
            return ""
        return words(self.text if self.value is None else self.value)

    @property
    def words(self) -> str:
        """The value for people, with what is written where the two look different."""
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
    """What `envctl diff` found."""

    chosen: ChosenRelease
    sources: tuple[str, ...]
    changes: tuple[Change, ...]
    spelled_apart: int
    """How many names are written differently and mean the same; they are not in `changes`."""
    unreadable: tuple[Unreadable, ...] = ()
    nodes: int = 0
    """How many nodes were grouped by value; 0 where each source has a column."""
    ineffective: int = 0
    """How many names differ in values that SGLang does not use; they are not in `changes`."""
    unset: int = 0
    """How many names differ that are listed only on request; they are not in `changes`."""
    unset_kind: str = ""
    """What these names are."""
    addresses: Addresses | None = None
    roles: Mapping[str, str] = MappingProxyType({})
    """What each node does, where nodes are compared and it is known."""

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
            found += f" between {self.nodes:,} nodes"
        return f"{found} ({checked_against(self.chosen)})"


def change(difference: Difference, sources: Iterable[str], redactor: Redactor) -> Change:
    """A difference, with a secret's value as a fingerprint."""
    sides = zip(sources, difference.settings, difference.assignments, strict=True)
    return Change(
        difference.name,
        difference.kind,
        tuple(_side(difference.name, *side, redactor) for side in sides),
        cause=difference.cause,
    )


def split_change(split: Split, part: str, redactor: Redactor, severity: Severity) -> Change:
    """What differs between nodes, with the nodes that have each value."""
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
        # The masked part may be all that differs.
        mark = redactor.fingerprint(shown)
        if not redactor.masks(name, shown):
            mark = f"{redactor.raw(name, shown)} {mark.rpartition(' ')[2]}"
        return Side(source, raw and mark, mark, status, outcome, mark)
    if in_force is None:
        return Side(source, raw, redactor.default(name, value), status, outcome, shown)
    return Side(source, raw, redactor.json(name, shown, value), status, outcome, shown)


def row(entry: Entry, redactor: Redactor) -> Row:
    """A variable as a row."""
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
    """A variable of many nodes as a row: it comes from the nodes that have this value.

    Args:
        held: the variable, and its nodes.
        everywhere: how many nodes there are.
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
    """A name that is not documented as a row."""
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
    """`2 of 12 set`, or `12 set` where that is all."""
    if not rows:
        return "nothing to show"
    names, number = len({row.name for row in rows}), len({row.name for row in rows if row.is_set})
    return f"{number} set" if number == names else f"{number or 'none'} of {names} set"


def by_title(rows: Iterable[Row]) -> dict[str, list[Row]]:
    """Rows grouped by section, in the order they come."""
    groups: dict[str, list[Row]] = {}
    for entry in rows:
        groups.setdefault(entry.title, []).append(entry)
    return groups
