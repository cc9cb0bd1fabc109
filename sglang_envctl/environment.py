"""Model an environment as assignments in layers: the content of the sources, and the effective
assignments.

The types are named tuples, because a file may contain a hundred thousand assignments, and creating
a named tuple takes half as long as creating a frozen dataclass.
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
    """The path to the assignment within a structured file, such as `services.web.environment`, or
    another note on the place.
    """

    def __str__(self) -> str:
        if self.file is None:
            return f"{self.source} {self.key}".rstrip()
        if self.line is None:
            return f"{self.file} {self.key}".rstrip()
        return f"{self.file}:{self.line}"

    def members(self) -> dict[str, str | int | None]:
        """Return the fields for a JSON document."""
        return {**self._asdict(), "key": self.key or None}


class Assignment(NamedTuple):
    """One name with its value."""

    name: str
    raw: str
    """The value that the process would get, with quotes removed and references resolved."""
    origin: Origin
    references: tuple[str, ...] = ()
    """The names whose values were substituted into `raw`."""
    unknown: str = ""
    """The reason why the value is known only at startup; `raw` is then meaningless. Never part of a
    value.
    """
    confidential: bool = False
    """Whether the source stores the value as a secret, regardless of the name."""

    @property
    def text(self) -> str:
        """The text to show and compare: the value, or the reason why it is unknown."""
        return f"<{self.unknown}>" if self.unknown else self.raw


def impossible(text: str) -> str:
    """Return the part of a name or a value that no environment can contain; empty if there is none."""
    if "\0" in text:
        return "a NUL character"
    try:
        text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return "half of a surrogate pair"
    return ""


class Note(NamedTuple):
    """An observation of a source about its input, which the named rule turns into a finding."""

    rule: str
    """The slug of the rule."""
    origin: Origin
    name: str = ""
    dialect: str = ""
    """The dialect in which the problem occurs; empty if it occurs in every dialect."""
    variant: str = ""
    """The variant of the rule's message; empty for the usual message."""
    facts: Mapping[str, str | int] = MappingProxyType({})
    """The facts, by placeholder of the message; never any part of a value."""


Place: TypeAlias = tuple[str, int]
"""A file and a line in it."""

ALL_RULES = "*"
"""The value that means every rule, in place of the rule that a comment silences."""
IN_FILE = "file:"
"""The prefix of a rule that a comment silences in the whole file."""

_HELD = ("process", "pid", "environ")
"""The kinds of sources that exist on a machine and were not written by the user."""


class Node(NamedTuple):
    """The node of a deployment that an environment belongs to; unknown fields are empty."""

    host: str = ""
    rank: str = ""
    """The number of the node in the engine."""
    role: str = ""
    """The role of the server: prefill, decode, router."""
    engine: str = ""
    """A value that is the same for all ranks of one engine, such as the address where they connect."""
    release: str = ""
    """The SGLang release that is installed on the node."""


class Layer(NamedTuple):
    """The content of one source, in its original order."""

    label: str
    kind: str
    """The module of `sglang_envctl.sources` that read the layer."""
    assignments: tuple[Assignment, ...] = ()
    notes: tuple[Note, ...] = ()
    ignores: Mapping[Place, frozenset[str]] = MappingProxyType({})
    """The rules that comments silence, by place; ALL_RULES, or IN_FILE before a rule, silences more."""
    selector: str = ""
    """The name of the layer if a source contains several: a service, a container, a stage."""
    aside: bool = False
    """Whether the layer is used only if a selector picks it, as for a stage of a Dockerfile before
    the last.
    """
    remark: str = ""
    """Messages about the whole source for the user."""
    unseen: str = ""
    """The sources of further assignments that could not be read: a Secret, a missing file."""
    by_dialect: Mapping[str, "Layer"] = MappingProxyType({})
    """The same input as read in other dialects, by dialect, for comparison."""
    command: tuple[str, ...] = ()
    """The command line of the server that gets this environment; empty if unknown. A word that is
    known only at startup is an empty string.
    """
    node: Node | None = None
    """The node of the environment, if the source names it."""
    devices: int = 0
    """The number of GPUs of the container, numbered from 0; 0 if unknown."""

    @property
    def explicit(self) -> bool:
        """Whether the user wrote the layer; otherwise it is the state of the machine."""
        return self.kind not in _HELD


class Environment(NamedTuple):
    """Layers, of which later ones override earlier ones, and the effective assignment of each name."""

    layers: tuple[Layer, ...]
    effective: Mapping[str, Assignment]
    explicit: frozenset[str]
    """The names that an explicit layer sets."""

    @property
    def command(self) -> tuple[str, ...]:
        """The command line that gets this environment; empty if unknown."""
        return next((layer.command for layer in reversed(self.layers) if layer.command), ())

    @property
    def node(self) -> Node | None:
        """The node of the environment, if a source names it."""
        return next((layer.node for layer in reversed(self.layers) if layer.node), None)

    @property
    def devices(self) -> int:
        """The number of GPUs of the container; 0 if unknown."""
        return next((layer.devices for layer in reversed(self.layers) if layer.devices), 0)

    def chain(self, name: str) -> tuple[Assignment, ...]:
        """Return every assignment of `name`, the effective one first."""
        found = [a for layer in self.layers for a in layer.assignments if a.name == name]
        return tuple(reversed(found))


def stack(layers: Iterable[Layer]) -> Environment:
    """Combine layers into an environment; the first layer is the lowest."""
    layers = tuple(layers)
    effective = {a.name: a for layer in layers for a in layer.assignments}
    explicit = frozenset(a.name for layer in layers if layer.explicit for a in layer.assignments)
    return Environment(layers, effective, explicit)
