"""Compare all nodes of a fleet, or the nodes of each role and then the roles."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from sglang_envctl.environment import Node
from sglang_envctl.errors import Unreadable
from sglang_envctl.nodes.fleet import Fleet, Group, Member, gather
from sglang_envctl.nodes.roles import by_role, role
from sglang_envctl.nodes.scope import scope
from sglang_envctl.nodes.split import Split, splits
from sglang_envctl.registry import Registry
from sglang_envctl.settings import settle
from sglang_envctl.sources.load import Side

BETWEEN = "between roles"


class Part(NamedTuple):
    """Nodes that were compared with each other."""

    name: str
    """The role of the nodes, BETWEEN, or empty for all nodes."""
    splits: tuple[Split, ...]


class Comparison(NamedTuple):
    """The differences between the nodes of a fleet."""

    fleet: Fleet
    parts: tuple[Part, ...]


def compare(
    sides: Iterable[Side | Unreadable],
    registry: Registry,
    release_of: Callable[[Node], str],
    *,
    raw: bool = False,
    patterns: Mapping[str, str] | None = None,
) -> Comparison:
    """Read the nodes, and return the differences between them.

    Args:
        sides: the environments.
        registry: the documented variables.
        release_of: returns the release for which a node's settings are computed.
        raw: whether spellings of one value, such as 1 and true, count as different.
        patterns: patterns of node names by role; None to compare all nodes with each other.
    """

    def apart(member: Member) -> object:
        return member.node.release, patterns is not None and role(member, patterns)

    fleet = gather(sides, apart)

    def split(groups: Sequence[Group]) -> tuple[Split, ...]:
        settled = [
            settle(group.environment, registry, release_of(group.members[0].node), every=False)
            for group in groups
        ]
        return tuple(splits(groups, settled, raw=raw))

    if patterns is None:
        return Comparison(fleet, (Part("", split(fleet.groups)),))
    return Comparison(fleet, tuple(_parts(by_role(fleet.groups, patterns), split)))


def _parts(
    roles: Mapping[str, Sequence[Group]], split: Callable[[Sequence[Group]], tuple[Split, ...]]
) -> Iterator[Part]:
    for name, groups in roles.items():
        yield Part(name, split(groups))
    if len(roles) > 1:
        # The values of most nodes of a role, under the name of the role.
        typical = [
            Group(
                groups[0].environment,
                tuple(member._replace(name=name) for member in groups[0].members[:1]),
            )
            for name, groups in roles.items()
        ]
        found = (one for one in split(typical) if scope(one.difference.name) != "role")
        yield Part(BETWEEN, tuple(found))
