"""What is wrong with the text of a source, whatever its variables mean."""

from __future__ import annotations

from collections.abc import Iterator

from sglang_envctl.environment import Assignment, Note, Origin
from sglang_envctl.rules.rule import Finding, Rule, Severity, Subject
from sglang_envctl.text.escape import visible

UNPARSED_LINE = Rule(
    slug="unparsed-line",
    severity="error",
    summary="A line that is no assignment and no comment",
    why=(
        "python-dotenv writes one line to the log and goes on without the setting, so the server "
        "starts with a default that nobody chose. The usual causes are a quote that is never closed, "
        "text after a closing quote, and YAML's NAME: value."
    ),
    fix="Write NAME=value; quote a value that holds blanks or #, and close the quote.",
    wrong="SGLANG_CACHE_DIT_ENABLED='true\n",
    right="SGLANG_CACHE_DIT_ENABLED='true'\n",
)
NO_VALUE = Rule(
    slug="no-value",
    severity="warning",
    summary="A name without = and without a value",
    why=(
        "python-dotenv leaves such a name out, Docker takes the value of the shell it was started "
        "from, kubectl sets it to the empty text."
    ),
    fix="Write NAME=value, or NAME= for the empty text, or remove the line.",
    wrong="SGLANG_CACHE_DIT_ENABLED\n",
    right="SGLANG_CACHE_DIT_ENABLED=true\n",
)
DUPLICATE_NAME = Rule(
    slug="duplicate-name",
    severity="warning",
    summary="One name assigned twice in a file",
    why=(
        "The last assignment wins and the first is dead text, which the next reader will edit. "
        "kubectl refuses such a file. With the same value twice this is only information."
    ),
    fix="Keep one of the two.",
    wrong="SGLANG_KERNEL_API_LOGLEVEL=1\nSGLANG_KERNEL_API_LOGLEVEL=3\n",
    right="SGLANG_KERNEL_API_LOGLEVEL=3\n",
)
BYTE_ORDER_MARK = Rule(
    slug="byte-order-mark",
    severity="warning",
    summary="The file starts with a byte order mark",
    why=(
        "Windows editors write it. python-dotenv drops it from 1.2.3 on; older ones, Node, systemd and "
        "shells take it for the first letter of the first name, which then stays unset."
    ),
    fix="Save the file as UTF-8 without a byte order mark.",
    wrong="\ufeffSGLANG_CACHE_DIT_ENABLED=true\n",
    right="SGLANG_CACHE_DIT_ENABLED=true\n",
)
CARRIAGE_RETURNS = Rule(
    slug="carriage-returns",
    severity="warning",
    summary="Lines end in CRLF, as on Windows",
    why=(
        "python-dotenv and Docker drop the carriage return; a shell that sources the file keeps it at "
        "the end of every value, where it makes booleans and numbers invalid."
    ),
    fix="Convert the file, for example with dos2unix or with core.autocrlf=input in git.",
    wrong="SGLANG_CACHE_DIT_ENABLED=true\r\n",
    right="SGLANG_CACHE_DIT_ENABLED=true\n",
)
NUL_CHARACTER = Rule(
    slug="nul-character",
    severity="error",
    summary="The file holds a NUL character",
    why=(
        "No environment can hold one: python-dotenv raises ValueError when it sets the variable, other "
        "readers cut the value there."
    ),
    fix="Remove it; a file that is full of them is not a text file, or is UTF-16.",
    wrong="SGLANG_DIFFUSION_CACHE_ROOT=/da\0ta\n",
    right="SGLANG_DIFFUSION_CACHE_ROOT=/data\n",
)
NOT_UTF8 = Rule(
    slug="not-utf8",
    severity="error",
    summary="The file is not UTF-8",
    why=(
        "python-dotenv, Docker and kubectl refuse the whole file, so nothing of it is set. The cause is "
        "an editor that saves in another encoding."
    ),
    fix="Convert it: iconv -f LATIN1 -t UTF-8, or the encoding it really has.",
    wrong="SGLANG_DIFFUSION_CACHE_ROOT=/caf\udce9\n",
    right="SGLANG_DIFFUSION_CACHE_ROOT=/caf\u00e9\n",
)
INVISIBLE_CHARACTER = Rule(
    slug="invisible-character",
    severity="warning",
    summary="An invisible or non-breaking character in a name or value",
    why=(
        "Text pasted from a web page or a chat brings non-breaking blanks and zero-width characters. "
        "They look like nothing and make a name unknown or a boolean invalid."
    ),
    fix="Delete it and type an ordinary blank if one is meant.",
    wrong="SGLANG_DIFFUSION_CACHE_ROOT=/da\u200bta\n",
    right="SGLANG_DIFFUSION_CACHE_ROOT=/data\n",
)
QUOTES_KEPT = Rule(
    slug="quotes-kept",
    severity="warning",
    summary="The value itself begins and ends with quotes",
    why=(
        "The program gets the quotes as part of the value. They come from quoting twice, or from "
        "docker run --env-file, which takes the text after = as it stands."
    ),
    fix="Quote once, or not at all where the reader takes quotes literally.",
    wrong="SGLANG_DIFFUSION_CACHE_ROOT='\"/data\"'\n",
    right="SGLANG_DIFFUSION_CACHE_ROOT=/data\n",
)
SURROUNDING_BLANKS = Rule(
    slug="surrounding-blanks",
    severity="warning",
    summary="The value begins or ends with a blank that its reader keeps",
    why="Blanks inside quotes are part of the value: a path or a name with one at the end is another.",
    fix="Remove the blank.",
    wrong="SGLANG_DIFFUSION_CACHE_ROOT='/data '\n",
    right="SGLANG_DIFFUSION_CACHE_ROOT=/data\n",
)
INLINE_COMMENT = Rule(
    slug="inline-comment",
    severity="info",
    summary="A comment behind a value",
    why=(
        "python-dotenv, Compose and shells drop it; docker run --env-file, systemd and kubectl make it "
        "part of the value."
    ),
    fix="Put the comment on a line of its own.",
    wrong="SGLANG_CACHE_DIT_ENABLED=true # faster\n",
    right="# faster\nSGLANG_CACHE_DIT_ENABLED=true\n",
)
UNDEFINED_REFERENCE = Rule(
    slug="undefined-reference",
    severity="warning",
    summary="${NAME} of a name that is not defined",
    why=(
        "It becomes the empty text. A name counts as defined when it stands above in the file, in a "
        "layer below it, or in the environment envctl runs in."
    ),
    fix="Define it above, or give a default: ${NAME:-text}.",
    wrong="SGLANG_DIFFUSION_CACHE_ROOT=${NO_SUCH_NAME}/cache\n",
    right="SGLANG_DIFFUSION_CACHE_ROOT=${NO_SUCH_NAME:-/data}/cache\n",
)
TOO_LONG = Rule(
    slug="too-long",
    severity="error",
    summary="A line or value that no program can be started with",
    why=(
        "Linux takes at most 128 KiB for one NAME=value; with more, starting the server fails with "
        "'Argument list too long'. A line of over 1 MiB is not read at all."
    ),
    fix="Put the text in a file and its path in the variable.",
    wrong="SGLANG_DIFFUSION_CACHE_ROOT=/" + "x" * 131072 + "\n",
    right="SGLANG_DIFFUSION_CACHE_ROOT=/data\n",
)
BLANK_RUN = Rule(
    slug="blank-run",
    severity="error",
    summary="A line with hundreds of blanks in a row, which was not read",
    why="It is no environment's text, and python-dotenv can take minutes over one such line.",
    fix="Remove the blanks.",
    wrong="SGLANG_DIFFUSION_CACHE_ROOT=/data" + " " * 300 + "# x\n",
    right="SGLANG_DIFFUSION_CACHE_ROOT=/data\n",
)
BROKEN_SECRET = Rule(
    slug="broken-secret",
    severity="error",
    summary="A private key without quotes around its lines",
    why=(
        "Only its first line becomes the value; every further line is read as a name of its own, and "
        "tools that list names then show parts of the key. envctl leaves the whole block out."
    ),
    fix="Put the key in double quotes, or in a file with its path in the variable.",
    wrong="DEPLOY_KEY=-----BEGIN PRIVATE KEY-----\nTUlJRXZ3\n-----END PRIVATE KEY-----\n",
    right='DEPLOY_KEY="-----BEGIN PRIVATE KEY-----\nTUlJRXZ3\n-----END PRIVATE KEY-----"\n',
)
MERGE_MARKER = Rule(
    slug="merge-marker",
    severity="error",
    summary="A merge that nobody has resolved",
    why=(
        "Both sides of the conflict stand in the file. Readers drop the lines between or refuse the "
        "file, and of two assignments the later one wins, whichever side it is on."
    ),
    fix="Keep one side and remove the lines that begin with <<<<<<<, ======= and >>>>>>>.",
    wrong="<<<<<<< HEAD\nSGLANG_CACHE_DIT_ENABLED=true\n=======\n>>>>>>> other\n",
    right="SGLANG_CACHE_DIT_ENABLED=true\n",
)
UNKNOWN_SUPPRESSION = Rule(
    slug="unknown-suppression",
    severity="warning",
    summary="A comment that silences a rule that does not exist",
    why="A misspelt rule in `# envctl: ignore[...]` silences nothing, and nobody notices.",
    fix="Use a rule's exact name; envctl explain lists them.",
    wrong="# envctl: ignore[no-such-rule]\nSGLANG_CACHE_DIT_ENABLED=true\n",
    right="# fine as it is\nSGLANG_CACHE_DIT_ENABLED=true\n",
)
UNREADABLE = Rule(
    slug="unreadable",
    severity="error",
    summary="A source that could not be read",
    why="There is nothing to judge. The other sources are judged all the same; the exit code is 3.",
    fix="Check the path and its permissions.",
    wrong="",
    right="",
)

