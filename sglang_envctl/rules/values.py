"""Report problems in the values of documented variables."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sglang_envctl.readers import Reading, find
from sglang_envctl.redaction import Redactor
from sglang_envctl.registry.phrases import who_reads
from sglang_envctl.registry.types import Bool, Choice, Patterns, Text, Type, nearest
from sglang_envctl.registry.variable import Read
from sglang_envctl.rules.known.agreement import differing, spelled
from sglang_envctl.rules.known.command import Command
from sglang_envctl.rules.known.overwritten import overwritten
from sglang_envctl.rules.known.use import as_used
from sglang_envctl.rules.rule import Finding, Remedy, Rule, Severity, Subject
from sglang_envctl.rules.service_links import is_service_link
from sglang_envctl.settings import Setting
from sglang_envctl.text.escape import shorten, visible
from sglang_envctl.text.truth import nothing, truth

CRASHES = Rule(
    slug="crashes",
    severity="error",
    summary="A value that makes the code raise an exception",
    why=(
        "The server does not start, or it starts and fails at the first request that needs the "
        "value. The traceback rarely names the variable."
    ),
    fix="Write a value of the variable's type, or remove the line to get the default.",
    wrong="SGLANG_CACHE_DIT_ENABLED=true\nSGLANG_CACHE_DIT_FN=one\n",
    right="SGLANG_CACHE_DIT_ENABLED=true\nSGLANG_CACHE_DIT_FN=1\n",
)
PLUGIN_FAILS_TO_LOAD = Rule(
    slug="plugin-fails-to-load",
    severity="error",
    summary="A value that prevents SGLang from loading the FlagOS plugin",
    why=(
        "SGLang logs one line and starts anyway. The plugin's ATen operators are patched in, but "
        "its fused operators and its communication library are missing."
    ),
    fix="Write one of the allowed values, or remove the line.",
    wrong="SGLANG_FL_PREFER=cuda\n",
    right="SGLANG_FL_PREFER=vendor\n",
)
MISREAD = Rule(
    slug="misread",
    severity="error",
    summary="A value that is parsed as something its author almost certainly did not mean",
    why=(
        "SGLang and the software around it parse values in several ways: on is true for one "
        "boolean and silently false for another."
    ),
    fix="Write one of the values that the code recognizes; envctl explain NAME lists them.",
    wrong="USE_FLAGGEMS=on\n",
    right="USE_FLAGGEMS=1\n",
)
DEFAULTED = Rule(
    slug="defaulted",
    severity="error",
    summary="A value that is replaced by the default, with a warning in the log",
    why="The warning is one line among hundreds at startup, and the server runs with the default.",
    fix="Write a valid value, or remove the line.",
    wrong="SGLANG_USE_MLX=on\n",
    right="SGLANG_USE_MLX=1\n",
)
INVALID_VALUE = Rule(
    slug="invalid-value",
    rank=-1,
    severity="error",
    summary="A value that has the wrong type or is not documented",
    why=(
        "The value is passed on unchecked, or envctl does not know how it is parsed. Code that "
        "gets an unexpected value may do anything."
    ),
    fix="Use one of the documented values, or a value of the documented type.",
    wrong="SGLANG_CACHE_DIT_ENABLED=true\nSGLANG_CACHE_DIT_TAYLORSEER=1\nSGLANG_CACHE_DIT_TS_ORDER=3\n",
    right="SGLANG_CACHE_DIT_ENABLED=true\nSGLANG_CACHE_DIT_TAYLORSEER=1\nSGLANG_CACHE_DIT_TS_ORDER=2\n",
)
OUT_OF_BOUNDS = Rule(
    slug="out-of-bounds",
    rank=-1,
    severity="error",
    summary="A number outside the range that works",
    why=(
        "Ranges are rarely checked: the number is accepted, but later fails or has an unexpected "
        "effect."
    ),
    fix="Write a number within the range.",
    wrong="SGLANG_CACHE_DIT_ENABLED=true\nSGLANG_CACHE_DIT_FN=-1\n",
    right="SGLANG_CACHE_DIT_ENABLED=true\nSGLANG_CACHE_DIT_FN=1\n",
)
RELATIVE_PATH = Rule(
    slug="relative-path",
    severity="warning",
    summary="A path that depends on the server's working directory",
    why=(
        "A relative path is resolved from the server's working directory, and ~ is usually not "
        "expanded. In a container or under a service manager, the resulting path is rarely the "
        "intended one."
    ),
    fix="Write an absolute path.",
    wrong="SGLANG_DIFFUSION_TORCH_PROFILER_DIR=traces\n",
    right="SGLANG_DIFFUSION_TORCH_PROFILER_DIR=/var/tmp/traces\n",
)
EMPTY_VALUE = Rule(
    slug="empty-value",
    severity="warning",
    summary="An empty value where empty is not the same as unset",
    why=(
        "NAME= looks like the default, but an empty value is often a value of its own: false for "
        "a boolean whose default is true, the working directory for a path."
    ),
    fix="Remove the line to get the default, or write the value that you intend.",
    wrong="SGLANG_USE_RUNAI_MODEL_STREAMER=\n",
    right="SGLANG_USE_RUNAI_MODEL_STREAMER=true\n",
)
PLACEHOLDER = Rule(
    slug="placeholder",
    rank=1,
    severity="error",
    summary="A template placeholder that was not replaced",
    why=(
        "xxx, <secret> or changeme is a valid string for most variables, so the failure occurs "
        "much later."
    ),
    fix="Replace the placeholder, or remove the line.",
    wrong="SGLANG_CLOUD_STORAGE_TYPE=s3\nSGLANG_S3_BUCKET_NAME=<your-bucket>\n",
    right="SGLANG_CLOUD_STORAGE_TYPE=s3\nSGLANG_S3_BUCKET_NAME=media\n",
)
DOCUMENTED_OTHERWISE = Rule(
    slug="documented-otherwise",
    severity="warning",
    summary="A documented value whose effect differs from the docs",
    why=(
        "The value follows the docs, but the code never did what the docs say. For some variables "
        "the code does the opposite."
    ),
    fix=(
        "Run envctl explain NAME and write the value with the effect that you intend; if that is "
        "the current value, silence the rule on that line."
    ),
    wrong="SGLANG_FL_STRICT=1\n",
    right="# SGLANG_FL_STRICT is not set: fallback is on\n",
)
READERS_DISAGREE = Rule(
    slug="readers-disagree",
    severity="info",
    summary="A value that two places in one release read differently",
    why="One part of the server then treats a feature as on, and another treats it as off.",
    fix="Write a value that all of these places read the same way.",
    wrong="SGLANG_CACHE_DIT_ENABLED=1\n",
    right="SGLANG_CACHE_DIT_ENABLED=true\n",
)

RULES = (
    PLUGIN_FAILS_TO_LOAD,
    CRASHES,
    MISREAD,
    DEFAULTED,
    INVALID_VALUE,
    OUT_OF_BOUNDS,
    RELATIVE_PATH,
    EMPTY_VALUE,
    PLACEHOLDER,
    DOCUMENTED_OTHERWISE,
    READERS_DISAGREE,
)
_CRASHES_OF = {"sglang_fl": PLUGIN_FAILS_TO_LOAD}
"""The rule, by owner, for a value that raises an error without stopping the server."""
_BY_OUTCOME = {"crash": CRASHES, "misread": MISREAD, "defaulted": DEFAULTED}
_BY_KIND = {rule.slug: rule for rule in (INVALID_VALUE, OUT_OF_BOUNDS, RELATIVE_PATH)}

_PLACEHOLDER = (
    r"(?:.*<[a-z][\w .-]*>.*|\{\{[^{}]*\}\}|<%[^%]*%>|@[a-z_]\w*@|%%\w+%%"
    r"|x{3,40}|\.{3}|_+|\*{3,}|\?+"
    r"|(?:to[ _-]?do|fixme|tbd|replace[ _-]?me|change[ _-]?(?:me|it|this)"
    r"|fill[ _-]?(?:me|in|this)[ _-]?(?:in)?|placeholder"
    r"|your[ _-][\w -]+|insert[ _-][\w -]+|my[ _-](?:secret|token|key|password)))"
)

_ANY = Text().words


def check(subject: Subject) -> Iterator[Finding]:
    """Yield findings about the values of the documented variables that are set."""
    command = Command(subject.settings.environment)
    for setting in subject.settings:
        text = setting.assignment
        if setting.status == "set" and text and not text.unknown:
            if is_service_link(setting.name, text.raw):
                continue  # set by Kubernetes, not by the user
            if overwritten(setting.name, subject.settings.release):
                continue  # another rule reports that no value has an effect
            found = _finding(setting, subject.redactor)
            if found:
                yield as_used(found, setting, command, subject.settings.release)
            if found is None or (setting.outcome == "accepted" and found.severity != "error"):
                yield from _disagreement(setting, subject.redactor)


def _finding(setting: Setting, redactor: Redactor) -> Finding | None:
    """Return the most important finding about a value."""
    assert setting.assignment
    raw, variable = setting.assignment.raw, setting.variable
    if re.fullmatch(_PLACEHOLDER, raw.strip().lower()) and not isinstance(variable.type, Patterns):
        message = "looks like a placeholder that was not filled in"
        return _at(PLACEHOLDER, setting, message, "fill it in, or remove the line")
    if not setting.readings:
        return None  # another rule reports a name that is not read
    if not raw:
        return _empty(setting)
    reading = setting.readings[0][1]
    if reading.outcome in _BY_OUTCOME:
        return _wrong(setting, reading, redactor)
    if reading.note and reading.outcome == "accepted":
        message = f"given {_shown(setting, redactor)}, {who_reads(variable)} {reading.note}"
        return _at(DOCUMENTED_OTHERWISE, setting, message, _explained(setting))
    # The value as the code uses it, possibly with whitespace stripped or case folded.
    complaint = variable.type.complain(reading.value if isinstance(reading.value, str) else raw)
    if complaint is None or (reading.value == setting.default and nothing(raw)):
        return None
    unsure = (reading.outcome == "unverified" and not reading.note) or variable.guess
    severity: Severity | None = "warning" if unsure else None
    message = f"{_shown(setting, redactor)} {complaint.message}"
    help_ = complaint.help or f"allowed: {variable.type.words}"
    if isinstance(variable.type, Bool):
        help_ = _suggest_bool(setting, None)
    return _at(_BY_KIND[complaint.kind], setting, message, help_, severity)


def _wrong(setting: Setting, reading: Reading, redactor: Redactor) -> Finding:
    """Return the finding about a value that the code replaces or misreads."""
    variable, rule = setting.variable, _BY_OUTCOME[reading.outcome]
    message = f"given {_shown(setting, redactor)}, {who_reads(variable)} {reading.note}"
    message += _elsewhere(setting, redactor)
    if rule is MISREAD and _is_documented(variable.type, setting.raw or ""):
        return _at(DOCUMENTED_OTHERWISE, setting, message, _explained(setting), "info")
    if rule is CRASHES:
        rule = _CRASHES_OF.get(variable.owner, rule)
    if setting.switched_off:
        message += f"; not read now, because of {setting.switched_off}"
    help_ = _suggest(setting)
    return _at(rule, setting, message, help_)._replace(remedy=_remedy(setting, help_))


def _empty(setting: Setting) -> Finding | None:
    read, reading = setting.readings[0]
    who = who_reads(setting.variable)
    if reading.outcome == "crash":
        return _at(CRASHES, setting, f"empty: {who} {reading.note}", "remove the line")
    if reading.outcome in ("misread", "defaulted"):
        what = f"{who} {reading.note}"
    elif (
        reading.value in (read.default, [], None)
        or (reading.value == "" and _may_be_unset(setting))
        or reading.outcome == "unverified"
        or read.reader == "declared"
        or setting.switched_off
    ):
        return None
    else:
        what = f"it is read as {_words(reading.value)}"
    # If the result is the default, the only effect is the release's own warning.
    severity: Severity | None = "info" if reading.value == read.default else None
    message = f"empty, which is not the same as unset: {what}"
    return _at(EMPTY_VALUE, setting, message, "remove the line to get the default", severity)


def _may_be_unset(setting: Setting) -> bool:
    """Return whether later code may treat an empty value as unset: no docs or default contradict it."""
    read = setting.readings[0][0]
    return not (setting.variable.documents or read.default or read.default_rule)


def _is_documented(type_: Type, raw: str) -> bool:
    """Return whether the docs list this value."""
    return isinstance(type_, Choice) and not type_.open and type_.complain(raw) is None


def _disagreement(setting: Setting, redactor: Redactor) -> Iterator[Finding]:
    """Report places that read a value differently from the main place, which accepts it."""
    others = differing(setting) if setting.raw else []
    if not others:
        return
    parts = (
        f"{_read_as(setting, reading, redactor)} ({_use(read, setting)})"
        for read, reading in (setting.readings[0], *others)
    )
    message = f"read in different ways: {', '.join(parts)}"
    agreed = _agreed(setting)
    help_ = f"write {agreed}" if agreed else ""
    found = _at(READERS_DISAGREE, setting, message, help_)
    yield found._replace(remedy=Remedy(value=agreed)) if agreed else found


def _elsewhere(setting: Setting, redactor: Redactor) -> str:
    """Describe how other places read a value that the main place rejects."""
    others = differing(setting)
    if not others:
        return ""
    read, reading = others[0]
    value = _read_as(setting, reading, redactor)
    what = reading.note if reading.outcome == "crash" else f"reads it as {value}"
    return f"; another place {what} ({_use(read, setting)})"


def _read_as(setting: Setting, reading: Reading, redactor: Redactor) -> str:
    return _words(redactor.json(setting.name, setting.raw or "", reading.value))


def _use(read: Read, setting: Setting) -> str:
    """Describe how a place uses the value, as far as that is known."""
    main = read is setting.readings[0][0]
    use = re.split("[:;]", read.effect)[0] or ("its main use" if main else read.where)
    return use if use[1:2].isupper() else f"{use[0].lower()}{use[1:]}"


def _agreed(setting: Setting) -> str | None:
    """Return a value that all places read as the main place reads the current value."""
    value = setting.readings[0][1].value
    return spelled(setting, value) if isinstance(value, bool) else None


def _suggest(setting: Setting) -> str:
    assert setting.assignment
    type_, raw = setting.variable.type, setting.assignment.raw
    complaint = type_.complain(raw)
    if setting.variable.secret:
        return ""
    if isinstance(type_, Bool):
        return _suggest_bool(setting, truth(raw))
    if isinstance(type_, Choice) and (guess := nearest(raw, type_.options)):
        return f"write {guess}"
    if complaint and complaint.help:
        return complaint.help
    return "" if type_.words.startswith(_ANY) else f"allowed: {type_.words}"


def _suggest_bool(setting: Setting, means: bool | None) -> str:
    """Return advice on how to write the intended boolean so that every place reads it alike."""
    read = setting.readings[0][0]
    if find(read.reader)("1", read.default).note:
        return _explained(setting)  # the effect of 1 differs from the docs
    if means is None:
        both = spelled(setting, True), spelled(setting, False)
        return f"write {both[0]} or {both[1]}" if None not in both else _explained(setting)
    if text := spelled(setting, means):
        from sglang_envctl.rules.consequences import avoided

        return avoided(setting.name, text, means) or f"write {text}"
    return "remove the line" if bool(read.default) is means else _explained(setting)


def _remedy(setting: Setting, help_: str) -> Remedy | None:
    """Return the remedy if the help names another spelling of a boolean; otherwise None."""
    assert setting.assignment
    means = truth(setting.assignment.raw)
    if not isinstance(setting.variable.type, Bool) or means is None or setting.variable.secret:
        return None
    text = spelled(setting, means)
    return Remedy(value=text) if text and help_ == f"write {text}" else None


def _explained(setting: Setting) -> str:
    return f"envctl explain {setting.name} says what it does"


def _shown(setting: Setting, redactor: Redactor) -> str:
    """Return the value in quotes, as far as it may be shown."""
    assert setting.assignment
    raw = setting.assignment.raw
    if redactor.masks(setting.name, raw):
        return "this value"
    text = shorten(visible(redactor.raw(setting.name, raw)), 60)
    return f'"{text}"' if "'" in text else f"'{text}'"


def _words(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    text = "nothing" if value is None else str(value) or "an empty string"
    return shorten(visible(text), 60)


def _at(
    rule: Rule,
    setting: Setting,
    message: str,
    help_: str = "",
    severity: Severity | None = None,
) -> Finding:
    assert setting.assignment
    severity = severity or rule.severity
    if setting.switched_off and severity == "error":
        severity = "warning"  # the value is not read now, but would be harmful if it were
    return rule.at(setting.assignment.origin, setting.name, message, help_, severity=severity)
