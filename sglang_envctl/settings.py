"""Environment and registry to settings: what one release does with every documented variable."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

from sglang_envctl.environment import Assignment, Environment
from sglang_envctl.readers import READERS, Outcome, Reading
from sglang_envctl.registry import Registry
from sglang_envctl.registry.model import (
    ChangesDefault,
    Condition,
    EffectiveWhen,
    FallsBackTo,
    OverriddenBy,
    Read,
    Variable,
)

LEGACY = "SGL_"
"""The prefix of SGLang's names before 2025, which releases copy to the present one."""

Status: TypeAlias = Literal["set", "default", "fallback", "implied", "unset"]


class Setting(NamedTuple):
    """One documented variable in one environment."""

    variable: Variable
    status: Status
    value: object = None
    """What the code goes on with, as a JSON value."""
    outcome: Outcome | None = None
    """What the reader does with the text in force; None where none is."""
    note: str = ""
    """What happens, where it is more than taking the value."""
    assignment: Assignment | None = None
    """The text that is in force: its own, that of its old name, or of what it falls back to."""
    source: str = ""
    """The variable that a fallback or an implied default comes from."""
    readings: tuple[tuple[Read, Reading], ...] = ()
    """What each reader of this release makes of the text, the main one first."""
    switched_off: str = ""
    """The variable whose value, or absence, keeps anything from looking at this one."""
    default: object = None
    """What the reader yields when the variable is unset."""

    @property
    def name(self) -> str:
        return self.variable.name

    @property
    def raw(self) -> str | None:
        """The text set under the variable's own name, or its old one."""
        return self.assignment.raw if self.assignment and self.status == "set" else None


@dataclass(frozen=True, slots=True)
class Settings:
    """Every documented variable, in registry order, and the names nothing documents."""

    release: str
    environment: Environment
    registry: Registry
    by_name: Mapping[str, Setting]

    def __iter__(self) -> Iterator[Setting]:
        return iter(self.by_name.values())

    def get(self, name: str) -> Setting | None:
        return self.by_name.get(name)

    def undocumented(self) -> Iterator[Assignment]:
        """The assignments in force whose names the registry does not hold."""
        known = self.by_name
        return (a for name, a in self.environment.effective.items() if name not in known)


def settle(environment: Environment, registry: Registry, release: str) -> Settings:
    """Work out what `release` makes of `environment`."""
    texts = forwarded(environment, release)
    settings = {v.name: _own(v, texts.get(v.name), release) for v in registry.variables}
    for setting in list(settings.values()):
        if setting.status == "set":
            _imply(setting, settings)
        else:
            settings[setting.name] = _fall_back(settings[setting.name], settings, release)
    for setting in list(settings.values()):
        if setting.status == "set" and setting.outcome != "ignored":
            settings[setting.name] = _switch(setting, settings)
    return Settings(release, environment, registry, settings)


def forwarded(environment: Environment, release: str) -> Mapping[str, Assignment]:
    """What the release's code sees: it copies the text of every `SGL_X` to `SGLANG_X` first."""
    old = [name for name in environment.effective if name.startswith(LEGACY)]
    if not old:
        return environment.effective
    from sglang_envctl.releases import load

    forward = load().forward(release)
    if forward is None:
        return environment.effective
    texts = dict(environment.effective)
    for name in old:
        new = modern(name)
        if forward.old_wins or new not in environment.effective:
            texts[new] = texts[name]
    return texts


def modern(name: str) -> str:
    """`SGLANG_X` for the old `SGL_X`."""
    return f"SGLANG_{name.removeprefix(LEGACY)}"


def holds(condition: Condition, setting: Setting) -> bool:
    """Whether a condition on a setting's effective value is met."""
    value, wanted = setting.value, condition.value
    if setting.assignment and setting.assignment.unknown:
        return True  # nobody can say, so nothing is made of it
    if condition.test == "true":
        return value is True
    if condition.test == "not empty":
        return bool(value)
    if condition.test == "equals":
        return value == wanted
    number = value if isinstance(value, int) else 0
    return number != 0 if condition.test == "not zero" else number >= int(wanted or 0)


