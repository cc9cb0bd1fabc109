"""`export NAME=value` lines for a POSIX shell, to be sourced or evaluated."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable

from sglang_envctl.environment import Assignment

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_READ_ONLY = frozenset({"BASHOPTS", "BASH_VERSINFO", "EUID", "PPID", "SHELLOPTS", "UID"})


def refusal(name: str, raw: str) -> str:
    """Why this cannot be carried, or ""."""
    if not _NAME.fullmatch(name) or not name.isascii():
        return "no shell variable can have this name"
    if name in _READ_ONLY:
        return "the shell does not let this variable be set"
    return "the value has a NUL character" if "\0" in raw else ""


def render(assignments: Iterable[Assignment], release: str) -> str:
    """One `export` for each assignment."""
    del release
    return "".join(f"export {a.name}={shlex.quote(a.raw)}\n" for a in assignments)
