"""Write a .env file that python-dotenv reads back exactly; shells, Compose and Node too if possible.

A value is written in the form that most of these programs read back exactly. If they disagree,
`divergent` returns the names and the programs. A form that a shell would execute is never used.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import partial
from itertools import pairwise

from sglang_envctl.environment import Assignment
from sglang_envctl.exports import docker, shell, systemd
from sglang_envctl.exports.payload import Snapshot, not_text
from sglang_envctl.exports.shellwords import shell_reading
from sglang_envctl.sources.context import Context
from sglang_envctl.sources.dotenv.dialects import read_as

USUAL = ("shell", "compose", "node")
"""The dialects in which a .env file is commonly read, besides python-dotenv's."""

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
# zsh expands = at the start of a word to the path of a command.
_PLAIN = re.compile(r"(?!=|.*:=)[A-Za-z0-9_./:@%+,=-]*")
# In single quotes, every program reads these literally, with a backslash that escapes nothing.
_LITERAL = re.compile(r"(?:[^'\\\r]|\\(?![\\']|$))*", re.DOTALL)
# The closing brace is optional so that an unclosed reference is skipped in one step.
_REFERENCE = re.compile(r"\$\{[^}:]*(?::-[^}]*)?(\}?)")
_KEEPS_QUOTES = re.compile(r"^[\s'\"]|\s#|[\r\n]")

# Characters that a program reads back in no form.
_REFUSAL = {"shell": shell.refusal, "systemd": systemd.refusal, "docker": docker.refusal}


def refusal(name: str, raw: str) -> str:
    """Return why the format cannot represent this assignment; empty if it can."""
    if not _NAME.fullmatch(name):
        return "the name has characters that a .env file does not allow"
    if why := not_text(raw) or shell.run_by_a_shell(name):
        return why
    if any(match[1] for match in _REFERENCE.finditer(raw)):
        return "python-dotenv would replace ${...} in the value, even in quotes"
    if _form(raw) is not None:
        return ""
    if raw.endswith("\\"):
        return (
            "python-dotenv before 1.2.3 would read the final \\ as an escape of the closing quote"
        )
    return "a shell that sources the file would execute part of the value; use another format"


def render(snapshot: Snapshot) -> str:
    """Return one line or one quoted block per assignment."""
    return _text(snapshot.assignments, snapshot.dialects)


def divergent(snapshot: Snapshot) -> Mapping[str, tuple[str, ...]]:
    """Return the names that other dialects read differently from python-dotenv, with these dialects."""
    forms = {a.name: quoted(a.raw, snapshot.dialects) for a in snapshot.assignments}
    dialects = tuple(dict.fromkeys((*USUAL, *snapshot.dialects)))
    wrong = {d: _misread(snapshot.assignments, forms, d) for d in dialects}
    for dialect in set(USUAL) - {"shell", *snapshot.dialects}:
        if wrong[dialect]:
            wrong[dialect] |= _hidden(snapshot.assignments, forms, dialect, render(snapshot))
    readers = {name: tuple(d for d in dialects if name in wrong[d]) for name in forms}
    return {name: those for name, those in readers.items() if those}


def quoted(raw: str, dialects: Collection[str] = ()) -> str:
    """Return the form that most of these dialects, and then most of the usual ones, read as `raw`."""
    form = _form(raw, dialects)
    assert form is not None, "it is refused"
    return form


def _form(raw: str, dialects: Collection[str] = ()) -> str | None:
    """Return the form of a value; None if there is no safe form."""
    if _PLAIN.fullmatch(raw):
        return raw
    if not dialects and _LITERAL.fullmatch(raw):
        return f"'{raw}'"
    safe = [form for form in _forms(raw) if shell_reading(form).harmless]
    return max(safe, key=partial(_merit, raw, dialects), default=None)


def _text(found: Iterable[Assignment], dialects: Collection[str]) -> str:
    # A shell joins a line that ends in a backslash with the next line, even if that is empty.
    lines = (f"{a.name}={quoted(a.raw, dialects)}\n" for a in found)
    return "".join(f"{line}\n" if line.endswith("\\\n") else line for line in lines)


def _forms(raw: str) -> Iterator[str]:
    """Yield the forms that old and new versions of python-dotenv read as `raw`, the simplest first."""
    if _unquotable(raw) and raw == raw.strip():
        yield raw
    if raw.endswith("\\"):
        return
    literal = _LITERAL.fullmatch(raw)
    if literal:
        yield f"'{raw}'"
    escaped = raw.replace("\\", "\\\\").replace('"', '\\"').replace("\r", "\\r")
    # After a backslash before a control character, bash behaves differently.
    bare = re.sub(r"\\\\(?=[ -~])(?![\\'\"abfnrtv$`])", r"\\", escaped)
    yield from dict.fromkeys((f'"{bare}"', f'"{escaped}"'))
    if not literal and "\r" not in raw:
        yield "'" + raw.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _merit(raw: str, dialects: Collection[str], form: str) -> tuple[bool, int, int, bool]:
    """Return a sort key for a form: whether python-dotenv reads it as `raw`, how many of the
    requested dialects and of the usual ones do, and whether a shell does.
    """
    asked = sum(_reads(raw, form, dialect) for dialect in dialects)
    usual = [_reads(raw, form, dialect) for dialect in USUAL]
    return _reads(raw, form, "dotenv"), asked, sum(usual), usual[USUAL.index("shell")]


def _carries(name: str, raw: str, form: str, dialect: str) -> bool:
    if dialect in _REFUSAL and _REFUSAL[dialect](name, raw):
        return False
    return bool(_PLAIN.fullmatch(raw)) or _reads(raw, form, dialect)


def _reads(raw: str, form: str, dialect: str) -> bool:
    if dialect == "shell":
        return shell_reading(form).value == raw
    read = read_as(dialect, "", f"V={form}\n".encode(), Context())
    return [a.raw for a in read.assignments] == [raw]


def _misread(found: Iterable[Assignment], forms: Mapping[str, str], dialect: str) -> set[str]:
    """Return the names of the values that a dialect reads differently."""
    return {a.name for a in found if not _carries(a.name, a.raw, forms[a.name], dialect)}


def _hidden(
    found: Collection[Assignment], forms: Mapping[str, str], dialect: str, text: str
) -> set[str]:
    """Return the names that a program does not find in the file because it misread an earlier line."""
    read = read_as(dialect, "", text.encode(), Context())
    if any(note.rule == "file-refused" for note in read.notes):
        return set(forms)
    values = {a.name: a.raw for a in read.assignments}
    # Node before 22 reads the rest of a multi-line value as the beginning of the next name.
    after = {
        following.name
        for one, following in pairwise(found)
        if "\n" in forms[one.name] and values.get(one.name) != one.raw
    }
    return after | {a.name for a in found if values.get(a.name) != a.raw}


def _unquotable(raw: str) -> bool:
    """Return whether python-dotenv reads the value back without quotes."""
    return bool(raw) and not _KEEPS_QUOTES.search(raw)
