"""Assignments in layers: what the sources set, and which assignment wins.

They are named tuples, because a file may contain a hundred thousand of them, and creating one takes
half as long as creating a frozen dataclass.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple, TypeAlias


class Origin(NamedTuple):
    """Where one assignment is."""

    source: str
    """The source as the user named it."""
    file: str | None = None
    line: int | None = None
    key: str = ""
    """The key path in a structured file, `services.web.environment`, or another remark on the place."""

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
    """One name with its value."""

    name: str
    raw: str
    """The value the process would get: quotes removed, references resolved."""
    origin: Origin
    references: tuple[str, ...] = ()
    """The names whose values were put into `raw`."""
    unknown: str = ""
    """Why the value cannot be known before launch; `raw` then means nothing. No part of a value."""
    confidential: bool = False
    """Whether its source keeps it as a secret, regardless of its name."""

    @property
    def text(self) -> str:
        """What to show and to compare: the value, or why it is not known."""
        return f"<{self.unknown}>" if self.unknown else self.raw


class Note(NamedTuple):
    """Something a source noticed about its own content; a rule makes a finding of it."""

    rule: str
    """The slug of the rule."""
    origin: Origin
    name: str = ""
    detail: str = ""
    """What was seen. Never any part of a value."""
    reader: str = ""
    """The dialect that this is about; empty where it holds for the kind of source."""


Place: TypeAlias = tuple[str, int]
"""A file and a line in it."""

_HELD = ("process", "pid")
"""Kinds of sources that the machine holds, rather than a file that somebody wrote."""


class Layer(NamedTuple):
    """The assignments of one source, in their order there."""

    label: str
    kind: str
    """The module of `sglang_envctl.sources` that read it."""
    assignments: tuple[Assignment, ...] = ()
    notes: tuple[Note, ...] = ()
    ignores: Mapping[Place, frozenset[str]] = MappingProxyType({})
    """The rules that comments silence, by place."""
    selector: str = ""
    """Which one it is if a source contains several: a service, a container, a stage."""
    aside: bool = False
    """Only meant where it is picked by its selector: a stage that is not the last one."""
    remark: str = ""
    """What a person has to know about this source as a whole."""
    unseen: str = ""
    """Where more may come from that could not be read: a Secret, a file that is not here."""
    by_dialect: Mapping[str, Layer] = MappingProxyType({})
    """The same file in each of the dialects that are to be compared."""

    @property
    def explicit(self) -> bool:
        """Whether the user wrote it, as opposed to the state of the machine."""
        return self.kind not in _HELD


class Environment(NamedTuple):
    """Layers, of which later ones win, and the winning assignment for each name."""

    layers: tuple[Layer, ...]
    effective: Mapping[str, Assignment]
    explicit: frozenset[str]
    """The names that an explicit layer sets."""

    def chain(self, name: str) -> tuple[Assignment, ...]:
        """Every assignment of `name`, the winning one first."""
        found = [a for layer in self.layers for a in layer.assignments if a.name == name]
        return tuple(reversed(found))


def stack(layers: Iterable[Layer]) -> Environment:
    """The environment of layers, the first at the bottom."""
    layers = tuple(layers)
    effective = {a.name: a for layer in layers for a in layer.assignments}
    explicit = frozenset(a.name for layer in layers if layer.explicit for a in layer.assignments)
    return Environment(layers, effective, explicit)
