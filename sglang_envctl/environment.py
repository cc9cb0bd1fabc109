"""Assignments in layers: what the sources said, and which of it wins.

Named tuples, since a file may hold a hundred thousand of them and each takes half as long to make as
a frozen dataclass.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple, TypeAlias


class Origin(NamedTuple):
    """Where one assignment stands."""

    source: str
    """The source as the user named it."""
    file: str | None = None
    line: int | None = None
    key: str = ""
    """The way to it inside a structured file, `services.web.environment`, or what else there is to say
    about the place."""

    def __str__(self) -> str:
        if self.file is None:
            return f"{self.source} {self.key}".rstrip()
        if self.line is None:
            return f"{self.file} {self.key}".rstrip()
        return f"{self.file}:{self.line}"

    def members(self) -> dict[str, str | int | None]:
        """The same for a JSON document."""
        return {**self._asdict(), "key": self.key or None}


class Assignment(NamedTuple):
    """One name with its text."""

    name: str
    raw: str
    """The text the process would get: quotes removed, references resolved."""
    origin: Origin
    references: tuple[str, ...] = ()
    """The names whose values were put into `raw`."""
    unknown: str = ""
    """Why the text cannot be known before launch; `raw` then says nothing. No part of a value."""
    confidential: bool = False
    """Whether it is kept as a secret where it comes from, whatever it is called."""

    @property
    def text(self) -> str:
        """What to show and to compare: the text, or why it is not known."""
        return f"<{self.unknown}>" if self.unknown else self.raw


class Note(NamedTuple):
    """Something a source noticed about its own text; the rule it names makes a finding of it."""

    rule: str
    """The slug of the rule."""
    origin: Origin
    name: str = ""
    dialect: str = ""
    """Whose grammar does this, where it is not the same for every program that reads the file."""
    variant: str = ""
    """Which of the rule's messages applies; empty for the usual one."""
    facts: Mapping[str, str | int] = MappingProxyType({})
    """What was seen, by the placeholders of the message. Never any part of a value."""


Place: TypeAlias = tuple[str, int]
"""A file and a line in it."""

_HELD = ("process", "pid")
"""Kinds of sources that a machine holds and nobody wrote."""


class Layer(NamedTuple):
    """What one source holds, in the order it stands there."""

    label: str
    kind: str
    """The module of `sglang_envctl.sources` that read it."""
    assignments: tuple[Assignment, ...] = ()
    notes: tuple[Note, ...] = ()
    ignores: Mapping[Place, frozenset[str]] = MappingProxyType({})
    """Rules that a comment silences, by where."""
    selector: str = ""
    """Which one it is where a source holds several: a service, a container, a stage."""
    aside: bool = False
    """Not meant unless it is picked by its selector: a stage that `docker build` stops behind."""
    remark: str = ""
    """What whoever reads the results has to know about this source as a whole."""
    unseen: str = ""
    """Where more may come from that could not be looked at: a Secret, a file that is not here."""
    readings: Mapping[str, Layer] = MappingProxyType({})
    """The same text as readers take it that are to be compared, by the reader."""

    @property
    def explicit(self) -> bool:
        """Whether the user wrote it, rather than the machine holding it."""
        return self.kind not in _HELD


class Environment(NamedTuple):
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
