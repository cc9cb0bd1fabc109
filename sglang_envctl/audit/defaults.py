"""What the code goes on with when the variable is unset."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from copy import deepcopy

from sglang_envctl.audit.describe import Describer
from sglang_envctl.audit.environ import Read
from sglang_envctl.audit.evaluate import Evaluator
from sglang_envctl.audit.filled import Filled
from sglang_envctl.audit.index import Scope
from sglang_envctl.audit.text import one_line
from sglang_envctl.audit.typed import typed
from sglang_envctl.audit.values import (
    CallerError,
    ClassRef,
    Context,
    External,
    ForkError,
    FunctionRef,
    SelfRef,
    Thunk,
    UndeterminedError,
)

_MAX_RULE = 160
_UNKNOWN = (UndeterminedError, ForkError, CallerError, RecursionError)


class Defaults:
    """Finds the defaults of reads of one program."""

    def __init__(self, evaluator: Evaluator, describer: Describer) -> None:
        self.evaluator = evaluator
        self.describer = describer

    def default(self, read: Read, reader: str, context: Context) -> tuple[object, str]:
        """The default as a JSON value, and the source of it where it is no literal."""
        found: tuple[object, str] = (None, "")
        for node, scope in self._candidates(read, context):
            found = self._judged(Thunk(node, scope, context))
            if found[0] is not None or found[1]:
                break
        value, rule = found
        return (value, rule) if rule else (typed(reader, value), "")

    def _candidates(self, read: Read, context: Context) -> Iterator[tuple[ast.expr, Scope]]:
        """Where the default may stand, the nearest to the read last to be asked."""
        if read.kind == "in":
            return
        around = list(read.scope.module.up(read.node))
        chain: ast.AST = read.node
        for outer in around:
            if isinstance(outer, ast.BoolOp) and isinstance(outer.op, ast.Or):
                position = outer.values.index(chain) if chain in outer.values else -1
                for value in outer.values[position + 1 :]:
                    yield value, read.scope
            elif isinstance(outer, ast.IfExp) and outer.test is not chain:
                if _asks_presence(outer.test):
                    yield (outer.orelse if outer.body is chain else outer.body), read.scope
            elif not isinstance(outer, (ast.Call, ast.Attribute)):
                break
            chain = outer
        if read.default is not None:
            yield read.default, read.scope
        variable = _assigned(chain, around)
        if variable is not None:
            yield from self._later(variable, read, context)

    def _later(self, name: str, read: Read, context: Context) -> Iterator[tuple[ast.expr, Scope]]:
        """`if value is None: return DEFAULT`, or the same as an expression."""
        found = self.evaluator.program.lookup(read.scope, name)
        home = found[0] if found else read.scope
        for load in self.describer.loads(home).get(name, []):
            if load.lineno < read.node.lineno:
                continue
            around = list(read.scope.module.up(load))
            node = _when_unset(load, around)
            if isinstance(node, list):
                node = self._branch(node, name, read.scope, context)
            if node is not None:
                yield node, read.scope

    def _branch(
        self, body: list[ast.stmt], name: str, scope: Scope, context: Context
    ) -> ast.expr | None:
        """What a run of statements returns, or assigns to the variable."""
        for item in body:
            if isinstance(item, ast.Return):
                return item.value or ast.copy_location(ast.Constant(None), item)
            if isinstance(item, ast.Assign) and isinstance(item.targets[0], ast.Name):
                if item.targets[0].id == name:
                    return item.value
            elif isinstance(item, ast.If) and self._holds(item.test, scope, context):
                return self._branch(item.body, name, scope, context)
        return None

    def _holds(self, test: ast.expr, scope: Scope, context: Context) -> bool:
        try:
            return self.evaluator.value(test, scope, context) is True
        except _UNKNOWN:
            return False

    def _judged(self, thunk: Thunk) -> tuple[object, str]:
        try:
            value = self.evaluator.value(thunk.node, thunk.scope, thunk.context)
            return self.evaluator.plain(value), ""
        except _UNKNOWN:
            return None, self._source(thunk)

    def _source(self, thunk: Thunk) -> str:
        """The expression that the default comes from, parameters and attributes followed."""
        for _ in range(20):
            try:
                following = self._step(thunk)
            except _UNKNOWN:
                break
            if following is None:
                break
            thunk = following
        return self._written(thunk)

    def _written(self, thunk: Thunk) -> str:
        """The source text, with the values of the names that have one."""
        try:
            node = Filled(self.evaluator, thunk).visit(deepcopy(thunk.node))
        except RecursionError:
            return "computed"
        return one_line(node, _MAX_RULE)

    def _step(self, thunk: Thunk) -> Thunk | None:
        node, scope, context = thunk.node, thunk.scope, thunk.context
        result: object = None
        if isinstance(node, ast.Name):
            found = self.evaluator.program.lookup(scope, node.id)
            if found is not None:
                result = self.evaluator.bound(*found, node, context)
        elif isinstance(node, ast.Attribute):
            base = self.evaluator.value(node.value, scope, context)
            if isinstance(base, SelfRef):
                result = self.evaluator.attribute(base, node.attr, context)
        elif isinstance(node, ast.IfExp):
            test = self.evaluator.value(node.test, scope, context)
            result = Thunk(node.body if test else node.orelse, scope, context)
        elif isinstance(node, ast.Call) and not node.args:
            result = self._called(node, scope, context)
        return result if isinstance(result, Thunk) else None

    def _called(self, node: ast.Call, scope: Scope, context: Context) -> object:
        """A method of the same object is looked into; any other function is the source."""
        if isinstance(node.func, ast.Attribute):
            base = self.evaluator.value(node.func.value, scope, context)
            if not isinstance(base, SelfRef):
                return None
            function = self.evaluator.attribute(base, node.func.attr, context)
        else:
            found = (
                self.evaluator.program.lookup(scope, node.func.id)
                if isinstance(node.func, ast.Name)
                else None
            )
            if found is None or not any(item.kind == "param" for item in found[1]):
                return None
            function = self.evaluator.bound(*found, node.func, context)
        if isinstance(function, FunctionRef):
            return self.evaluator.returned(function, node, scope, context)
        if isinstance(function, Thunk):
            if isinstance(function.node, ast.Lambda):
                return Thunk(function.node.body, function.scope, function.context)
            held = self.evaluator.forced(function)
            return function if isinstance(held, (FunctionRef, ClassRef, External)) else None
        return None


def _assigned(chain: ast.AST, around: list[ast.AST]) -> str | None:
    for outer in around:
        if isinstance(outer, (ast.NamedExpr, ast.AnnAssign)) and isinstance(outer.target, ast.Name):
            return outer.target.id
        if isinstance(outer, ast.Assign) and isinstance(outer.targets[0], ast.Name):
            return outer.targets[0].id
    del chain
    return None


def _asks_presence(test: ast.expr) -> bool:
    return any(
        isinstance(item, ast.Compare)
        and isinstance(item.ops[0], (ast.Is, ast.IsNot, ast.In, ast.NotIn))
        for item in ast.walk(test)
    )


def _when_unset(load: ast.Name, around: list[ast.AST]) -> ast.expr | list[ast.stmt] | None:
    """What is done where there is no value, if a load is the test for one."""
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
    """What runs where the condition does not hold: `else`, or what follows a return."""
    if node.orelse:
        return node.orelse
    body = getattr(outer, "body", None)
    if isinstance(node.body[-1], ast.Return) and isinstance(body, list) and node in body:
        return body[body.index(node) + 1 :]
    return None
