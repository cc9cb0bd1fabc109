"""Read files that a script names, if the path begins at the script's own directory."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Callable, Iterator
from typing import TypeAlias

from sglang_envctl.environment import Layer
from sglang_envctl.errors import SourceError
from sglang_envctl.sources.context import Context
from sglang_envctl.sources.dotenv.dialects import docker
from sglang_envctl.sources.shell.files.written import appended, written
from sglang_envctl.sources.shell.grammar import unknown_parts
from sglang_envctl.sources.shell.scope import NAME, Scope
from sglang_envctl.sources.shell.values import Value, Variable, marked, unmarked

Dialect: TypeAlias = Callable[[str, bytes, Context], Layer]

# $(cat FILE), $(< FILE) and $(grep -v '^#' FILE), with or without xargs after it.
_CAT = r"(?:cat\s+|<\s*)"
_GREP = r"(?P<grep>grep\s+-v\s+(['\"]?)\^(?:\\s\*)?#\2\s+)"
_WORDS_OF_FILE = (
    rf"\$\(\s*(?:{_CAT}|{_GREP})(['\"]?)(?P<file>[\w./-]+)\3\s*(?P<xargs>\|\s*xargs\s*)?\)"
)


def read_beside(path: Value, scope: Scope) -> tuple[str, bytes] | None:
    """Return the label and the content of a file; None if the file cannot be found from here."""
    if held := written(path, scope):
        return None if held.value.unknown else _as_file(held, held.value.text)
    return on_disk(path, scope)


def on_disk(path: Value, scope: Scope) -> tuple[str, bytes] | None:
    """Return the label and the content of a file as it is before the script runs."""
    label, found = scope.analysis.label, path.path
    relative = not path.unknown and not os.path.isabs(path.text)
    if found is None and relative and not scope.state.moved:
        found = os.path.join(os.path.dirname(label), path.text)
    if found is None or label == "-":
        return None
    found = os.path.normpath(found)
    try:
        return found, scope.analysis.included.read(found)
    except SourceError:
        return None


def appended_to(
    path: Value, held: Variable, scope: Scope
) -> tuple[tuple[str, bytes], Value] | None:
    """Return a file as it is before the script runs, and what the script appends to it; None if the
    script writes it anew, or it cannot be found from here.
    """
    added = appended(held.value)
    found = on_disk(path, scope) if added else None
    return (found, added) if found and added else None


def env_file(path: Value, scope: Scope, dialect: Dialect = docker.read) -> dict[str, Variable]:
    """Return the variables of a file that a command gets with --env-file."""
    held, before = written(path, scope), dict[str, Variable]()
    if held and (parts := appended_to(path, held, scope)):
        before = _variables(parts[0], None, (), scope, dialect)
        held = held._replace(value=parts[1])
    text, reasons = marked(held.value) if held else ("", ())
    found = _as_file(held, text) if held else on_disk(path, scope)
    if found is None:
        scope.not_followed("--env-file names a file that cannot be read from here")
        return {}
    return {**before, **_variables(found, held, reasons, scope, dialect)}


def _variables(
    found: tuple[str, bytes],
    held: Variable | None,
    reasons: tuple[str, ...],
    scope: Scope,
    dialect: Dialect,
) -> dict[str, Variable]:
    """Return the variables in a file, or in what the script wrote to it."""
    analysis, exported = scope.analysis, scope.state.exported()
    known = {n: v.value.text for n, v in exported.items() if not v.value.unknown}
    layer = dialect(*found, Context({**analysis.outer, **known}))
    lines = found[1].decode("utf-8", "surrogateescape").split("\n") if reasons else []
    unknown = {number for number, line in enumerate(lines, 1) if _is_mark(line)}
    certain = [note for note in layer.notes if note.origin.line not in unknown]
    known_names = [a for a in layer.assignments if not (reasons and _is_mark(a.name))]
    analysis.notes += certain
    if len(certain) < len(layer.notes) or len(known_names) < len(layer.assignments):
        scope.not_followed(
            "a part of the file given with --env-file is known only when the script runs"
        )
    analysis.ignores.update(layer.ignores)
    return {
        a.name: Variable(unmarked(a.raw, reasons), True, found[0], _within(a.origin.line, held))
        for a in known_names
    }


def _is_mark(text: str) -> bool:
    """Return whether a part of a text is known only when the script runs."""
    return next(unknown_parts(text))[1] >= 0


def _within(line: int | None, held: Variable | None) -> int:
    """Return a line, limited to the last line of the text that the script wrote."""
    return min(line or 0, held.value.last) if held else line or 0


def _as_file(held: Variable, text: str) -> tuple[str, bytes]:
    """Return the label and content of a file that the script wrote, with the script's line numbers."""
    return held.file, f"{chr(10) * (held.value.line - 1)}{text}".encode("utf-8", "surrogateescape")


def export_words(scope: Scope) -> None:
    """Apply `export $(cat FILE)`, in which each word of the file is an assignment with literal
    quotes.
    """
    match = re.fullmatch(_WORDS_OF_FILE, scope.script.text(scope.node).strip())
    found = read_beside(Value(match["file"]), scope) if match else None
    if match is None or found is None:
        scope.not_followed("what it exports is the output of a command")
        return
    label, data = found
    for line, word in _words(data, grep=bool(match["grep"]), xargs=bool(match["xargs"])):
        name, equals, text = word.partition("=")
        if equals and re.fullmatch(NAME, name):
            scope.state.variables[name] = Variable(Value(text), True, label, line)


def _words(data: bytes, *, grep: bool, xargs: bool) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(data.decode("utf-8", "surrogateescape").split("\n"), 1):
        if grep and line.lstrip().startswith("#"):
            continue
        try:
            words = " ".join(shlex.split(line)).split() if xargs else line.split()
        except ValueError:  # xargs stops at an unclosed quote
            return
        for word in words:
            yield number, word
