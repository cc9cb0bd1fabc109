"""Determine which values a condition in the code accepts, and which a conversion such as int()
accepts.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from sglang_envctl.audit.code.index import nodes_of, terminal
from sglang_envctl.audit.refusals.demands import NO_NUMBER, UNKNOWN, Demand
from sglang_envctl.audit.refusals.held import Held, Value

_OPPOSITE = {ast.Lt: ">=", ast.LtE: ">", ast.Gt: "<=", ast.GtE: "<"}
_SAME = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}
_MIRRORED = {ast.Lt: ast.Gt, ast.LtE: ast.GtE, ast.Gt: ast.Lt, ast.GtE: ast.LtE}
_OF_TEXT = {"ip_address", "ip_network", "loads", "literal_eval", "import_module", "strptime"}
"""The functions that raise on a string of another form."""


def about(test: ast.expr, held: Held) -> str:
    """Return the name whose value a test checks only for presence or for a word."""
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=ast.Compare(left=left, ops=[ast.Eq() | ast.In()])):
            return _name(held.value(left))
        case ast.BoolOp(op=ast.And(), values=values):
            names = {about(value, held) for value in values}
            return names.pop() if len(names) == 1 else ""
    return _present(test, held)


def _present(test: ast.expr, held: Held) -> str:
    """Return the name that a test checks only for having a value."""
    match test:
        case ast.Compare(left=left, ops=[ast.IsNot()], comparators=[ast.Constant(value=None)]):
            return _name(held.value(left))
        case ast.UnaryOp(op=ast.Not(), operand=ast.Compare(left=left, ops=[ast.Is()])):
            return _name(held.value(left))
        case ast.Call(func=ast.Attribute(attr="is_set", value=inner)):
            return _name(held.value(inner))
        case ast.UnaryOp(op=ast.Not(), operand=ast.UnaryOp(op=ast.Not(), operand=inner)):
            return _present(inner, held)
    return _truth(test, held)


def _truth(test: ast.expr, held: Held) -> str:
    """Return the name whose value a test checks for emptiness."""
    found = held.value(test)
    return found.name if found and (found.whole or not isinstance(test, ast.Call)) else ""


def _name(value: Value | None) -> str:
    return value.name if value else ""


def spare(test: ast.expr, held: Held) -> None:
    """Record the values that code handles separately."""
    match test:
        case ast.BoolOp(values=values):
            for value in values:
                spare(value, held)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            spare(operand, held)
        case ast.Compare(left=left, ops=[ast.Eq() | ast.NotEq() | ast.In()], comparators=[right]):
            words = (item.value for item in nodes_of(right) if isinstance(item, ast.Constant))
            held.spared.setdefault(_name(held.value(left)), set()).update(words)
        case ast.Name() | ast.Attribute() | ast.Call() | ast.NamedExpr():
            held.spared.setdefault(_truth(test, held), set()).add("")


def demanded(test: ast.expr, held: Held, *, denied: bool) -> Iterator[Demand]:
    """Yield what a test demands of values to be true or, with `denied`, to be false."""
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield from demanded(operand, held, denied=not denied)
        case ast.BoolOp(op=op, values=values) if isinstance(op, ast.Or if denied else ast.And):
            for value in values:  # each operand raises on its own
                yield from demanded(value, held, denied=denied)
        case ast.BoolOp(values=values):
            yield from _of_either(test, values, held, denied=denied)
        case ast.Compare(left=left, ops=[ast.Is() | ast.IsNot() as op], comparators=[_]):
            if isinstance(op, ast.Is) is denied:
                yield from _of_lookup(left, held)
        case ast.Compare():
            yield from _of_comparison(test, held, denied=denied)
        case ast.Name() if not denied:
            yield from _of_lookup(test, held)
        case _:
            yield from _unknown(test, held)


def _of_either(
    test: ast.BoolOp, values: list[ast.expr], held: Held, *, denied: bool
) -> Iterator[Demand]:
    """Yield what one of several conditions demands, if all others only check for a missing value."""
    asked = [value if denied else ast.UnaryOp(ast.Not(), value) for value in values]
    others = [value for value, ask in zip(values, asked, strict=True) if not _present(ask, held)]
    found = [list(demanded(value, held, denied=denied)) for value in others]
    if len(found) == 1:
        yield from found[0]
    elif found and all(len(demands) == 1 and demands[0].words for demands in found):
        every = [demands[0] for demands in found]
        if len({(one.name, one.folds) for one in every}) == 1:
            yield every[0]._replace(words=frozenset().union(*(one.words for one in every)))
    else:
        yield from _unknown(test, held)


def _of_lookup(node: ast.expr, held: Held) -> Iterator[Demand]:
    """Yield the demand that a value is a key of a table."""
    if asked := held.lookups.get(ast.unparse(node)):
        yield from _of_comparison(asked, held, denied=False)


def _of_comparison(compare: ast.Compare, held: Held, *, denied: bool) -> Iterator[Demand]:
    """Yield what a comparison demands of a value to be true or, with `denied`, to be false."""
    match compare:
        case ast.Compare(left=left, ops=[ast.In() | ast.NotIn() as op], comparators=[right]):
            if isinstance(op, ast.NotIn) is denied:
                yield from _in(left, right, compare, held)
            return
        case ast.Compare(left=left, ops=[ast.Eq() | ast.NotEq() as op], comparators=[right]):
            if isinstance(op, ast.NotEq) is denied:
                yield from _in(left, ast.Tuple([right]), compare, held)
            return
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            signs = _OPPOSITE if denied else _SAME
            mirror = _MIRRORED.get(type(op), type(op))
            bounds = [*_bound(left, signs.get(type(op)), right, held)]
            bounds += _bound(right, signs.get(mirror), left, held)
        case ast.Compare(left=low, ops=[above, below], comparators=[value, high]) if not denied:
            mirror = _MIRRORED.get(type(above), type(above))
            ends = [(_SAME.get(mirror), low), (_SAME.get(type(below)), high)]
            bounds = [found for sign, end in ends for found in _bound(value, sign, end, held)]
            bounds = bounds if len(bounds) == len(ends) else []
        case _:
            bounds = []
    if bounds:
        checks = frozenset(check for _, check in bounds)
        yield Demand(bounds[0][0].name, checks=checks, certain=bounds[0][0].sure)
    else:
        yield from _unknown(compare, held)


def _bound(
    value: ast.expr, sign: str | None, end: ast.expr, held: Held
) -> Iterator[tuple[Value, str]]:
    found = held.value(value)
    if sign and found and found.whole:
        match end:
            case ast.Constant(value=int() | float() as number):
                yield found, f"{sign}{number:g}"
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as number)):
                yield found, f"{sign}{-number:g}"


def _in(left: ast.expr, right: ast.expr, compare: ast.Compare, held: Held) -> Iterator[Demand]:
    """Yield the demand that a value is in a collection, or contains a word."""
    value, container = held.value(left), held.value(right)
    if value:
        yield from _chosen(value, held.source.literals(right))
        return
    match left:
        case ast.Constant(value=str() as word) if container and container == Value(container.name):
            if word and word.isprintable() and " " not in word:
                yield Demand(container.name, checks=frozenset({f"~{word}"}))
                return
    yield from _unknown(compare, held)


def _unknown(test: ast.expr, held: Held) -> Iterator[Demand]:
    """Yield a demand with the check UNKNOWN, if the value of one name alone decides a test."""
    names = held.names(test)
    if len(names) != 1 or _present(test, held):
        return
    functions: set[int] = set()
    for call in nodes_of(test):
        if isinstance(call, ast.Call):
            if not held.names(call):
                return
            functions |= {id(item) for item in nodes_of(call.func)}
    for item in nodes_of(test):
        if isinstance(item, ast.Name) and not (
            id(item) in functions or item.id == "envs" or item.id.isupper() or held.value(item)
        ):
            return
    yield Demand(names.pop(), doubts=frozenset({UNKNOWN}))


def converted(nodes: Iterable[ast.AST], held: Held) -> Iterator[Demand]:
    """Yield what the conversions in an expression demand of values."""
    for item in nodes:
        match item:
            case ast.Call(func=ast.Name(id="int" | "float"), args=[inner, *_]):
                yield from _doubted(held.value(inner), NO_NUMBER)
            case ast.Call(func=ast.Name(id="getattr"), args=[_, inner], keywords=[]):
                yield from _doubted(held.value(inner), UNKNOWN)
            case ast.Call(func=func, args=[inner, *_]) if value := held.value(inner):
                if terminal(func) in _OF_TEXT:
                    yield from _doubted(value, UNKNOWN)
                elif isinstance(func, ast.Name) and held.source.members(func.id):
                    yield from _chosen(value, held.source.values(func.id))
            case ast.Subscript(value=ast.Name() as table, slice=inner, ctx=ast.Load()):
                if value := held.value(inner):
                    words = held.source.keys(table)
                    yield from _chosen(value, words)


def _doubted(value: Value | None, why: str) -> Iterator[Demand]:
    if value:
        yield Demand(value.name, doubts=frozenset({why}))


def _chosen(value: Value, words: list[object]) -> Iterator[Demand]:
    """Yield the demand that a value is one of the given words."""
    if value.whole and words:
        yield Demand(value.name, value.steps, frozenset(words), certain=value.sure)
    else:
        yield from _doubted(value, UNKNOWN)
