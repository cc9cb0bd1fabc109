"""Compute settings from an environment and the registry, for one release of SGLang."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
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
from sglang_envctl.releases.own import as_read
from sglang_envctl.releases.published import UNPREFIXED
from sglang_envctl.releases.versions import within

Status: TypeAlias = Literal["set", "default", "fallback", "implied", "unset"]


class Setting(NamedTuple):
    """One documented variable in one environment."""

    variable: Variable
    status: Status
    value: object = None
    """The value that the code uses, as a JSON value."""
    outcome: Outcome | None = None
    """How the reader treats the value in force; None if there is no value."""
    note: str = ""
    """What happens instead of using the value as it is."""
    assignment: Assignment | None = None
    """The assignment in force: the variable's own, or that of a deprecated name or of a fallback."""
    source: str = ""
    """The variable that a fallback or an implied default comes from."""
    readings: tuple[tuple[Read, Reading], ...] = ()
    """How each reader of this release reads the value, the main reader first."""
    switched_off: str = ""
    """The variable whose value, or absence, prevents this variable from being read."""
    default: object = None
    """The value that the code uses when the variable is unset."""
    reader: str = ""
    """The main reader in this release; empty if the release does not read the variable."""

    @property
    def name(self) -> str:
        return self.variable.name

    @property
    def not_read(self) -> bool:
        """Whether the variable is set but the release does not read it, regardless of other
        variables.
        """
        return self.outcome == "ignored" and not self.readings and not self.switched_off

    @property
    def raw(self) -> str | None:
        """The value under the variable's name, or under its deprecated name."""
        return self.assignment.raw if self.assignment and self.status == "set" else None


@dataclass(frozen=True, eq=False)
class Settings:
    """Documented variables, in registry order, then undocumented variables that are set."""

    release: str
    environment: Environment
    registry: Registry
    by_name: Mapping[str, Setting]
    texts: Mapping[str, Assignment]
    """The assignments that the code finds under each name: the effective ones, and those that the
    release copies from deprecated names.
    """
    rewrites: Mapping[str, renames.Rewrite]
    """The deprecated names that are set, with what happens to their values."""

    def __iter__(self) -> Iterator[Setting]:
        return iter(self.by_name.values())

    def get(self, name: str) -> Setting | None:
        found = self.by_name.get(name)
        if found is None and (variable := self.registry.find(name)):
            return _own(variable, None, self.release)
        return found

    def meant(self, name: str) -> Setting | None:
        """Return the setting that an assignment of this name affects, whose name may be different."""
        rewrite = self.rewrites.get(name)
        return self.get(rewrite.new if rewrite and rewrite.fate != "loses" else name)

    def unknown(self) -> Iterator[Assignment]:
        """Yield the assignments in force whose names are neither documented nor read by the release."""
        known = self.by_name
        return (a for name, a in self.environment.effective.items() if name not in known)


def settle(
    environment: Environment, registry: Registry, release: str, *, every: bool = True
) -> Settings:
    """Compute how `release` reads `environment`.

    Without `every`, a variable that nothing in the environment relates to is computed on demand by
    `Settings.get`, so that most of the registry is never loaded.
    """
    registry = as_read(registry, release)
    strangers = possibly_old(environment.effective, registry)
    texts, rewrites = renames.rewrite(environment.effective, strangers, release)
    documented = registry.variables if every else registry.around(texts)
    variables = (*documented, *_undocumented(environment, texts, registry, release))
    settings = {v.name: _own(v, texts.get(v.name), release) for v in variables}
    for setting in list(settings.values()):
        if setting.status == "set":
            _imply(setting, settings)
        else:
            settings[setting.name] = _fall_back(settings[setting.name], settings, release)
    for setting in list(settings.values()):
        if setting.status == "set" and setting.outcome != "ignored":
            settings[setting.name] = _switch(setting, settings)
    return Settings(release, environment, registry, settings, texts, rewrites)


def possibly_old(names: Iterable[str], registry: Registry) -> list[str]:
    """Return the names in SGLang's namespaces that a release may forward to another name."""
    return [
        name
        for name in names
        if name.startswith(renames.OWNED)
        and ((known := registry.find(name)) is None or known.replaced_by)
    ]


def _undocumented(
    environment: Environment, texts: Mapping[str, Assignment], registry: Registry, release: str
) -> Iterator[Variable]:
    """Yield variables for undocumented names that the release reads.

    A name without SGLang's prefixes is included if the user wrote it for this environment.
    """
    explicit = environment.explicit & UNPREFIXED
    strangers = [
        name
        for name in texts
        if (name.startswith(renames.OWNED) or name in explicit) and registry.find(name) is None
    ]
    if not strangers:
        return
    from sglang_envctl.releases import load
    from sglang_envctl.releases.undocumented import variable

    data = load(release)
    for name in strangers:
        if name in data.read_names(release) and (found := variable(name, data)):
            yield found


def holds(condition: Condition, setting: Setting) -> bool:
    """Return whether a condition on a setting's effective value is met."""
    value, wanted = setting.value, condition.value
    if setting.assignment and setting.assignment.unknown:
        return True  # unknown, so nothing is reported
    if condition.test == "true":
        return value is True
    if condition.test == "not empty":
        return bool(value)
    if condition.test == "equals":
        return value == wanted
    number = value if isinstance(value, int) else 0
    return number != 0 if condition.test == "not zero" else number >= int(wanted or 0)


def reads_in(reads: tuple[Read, ...], release: str) -> tuple[Read, ...]:
    """Return the reads that apply to a release."""
    return tuple(read for read in reads if within(release, read.since, read.until))


def counts(setting: Setting) -> bool:
    """Return whether the value has any effect; many readers treat an empty string as unset."""
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
    if assignment is None:
        return _unset(variable, release)
    reads = reads_in(variable.reads, release)
    acting = [read for read in reads if not read.inert]
    default = acting[0].default if acting else None
    reader = acting[0].reader if acting else ""
    if acting and assignment.unknown:
        note = f"has a value known only at startup: {assignment.unknown}"
        return Setting(
            variable, "set", None, "unverified", note, assignment, default=default, reader=reader
        )
    readings = tuple((r, find(r.reader)(assignment.raw, r.default)) for r in acting)
    if not readings:
        note = "reads it and does nothing with it" if reads else "does not read it"
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


@lru_cache(maxsize=4096)
def _unset(variable: Variable, release: str) -> Setting:
    read = next((read for read in reads_in(variable.reads, release) if not read.inert), None)
    default, reader = (read.default, read.reader) if read else (None, "")
    status: Status = "unset" if default is None else "default"
    return Setting(variable, status, default, default=default, reader=reader)


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
    """Return the default as a user would write it; None if it cannot be written."""
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
