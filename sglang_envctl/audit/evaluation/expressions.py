"""Evaluate each type of expression without running it."""

from __future__ import annotations

import ast
import builtins

from sglang_envctl.audit.evaluation.evaluator import Evaluator, Handler, choice, items
from sglang_envctl.audit.evaluation.objects import (
    attribute,
    fields,
    is_abstract,
    receiver_class,
    returned,
)
from sglang_envctl.audit.evaluation.values import (
    CallerError,
    ClassRef,
    External,
    Frame,
    FunctionRef,
    Instance,
    Map,
    ModuleRef,
    SelfRef,
    Seq,
    Thunk,
    UndeterminedError,
    binary,
    builtin,
    string_method,
    unary,
)

_MAX_ITEMS = 10_000
_SCALARS = (str, int, float, type(None))


def _name(evaluator: Evaluator, node: ast.Name, frame: Frame) -> object:
    found = evaluator.program.lookup(frame.scope, node.id)
    if found is not None:
        return evaluator.bound(*found, frame, node.lineno)
    if hasattr(builtins, node.id):
        return External(node.id)
    raise UndeterminedError


def _attribute(evaluator: Evaluator, node: ast.Attribute, frame: Frame) -> object:
    base = evaluator.value(node.value, frame)
    if isinstance(base, External):
        return External(f"{base.name}.{node.attr}")
    if isinstance(base, ModuleRef):
        return evaluator.imported(f"{base.module.name}.{node.attr}", frame)
    if node.attr == "value" and isinstance(base, (str, int, float)):
        return base  # of a member of an Enum
    return attribute(evaluator, base, node.attr, frame)


def _joinedstr(evaluator: Evaluator, node: ast.JoinedStr, frame: Frame) -> object:
    return "".join(_part(evaluator, part, frame) for part in node.values)


def _part(evaluator: Evaluator, node: ast.expr, frame: Frame) -> str:
    if not isinstance(node, ast.FormattedValue):
        return evaluator.string(node, frame)
    value = evaluator.value(node.value, frame)
    if node.format_spec is not None or node.conversion != -1:
        raise UndeterminedError
    if not isinstance(value, (str, int, float)):
        raise UndeterminedError
    return str(value)


def _binop(evaluator: Evaluator, node: ast.BinOp, frame: Frame) -> object:
    left = evaluator.value(node.left, frame)
    right = evaluator.value(node.right, frame)
    if isinstance(left, Seq) and isinstance(right, Seq) and isinstance(node.op, ast.Add):
        if len(left.items) + len(right.items) > _MAX_ITEMS:
            raise UndeterminedError
        return Seq((*left.items, *right.items))
    if isinstance(left, Map) and isinstance(right, Map) and isinstance(node.op, ast.BitOr):
        return Map((*left.items, *right.items))
    if isinstance(right, Seq):
        right = tuple(evaluator.forced(item) for item in right.items)
    return binary(node.op, left, right)


def _ifexp(evaluator: Evaluator, node: ast.IfExp, frame: Frame) -> object:
    try:
        holds = evaluator.value(node.test, frame)
    except UndeterminedError:
        holds = None
    if not isinstance(holds, bool):
        holds = choice(node, 2, frame) == 0
    return Thunk(node.body if holds else node.orelse, frame)


def _compare(evaluator: Evaluator, node: ast.Compare, frame: Frame) -> object:
    if len(node.ops) != 1:
        raise UndeterminedError
    left = evaluator.value(node.left, frame)
    right = evaluator.value(node.comparators[0], frame)
    op = node.ops[0]
    if isinstance(op, (ast.Is, ast.IsNot)) and right is None:
        return (left is None) == isinstance(op, ast.Is)
    scalars = isinstance(left, _SCALARS) and isinstance(right, _SCALARS)
    if scalars and isinstance(op, (ast.Eq, ast.NotEq)):
        return (left == right) == isinstance(op, ast.Eq)
    raise UndeterminedError


def _boolop(evaluator: Evaluator, node: ast.BoolOp, frame: Frame) -> object:
    for item in node.values:
        value = evaluator.value(item, frame)
        if not isinstance(value, _SCALARS):
            raise UndeterminedError
        if bool(value) == isinstance(node.op, ast.Or):
            break
    return value


def _sequence(evaluator: Evaluator, node: ast.Tuple | ast.List | ast.Set, frame: Frame) -> object:
    return Seq(evaluator.sequence(node.elts, frame))


def _dict(evaluator: Evaluator, node: ast.Dict, frame: Frame) -> object:
    found: list[tuple[object, object]] = []
    for key, item in zip(node.keys, node.values, strict=True):
        if key is None:
            inner = evaluator.value(item, frame)
            if not isinstance(inner, Map):
                raise UndeterminedError
            found += inner.items
        else:
            found.append((Thunk(key, frame), Thunk(item, frame)))
    return Map(tuple(found))


def _subscript(evaluator: Evaluator, node: ast.Subscript, frame: Frame) -> object:
    base = evaluator.value(node.value, frame)
    if isinstance(base, Map):
        return _entry(evaluator, base, node.slice, frame, ())
    key = evaluator.value(node.slice, frame)
    if isinstance(base, (Seq, tuple)) and isinstance(key, int) and key >= 0:
        return evaluator.element(base, (key,))
    raise UndeterminedError


