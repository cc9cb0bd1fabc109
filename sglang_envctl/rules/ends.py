"""Check quotes, whitespace and newlines at the ends of values."""

from __future__ import annotations

from collections.abc import Iterator

from sglang_envctl.environment import Assignment
from sglang_envctl.rules.rule import Finding, Remedy, Rule, Severity, Subject

QUOTES_KEPT = Rule(
    slug="quotes-kept",
    severity="warning",
    summary="A value that itself begins and ends with quotes",
    why=(
        "The program gets the quotes as part of the value. They come from quoting the value "
        "twice, or from docker run --env-file, which keeps everything after = as it is."
    ),
    fix="Quote the value only once; where quotes are read literally, do not quote it.",
    wrong="SGLANG_DIFFUSION_CACHE_ROOT='\"/data\"'\n",
    right="SGLANG_DIFFUSION_CACHE_ROOT=/data\n",
)
SURROUNDING_BLANKS = Rule(
    slug="surrounding-blanks",
    severity="warning",
    summary="A value with leading or trailing whitespace that is kept",
    why=(
        "Whitespace inside quotes is part of the value: a path with a trailing space is a "
        "different path."
    ),
    fix="Remove the whitespace.",
    wrong="SGLANG_DIFFUSION_CACHE_ROOT='/data '\n",
    right="SGLANG_DIFFUSION_CACHE_ROOT=/data\n",
)
TOKEN_LINE_END = Rule(
    slug="token-line-end",
    severity="warning",
    summary="A token or key that ends with a newline",
    why=(
        "The newline comes from echo without -n, or from a Secret made from a file. An HTTP "
        "header cannot contain it: requests raises InvalidHeader or, in older versions, "
        "ValueError, and a server that compares keys rejects the correct key."
    ),
    fix="Remove the newline; printf %s does not write one.",
    wrong='API_TOKEN="not-a-real-one\\n"\n',
    right="API_TOKEN=not-a-real-one\n",
)

RULES = (QUOTES_KEPT, SURROUNDING_BLANKS, TOKEN_LINE_END)

_QUOTES = {'"': '"', "'": "'", "\u201c": "\u201d", "\u2018": "\u2019"}
_HUB_TOKENS = ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN")
_LINE_ENDS = "\r\n"


def check(subject: Subject) -> Iterator[Finding]:
    """Yield findings about both ends of every value."""
    for layer in subject.settings.environment.layers:
        for assignment in layer.assignments:
            raw = assignment.raw
            if raw and (raw[0] in _QUOTES or raw.strip() != raw):
                yield from _ends(assignment, subject, explicit=layer.explicit)
                yield from _token(assignment, subject)


def _ends(assignment: Assignment, subject: Subject, *, explicit: bool) -> Iterator[Finding]:
    """Yield findings about quotes and whitespace at both ends of a value."""
    name, raw = assignment.name, assignment.raw
    setting = subject.settings.meant(name)
    if setting is None and not explicit:
        return
    severity: Severity | None = None if setting else "info"
    if len(raw) > 1 and _QUOTES.get(raw[0]) == raw[-1]:
        message = "the value begins and ends with quotes, which are part of it"
        help_ = "remove one pair of quotes"
        remedy = Remedy(value=raw[1:-1])
        yield QUOTES_KEPT.at(
            assignment.origin, name, message, help_, severity=severity, remedy=remedy
        )
    elif setting and isinstance(setting.value, str) and setting.value != setting.value.strip():
        message = "the value has leading or trailing whitespace, which is kept"
        remedy, help_ = Remedy(value=raw.strip()), "remove the whitespace"
        yield SURROUNDING_BLANKS.at(assignment.origin, name, message, help_, remedy=remedy)


def _token(assignment: Assignment, subject: Subject) -> Iterator[Finding]:
    """Yield a finding about a newline at the end of a secret, if the secret is used."""
    name, raw, origin = assignment.name, assignment.raw, assignment.origin
    value = raw.rstrip(_LINE_ENDS)
    # Several lines are a key or a certificate, which must end with a newline.
    if value == raw or any(c in value for c in _LINE_ENDS) or name not in subject.redactor.names:
        return
    if subject.settings.environment.effective[name] != assignment:
        return
    help_ = "remove the newline; printf %s does not write one"
    if name in _HUB_TOKENS:
        message = "ends with a newline: huggingface_hub strips it, other programs do not"
        yield TOKEN_LINE_END.at(origin, name, message, help_, severity="info")
    else:
        message = "ends with a newline, which no HTTP header can contain"
        yield TOKEN_LINE_END.at(origin, name, message, help_)
