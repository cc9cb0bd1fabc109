"""Running rules: which of them concern an environment, and what they find in it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from functools import cache
from importlib import import_module
from typing import Protocol, cast

from sglang_envctl.environment import Note, Origin, Place
from sglang_envctl.rules.index import CHECKS, FAMILY_OF
from sglang_envctl.rules.rule import Check, Finding, Rule, Subject, Variant
from sglang_envctl.text.escape import visible

_PROGRAMS = {
    "docker": "docker run --env-file",
    "compose": "Compose",
    "systemd": "systemd",
    "shell": "a shell that sources the file",
    "kubectl": "kubectl",
    "kubernetes": "Kubernetes",
    "node": "Node",
}
"""Which program has a dialect, for messages."""


class Family(Protocol):
    """A module of rules. One that only words what sources notice has no `check`."""

    RULES: tuple[Rule, ...]
    LOOKS_AT: tuple[str, ...]
    check: Check


class _Rules(Mapping[str, Rule]):
    """Every rule by its slug; a family is imported when one of its rules is asked for."""

    def __getitem__(self, slug: str) -> Rule:
        return _rule(slug)

    def __iter__(self) -> Iterator[str]:
        return iter(FAMILY_OF)

    def __len__(self) -> int:
        return len(FAMILY_OF)

    def __contains__(self, slug: object) -> bool:
        return slug in FAMILY_OF


def rules() -> Mapping[str, Rule]:
    """Every rule by its slug."""
    return _Rules()


def family(name: str) -> Family:
    """A module of this folder."""
    return cast("Family", import_module(f"sglang_envctl.rules.{name}"))


@cache
def _rule(slug: str) -> Rule:
    return next(rule for rule in family(FAMILY_OF[slug]).RULES if rule.slug == slug)


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
    found = (f for f in _findings(subject) if not select or f.rule in select)
    kept = {f for f in found if f.rule not in ignore and not (ignores and _silenced(f, ignores))}
    return tuple(sorted(kept, key=_order(subject)))


def unreadable(source: str, reason: str) -> Finding:
    """The finding for a source that could not be read."""
    return _rule("unreadable").at(Origin(source or "process"), "", reason)


def _findings(subject: Subject) -> Iterator[Finding]:
    for layer in subject.settings.environment.layers:
        for note in layer.notes:
            rule = _rule(note.rule)
            if decided := rule.decide(note, subject) if rule.decide else note:
                yield _of_note(rule, decided)
    for name in _concerned(subject):
        yield from family(name).check(subject)


def _of_note(rule: Rule, note: Note) -> Finding:
    default = Variant(rule.message, rule.help)
    message, help_, severity = rule.variants[note.variant] if note.variant else default
    facts = {k: visible(v) if isinstance(v, str) else v for k, v in note.facts.items()}
    facts |= {"name": visible(note.name), "who": _PROGRAMS.get(note.dialect, "")}
    message, help_ = message.format_map(facts), help_.format_map(facts)
    return rule.at(note.origin, note.name, message, help_, severity=severity)


def _concerned(subject: Subject) -> Iterator[str]:
    """The families whose checks may find something in an environment."""
    environment, rewrites = subject.settings.environment, subject.settings.rewrites
    present = {f"kind:{layer.kind}" for layer in environment.layers}
    present |= {rewrite.new for rewrite in rewrites.values()}
    if subject.host:
        present.add("--host")
    if any(layer.by_dialect for layer in environment.layers):
        present.add("--dialects")
    if any(layer.ignores for layer in environment.layers):
        present.add("# envctl: ignore")
    for name, looks_at in CHECKS.items():
        if looks_at is None or any(x in environment.effective or x in present for x in looks_at):
            yield name


def _silenced(finding: Finding, ignores: Mapping[Place, frozenset[str]]) -> bool:
    place = finding.origin.file or "", finding.origin.line or 0
    return finding.rule in ignores.get(place, ())


def _order(subject: Subject) -> Callable[[Finding], tuple[object, ...]]:
    place = {layer.label: i for i, layer in enumerate(subject.settings.environment.layers)}

    def key(f: Finding) -> tuple[object, ...]:
        return place.get(f.origin.source, 0), f.origin.line or 0, f.name, f.rule, f.message

    return key
