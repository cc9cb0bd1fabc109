"""Differences between the settings of several environments, by meaning."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from sglang_envctl.environment import Assignment
from sglang_envctl.settings import Setting, Settings

Kind: TypeAlias = Literal["added", "removed", "changed", "spelling"]


@dataclass(frozen=True, slots=True)
class Difference:
    """One name that differs; each tuple has one entry per environment."""

    name: str
    kind: Kind
    settings: tuple[Setting | None, ...]
    """None if the name is not documented."""
    assignments: tuple[Assignment | None, ...]
    """The value under the name itself; None if it is not set."""


def differences(environments: Sequence[Settings]) -> Iterator[Difference]:
    """Everything that differs, even if the values have the same meaning (`spelling`)."""
    for name in _names(environments):
        settings = tuple(settings.get(name) for settings in environments)
        texts = tuple(settings.environment.effective.get(name) for settings in environments)
        raws = [text.text if text else None for text in texts]
        if not any(texts):
            raws = ["read" if setting and setting.reader else None for setting in settings]
        meanings = [_meaning(s, raw) for s, raw in zip(settings, raws, strict=True)]
        if len(set(meanings)) > 1:
            yield Difference(name, _kind(raws), settings, texts)
        elif len(set(raws)) > 1:
            yield Difference(name, "spelling", settings, texts)


def _names(environments: Iterable[Settings]) -> Iterator[str]:
    """Documented names in registry order, then other names that an explicit layer sets."""
    names: dict[str, None] = {}
    for settings in environments:
        names.update(dict.fromkeys(settings.by_name))
    others: set[str] = set()
    for settings in environments:
        others |= settings.environment.explicit - names.keys()
    yield from names
    yield from sorted(others)


def _meaning(setting: Setting | None, raw: str | None) -> object:
    """What must be equal for two environments to have the same effect."""
    if setting is None:
        return raw
    if setting.outcome in ("crash", "unverified"):
        return setting.outcome, setting.assignment.text if setting.assignment else raw
    value = setting.value
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # a default may be 1 although values are floats
    return bool(setting.reader), repr(value)


def _kind(raws: Sequence[str | None]) -> Kind:
    """By the values under the name. The meaning may change without one: by a fallback or default."""
    if raws[0] is None:
        return "changed" if set(raws) == {None} else "added"
    return "removed" if set(raws[1:]) == {None} else "changed"
