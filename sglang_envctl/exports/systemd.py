"""A file for `EnvironmentFile=` of a systemd unit; shells can source it, too."""

from __future__ import annotations

import re

from sglang_envctl.exports.payload import Snapshot, not_text

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_PLAIN = re.compile(r"[A-Za-z0-9_./:@%+,-]*")
_ESCAPED = re.compile(r'["\\`$]')


def refusal(name: str, raw: str) -> str:
    """Return why the format cannot represent this assignment; empty if it can."""
    if not _NAME.fullmatch(name):
        return "systemd ignores a line with a name like this"
    if any(ord(char) & 0xFFFE == 0xFFFE or "\ufdd0" <= char <= "\ufdef" for char in raw):
        return "systemd refuses the whole file if it has a Unicode noncharacter"
    return not_text(raw)


def render(snapshot: Snapshot) -> str:
    """Return one line or one quoted block per assignment."""
    return "".join(f"{a.name}={quoted(a.raw)}\n" for a in snapshot.assignments)


def quoted(raw: str) -> str:
    """Return the value in double quotes, with a backslash before characters that are special in
    shells.
    """
    if _PLAIN.fullmatch(raw):
        return raw
    escaped = _ESCAPED.sub(r"\\\g<0>", raw)
    return f'"{escaped}"'
