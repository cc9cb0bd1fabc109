"""Find the statements of a function that raise on a value, or convert it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import TypeAlias

from sglang_envctl.audit.code.index import nodes_of
from sglang_envctl.audit.refusals.conditions import about, converted, demanded, spare
from sglang_envctl.audit.refusals.demands import UNKNOWN, Demand
from sglang_envctl.audit.refusals.held import Held

_MAX_DEPTH = 3

_Guards: TypeAlias = tuple[ast.expr, ...]
"""The tests that hold where a statement runs."""


def of_block(body: Sequence[ast.stmt], held: Held, depth: int = 0) -> Iterator[Demand]:
    """Yield what a function's statements demand of the values of a registry."""
    for statement, guards in _inside(body, ()):
        nodes = [node for root in _expressions(statement) for node in nodes_of(root)]
        if held.mentioned(nodes):
            names = [about(guard, held) for guard in guards]
            held.bind_loops(nodes)
            for demand in _of_statement(statement, nodes, guards, held, depth):
                certain = demand.certain and all(name == demand.name for name in names)
                yield _without(demand, held.spared.get(demand.name, set()), certain=certain)
        _assign(statement, guards, held)


def _of_statement(
    statement: ast.stmt, nodes: list[ast.AST], guards: _Guards, held: Held, depth: int
) -> Iterator[Demand]:
    match statement:
        case ast.Assert(test=test):
            yield from demanded(test, held, denied=False)
        case ast.If(test=test, body=body, orelse=orelse):
            spare(test, held)
            if isinstance(body[-1], ast.Raise):
                yield from demanded(test, held, denied=True)
            if orelse and isinstance(orelse[-1], ast.Raise):
                yield from demanded(test, held, denied=False)
    for demand in (*_split(statement, held), *converted(nodes, held)):
        if not any(_decides(guard, demand.name, held) for guard in guards):
            yield demand
    for call in nodes:
        if isinstance(call, ast.Call) and depth < _MAX_DEPTH and (found := held.called(call)):
            yield from of_block(*found, depth + 1)


def _assign(statement: ast.stmt, guards: _Guards, held: Held) -> None:
    """Record the values of variables after a statement."""
    match statement:
        case (
            ast.Assign(targets=[target], value=value)
            | ast.AnnAssign(target=target, value=ast.expr() as value)
        ):
            held.assign(
                target, value, certain=all(_lets(guard, target, value, held) for guard in guards)
            )
        case ast.For(target=target, iter=whole):
            held.bind(target, held.value(whole))


def _lets(guard: ast.expr, target: ast.expr, value: ast.expr, held: Held) -> bool:
    """Return whether a test checks only that there is a value, or that the target variable has none
    yet.
    """
    found = held.value(value)
    unset = ast.unparse(guard) in (f"{ast.unparse(target)} is None", f"not {ast.unparse(target)}")
    return found is not None and (unset or about(guard, held) == found.name)


def _inside(body: Sequence[ast.stmt], guards: _Guards) -> Iterator[tuple[ast.stmt, _Guards]]:
    """Yield the statements of a block and its branches, each with the tests that hold there."""
    for statement in body:
        if isinstance(statement, ast.Raise):
            continue
        yield statement, guards
        match statement:
            case ast.If(test=test, body=inner, orelse=orelse):
                yield from _inside(inner, (*guards, test))
                yield from _inside(orelse, (*guards, ast.UnaryOp(ast.Not(), test)))
            case ast.For(body=inner) | ast.With(body=inner) | ast.While(body=inner):
                yield from _inside(inner, guards)
            case ast.Try(body=inner, handlers=handlers):
                if all(isinstance(handler.body[-1], ast.Raise) for handler in handlers):
                    yield from _inside(inner, guards)


def _expressions(statement: ast.stmt) -> Iterator[ast.expr]:
    """Yield the expressions that a statement evaluates itself."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return
    for node in ast.iter_child_nodes(statement):
        if isinstance(node, ast.withitem):
            yield node.context_expr
        elif isinstance(node, ast.expr):
            yield node


def _split(statement: ast.stmt, held: Held) -> Iterator[Demand]:
    """Yield a demand on a value that is split into a fixed number of parts."""
    match statement:
        case ast.Assign(
            targets=[ast.Tuple(elts=parts)],
            value=ast.Call(func=ast.Attribute(attr="split")) as value,
        ) if not any(isinstance(part, ast.Starred) for part in parts):
            if found := held.value(value):
                yield Demand(found.name, doubts=frozenset({UNKNOWN}))


def _decides(guard: ast.expr, name: str, held: Held) -> bool:
    """Return whether a test of the value of `name` is true for only some values."""
    return name in held.names(guard) and about(guard, held) != name


def _without(demand: Demand, values: set[object], *, certain: bool) -> Demand:
    """Return a demand that may not apply to values that the code has handled before."""
    numbers = any(isinstance(value, int | float) for value in values)
    if not certain or (demand.checks and numbers):
        demand = demand.doubted()
    kind = str if any(isinstance(word, str) for word in demand.words) else int
    others = {kind() if value == "" else value for value in values}
    words = {value for value in others if type(value) is kind}
    return demand._replace(words=demand.words | words if demand.words else demand.words)
