"""What differs between environments, by meaning."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

from sglang_envctl.environment import Assignment, Environment
from sglang_envctl.registry import Registry
from sglang_envctl.registry.variable import Variable
from sglang_envctl.releases import renames
from sglang_envctl.settings import Setting, Settings, possibly_old, settle

Kind: TypeAlias = Literal["added", "removed", "changed", "spelling"]


@dataclass(frozen=True, slots=True)
class Difference:
    """One name that is not the same everywhere; each tuple has one entry per environment."""

    name: str
    kind: Kind
    settings: tuple[Setting | None, ...]
    """None if the name is not documented."""
    assignments: tuple[Assignment | None, ...]
    """What the name itself is set to; None where it is not set."""
    meanings: tuple[object, ...]
    """What is equal where the name has the same effect."""


class Settling(NamedTuple):
    """An environment, and the release that it is settled for."""

    environment: Environment
    release: str


def settled(sides: Sequence[Settling], registry: Registry, *, undocumented: bool) -> list[Settings]:
    """The settings of each side.

    With `undocumented`, also those of names that only the code of the releases knows: of all that it
    reads, where a side sets nothing at all, else of those that are set.
    """
    if undocumented:
        registry = registry.extended(_undocumented(sides, registry))
    return [settle(side.environment, registry, side.release) for side in sides]


def differences(environments: Sequence[Settings]) -> Iterator[Difference]:
    """Everything that differs, including values of the same meaning (`spelling`)."""
    for name in _names(environments):
        settings = tuple(settings.get(name) for settings in environments)
        assignments = tuple(settings.environment.effective.get(name) for settings in environments)
        raws = [a.text if a else None for a in assignments]
        if not any(assignments):
            raws = ["read" if setting and setting.reader else None for setting in settings]
        meanings = tuple(meaning(s, raw) for s, raw in zip(settings, raws, strict=True))
        if len(set(meanings)) > 1:
            yield Difference(name, kind_of(raws), settings, assignments, meanings)
        elif len(set(raws)) > 1:
            yield Difference(name, "spelling", settings, assignments, meanings)


def _undocumented(sides: Iterable[Settling], registry: Registry) -> Iterator[Variable]:
    from sglang_envctl.releases import load
    from sglang_envctl.releases.undocumented import variable

    everything = not all(side.environment.layers for side in sides)
    names: set[str] = set()
    for side in sides:
        read = load(side.release).read_names(side.release)
        names |= read if everything else read & _set_names(side, registry)
    for name in sorted(names - registry.listed.keys()):
        if found := variable(name, load()):
            yield found


def _set_names(side: Settling, registry: Registry) -> set[str]:
    """The names in SGLang's namespaces that are set once the release has renamed old ones."""
    effective = side.environment.effective
    texts = renames.rewrite(effective, possibly_old(effective, registry), side.release).texts
    return {name for name in texts if name.startswith(renames.OWNED)}


def _names(environments: Iterable[Settings]) -> Iterator[str]:
    """Documented names in registry order, then other names that an explicit layer sets.

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
    """The deprecated names that are read only under the name that gets their value."""
    reads = {name for name, setting in settings.by_name.items() if setting.reader}
    for old, rewrite in settings.rewrites.items():
        if rewrite.new in reads and old not in reads:
            yield old


def meaning(setting: Setting | None, raw: str | None) -> object:
    """What must be equal for two environments to have the same effect."""
    if setting is None:
        return raw
    if setting.outcome in ("crash", "unverified"):
        return setting.outcome, setting.assignment.text if setting.assignment else raw
    value = setting.value
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # a default may be 1 although values are floats
    return bool(setting.reader), repr(value)


def kind_of(raws: Sequence[str | None]) -> Kind:
    """By the values that are set; a meaning may change without any, by a fallback or a default."""
    if raws[0] is None:
        return "changed" if set(raws) == {None} else "added"
    return "removed" if set(raws[1:]) == {None} else "changed"
