"""Check names that a project or a registry file requires."""

from __future__ import annotations

from collections.abc import Iterator

from sglang_envctl.environment import Origin
from sglang_envctl.rules.rule import Finding, Rule, Subject
from sglang_envctl.text.escape import visible

MISSING_REQUIRED = Rule(
    slug="missing-required",
    severity="error",
    summary="A variable that the project requires but that is not set",
    why=(
        "The configuration of the project, a registry file or --require says that the server "
        "needs the variable. If part of the environment could not be read, the severity is only "
        "info."
    ),
    fix=(
        "Set the variable, or remove it from --require, from the configuration's required list, "
        "or from the registry file that requires it."
    ),
    wrong="SGLANG_HEALTH_CHECK_TIMEOUT=30\n",
    right="SGLANG_HEALTH_CHECK_TIMEOUT=30\nACME_QUEUE=main\n",
)

RULES = (MISSING_REQUIRED,)
LOOKS_AT = ("required",)


def check(subject: Subject) -> Iterator[Finding]:
    """Yield findings about required names that are not set."""
    environment = subject.settings.environment
    origin = Origin(environment.layers[-1].label if environment.layers else "process")
    unseen = next((layer.unseen for layer in environment.layers if layer.unseen), "")
    for name in sorted(subject.required - environment.effective.keys()):
        message = "required, and not set"
        if unseen:
            message += f" in the part that could be read; it may come from {visible(unseen)}"
        yield MISSING_REQUIRED.at(
            origin, name, message, "" if unseen else "set it", severity="info" if unseen else None
        )
