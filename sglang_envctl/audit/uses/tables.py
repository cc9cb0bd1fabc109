"""Follow tables that declare settings: a name, its default, and the function that converts a
string.

    SETTINGS = {"chunk_size": {"type": int, "default": 256, "env_converter": int}}
    for name in SETTINGS:
        found[name] = os.getenv(f"PKG_{name.upper()}")
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from sglang_envctl.audit.code.index import Scope, nodes_of
from sglang_envctl.audit.evaluation.evaluator import Evaluator, items
from sglang_envctl.audit.evaluation.values import UNKNOWN, External, Frame, FunctionRef, Map
from sglang_envctl.audit.uses.environment import Read
from sglang_envctl.audit.uses.readers import Describer

_DEFAULT = "default"
_ABSENT = object()
_CONVERTERS = ("env_converter", "converter", "parser", "type")
_READERS = {"int": "raw.try-int", "float": "raw.try-float"}
"""The readers of converters, with "try" because the code after a failed conversion is not followed."""


def declared(describer: Describer, read: Read, frame: Frame) -> tuple[str, object]:
    """Return the reader and the default of the name that a loop over a table reads, as the table
    declares them.
    """
    evaluator = describer.evaluator
    for scope in read.scope.outward():
        at = frame.at(scope)
        for key in _turns(evaluator, scope, at):
            for entry in _entries(describer, scope, key, at):
                return _reader(describer, entry, at), _default(evaluator, entry)
    return "raw.text", None


def _turns(evaluator: Evaluator, scope: Scope, frame: Frame) -> Iterator[str]:
    """Yield the strings of the current iterations of the loops in a scope."""
    loops = (item for bindings in scope.bindings.values() for item in bindings)
    for loop in loops:
        way = frame.choices.get((id(loop.node), id(scope)))
        if loop.kind == "loop" and way is not None and isinstance(loop.node, ast.expr):
            try:
                turn = items(evaluator.value(loop.node, frame))[way]
                value = evaluator.forced(evaluator.element(turn, loop.path))
            except UNKNOWN:
                continue
            if isinstance(value, str):
                yield value


def _entries(describer: Describer, scope: Scope, key: str, frame: Frame) -> Iterator[Map]:
    """Yield the entries for a key, if they have a default, in the tables that a function loops over."""
    evaluator = describer.evaluator
    parsed = scope, len(scope.module.late)
    if parsed not in describer.looped_over:
        loops = [node.iter for node in nodes_of(scope.node) if isinstance(node, ast.For)]
        describer.looped_over[parsed] = {
            name.id: name for loop in loops for name in nodes_of(loop) if isinstance(name, ast.Name)
        }
    for name in describer.looped_over[parsed].values():
        table = evaluator.known(name, frame)
        entry = _item(evaluator, table, key) if isinstance(table, Map) else None
        if isinstance(entry, Map) and _item(evaluator, entry, _DEFAULT, _ABSENT) is not _ABSENT:
            yield entry


def _item(evaluator: Evaluator, table: Map, wanted: str, other: object = None) -> object:
    """Return a table's value for a key, or `other` if the key is absent; None for an unknown value."""
    try:
        found = [value for key, value in table.items if evaluator.forced(key) == wanted]
        return evaluator.forced(found[-1]) if found else other
    except UNKNOWN:
        return None


def _default(evaluator: Evaluator, entry: Map) -> object:
    try:
        return evaluator.plain(_item(evaluator, entry, _DEFAULT))
    except UNKNOWN:
        return None


def _reader(describer: Describer, entry: Map, frame: Frame) -> str:
    """Return the reader of a setting's converter; the effect of a failed conversion is unknown."""
    for key in _CONVERTERS:
        match _item(describer.evaluator, entry, key):
            case External(name=name):
                return _READERS.get(name, "raw.text")
            case FunctionRef(scope=function):
                return describer.parameter(function, frame).replace("only:", "one-of:")
    return "raw.text"
