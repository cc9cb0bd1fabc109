"""What a named reader makes of a .env text that its author can hardly have meant."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from sglang_envctl.environment import Assignment, Layer, Note
from sglang_envctl.rules import files
from sglang_envctl.rules.rule import Finding, Rule, Severity, Subject
from sglang_envctl.text.escape import visible

FILE_REFUSED = Rule(
    slug="file-refused",
    severity="error",
    summary="A line for which the reader refuses the whole file",
    why=(
        "Docker, Compose and kubectl stop with an error at a line that they cannot read, systemd at "
        "text that is not UTF-8, and then set nothing of the file."
    ),
    fix="Mend the line, or give the file to the reader that it was written for.",
    wrong="export SGLANG_CACHE_DIT_ENABLED=true\n",
    right="SGLANG_CACHE_DIT_ENABLED=true\n",
    readers=("docker",),
)
REST_LOST = Rule(
    slug="rest-lost",
    severity="error",
    summary="A line from which on the reader takes nothing, without an error",
    why=(
        "systemd takes all text behind a quote that is never closed for its value, and kubectl stops at "
        "a line of more than 64 KiB; both say that all is well. A shell stops at a mistake in grammar."
    ),
    fix="Close the quote; keep a long text in a file and its path in the variable.",
    wrong="SGLANG_DIFFUSION_CACHE_ROOT='/data\nSGLANG_CACHE_DIT_ENABLED=true",
    right="SGLANG_DIFFUSION_CACHE_ROOT=/data\nSGLANG_CACHE_DIT_ENABLED=true",
    readers=("systemd",),
)
NAME_DROPPED = Rule(
    slug="name-dropped",
    severity="error",
    summary="A name that the reader does not take, without an error",
    why=(
        "systemd keeps names of letters, digits and _ alone and logs the others, also every line that "
        "begins with export; to a shell such a line is a command that does not exist."
    ),
    fix="Write NAME=value, without export, a dash or a dot in the name.",
    wrong="export SGLANG_CACHE_DIT_ENABLED=true\n",
    right="SGLANG_CACHE_DIT_ENABLED=true\n",
    readers=("systemd",),
)
VALUE_CUT = Rule(
    slug="value-cut",
    severity="warning",
    summary="Text behind a value, or a part of it, that the reader drops",
    why=(
        "To Node a # begins a comment wherever it stands, also in the middle of a password or a URL, "
        "and what follows a closing quote is dropped."
    ),
    fix="Put the whole value in quotes.",
    wrong="SGLANG_DIFFUSION_CACHE_ROOT=/data#1\n",
    right="SGLANG_DIFFUSION_CACHE_ROOT='/data#1'\n",
    readers=("node",),
)
VALUE_FROM_NEXT_LINE = Rule(
    slug="value-from-next-line",
    severity="error",
    summary="An empty value with a blank behind =, for which the reader takes the next line",
    why=(
        "Node drops blanks and line ends before a value: with a blank behind the =, the next line "
        "becomes the value and is no assignment any more."
    ),
    fix="Remove the blank at the end of the line.",
    wrong="APP= \nSGLANG_CACHE_DIT_ENABLED=true\n",
    right="APP=\nSGLANG_CACHE_DIT_ENABLED=true\n",
    readers=("node",),
)
COMMAND_RUN = Rule(
    slug="command-run",
    severity="error",
    summary="A part of a line that a shell runs as a command",
    why=(
        "A shell that sources the file takes what follows a blank, a semicolon or & for a command: with "
        "A=x y it runs y and leaves A unset, and the address of a service is cut at its &."
    ),
    fix="Put the value in single quotes.",
    wrong="SGLANG_DIFFUSION_CACHE_ROOT=/data cache\n",
    right="SGLANG_DIFFUSION_CACHE_ROOT='/data cache'\n",
    readers=("shell",),
)
COMMENT_CONTINUED = Rule(
    slug="comment-continued",
    severity="warning",
    summary="A comment that ends in a backslash, which takes the next line with it",
    why="systemd before 254 takes the next line for a part of the comment, and says nothing.",
    fix="Remove the backslash at the end of the comment.",
    wrong="# faster \\\nSGLANG_CACHE_DIT_ENABLED=true\n",
    right="# faster\nSGLANG_CACHE_DIT_ENABLED=true\n",
    readers=("systemd",),
)
READS_DIFFERENTLY = Rule(
    slug="reads-differently",
    severity="warning",
    summary="A line that two readers of .env files take differently",
    why=(
        "The file works where it was tried and means something else, without an error, where it is "
        "deployed. Only the readers named with --dialects are compared."
    ),
    fix=(
        "Write the value so that all of them agree: without quotes, comments, $ and blanks where that "
        "is possible. Else keep one file a reader."
    ),
    wrong="SGLANG_CACHE_DIT_ENABLED='true'\n",
    right="SGLANG_CACHE_DIT_ENABLED=true\n",
    readers=("dotenv", "docker"),
)

RULES = (
    FILE_REFUSED,
    REST_LOST,
    NAME_DROPPED,
    VALUE_CUT,
    VALUE_FROM_NEXT_LINE,
    COMMAND_RUN,
    COMMENT_CONTINUED,
    READS_DIFFERENTLY,
)

_WHO = {
    "docker": "docker run --env-file",
    "compose": "Compose",
    "systemd": "systemd",
    "shell": "a shell that sources the file",
    "kubectl": "kubectl",
    "node": "Node",
}


class _Said(NamedTuple):
    """What a note of a reader says, with {who} for the reader and {detail} for what was seen."""

    rule: Rule
    message: str
    help: str
    severity: Severity | None = None


_SAID = {
    "file-refused": _Said(FILE_REFUSED, "{who} refuses the whole file: {detail}", "mend the line"),
    "rest-lost": _Said(REST_LOST, "{who} takes no line from here on: {detail}", "mend the line"),
    "name-dropped": _Said(NAME_DROPPED, "{who} drops this line: {detail}", "write NAME=value"),
    "value-cut": _Said(
        VALUE_CUT, "{who} drops what follows the # or the closing quote", "quote all of the value"
    ),
    "value-from-next-line": _Said(
        VALUE_FROM_NEXT_LINE, "{who} takes the next line for the value", "remove the blank behind ="
    ),
    "command-run": _Said(
        COMMAND_RUN, "{who} runs a part of this line as a command", "put the value in single quotes"
    ),
    "comment-continued": _Said(
        COMMENT_CONTINUED,
        "{who} before 254 takes the next line for a part of this comment",
        "remove the backslash",
    ),
    "inline-comment": _Said(
        files.INLINE_COMMENT,
        "{who} takes the comment behind the value as part of it",
        "put it on a line of its own",
        "error",
    ),
    "byte-order-mark": _Said(
        files.BYTE_ORDER_MARK,
        "{who} takes the byte order mark for a part of the first name, which stays unset",
        "save the file without one",
        "error",
    ),
    "carriage-returns": _Said(
        files.CARRIAGE_RETURNS,
        "{who} keeps the carriage return at the end of the values ({detail} of them)",
        "convert the file to LF line ends",
        "error",
    ),
    "not-utf8": _Said(
        files.NOT_UTF8,
        "is not UTF-8; {who} puts U+FFFD in place of each such byte",
        "save as UTF-8",
    ),
}
_NO_VALUE = {
    "docker": "{who} hands on the value that it has itself, and here it has none",
    "compose": "{who} hands on the value that it has itself, and here it has none",
    "kubectl": "{who} hands on the value that it has itself, or else the empty text",
}


def check(subject: Subject) -> Iterator[Finding]:
    """Findings about what the reader of each layer does, and where readers differ."""
    for layer in subject.settings.environment.layers:
        for note in layer.notes:
            if note.reader and (note.kind in _SAID or note.kind == "no-value"):
                yield from _of_note(note, subject)
        if len(layer.by_dialect) > 1:
            yield from _differences(layer, subject)


def _of_note(note: Note, subject: Subject) -> Iterator[Finding]:
    who = _WHO[note.reader]
    if note.kind == "no-value":
        message = _NO_VALUE[note.reader].format(who=who)
        yield files.NO_VALUE.at(
            note.origin, note.name, message, "write NAME=value", severity="info"
        )
        return
    said = _SAID[note.kind]
    severity = said.severity
    if note.kind == "inline-comment" and not subject.settings.get(note.name):
        severity = "info"  # what stands behind the # may be meant
    message = said.message.format(who=who, detail=visible(note.detail))
    yield said.rule.at(note.origin, note.name, message, said.help, severity=severity)


def _differences(layer: Layer, subject: Subject) -> Iterator[Finding]:
    takes: dict[str, dict[str, Assignment]] = {}
    for reader, reading in layer.by_dialect.items():
        refusals = [note for note in reading.notes if note.kind == "file-refused"]
        if refusals:
            first = refusals[0]
            message = f"{reader} refuses the whole file: {visible(first.detail)}"
            yield READS_DIFFERENTLY.at(first.origin, first.name, message, "mend the line")
        else:
            takes[reader] = {a.name: a for a in reading.assignments}
    for name in dict.fromkeys(name for found in takes.values() for name in found):
        found = {reader: assignments.get(name) for reader, assignments in takes.items()}
        if len({a and a.text for a in found.values()}) > 1:
            yield _difference(name, found, subject)


def _difference(name: str, found: dict[str, Assignment | None], subject: Subject) -> Finding:
    """What each reader makes of a name, or, of a secret, only that they differ."""
    hide = subject.redactor
    first = next(a for a in found.values() if a)
    if any(a and not a.unknown and hide.masks(name, a.raw) for a in found.values()):
        message = f"{', '.join(found)} take different texts for this secret"
    else:
        message = "; ".join(f"{reader}: {_shown(a, subject)}" for reader, a in found.items())
    return READS_DIFFERENTLY.at(first.origin, name, message, "write it so that all of them agree")


def _shown(assignment: Assignment | None, subject: Subject) -> str:
    if assignment is None:
        return "not set"
    if assignment.unknown:
        return assignment.text
    shown = subject.redactor.text(assignment.name, assignment.raw)
    return shown if shown.strip() == shown != "" else repr(shown)
