"""Many environments as few: nodes whose environments are the same share one.

What differs by nature is kept for each node apart, so that 10,000 nodes cost what one costs, and a
few values each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from sglang_envctl.environment import Environment, Node
from sglang_envctl.errors import SourceError, Unreadable
from sglang_envctl.nodes.identity import common
from sglang_envctl.nodes.scope import scope
from sglang_envctl.sources.load import Side


class Member(NamedTuple):
    """One node."""

    name: str
    source: str
    """Where its environment was read."""
    node: Node
    own: Mapping[str, str]
    """The values that differ between nodes by nature."""


class Group(NamedTuple):
    """Nodes with the same environment."""

    environment: Environment
    """That of the first of them."""
    members: tuple[Member, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the nodes."""
        return tuple(member.name for member in self.members)


class Fleet(NamedTuple):
    """The environments of many nodes."""

    groups: tuple[Group, ...]
    """By their first node, in the order they were read."""
    unreadable: tuple[Unreadable, ...] = ()

    @property
    def nodes(self) -> Iterator[Member]:
        """Every node."""
        return (member for group in self.groups for member in group.members)


class Gathering:
    """Groups environments as they are read."""

    def __init__(
        self, keep_apart: Callable[[Member], object] = lambda member: member.node.release
    ) -> None:
        """Begin with none.

        Args:
            keep_apart: nodes for which this differs never share a group.
        """
        self._by_nature = _ByNature()
        self._keep_apart = keep_apart
        self._found: dict[object, tuple[Environment, list[Member]]] = {}
        self._unreadable: dict[Unreadable, None] = {}
        self._names = _Names()

    def add(self, side: Side | Unreadable) -> None:
        """Put an environment with those that are the same."""
        if isinstance(side, Unreadable):
            self._unreadable[side] = None
            return
        own, rest = self._by_nature.split(side.values)
        node = side.node or Node()
        member = Member(self._names.new(node, side.name), side.name, node, own)
        key = rest, common(side.command), self._keep_apart(member)
        group = self._found.get(key)
        if not group:
            try:
                group = self._found[key] = side.make(), []
            except SourceError as error:
                self._unreadable[Unreadable.of(side.name, error)] = None
                return
        group[1].append(member)

    @property
    def fleet(self) -> Fleet:
        """What was added."""
        groups = (Group(environment, tuple(found)) for environment, found in self._found.values())
        return Fleet(tuple(groups), tuple(self._unreadable))


def gather(sides: Iterable[Side | Unreadable], keep_apart: Callable[[Member], object]) -> Fleet:
    """All of these environments, as in `Gathering`."""
    gathering = Gathering(keep_apart)
    for side in sides:
        gathering.add(side)
    return gathering.fleet


def alone(environment: Environment) -> Group:
    """The group of a single environment."""
    node, last = environment.node or Node(), environment.layers[-1]
    name = last.selector or last.label
    values = {name: a.text for name, a in environment.effective.items()}
    own, _ = _ByNature().split(values)
    return Group(environment, (Member(node.host or name, name, node, own),))


class _ByNature:
    """Tells what differs by nature; each set of names is looked at once."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, ...], tuple[str, ...]] = {}

    def split(self, values: Mapping[str, str]) -> tuple[dict[str, str], object]:
        """The values that differ by nature, and the others as what makes two nodes the same."""
        names = tuple(values)
        if names not in self._known:
            mine = (name for name in names if scope(name) == "node")
            self._known[names] = tuple(mine)
        own = {name: values[name] for name in self._known[names]}
        rest = {
            **values,
            **dict.fromkeys(own),
        }  # the names stay, so that one that is missing differs
        return own, (names, tuple(rest.values()))


class _Names:
    """Names that tell nodes apart: the host, with the rank or the source where hosts repeat."""

    def __init__(self) -> None:
        self._used: set[str] = set()

    def new(self, node: Node, source: str) -> str:
        ranked = f"{node.host}/{node.rank}" if node.host and node.rank else ""
        found = next((n for n in (node.host, ranked, source) if n and n not in self._used), "")
        number = 2
        while not found or found in self._used:
            found, number = f"{source} ({number})", number + 1
        self._used.add(found)
        return found
