"""What is wrong with the value of a documented variable."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sglang_envctl.pages import who_reads
from sglang_envctl.redaction import Redactor
from sglang_envctl.registry.types import Bool, Choice, nearest
from sglang_envctl.rules.model import Finding, Rule, Severity, Subject
from sglang_envctl.settings import Setting

CRASHES = Rule(
    slug="crashes",
    severity="error",
    summary="A value that makes the running code raise",
    why=(
        "The server does not start, or starts and fails at the first request that needs the value, "
        "with a traceback that rarely names the variable."
    ),
    fix="Write a value of the type the variable takes, or remove the line to get the default.",
    wrong="SGLANG_CACHE_DIT_ENABLED=1\nSGLANG_CACHE_DIT_FN=one\n",
    right="SGLANG_CACHE_DIT_ENABLED=1\nSGLANG_CACHE_DIT_FN=1\n",
)
MISREAD = Rule(
    slug="misread",
    severity="error",
    summary="A value that its reader takes for something its author can hardly mean",
    why=(
        "SGLang and its neighbours have several grammars for one thing: on is true for one boolean "
        "and false, without a word, for another."
    ),
    fix="Write it in the words its reader knows; envctl explain NAME lists them.",
    wrong="USE_FLAGGEMS=on\n",
    right="USE_FLAGGEMS=1\n",
)
DEFAULTED = Rule(
    slug="defaulted",
    severity="error",
    summary="A value that is warned about and replaced by the default",
    why="The warning is one line among hundreds at start, and the server runs on with the default.",
    fix="Write a value its reader knows, or remove the line.",
    wrong="SGLANG_USE_MLX=on\n",
    right="SGLANG_USE_MLX=1\n",
)
INVALID_VALUE = Rule(
    slug="invalid-value",
    severity="error",
    summary="A value of the wrong type, or none of the documented ones",
    why=(
        "The reader passes it on unchecked, or it is not known what the reader does with it. What the "
        "code behind does with a value it never expected is anyone's guess."
    ),
    fix="Write one of the documented values.",
    wrong="SGLANG_CACHE_DIT_ENABLED=1\nSGLANG_CACHE_DIT_TAYLORSEER=1\nSGLANG_CACHE_DIT_TS_ORDER=3\n",
    right="SGLANG_CACHE_DIT_ENABLED=1\nSGLANG_CACHE_DIT_TAYLORSEER=1\nSGLANG_CACHE_DIT_TS_ORDER=2\n",
)
OUT_OF_BOUNDS = Rule(
    slug="out-of-bounds",
    severity="error",
    summary="A number outside the range that can work",
    why="Readers hardly ever check a range: the number goes through and fails, or misleads, later.",
    fix="Write a number inside the range.",
    wrong="SGLANG_CACHE_DIT_ENABLED=1\nSGLANG_CACHE_DIT_FN=-1\n",
    right="SGLANG_CACHE_DIT_ENABLED=1\nSGLANG_CACHE_DIT_FN=1\n",
)
RELATIVE_PATH = Rule(
    slug="relative-path",
    severity="warning",
    summary="A path that depends on where the server is started",
    why=(
        "A relative path is looked up from the server's working directory, and ~ is a directory of that "
        "name for most readers. Under a container or a service manager that is seldom what was meant."
    ),
    fix="Write the whole path, from /.",
    wrong="SGLANG_DIFFUSION_TORCH_PROFILER_DIR=traces\n",
    right="SGLANG_DIFFUSION_TORCH_PROFILER_DIR=/var/tmp/traces\n",
)
EMPTY_VALUE = Rule(
    slug="empty-value",
    severity="warning",
    summary="An empty value where empty is not the same as unset",
    why=(
        "NAME= looks like a way to get the default. For many readers it is a value of its own: false "
        "for a boolean whose default is true, the working directory for a path."
    ),
    fix="Remove the line to get the default, or write the value you mean.",
    wrong="SGLANG_USE_RUNAI_MODEL_STREAMER=\n",
    right="SGLANG_USE_RUNAI_MODEL_STREAMER=true\n",
)
PLACEHOLDER = Rule(
    slug="placeholder",
    severity="error",
    summary="A placeholder of a template that was never filled in",
    why="xxx, <secret> or changeme is a valid text for most readers and fails far from here.",
    fix="Fill it in, or remove the line.",
    wrong="SGLANG_CLOUD_STORAGE_TYPE=s3\nSGLANG_S3_BUCKET_NAME=<your-bucket>\n",
    right="SGLANG_CLOUD_STORAGE_TYPE=s3\nSGLANG_S3_BUCKET_NAME=media\n",
)
READERS_DISAGREE = Rule(
    slug="readers-disagree",
    severity="info",
    summary="Two places of one release read the same text differently",
    why="One part of the server then believes a feature on, and another believes it off.",
    fix="Write the value in words that all its readers take the same way.",
    wrong="SGLANG_CACHE_DIT_ENABLED=1\n",
    right="SGLANG_CACHE_DIT_ENABLED=true\n",
)

RULES = (
    CRASHES,
    MISREAD,
    DEFAULTED,
    INVALID_VALUE,
    OUT_OF_BOUNDS,
    RELATIVE_PATH,
    EMPTY_VALUE,
    PLACEHOLDER,
    READERS_DISAGREE,
)
_BY_OUTCOME = {"crash": CRASHES, "misread": MISREAD, "defaulted": DEFAULTED}
_BY_KIND = {rule.slug: rule for rule in (INVALID_VALUE, OUT_OF_BOUNDS, RELATIVE_PATH)}

_PLACEHOLDER = re.compile(
    r"<[^<>]*>|\{\{[^{}]*\}\}|x{3,}|\.{3}|_+|\*{3,}|\?+|(?:to[ _-]?do|fixme|tbd|replace[ _-]?me"
    r"|change[ _-]?(?:me|it|this)|fill[ _-]?(?:me|in|this)[ _-]?(?:in)?|placeholder"
    r"|your[ _-][\w -]+|insert[ _-][\w -]+|my[ _-](?:secret|token|key|password))",
    re.IGNORECASE,
)


def check(subject: Subject) -> Iterator[Finding]:
    """Findings about the values of the documented variables that are set."""
    for setting in subject.settings:
        if setting.status == "set" and setting.assignment:
            found = _judge(setting, subject.redactor)
            if found:
                yield found
            yield from _disagreement(setting, subject.redactor)


def _judge(setting: Setting, redactor: Redactor) -> Finding | None:
    """The one thing to say about a value, the most telling first."""
    assert setting.assignment
    raw = setting.assignment.raw
    if _PLACEHOLDER.fullmatch(raw.strip()):
        return _at(PLACEHOLDER, setting, "looks like a placeholder that was not filled in", "")
    if not setting.readings:
        return None  # nothing reads it: another rule's business
    if not raw:
        return _empty(setting)
    reading = setting.readings[0][1]
    if rule := _BY_OUTCOME.get(reading.outcome):
        shown = redactor.quoted(setting.name, raw)
        message = f"{shown}: {who_reads(setting.variable)} {reading.note}"
        return _at(rule, setting, message, _suggest(setting))
    complaint = setting.variable.type.complain(raw)
    if complaint is None:
        return None
    rule = _BY_KIND[complaint.kind]
    unsure = reading.outcome == "unverified" or setting.variable.guess
    severity: Severity | None = "warning" if unsure else None
    shown = redactor.quoted(setting.name, raw)
    message = f"{shown}: the value {complaint.message}"
    return _at(rule, setting, message, complaint.help, severity)


def _empty(setting: Setting) -> Finding | None:
    reading = setting.readings[0][1]
    default = setting.readings[0][0].default
    if reading.outcome == "crash":
        return _at(
            CRASHES,
            setting,
            f"is empty: {who_reads(setting.variable)} {reading.note}",
            "remove the line",
        )
    if reading.outcome in ("misread", "defaulted"):
        who = who_reads(setting.variable)
        message = f"is empty, which is not the same as unset: {who} {reading.note}"
        return _at(EMPTY_VALUE, setting, message, "remove the line to get the default")
    if reading.value in (default, [], None) or reading.outcome == "unverified":
        return None
    if default is None and reading.value == "" and not setting.readings[0][0].default_rule:
        return None
    message = f"is empty, which is not the same as unset: it is read as {_words(reading.value)}"
    return _at(EMPTY_VALUE, setting, message, "remove the line to get the default")


def _disagreement(setting: Setting, redactor: Redactor) -> Iterator[Finding]:
    values = [reading.value for _, reading in setting.readings]
    if len(values) < 2 or all(value == values[0] for value in values) or not setting.raw:
        return
    parts = ", ".join(
        f"{_words(reading.value)} ({read.effect or 'the main reader'})"
        for read, reading in setting.readings
    )
    message = f"{redactor.quoted(setting.name, setting.raw)} is read in different ways: {parts}"
    if redactor.masks(setting.name, setting.raw):
        message = "is read in different ways by two places of this release"
    yield _at(READERS_DISAGREE, setting, message, "")


def _suggest(setting: Setting) -> str:
    assert setting.assignment
    type_, raw = setting.variable.type, setting.assignment.raw
    if setting.variable.secret:
        return ""
    if isinstance(type_, Bool):
        from sglang_envctl.meaning import truth

        means = truth(raw)
        return "write 1 or 0" if means is None else f"write {int(means)}"
    if isinstance(type_, Choice) and (guess := nearest(raw, type_.options)):
        return f"write {guess}"
    return f"takes {type_.words}"


def _words(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "nothing" if value is None else repr(value) if value == "" else str(value)


def _at(
    rule: Rule, setting: Setting, message: str, help_: str, severity: Severity | None = None
) -> Finding:
    assert setting.assignment
    severity = severity or rule.severity
    if setting.switched_off and severity == "error":
        severity = "warning"  # nothing looks at it now; it would hurt on the day something does
    return rule.at(setting.assignment.origin, setting.name, message, help_, severity=severity)
