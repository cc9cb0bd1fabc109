"""Find the role of a node, so that it is compared with nodes of the same role."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase

from sglang_envctl.nodes.fleet import Group, Member

NO_ROLE = "other"


def role(member: Member, patterns: Mapping[str, str]) -> str:
    """Return the role of a node: that of the first pattern that matches its name, otherwise its own."""
    named = (name for name, pattern in patterns.items() if fnmatchcase(member.name, pattern))
    return next(named, "" if patterns else member.node.role) or NO_ROLE


def by_role(groups: Iterable[Group], patterns: Mapping[str, str]) -> dict[str, list[Group]]:
    """Return the groups of each role, the group with the most nodes first."""
    found: dict[str, list[Group]] = {}
    for group in groups:
        found.setdefault(role(group.members[0], patterns), []).append(group)
    return {
        name: sorted(each, key=lambda group: -len(group.members)) for name, each in found.items()
    }
