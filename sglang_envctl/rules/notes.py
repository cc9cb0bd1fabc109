"""What sources noticed, as findings of the rules of one family."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from sglang_envctl.rules.rule import Finding, Rule, Subject
from sglang_envctl.text.escape import visible


def findings(
    subject: Subject, rules: Iterable[Rule], messages: Mapping[str, tuple[str, str]]
) -> Iterator[Finding]:
    """A finding for each note that is of one of the rules.

    `messages` has what to say and how to mend it, by slug, with {detail} for what the source saw.
    """
    by_slug = {rule.slug: rule for rule in rules}
    for layer in subject.settings.environment.layers:
        for note in layer.notes:
            if rule := by_slug.get(note.kind):
                message, mend = (t.format(detail=visible(note.detail)) for t in messages[rule.slug])
                yield rule.at(note.origin, note.name, message, mend)
