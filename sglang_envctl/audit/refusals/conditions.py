"""Determine which values a condition in the code accepts, and which a conversion such as int()
accepts.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from sglang_envctl.audit.code.index import nodes_of, terminal
from sglang_envctl.audit.refusals.constraints import NO_NUMBER, UNKNOWN, Constraint
from sglang_envctl.audit.refusals.dataflow import State, Value

_OPPOSITE = {ast.Lt: ">=", ast.LtE: ">", ast.Gt: "<=", ast.GtE: "<"}
_SAME = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}
_MIRRORED = {ast.Lt: ast.Gt, ast.LtE: ast.GtE, ast.Gt: ast.Lt, ast.GtE: ast.LtE}
_OF_TEXT = {"ip_address", "ip_network", "loads", "literal_eval", "import_module", "strptime"}
"""The functions that raise on a string of another form."""


def about(test: ast.expr, state: State) -> str:
    """Return the name whose value a test checks only for presence or for a word."""
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=ast.Compare(left=left, ops=[ast.Eq() | ast.In()])):
            return _name(state.value(left))
        case ast.BoolOp(op=ast.And(), values=values):
            names = {about(value, state) for value in values}
            return names.pop() if len(names) == 1 else ""
    return _present(test, state)


def _present(test: ast.expr, state: State) -> str:
    """Return the name that a test checks only for having a value."""
    match test:
        case ast.Compare(left=left, ops=[ast.IsNot()], comparators=[ast.Constant(value=None)]):
            return _name(state.value(left))
        case ast.UnaryOp(op=ast.Not(), operand=ast.Compare(left=left, ops=[ast.Is()])):
            return _name(state.value(left))
        case ast.Call(func=ast.Attribute(attr="is_set", value=inner)):
            return _name(state.value(inner))
        case ast.UnaryOp(op=ast.Not(), operand=ast.UnaryOp(op=ast.Not(), operand=inner)):
            return _present(inner, state)
    return _truth(test, state)


def _truth(test: ast.expr, state: State) -> str:
    """Return the name whose value a test checks for emptiness."""
    found = state.value(test)
    return found.name if found and (found.whole or not isinstance(test, ast.Call)) else ""


def _name(value: Value | None) -> str:
    return value.name if value else ""


def spare(test: ast.expr, state: State) -> None:
    """Record the values that code handles separately."""
    match test:
        case ast.BoolOp(values=values):
            for value in values:
                spare(value, state)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            spare(operand, state)
        case ast.Compare(left=left, ops=[ast.Eq() | ast.NotEq() | ast.In()], comparators=[right]):
            words = (item.value for item in nodes_of(right) if isinstance(item, ast.Constant))
            state.spared.setdefault(_name(state.value(left)), set()).update(words)
        case ast.Name() | ast.Attribute() | ast.Call() | ast.NamedExpr():
            state.spared.setdefault(_truth(test, state), set()).add("")


def required(test: ast.expr, state: State, *, denied: bool) -> Iterator[Constraint]:
    """Yield what a test requires of values to be true or, with `denied`, to be false."""
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield from required(operand, state, denied=not denied)
        case ast.BoolOp(op=op, values=values) if isinstance(op, ast.Or if denied else ast.And):
            for value in values:  # each operand raises on its own
                yield from required(value, state, denied=denied)
        case ast.BoolOp(values=values):
            yield from _of_either(test, values, state, denied=denied)
        case ast.Compare(left=left, ops=[ast.Is() | ast.IsNot() as op], comparators=[_]):
            if isinstance(op, ast.Is) is denied:
                yield from _of_lookup(left, state)
        case ast.Compare():
            yield from _of_comparison(test, state, denied=denied)
        case ast.Name() if not denied:
            yield from _of_lookup(test, state)
        case _:
            yield from _unknown(test, state)


def _of_either(
    test: ast.BoolOp, values: list[ast.expr], state: State, *, denied: bool
) -> Iterator[Constraint]:
    """Yield what one of several conditions requires, if all others only check for a missing value."""
    asked = [value if denied else ast.UnaryOp(ast.Not(), value) for value in values]
    others = [value for value, ask in zip(values, asked, strict=True) if not _present(ask, state)]
    found = [list(required(value, state, denied=denied)) for value in others]
    if len(found) == 1:
        yield from found[0]
    elif found and all(len(constraints) == 1 and constraints[0].words for constraints in found):
        every = [constraints[0] for constraints in found]
        if len({(one.name, one.folds) for one in every}) == 1:
            yield every[0]._replace(words=frozenset().union(*(one.words for one in every)))
    else:
        yield from _unknown(test, state)


def _of_lookup(node: ast.expr, state: State) -> Iterator[Constraint]:
    """Yield the constraint that a value is a key of a table."""
    if asked := state.lookups.get(ast.unparse(node)):
        yield from _of_comparison(asked, state, denied=False)


def _of_comparison(compare: ast.Compare, state: State, *, denied: bool) -> Iterator[Constraint]:
    """Yield what a comparison requires of a value to be true or, with `denied`, to be false."""
    match compare:
        case ast.Compare(left=left, ops=[ast.In() | ast.NotIn() as op], comparators=[right]):
            if isinstance(op, ast.NotIn) is denied:
                yield from _in(left, right, compare, state)
            return
        case ast.Compare(left=left, ops=[ast.Eq() | ast.NotEq() as op], comparators=[right]):
            if isinstance(op, ast.NotEq) is denied:
                yield from _in(left, ast.Tuple([right]), compare, state)
            return
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            signs = _OPPOSITE if denied else _SAME
            mirror = _MIRRORED.get(type(op), type(op))
            bounds = [*_bound(left, signs.get(type(op)), right, state)]
            bounds += _bound(right, signs.get(mirror), left, state)
        case ast.Compare(left=low, ops=[above, below], comparators=[value, high]) if not denied:
            mirror = _MIRRORED.get(type(above), type(above))
            ends = [(_SAME.get(mirror), low), (_SAME.get(type(below)), high)]
            bounds = [found for sign, end in ends for found in _bound(value, sign, end, state)]
            bounds = bounds if len(bounds) == len(ends) else []
        case _:
            bounds = []
    if bounds:
        checks = frozenset(check for _, check in bounds)
        yield Constraint(bounds[0][0].name, checks=checks, certain=bounds[0][0].sure)
    else:
        yield from _unknown(compare, state)


def _bound(
    value: ast.expr, sign: str | None, end: ast.expr, state: State
) -> Iterator[tuple[Value, str]]:
    found = state.value(value)
    if sign and found and found.whole:
        match end:
            case ast.Constant(value=int() | float() as number):
                yield found, f"{sign}{number:g}"
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as number)):
                yield found, f"{sign}{-number:g}"


def _in(
    left: ast.expr, right: ast.expr, compare: ast.Compare, state: State
) -> Iterator[Constraint]:
    """Yield the constraint that a value is in a collection, or contains a word."""
    value, container = state.value(left), state.value(right)
    if value:
        yield from _chosen(value, state.source.literals(right))
        return
    match left:
        case ast.Constant(value=str() as word) if container and container == Value(container.name):
            if word and word.isprintable() and " " not in word:
                yield Constraint(container.name, checks=frozenset({f"~{word}"}))
                return
    yield from _unknown(compare, state)


def _unknown(test: ast.expr, state: State) -> Iterator[Constraint]:
    """Yield a constraint with the check UNKNOWN, if the value of one name alone decides a test."""
    names = state.names(test)
    if len(names) != 1 or _present(test, state):
        return
    functions: set[int] = set()
    for call in nodes_of(test):
        if isinstance(call, ast.Call):
            if not state.names(call):
                return
            functions |= {id(item) for item in nodes_of(call.func)}
    for item in nodes_of(test):
        if isinstance(item, ast.Name) and not (
            id(item) in functions or item.id == "envs" or item.id.isupper() or state.value(item)
        ):
            return
    yield Constraint(names.pop(), doubts=frozenset({UNKNOWN}))


def converted(nodes: Iterable[ast.AST], state: State) -> Iterator[Constraint]:
    """Yield what the conversions in an expression require of values."""
    for item in nodes:
        match item:
            case ast.Call(func=ast.Name(id="int" | "float"), args=[inner, *_]):
                yield from _doubted(state.value(inner), NO_NUMBER)
            case ast.Call(func=ast.Name(id="getattr"), args=[_, inner], keywords=[]):
                yield from _doubted(state.value(inner), UNKNOWN)
            case ast.Call(func=func, args=[inner, *_]) if value := state.value(inner):
                if terminal(func) in _OF_TEXT:
                    yield from _doubted(value, UNKNOWN)
                elif isinstance(func, ast.Name) and state.source.members(func.id):
                    yield from _chosen(value, state.source.values(func.id))
            case ast.Subscript(value=ast.Name() as table, slice=inner, ctx=ast.Load()):
                if value := state.value(inner):
                    words = state.source.keys(table)
                    yield from _chosen(value, words)


def _doubted(value: Value | None, why: str) -> Iterator[Constraint]:
    if value:
        yield Constraint(value.name, doubts=frozenset({why}))


def _chosen(value: Value, words: list[object]) -> Iterator[Constraint]:
    """Yield the constraint that a value is one of the given words."""
    if value.whole and words:
        yield Constraint(value.name, value.steps, frozenset(words), certain=value.sure)
    else:
        yield from _doubted(value, UNKNOWN)
