"""Read command lines that a program passes to a shell, as scripts."""

from __future__ import annotations

import ast
import re
import shlex
from collections.abc import Iterable, Iterator

from sglang_envctl.environment import impossible
from sglang_envctl.sources.context import Context
from sglang_envctl.sources.python.run import Scope
from sglang_envctl.sources.python.values import COMPUTED, GAP, Definition, Table, Text, Value, Words

_SETS = r"(?:^|[\s;&(\"'])[A-Za-z_]\w*=|\bexport\b|\benv\b"
_COST = 500
"""The number of steps that a script counts for."""
_UNKNOWN = "$(unknown)"
"""The stand-in, in a script, for text that Python inserts."""


def texts(values: Iterable[Value]) -> Iterator[Text]:
    """Yield the strings among the arguments of a call, including those in lists."""
    for value in values:
        if isinstance(value, Text):
            yield value
        elif isinstance(value, Words):
            yield from (item for item in value.items if isinstance(item, Text))


def script_of(words: Words) -> Text:
    """Return the text in which a shell finds the words of a command line."""
    return Text(
        " ".join(_quoted(item.text if isinstance(item, Text) else GAP) for item in words.items)
    )


def _quoted(word: str) -> str:
    if GAP not in word:
        return shlex.quote(word)
    return '"' + re.sub(r"([\\\"$`])", r"\\\1", word) + '"'


def handed_on(scope: Scope, node: ast.Call, text: Text, line: int) -> list[Table]:
    """Return the variables that a script passes to each server that it starts, besides those that
    it inherits.
    """
    if not re.search(_SETS, text.text) or not scope.run.may_go_on(line, _COST):
        return []
    script = text.text.replace(GAP, _UNKNOWN)
    if impossible(script):  # Python cannot start it
        return []
    from sglang_envctl.sources.shell import layers

    run = scope.run
    context = Context(process=run.outer)
    found: list[Table] = []
    for layer in layers(run.label, script.encode("utf-8", "surrogateescape"), context):
        table = Table()
        for one in layer.assignments:
            why = COMPUTED if one.unknown and GAP in text.text else one.unknown
            value = Text(one.raw, why, one.references)
            at = line + (one.origin.line or 1) - 1
            table.put(one.name, Definition(value, min(at, node.end_lineno or at), scope.path))
        found.append(table)
        for note in layer.notes:
            if reason := note.facts.get("reason"):
                run.remark(note.rule, line, str(reason))
    return found
