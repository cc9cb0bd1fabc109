"""Find the statements of a function that raise on a value, or convert it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import TypeAlias

from sglang_envctl.audit.code.index import nodes_of
from sglang_envctl.audit.refusals.conditions import about, converted, required, spare
from sglang_envctl.audit.refusals.constraints import UNKNOWN, Constraint
from sglang_envctl.audit.refusals.dataflow import State

_MAX_DEPTH = 3

_Guards: TypeAlias = tuple[ast.expr, ...]
"""The tests that hold where a statement runs."""


def of_block(body: Sequence[ast.stmt], state: State, depth: int = 0) -> Iterator[Constraint]:
    """Yield what a function's statements require of the values of a registry."""
    for statement, guards in _inside(body, ()):
        nodes = [node for root in _expressions(statement) for node in nodes_of(root)]
        if state.mentioned(nodes):
            names = [about(guard, state) for guard in guards]
            state.bind_loops(nodes)
            for constraint in _of_statement(statement, nodes, guards, state, depth):
                certain = constraint.certain and all(name == constraint.name for name in names)
                yield _without(
                    constraint, state.spared.get(constraint.name, set()), certain=certain
                )
        _assign(statement, guards, state)


def _of_statement(
    statement: ast.stmt, nodes: list[ast.AST], guards: _Guards, state: State, depth: int
) -> Iterator[Constraint]:
    match statement:
        case ast.Assert(test=test):
            yield from required(test, state, denied=False)
        case ast.If(test=test, body=body, orelse=orelse):
            spare(test, state)
            if isinstance(body[-1], ast.Raise):
                yield from required(test, state, denied=True)
            if orelse and isinstance(orelse[-1], ast.Raise):
                yield from required(test, state, denied=False)
    for constraint in (*_split(statement, state), *converted(nodes, state)):
        name = constraint.name  # of a test for other values than its presence
        if all(name not in state.names(test) or about(test, state) == name for test in guards):
            yield constraint
    for call in nodes:
        if isinstance(call, ast.Call) and depth < _MAX_DEPTH and (found := state.called(call)):
            yield from of_block(*found, depth + 1)


def _assign(statement: ast.stmt, guards: _Guards, state: State) -> None:
    """Record the values of variables after a statement."""
    match statement:
        case (
            ast.Assign(targets=[target], value=value)
            | ast.AnnAssign(target=target, value=ast.expr() as value)
        ):
            state.assign(
                target, value, certain=all(_lets(guard, target, value, state) for guard in guards)
            )
        case ast.For(target=target, iter=whole):
            state.bind(target, state.value(whole))


def _lets(guard: ast.expr, target: ast.expr, value: ast.expr, state: State) -> bool:
    """Return whether a test checks only that there is a value, or that the target variable has none
    yet.
    """
    found = state.value(value)
    unset = ast.unparse(guard) in (f"{ast.unparse(target)} is None", f"not {ast.unparse(target)}")
    return found is not None and (unset or about(guard, state) == found.name)


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


def _split(statement: ast.stmt, state: State) -> Iterator[Constraint]:
    """Yield a constraint on a value that is split into a fixed number of parts."""
    match statement:
        case ast.Assign(
            targets=[ast.Tuple(elts=parts)],
            value=ast.Call(func=ast.Attribute(attr="split")) as value,
        ) if not any(isinstance(part, ast.Starred) for part in parts):
            if found := state.value(value):
                yield Constraint(found.name, doubts=frozenset({UNKNOWN}))


def _without(constraint: Constraint, values: set[object], *, certain: bool) -> Constraint:
    """Return a constraint that may not apply to values that the code has handled before."""
    numbers = any(isinstance(value, int | float) for value in values)
    if not certain or (constraint.checks and numbers):
        constraint = constraint.doubted()
    kind = str if any(isinstance(word, str) for word in constraint.words) else int
    others = {kind() if value == "" else value for value in values}
    words = {value for value in others if type(value) is kind}
    return constraint._replace(
        words=constraint.words | words if constraint.words else constraint.words
    )
