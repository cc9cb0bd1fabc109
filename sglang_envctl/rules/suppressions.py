"""Comments that silence rules."""

from __future__ import annotations

from collections.abc import Iterator

from sglang_envctl.environment import Origin
from sglang_envctl.rules.index import FAMILY_OF
from sglang_envctl.rules.rule import Finding, Rule, Subject
from sglang_envctl.text.escape import visible

UNKNOWN_SUPPRESSION = Rule(
    slug="unknown-suppression",
    severity="warning",
    summary="A comment that silences a rule that does not exist",
    why="A misspelled rule in `# envctl: ignore[...]` silences nothing, and nobody notices.",
    fix="Use a rule's exact name; envctl explain --rules lists them.",
    wrong="# envctl: ignore[no-such-rule]\nSGLANG_CACHE_DIT_ENABLED=true\n",
    right="# fine as it is\nSGLANG_CACHE_DIT_ENABLED=true\n",
)

RULES = (UNKNOWN_SUPPRESSION,)
LOOKS_AT = ("# envctl: ignore",)


def check(subject: Subject) -> Iterator[Finding]:
    """Findings about rules that comments name and that do not exist."""
    for layer in subject.settings.environment.layers:
        for place, slugs in layer.ignores.items():
            for slug in sorted(slugs - FAMILY_OF.keys()):
                message = f"there is no rule {visible(slug)[:40]}, so this comment silences nothing"
                help_ = "envctl explain --rules lists them"
                yield UNKNOWN_SUPPRESSION.at(Origin(layer.label, *place), "", message, help_)
