"""Report problems in the text of a source that do not depend on the meaning of its variables."""

from __future__ import annotations

from sglang_envctl.environment import Note
from sglang_envctl.rules.rule import Remedy, Rule, Subject, Variant

_WIDE = "[^\\S \\t\\n\\r\u2028\u2029]"
"""A space other than the ordinary one."""
_WITHOUT_WIDTH = "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]"


def hide_reference(note: Note, subject: Subject) -> Note:
    """Leave out a reference in a secret, because the reference may be a part of the password."""
    if note.facts["reference"] and note.name not in subject.redactor.names:
        return note
    return note._replace(variant="hidden")


def _kept_comment(note: Note, subject: Subject) -> Note:
    """Mark a # in the value of an unknown variable as possibly intended."""
    if note.variant and not subject.settings.get(note.name):
        return note._replace(variant=f"maybe {note.variant}")
    return note


UNPARSED_LINE = Rule(
    slug="unparsed-line",
    severity="error",
    summary="A line that is neither an assignment nor a comment",
    why=(
        "python-dotenv logs one line and continues without the setting, so the server starts with "
        "a default that nobody chose. The usual causes are an unclosed quote, characters after a "
        "closing quote, and YAML's NAME: value."
    ),
    fix="Write NAME=value; quote a value that contains spaces or #, and close the quote.",
    wrong="SGLANG_CACHE_DIT_ENABLED='true\n",
    right="SGLANG_CACHE_DIT_ENABLED='true'\n",
    message="this line is not an assignment: it is ignored",
    help="write NAME=value",
)
NO_VALUE = Rule(
    slug="no-value",
    severity="warning",
    summary="A name without = and without a value",
    why=(
        "python-dotenv ignores such a line. Docker and kubectl take the value from the shell that "
        "started them; if it is not set there, Docker leaves the variable unset, and kubectl sets "
        "it to an empty string."
    ),
    fix="Write NAME=value, or NAME= for an empty string, or remove the line.",
    wrong="SGLANG_CACHE_DIT_ENABLED\n",
    right="SGLANG_CACHE_DIT_ENABLED=true\n",
    message="there is no = and no value: the variable stays unset",
    help="write NAME=value",
    variants={
        "inherited": Variant(
            "{who} passes on the value from its own environment, where the variable is not set",
            "write NAME=value",
            "info",
        ),
        "inherited-or-empty": Variant(
            "{who} passes on the value from its own environment, or else an empty string",
            "write NAME=value",
            "info",
        ),
        "process": Variant(
            "entries without a name and =, which no program sees as variables: {count}", "", "info"
        ),
    },
)
DUPLICATE_NAME = Rule(
    slug="duplicate-name",
    severity="warning",
    summary="A name that is assigned twice in one file",
    why=(
        "The last assignment wins and the first has no effect, but the next person may edit the "
        "first. kubectl rejects such a file. If both values are the same, the severity is only "
        "info."
    ),
    fix="Keep one of the two assignments.",
    wrong="SGLANG_KERNEL_API_LOGLEVEL=1\nSGLANG_KERNEL_API_LOGLEVEL=3\n",
    right="SGLANG_KERNEL_API_LOGLEVEL=3\n",
    message="also set on line {line}, to another value: this assignment wins",
    help="keep one of the two assignments",
    variants={"same": Variant("already set to the same value on line {line}", "", "info")},
)
_WITHOUT_MARK = Remedy(patterns=(("\\A\ufeff", ""),), whole_file=True)
_LINE_FEEDS = Remedy(patterns=(("\r+(?=\n)", ""),), whole_file=True)

