"""Environment and registry to settings: what one release does with every documented variable."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

from sglang_envctl.environment import Assignment, Environment
from sglang_envctl.readers import Outcome, Reading, find
from sglang_envctl.registry import Registry
from sglang_envctl.registry.variable import (
    ChangesDefault,
    Condition,
    EffectiveWhen,
    FallsBackTo,
    OverriddenBy,
    Read,
    Variable,
)
from sglang_envctl.releases import renames
from sglang_envctl.releases.versions import key

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
    reader: str = ""
    """The main reader in this release; empty where the release does not look at the variable."""

    @property
    def name(self) -> str:
        return self.variable.name

    @property
    def unread(self) -> bool:
        """Whether it is set and the release does not look at it, whatever else is set."""
        return self.outcome == "ignored" and not self.readings and not self.switched_off

    @property
    def raw(self) -> str | None:
        """The text set under the variable's own name, or its old one."""
        return self.assignment.raw if self.assignment and self.status == "set" else None


@dataclass(frozen=True, slots=True)
class Settings:
    """Documented variables, in registry order, then what is set and only the code knows of."""

    release: str
    environment: Environment
    registry: Registry
    by_name: Mapping[str, Setting]
    rewrites: Mapping[str, renames.Rewrite]
    """The old names that are set, and what becomes of their texts."""

    def __iter__(self) -> Iterator[Setting]:
        return iter(self.by_name.values())

    def get(self, name: str) -> Setting | None:
        found = self.by_name.get(name)
        if found is None and (variable := self.registry.find(name)):
            return _own(variable, None, self.release)
        return found

    def unread(self) -> Iterator[Assignment]:
        """The assignments in force whose names neither documents nor the release's code know."""
        known = self.by_name
        return (a for name, a in self.environment.effective.items() if name not in known)


def settle(
    environment: Environment, registry: Registry, release: str, *, every: bool = True
) -> Settings:
    """Work out what `release` makes of `environment`.

    Without `every`, a variable that nothing in the environment is related to is worked out when
    `Settings.get` asks for it, so that most of the registry is never loaded.
    """
    strangers = [
        name
        for name in environment.effective
        if name.startswith(renames.OWNED)
        and ((known := registry.find(name)) is None or known.replaced_by)
    ]
    texts, rewrites = renames.rewrite(environment.effective, strangers, release)
    documented = registry.variables if every else registry.around(texts)
    variables = (*documented, *_undocumented(texts, strangers, registry, release))
    settings = {v.name: _own(v, texts.get(v.name), release) for v in variables}
    for setting in list(settings.values()):
        if setting.status == "set":
            _imply(setting, settings)
        else:
            settings[setting.name] = _fall_back(settings[setting.name], settings, release)
    for setting in list(settings.values()):
        if setting.status == "set" and setting.outcome != "ignored":
            settings[setting.name] = _switch(setting, settings)
    return Settings(release, environment, registry, settings, rewrites)


def _undocumented(
    texts: Mapping[str, Assignment], strangers: list[str], registry: Registry, release: str
) -> Iterator[Variable]:
    """Variables for the names in SGLang's namespaces that the release reads, documented or not."""
    if not strangers:
        return
    from sglang_envctl.releases import load
    from sglang_envctl.releases.undocumented import variable

    data = load()
    for name in texts:
        if name.startswith(renames.OWNED) and name in data.read_names(release):
            found = None if registry.find(name) else variable(name, data)
            if found:
                yield found


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
    """The reads that a release has."""
    now = key(release)
    return tuple(
        read
        for read in reads
        if (not read.since or key(read.since) <= now) and (not read.until or now <= key(read.until))
    )


def counts(setting: Setting) -> bool:
    """Whether anything takes notice of the text: to many readers, empty is the same as unset."""
    if setting.status != "set" or not setting.assignment:
        return False
    if setting.assignment.unknown:
        return True
    if not setting.readings:
        return False
    read = setting.readings[0][0]
    reading = find(read.reader)(setting.assignment.raw, _UNSET)
    return reading.value is not _UNSET or reading.outcome != "accepted"


_UNSET = object()


def _own(variable: Variable, assignment: Assignment | None, release: str) -> Setting:
    reads = reads_in(variable.reads, release)
    acting = [read for read in reads if not read.inert]
    default = acting[0].default if acting else None
    reader = acting[0].reader if acting else ""
    if assignment is None:
        status: Status = "unset" if default is None else "default"
        return Setting(variable, status, default, default=default, reader=reader)
    if acting and assignment.unknown:
        note = f"has a text that is known only at the start: {assignment.unknown}"
        return Setting(
            variable, "set", None, "unverified", note, assignment, default=default, reader=reader
        )
    readings = tuple((r, find(r.reader)(assignment.raw, r.default)) for r in acting)
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
        reader=reader,
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
    reader = find(reads[0].reader)
    return next(
        (text for text in candidates if reader(text, None)[:2] == (default, "accepted")), None
    )
