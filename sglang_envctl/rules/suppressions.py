"""Apply comments that silence rules."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import NamedTuple

from sglang_envctl.environment import ALL_RULES, IN_FILE, Environment, Origin, Place
from sglang_envctl.rules.index import FAMILY_OF
from sglang_envctl.rules.rule import Finding, Rule, Subject
from sglang_envctl.text.escape import visible
from sglang_envctl.text.secrets import without_odd_words

UNKNOWN_SUPPRESSION = Rule(
    slug="unknown-suppression",
    severity="warning",
    summary="A suppression comment for a rule that does not exist",
    why=(
        "A misspelled rule name in `# envctl: ignore[...]` is ignored, so the comment suppresses "
        "nothing."
    ),
    fix=(
        "Write `# envctl: ignore[RULE]`, `# envctl: ignore` for every rule, or "
        "`# envctl: file-ignore[RULE]` for the whole file; envctl explain --rules lists the rules."
    ),
    wrong="# envctl: ignore[no-such-rule]\nSGLANG_CACHE_DIT_ENABLED=true\n",
    right="# fine as it is\nSGLANG_CACHE_DIT_ENABLED=true\n",
)
UNUSED_SUPPRESSION = Rule(
    slug="unused-suppression",
    severity="info",
    summary="A suppression comment for a rule that finds nothing there",
    why=(
        "The comment is no longer needed, or is in the wrong place: it must be at the end of the "
        "line, or directly above it. The next mistake on that line would not be reported."
    ),
    fix="Remove the comment, or move it to the line that it refers to.",
    wrong="# envctl: ignore[crashes]\nSGLANG_CACHE_DIT_ENABLED=true\n",
    right="# fine as it is\nSGLANG_CACHE_DIT_ENABLED=true\n",
    message="this comment silences nothing: the next line is empty",
    help="put the comment at the end of its line, or directly above that line",
)

RULES = (UNKNOWN_SUPPRESSION, UNUSED_SUPPRESSION)
LOOKS_AT = ("# envctl: ignore",)

_OPTIONAL = ("host", "dialects")
"""The families that check something only if an option asks for it."""
_LONGEST = 60


class Comment(NamedTuple):
    """One rule in one comment that silences rules."""

    source: str
    place: Place
    rule: str
    whole_file: bool

    @classmethod
    def read(cls, source: str, place: Place, written: str) -> Comment:
        """Convert an entry of a layer's `ignores`, at a place, to a comment."""
        whole_file = written.startswith(IN_FILE)
        return cls(source, place, written.removeprefix(IN_FILE), whole_file)

    @property
    def target(self) -> tuple[str, int, str]:
        """The file, the line and the rule; the line is 0 for the whole file."""
        file, line = self.place
        return file, 0 if self.whole_file else line, self.rule


class Comments(NamedTuple):
    """The comments of one environment, and what they silence."""

    silenced: frozenset[Finding]
    used: frozenset[tuple[Place, str]]
    """The places and rules of comments that silence something."""
    idle: tuple[Comment, ...]
    """The comments that silence nothing, although they could."""

    @classmethod
    def of(
        cls, environment: Environment, findings: Collection[Finding], applied: Collection[str]
    ) -> Comments:
        """Apply the comments of an environment to the findings of the rules that were applied."""
        read = {comment.target: comment for comment in _written(environment)}
        by_finding = {f: c for f in findings for t in _targets(f) if (c := read.get(t))}
        used = set(by_finding.values())
        places = {_place(a.origin) for a in environment.effective.values()}
        places |= {_place(note.origin) for layer in environment.layers for note in layer.notes}
        idle = (
            comment
            for comment in read.values()
            if comment not in used
            and (comment.whole_file or comment.place in places)
            and _applies(comment.rule, applied)
        )
        return cls(frozenset(by_finding), frozenset((c.place, c.rule) for c in used), tuple(idle))


def _written(environment: Environment) -> Iterator[Comment]:
    for layer in environment.layers:
        for place, rules in layer.ignores.items():
            yield from (Comment.read(layer.label, place, rule) for rule in sorted(rules))


def _targets(finding: Finding) -> Iterator[tuple[str, int, str]]:
    file, line = _place(finding.origin)
    yield from ((file, line, finding.rule), (file, line, ALL_RULES), (file, 0, finding.rule))


def check(subject: Subject) -> Iterator[Finding]:
    """Yield findings about comments that name no rule."""
    for comment in _written(subject.settings.environment):
        if comment.rule not in FAMILY_OF and comment.rule != ALL_RULES:
            origin = Origin(comment.source, *comment.place)
            yield UNKNOWN_SUPPRESSION.at(origin, "", *_unknown(comment.rule))


def unused(environments: Collection[Comments]) -> Iterator[Finding]:
    """Yield findings about comments that silence nothing in any environment of a run."""
    used = frozenset().union(*(comments.used for comments in environments))
    idle = {(c.place, c.rule): c for comments in environments for c in comments.idle}
    for place, rule in sorted(idle.keys() - used):
        comment = idle[place, rule]
        what = "nothing is reported" if rule == ALL_RULES else f"{rule} is not reported"
        where = "in this file" if comment.whole_file else "on this line"
        message = f"a comment silences nothing: {what} {where}"
        origin = Origin(comment.source, *place)
        yield UNUSED_SUPPRESSION.at(origin, "", message, "remove the comment")


def _applies(rule: str, applied: Collection[str]) -> bool:
    """Return whether a comment about a rule could silence something in this run."""
    if UNUSED_SUPPRESSION.slug not in applied:
        return False
    if rule == ALL_RULES:
        return len(applied) == len(FAMILY_OF)
    return rule in applied and FAMILY_OF[rule] not in _OPTIONAL


def _place(origin: Origin) -> Place:
    return origin.file or "", origin.line or 0


def _unknown(written: str) -> tuple[str, str]:
    shown = visible(without_odd_words(written))[:_LONGEST]
    if not written:
        return (
            "names no rule, so this comment silences nothing",
            "name a rule, or write ignore without brackets",
        )
    if written.startswith("envctl"):
        message = f"'{shown}' silences nothing"
        return message, "write envctl: ignore, ignore[RULE] or file-ignore[RULE]"
    message = f"there is no rule {shown}, so this comment silences nothing"
    return message, "envctl explain --rules lists the rules"
