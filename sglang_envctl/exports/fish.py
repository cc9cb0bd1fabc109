"""`set -gx NAME value` lines for fish, to be sourced."""

from __future__ import annotations

import re

from sglang_envctl.exports.payload import Snapshot

_NAME = re.compile(r"[A-Za-z0-9_]+")
_PLAIN = re.compile(r"[A-Za-z0-9_./:@+,-]+")
# Names that fish computes or keeps from being exported.
_OWNED = """
    FISH_VERSION PWD SHLVL _ fish_kill_signal fish_killring fish_pid history hostname pipestatus
    status status_generation umask version
"""
# Here fish exports an empty folder, which stands for the present one, as a dot.
_FOLDERS = frozenset(["PATH", "CDPATH"])


def refusal(name: str, raw: str) -> str:
    """Why this cannot be carried, or ""."""
    if not _NAME.fullmatch(name):
        return "no fish variable can have this name"
    if name in _OWNED.split():
        return "fish keeps something of its own under this name"
    if name in _FOLDERS and "" in raw.split(":"):
        return "fish writes . for an empty folder in the list"
    return "the value has a NUL character" if "\0" in raw else ""


def render(snapshot: Snapshot) -> str:
    """One `set` for each assignment."""
    return "".join(f"set -gx {a.name} {quoted(a.raw)}\n" for a in snapshot.assignments)


def quoted(raw: str) -> str:
    """The text as one word, which fish reads without looking into it."""
    if _PLAIN.fullmatch(raw):
        return raw
    escaped = raw.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
