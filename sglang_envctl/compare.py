"""Compare environments by meaning."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal, NamedTuple, TypeAlias

from sglang_envctl.environment import Assignment, Environment
from sglang_envctl.registry import Registry
from sglang_envctl.registry.variable import Variable
from sglang_envctl.releases import renames
from sglang_envctl.settings import Setting, Settings, possibly_old, settle

Kind: TypeAlias = Literal["added", "removed", "changed", "spelling"]
_NOW = {
    "crash": "crashes now",
    "misread": "misread now",
    "defaulted": "replaced by the default now",
    "unverified": "read in another way now",
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One name that differs between environments; each tuple has one entry per environment."""

    name: str
    kind: Kind
    settings: tuple[Setting | None, ...]
    """None if the name is not documented."""
    assignments: tuple[Assignment | None, ...]
    """The value of the name itself; None if it is not set."""
    meanings: tuple[object, ...]
    """Keys that are equal if the name has the same effect."""
    cause: str = ""
    """Why the first and the last release read the name differently; empty if they do not."""

    @property
    def is_set(self) -> bool:
        """Whether the name is set in some environment, perhaps only under a deprecated name."""
        return any(s and s.assignment for s in self.settings) or any(self.assignments)

    @property
    def section(self) -> str:
        """The slug of the variable's section; empty if it has no entry."""
        return next((s.variable.section.slug for s in self.settings if s), "")


class Settling(NamedTuple):
    """An environment, and the release for which its settings are computed."""

    environment: Environment
    release: str


def settled(sides: Sequence[Settling], registry: Registry, *, undocumented: bool) -> list[Settings]:
    """Return the settings of each side.

    With `undocumented`, names that only the code of the releases mentions are included: all names
    that the code reads if one side sets nothing at all, otherwise only names that are set.
    """
    if undocumented:
        registry = registry.extended(_undocumented(sides, registry))
    return [settle(side.environment, registry, side.release) for side in sides]


def differences(environments: Sequence[Settings]) -> Iterator[Difference]:
    """Yield everything that differs, including values of the same meaning (`spelling`)."""
    for name in _names(environments):
        settings = tuple(settings.get(name) for settings in environments)
        assignments = tuple(settings.environment.effective.get(name) for settings in environments)
        raws = [a.text if a else None for a in assignments]
        if not any(assignments):
            raws = ["read" if setting and setting.reader else None for setting in settings]
        meanings = tuple(meaning(s, raw) for s, raw in zip(settings, raws, strict=True))
        if len(set(meanings)) > 1:
            cause = _why(name, environments[0], environments[-1])
            yield Difference(name, kind_of(raws), settings, assignments, meanings, cause)
        elif len(set(raws)) > 1:
            yield Difference(name, "spelling", settings, assignments, meanings)


def _undocumented(sides: Sequence[Settling], registry: Registry) -> Iterator[Variable]:
    from sglang_envctl.releases import load
    from sglang_envctl.releases.undocumented import variable

    everything = not all(side.environment.layers for side in sides)
    names: set[str] = set()
    for side in sides:
        read = load(side.release).read_names(side.release)
        names |= read if everything else read & _set_names(side, registry)
    for name in sorted(names - registry.listed.keys()):
        known = (variable(name, load(side.release)) for side in sides)
        yield from islice(filter(None, known), 1)


def _set_names(side: Settling, registry: Registry) -> set[str]:
    """Return the set names in SGLang's namespaces, after the release has renamed deprecated names."""
    effective = side.environment.effective
    texts = renames.rewrite(effective, possibly_old(effective, registry), side.release).texts
    return {name for name in texts if name.startswith(renames.OWNED)}


def _names(environments: Iterable[Settings]) -> Iterator[str]:
    """Yield the documented names in registry order, then other names that an explicit layer sets.

    A deprecated name is compared under the name that gets its value.
    """
    names: dict[str, None] = {}
    others: set[str] = set()
    forwarded: set[str] = set()
    for settings in environments:
        names.update(dict.fromkeys(settings.by_name))
        others |= settings.environment.explicit
        forwarded.update(_forwarded(settings))
    yield from (name for name in names if name not in forwarded)
    yield from sorted(others - names.keys() - forwarded)


def _forwarded(settings: Settings) -> Iterator[str]:
    """Yield the deprecated names whose value is read only under a new name."""
    reads = {name for name, setting in settings.by_name.items() if setting.reader}
    for old, rewrite in settings.rewrites.items():
        if rewrite.new in reads and old not in reads:
            yield old


def meaning(setting: Setting | None, raw: str | None) -> object:
    """Return a key to compare: two environments have equal keys if the variable has the same effect
    in both.
    """
    if setting is None:
        return raw
    if setting.outcome in ("crash", "unverified"):
        return setting.outcome, setting.assignment.text if setting.assignment else raw
    value = setting.value
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # a default may be 1 although values are floats
    return bool(setting.reader), repr(value)


def kind_of(raws: Sequence[str | None]) -> Kind:
    """Classify a difference by the values that are set; without any, a fallback or a default differs."""
    if raws[0] is None:
        return "changed" if set(raws) == {None} else "added"
    return "removed" if set(raws[1:]) == {None} else "changed"


def _why(name: str, before: Settings, after: Settings) -> str:
    """Return the cause in a few words; empty if the releases agree, or have no data about the name."""
    old, new = before.get(name), after.get(name)
    if before.release == after.release or not (old and new):
        return ""
    if old.reader and not new.reader:
        return _gone(name, after)
    if old.assignment and not new.assignment:
        return f"{old.assignment.name} is no longer read"
    if new.assignment and not old.assignment:
        return f"gets the value of {new.assignment.name}"
    if new.reader and not old.reader:
        return "not read before"
    return _otherwise(old, new) if new.assignment else "default changed"


def _gone(name: str, after: Settings) -> str:
    """Describe what a release reads instead of a name."""
    from sglang_envctl.releases import load

    rewrite = after.rewrites.get(name)
    rename = load(after.release).last_rename(name)
    new = rewrite.new if rewrite else rename.new if rename else ""
    known = after.get(new) if new else None
    return f"renamed to {new}" if known and known.reader else "no longer read"


def _otherwise(old: Setting, new: Setting) -> str:
    """Describe how two releases read a value differently."""
    if old.status != new.status:
        return "default changed"
    if new.outcome == old.outcome:
        return "read in another way now" if new.outcome == "accepted" else "default changed"
    return _NOW.get(new.outcome or "", "accepted now")
