"""What systemd drops of a unit without stopping: it logs a line, and the service starts."""

from __future__ import annotations

from collections.abc import Iterator

from sglang_envctl.rules import notes
from sglang_envctl.rules.rule import Finding, Rule, Subject

OUTSIDE_SERVICE_SECTION = Rule(
    slug="outside-service-section",
    severity="error",
    summary="A line about the environment outside [Service]",
    why=(
        "systemd knows Environment= and its like in [Service] alone. In [Unit], or in a drop-in without "
        "any header, it logs one line and starts the service without the setting."
    ),
    fix="Put [Service] on a line of its own above it.",
    wrong="Environment=SGLANG_CACHE_DIT_ENABLED=true\n",
    right="[Service]\nEnvironment=SGLANG_CACHE_DIT_ENABLED=true\n",
    kind="systemd",
)
SECTION_HEADER = Rule(
    slug="section-header",
    severity="error",
    summary="The header of a section is not closed",
    why="systemd refuses the file from there on, and the unit does not load.",
    fix="Close it with ], and put nothing behind it.",
    wrong="[Service\nEnvironment=SGLANG_CACHE_DIT_ENABLED=true\n",
    right="[Service]\nEnvironment=SGLANG_CACHE_DIT_ENABLED=true\n",
    kind="systemd",
)
DROPPED_WORD = Rule(
    slug="dropped-word",
    severity="error",
    summary="A word of Environment= that is no assignment",
    why=(
        "systemd splits the line at its blanks and drops every word that is no NAME=value: the rest of "
        "a value with blanks, a comment, the word export. A name holds letters, digits and _ only."
    ),
    fix='Quote the whole assignment: Environment="NAME=some words".',
    wrong="[Service]\nEnvironment=SGLANG_DIFFUSION_CACHE_ROOT=/my models\n",
    right='[Service]\nEnvironment="SGLANG_DIFFUSION_CACHE_ROOT=/my models"\n',
    kind="systemd",
)
UNIT_SYNTAX = Rule(
    slug="unit-syntax",
    severity="error",
    summary="Quotes or an escape that systemd cannot read",
    why=(
        "A quote that is not closed, or a backslash in front of a letter that means nothing: systemd "
        "drops this word and everything behind it on the line."
    ),
    fix=r"Close the quote; write a backslash as \\.",
    wrong='[Service]\nEnvironment="SGLANG_CACHE_DIT_ENABLED=true\n',
    right='[Service]\nEnvironment="SGLANG_CACHE_DIT_ENABLED=true"\n',
    kind="systemd",
)
UNKNOWN_SPECIFIER = Rule(
    slug="unknown-specifier",
    severity="error",
    summary="A % in front of a letter that systemd does not know",
    why="systemd takes % for the start of a specifier, finds none, and drops the whole assignment.",
    fix="Write %% for a percent sign.",
    wrong='[Service]\nEnvironment="APP_DATE=%k"\n',
    right='[Service]\nEnvironment="APP_DATE=%%k"\n',
    kind="systemd",
)
RELATIVE_ENVIRONMENT_FILE = Rule(
    slug="relative-environment-file",
    severity="error",
    summary="EnvironmentFile= with a path that is not absolute",
    why="systemd drops the line, and nothing of the file gets to the service.",
    fix="Write the whole path, from / on; systemd expands neither ~ nor $HOME.",
    wrong="[Service]\nEnvironmentFile=-~/sglang.env\n",
    right="[Service]\nEnvironmentFile=-/no/such/directory/sglang.env\n",
    kind="systemd",
)
ENVIRONMENT_FILE_UNREAD = Rule(
    slug="environment-file-unread",
    severity="info",
    summary="A file of EnvironmentFile= that could not be read here",
    why=(
        "What it sets is not judged. On the machine where the service runs a missing file keeps it from "
        "starting, unless the path begins with -."
    ),
    fix="Check the unit where its files are, or name the file itself: envctl check FILE.",
    wrong="[Service]\nEnvironmentFile=/no/such/directory/sglang.env\n",
    right="[Service]\nEnvironmentFile=-/no/such/directory/sglang.env\n",
    kind="systemd",
)

RULES = (
    OUTSIDE_SERVICE_SECTION,
    SECTION_HEADER,
    DROPPED_WORD,
    UNIT_SYNTAX,
    UNKNOWN_SPECIFIER,
    RELATIVE_ENVIRONMENT_FILE,
    ENVIRONMENT_FILE_UNREAD,
)

_MESSAGES = {
    "outside-service-section": (
        "this line stands {detail}, where systemd takes no environment from: it is dropped",
        "put [Service] above it",
    ),
    "section-header": (
        "this header is not closed, so systemd refuses the file from here on",
        "end the line with ]",
    ),
    "dropped-word": (
        "a word on this line is no assignment that systemd takes: it is dropped",
        'quote the whole assignment, as in "NAME=some words"',
    ),
    "unit-syntax": (
        "a quote is not closed or an escape is none: systemd drops the rest of the line",
        r"close the quote, write a backslash as \\",
    ),
    "unknown-specifier": (
        "{detail} is no specifier, so systemd drops the assignment",
        "write %% for a percent sign",
    ),
    "relative-environment-file": (
        "this path is not absolute, so systemd drops the line",
        "write it from / on",
    ),
    "environment-file-unread": ("what this file sets is not judged: {detail}", ""),
}


def check(subject: Subject) -> Iterator[Finding]:
    """Findings about the text of units."""
    yield from notes.findings(subject, RULES, _MESSAGES)
