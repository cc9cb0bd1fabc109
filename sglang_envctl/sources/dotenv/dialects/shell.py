"""A shell that sources the file with `set -a; . FILE`; the file is parsed as a script, never run."""

from __future__ import annotations

from sglang_envctl.environment import Assignment, Layer, Origin
from sglang_envctl.sources.context import Context
from sglang_envctl.sources.dotenv.collector import Collector
from sglang_envctl.sources.shell.grammar import UnreadableScriptError, parse
from sglang_envctl.sources.shell.scope import Analysis
from sglang_envctl.sources.shell.state import State
from sglang_envctl.sources.shell.statements import read as follow

_FURTHEST = 40
"""The number of lines after the start of a broken statement in which its end is searched for."""


def read(path: str, data: bytes, context: Context) -> Layer:
    """Return the variables of a file as a shell reads it. References are looked up in the preceding
    lines of the file, then in the files before it and in the current environment.

    Raises:
        SourceError: the parser is not installed.
    """
    text = data.decode("utf-8", "surrogateescape")
    collector = Collector(path, "shell")
    if text.startswith("\ufeff"):
        collector.remark("byte-order-mark", 1, variant="kept")
        text = "\n" + text.partition("\n")[2]  # a shell reads that line as a different command
    if crlf := text.count("\r\n"):
        line = text.count("\n", 0, text.index("\r\n")) + 1
        collector.remark("carriage-returns", line, variant="kept", count=crlf)
    lines = text.split("\n")
    good = _good_lines(path, lines)
    if good < len(lines):
        collector.remark("rest-lost", good + 1, reason="a syntax error")
        text = "\n".join(lines[:good])
    analysis = Analysis(path, {**context.process, **context.below}, sourced=True, posix=True)
    state = State(exports_all=True)
    follow(analysis, path, text, state)
    hidden = _lines_of_keys(collector, text)
    collector.notes += [note for note in analysis.notes if note.origin.line not in hidden]
    collector.ignores.update(analysis.ignores)
    found = [(name, variable) for name, variable in state.variables.items() if variable]
    for name, variable in sorted(found, key=lambda pair: (pair[1].file != path, pair[1].line)):
        if variable.line in hidden and variable.file == path:
            continue
        if variable.items is not None:
            collector.remark("unparsed-line", variable.line, name)
            continue
        value, origin = variable.value, Origin(path, variable.file, variable.line)
        raw = "" if value.unknown else value.text
        collector.take(Assignment(name, raw, origin, value.references, value.unknown), raw)
    return collector.layer()


def _good_lines(path: str, lines: list[str]) -> int:
    """Return the number of lines before the first syntax error.

    Raises:
        SourceError: the parser is not installed.
    """
    try:
        script = parse(path, "\n".join(lines))
        errors = [child for child in script.root.children if child.has_error]
        if not errors and not script.root.has_error:
            return len(lines)
        first = script.line(errors[0]) if errors else 1
        # The error may be at the end of a text that the parser reads as one statement.
        for good in range(min(len(lines), first + _FURTHEST), first - 1, -1):
            if not parse(path, "\n".join(lines[:good])).root.has_error:
                return good
    except UnreadableScriptError:
        return 0
    return first - 1


def _lines_of_keys(collector: Collector, text: str) -> set[int]:
    """Return the lines of private keys without quotes, which must not be shown."""
    if "-----BEGIN" not in text:
        return set()
    lines: set[int] = set()
    for number, line in enumerate(text.split("\n"), 1):
        if collector.continues_key(line):
            lines.add(number)
        else:
            collector.watch(line)
    collector.in_key = False
    return lines
