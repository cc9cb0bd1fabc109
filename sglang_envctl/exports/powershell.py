"""Assignments to `$env:NAME` for PowerShell, to be dot-sourced or passed to Invoke-Expression.

The output is always ASCII, because Windows PowerShell reads a script without a byte order mark in
the code page of the machine.
"""

from __future__ import annotations

import re

from sglang_envctl.exports.payload import Snapshot, not_text
from sglang_envctl.text.escape import visible

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def refusal(name: str, raw: str) -> str:
    """Return why the format cannot represent this assignment; empty if it can."""
    if why := not_text(name, "name") or not_text(raw):
        return why
    if not name or "=" in name:
        return "not a valid environment variable name"
    return "" if raw else "PowerShell before 7.5 removes a variable that is set to an empty string"


def render(snapshot: Snapshot) -> str:
    """Return one statement per assignment."""
    return "".join(f"{_target(a.name, quoted(a.raw))}\n" for a in snapshot.assignments)


def failure(message: str, code: int) -> str:
    """Return a statement that ends a script with the message."""
    del code
    return f"throw {quoted(visible(message))}"


def _target(name: str, value: str) -> str:
    if _NAME.fullmatch(name):
        return f"$env:{name} = {value}"
    return f"[Environment]::SetEnvironmentVariable({quoted(name)}, {value})"


def quoted(raw: str) -> str:
    """Return an expression for the value, in which PowerShell expands nothing."""
    if raw.isascii() and raw.isprintable():
        inside = raw.replace("'", "''")
        return f"'{inside}'"
    inside = "".join(map(_escaped, raw))
    return f"[regex]::Unescape('{inside}')"


def _escaped(char: str) -> str:
    if char.isascii() and char.isprintable():
        return {"\\": "\\\\", "'": "''"}.get(char, char)
    units = char.encode("utf-16-be").hex()
    return "".join(f"\\u{units[i : i + 4]}" for i in range(0, len(units), 4))
