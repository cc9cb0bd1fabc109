"""What reports are made of, whatever form they take. Nothing here may not be shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sglang_envctl.rules.model import SEVERITIES, Finding, Severity

if TYPE_CHECKING:
    from sglang_envctl.changes import Difference
    from sglang_envctl.environment import Assignment, Origin
    from sglang_envctl.redaction import Redactor
    from sglang_envctl.registry.model import Variable
    from sglang_envctl.releases import Judged
    from sglang_envctl.settings import Setting


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What `envctl check` found."""

    judged: Judged
    sources: tuple[str, ...]
    findings: tuple[Finding, ...]

    def count(self, severity: Severity) -> int:
        return sum(finding.severity == severity for finding in self.findings)

    @property
    def summary(self) -> str:
        """One line for the end of a run."""
        counts = [f"{n} {_plural(s, n)}" for s in SEVERITIES if (n := self.count(s))]
        found = ", ".join(counts) or "nothing to complain about"
        many = len(self.sources)
        where = self.sources[0] if many == 1 else f"{many} sources"
        return f"{found} in {where}; {judgement(self.judged)}"


@dataclass(frozen=True, slots=True)
class Row:
    """One variable in one environment, as far as it may be shown."""

    name: str
    section: str
    title: str
    """The section's title."""
    variable: Variable | None
    """None for a name that nothing documents."""
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

    @property
    def summary(self) -> str:
        return self.variable.summary if self.variable else ""

    @property
    def is_set(self) -> bool:
        return self.status == "set"

    @property
    def shown(self) -> object:
        """What to print as the value: the reader's, or the text where the reader yields none."""
        return self.raw if self.is_set and self.value is None else self.value

    @property
    def outcome_words(self) -> str:
        """The status, and what the reader makes of the text where that is not simply taking it."""
        if self.source:
            return f"{self.status} ({self.source})"
        plain = self.outcome in (None, "accepted", "unverified")
        return self.status if plain else f"{self.status}, {_OUTCOMES[str(self.outcome)]}"


@dataclass(frozen=True, slots=True)
class ShowReport:
    """What `envctl show` shows."""

    judged: Judged
    rows: tuple[Row, ...]

    @property
    def summary(self) -> str:
        """One line for the end of a run."""
        count = sum(row.is_set for row in self.rows)
        return f"{count} of {len(self.rows)} set; {judgement(self.judged)}"


@dataclass(frozen=True, slots=True)
class Change:
    """One name that differs between sources, with what each of them has."""

    name: str
    kind: str
    """added, removed, changed or spelling, seen from the first source."""
    values: tuple[Side, ...]


@dataclass(frozen=True, slots=True)
class Side:
    """What one source has for a name, as far as it may be shown."""

    source: str
    raw: str | None
    value: object
    status: str

    @property
    def words(self) -> str:
        """The value for people, with the text beside it where the two look different."""
        if self.status == "unset":
            return "unset"
        value = words(self.raw if self.value is None else self.value) or "crashes"
        if self.status != "set":
            return f"{value} ({self.status})"
        return value if self.raw in (None, value) else f"{value} (written {self.raw or 'empty'})"


@dataclass(frozen=True, slots=True)
class DiffReport:
    """What `envctl diff` found."""

    judged: Judged
    sources: tuple[str, ...]
    changes: tuple[Change, ...]
    spelled_apart: int
    """Names whose texts differ while their meaning does not, left out of `changes`."""

    @property
    def summary(self) -> str:
        """One line for the end of a run."""
        count = len(self.changes)
        words = f"{count or 'no'} difference{'s' * (count != 1)}"
        if self.spelled_apart:
            words += f"; {self.spelled_apart} more in spelling only (--raw lists them)"
        return f"{words}; {judgement(self.judged)}"


def change(difference: Difference, sources: Iterable[str], redactor: Redactor) -> Change:
    """A difference, with a secret's value as a fingerprint."""
    sides = zip(sources, difference.settings, difference.assignments, strict=True)
    return Change(
        difference.name,
        difference.kind,
        tuple(_side(difference.name, *side, redactor) for side in sides),
    )


def _side(
    name: str,
    source: str,
    setting: Setting | None,
    assignment: Assignment | None,
    redactor: Redactor,
) -> Side:
    in_force = setting.assignment if setting else assignment
    shown = in_force.raw if in_force else ""
    raw = assignment.raw if assignment else None
    value: object = setting.value if setting else raw
    status = setting.status if setting else "set" if assignment else "unset"
    if redactor.masks(name, shown):
        mark = redactor.fingerprint(shown)
        return Side(source, raw and mark, mark, status)
    return Side(source, raw and redactor.raw(name, raw), redactor.json(name, shown, value), status)


def row(setting: Setting, redactor: Redactor) -> Row:
    """A documented variable as a row."""
    variable, own = setting.variable, setting.assignment
    shown = own.raw if own else ""
    return Row(
        name=variable.name,
        section=variable.section.slug,
        title=variable.section.title,
        variable=variable,
        status=setting.status,
        raw=None if setting.raw is None else redactor.raw(variable.name, setting.raw),
        value=redactor.json(variable.name, shown, setting.value),
        default=setting.default,
        outcome=setting.outcome,
        note=setting.note,
        origin=own.origin if own else None,
        source=setting.source,
        secret=variable.secret or redactor.masks(variable.name, shown),
    )


def other_row(assignment: Assignment, redactor: Redactor) -> Row:
    """A name that nothing documents as a row."""
    raw = redactor.raw(assignment.name, assignment.raw)
    return Row(
        assignment.name, "other", OTHER, None, "set", raw, raw, None, "unverified", "",
        assignment.origin, "", redactor.masks(assignment.name, assignment.raw),
    )  # fmt: skip


OTHER = "Other names"

_OUTCOMES = {
    "defaulted": "replaced by the default",
    "misread": "misread",
    "crash": "crashes",
    "ignored": "ignored",
}


def words(value: object) -> str:
    """A value for people."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return ", ".join(words(item) for item in value)
    if isinstance(value, dict):
        return "; ".join(f"{key}={'|'.join(map(words, item))}" for key, item in value.items())
    return '""' if value == "" else str(value)


def judgement(judged: Judged) -> str:
    return f"judged as SGLang {judged.release} ({judged.reason})"


def by_title(rows: Iterable[Row]) -> dict[str, list[Row]]:
    """Rows grouped by section, in the order they come."""
    groups: dict[str, list[Row]] = {}
    for entry in rows:
        groups.setdefault(entry.title, []).append(entry)
    return groups


def _plural(severity: Severity, count: int) -> str:
    return severity if count == 1 or severity == "info" else f"{severity}s"
