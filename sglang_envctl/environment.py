"""Model an environment as assignments in layers: what the sources contain, and which assignment wins.

They are named tuples, because a file may contain a hundred thousand of them, and creating one takes
half as long as creating a frozen dataclass.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple, TypeAlias


class Origin(NamedTuple):
    """The place of one assignment."""

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
        """Return the same for a JSON document."""
        return {**self._asdict(), "key": self.key or None}


class Assignment(NamedTuple):
    """One name with its value."""

    name: str
    raw: str
    """The value that the process would get, with quotes removed and references resolved."""
    origin: Origin
    references: tuple[str, ...] = ()
    """The names whose values were put into `raw`."""
    unknown: str = ""
    """Why the value is known only at startup; `raw` is then meaningless. Never part of a value."""
    confidential: bool = False
    """Whether the source stores the value as a secret, regardless of the name."""

    @property
    def text(self) -> str:
        """What to show and compare: the value, or why it is unknown."""
        return f"<{self.unknown}>" if self.unknown else self.raw


def impossible(text: str) -> str:
    """Return what is in a name or a value that no environment can contain, or ""."""
    if "\0" in text:
        return "a NUL character"
    try:
        text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return "half of a surrogate pair"
    return ""


class Note(NamedTuple):
    """Something that a source noticed in its input; the rule that it names makes a finding of it."""

    rule: str
    """The slug of the rule."""
    origin: Origin
    name: str = ""
    dialect: str = ""
    """The dialect in which this happens, if not every program reads the file in this way."""
    variant: str = ""
    """The variant of the rule's message; empty for the usual one."""
    facts: Mapping[str, str | int] = MappingProxyType({})
    """The facts, by placeholder of the message; never any part of a value."""


Place: TypeAlias = tuple[str, int]
"""A file and a line in it."""

ALL_RULES = "*"
"""Stands for every rule in place of the rule that a comment silences."""
IN_FILE = "file:"
"""The prefix of a rule that a comment silences in its whole file."""

_HELD = ("process", "pid", "environ")
"""The kinds of sources that exist on a machine and were not written by the user."""


class Node(NamedTuple):
    """The node of a deployment that an environment is from; fields are empty if they are not known."""

    host: str = ""
    rank: str = ""
    """The number of the node in its engine."""
    role: str = ""
    """The role of its server: prefill, decode, router."""
    engine: str = ""
    """A value that all ranks of one engine have in common, such as the address where they meet."""
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
    """Its name if a source contains several layers: a service, a container, a stage."""
    aside: bool = False
    """Whether it is used only if its selector picks it, as a stage other than the last of a
    Dockerfile.
    """
    remark: str = ""
    """Messages about the whole source for the user."""
    unseen: str = ""
    """The origins of further assignments that could not be read: a Secret, a missing file."""
    by_dialect: Mapping[str, "Layer"] = MappingProxyType({})
    """The same input as other dialects read it, for comparison, by dialect."""
    command: tuple[str, ...] = ()
    """The command line of the server that gets this environment; empty if it is not known. A word that
    is known only at startup is an empty string."""
    node: Node | None = None
    """The node of the environment, if the source says so."""
    devices: int = 0
    """The number of GPUs that its container is given, numbered from 0 there; 0 if it is not known."""

    @property
    def explicit(self) -> bool:
        """Whether the user wrote the layer, as opposed to the state of the machine."""
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
        """The node that the environment is from, if a source says so."""
        return next((layer.node for layer in reversed(self.layers) if layer.node), None)

    @property
    def devices(self) -> int:
        """The number of GPUs that the container is given; 0 if it is not known."""
        return next((layer.devices for layer in reversed(self.layers) if layer.devices), 0)

    def chain(self, name: str) -> tuple[Assignment, ...]:
        """Return every assignment of `name`, the winning one first."""
        found = [a for layer in self.layers for a in layer.assignments if a.name == name]
        return tuple(reversed(found))


def stack(layers: Iterable[Layer]) -> Environment:
    """Put layers on top of each other; the first is at the bottom."""
    layers = tuple(layers)
    effective = {a.name: a for layer in layers for a in layer.assignments}
    explicit = frozenset(a.name for layer in layers if layer.explicit for a in layer.assignments)
    return Environment(layers, effective, explicit)