def _entry(
    evaluator: Evaluator, table: Map, key: ast.expr, frame: Frame, other: tuple[object, ...]
) -> object:
    """Return the value of a table for a key; if the key is known only at run time, the value that the
    frame chose.
    """
    try:
        wanted = evaluator.value(key, frame)
    except (UndeterminedError, CallerError):
        ways = (*(item for _, item in table.items), *other)
        return ways[choice(key, len(ways), frame)]
    for name, item in reversed(table.items):  # the last of equal keys takes precedence
        if evaluator.forced(name) == wanted:
            return item
    if not other:
        raise UndeterminedError
    return other[0]


def _call(evaluator: Evaluator, node: ast.Call, frame: Frame) -> object:
    base: object = None
    if isinstance(node.func, ast.Attribute):
        try:
            base = evaluator.value(node.func.value, frame)
        except UndeterminedError:
            base = None
        if isinstance(base, str):
            return _string_method(evaluator, base, node.func.attr, node, frame)
        if isinstance(base, Map):
            return _table_method(evaluator, base, node.func.attr, node, frame)
    function = evaluator.value(node.func, frame)
    if isinstance(function, External):
        known = _BUILTINS.get(function.name)
        if known is not None and (node.args or function.name in _WITHOUT_ARGUMENTS):
            return known(evaluator, node, frame)
        return builtin(function.name, _arguments(evaluator, node, frame))
    if isinstance(function, ClassRef):
        return Instance(function.scope, node, frame.scope)
    try:
        return returned(function, node, frame)
    except UndeterminedError:
        # In an abstract method, the class that the caller names may have a body for it.
        if isinstance(base, SelfRef) and is_abstract(function):
            receiver_class(evaluator, base, frame)
        raise


def _arguments(evaluator: Evaluator, node: ast.Call, frame: Frame) -> list[object]:
    if any(isinstance(item, ast.Starred) for item in node.args):
        raise UndeterminedError
    return [evaluator.value(item, frame) for item in node.args]


def _string_method(
    evaluator: Evaluator, base: str, name: str, node: ast.Call, frame: Frame
) -> object:
    arguments = _arguments(evaluator, node, frame)
    keywords = {item.arg: evaluator.value(item.value, frame) for item in node.keywords if item.arg}
    if name == "join" and len(arguments) == 1:
        arguments = [[evaluator.forced(item) for item in items(arguments[0])]]
    return string_method(base, name, arguments, keywords)


def _table_method(
    evaluator: Evaluator, base: Map, name: str, node: ast.Call, frame: Frame
) -> object:
    if name == "items":
        return Seq(tuple(Seq(pair) for pair in base.items))
    if name in {"keys", "values"}:
        return Seq(tuple(pair[name == "values"] for pair in base.items))
    if name == "get" and node.args:
        other = Thunk(node.args[1], frame) if len(node.args) > 1 else None
        return _entry(evaluator, base, node.args[0], frame, (other,))
    raise UndeterminedError


def _collection(evaluator: Evaluator, node: ast.Call, frame: Frame) -> object:
    return Seq(items(evaluator.value(node.args[0], frame)) if node.args else ())


def _new_dict(evaluator: Evaluator, node: ast.Call, frame: Frame) -> object:
    value = evaluator.value(node.args[0], frame) if node.args else Map(())
    return value if isinstance(value, Map) and not node.keywords else Map(())


def _callable(evaluator: Evaluator, node: ast.Call, frame: Frame) -> object:
    try:
        called = evaluator.value(node.args[0], frame)
    except UndeterminedError:
        return False  # the result of a function of another package is a value
    return isinstance(called, (FunctionRef, ClassRef, External))


def _fields(evaluator: Evaluator, node: ast.Call, frame: Frame) -> object:
    cls = receiver_class(evaluator, evaluator.value(node.args[0], frame), frame)
    return Seq(tuple(fields(evaluator.program.mro(cls), frame)))


def _enumerate(evaluator: Evaluator, node: ast.Call, frame: Frame) -> object:
    found = items(evaluator.value(node.args[0], frame))
    return Seq(tuple(Seq(pair) for pair in enumerate(found)))


def _zip(evaluator: Evaluator, node: ast.Call, frame: Frame) -> object:
    columns = [items(item) for item in _arguments(evaluator, node, frame)]
    return Seq(tuple(Seq(row) for row in zip(*columns, strict=False)))


_COLLECTIONS = {"tuple", "list", "set", "frozenset", "sorted", "reversed"}
_WITHOUT_ARGUMENTS = {*_COLLECTIONS, "dict", "zip"}
_BUILTINS: dict[str, Handler] = {
    **dict.fromkeys(_COLLECTIONS, _collection),
    "dict": _new_dict,
    "callable": _callable,
    "dataclasses.fields": _fields,
    "enumerate": _enumerate,
    "zip": _zip,
}

HANDLERS: dict[type[ast.AST], Handler] = {
    ast.Constant: lambda _evaluator, node, _frame: node.value,
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.NamedExpr: lambda _evaluator, node, frame: Thunk(node.value, frame),
    ast.Lambda: lambda _evaluator, node, frame: FunctionRef(frame.scope.inner[id(node)]),
    ast.JoinedStr: _joinedstr,
    ast.BinOp: _binop,
    ast.UnaryOp: lambda evaluator, node, frame: unary(
        node.op, evaluator.value(node.operand, frame)
    ),
    ast.IfExp: _ifexp,
    ast.Compare: _compare,
    ast.BoolOp: _boolop,
    ast.Tuple: _sequence,
    ast.List: _sequence,
    ast.Set: _sequence,
    ast.Dict: _dict,
    ast.Subscript: _subscript,
    ast.Call: _call,
}
