"""A file for `EnvironmentFile=` of a systemd unit, which shells can source too."""

from __future__ import annotations

import re

from sglang_envctl.exports.payload import Snapshot, not_text

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_PLAIN = re.compile(r"[A-Za-z0-9_./:@%+,-]*")
_ESCAPED = re.compile(r'["\\`$]')


def refusal(name: str, raw: str) -> str:
    """Why this cannot be carried, or ""."""
    if not _NAME.fullmatch(name):
        return "systemd passes over a line with a name like this"
    if any(ord(char) & 0xFFFE == 0xFFFE or "\ufdd0" <= char <= "\ufdef" for char in raw):
        return "systemd takes none of Unicode's noncharacters, and then nothing of the file"
    return not_text(raw)


def render(snapshot: Snapshot) -> str:
    """One line, or one quoted block, for each assignment."""
    return "".join(f"{a.name}={quoted(a.raw)}\n" for a in snapshot.assignments)


def quoted(raw: str) -> str:
    """The text in double quotes, where a backslash stands before what has a meaning for shells."""
    if _PLAIN.fullmatch(raw):
        return raw
    escaped = _ESCAPED.sub(r"\\\g<0>", raw)
    return f'"{escaped}"'
