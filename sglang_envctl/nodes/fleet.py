"""Group many environments: nodes with equal environments share one.

Only values that always differ between nodes are kept for each node, so 10,000 nodes need little
more memory than one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from sglang_envctl.environment import Environment, Node
from sglang_envctl.errors import SourceError, Unreadable
from sglang_envctl.nodes.identity import common
from sglang_envctl.nodes.scope import scope
from sglang_envctl.sources.load import Side
from sglang_envctl.text.secrets import has_known_form, looks_secret


class Member(NamedTuple):
    """One node."""

    name: str
    source: str
    """The source of the node's environment."""
    node: Node
    own: Mapping[str, str]
    """The values that always differ between nodes."""


class Group(NamedTuple):
    """Nodes with the same environment."""

    environment: Environment
    """The environment of the group's first node."""
    members: tuple[Member, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the nodes."""
        return tuple(member.name for member in self.members)


class Fleet(NamedTuple):
    """The environments of many nodes."""

    groups: tuple[Group, ...]
    """The groups, in the order in which their first nodes were read."""
    unreadable: tuple[Unreadable, ...] = ()

    @property
    def nodes(self) -> Iterator[Member]:
        """Every node."""
        return (member for group in self.groups for member in group.members)

    @property
    def kind(self) -> str:
        """The word for a member: "node", or "environment" if no member has a host name."""
        return "node" if any(member.node.host for member in self.nodes) else "environment"


_Same: TypeAlias = tuple[Sequence[str], Sequence[str], tuple[str, ...], object]
"""A key that is equal for nodes that share an environment: names, values, command, and `keep_apart`."""


class Gathering:
    """Groups of environments that are built while the environments are read."""

    def __init__(
        self, keep_apart: Callable[[Member], object] = lambda member: member.node.release
    ) -> None:
        """Create an empty object; `number` counts the added nodes.

        Args:
            keep_apart: returns a key for a node; nodes with different keys never share a group.
        """
        self.number = 0
        self._layout = _Layout(())
        self._keep_apart = keep_apart
        self._found: dict[object, tuple[Environment, list[Member]]] = {}
        self._last: _Same | None = None
        self._members: list[Member] = []
        self._unreadable: dict[Unreadable, None] = {}
        self._names = _Names()

    def add(self, side: Side | Unreadable) -> None:
        """Add a node to the group with the same environment, or to a new group."""
        self.number += 1
        if isinstance(side, Unreadable):
            self._unreadable[side] = None
            return
        if side.names != self._layout.names:
            self._layout = _Layout(side.names)
        layout = self._layout
        own, rest = layout.split(side.texts)
        node = _without_secrets(side.node or Node(), layout.secrets(side.texts))
        member = Member(self._names.new(node, side.name), side.name, node, own)
        same = layout.names, rest, common(side.command), self._keep_apart(member)
        try:
            if same != self._last:  # hashing hundreds of strings would take longer
                self._members = self._like(same, side)
                self._last = same
        except SourceError as error:
            self._unreadable[Unreadable.of(side.name, error)] = None
        else:
            self._members.append(member)

    def _like(self, same: _Same, side: Side) -> list[Member]:
        """Return the members of the group with the same environment, or of a new group."""
        names, rest, *others = same
        key = tuple(names), tuple(rest), *others
        if key not in self._found:
            self._found[key] = side.make(), []
        return self._found[key][1]

    @property
    def fleet(self) -> Fleet:
        """The fleet of all nodes that were added."""
        groups = (Group(environment, tuple(found)) for environment, found in self._found.values())
        return Fleet(tuple(groups), tuple(self._unreadable))


def gather(sides: Iterable[Side | Unreadable], keep_apart: Callable[[Member], object]) -> Fleet:
    """Return the fleet of all these environments, grouped by `Gathering`."""
    gathering = Gathering(keep_apart)
    for side in sides:
        gathering.add(side)
    return gathering.fleet


def alone(environment: Environment) -> Group:
    """Return the group of a single environment."""
    node, last = environment.node or Node(), environment.layers[-1]
    name = last.selector or last.label
    own = {name: a.text for name, a in environment.effective.items() if scope(name) == "node"}
    return Group(environment, (Member(node.host or name, name, node, own),))


def _without_secrets(node: Node, secrets: Collection[str]) -> Node:
    """Return a node without the names that are secret, in its environment or by their form."""
    return Node(*("" if text in secrets or has_known_form(text) else text for text in node))


class _Layout:
    """The names of an environment, with the positions of values that always differ or are secret.

    Most nodes have the same names, so the positions are found once.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self.names = names
        self._own = [at for at, name in enumerate(names) if scope(name) == "node"]
        self._secret = [at for at, name in enumerate(names) if looks_secret(name)]

    def split(self, texts: Sequence[str]) -> tuple[dict[str, str], list[str]]:
        """Return the values that always differ, by name, and all values with those replaced by ""."""
        own, rest = {}, list(texts)
        for at in self._own:
            own[self.names[at]], rest[at] = texts[at], ""
        return own, rest

    def secrets(self, texts: Sequence[str]) -> set[str]:
        """Return the values of secrets."""
        return {texts[at] for at in self._secret}


class _Names:
    """Unique names for nodes: the host, with the rank or the source if hosts repeat."""

    def __init__(self) -> None:
        self._used: set[str] = set()
        self._numbers: Counter[str] = Counter()

    def new(self, node: Node, source: str) -> str:
        found = node.host
        if not found or found in self._used:
            ranked = f"{node.host}/{node.rank}" if node.host and node.rank else ""
            found = ranked if ranked and ranked not in self._used else source
        while not found or found in self._used:
            self._numbers[source] += 1
            found = f"{source} ({self._numbers[source] + 1})"
        self._used.add(found)
        return found