RULES = (
    UNREADABLE,
    UNPARSED_LINE,
    NO_VALUE,
    DUPLICATE_NAME,
    BYTE_ORDER_MARK,
    CARRIAGE_RETURNS,
    NUL_CHARACTER,
    NOT_UTF8,
    INVISIBLE_CHARACTER,
    QUOTES_KEPT,
    SURROUNDING_BLANKS,
    INLINE_COMMENT,
    UNDEFINED_REFERENCE,
    TOO_LONG,
    BLANK_RUN,
    BROKEN_SECRET,
    MERGE_MARKER,
    UNKNOWN_SUPPRESSION,
)
_BY_KIND = {rule.slug: rule for rule in RULES}
_QUOTES = {'"': '"', "'": "'", "\u201c": "\u201d", "\u2018": "\u2019"}


def check(subject: Subject) -> Iterator[Finding]:
    """Findings about the text of every layer."""
    for layer in subject.settings.environment.layers:
        for note in layer.notes:
            if note.kind in _BY_KIND and not note.reader:
                yield _of_note(note, secret=note.name in subject.redactor.names)
        for place, slugs in layer.ignores.items():
            yield from _unknown_suppressions(Origin(layer.label, *place), slugs)
        for assignment in layer.assignments:
            raw = assignment.raw
            if raw and (raw[0] in _QUOTES or raw.strip() != raw):
                yield from _edges(assignment, subject, explicit=layer.explicit)


