"""Report lines that a dialect of .env files reads as something that the author almost certainly did
not mean.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sglang_envctl.environment import Assignment, Layer
from sglang_envctl.rules.rule import Finding, Rule, Subject
from sglang_envctl.text.escape import visible
from sglang_envctl.text.secrets import without_odd_words

FILE_REFUSED = Rule(
    slug="file-refused",
    severity="error",
    summary="A line that makes a program reject the whole file",
    why=(
        "Docker, Compose and kubectl stop with an error at a line that they cannot parse; systemd "
        "does so if the file is not UTF-8. None of the variables in the file is then set."
    ),
    fix="Fix the line, or use the file only with the program that it was written for.",
    wrong="export SGLANG_CACHE_DIT_ENABLED=true\n",
    right="SGLANG_CACHE_DIT_ENABLED=true\n",
    dialects=("docker",),
    message="{who} refuses the whole file: {reason}",
    help="fix the line",
)
REST_LOST = Rule(
    slug="rest-lost",
    severity="error",
    summary="Everything from this line on is silently ignored",
    why=(
        "systemd reads everything after an unclosed quote as part of the value, and kubectl "
        "ignores everything from a line of more than 64 KiB on; neither reports an error. A "
        "shell stops at a syntax error."
    ),
    fix=(
        "Close the quote, or fix the syntax error. Put a long value in a file, and set the "
        "variable to its path."
    ),
    wrong="SGLANG_DIFFUSION_CACHE_ROOT='/data\nSGLANG_CACHE_DIT_ENABLED=true",
    right="SGLANG_DIFFUSION_CACHE_ROOT=/data\nSGLANG_CACHE_DIT_ENABLED=true",
    dialects=("systemd",),
    message="{who} ignores everything from here on: {reason}",
    help="fix the line",
)
NAME_DROPPED = Rule(
    slug="name-dropped",
    severity="error",
    summary="A line that is ignored because its name is invalid",
    why=(
        "systemd accepts only letters, digits and _ in a name. It logs and ignores lines with "
        "other names, including every line that begins with export, and starts the service."
    ),
    fix="Write NAME=value, without export, and without a dash or a dot in the name.",
    wrong="export SGLANG_CACHE_DIT_ENABLED=true\n",
    right="SGLANG_CACHE_DIT_ENABLED=true\n",
    dialects=("systemd",),
    message="{who} ignores this line: {reason}",
    help="write NAME=value",
)
VALUE_CUT = Rule(
    slug="value-cut",
    severity="warning",
    summary="A value that is silently cut",
    why=(
        "In Node, a # begins a comment anywhere, even in the middle of a password or a URL, and "
        "everything after a closing quote is dropped."
    ),
    fix="Quote the whole value.",
    wrong="SGLANG_DIFFUSION_CACHE_ROOT=/data#1\n",
    right="SGLANG_DIFFUSION_CACHE_ROOT='/data#1'\n",
    dialects=("node",),
    message="{who} drops everything after the # or the closing quote",
    help="quote the whole value",
)
VALUE_FROM_NEXT_LINE = Rule(
    slug="value-from-next-line",
    severity="error",
    summary="An empty value with a space after =, which makes the next line the value",
    why=(
        "Node skips spaces and line ends before a value since version 22: with a space after the "
        "=, the next line becomes the value and is no longer an assignment."
    ),
    fix="Remove the space at the end of the line.",
    wrong="APP= \nSGLANG_CACHE_DIT_ENABLED=true\n",
    right="APP=\nSGLANG_CACHE_DIT_ENABLED=true\n",
    dialects=("node",),
    message="{who} reads the next line as the value",
    help="remove the space after =",
)
COMMAND_RUN = Rule(
    slug="command-run",
    severity="error",
    summary="A part of a line that a shell runs as a command",
    why=(
        "A shell that sources the file runs the part after a space or a semicolon as a command: "
        "A=x y runs y and leaves A unset. An & in a URL also leaves the variable unset, because "
        "everything before the & runs in the background."
    ),
    fix="Put the value in single quotes.",
    wrong="SGLANG_DIFFUSION_CACHE_ROOT=/data cache\n",
    right="SGLANG_DIFFUSION_CACHE_ROOT='/data cache'\n",
    dialects=("shell",),
    message="{who} runs a part of this line as a command",
    help="put the value in single quotes",
)
COMMENT_CONTINUED = Rule(
    slug="comment-continued",
    severity="warning",
    summary="A comment that ends in a backslash, which comments out the next line too",
    why="systemd before 254 silently reads the next line as part of the comment.",
    fix="Remove the backslash at the end of the comment.",
    wrong="# faster \\\nSGLANG_CACHE_DIT_ENABLED=true\n",
    right="# faster\nSGLANG_CACHE_DIT_ENABLED=true\n",
    dialects=("systemd",),
    message="{who} before 254 reads the next line as part of this comment",
    help="remove the backslash",
)
DIALECTS_DISAGREE = Rule(
    slug="dialects-disagree",
    severity="warning",
    summary="A line that two dialects of .env files read differently",
    why=(
        "The file works where it was tested and means something else, without an error, where it "
        "is deployed. Only the dialects named with --dialects are compared."
    ),
    fix=(
        "Write a value on which all dialects agree, if possible without quotes, comments, $ and "
        "spaces. Otherwise keep one file per dialect."
    ),
    wrong="SGLANG_CACHE_DIT_ENABLED='true'\n",
    right="SGLANG_CACHE_DIT_ENABLED=true\n",
    dialects=("dotenv", "docker"),
)

RULES = (
    FILE_REFUSED,
    REST_LOST,
    NAME_DROPPED,
    VALUE_CUT,
    VALUE_FROM_NEXT_LINE,
    COMMAND_RUN,
    COMMENT_CONTINUED,
    DIALECTS_DISAGREE,
)
LOOKS_AT = ("--dialects",)


def check(subject: Subject) -> Iterator[Finding]:
    """Yield findings about values that dialects read differently."""
    for layer in subject.settings.environment.layers:
        if len(layer.by_dialect) > 1:
            yield from _differences(layer, subject)


def _differences(layer: Layer, subject: Subject) -> Iterator[Finding]:
    by_dialect: dict[str, dict[str, Assignment]] = {}
    for dialect, reading in layer.by_dialect.items():
        refusals = [note for note in reading.notes if note.rule == FILE_REFUSED.slug]
        if refusals:
            first = refusals[0]
            message = f"{dialect} refuses the whole file: {visible(str(first.facts['reason']))}"
            yield DIALECTS_DISAGREE.at(first.origin, first.name, message, "fix the line")
        else:
            by_dialect[dialect] = {a.name: a for a in reading.assignments}
    for name in dict.fromkeys(name for found in by_dialect.values() for name in found):
        found = {dialect: assignments.get(name) for dialect, assignments in by_dialect.items()}
        if len({a and a.text for a in found.values()}) > 1:
            yield _difference(name, found, subject)


def _difference(name: str, found: dict[str, Assignment | None], subject: Subject) -> Finding:
    """Describe how each dialect reads a name; for a secret, say only that the values differ."""
    hide = subject.redactor
    first = next(a for a in found.values() if a)
    if any(a and not a.unknown and hide.masks(name, a.raw) for a in found.values()):
        message = f"{', '.join(found)} read this secret differently"
    else:
        message = "; ".join(f"{dialect}: {_shown(a, subject)}" for dialect, a in found.items())
    if all(a is None or not a.text for a in found.values()):
        name = without_odd_words(name)  # one of the dialects may read a line of text as a name
    help_ = "write a value on which all of them agree"
    return DIALECTS_DISAGREE.at(first.origin, name, message, help_)


def _shown(assignment: Assignment | None, subject: Subject) -> str:
    if assignment is None:
        return "not set"
    if assignment.unknown:
        return assignment.text
    value = re.sub(
        "#[ \t]*envctl:.*", "# ...", assignment.raw
    )  # the text of a comment to envctl is not shown
    shown = subject.redactor.text(assignment.name, value)
    return shown if shown.strip() == shown != "" else repr(shown)
