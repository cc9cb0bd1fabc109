"""`set -gx NAME value` lines for fish, to be sourced."""

from __future__ import annotations

import re

from sglang_envctl.exports.payload import Snapshot, not_bytes
from sglang_envctl.text.escape import visible

_NAME = re.compile(r"[A-Za-z0-9_]+")
_PLAIN = re.compile(r"[A-Za-z0-9_./:@+,-]+")
# Names that fish computes or does not export.
_RESERVED = """
    FISH_VERSION PWD SHLVL _ fish_kill_signal fish_killring fish_pid history hostname pipestatus
    status status_generation umask version
"""
# In these variables, fish exports an empty entry, which means the current directory, as a dot.
_PATHS = frozenset(["PATH", "CDPATH"])


def refusal(name: str, raw: str) -> str:
    """Return why the format cannot represent this assignment; empty if it can."""
    if not _NAME.fullmatch(name):
        return "not a valid fish variable name"
    if name in _RESERVED.split():
        return "fish reserves this name"
    if name in _PATHS and "" in raw.split(":"):
        return "fish would export an empty directory in the list as ."
    return not_bytes(raw)


def render(snapshot: Snapshot) -> str:
    """Return one `set` per assignment."""
    return "".join(f"set -gx {a.name} {quoted(a.raw)}\n" for a in snapshot.assignments)


def failure(message: str, code: int) -> str:
    """Return a line that prints the message and fails."""
    del code
    return f"echo {quoted(visible(message))} >&2; false"


def quoted(raw: str) -> str:
    """Return the value as one word that fish reads literally."""
    if _PLAIN.fullmatch(raw):
        return raw
    escaped = raw.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
