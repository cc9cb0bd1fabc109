"""A file for `docker run --env-file`: the value of a line is all that stands behind the =."""

from __future__ import annotations

import re

from sglang_envctl.exports.payload import Snapshot, not_text

_NAME = re.compile(r"[^\s#=\ufeff][^\s=]*")
_LONGEST_LINE = 65_535
"""Bytes that docker reads of a line; with more it refuses the file."""


def refusal(name: str, raw: str) -> str:
    """Why this cannot be carried, or ""."""
    if why := not_text(name, "name") or not_text(raw):
        return why
    if not _NAME.fullmatch(name):
        return "docker takes a name like this for a comment, for two words or for none"
    if "\n" in raw:
        return "docker reads one line for a value, and this one has several"
    if raw.endswith("\r"):
        return "docker drops a carriage return at the end of a line"
    if len(f"{name}={raw}".encode()) > _LONGEST_LINE:
        return f"docker reads lines of up to {_LONGEST_LINE:,} bytes"
    return ""


def render(snapshot: Snapshot) -> str:
    """One line for each assignment, without any quotes."""
    return "".join(f"{a.name}={a.raw}\n" for a in snapshot.assignments)