def reads_in(reads: tuple[Read, ...], release: str) -> tuple[Read, ...]:
    """The reads that hold in a release; where an entry ends, its post releases are included."""
    now = release_key(release)
    return tuple(
        read
        for read in reads
        if (not read.since or release_key(read.since) <= now)
        and (not read.until or now[: len(last := release_key(read.until))] <= last)
    )


def release_key(release: str) -> tuple[int, ...]:
    """What to order releases by: 0.5.6, then 0.5.6.post1, then 0.5.7."""
    return tuple(int(number) for number in re.findall(r"\d+", release)[:4])


def counts(setting: Setting) -> bool:
    """Whether anything takes notice of the text: to many readers, empty is the same as unset."""
    if setting.status != "set" or not setting.assignment:
        return False
    if setting.assignment.unknown:
        return True
    if not setting.readings:
        return False
    read = setting.readings[0][0]
    reading = READERS[read.reader](setting.assignment.raw, _UNSET)
    return reading.value is not _UNSET or reading.outcome != "accepted"


_UNSET = object()


def _own(variable: Variable, assignment: Assignment | None, release: str) -> Setting:
    reads = reads_in(variable.reads, release)
    acting = [read for read in reads if not read.inert]
    default = acting[0].default if acting else None
    if assignment is None:
        return Setting(
            variable, "unset" if default is None else "default", default, default=default
        )
    if acting and assignment.unknown:
        note = f"has a text that is known only at the start: {assignment.unknown}"
        return Setting(variable, "set", None, "unverified", note, assignment, default=default)
    readings = tuple((r, READERS[r.reader](assignment.raw, r.default)) for r in acting)
    if not readings:
        note = "fetches it and does nothing with it" if reads else "does not read it"
        return Setting(variable, "set", None, "ignored", note, assignment)
    reading = readings[0][1]
    return Setting(
        variable,
        "set",
        reading.value,
        reading.outcome,
        reading.note,
        assignment,
        readings=readings,
        default=default,
    )


def _fall_back(setting: Setting, settings: Mapping[str, Setting], release: str) -> Setting:
    for relation in setting.variable.relations:
        if isinstance(relation, FallsBackTo) and reads_in(setting.variable.reads, release):
            other = settings.get(relation.other)
            if other and other.status == "set":
                theirs = _own(setting.variable, other.assignment, release)
                return theirs._replace(status="fallback", source=other.name, readings=())
    return setting


def _imply(setting: Setting, settings: dict[str, Setting]) -> None:
    for relation in setting.variable.relations:
        if isinstance(relation, ChangesDefault):
            other = settings.get(relation.other)
            if other and not counts(other):
                status: Status = "set" if other.status == "set" else "implied"
                settings[other.name] = other._replace(
                    status=status, value=relation.to, source=setting.name
                )


def _switch(setting: Setting, settings: Mapping[str, Setting]) -> Setting:
    for relation in setting.variable.relations:
        if isinstance(relation, EffectiveWhen) and not relation.unless:
            if relation.still_parsed and setting.outcome == "crash":
                continue
            other = settings.get(relation.condition.name)
            if other and not holds(relation.condition, other):
                return setting._replace(outcome="ignored", switched_off=relation.condition.name)
        if isinstance(relation, OverriddenBy):
            others = [settings.get(name) for name in relation.others]
            if all(other and counts(other) for other in others):
                return setting._replace(
                    outcome="ignored", switched_off=" and ".join(relation.others)
                )
    return setting


def spelled_default(setting: Setting, release: str) -> str | None:
    """The default as one would write it; None where no text stands for it."""
    reads = reads_in(setting.variable.reads, release)
    default = setting.default
    if setting.status != "default" or not reads or not isinstance(default, (bool, int, float, str)):
        return None
    documented = setting.variable.default
    candidates = [documented] if isinstance(documented, str) else []
    candidates.append(str(int(default)) if isinstance(default, bool) else str(default))
    reader = READERS[reads[0].reader]
    return next(
        (text for text in candidates if reader(text, None)[:2] == (default, "accepted")), None
    )
