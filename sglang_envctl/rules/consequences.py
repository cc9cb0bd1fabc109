"""Find values that the code accepts but that have an effect that nobody intends."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from sglang_envctl.environment import Assignment, Layer
from sglang_envctl.registry.consequences import CONSEQUENCES, Consequence
from sglang_envctl.registry.variable import Level
from sglang_envctl.releases.renames import OWNED
from sglang_envctl.releases.versions import within
from sglang_envctl.rules.known.command import Command
from sglang_envctl.rules.rule import Finding, Rule, Subject
from sglang_envctl.rules.service_links import is_service_link
from sglang_envctl.settings import Setting
from sglang_envctl.text.truth import truth

HARMFUL_VALUE = Rule(
    slug="harmful-value",
    severity="error",
    summary="A value that is accepted but makes the server hang, misbehave or leak a credential",
    why=(
        "No code validates the value: the server starts, but then waits forever, sends requests to "
        "itself, logs a credential or keeps a core busy. Some values are harmful only with a certain "
        "command-line option; if the command line is not known, the severity is info."
    ),
    fix="Write a value with the effect that you intend; envctl explain NAME describes the values.",
    wrong="SGLANG_SCHEDULER_MAX_RECV_PER_POLL=0\n",
    right="SGLANG_SCHEDULER_MAX_RECV_PER_POLL=64\n",
)

RULES = (HARMFUL_VALUE,)
LOOKS_AT = tuple(CONSEQUENCES)

_REPORTED = ("crash", "misread", "defaulted")
"""The outcomes of a reader that another rule reports."""


def check(subject: Subject) -> Iterator[Finding]:
    """Yield findings about declared consequences of the values that are set."""
    from sglang_envctl.rules.run import rules

    command = Command(subject.settings.environment)
    texts = subject.settings.texts
    for name in texts.keys() & CONSEQUENCES.keys():
        assignment, setting = _set(subject, name)
        if assignment is None:
            continue
        for one in CONSEQUENCES[name]:
            if not _applies(one, name, subject) or not _holds(one, assignment, setting):
                continue
            if severity := _severity(one, command):
                rule = rules()[one.rule]
                yield rule.at(assignment.origin, name, one.says, one.help, severity=severity)
                break


def _set(subject: Subject, name: str) -> tuple[Assignment | None, Setting | None]:
    """Return the assignment of a variable, if any code reads the variable, and its setting."""
    assignment, setting = (
        subject.settings.texts.get(name),
        subject.settings.get(name),
    )
    if assignment is None or assignment.unknown or is_service_link(name, assignment.raw):
        return None, setting
    read = setting.readings and not setting.switched_off if setting else not name.startswith(OWNED)
    return (assignment if read else None), setting


def _holds(one: Consequence, assignment: Assignment, setting: Setting | None) -> bool:
    if one.test == "set":
        # An overwritten value has no consequence if it equals the default.
        same = one.rule == "no-effect" and setting and setting.value == setting.default
        return bool(assignment.raw.strip()) and not same
    if setting and setting.outcome in _REPORTED:
        return False
    return holds(one, assignment.raw, setting.value if setting else assignment.raw)


def _applies(one: Consequence, name: str, subject: Subject) -> bool:
    """Return whether the consequence holds in this release, in this source and with the other
    variables.
    """
    environment = subject.settings.environment
    kinds = (x.kind for x in reversed(environment.layers) if one.not_in and _is_from(name, x))
    if not within(subject.settings.release, one.since, one.until) or next(kinds, "") in one.not_in:
        return False
    other = subject.settings.get(one.while_true) if one.while_true else None
    return not one.while_true or (other is not None and other.value is True)


def _is_from(name: str, layer: Layer) -> bool:
    return any(assignment.name == name for assignment in layer.assignments)


def _severity(one: Consequence, command: Command) -> Level | None:
    met = command.meets(one.needs) if one.needs else True
    return None if met is False else one.level if met else one.unsure


def holds(one: Consequence, raw: str, value: object) -> bool:
    """Return whether a consequence is declared for a value."""
    number = value if isinstance(value, (int, float)) else _number(raw)
    options = one.operand if isinstance(one.operand, tuple) else (one.operand,)
    if one.test == "set":
        return bool(raw.strip())
    if one.test == "true":
        return value is True or (not isinstance(value, bool) and truth(raw) is True)
    if one.test == "equals":
        return any(_same(option, raw, value) for option in options)
    if one.test == "not one of":
        return bool(raw.strip()) and not any(_same(option, raw, value) for option in options)
    if one.test == "has word":
        words = {word.strip().lower() for word in raw.split(",")}
        return not words.isdisjoint(options)
    if one.test == "within":
        return PurePosixPath(raw).is_relative_to(str(one.operand))
    assert isinstance(one.operand, (int, float))
    if number is None:
        return False
    return number < one.operand if one.test == "below" else number > one.operand


def avoided(name: str, raw: str, value: object) -> str:
    """Return the advice about a value that is always harmful; empty for any other value."""
    always = (one for one in CONSEQUENCES.get(name, ()) if not (one.needs or one.while_true))
    return next((one.help for one in always if holds(one, raw, value)), "")


def _same(option: object, raw: str, value: object) -> bool:
    if isinstance(option, str):
        return raw.strip() == option
    return value == option and isinstance(value, bool) == isinstance(option, bool)


def _number(raw: str) -> float | None:
    try:
        return float(raw)
    except ValueError:
        return None
