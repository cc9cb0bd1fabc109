"""A file for `docker run --env-file`: a value is everything after the = on its line."""

from __future__ import annotations

import re

from sglang_envctl.exports.payload import Snapshot, not_text

_NAME = re.compile(r"[^\s#=\ufeff][^\s=]*")
_LONGEST_LINE = 65_535
"""The maximum number of bytes of a line; docker rejects files with longer lines."""


def refusal(name: str, raw: str) -> str:
    """Return why the format cannot represent this assignment; empty if it can."""
    if why := not_text(name, "name") or not_text(raw):
        return why
    if not _NAME.fullmatch(name):
        return "docker would not read this name as one name"
    if "\n" in raw:
        return "docker values are limited to one line"
    if raw.endswith("\r"):
        return "docker strips a carriage return at the end of a line"
    if len(f"{name}={raw}".encode()) > _LONGEST_LINE:
        return f"docker lines are limited to {_LONGEST_LINE:,} bytes"
    return ""


def render(snapshot: Snapshot) -> str:
    """Return one line per assignment, without quotes."""
    return "".join(f"{a.name}={a.raw}\n" for a in snapshot.assignments)
