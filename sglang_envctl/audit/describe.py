"""Say how the code turns the text into a value, from what it does with the expression read.

The text is followed upwards through the expression, into the variable it is assigned to, into the
function it is passed to and out of the helper that returns it. A conversion says more than the
plain text, the text more than a test of its truth, a test more than a test of its presence.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from sglang_envctl.audit.comparisons import PRESENCE, RESULT, TEXT, Finding, Step
from sglang_envctl.audit.conversions import Conversions
from sglang_envctl.audit.environ import Read
from sglang_envctl.audit.evaluate import Evaluator
from sglang_envctl.audit.index import Binding, Scope, terminal
from sglang_envctl.audit.values import Call, Context, FunctionRef

_MAX_STEPS = 60


class Describer(Conversions):
    """Describes reads of one program."""

    def __init__(self, evaluator: Evaluator) -> None:
        self.evaluator = evaluator
        self._loads: dict[Scope, dict[str, list[ast.Name]]] = {}
        self._left = 0

    def describe(self, read: Read, context: Context) -> str:
        """The reader, as "raw.int" or "raw.lower-in:1|true"."""
        if read.kind == "in":
            return "raw.presence"
        if read.kind == "setdefault":
            return "raw.setdefault"
        self._left = _MAX_STEPS
        best = Finding(-1, "text")
        for finding in self._follow(Step(read.node, read.scope, context)):
            if finding.rank > best.rank:
                best = finding
        required = read.kind == "item" and not self._guarded(read)
        if required:
            return "raw.required" if best.text == "text" else f"raw.required-{best.text}"
        return f"raw.{best.text}"

    def _guarded(self, read: Read) -> bool:
        """Whether the code makes sure that the variable is there before it takes it."""
        wanted = ast.dump(read.name)
        module = read.scope.module
        for outer in module.up(read.node):
            if isinstance(outer, ast.Try) and read.node.lineno <= (outer.body[-1].end_lineno or 0):
                caught = {terminal(item.type) for item in outer.handlers if item.type}
                if not outer.handlers or caught & {"KeyError", "Exception", "LookupError"}:
                    return True
        function = read.scope.function() or read.scope
        return any(
            terminal(test.comparators[0]) == terminal(read.node.value)
            and ast.dump(test.left) == wanted
            for test, scope in module.memberships
            if isinstance(read.node, ast.Subscript) and (scope.function() or scope) is function
        )

    def _follow(self, step: Step) -> Iterator[Finding]:
        self._left -= 1
        if self._left < 0:
            return
        outer = next(step.scope.module.up(step.node), None)
        handler = getattr(self, f"_{type(outer).__name__.lower()}", None)
        if handler is None:
            yield self._as_text(step)
        else:
            yield from handler(outer, step)

    def _into(self, function: FunctionRef, outer: ast.Call, step: Step) -> Iterator[Finding]:
        """The text is passed to a function of the package: see what that does with it."""
        scope = function.scope
        if scope in step.context.calls or isinstance(scope.node, ast.Lambda):
            yield self._as_text(step)
            return
        bound = scope.owner() is not None and isinstance(outer.func, ast.Attribute)
        context = step.context.called(scope, Call(outer, step.scope, bound=bound))
        name = _parameter_for(scope, outer, step.node, bound=bound)
        if name is None:
            yield self._as_text(step)
            return
        found = list(self._variable(name, (0, 0), Step(step.node, scope, context, step.changes)))
        yield from found or [self._as_text(step)]

    def _boolop(self, outer: ast.BoolOp, step: Step) -> Iterator[Finding]:
        if isinstance(outer.op, ast.Or) or outer.values[-1] is step.node:
            yield from self._onward(step, outer)
        else:
            yield from self._tested(step)

    def _unaryop(self, _outer: ast.UnaryOp, step: Step) -> Iterator[Finding]:
        yield from self._tested(step)

    def _if(self, _outer: ast.AST, step: Step) -> Iterator[Finding]:
        yield from self._tested(step)

    _while = _assert = _if

    def _ifexp(self, outer: ast.IfExp, step: Step) -> Iterator[Finding]:
        if outer.test is step.node:
            yield from self._tested(step)
        else:
            yield from self._onward(step, outer)

    def _comprehension(self, outer: ast.comprehension, step: Step) -> Iterator[Finding]:
        if step.node in outer.ifs:
            yield from self._tested(step)
        else:
            yield self._as_text(step)

    def _formattedvalue(self, _outer: ast.FormattedValue, step: Step) -> Iterator[Finding]:
        yield self._as_text(step, PRESENCE)

    def _expr(self, outer: ast.Expr, _step: Step) -> Iterator[Finding]:
        yield Finding(PRESENCE, "text", outer.lineno)

    def _namedexpr(self, outer: ast.NamedExpr, step: Step) -> Iterator[Finding]:
        yield from self._onward(step, outer)
        if isinstance(outer.target, ast.Name):
            yield from self._variable(outer.target.id, _end(outer), step)

    def _assign(self, outer: ast.Assign, step: Step) -> Iterator[Finding]:
        for target in outer.targets:
            if isinstance(target, ast.Name):
                yield self._as_text(step, PRESENCE)
                yield from self._variable(target.id, _end(outer), step)
            else:
                yield self._as_text(step)

    def _annassign(self, outer: ast.AnnAssign, step: Step) -> Iterator[Finding]:
        yield self._as_text(step, PRESENCE)
        if isinstance(outer.target, ast.Name):
            yield from self._variable(outer.target.id, _end(outer), step)
        else:
            yield self._as_text(step)

    def _return(self, _outer: ast.Return, step: Step) -> Iterator[Finding]:
        function = step.scope.function()
        call = step.context.calls.get(function) if function else None
        if call is None:
            yield self._as_text(step, RESULT if step.converted else TEXT)
        else:
            yield from self._follow(replace(step, node=call.node, scope=call.scope))

    _lambda = _return

    def _variable(self, name: str, start: tuple[int, int], step: Step) -> Iterator[Finding]:
        """What the code does with the variable that now holds the text."""
        found = self.evaluator.program.lookup(step.scope, name)
        home, bindings = found or (step.scope, [])
        stop = _overwritten(bindings, start[0])
        for load in self.loads(home).get(name, []):
            if start <= (load.lineno, load.col_offset) and load.lineno <= stop:
                inner = self._scope_of(load, home)
                yield from self._follow(replace(step, node=load, scope=inner, held=True))

    def _scope_of(self, node: ast.expr, home: Scope) -> Scope:
        scope = home
        for outer in reversed(list(home.module.up(node))):
            scope = scope.inner.get(id(outer), scope)
        return scope

    def loads(self, scope: Scope) -> dict[str, list[ast.Name]]:
        """Where a scope's variables are looked at, in source order."""
        if scope not in self._loads:
            found: dict[str, list[ast.Name]] = {}
            for node in ast.walk(scope.node):
                if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                    found.setdefault(node.id, []).append(node)
            for names in found.values():
                names.sort(key=lambda item: (item.lineno, item.col_offset))
            self._loads[scope] = found
        return self._loads[scope]


def _end(node: ast.stmt | ast.expr) -> tuple[int, int]:
    return node.end_lineno or node.lineno, node.end_col_offset or 0


def _overwritten(bindings: list[Binding], line: int) -> int:
    """The last line on which a variable still holds what it got at a line.

    An assignment in a branch may not happen, so only one that is indented no deeper counts.
    """
    here = max((item.column for item in bindings if item.line <= line), default=0)
    later = [item for item in bindings if item.line > line > 0 and item.column <= here]
    ends = (getattr(item.node, "end_lineno", None) or item.line for item in later)
    return min(ends, default=1 << 30)


def _parameter_for(scope: Scope, call: ast.Call, node: ast.expr, *, bound: bool) -> str | None:
    """Which parameter of a function an argument of a call fills."""
    arguments = getattr(scope.node, "args", None)
    if not isinstance(arguments, ast.arguments):
        return None
    plain = [item.arg for item in [*arguments.posonlyargs, *arguments.args]][bound:]
    for position, item in enumerate(call.args):
        if item is node and position < len(plain):
            return plain[position]
    return next((item.arg for item in call.keywords if item.value is node), None)
