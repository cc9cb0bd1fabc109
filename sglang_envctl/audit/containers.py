"""Evaluate literal containers, calls of builtins, and methods of texts and tables."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from sglang_envctl.audit import literals
from sglang_envctl.audit.functions import abstract
from sglang_envctl.audit.index import Scope
from sglang_envctl.audit.objects import Objects
from sglang_envctl.audit.values import (
    CallerError,
    ClassRef,
    Context,
    External,
    ForkError,
    FunctionRef,
    Instance,
    Map,
    SelfRef,
    Seq,
    Thunk,
    UndeterminedError,
)

MAX_WAYS = 400

MAX_ITEMS = 10_000


def joined(left: Seq, right: Seq) -> Seq:
    """Two sequences as one."""
    if len(left.items) + len(right.items) > MAX_ITEMS:
        raise UndeterminedError
    return Seq((*left.items, *right.items), left.kind)


class Containers(Objects):
    """The part of the evaluator that knows tuples, lists, sets, dicts and what is called on them."""

    def items(self, value: object) -> tuple[object, ...]:
        """What a loop over a value goes through."""
        if isinstance(value, Map):
            return tuple(key for key, _ in value.items)
        if isinstance(value, Seq):
            return value.items
        if isinstance(value, (tuple, list, frozenset, set)):
            return tuple(value)
        raise UndeterminedError

    def _element(self, value: object, position: int) -> object:
        items = self.items(self.forced(value))
        if position >= len(items):
            raise UndeterminedError
        return items[position]

    def _choice(self, key: tuple[int, int], ways: int, context: Context) -> int:
        if ways == 1:
            return 0
        if ways == 0 or ways > MAX_WAYS:
            raise UndeterminedError
        if key not in context.choices:
            raise ForkError(key, ways)
        return context.choices[key]

    def _seq(self, elements: Iterable[ast.expr], scope: Scope, context: Context, kind: str) -> Seq:
        items: list[object] = []
        for item in elements:
            if isinstance(item, ast.Starred):
                items += self.items(self.value(item.value, scope, context))
            else:
                items.append(Thunk(item, scope, context))
        return Seq(tuple(items), kind)

    def _tuple(self, node: ast.Tuple, scope: Scope, context: Context) -> object:
        return self._seq(node.elts, scope, context, "tuple")

    def _list(self, node: ast.List, scope: Scope, context: Context) -> object:
        return self._seq(node.elts, scope, context, "list")

    def _set(self, node: ast.Set, scope: Scope, context: Context) -> object:
        return self._seq(node.elts, scope, context, "set")

    def _dict(self, node: ast.Dict, scope: Scope, context: Context) -> object:
        items: list[tuple[object, object]] = []
        for key, item in zip(node.keys, node.values, strict=True):
            if key is None:
                inner = self.value(item, scope, context)
                if not isinstance(inner, Map):
                    raise UndeterminedError
                items += inner.items
            else:
                items.append((Thunk(key, scope, context), Thunk(item, scope, context)))
        return Map(tuple(items))

    def _picked(
        self, table: Map, key: ast.expr, scope: Scope, context: Context, other: tuple[object, ...]
    ) -> object:
        """What a table holds for a key; any of it where only the running program knows the key."""
        try:
            wanted = self.value(key, scope, context)
        except (UndeterminedError, CallerError):
            ways = (*(item for _, item in table.items), *other)
            return ways[self._choice((id(key), id(scope)), len(ways), context)]
        for name, item in table.items:
            if self.forced(name) == wanted:
                return item
        if not other:
            raise UndeterminedError
        return other[0]

    def _subscript(self, node: ast.Subscript, scope: Scope, context: Context) -> object:
        base = self.value(node.value, scope, context)
        if isinstance(base, Map):
            return self._picked(base, node.slice, scope, context, ())
        key = self.value(node.slice, scope, context)
        if isinstance(base, (Seq, tuple)) and isinstance(key, int) and key >= 0:
            return self._element(base, key)
        raise UndeterminedError

    def _call(self, node: ast.Call, scope: Scope, context: Context) -> object:
        if isinstance(node.func, ast.Attribute):
            try:
                base = self.value(node.func.value, scope, context)
            except UndeterminedError:
                base = None
            if isinstance(base, (str, Map)):
                return self._method(base, node, scope, context)
        function = self.value(node.func, scope, context)
        if isinstance(function, External):
            return self._builtin(function.name, node, scope, context)
        if isinstance(function, ClassRef):
            return Instance(function.scope, node, scope)
        try:
            return self.returned(function, node, scope, context)
        except UndeterminedError:
            # An abstract method: the class that the caller names may have a body for it.
            if isinstance(node.func, ast.Attribute):
                base = self.value(node.func.value, scope, context)
                if isinstance(base, SelfRef) and abstract(function):
                    self.receiver_class(base, context)
            raise

    def _arguments(self, node: ast.Call, scope: Scope, context: Context) -> list[object]:
        if any(isinstance(item, ast.Starred) for item in node.args):
            raise UndeterminedError
        return [self.value(item, scope, context) for item in node.args]

    def _method(self, base: str | Map, node: ast.Call, scope: Scope, context: Context) -> object:
        name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        if isinstance(base, Map):
            if name == "items":
                return Seq(tuple(Seq(pair) for pair in base.items))
            if name in {"keys", "values"}:
                return Seq(tuple(pair[name == "values"] for pair in base.items))
            if name == "get" and node.args:
                other: tuple[object, ...] = (None,)
                if len(node.args) > 1:
                    other = (Thunk(node.args[1], scope, context),)
                return self._picked(base, node.args[0], scope, context, other)
            raise UndeterminedError
        arguments = self._arguments(node, scope, context)
        keywords = {
            item.arg: self.value(item.value, scope, context) for item in node.keywords if item.arg
        }
        if name == "join" and len(arguments) == 1:
            arguments = [[self.forced(item) for item in self.items(arguments[0])]]
        return literals.text_method(base, name, arguments, keywords)

    def _builtin(self, name: str, node: ast.Call, scope: Scope, context: Context) -> object:
        if name in {"tuple", "list", "set", "frozenset", "sorted", "reversed", "dict"}:
            value = self.value(node.args[0], scope, context) if node.args else Seq((), name)
            if name == "dict":
                return value if isinstance(value, Map) and not node.keywords else Map(())
            return Seq(self.items(value), name)
        if name == "callable" and node.args:
            try:
                called = self.value(node.args[0], scope, context)
            except UndeterminedError:
                return False  # what a call of another package gives is a value
            return isinstance(called, (FunctionRef, ClassRef, External))
        if name == "dataclasses.fields" and node.args:
            cls = self.receiver_class(self.value(node.args[0], scope, context), context)
            return Seq(tuple(self.fields(cls, context)))
        if name == "enumerate" and node.args:
            items = self.items(self.value(node.args[0], scope, context))
            return Seq(tuple(Seq(pair) for pair in enumerate(items)))
        if name == "zip":
            columns = [self.items(item) for item in self._arguments(node, scope, context)]
            return Seq(tuple(Seq(row) for row in zip(*columns, strict=False)))
        return literals.builtin(name, self._arguments(node, scope, context))