# What a note says, with {detail} for what the source saw.
_MESSAGES = {
    "unparsed-line": ("this line is no assignment: the reader drops it", "write NAME=value"),
    "no-value": ("there is no = and no value: the name stays unset", "write NAME=value"),
    "byte-order-mark": (
        "the file starts with a byte order mark, which some readers take into the first name",
        "save it without one",
    ),
    "carriage-returns": (
        "lines end in CRLF ({detail} of them): a shell that sources the file keeps the CR in the values",
        "convert the file to LF line ends",
    ),
    "nul-character": ("the file holds a NUL character, which no environment can", "remove it"),
    "not-utf8": ("the file is not UTF-8 ({detail}): readers refuse all of it", "save it as UTF-8"),
    "invisible-character": ("an invisible character stands here: {detail}", "delete it"),
    "inline-comment": (
        "Docker, systemd and kubectl take the comment behind the value as part of it",
        "put it on a line of its own",
    ),
    "undefined-reference": (
        "${{{detail}}} is not defined, so it becomes the empty text",
        "define it above, or write ${{{detail}:-default}}",
    ),
    "too-long": (
        "this is {detail} bytes long; no program can be started with more than 131,072",
        "put the text in a file and its path here",
    ),
    "blank-run": ("hundreds of blanks in a row: the line was not read", "remove the blanks"),
    "broken-secret": (
        "a private key without quotes: only its first line would be the value",
        "put it in double quotes, or in a file",
    ),
    "merge-marker": ("an unresolved merge stands here", "keep one side"),
}


def unreadable(source: str, reason: str) -> Finding:
    """The finding for a source that could not be read."""
    return UNREADABLE.at(Origin(source or "process"), "", reason)


def _of_note(note: Note, *, secret: bool) -> Finding:
    rule = _BY_KIND[note.kind]
    if secret and note.kind == "undefined-reference":
        # What looks like a reference may be a piece of the password.
        message = "a ${...} in it is not defined, so it becomes the empty text"
        return rule.at(note.origin, note.name, message)
    if note.kind == "duplicate-name":
        same, _, line = note.detail.partition(":")
        if same == "same":
            return rule.at(
                note.origin, note.name, f"is set to the same value on line {line}", severity="info"
            )
        message = f"also set on line {line}, to another value: this one wins"
        return rule.at(note.origin, note.name, message, "keep one of the two")
    message, help_ = (text.format(detail=visible(note.detail)) for text in _MESSAGES[note.kind])
    return rule.at(note.origin, note.name, message, help_)


def _unknown_suppressions(origin: Origin, slugs: frozenset[str]) -> Iterator[Finding]:
    from sglang_envctl.rules import rules

    for slug in sorted(slugs - rules().keys()):
        shown = visible(slug)[:40]
        message = f"no rule is called {shown}, so this comment silences nothing"
        yield UNKNOWN_SUPPRESSION.at(origin, "", message, "envctl explain --rules lists them")


def _edges(assignment: Assignment, subject: Subject, *, explicit: bool) -> Iterator[Finding]:
    """Quotes and blanks at the ends of a value."""
    name, raw = assignment.name, assignment.raw
    setting = subject.settings.get(name)
    if setting is None and not explicit:
        return
    severity: Severity | None = None if setting else "info"
    if len(raw) > 1 and _QUOTES.get(raw[0]) == raw[-1]:
        message = "the value begins and ends with quotes, which the program gets too"
        help_ = "write it with one pair of quotes fewer"
        yield QUOTES_KEPT.at(assignment.origin, name, message, help_, severity=severity)
    elif setting and isinstance(setting.value, str) and setting.value != setting.value.strip():
        message = "the value begins or ends with a blank, which its reader keeps"
        yield SURROUNDING_BLANKS.at(assignment.origin, name, message, "remove the blank")
