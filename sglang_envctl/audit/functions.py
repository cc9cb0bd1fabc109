"""Look into function bodies."""

from __future__ import annotations

import ast

from sglang_envctl.audit.index import Scope, terminal
from sglang_envctl.audit.values import FunctionRef


def single_return(function: Scope) -> ast.expr | None:
    """The expression of a function's only return statement."""
    if isinstance(function.node, ast.Lambda):
        return function.node.body
    body = getattr(function.node, "body", [])
    returns = [item for item in body if isinstance(item, ast.Return)]
    nested = sum(isinstance(item, ast.Return) for node in body for item in ast.walk(node))
    return returns[0].value if len(returns) == nested == 1 else None


def super_call(function: Scope) -> ast.Call | None:
    """The call of the same method of a base class."""
    for node in ast.walk(function.node):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            base = node.func.value
            if (
                node.func.attr == function.name
                and isinstance(base, ast.Call)
                and isinstance(base.func, ast.Name)
                and base.func.id == "super"
            ):
                return node
    return None


def method_name(scope: Scope) -> str:
    function = scope.function()
    return function.name if function else ""


def abstract(function: object) -> bool:
    """Whether a method has no body of its own."""
    return isinstance(function, FunctionRef) and any(
        terminal(item) == "abstractmethod"
        for item in getattr(function.scope.node, "decorator_list", [])
    )
