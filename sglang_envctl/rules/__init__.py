"""What `envctl check` looks for: one module a family of rules.

A family declares `RULES` and yields findings from `check(subject)`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import cache

from sglang_envctl.environment import Place
from sglang_envctl.rules import (
    devices,
    dialects,
    files,
    host,
    images,
    limits,
    manifests,
    names,
    neighbors,
    network,
    production,
    proxies,
    relations,
    renames,
    scripts,
    units,
    values,
)
from sglang_envctl.rules.files import unreadable
from sglang_envctl.rules.rule import SEVERITIES, Finding, Rule, Severity, Subject

__all__ = [
    "FAMILIES",
    "SEVERITIES",
    "Finding",
    "Rule",
    "Severity",
    "Subject",
    "rules",
    "run",
    "unreadable",
]

FAMILIES = (
    files,
    dialects,
    manifests,
    units,
    images,
    scripts,
    values,
    names,
    renames,
    relations,
    network,
    proxies,
    devices,
    limits,
    neighbors,
    production,
    host,
)


@cache
def rules() -> dict[str, Rule]:
    """Every rule by its slug."""
    return {rule.slug: rule for family in FAMILIES for rule in family.RULES}


def run(
    subject: Subject, *, select: Collection[str] = (), ignore: Collection[str] = ()
) -> tuple[Finding, ...]:
    """The findings about one environment, in the order of its text.

    `select` keeps only these rules (all, if empty), `ignore` drops some; so does a comment
    `# envctl: ignore[rule]` on the line of the assignment or on the line above it.
    """
    ignores: dict[Place, frozenset[str]] = {}
    for layer in subject.settings.environment.layers:
        ignores.update(layer.ignores)
    found = (
        finding
        for family in FAMILIES
        for finding in family.check(subject)
        if (not select or finding.rule in select) and finding.rule not in ignore
    )
    kept = {f for f in found if not (ignores and _silenced(f, ignores))}
    return tuple(sorted(kept, key=_order(subject)))


def _silenced(finding: Finding, ignores: Mapping[Place, frozenset[str]]) -> bool:
    place = finding.origin.file or "", finding.origin.line or 0
    return finding.rule in ignores.get(place, ())


def _order(subject: Subject) -> Callable[[Finding], tuple[object, ...]]:
    place = {layer.label: i for i, layer in enumerate(subject.settings.environment.layers)}

    def key(f: Finding) -> tuple[object, ...]:
        return place.get(f.origin.source, 0), f.origin.line or 0, f.name, f.rule, f.message

    return key
