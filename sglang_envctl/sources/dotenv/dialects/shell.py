"""A shell that sources the file, as `set -a; . FILE`; read by the grammar of scripts, never run."""

from __future__ import annotations

from sglang_envctl.environment import Assignment, Layer, Origin
from sglang_envctl.sources.context import Context
from sglang_envctl.sources.dotenv.collector import Reading
from sglang_envctl.sources.shell.grammar import UnreadableScriptError, parse
from sglang_envctl.sources.shell.scope import Analysis, State
from sglang_envctl.sources.shell.statements import read as follow

_FURTHEST = 40
"""Lines behind the beginning of a broken statement in which its end is looked for."""


def read(path: str, data: bytes, context: Context) -> Layer:
    """A file as a shell takes it; a reference sees the file so far, the layers below, the process.

    Raises:
        SourceError: the parser is not installed.
    """
    text = data.decode("utf-8", "surrogateescape")
    reading = Reading(path, "shell")
    if text.startswith("\ufeff"):
        reading.remark_own("byte-order-mark", 1)
        text = "\n" + text.partition("\n")[2]  # to the shell, that line is another command
    if crlf := text.count("\r\n"):
        line = text.count("\n", 0, text.index("\r\n")) + 1
        reading.remark_own("carriage-returns", line, str(crlf))
    lines = text.split("\n")
    good = _good_lines(path, lines)
    if good < len(lines):
        reading.remark_own("rest-lost", good + 1, "the grammar is broken from here on")
        text = "\n".join(lines[:good])
    analysis = Analysis(path, {**context.process, **context.below}, sourced=True)
    state = State(exports_all=True)
    follow(analysis, path, text, state)
    hidden = _lines_of_keys(reading, text)
    reading.notes += [note for note in analysis.notes if note.origin.line not in hidden]
    reading.ignores.update(analysis.ignores)
    found = [(name, variable) for name, variable in state.variables.items() if variable]
    for name, variable in sorted(found, key=lambda pair: (pair[1].file != path, pair[1].line)):
        if variable.line in hidden and variable.file == path:
            continue
        if variable.items is not None:
            reading.remark("unparsed-line", variable.line, "", name)
            continue
        value, origin = variable.value, Origin(path, variable.file, variable.line)
        raw = "" if value.unknown else value.text
        reading.take(Assignment(name, raw, origin, value.references, value.unknown), raw)
    return reading.layer()


def _good_lines(path: str, lines: list[str]) -> int:
    """How many lines a shell takes before the first one that breaks its grammar.

    Raises:
        SourceError: the parser is not installed.
    """
    try:
        script = parse(path, "\n".join(lines))
        errors = [child for child in script.root.children if child.has_error]
        if not errors and not script.root.has_error:
            return len(lines)
        first = script.line(errors[0]) if errors else 1
        # What is broken may be the end of what the parser takes for one statement.
        for good in range(min(len(lines), first + _FURTHEST), first - 1, -1):
            if not parse(path, "\n".join(lines[:good])).root.has_error:
                return good
    except UnreadableScriptError:
        return 0
    return first - 1


def _lines_of_keys(reading: Reading, text: str) -> set[int]:
    """The lines of private keys. In quotes they set nothing; without, nothing of them may be shown."""
    if "-----BEGIN" not in text:
        return set()
    lines: set[int] = set()
    for number, line in enumerate(text.split("\n"), 1):
        if reading.continues_key(line):
            lines.add(number)
        else:
            reading.watch(line)
    reading.in_key = False
    return lines
