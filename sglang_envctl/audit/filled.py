"""Write an expression with the values of the names that have one."""

from __future__ import annotations

import ast

from sglang_envctl.audit.evaluate import Evaluator
from sglang_envctl.audit.values import CallerError, External, ForkError, Thunk, UndeterminedError

_UNKNOWN = (UndeterminedError, ForkError, CallerError, RecursionError)


class Filled(ast.NodeTransformer):
    """Writes constants in the place of the names that stand for them."""

    def __init__(self, evaluator: Evaluator, thunk: Thunk) -> None:
        self.evaluator = evaluator
        self.thunk = thunk

    def visit_Lambda(self, node: ast.Lambda) -> ast.AST:
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        if (
            isinstance(node.func, ast.Name)
            and node.func.id == "str"
            and len(node.args) == 1
            and isinstance(node.args[0], ast.Constant)
        ):
            return ast.Constant(str(node.args[0].value))
        return node

    def visit_Name(self, node: ast.Name) -> ast.AST:
        try:
            value = self.evaluator.value(node, self.thunk.scope, self.thunk.context)
        except _UNKNOWN:
            return node
        if isinstance(value, (str, int, float)):
            return ast.Constant(value)
        builtin = isinstance(value, External) and "." not in value.name
        return ast.Name(value.name) if isinstance(value, External) and builtin else node
