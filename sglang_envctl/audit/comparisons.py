"""Say what a comparison asks of the text."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from sglang_envctl.audit.evaluate import Evaluator
from sglang_envctl.audit.index import Scope
from sglang_envctl.audit.values import CallerError, Context, ForkError, Map, Seq, UndeterminedError

PRESENCE, TRUTH, TEXT, CONVERSION, RESULT = range(5)
"""How much a finding says about the reader, least first."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that the code does with the text."""

    rank: int
    text: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """An expression that is the text, changed in these ways so far."""

    node: ast.expr
    scope: Scope
    context: Context
    changes: tuple[str, ...] = ()
    converted: str = ""
    held: bool = False
    """A variable holds it: a comparison in a condition need not be all there is to it."""


class Comparisons:
    """The part of the describer that knows comparisons."""

    evaluator: Evaluator

    def _as_text(self, step: Step, rank: int = TEXT) -> Finding:
        raise NotImplementedError

    def _literal(self, node: ast.expr, step: Step) -> str:
        try:
            return _spelled(self.evaluator.value(node, step.scope, step.context))
        except (UndeterminedError, ForkError, CallerError):
            return "?"

    def _compare(self, outer: ast.Compare, step: Step) -> Iterator[Finding]:
        right = outer.comparators[0]
        if outer.left is not step.node:
            if isinstance(outer.ops[0], (ast.In, ast.NotIn)):
                word = f"contains:{self._literal(outer.left, step)}"
                yield Finding(self._weight(outer, step), self._named(step, word), outer.lineno)
                return
            right = outer.left
        if isinstance(right, ast.Constant) and right.value is None:
            yield Finding(PRESENCE, "presence", outer.lineno)
            return
        word = self._comparison(outer.ops[0], right, step)
        if step.converted or not word:
            yield self._as_text(step)
        elif word in {"equals:", "not-equals:"}:
            # `x != ""` asks no more than whether there is a text.
            yield Finding(TRUTH, self._named(step, "truthy"), outer.lineno)
        else:
            rank = self._weight(outer, step)
            if rank == TRUTH and step.held and isinstance(outer.ops[0], (ast.In, ast.NotIn)):
                word = f"one-of:{word.partition(':')[2]}"
                rank = CONVERSION
            yield Finding(rank, self._named(step, word), outer.lineno)

    def _weight(self, node: ast.expr, step: Step) -> int:
        """How much a comparison says: all, if it is what the code goes on with."""
        outer = next(step.scope.module.up(node), None)
        if isinstance(outer, ast.Assert):
            return TRUTH
        if self._is_result(node, step):
            return RESULT
        return TRUTH if step.held else CONVERSION

    def _comparison(self, op: ast.cmpop, right: ast.expr, step: Step) -> str:
        negated = "not-" if isinstance(op, (ast.NotEq, ast.NotIn)) else ""
        if isinstance(op, (ast.Eq, ast.NotEq)):
            literal = self._literal(right, step)
            plain = literal == "1" and not step.changes and not negated
            return "is-one" if plain else f"{negated}equals:{literal}"
        if isinstance(op, (ast.In, ast.NotIn)):
            return f"{negated}in:{self._members(right, step)}"
        return ""

    def _members(self, node: ast.expr, step: Step) -> str:
        try:
            value = self.evaluator.value(node, step.scope, step.context)
            items = self.evaluator.items(value) if isinstance(value, (Seq, Map)) else [value]
            return "|".join(sorted({_spelled(self.evaluator.forced(item)) for item in items}))
        except (UndeterminedError, ForkError, CallerError):
            return "?"

    def _is_result(self, node: ast.expr, step: Step) -> bool:
        """Whether a comparison is what a function returns or what a variable becomes."""
        for outer in step.scope.module.up(node):
            if isinstance(outer, (ast.Return, ast.Assign, ast.AnnAssign, ast.Lambda)):
                return True
            if isinstance(outer, ast.If):
                only = outer.body[0]
                return isinstance(only, ast.Return) and _is_truth(only.value)
            if not isinstance(outer, (ast.BoolOp, ast.UnaryOp, ast.IfExp, ast.Call)):
                return False
        return False

    def _named(self, step: Step, word: str) -> str:
        return "-".join(
            (*step.changes, step.converted, word) if step.converted else (*step.changes, word)
        )


def _spelled(value: object) -> str:
    """A constant as text, "?" for what only the running program holds."""
    plain = value is None or isinstance(value, (str, bytes, int, float))
    return str(value) if plain else "?"


def _is_truth(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, bool)
