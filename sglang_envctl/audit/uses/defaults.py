"""Find the value that the code uses when a variable is unset."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import NamedTuple

from sglang_envctl.audit.code.index import nodes_of, one_line
from sglang_envctl.audit.evaluation.evaluator import Evaluator
from sglang_envctl.audit.evaluation.objects import attribute, returned
from sglang_envctl.audit.evaluation.values import (
    UNKNOWN,
    ClassRef,
    External,
    Frame,
    FunctionRef,
    SelfRef,
    Thunk,
)
from sglang_envctl.audit.uses.environment import Read
from sglang_envctl.readers import raw

_MAX_RULE = 160
_TRUE = {"true", "1", "yes", "y", "t", "on"}
_NUMBERS: dict[str, Callable[[str], object]] = {
    "int": int, "float": float, "int-bool": int, "float-int": lambda text: int(float(text)),
}  # fmt: skip


class Default(NamedTuple):
    """A default as a JSON value, or its source if it is not a literal."""

    value: object
    rule: str


def default_for(evaluator: Evaluator, read: Read, reader: str, frame: Frame) -> Default:
    """Return the default of a read; a literal is converted as the code converts the value."""
    found = Default(None, "")
    frame = frame.at(read.scope)
    for node in _candidates(evaluator, read, frame):
        found = _evaluated(evaluator, Thunk(node, frame))
        if found.value is not None or found.rule:
            break
    return found if found.rule else Default(converted(reader, found.value), "")


def _candidates(evaluator: Evaluator, read: Read, frame: Frame) -> Iterator[ast.expr]:
    """Yield the possible defaults: from the innermost expression outwards, then from later
    statements.
    """
    if read.kind == "in":
        return
    around = list(read.scope.module.up(read.node))
    inner: ast.AST = read.node
    for outer in around:
        if isinstance(outer, ast.BoolOp) and isinstance(outer.op, ast.Or):
            position = outer.values.index(inner) if inner in outer.values else -1
            yield from outer.values[position + 1 :]
        elif isinstance(outer, ast.IfExp) and outer.test is not inner:
            if _tests_presence(outer.test):
                yield outer.orelse if outer.body is inner else outer.body
        elif not isinstance(outer, (ast.Call, ast.Attribute)):
            break
        inner = outer
    if read.default is not None:
        yield read.default
    variable = _assigned(around)
    if variable is not None:
        yield from _after(evaluator, variable, read, frame)


def _assigned(around: list[ast.AST]) -> str | None:
    """Return the variable to which an expression is assigned."""
    for outer in around:
        target: ast.AST | None = None
        if isinstance(outer, (ast.NamedExpr, ast.AnnAssign)):
            target = outer.target
        elif isinstance(outer, ast.Assign):
            target = outer.targets[0]
        if isinstance(target, ast.Name):
            return target.id
    return None


def _tests_presence(test: ast.expr) -> bool:
    return any(
        isinstance(item, ast.Compare)
        and isinstance(item.ops[0], (ast.Is, ast.IsNot, ast.In, ast.NotIn))
        for item in nodes_of(test)
    )


def _after(evaluator: Evaluator, name: str, read: Read, frame: Frame) -> Iterator[ast.expr]:
    """Yield DEFAULT from `if value is None: return DEFAULT`, or from an expression with this effect."""
    found = evaluator.program.lookup(read.scope, name)
    home = found[0] if found else read.scope
    for load in home.loads(name):
        if load.lineno < read.node.lineno:
            continue
        node = _when_unset(load, list(read.scope.module.up(load)))
        if isinstance(node, list):
            node = _branch(evaluator, node, name, frame)
        if node is not None:
            yield node


def _when_unset(load: ast.Name, around: list[ast.AST]) -> ast.expr | list[ast.stmt] | None:
    """Return the code that runs if the variable has no value; None if this use does not test that."""
    absent: bool | None = None
    inner: ast.AST = load
    for position, outer in enumerate(around):
        if isinstance(outer, ast.Compare) and isinstance(outer.ops[0], (ast.Is, ast.IsNot)):
            absent = isinstance(outer.ops[0], ast.Is)
        elif isinstance(outer, ast.UnaryOp) and isinstance(outer.op, ast.Not):
            absent = True if absent is None else not absent
        elif isinstance(outer, ast.IfExp) and outer.test is inner:
            return outer.body if absent else outer.orelse
        elif isinstance(outer, ast.If) and outer.test is inner:
            return outer.body if absent else _otherwise(outer, around[position + 1])
        elif not isinstance(outer, ast.BoolOp):
            return None
        inner = outer
    return None


def _otherwise(node: ast.If, outer: ast.AST) -> list[ast.stmt] | None:
    """Return the code that runs if a condition is false: `else`, or the code after an early return."""
    if node.orelse:
        return node.orelse
    body = getattr(outer, "body", None)
    if isinstance(node.body[-1], ast.Return) and isinstance(body, list) and node in body:
        return body[body.index(node) + 1 :]
    return None


def _branch(evaluator: Evaluator, body: list[ast.stmt], name: str, frame: Frame) -> ast.expr | None:
    """Return the expression that a sequence of statements returns, or assigns to the variable."""
    for item in body:
        if isinstance(item, ast.Return):
            return item.value or ast.copy_location(ast.Constant(None), item)
        if isinstance(item, ast.Assign) and isinstance(item.targets[0], ast.Name):
            if item.targets[0].id == name:
                return item.value
        elif isinstance(item, ast.If) and evaluator.known(item.test, frame) is True:
            return _branch(evaluator, item.body, name, frame)
    return None


def _evaluated(evaluator: Evaluator, thunk: Thunk) -> Default:
    try:
        return Default(evaluator.plain(thunk), "")
    except UNKNOWN:
        return Default(None, _source(evaluator, thunk))


def _source(evaluator: Evaluator, thunk: Thunk) -> str:
    """Return the source of the default, with parameters and attributes followed and constants
    filled in.
    """
    for _ in range(20):
        try:
            following = _step(evaluator, thunk)
        except UNKNOWN:
            break
        if following is None:
            break
        thunk = following
    try:
        node = _Filled(evaluator, thunk.frame).visit(deepcopy(thunk.node))
    except RecursionError:
        return "computed"
    return one_line(node, _MAX_RULE)


def _step(evaluator: Evaluator, thunk: Thunk) -> Thunk | None:
    """Return the expression that another expression gets its value from."""
    node, frame = thunk.node, thunk.frame
    result: object = None
    if isinstance(node, ast.Name):
        found = evaluator.program.lookup(frame.scope, node.id)
        result = evaluator.bound(*found, frame, node.lineno) if found else None
    elif isinstance(node, ast.Attribute):
        result = _own_attribute(evaluator, node, frame)
    elif isinstance(node, ast.IfExp):
        test = evaluator.value(node.test, frame)
        result = Thunk(node.body if test else node.orelse, frame)
    elif isinstance(node, ast.Call) and not node.args:
        result = _called(evaluator, node, frame)
    return result if isinstance(result, Thunk) else None


def _own_attribute(evaluator: Evaluator, node: ast.Attribute, frame: Frame) -> object:
    base = evaluator.value(node.value, frame)
    return attribute(evaluator, base, node.attr, frame) if isinstance(base, SelfRef) else None


def _called(evaluator: Evaluator, node: ast.Call, frame: Frame) -> object:
    """Return the result of calling a method of the same object, or a lambda passed as a parameter.

    Another callable passed as a parameter is returned itself. None for any other call.
    """
    function: object = None
    if isinstance(node.func, ast.Attribute):
        function = _own_attribute(evaluator, node.func, frame)
    elif isinstance(node.func, ast.Name):
        found = evaluator.program.lookup(frame.scope, node.func.id)
        if found is not None and any(item.kind == "param" for item in found[1]):
            function = evaluator.bound(*found, frame, node.func.lineno)
    if isinstance(function, FunctionRef):
        return returned(function, node, frame)
    if isinstance(function, Thunk):
        if isinstance(function.node, ast.Lambda):
            return Thunk(function.node.body, function.frame)
        if isinstance(evaluator.forced(function), (FunctionRef, ClassRef, External)):
            return function
    return None


class _Filled(ast.NodeTransformer):
    """A transformer that replaces names by the constants that they have as values."""

    def __init__(self, evaluator: Evaluator, frame: Frame) -> None:
        self.evaluator = evaluator
        self.frame = frame

    def visit_Lambda(self, node: ast.Lambda) -> ast.AST:
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        match node:
            case ast.Call(func=ast.Name(id="str"), args=[ast.Constant(value=value)]):
                return ast.Constant(str(value))
        return node

    def visit_Name(self, node: ast.Name) -> ast.AST:
        value = self.evaluator.known(node, self.frame)
        if isinstance(value, (str, int, float)):
            return ast.Constant(value)
        if isinstance(value, External) and "." not in value.name:
            return ast.Name(value.name)
        return node


def converted(reader: str, value: object) -> object:
    """Return a literal default in the form that the reader returns: `int(os.getenv("X", "4"))`
    gives 4, not "4".
    """
    kind = reader.partition(".")[2].removeprefix("required-").removesuffix("-or-unset")
    if kind == "presence":
        return False
    if value is None:
        return raw.when_unset(kind)
    if not isinstance(value, (str, int, float)):
        return value
    plain = kind.removeprefix("get-").removeprefix("try-")
    if plain == "bool":
        return value if isinstance(value, bool) else str(value).strip().lower() in _TRUE
    if plain in _NUMBERS:
        number = _number(_NUMBERS[plain], str(value) if plain == "float-int" else value)
        return bool(number) if plain == "int-bool" and isinstance(number, int) else number
    if kind.endswith("truthy"):
        return bool(value)
    return _compared(kind, value) if isinstance(value, str) else value


def _number(convert: Callable[[str], object], value: object) -> object:
    try:
        return convert(value) if isinstance(value, str) else value
    except ValueError:
        return value


def _compared(kind: str, value: str) -> object:
    """Return the result of a comparison with the default; without a comparison, the default."""
    question = kind.partition(":")[0].rpartition("-")[2]
    compares = kind == "is-one" or (":" in kind and question in {"equals", "in", "of", "only"})
    read = raw.reader(f"raw.{kind}") if compares else None
    reading = read(value, None) if read else None
    return value if reading is None or reading.outcome == "crash" else reading.value
