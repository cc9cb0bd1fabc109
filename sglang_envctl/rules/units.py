"""Report lines that systemd ignores in a unit: systemd logs a message, but the service starts."""

from __future__ import annotations

from sglang_envctl.environment import Note
from sglang_envctl.rules.rule import Rule, Subject, Variant


def _meant_for_the_server(note: Note, subject: Subject) -> Note | None:
    """Drop a note about a variable for podman itself if the server is unlikely to be meant: an
    unknown name that is not SGLang's, or a proxy.
    """
    if note.variant != "podman":
        return note
    known = subject.settings.get(note.name) and not note.name.lower().endswith("_proxy")
    return note if known or note.name.startswith("SGL") else None


def _known_names(note: Note, subject: Subject) -> Note | None:
    """Keep only names that are read somewhere, because a value may contain other words before an
    equals sign.
    """
    names = str(note.facts["names"]).split()
    known = [n for n in names if n.startswith("SGL") or subject.settings.get(n)]
    if not known or note.name in subject.redactor.names:
        return None
    return note._replace(facts={"names": ", ".join(known)})


OUTSIDE_SERVICE_SECTION = Rule(
    slug="outside-service-section",
    severity="error",
    summary="A line about the environment outside [Service]",
    why=(
        "systemd reads Environment= and related settings in [Service] only. In [Unit], or in a "
        "drop-in without any section header, it logs one line and starts the service without the "
        "setting. In a Quadlet file of Podman, the environment of the container is in [Container]."
    ),
    fix=(
        "Put [Service] on a line of its own, and the setting below it; in a Quadlet file, use "
        "[Container]."
    ),
    wrong="Environment=SGLANG_CACHE_DIT_ENABLED=true\n",
    right="[Service]\nEnvironment=SGLANG_CACHE_DIT_ENABLED=true\n",
    kind="systemd",
    message="this line is {where}, where systemd reads no environment: it is ignored",
    help="put [Service] above it",
    variants={
        "quadlet": Variant(
            "this line is {where}, where Podman reads no environment: it is ignored",
            "put it in [Container]",
        ),
        "kube": Variant(
            "Podman refuses the file: [Kube] has no such key", "put it in the manifest"
        ),
        "podman": Variant(
            "in [Service] it is set for podman itself, and does not reach the container",
            "put it in [Container]",
            "warning",
        ),
    },
    decide=_meant_for_the_server,
)
SECTION_HEADER = Rule(
    slug="section-header",
    severity="error",
    summary="A section header that is not closed",
    why="systemd rejects the file from this line on, and the unit does not load.",
    fix="Close the header with ], and write nothing after it.",
    wrong="[Service\nEnvironment=SGLANG_CACHE_DIT_ENABLED=true\n",
    right="[Service]\nEnvironment=SGLANG_CACHE_DIT_ENABLED=true\n",
    kind="systemd",
    message="this section header is not closed, so systemd refuses the file from here on",
    help="end the line with ]",
)
DROPPED_WORD = Rule(
    slug="dropped-word",
    severity="error",
    summary="A word of Environment= that is not an assignment",
    why=(
        "systemd splits the line at whitespace and ignores every word that is not NAME=value: the "
        "rest of a value with spaces, a comment, the word export. A name contains only letters, "
        "digits and _."
    ),
    fix='Quote the whole assignment: Environment="NAME=some words".',
    wrong="[Service]\nEnvironment=SGLANG_DIFFUSION_CACHE_ROOT=/my models\n",
    right='[Service]\nEnvironment="SGLANG_DIFFUSION_CACHE_ROOT=/my models"\n',
    kind="systemd",
    message="a word on this line is not a valid assignment: systemd ignores it",
    help='quote the whole assignment, as in "NAME=some words"',
)
SEVERAL_IN_QUOTES = Rule(
    slug="several-in-quotes",
    severity="warning",
    summary="Several assignments within one pair of quotes",
    why=(
        "systemd and Podman read everything within one pair of quotes as one assignment: the "
        "first variable gets the rest as its value, and the other variables are not set."
    ),
    fix="Quote each assignment on its own, or write an Environment= line for each.",
    wrong='[Service]\nEnvironment="APP=1 SGLANG_CACHE_DIT_ENABLED=true"\n',
    right='[Service]\nEnvironment="APP=1" "SGLANG_CACHE_DIT_ENABLED=true"\n',
    kind="systemd",
    message="everything in the quotes becomes its value, so {names} is not set",
    help="quote each assignment on its own",
    decide=_known_names,
)
UNIT_SYNTAX = Rule(
    slug="unit-syntax",
    severity="error",
    summary="Quotes or an escape that systemd cannot parse",
    why=(
        "systemd ignores a word with an unclosed quote or an unknown escape sequence, and "
        "everything after it on the line."
    ),
    fix="Close the quote, and write a backslash as \\\\.",
    wrong='[Service]\nEnvironment="SGLANG_CACHE_DIT_ENABLED=true\n',
    right='[Service]\nEnvironment="SGLANG_CACHE_DIT_ENABLED=true"\n',
    kind="systemd",
    message="an unclosed quote or an invalid escape: systemd ignores the rest of the line",
    help=r"close the quote, and write a backslash as \\",
)
UNKNOWN_SPECIFIER = Rule(
    slug="unknown-specifier",
    severity="error",
    summary="A % before a letter or digit that systemd does not know",
    why=(
        "systemd reads % as the start of a specifier, and ignores the assignment if the specifier "
        "is unknown."
    ),
    fix="Write %% for a percent sign.",
    wrong='[Service]\nEnvironment="APP_DATE=%k"\n',
    right='[Service]\nEnvironment="APP_DATE=%%k"\n',
    kind="systemd",
    message="unknown specifier {specifier}: systemd ignores the assignment",
    help="write %% for a percent sign",
)
RELATIVE_ENVIRONMENT_FILE = Rule(
    slug="relative-environment-file",
    severity="error",
    summary="EnvironmentFile= with a path that is not absolute",
    why="systemd ignores the line, and the service gets none of the variables in the file.",
    fix="Write an absolute path; systemd expands neither ~ nor $HOME.",
    wrong="[Service]\nEnvironmentFile=-~/sglang.env\n",
    right="[Service]\nEnvironmentFile=-/no/such/directory/sglang.env\n",
    kind="systemd",
    message="this path is not absolute, so systemd ignores the line",
    help="write an absolute path",
)
ENVIRONMENT_FILE_UNREAD = Rule(
    slug="environment-file-unread",
    severity="info",
    summary="A file named by EnvironmentFile= that could not be read here",
    why=(
        "envctl does not check the variables in the file. On the machine where the service runs, a "
        "missing file keeps the service from starting, unless the path begins with -."
    ),
    fix=(
        "Check the unit where its files exist, check the file itself (envctl check FILE), or put "
        "- before an optional path."
    ),
    wrong="[Service]\nEnvironmentFile=/no/such/directory/sglang.env\n",
    right="[Service]\nEnvironmentFile=-/no/such/directory/sglang.env\n",
    kind="systemd",
    message="the variables in this file are not checked: {reason}",
)

RULES = (
    OUTSIDE_SERVICE_SECTION,
    SECTION_HEADER,
    DROPPED_WORD,
    SEVERAL_IN_QUOTES,
    UNIT_SYNTAX,
    UNKNOWN_SPECIFIER,
    RELATIVE_ENVIRONMENT_FILE,
    ENVIRONMENT_FILE_UNREAD,
)
