"""Run rules: select those that concern an environment, and collect their findings."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple, Protocol, cast

from sglang_envctl.environment import Note, Origin
from sglang_envctl.rules.index import CHECKS, FAMILY_OF
from sglang_envctl.rules.rule import Check, Finding, Rule, Subject, Variant
from sglang_envctl.text.escape import visible

if TYPE_CHECKING:
    from sglang_envctl.rules.suppressions import Comments

_PROGRAMS = {
    "docker": "docker run --env-file",
    "compose": "Compose",
    "systemd": "systemd",
    "shell": "a shell that sources the file",
    "kubectl": "kubectl",
    "kubernetes": "Kubernetes",
    "node": "Node",
    "supervisord": "supervisord",
}
"""The program of a dialect, for messages."""


class Family(Protocol):
    """A module of rules. `check` is missing if the rules only have messages for notes from sources."""

    RULES: tuple[Rule, ...]
    LOOKS_AT: tuple[str, ...]
    check: Check


class _Rules(Mapping[str, Rule]):
    """Every rule by its slug. A family is imported when one of its rules is looked up."""

    def __getitem__(self, slug: str) -> Rule:
        return _rule(slug)

    def __iter__(self) -> Iterator[str]:
        return iter(FAMILY_OF)

    def __len__(self) -> int:
        return len(FAMILY_OF)

    def __contains__(self, slug: object) -> bool:
        return slug in FAMILY_OF


def rules() -> Mapping[str, Rule]:
    """Return every rule by its slug."""
    return _Rules()


@cache
def family(name: str) -> Family:
    """Import a module of this folder."""
    return cast("Family", import_module(f"sglang_envctl.rules.{name}"))


@cache
def _rule(slug: str) -> Rule:
    return next(rule for rule in family(FAMILY_OF[slug]).RULES if rule.slug == slug)


class Checked(NamedTuple):
    """The findings of the rules in one environment."""

    findings: tuple[Finding, ...]
    """The findings, in the order of the source."""
    comments: Comments | None = None
    """The comments that silence rules, if the environment has any."""


def run(subject: Subject, *, select: Collection[str] = (), ignore: Collection[str] = ()) -> Checked:
    """Apply the rules to one environment.

    `select` limits the check to these rules (all, if empty); `ignore` and comments drop findings.
    """
    applied = frozenset(select or FAMILY_OF) - frozenset(ignore)
    found = _telling({f for f in _findings(subject) if f.rule in applied})
    comments = None
    if _has_comments(subject):
        from sglang_envctl.rules.suppressions import Comments

        comments = Comments.of(subject.settings.environment, found, applied)
        found -= comments.silenced
    return Checked(tuple(sorted(found, key=_order(subject))), comments)


def _has_comments(subject: Subject) -> bool:
    return any(layer.ignores for layer in subject.settings.environment.layers)


def in_releases(found: Mapping[str, Iterable[Finding]]) -> Iterator[Finding]:
    """Combine the findings of several releases; a finding that does not occur in all of them names
    its releases.
    """
    holds: dict[Finding, list[str]] = {}
    for release, findings in found.items():
        for finding in findings:
            holds.setdefault(finding, []).append(release)
    for finding, releases in holds.items():
        if len(releases) == len(found):
            yield finding
        else:
            message = f"{finding.message} (only in SGLang {', '.join(releases)})"
            # A remedy for one release may be wrong for the others.
            yield finding._replace(message=message, remedy=None)


def _telling(found: set[Finding]) -> set[Finding]:
    """Return the findings, without errors about an assignment that has a more important error."""
    errors = [f for f in found if f.severity == "error" and f.name]
    if len(errors) < 2:
        return found
    highest: dict[tuple[str, Origin], int] = {}
    for finding in errors:
        place, rank = (finding.name, finding.origin), _rule(finding.rule).rank
        highest[place] = max(highest.get(place, rank), rank)
    return found - {f for f in errors if _rule(f.rule).rank < highest[f.name, f.origin]}


def unreadable(source: str, reason: str) -> Finding:
    """Make the finding for a source that could not be read."""
    return _rule("unreadable").at(Origin(source or "process"), "", reason)


def _findings(subject: Subject) -> Iterator[Finding]:
    layers = subject.settings.environment.layers
    for note in (*(note for layer in layers for note in layer.notes), *subject.notes):
        rule = _rule(note.rule)
        if decided := rule.decide(note, subject) if rule.decide else note:
            yield _of_note(rule, decided)
    for name in _concerned(subject):
        yield from family(name).check(subject)


def _of_note(rule: Rule, note: Note) -> Finding:
    default = Variant(rule.message, rule.help, remedy=rule.remedy)
    message, help_, severity, remedy = rule.variants[note.variant] if note.variant else default
    facts = {k: visible(v) if isinstance(v, str) else v for k, v in note.facts.items()}
    facts |= {"name": visible(note.name), "who": _PROGRAMS.get(note.dialect, "")}
    message, help_ = message.format_map(facts), help_.format_map(facts)
    return rule.at(note.origin, note.name, message, help_, severity=severity, remedy=remedy)


def _concerned(subject: Subject) -> Iterator[str]:
    """Yield the families whose checks may find something in an environment."""
    environment, rewrites = subject.settings.environment, subject.settings.rewrites
    present = {*environment.effective, *(f"kind:{layer.kind}" for layer in environment.layers)}
    present |= {rewrite.new for rewrite in rewrites.values()}
    if subject.host:
        present.add("--host")
    if any(layer.by_dialect for layer in environment.layers):
        present.add("--dialects")
    if subject.required:
        present.add("required")
    if _has_comments(subject):
        present.add("# envctl: ignore")
    for name, looks_at in CHECKS.items():
        if looks_at is None or not present.isdisjoint(looks_at):
            yield name


def _order(subject: Subject) -> Callable[[Finding], tuple[object, ...]]:
    place = {layer.label: i for i, layer in enumerate(subject.settings.environment.layers)}

    def key(f: Finding) -> tuple[object, ...]:
        return place.get(f.origin.source, 0), f.origin.line or 0, f.name, f.rule, f.message

    return key
