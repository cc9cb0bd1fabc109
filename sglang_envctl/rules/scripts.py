"""What a shell script does that its author can hardly have meant, or that cannot be told from it."""

from __future__ import annotations

from collections.abc import Iterator

from sglang_envctl.rules.rule import Finding, Rule, Subject
from sglang_envctl.text.escape import visible

NOT_EXPORTED = Rule(
    slug="not-exported",
    severity="warning",
    summary="A variable that a script sets and no server that it starts gets",
    why=(
        "A program gets what the shell exports, a container what -e and --env-file give it. A variable "
        "that is only set, or only exported in front of docker run, has no effect and nobody says so."
    ),
    fix="Write export in front of it; for a container, hand it on with -e NAME.",
    wrong="SGLANG_CACHE_DIT_ENABLED=true\npython -m sglang.launch_server\n",
    right="export SGLANG_CACHE_DIT_ENABLED=true\npython -m sglang.launch_server\n",
    kind="shell",
)
NOT_FOLLOWED = Rule(
    slug="not-followed",
    severity="info",
    summary="A line of a script whose effect on the environment only a run can tell",
    why=(
        "envctl never runs a script. What a command prints, a file that is not beside the script or a "
        "text that is put together may set any variable; envctl judges the rest without it."
    ),
    fix="Nothing has to be done. Write the values out where you want them judged.",
    wrong='eval "$(./settings)"\npython -m sglang.launch_server\n',
    right="python -m sglang.launch_server\n",
    kind="shell",
)
UNREAD_LINE = Rule(
    slug="unread-line",
    severity="info",
    summary="A line of a script that could not be read as one of a shell",
    why=(
        "There is a mistake in its grammar, or it is something that the parser does not know. What the "
        "line sets is not judged."
    ),
    fix="See what bash -n says of the script.",
    wrong="if true; then\n",
    right="if true; then\n  :\nfi\n",
    kind="shell",
)

RULES = (NOT_EXPORTED, NOT_FOLLOWED, UNREAD_LINE)
_BY_KIND = {rule.slug: rule for rule in RULES}


def check(subject: Subject) -> Iterator[Finding]:
    """Findings about the scripts among the layers."""
    for layer in subject.settings.environment.layers:
        for note in layer.notes:
            if note.kind not in _BY_KIND:
                continue
            rule, detail = _BY_KIND[note.kind], visible(note.detail)
            if rule is not NOT_EXPORTED:
                yield rule.at(note.origin, note.name, f"cannot be followed: {detail}")
            elif subject.settings.get(note.name):
                message = "is set in the shell, but no server that the script starts gets it"
                yield rule.at(note.origin, note.name, message, "export it, or hand it on with -e")
