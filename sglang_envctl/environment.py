"""Assignments in layers: what the sources contain, and which assignment wins.

They are named tuples, because a file may contain a hundred thousand of them, and creating one takes
half as long as creating a frozen dataclass.
"""

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
    """The path to it within a structured file, such as `services.web.environment`, or another note on
    the place."""

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
    """The value that the process would get: quotes removed, references resolved."""
    origin: Origin
    references: tuple[str, ...] = ()
    """The names whose values were put into `raw`."""
    unknown: str = ""
    """Why the value is known only at startup; `raw` is then meaningless. Never part of a value."""
    confidential: bool = False
    """Whether its source stores it as a secret, regardless of its name."""

    @property
    def text(self) -> str:
        """What to show and to compare: the value, or why it is unknown."""
        return f"<{self.unknown}>" if self.unknown else self.raw


def impossible(text: str) -> str:
    """What is in a name or a value that no environment can contain, or ""."""
    if "\0" in text:
        return "a NUL character"
    try:
        text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return "half of a surrogate pair"
    return ""


class Note(NamedTuple):
    """Something that a source noticed in its input; the rule it names makes a finding of it."""

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

ALL_RULES = "*"
"""In place of a rule that a comment silences: every rule."""
IN_FILE = "file:"
"""Before a rule that a comment silences in its whole file."""

_HELD = ("process", "pid", "environ")
"""Kinds of sources that exist on a machine and were not written by the user."""


class Node(NamedTuple):
    """Which of the nodes of a deployment an environment is from; empty where that is not known."""

    host: str = ""
    rank: str = ""
    """The number of the node in its engine."""
    role: str = ""
    """What its server does: prefill, decode, router."""
    engine: str = ""
    """What all ranks of one engine have in common, such as the address where they meet."""
    release: str = ""
    """The SGLang release that is installed there."""


class Layer(NamedTuple):
    """The content of one source, in its original order."""

    label: str
    kind: str
    """The module of `sglang_envctl.sources` that read it."""
    assignments: tuple[Assignment, ...] = ()
    notes: tuple[Note, ...] = ()
    ignores: Mapping[Place, frozenset[str]] = MappingProxyType({})
    """Rules that a comment silences, by place; ALL_RULES, and IN_FILE before a rule, are more than one
    rule on one line."""
    selector: str = ""
    """Which one it is if a source contains several: a service, a container, a stage."""
    aside: bool = False
    """Used only if its selector picks it: a stage other than the last of a Dockerfile."""
    remark: str = ""
    """What the user must know about this source as a whole."""
    unseen: str = ""
    """Where more assignments may come from that could not be read: a Secret, a missing file."""
    by_dialect: Mapping[str, "Layer"] = MappingProxyType({})
    """The same input as other dialects read it, for comparison, by dialect."""
    command: tuple[str, ...] = ()
    """The command line of the server that gets this environment; empty if it is not known. A word that
    is known only at startup is an empty string."""
    node: Node | None = None
    """The node that it is from, if the source is about one."""
    devices: int = 0
    """How many GPUs its container is given, which count from 0 there; 0 if that is not known."""

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

    @property
    def command(self) -> tuple[str, ...]:
        """The command line that this environment is for; empty if it is not known."""
        return next((layer.command for layer in reversed(self.layers) if layer.command), ())

    @property
    def node(self) -> Node | None:
        """The node that it is from, if a source says it."""
        return next((layer.node for layer in reversed(self.layers) if layer.node), None)

    @property
    def devices(self) -> int:
        """How many GPUs its container is given; 0 if that is not known."""
        return next((layer.devices for layer in reversed(self.layers) if layer.devices), 0)

    def chain(self, name: str) -> tuple[Assignment, ...]:
        """Every assignment of `name`, the winning one first."""
        found = [a for layer in self.layers for a in layer.assignments if a.name == name]
        return tuple(reversed(found))


def stack(layers: Iterable[Layer]) -> Environment:
    """Put layers on top of each other, the first at the bottom."""
    layers = tuple(layers)
    effective = {a.name: a for layer in layers for a in layer.assignments}
    explicit = frozenset(a.name for layer in layers if layer.explicit for a in layer.assignments)
    return Environment(layers, effective, explicit)
