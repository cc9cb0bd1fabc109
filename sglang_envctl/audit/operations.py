"""Evaluate operators: arithmetic, comparisons, conditions."""

from __future__ import annotations

import ast

from sglang_envctl.audit import literals
from sglang_envctl.audit.containers import Containers, joined
from sglang_envctl.audit.index import Scope
from sglang_envctl.audit.values import Context, Map, Seq, Thunk, UndeterminedError


class Operations(Containers):
    """The part of the evaluator that knows operators."""

    def _binop(self, node: ast.BinOp, scope: Scope, context: Context) -> object:
        left = self.value(node.left, scope, context)
        right = self.value(node.right, scope, context)
        if isinstance(left, Seq) and isinstance(right, Seq) and isinstance(node.op, ast.Add):
            return joined(left, right)
        if isinstance(left, Map) and isinstance(right, Map) and isinstance(node.op, ast.BitOr):
            return Map((*left.items, *right.items))
        if isinstance(right, Seq):
            right = tuple(self.forced(item) for item in right.items)
        return literals.operate(node.op, left, right)

    def _unaryop(self, node: ast.UnaryOp, scope: Scope, context: Context) -> object:
        return literals.negate(node.op, self.value(node.operand, scope, context))

    def _ifexp(self, node: ast.IfExp, scope: Scope, context: Context) -> object:
        try:
            known = self.value(node.test, scope, context)
        except UndeterminedError:
            known = None
        if isinstance(known, bool):
            return Thunk(node.body if known else node.orelse, scope, context)
        way = self._choice((id(node), id(scope)), 2, context)
        return Thunk(node.orelse if way else node.body, scope, context)

    def _compare(self, node: ast.Compare, scope: Scope, context: Context) -> object:
        if len(node.ops) != 1:
            raise UndeterminedError
        left = self.value(node.left, scope, context)
        right = self.value(node.comparators[0], scope, context)
        if isinstance(node.ops[0], (ast.Is, ast.IsNot)) and right is None:
            return (left is None) == isinstance(node.ops[0], ast.Is)
        scalars = (str, int, float, type(None))
        if (
            isinstance(left, scalars)
            and isinstance(right, scalars)
            and isinstance(node.ops[0], (ast.Eq, ast.NotEq))
        ):
            return (left == right) == isinstance(node.ops[0], ast.Eq)
        raise UndeterminedError

    def _boolop(self, node: ast.BoolOp, scope: Scope, context: Context) -> object:
        for item in node.values:
            value = self.value(item, scope, context)
            if not isinstance(value, (str, int, float, type(None))):
                raise UndeterminedError
            if bool(value) == isinstance(node.op, ast.Or):
                return value
        return value
