"""Check variables that need, exclude, or disable one another."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from sglang_envctl.environment import Origin
from sglang_envctl.registry.phrases import wanted
from sglang_envctl.registry.variable import (
    Condition,
    EffectiveWhen,
    Excludes,
    Outside,
    OverriddenBy,
    Relation,
    Requires,
    SetTogether,
)
from sglang_envctl.rules.known.command import Command
from sglang_envctl.rules.rule import Finding, Rule, Severity, Subject
from sglang_envctl.settings import Setting, Settings, counts, holds

CONFLICT = Rule(
    slug="conflict",
    severity="error",
    summary="Two variables that must not be set together",
    why=(
        "Code that finds both variables set raises an error. A plugin that raises it often does "
        "not load at all."
    ),
    fix="Keep the setting that you intended and remove the other.",
    wrong="SGLANG_FL_OOT_WHITELIST=RMSNorm\nSGLANG_FL_OOT_BLACKLIST=TopK\n",
    right="SGLANG_FL_OOT_WHITELIST=RMSNorm\n",
)
MISSING_COMPANION = Rule(
    slug="missing-companion",
    severity="error",
    summary="A variable that does not work without another variable",
    why=(
        "If only one of the two variables is set, it is silently ignored or keeps the server from "
        "starting."
    ),
    fix="Set the variable that the message names.",
    wrong="SGLANG_CLOUD_STORAGE_TYPE=s3\n",
    right="SGLANG_CLOUD_STORAGE_TYPE=s3\nSGLANG_S3_BUCKET_NAME=media\n",
)
NO_EFFECT = Rule(
    slug="no-effect",
    severity="warning",
    summary="A setting that has no effect because another setting disables it or is missing",
    why="The setting looks like part of the configuration, but changes nothing.",
    fix=(
        "Set the variable or option it depends on, unset the one that disables it, or remove the "
        "setting."
    ),
    wrong="SGLANG_FLAGGEMS_LOG_PATH=/var/log/aten.log\n",
    right="SGLANG_FLAGGEMS_LOG_PATH=/var/log/aten.log\nSGLANG_FLAGGEMS_RECORD=1\n",
)
INCOMPLETE_PAIR = Rule(
    slug="incomplete-pair",
    severity="info",
    summary="Only one of two variables that are usually set together",
    why=(
        "Published configurations set both variables; one alone is more often a mistake than "
        "intended."
    ),
    fix="Set the variable that the message names, unless it is unset on purpose.",
    wrong="RUSTUP_DIST_SERVER=https://mirror.example.org\n",
    right=(
        "RUSTUP_DIST_SERVER=https://mirror.example.org\n"
        "RUSTUP_UPDATE_ROOT=https://mirror.example.org/rustup\n"
    ),
)

RULES = (CONFLICT, MISSING_COMPANION, NO_EFFECT, INCOMPLETE_PAIR)


def check(subject: Subject) -> Iterator[Finding]:
    """Yield findings about declared relations that the environment violates."""
    settings = subject.settings
    for setting in settings:
        if (setting.raw or "").strip() and setting.readings:
            for relation in setting.variable.relations:
                judge = _JUDGES.get(type(relation))
                if judge is None or _unseen(relation, settings):
                    continue
                if judge in _ON_EFFECT and setting.readings[0][1].outcome in _WRONG:
                    continue  # the finding about the value already says so
                yield from judge(setting, relation, settings)


def _unseen(relation: Relation, settings: Settings) -> bool:
    """Return whether the missing variable may be set in a Secret or a file that could not be read."""
    if not any(layer.unseen for layer in settings.environment.layers):
        return False
    if isinstance(relation, EffectiveWhen):
        other = settings.get(relation.condition.name)
    elif isinstance(relation, (Requires, SetTogether)):
        other = settings.get(relation.other)
    else:
        return False
    return other is not None and other.status != "set"


def _origin(setting: Setting) -> Origin:
    assert setting.assignment
    return setting.assignment.origin


def _conflict(setting: Setting, relation: Excludes, settings: Settings) -> Iterator[Finding]:
    other = settings.get(relation.other)
    if not other or not (other.raw or "").strip() or setting.switched_off:
        return
    if relation.truthy and not (setting.value and other.value):
        return
    # Both variables declare the relation, so only the later line is reported.
    here, there = _origin(setting), _origin(other)
    if (here.line or 0, setting.name) < (there.line or 0, other.name):
        return
    message = f"must not be set together with {other.name}: {relation.consequence}"
    yield CONFLICT.at(
        here, setting.name, message, "keep one of the two variables", severity=relation.level
    )


def _missing(setting: Setting, relation: Requires, settings: Settings) -> Iterator[Finding]:
    if relation.value is not None and setting.value != relation.value:
        return
    if (relation.truthy and setting.value is not True) or setting.switched_off:
        return
    other = settings.get(relation.other)
    if other is None or counts(other):
        return
    yield MISSING_COMPANION.at(
        _origin(setting),
        setting.name,
        f"needs {relation.other}, which is not set: {relation.consequence}",
        f"set {relation.other}",
        severity=relation.level,
    )


def _pointless(setting: Setting, relation: EffectiveWhen, settings: Settings) -> Iterator[Finding]:
    other = settings.get(relation.condition.name)
    if other is None or holds(relation.condition, other):
        return
    when = wanted(relation.condition)
    if relation.unless:
        message = f"has an effect only while {when}, or with {relation.unless}"
        yield NO_EFFECT.at(_origin(setting), setting.name, message, severity="info")
    else:
        # If the other variable is explicitly off, the settings are usually kept for later use.
        severity: Severity | None = "info" if counts(other) else None
        message = f"has no effect: it is read only while {when}"
        help_ = _help(relation.condition)
        yield NO_EFFECT.at(_origin(setting), setting.name, message, help_, severity=severity)


def _overridden(setting: Setting, relation: OverriddenBy, settings: Settings) -> Iterator[Finding]:
    others = [settings.get(name) for name in relation.others]
    if all(other and counts(other) for other in others):
        names = " and ".join(relation.others)
        verb = "override" if len(others) > 1 else "overrides"
        message = f"has no effect: {names} {verb} it"
        yield NO_EFFECT.at(_origin(setting), setting.name, message, "remove one of the two")


def _alone(setting: Setting, relation: SetTogether, settings: Settings) -> Iterator[Finding]:
    other = settings.get(relation.other)
    if other and other.status != "set":
        message = f"set without {other.name}, which is usually set with it"
        yield INCOMPLETE_PAIR.at(_origin(setting), setting.name, message)


def _without_option(setting: Setting, relation: Outside, settings: Settings) -> Iterator[Finding]:
    """Report a variable that requires an option, if the command line is known and lacks that option."""
    met = Command(settings.environment).meets(relation.needs)
    if met is not False or setting.switched_off:
        return
    if unwanted := relation.needs.startswith("no "):
        message = f"conflicts with {relation.needs.removeprefix('no ')} on the command line"
    else:
        message = f"has no effect: it needs {relation.needs}, which the command line does not have"
    note = f": {relation.note}" if relation.note else ""
    # An environment may be for several commands, which need not use all of it.
    severity: Severity = "warning" if unwanted else "info"
    yield NO_EFFECT.at(_origin(setting), setting.name, f"{message}{note}", severity=severity)


def _help(condition: Condition) -> str:
    value = {"true": 1, "not zero": 1, "equals": condition.value, "at least": condition.value}
    text = value.get(condition.test)
    return f"set {condition.name}" if text is None else f"set {condition.name}={text}"


_JUDGES: Mapping[type[Relation], Callable[..., Iterator[Finding]]] = {
    Excludes: _conflict,
    Requires: _missing,
    EffectiveWhen: _pointless,
    OverriddenBy: _overridden,
    SetTogether: _alone,
    Outside: _without_option,
}
"""The function that checks each kind of relation."""
_ON_EFFECT = (_pointless, _overridden, _without_option)
_WRONG = ("crash", "misread", "defaulted")
