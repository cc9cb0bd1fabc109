"""`-e NAME=value` words for a `docker run` in a script, as a shell reads them.

Whoever may list processes sees the arguments of docker while it runs; an env-file is not seen.
"""

from __future__ import annotations

import re

from sglang_envctl.exports.payload import Snapshot, not_text
from sglang_envctl.exports.shell import quoted

_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_LONGEST = 131_071
"""Bytes of an argument, and of an environment entry, that Linux takes."""


def refusal(name: str, raw: str) -> str:
    """Why this cannot be carried, or ""."""
    if why := not_text(name, "name") or not_text(raw):
        return why
    if not name or "=" in name:
        return "no environment can have this name"
    if len(f"{name}={raw}".encode()) > _LONGEST:
        return f"Linux takes arguments of up to {_LONGEST:,} bytes"
    return ""


def render(snapshot: Snapshot) -> str:
    """One option a line, all of them one command to the shell."""
    return " \\\n".join(f"-e {_word(a.name, a.raw)}" for a in snapshot.assignments) + "\n"


def _word(name: str, raw: str) -> str:
    if _PLAIN_NAME.fullmatch(name):
        return f"{name}={quoted(raw) if raw else ''}"
    return quoted(f"{name}={raw}")
