"""List the values of each variable in a fleet, and the nodes that have each value."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from sglang_envctl.compare import meaning
from sglang_envctl.environment import Node
from sglang_envctl.errors import Unreadable, UsageError
from sglang_envctl.nodes.fleet import Fleet, gather
from sglang_envctl.nodes.scope import scope
from sglang_envctl.registry import Registry
from sglang_envctl.selection import Entry, Selection
from sglang_envctl.settings import Setting, Settings, settle
from sglang_envctl.sources.load import Side


class Held(NamedTuple):
    """A variable with a value that some nodes have."""

    entry: Entry
    nodes: tuple[str, ...]
    values: int = 1
    """The number of different values of these nodes, if the values always differ; the entry has one
    of them.
    """


class Listing(NamedTuple):
    """The variables of the nodes of a fleet."""

    fleet: Fleet
    held: tuple[Held, ...]
    """The entries in registry order; for each variable, the most common value first."""


def listing(
    sides: Iterable[Side | Unreadable],
    registry: Registry,
    release_of: Callable[[Node], str],
    selection: Selection,
) -> Listing:
    """Read the nodes, and return the values of each variable.

    Args:
        sides: the environments.
        registry: the documented variables.
        release_of: returns the release for which a node's settings are computed.
        selection: the variables to list.

    Raises:
        UsageError: a pattern matches nothing on any node.
    """
    fleet = gather(sides, lambda member: member.node.release)
    found: dict[str, dict[object, tuple[Entry, list[str]]]] = defaultdict(dict)
    for (entries, settings), group in zip(
        _selected(fleet, registry, release_of, selection), fleet.groups, strict=True
    ):
        names = group.names
        for entry in entries:
            by_nature = scope(entry.name) == "node"
            key = "" if by_nature else _key(entry, settings)
            found[entry.name].setdefault(key, (entry, []))[1].extend(names)
    values = _values(fleet)
    order = {name: place for place, name in enumerate(registry.listed)}
    held = (
        Held(entry, tuple(nodes), values.get(name, 1))
        for name in sorted(found, key=lambda name: (order.get(name, len(order)), name))
        for entry, nodes in sorted(found[name].values(), key=lambda each: -len(each[1]))
    )
    return Listing(fleet, tuple(held))


def _selected(
    fleet: Fleet, registry: Registry, release_of: Callable[[Node], str], selection: Selection
) -> Iterator[tuple[list[Entry], Settings]]:
    """Yield the entries to list for each group; a pattern may match a name that only some groups set."""
    matched, problem = not fleet.groups, UsageError("")
    for group in fleet.groups:
        settings = settle(group.environment, registry, release_of(group.members[0].node))
        try:
            entries, matched = selection.of(settings), True
        except UsageError as error:
            entries, problem = [], error
        yield entries, settings
    if not matched:
        raise problem


def _key(entry: Entry, settings: Settings) -> object:
    """Return a key that is equal for equal values of a variable."""
    assignment = settings.environment.effective.get(entry.name)
    setting = entry if isinstance(entry, Setting) else None
    status = setting.status if setting else "set"
    return status, meaning(setting, assignment.text if assignment else None)


def _values(fleet: Fleet) -> dict[str, int]:
    """Return the number of different values of each name whose values always differ."""
    found: dict[str, set[str]] = defaultdict(set)
    for member in fleet.nodes:
        for name, value in member.own.items():
            found[name].add(value)
    return {name: len(each) for name, each in found.items()}
