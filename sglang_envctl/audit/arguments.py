"""Evaluate what a call passes for a parameter."""

from __future__ import annotations

import ast

from sglang_envctl.audit.index import Binding, Scope, default_of
from sglang_envctl.audit.program import Program
from sglang_envctl.audit.values import Call, Context, Map, Seq, Thunk, UndeterminedError


class Arguments:
    """The part of the evaluator that knows calls."""

    def __init__(self, program: Program) -> None:
        self.program = program

    def value(self, node: ast.expr, scope: Scope, context: Context) -> object:
        raise NotImplementedError

    def forced(self, value: object) -> object:
        raise NotImplementedError

    def items(self, value: object) -> tuple[object, ...]:
        raise NotImplementedError

    def bound(
        self, home: Scope, bindings: list[Binding], node: ast.expr, context: Context
    ) -> object:
        raise NotImplementedError

    def is_receiver(self, method: Scope, name: str) -> bool:
        """Whether a parameter is the method's own object."""
        node = method.node
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return False
        if any(
            isinstance(item, ast.Name) and item.id == "staticmethod" for item in node.decorator_list
        ):
            return False
        plain = [*node.args.posonlyargs, *node.args.args]
        return bool(plain) and plain[0].arg == name

    def argument(self, call: Call, function: Scope, name: str, context: Context) -> object:
        """What a call passes for a parameter, or the parameter's own default."""
        node = function.node
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            raise UndeterminedError
        for keyword in call.node.keywords:
            if keyword.arg == name:
                return Thunk(keyword.value, call.scope, context)
        arguments = self._passed(call, context)
        plain = [item.arg for item in [*node.args.posonlyargs, *node.args.args]]
        plain = plain[1:] if call.bound else plain
        if name in plain and plain.index(name) < len(arguments):
            return arguments[plain.index(name)]
        if node.args.vararg and node.args.vararg.arg == name:
            return Seq(tuple(arguments[len(plain) :]))
        if node.args.kwarg and node.args.kwarg.arg == name:
            return self._keywords(call, node.args, context)
        if any(keyword.arg is None for keyword in call.node.keywords):
            raise UndeterminedError
        default = default_of(node.args, name)
        if default is None:
            raise UndeterminedError
        return Thunk(default, function.parent or function, context)

    def _passed(self, call: Call, context: Context) -> list[object]:
        """The positional arguments of a call, `*rest` spread out."""
        found: list[object] = []
        for item in call.node.args[call.skip :]:
            if isinstance(item, ast.Starred):
                found += self.items(self.value(item.value, call.scope, context))
            else:
                found.append(Thunk(item, call.scope, context))
        return found

    def _keywords(self, call: Call, arguments: ast.arguments, context: Context) -> object:
        known = {item.arg for item in [*arguments.args, *arguments.kwonlyargs]}
        items: list[tuple[object, object]] = []
        for keyword in call.node.keywords:
            if keyword.arg is None:
                raise UndeterminedError
            if keyword.arg not in known:
                items.append((keyword.arg, Thunk(keyword.value, call.scope, context)))
        return Map(tuple(items))
