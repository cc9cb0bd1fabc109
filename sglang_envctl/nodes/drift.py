"""Report differences between the ranks of one engine as notes on the environment of the rank
that differs.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from sglang_envctl.environment import Note, Origin
from sglang_envctl.nodes.fleet import Group
from sglang_envctl.nodes.folding import fold
from sglang_envctl.nodes.scope import scope
from sglang_envctl.nodes.split import Split, splits
from sglang_envctl.settings import Settings

_ADDRESS = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}|[0-9a-fA-F]*:[0-9a-fA-F:]+")
_ANY_ADDRESS = ("0.0.0.0", "::")  # noqa: S104 - only compared with, not bound


def drift(groups: Sequence[Group], settled: Sequence[Settings]) -> dict[int, tuple[Note, ...]]:
    """Return notes on each group that differs from others of its engine, by the group's position.

    Args:
        groups: nodes with the same environment.
        settled: the settings of each group.
    """
    found: dict[int, list[Note]] = defaultdict(list)
    for positions in _engines(groups):
        engine = [groups[position] for position in positions]
        own = [settled[position] for position in positions]
        for number, note in (
            *(each for split in splits(engine, own) for each in _of_split(split)),
            *_releases(engine),
            *_addresses(engine),
        ):
            found[positions[number]].append(note)
    return {position: tuple(notes) for position, notes in found.items()}


def _engines(groups: Sequence[Group]) -> Iterator[list[int]]:
    """Yield the positions of the groups of each engine that has several nodes."""
    found: dict[str, list[int]] = defaultdict(list)
    for position, group in enumerate(groups):
        for engine in {member.node.engine for member in group.members if member.node.engine}:
            found[engine].append(position)
    yield from (
        positions
        for positions in found.values()
        if sum(len(groups[position].members) for position in positions) > 1
    )


def _of_split(split: Split) -> Iterator[tuple[int, Note]]:
    """Yield a note for each value that differs from the value of most nodes."""
    name, settings = split.difference.name, split.difference.settings
    assignments = [
        setting.assignment if setting else assignment
        for setting, assignment in zip(settings, split.difference.assignments, strict=True)
    ]
    most, *others = split.shares
    variant = "engine" if scope(name) == "engine" else ""
    for share in others:
        given, usual = assignments[share.position], assignments[most.position]
        facts = {"nodes": fold(share.nodes), "most": fold(most.nodes)}
        if given and usual:
            yield (
                share.position,
                Note("differs-between-ranks", given.origin, name, variant=variant, facts=facts),
            )
        elif given:
            facts = {"nodes": facts["nodes"], "others": facts["most"]}
            yield (
                share.position,
                Note("set-on-some-nodes", given.origin, name, variant=variant, facts=facts),
            )
        elif usual:
            facts = {"nodes": facts["most"], "others": facts["nodes"]}
            yield (
                most.position,
                Note("set-on-some-nodes", usual.origin, name, variant=variant, facts=facts),
            )


def _releases(groups: Sequence[Group]) -> Iterator[tuple[int, Note]]:
    """Yield a note for each SGLang release that differs from the release of most nodes of the engine."""
    nodes: dict[str, list[str]] = defaultdict(list)
    first: dict[str, int] = {}
    for position, group in enumerate(groups):
        for member in group.members:
            if member.node.release:
                nodes[member.node.release].append(member.name)
                first.setdefault(member.node.release, position)
    most, *others = sorted(nodes, key=lambda release: -len(nodes[release])) or [""]
    for release in others:
        source = groups[first[release]].members[0].source
        facts = {
            "release": release, "nodes": fold(nodes[release]),
            "usual": most, "most": fold(nodes[most]),
        }  # fmt: skip
        yield first[release], Note("release-differs", Origin(source, source), facts=facts)


def _addresses(groups: Sequence[Group]) -> Iterator[tuple[int, Note]]:
    """Yield a note for each address that several hosts have as their own."""
    hosts: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for position, group in enumerate(groups):
        for member in group.members:
            for name, value in _own_addresses(member.own):
                hosts[name, value].setdefault(member.node.host or member.name, position)
    for (name, _), where in hosts.items():
        if len(where) > 1:
            position = next(iter(where.values()))
            origin = groups[position].environment.effective[name].origin
            yield position, Note("same-on-all-nodes", origin, name, facts={"nodes": fold(where)})


def _own_addresses(own: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    return (
        (name, value)
        for name, value in own.items()
        if _ADDRESS.fullmatch(value) and value not in _ANY_ADDRESS
    )
