"""Assignments in layers: what the sources said, and which of it wins."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Origin:
    """Where one assignment stands."""

    source: str
    """The source as the user named it."""
    file: str | None = None
    line: int | None = None

    def __str__(self) -> str:
        if self.file is None:
            return self.source
        return self.file if self.line is None else f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Assignment:
    """One name with its text."""

    name: str
    raw: str
    """The text the process would get: quotes removed, references resolved."""
    origin: Origin
    references: tuple[str, ...] = ()
    """The names whose values were put into `raw`."""


@dataclass(frozen=True, slots=True)
class Note:
    """Something a source noticed about its own text; a rule makes a finding of it."""

    kind: str
    """The slug of the rule."""
    origin: Origin
    name: str = ""
    detail: str = ""
    """What was seen. Never any part of a value."""


@dataclass(frozen=True, slots=True)
class Layer:
    """What one source holds, in the order it stands there."""

    label: str
    kind: str
    """The module of `sglang_envctl.sources` that read it."""
    assignments: tuple[Assignment, ...] = ()
    notes: tuple[Note, ...] = ()
    ignores: Mapping[int, frozenset[str]] = field(default_factory=dict)
    """Rules that a comment silences, by line."""

    @property
    def explicit(self) -> bool:
        """Whether the user wrote it, rather than the machine holding it."""
        return self.kind != "process"


@dataclass(frozen=True, slots=True)
class Environment:
    """Layers, the later winning, and the assignment that wins for each name."""

    layers: tuple[Layer, ...]
    effective: Mapping[str, Assignment]
    explicit: frozenset[str]
    """The names that an explicit layer sets."""

    def chain(self, name: str) -> tuple[Assignment, ...]:
        """Every assignment of `name`, the winning one first."""
        found = [a for layer in self.layers for a in layer.assignments if a.name == name]
        return tuple(reversed(found))


def compose(layers: Iterable[Layer]) -> Environment:
    """Put layers on top of each other, the first at the bottom."""
    layers = tuple(layers)
    effective = {a.name: a for layer in layers for a in layer.assignments}
    explicit = frozenset(a.name for layer in layers if layer.explicit for a in layer.assignments)
    return Environment(layers, effective, explicit)
