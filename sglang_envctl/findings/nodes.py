"""Check the nodes of a fleet; nodes with the same environment are checked once.

Variables of node scope, such as addresses, differ between equal nodes. A finding about one of them is
reported for the nodes whose own value causes it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import chain

from sglang_envctl.environment import Assignment, Environment, Layer, Note, Origin, stack
from sglang_envctl.nodes.drift import drift
from sglang_envctl.nodes.fleet import Fleet, Group, Member
from sglang_envctl.nodes.folding import fold
from sglang_envctl.releases.renames import OWNED
from sglang_envctl.rules.rule import SEVERITIES, Finding
from sglang_envctl.settings import Settings

CheckOne = Callable[[Settings, tuple[Note, ...]], tuple[Finding, ...]]
"""A function that checks one environment, with the notes about it."""


def check_fleet(
    fleet: Fleet, settle: Callable[[Environment], Settings], check_one: CheckOne
) -> tuple[Finding, ...]:
    """Return each finding once, with the nodes that have it, by severity and then by rarity.

    Args:
        fleet: the nodes.
        settle: computes the settings of an environment for the release to check against.
        check_one: checks the environment of one node.
    """
    groups = fleet.groups
    settled = [settle(group.environment) for group in groups]
    notes = drift(groups, settled)
    checked: dict[object, tuple[Finding, ...]] = {}

    def own(member: Member, first: Member) -> Iterator[Finding]:
        """Yield the findings about values that a node has but the first node of its group does not."""
        values = {name: raw for name, raw in member.own.items() if first.own.get(name) != raw}
        if values:
            key = tuple(_seen(name, raw, settled[0]) for name, raw in values.items())
            if key not in checked:
                checked[key] = check_one(settle(_environment(member.source, values)), ())
            yield from (finding for finding in checked[key] if finding.name in values)

    found: dict[Finding, tuple[Finding, list[tuple[str, ...]]]] = {}
    for position, group in enumerate(groups):
        first, names = group.members[0], group.names
        findings = check_one(settled[position], notes.get(position, ()))
        for finding in findings:
            _add(found, finding, _alike(finding.name, group, names))
        for member in group.members[1:]:
            for finding in own(member, first):
                _add(found, finding, (member.name,))
    several = sum(len(group.members) for group in groups) > 1
    named = (_named(finding, _together(nodes), several) for finding, nodes in found.values())
    return tuple(sorted(named, key=lambda f: (SEVERITIES.index(f.severity), len(f.nodes))))


def _seen(name: str, raw: str, settings: Settings) -> tuple[str, str]:
    """Return a name, and the part of its value that rules distinguish; if the name is unknown, only
    the characters outside of words.
    """
    known = name in settings.registry.listed or name.startswith(OWNED)
    return name, raw if known else _WORD.sub("", raw)


_WORD = re.compile(r"[A-Za-z0-9]+")


def _alike(name: str, group: Group, names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the nodes of a group that have the same value as its first node."""
    value = group.members[0].own.get(name)
    if value is None:
        return names
    return tuple(member.name for member in group.members if member.own.get(name) == value)


def _environment(source: str, values: Mapping[str, str]) -> Environment:
    origin = Origin(source, source)
    assignments = tuple(Assignment(name, raw, origin) for name, raw in values.items())
    return stack([Layer(source, "snapshot", assignments)])


def _add(
    found: dict[Finding, tuple[Finding, list[tuple[str, ...]]]],
    finding: Finding,
    nodes: tuple[str, ...],
) -> None:
    """Add a finding for nodes; the first finding decides the place."""
    same = finding._replace(origin=Origin(""))
    found.setdefault(same, (finding, []))[1].append(nodes)


def _together(nodes: list[tuple[str, ...]]) -> tuple[str, ...]:
    """Return all of these nodes; a single tuple, the usual case, is not copied."""
    return nodes[0] if len(nodes) == 1 else tuple(chain.from_iterable(nodes))


def _named(finding: Finding, nodes: tuple[str, ...], several: bool) -> Finding:
    if not several:
        return finding
    return finding._replace(message=f"{finding.message} (on {fold(nodes)})", nodes=nodes)
