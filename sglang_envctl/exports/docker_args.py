"""`-e NAME=value` options for a `docker run` in a shell script.

Unlike an env-file, docker's arguments are visible to everyone who may list processes.
"""

from __future__ import annotations

import re

from sglang_envctl.exports.payload import Snapshot, not_text
from sglang_envctl.exports.shell import failing, quoted

_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")


def refusal(name: str, raw: str) -> str:
    """Return why the format cannot represent this assignment; empty if it can."""
    if why := not_text(name, "name") or not_text(raw):
        return why
    if not name or "=" in name:
        return "not a valid environment variable name"
    return ""


def render(snapshot: Snapshot) -> str:
    """Return one option per line, joined into one command."""
    return " \\\n".join(f"-e {_word(a.name, a.raw)}" for a in snapshot.assignments) + "\n"


def failure(message: str, code: int) -> str:
    """Return an option that docker rejects, with a value that no shell expands."""
    del code
    return f"--envctl-nothing-written {failing(message)}"


def _word(name: str, raw: str) -> str:
    if _PLAIN_NAME.fullmatch(name):
        return f"{name}={quoted(raw) if raw else ''}"
    return quoted(f"{name}={raw}")