BYTE_ORDER_MARK = Rule(
    slug="byte-order-mark",
    severity="warning",
    summary="The file starts with a byte order mark",
    why=(
        "Windows editors write a byte order mark. python-dotenv strips it since 1.2.3; older "
        "versions, Node, systemd and shells read it as part of the first name, so that variable "
        "stays unset."
    ),
    fix="Save the file as UTF-8 without a byte order mark.",
    wrong="\ufeffSGLANG_CACHE_DIT_ENABLED=true\n",
    right="SGLANG_CACHE_DIT_ENABLED=true\n",
    message="the file starts with a byte order mark, which some programs add to the first name",
    help="save the file without a byte order mark",
    remedy=_WITHOUT_MARK,
    variants={
        "kept": Variant(
            "{who} reads the byte order mark as part of the first name, so that variable stays unset",
            "save the file without a byte order mark",
            "error",
            _WITHOUT_MARK,
        )
    },
)
CARRIAGE_RETURNS = Rule(
    slug="carriage-returns",
    severity="warning",
    summary="Lines end in CRLF, as on Windows",
    why=(
        "python-dotenv and Docker strip the carriage return; a shell that sources the file keeps "
        "it at the end of every value, which changes paths and names and makes many booleans "
        "invalid."
    ),
    fix=(
        "Convert the file to LF line endings, for example with dos2unix or with "
        "core.autocrlf=input in git."
    ),
    wrong="SGLANG_DIFFUSION_CACHE_ROOT=/data/cache\r\n",
    right="SGLANG_DIFFUSION_CACHE_ROOT=/data/cache\n",
    message="CRLF line endings: {count}; a shell that sources the file keeps the CR in the values",
    help="convert the file to LF line endings",
    remedy=_LINE_FEEDS,
    variants={
        "kept": Variant(
            "CRLF line endings: {count}; {who} keeps the CR at the end of the values",
            "convert the file to LF line endings",
            "error",
            _LINE_FEEDS,
        )
    },
)
NUL_CHARACTER = Rule(
    slug="nul-character",
    severity="error",
    summary="The file contains a NUL character",
    why=(
        "No environment can contain a NUL character: python-dotenv raises ValueError when it sets "
        "the variable, systemd refuses the file, Node and zsh cut the value at that character, and "
        "bash and dash leave it out."
    ),
    fix=(
        "Remove the character. If the file has many, it is either UTF-16, which you should "
        "convert to UTF-8, or not a text file."
    ),
    wrong="SGLANG_DIFFUSION_CACHE_ROOT=/da\0ta\n",
    right="SGLANG_DIFFUSION_CACHE_ROOT=/data\n",
    message="the file contains a NUL character, which no environment can contain",
    help="remove it",
)
NOT_UTF8 = Rule(
    slug="not-utf8",
    severity="error",
    summary="The file is not UTF-8",
    why=(
        "python-dotenv, Docker and kubectl refuse the whole file, so nothing in it is set. The "
        "usual cause is an editor that saves in another encoding."
    ),
    fix=(
        "Convert the file to UTF-8: iconv -f LATIN1 -t UTF-8, with the file's actual encoding for "
        "LATIN1."
    ),
    wrong="SGLANG_DIFFUSION_CACHE_ROOT=/caf\udce9\n",
    right="SGLANG_DIFFUSION_CACHE_ROOT=/caf\u00e9\n",
    message="the file is not UTF-8 ({found}): programs refuse the whole file",
    help="save the file as UTF-8",
    variants={
        "replaced": Variant(
            "not UTF-8: {who} replaces each invalid byte with U+FFFD", "save the file as UTF-8"
        )
    },
)
INVISIBLE_CHARACTER = Rule(
    slug="invisible-character",
    severity="warning",
    summary="An invisible or non-breaking character in a name or value",
    why=(
        "Text pasted from a web page or a chat contains non-breaking spaces and zero-width "
        "characters. They are invisible, but make a name unknown or a boolean invalid."
    ),
    fix="Delete the character, or replace it by an ordinary space if one is intended.",
    wrong="SGLANG_DIFFUSION_CACHE_ROOT=/da\u200bta\n",
    right="SGLANG_DIFFUSION_CACHE_ROOT=/data\n",
    message="there is an invisible character here: {character}",
    help="delete the character",
    remedy=Remedy(patterns=((_WIDE, " "), (_WITHOUT_WIDTH, ""))),
)
SPACED_ASSIGNMENT = Rule(
    slug="spaced-assignment",
    severity="info",
    summary="Whitespace around the = of an assignment",
    why=(
        "python-dotenv, systemd, Compose and Node strip the whitespace around the equals sign; "
        "docker run --env-file and kubectl reject the file or keep the whitespace in the value, "
        "and a shell reads the line as a command."
    ),
    fix="Write NAME=value, without whitespace around =.",
    wrong="SGLANG_CACHE_DIT_ENABLED = true\n",
    right="SGLANG_CACHE_DIT_ENABLED=true\n",
    message="whitespace around the =: shells, Docker and kubectl read the line differently or reject it",
    help="write NAME=value",
)
INLINE_COMMENT = Rule(
    slug="inline-comment",
    severity="info",
    summary="A comment after a value",
    why=(
        "python-dotenv, Compose and shells strip the comment; docker run --env-file, systemd and "
        "kubectl make it part of the value, and so does python-dotenv before 1.2.4 if nothing else "
        "is after the =."
    ),
    fix="Put the comment on a line of its own.",
    wrong="SGLANG_CACHE_DIT_ENABLED=true # faster\n",
    right="# faster\nSGLANG_CACHE_DIT_ENABLED=true\n",
    message="Docker, systemd and kubectl read the comment after the value as part of it",
    help="put the comment on a line of its own",
    variants={
        "kept": Variant(
            "{who} reads the comment after the value as part of it",
            "put the comment on a line of its own",
            "error",
        ),
        "maybe kept": Variant(
            "{who} reads the comment after the value as part of it",
            "put the comment on a line of its own",
        ),
        "value": Variant(
            (
                "python-dotenv reads the rest of the line as the value, because nothing is before "
                "the #"
            ),
            "put the comment on a line of its own",
            "error",
        ),
        "maybe value": Variant(
            (
                "python-dotenv reads the rest of the line as the value, because nothing is before "
                "the #"
            ),
            "put the comment on a line of its own",
        ),
    },
    decide=_kept_comment,
)
UNDEFINED_REFERENCE = Rule(
    slug="undefined-reference",
    severity="warning",
    summary="${NAME} where the name is not defined",
    why=(
        "The reference becomes an empty string. A name is defined if it is set earlier in the "
        "file, in an earlier -e layer, or in the environment of envctl."
    ),
    fix="Define the name earlier, or give a default: ${NAME:-value}.",
    wrong="SGLANG_DIFFUSION_CACHE_ROOT=${NO_SUCH_NAME}/cache\n",
    right="SGLANG_DIFFUSION_CACHE_ROOT=${NO_SUCH_NAME:-/data}/cache\n",
    message="${{{reference}}} is not defined, so it becomes an empty string",
    help="define it earlier, or write ${{{reference}:-default}}",
    variants={
        "hidden": Variant("contains a ${{...}} that is not defined and becomes an empty string")
    },
    decide=hide_reference,
)
TOO_LONG = Rule(
    slug="too-long",
    severity="error",
    summary="A line or value that is too long to start a program",
    why=(
        "Linux with memory pages of 4 KiB, as on x86, accepts at most 128 KiB for one NAME=value; "
        "if it is longer, starting the server fails with 'Argument list too long'. envctl does not "
        "read a line of over 1 MiB."
    ),
    fix="Put the value in a file, and set the variable to the file's path.",
    wrong="SGLANG_DIFFUSION_CACHE_ROOT=/" + "x" * 131072 + "\n",
    right="SGLANG_DIFFUSION_CACHE_ROOT=/data\n",
    message="{size:,} bytes long; with pages of 4 KiB, no program can start with more than 131,072",
    help="put the value in a file, and set the variable to its path",
)
BLANK_RUN = Rule(
    slug="blank-run",
    severity="error",
    summary="A line that envctl does not read because it has hundreds of consecutive spaces",
    why=(
        "The time that python-dotenv needs for such a line grows with the square of the number of "
        "spaces, up to minutes for hundreds of thousands. No real file contains such a line."
    ),
    fix="Remove the spaces.",
    wrong="SGLANG_DIFFUSION_CACHE_ROOT=/data" + " " * 300 + "# x\n",
    right="SGLANG_DIFFUSION_CACHE_ROOT=/data\n",
    message="hundreds of spaces in a row: the line was not read",
    help="remove the spaces",
)
BROKEN_SECRET = Rule(
    slug="broken-secret",
    severity="error",
    summary="A private key without quotes around its lines",
    why=(
        "Only the first line of the key becomes the value; each following line is read as a "
        "separate name, and tools that list names then show parts of the key. envctl leaves out "
        "the whole block."
    ),
    fix=(
        "Put the key in double quotes, or put it in a file and set the variable to the file's path."
    ),
    wrong="DEPLOY_KEY=-----BEGIN PRIVATE KEY-----\nTUlJRXZ3\n-----END PRIVATE KEY-----\n",
    right='DEPLOY_KEY="-----BEGIN PRIVATE KEY-----\nTUlJRXZ3\n-----END PRIVATE KEY-----"\n',
    message="a private key without quotes: only its first line would be the value",
    help="put the key in double quotes, or in a file",
)
MERGE_MARKER = Rule(
    slug="merge-marker",
    severity="error",
    summary="An unresolved merge conflict",
    why=(
        "The file contains both sides of a merge conflict. Some programs reject it. Others "
        "ignore the marker lines, so that the later of two assignments wins, whichever side it "
        "comes from."
    ),
    fix="Keep one side and remove the lines that begin with <<<<<<<, ======= and >>>>>>>.",
    wrong="<<<<<<< HEAD\nSGLANG_CACHE_DIT_ENABLED=true\n=======\n>>>>>>> other\n",
    right="SGLANG_CACHE_DIT_ENABLED=true\n",
    message="there is an unresolved merge conflict here",
    help="keep one side and remove the marker lines",
)
UNREADABLE = Rule(
    slug="unreadable",
    severity="error",
    summary="A source that could not be read",
    why=(
        "The source could not be checked, or it contains no environment in a format that envctl "
        "supports. envctl still checks the other sources, and exits with code 3."
    ),
    fix="Check the path and its permissions, or give the format as KIND:PATH.",
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
    SPACED_ASSIGNMENT,
    INLINE_COMMENT,
    UNDEFINED_REFERENCE,
    TOO_LONG,
    BLANK_RUN,
    BROKEN_SECRET,
    MERGE_MARKER,
)
