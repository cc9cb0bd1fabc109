"""What happens to a value on its way from a deprecated name to the new one, in words."""

from __future__ import annotations

import ast

from sglang_envctl.audit.environ import Read, Write
from sglang_envctl.audit.evaluate import Evaluator
from sglang_envctl.audit.text import one_line
from sglang_envctl.audit.values import (
    CallerError,
    Context,
    ForkError,
    FunctionRef,
    Thunk,
    UndeterminedError,
)

_UNKNOWN = (UndeterminedError, ForkError, CallerError, RecursionError)


def words(evaluator: Evaluator, write: Write, read: Read, context: Context) -> str:
    """The transformation, "" for a plain copy."""
    node: ast.expr = write.value
    for _ in range(6):
        if isinstance(node, ast.Name):
            following = _through_variable(evaluator, node, write, context)
            if following is None:
                return ""
            node = following
        elif _is_read(node, read):
            return ""
        else:
            break
    return in_words(node)


def _is_read(node: ast.expr, read: Read) -> bool:
    """Whether an expression does no more than take the value of the deprecated name."""
    wanted = ast.dump(read.name)
    if isinstance(node, ast.Subscript):
        return ast.dump(node.slice) == wanted
    return isinstance(node, ast.Call) and any(ast.dump(item) == wanted for item in node.args)


def _through_variable(
    evaluator: Evaluator, node: ast.Name, write: Write, context: Context
) -> ast.expr | None:
    """What a variable was assigned; the function that changes it, if one is given."""
    found = evaluator.program.lookup(write.scope, node.id)
    assigned = [item.node for item in found[1] if item.kind == "assign"] if found else []
    plain: ast.expr | None = None
    for value in assigned:
        if not isinstance(value, ast.expr):
            continue
        if isinstance(value, ast.Call) and _passes(value, node.id):
            changed = _function(evaluator, value, write, context)
            if changed is not None:
                return changed
        else:
            plain = value
    return plain


def _passes(call: ast.Call, name: str) -> bool:
    return any(isinstance(item, ast.Name) and item.id == name for item in call.args)


def _function(
    evaluator: Evaluator, call: ast.Call, write: Write, context: Context
) -> ast.expr | None:
    """The body of the function that a call runs, None if no function is given."""
    try:
        function = evaluator.value(call.func, write.scope, context)
        if isinstance(function, FunctionRef):
            result = evaluator.returned(function, call, write.scope, context)
            return result.node if isinstance(result, Thunk) else None
    except _UNKNOWN:
        return None
    return None


def in_words(node: ast.expr) -> str:
    """An expression that changes a value, described."""
    for item in ast.walk(node):
        if isinstance(item, ast.BinOp) and isinstance(item.right, ast.Constant):
            verb = {ast.Div: "divided by", ast.Mult: "multiplied by"}.get(type(item.op))
            if verb and isinstance(item.right.value, (int, float)):
                return f"{verb} {item.right.value:g}"
        if isinstance(item, ast.IfExp):
            ends = (item.body, item.orelse)
            texts = [end.value for end in ends if isinstance(end, ast.Constant)]
            if texts in (["0", "1"], ["false", "true"], ["False", "True"]):
                return "inverted"
    return one_line(node, 160)
