"""Old names that the release copies to new ones, and deprecated ones that it still reads."""

from __future__ import annotations

from collections.abc import Iterator

from sglang_envctl.releases.renames import OWNED, Rewrite
from sglang_envctl.rules.names import rewritten
from sglang_envctl.rules.rule import Finding, Rule, Severity, Subject
from sglang_envctl.rules.values import CRASHES
from sglang_envctl.settings import Setting, Settings

RENAMED = Rule(
    slug="renamed",
    severity="warning",
    summary="An old name, whose text SGLang still takes",
    why=(
        "SGLang warns, and some day it stops. Some old names are copied to the new one when SGLang is "
        "imported, a few of them changed on the way: milliseconds to seconds, or on to off. Others are "
        "looked at only where the new name is unset."
    ),
    fix="Use the present name alone, with a value in its own unit.",
    wrong="SGL_USE_RUNAI_MODEL_STREAMER=0\n",
    right="SGLANG_USE_RUNAI_MODEL_STREAMER=0\n",
)
LEGACY_OVERRIDES = Rule(
    slug="legacy-overrides",
    severity="error",
    summary="An old name that takes the place of the present one, which is also set",
    why=(
        "When SGLang is imported it copies the old name over the present one, whatever that says. An "
        "old line in some profile or image beats the one in the file you look at."
    ),
    fix="Remove the old name.",
    wrong="SGLANG_USE_RUNAI_MODEL_STREAMER=1\nSGL_USE_RUNAI_MODEL_STREAMER=0\n",
    right="SGLANG_USE_RUNAI_MODEL_STREAMER=1\n",
)

RULES = (RENAMED, LEGACY_OVERRIDES)


def check(subject: Subject) -> Iterator[Finding]:
    """Findings about old names."""
    settings = subject.settings
    for rewrite in settings.rewrites.values():
        if rewritten(rewrite.old.name, settings):
            yield _told(rewrite, settings)
    for setting in settings:
        if setting.status == "set" and setting.readings and setting.name.startswith(OWNED):
            yield from _deprecated(setting, settings)


def _told(rewrite: Rewrite, settings: Settings) -> Finding:
    old, new, fate = rewrite.old, rewrite.new, rewrite.fate
    present = settings.environment.effective.get(new)
    use = f"use {new} alone"
    if fate == "crash":
        message = f"SGLang cannot be imported: its value is {rewrite.transform}, and is no number"
        return CRASHES.at(old.origin, old.name, message, f"use {new}")
    if fate == "wins" and present and present.raw != (rewrite.carried or old.raw):
        message = f"takes the place of {new}, which is set too: SGLang copies the old name over it"
        return LEGACY_OVERRIDES.at(old.origin, old.name, message, f"remove {old.name}")
    if fate == "loses":
        same = present is not None and present.raw == old.raw
        message = f"is the old name of {new}, which is set too, and is not looked at"
        severity: Severity | None = "info" if same else None
        return RENAMED.at(old.origin, old.name, message, "remove it", severity=severity)
    if fate == "late":
        message = (
            f"is copied to {new} too late to go further: only processes that SGLang starts later "
            "take notice of it"
        )
        return RENAMED.at(old.origin, old.name, message, "use the name of today")
    how = f", {rewrite.transform}" if rewrite.transform else ""
    message = f"is the old name of {new}: SGLang warns, and goes by its text{how}"
    return RENAMED.at(old.origin, old.name, message, use)


def _deprecated(setting: Setting, settings: Settings) -> Iterator[Finding]:
    """A name that the release reads, and says not to use."""
    if settings.registry.find(setting.name) and not setting.variable.replaced_by:
        return
    from sglang_envctl.releases import load

    rename = load().rename(setting.name, settings.release)
    if rename and rename.kind == "warning" and setting.assignment:
        message = "is deprecated: SGLang warns, and still goes by it"
        help_ = f"use {' or '.join(rename.instead)}" if rename.instead else ""
        yield RENAMED.at(setting.assignment.origin, setting.name, message, help_)
