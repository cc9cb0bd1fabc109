"""Report deprecated names: those that SGLang copies to their new names, and those that it
still reads.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sglang_envctl.releases.published import HANDLED
from sglang_envctl.releases.renames import OWNED, Rewrite
from sglang_envctl.rules.known.names import known_names
from sglang_envctl.rules.names import rewritten
from sglang_envctl.rules.relations import NO_EFFECT
from sglang_envctl.rules.rule import Finding, Remedy, Rule, Severity, Subject
from sglang_envctl.rules.values import CRASHES
from sglang_envctl.settings import Setting, Settings
from sglang_envctl.text.truth import nothing, truth

if TYPE_CHECKING:
    from sglang_envctl.releases import RenameSpan

RENAMED = Rule(
    slug="renamed",
    severity="warning",
    summary="A deprecated name that SGLang still reads",
    why=(
        "SGLang logs a warning and may stop reading the name in a later release. Some deprecated "
        "names are copied to the new name when SGLang is imported, a few converted: milliseconds "
        "to seconds, or a boolean inverted. Others are read only if the new name is unset."
    ),
    fix="Rename the variable, and convert the value if its unit or meaning changes.",
    wrong="SGL_USE_RUNAI_MODEL_STREAMER=0\n",
    right="SGLANG_USE_RUNAI_MODEL_STREAMER=0\n",
)
LEGACY_OVERRIDES = Rule(
    slug="legacy-overrides",
    severity="error",
    summary="A deprecated name that overrides the new name, which is also set",
    why=(
        "When SGLang is imported, it copies the value of the deprecated name over the new name. "
        "An old line in a profile or an image then overrides the line that you are editing."
    ),
    fix="Remove the deprecated name.",
    wrong="SGLANG_USE_RUNAI_MODEL_STREAMER=1\nSGL_USE_RUNAI_MODEL_STREAMER=0\n",
    right="SGLANG_USE_RUNAI_MODEL_STREAMER=1\n",
)

RULES = (RENAMED, LEGACY_OVERRIDES)

_WARNED = {"warning": "", "warning if true": " if it is on"}
"""When SGLang warns about a name that it reads, for messages."""


def check(subject: Subject) -> Iterator[Finding]:
    """Yield findings about deprecated names."""
    settings = subject.settings
    for rewrite in settings.rewrites.values():
        if rewritten(rewrite.old.name, settings):
            yield _copied(rewrite, settings)
    for setting in settings:
        if setting.status == "set" and setting.readings:
            if setting.name in HANDLED:
                yield from _handled(setting, settings)
            if setting.name.startswith(OWNED):
                yield from _deprecated(setting, settings)


def _copied(rewrite: Rewrite, settings: Settings) -> Finding:
    old, new, fate = rewrite.old, rewrite.new, rewrite.fate
    present = settings.environment.effective.get(new)
    if fate == "crash":
        message = (
            f"SGLang cannot be imported: the value is {rewrite.transform}, but is not a number"
        )
        return CRASHES.at(old.origin, old.name, message, f"use {new}, and write a number")
    if fate == "wins" and present and present.raw != (rewrite.carried or old.raw):
        message = (
            f"overrides {new}, which is set too: SGLang copies the deprecated name's value over it"
        )
        return LEGACY_OVERRIDES.at(old.origin, old.name, message, f"remove {old.name}")
    if fate == "loses":
        same = present is not None and present.raw == old.raw
        message = (
            f"deprecated name of {new}, which is set too; SGLang does not read the deprecated name"
        )
        severity: Severity | None = "info" if same else None
        return RENAMED.at(old.origin, old.name, message, "remove it", severity=severity)
    if fate == "late":
        message = (
            f"deprecated name: copied to {new} too late to be renamed further, so only processes that "
            "SGLang starts later read it"
        )
        return RENAMED.at(old.origin, old.name, message, f"use the name that replaced {new}")
    how = f" (value {rewrite.transform})" if rewrite.transform else ""
    message = f"deprecated name of {new}; SGLang still reads it{how} and logs a warning"
    alone = fate == "copied" and new not in settings.environment.effective
    remedy = Remedy(name=new, value=rewrite.carried or None) if alone else None
    return RENAMED.at(old.origin, old.name, message, f"rename it to {new}", remedy=remedy)


def _handled(setting: Setting, settings: Settings) -> Iterator[Finding]:
    """Report a name that the server rejects at startup, or overwrites."""
    from sglang_envctl.releases import load

    rename = load(settings.release).rename(setting.name, settings.release)
    if rename is None or setting.assignment is None:
        return
    origin, use = setting.assignment.origin, _instead(rename, settings)
    if rename.kind == "refused":
        message = "no longer supported: the server stops at startup if it is set"
        yield CRASHES.at(origin, setting.name, message, f"remove it; {use}" if use else "remove it")
    elif rename.constant:
        if setting.assignment.raw != rename.constant:
            message = f"no effect: a server overwrites it with {rename.constant}"
            yield NO_EFFECT.at(origin, setting.name, message, "remove it", severity="info")
    elif rename.kind == "overwritten" and not nothing(setting.assignment.raw):
        message = "no effect on a server, which overwrites it from its command line"
        yield NO_EFFECT.at(origin, setting.name, message, use.replace("use", "pass"))


def _instead(rename: RenameSpan, settings: Settings) -> str:
    """Return the advice about what works instead of a name."""
    known = known_names(settings.registry, settings.release)
    working = [advice for advice in rename.instead if known.works(advice)]
    return f"use {' or '.join(working)}" if working else ""


def _deprecated(setting: Setting, settings: Settings) -> Iterator[Finding]:
    """Report a name that the release still reads, but logs a deprecation warning about."""
    if settings.registry.find(setting.name) and not setting.variable.replaced_by:
        return
    from sglang_envctl.releases import load

    rename = load(settings.release).rename(setting.name, settings.release)
    if rename is None or setting.assignment is None or rename.kind not in _WARNED:
        return
    raw = setting.assignment.raw.strip()
    if rename.kind == "warning" or setting.value is True or truth(raw) is True:
        message = f"deprecated; SGLang still reads it and logs a warning{_WARNED[rename.kind]}"
        help_ = _instead(rename, settings)
        yield RENAMED.at(setting.assignment.origin, setting.name, message, help_)
