"""Report mistakes in shell scripts, and lines whose effect is known only when the script runs."""

from __future__ import annotations

from sglang_envctl.environment import Note
from sglang_envctl.rules.rule import Rule, Subject


def _if_known(note: Note, subject: Subject) -> Note | None:
    return note if subject.settings.get(note.name) else None


NOT_EXPORTED = Rule(
    slug="not-exported",
    severity="warning",
    summary="A variable that a script sets but does not pass to the servers it starts",
    why=(
        "A program receives only the variables that the shell exports, and a container only "
        "those that -e and --env-file pass to it. A variable that is only set, or only exported "
        "before docker run, silently has no effect."
    ),
    fix="Export the variable; for a container, pass it with -e NAME.",
    wrong="SGLANG_CACHE_DIT_ENABLED=true\npython -m sglang.launch_server\n",
    right="export SGLANG_CACHE_DIT_ENABLED=true\npython -m sglang.launch_server\n",
    kind="shell",
    message="set in the shell, but not passed to any server that the script starts",
    help="export it, or pass it with -e",
    decide=_if_known,
)
NOT_FOLLOWED = Rule(
    slug="not-followed",
    severity="info",
    summary="A line of a script whose effect on the environment is known only when it runs",
    why=(
        "envctl never runs a script. The output of a command, a file that is not next to the "
        "script, or a command that is assembled at run time may set any variable; envctl checks "
        "the rest of the script without it."
    ),
    fix="You need not do anything. To have the values checked, write them into the script.",
    wrong='eval "$(./settings)"\npython -m sglang.launch_server\n',
    right="python -m sglang.launch_server\n",
    kind="shell",
    message="cannot be followed: {reason}",
)
UNREAD_LINE = Rule(
    slug="unread-line",
    severity="info",
    summary="A line of a script that could not be parsed",
    why=(
        "The line contains a syntax error or syntax that the parser does not support. The "
        "variables that it sets are not checked."
    ),
    fix="Run bash -n on the script to see its syntax errors.",
    wrong="if true; then\n",
    right="if true; then\n  :\nfi\n",
    kind="shell",
    message="cannot be parsed: {reason}",
)

BASH_QUOTES = Rule(
    slug="bash-quotes",
    severity="warning",
    summary="$'...' in a file that may be read by a shell without this syntax",
    why=(
        "bash resolves escapes in $'...'. dash, which is sh on Debian and Ubuntu, keeps the $ and "
        "the backslashes in the value."
    ),
    fix="Use ordinary quotes; they may contain a literal newline.",
    wrong="#!/bin/sh\nexport NCCL_IB_HCA=$'mlx5_0'\npython -m sglang.launch_server\n",
    right="#!/bin/sh\nexport NCCL_IB_HCA='mlx5_0'\npython -m sglang.launch_server\n",
    kind="shell",
    message="not every shell resolves $'...': dash, often installed as sh, keeps the $ in the value",
    help="use ordinary quotes",
)

RULES = (BASH_QUOTES, NOT_EXPORTED, NOT_FOLLOWED, UNREAD_LINE)
