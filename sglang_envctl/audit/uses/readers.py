"""Determine the reader of a value (how the code parses the value) from the code's operations on it.

The value is followed outwards through the expression, into the variable that it is assigned to,
into the function that it is passed to and out of the helper that returns it. A conversion is more
informative than plain use, plain use more than a truth test, and a truth test more than a presence
test.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, replace

from sglang_envctl.audit.code.index import Binding, Scope, nodes_of, parameters, passed, terminal
from sglang_envctl.audit.evaluation.evaluator import Evaluator, items
from sglang_envctl.audit.evaluation.values import (
    Call,
    External,
    Frame,
    FunctionRef,
    Map,
    Seq,
    UnknownError,
)
from sglang_envctl.audit.uses.comparisons import (
    CONVERSIONS,
    caught,
    converted,
    converted_items,
    or_unset,
    refused_unless,
    returns_truth,
)
from sglang_envctl.audit.uses.environment import Read
from sglang_envctl.audit.uses.registries import NAMED

_MAX_STEPS = 60
_PRESENCE, _TRUTH, _PLAIN, _CONVERSION, _RESULT = range(5)
"""How informative a finding about the reader is, from the least to the most."""

_CHANGES = {
    "strip": "strip", "lstrip": "strip", "rstrip": "strip", "lower": "lower",
    "casefold": "lower", "upper": "upper",
}  # fmt: skip
_CONVERSIONS = {
    "complex": "complex", "ast.literal_eval": "python-literal", "os.path.expanduser": "path",
    "pathlib.Path": "path", "os.path.abspath": "path",
}  # fmt: skip
_PATH_TESTS = {"os.path.exists", "os.path.isfile", "os.path.isdir"}
_SAME = {"str", "os.path.expandvars", "typing.cast"}
_MESSAGES = {"debug", "info", "warning", "error", "warn", "print", "info_once", "warning_once"}

_FUNCTIONS = (ast.FunctionDef, ast.Lambda)
_WITHOUT_VALUE = {"in": "raw.presence", "setdefault": "raw.setdefault"}
"""The reader for each kind of read that determines the reader alone."""


@dataclass(frozen=True, slots=True)
class _Finding:
    """One operation of the code on the value."""

    rank: int
    reader: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class _Step:
    """An expression that has the value, after the steps in `changes`."""

    node: ast.expr
    frame: Frame
    changes: tuple[str, ...] = ()
    converted: str = ""
    held: bool = False
    """Whether a variable holds the value, so that the value may also be used outside of a condition."""

    def around(self) -> Iterator[ast.AST]:
        return self.frame.scope.module.up(self.node)

    def found(self, rank: int, word: str) -> _Finding:
        converted = (self.converted,) if self.converted else ()
        return _Finding(rank, "-".join((*self.changes, *converted, word)), self.node.lineno)

    def plain(self, rank: int = _PLAIN) -> _Finding:
        """Return the finding that the value is used unchanged."""
        if self.converted:
            return replace(self, converted="").found(max(rank, _CONVERSION), self.converted)
        return self.found(rank, "text")

    def tested(self) -> _Finding:
        """Return the finding that the truth of the value is tested."""
        return self.plain() if self.converted else self.found(_TRUTH, "truthy")


class Describer:
    """A search for the readers of one program."""

    def __init__(self, evaluator: Evaluator) -> None:
        self.evaluator = evaluator
        self.looped_over: dict[tuple[Scope, int], dict[str, ast.Name]] = {}
        """The names in the iterables of loops, by scope and its module's number of parsed functions."""
        self._left = 0

    def reader(self, read: Read, frame: Frame) -> str:
        """Return the reader of a read, such as "srt.bool", "raw.int" or "raw.lower-in:1|true"."""
        if read.kind in _WITHOUT_VALUE:
            return _WITHOUT_VALUE[read.kind]
        self._left = _MAX_STEPS
        found = list(self._follow(_Step(read.node, frame.at(read.scope))))
        first = max(found, key=lambda item: item.rank, default=_Finding(_PRESENCE, "text")).reader
        through = [s.name for s in frame.calls if s.name != "get_bool_env_var" or _warns(s)]
        for made in frame.instances:
            through += [cls.name for cls in self.evaluator.program.mro(made.cls)]
        names = (NAMED.get((name, f"raw.{first.removeprefix('try-')}")) for name in through)
        return next(filter(None, names), self._spelled_out(read, found))

    def parameter(self, function: Scope, frame: Frame) -> str:
        """Return the reader of a function's first parameter: how the function parses the value."""
        names = parameters(function.node) if isinstance(function.node, _FUNCTIONS) else []
        if not names:
            return "raw.text"
        self._left = _MAX_STEPS
        value = ast.Name(names[0].arg, ast.Load(), lineno=1, col_offset=0)
        found = list(self._variable(value.id, (0, 0), _Step(value, frame.at(function))))
        return f"raw.{or_unset([(item.rank, item.reader) for item in found])}"

    def _spelled_out(self, read: Read, found: list[_Finding]) -> str:
        best = or_unset([(item.rank, item.reader) for item in found])
        if read.kind == "item" and not read.is_guarded():
            return "raw.required" if best == "text" else f"raw.required-{best}"
        return f"raw.{best}"

    def _follow(self, step: _Step) -> Iterator[_Finding]:
        """Yield the operations on a value, from the expression or statement around it outwards."""
        self._left -= 1
        if self._left < 0:
            return
        match outer := next(step.around(), None):
            case ast.UnaryOp() | ast.If() | ast.While() | ast.Assert():
                yield step.tested()
            case ast.comprehension():
                yield step.tested() if step.node in outer.ifs else step.plain()
            case ast.FormattedValue():
                yield step.plain(_PRESENCE)
            case ast.Expr():
                yield _Finding(_PRESENCE, "text")
            case ast.IfExp(test=test) if test is step.node:
                yield step.tested()
            case _:
                yield from self._through(outer, step)

    def _through(self, outer: ast.AST | None, step: _Step) -> Iterator[_Finding]:
        """Yield the operations on a value that the node around it passes on."""
        match outer:
            case ast.BoolOp():
                yield from self._boolop(outer, step)
            case ast.IfExp():
                yield from self._onward(outer, step)
            case ast.NamedExpr(target=ast.Name(id=variable)):
                yield from self._onward(outer, step)
                yield from self._variable(variable, _end(outer), step)
            case ast.Assign() | ast.AnnAssign():
                yield from self._assign(outer, step)
            case ast.Return() | ast.Lambda():
                yield from self._return(step)
            case ast.Attribute():
                yield from self._attribute(outer, step)
            case ast.Call():
                yield from self._call(outer, step)
            case ast.Compare():
                yield from self._compare(outer, step)
            case _:
                yield step.plain()

    def _onward(self, outer: ast.expr, step: _Step) -> Iterator[_Finding]:
        yield from self._follow(replace(step, node=outer))

    def _boolop(self, outer: ast.BoolOp, step: _Step) -> Iterator[_Finding]:
        last = outer.values[-1] is step.node
        if not last:
            yield step.tested()  # with `or`, the next operand is used if this one is empty
        if isinstance(outer.op, ast.Or) or last:
            yield from self._onward(outer, step)

    def _assign(self, outer: ast.Assign | ast.AnnAssign, step: _Step) -> Iterator[_Finding]:
        for target in outer.targets if isinstance(outer, ast.Assign) else [outer.target]:
            if isinstance(target, ast.Name):
                yield step.plain(_PRESENCE)
                yield from self._variable(target.id, _end(outer), step)
            else:
                yield step.plain()

    def _return(self, step: _Step) -> Iterator[_Finding]:
        function = step.frame.scope.function()
        call = step.frame.calls.get(function) if function else None
        if call is None:
            yield step.plain(_RESULT if step.converted else _PLAIN)
        else:
            yield from self._follow(replace(step, node=call.node, frame=step.frame.at(call.scope)))

    def _variable(self, name: str, start: tuple[int, int], step: _Step) -> Iterator[_Finding]:
        """Yield the operations on the variable that now holds the value."""
        found = self.evaluator.program.lookup(step.frame.scope, name)
        home, bindings = found or (step.frame.scope, [])
        stop = _last_line(bindings, start[0])
        for load in home.loads(name):
            if start <= (load.lineno, load.col_offset) and load.lineno <= stop:
                frame = step.frame.at(home.inside(load))
                yield from self._follow(replace(step, node=load, frame=frame, held=True))

    def _attribute(self, outer: ast.Attribute, step: _Step) -> Iterator[_Finding]:
        call = next(step.frame.scope.module.up(outer), None)
        if not isinstance(call, ast.Call) or call.func is not outer:
            yield step.plain()
        elif outer.attr in _CHANGES and not step.converted:
            # The order of lowering and stripping makes no difference, so both are kept.
            changes = {*step.changes, _CHANGES[outer.attr]}
            ordered = tuple(sorted(changes, key=("strip", "lower", "upper").index))
            yield from self._follow(replace(step, node=call, changes=ordered))
        elif outer.attr in {"split", "rsplit", "splitlines"}:
            separator = self._spelled(call.args[0], step) if call.args else "space"
            how = converted_items(call, step.frame.scope.module.up(call))
            yield step.found(_CONVERSION, f"{how}:{separator}")
        elif outer.attr in {"startswith", "endswith"} and call.args:
            word = f"{outer.attr}:{self._spelled(call.args[0], step)}"
            yield step.found(_rank(call, step), word)
        elif outer.attr in {"replace", "encode"}:
            yield from self._onward(call, step)
        else:
            yield step.plain()

    def _call(self, outer: ast.Call, step: _Step) -> Iterator[_Finding]:
        if step.node is outer.func:
            yield step.plain()
            return
        try:
            function = self.evaluator.value(outer.func, step.frame)
        except UnknownError:
            function = None
        if isinstance(function, External):
            yield from self._passed_outside(function.name, outer, step)
        elif isinstance(function, FunctionRef):
            yield from self._passed_to(function.scope, outer, step)
        elif terminal(outer.func) in _MESSAGES:
            yield _Finding(_PRESENCE, "text")
        elif terminal(outer.func) == "get" and outer.args[1:] == [step.node]:
            yield from self._onward(outer, step)  # the default of an entry of a table
        else:
            yield step.plain()

    def _passed_to(self, function: Scope, outer: ast.Call, step: _Step) -> Iterator[_Finding]:
        """Yield the operations of a function of the package to which the value is passed."""
        known = function not in step.frame.calls and not isinstance(function.node, ast.Lambda)
        bound = function.owner() is not None and isinstance(outer.func, ast.Attribute)
        given = passed(function.node, outer, bound=bound) if known else ()
        name = next((name for name, item in given if item is step.node), None)
        if name is None:
            yield step.plain()
            return
        call = Call(outer, step.frame.scope, bound=bound)
        frame = step.frame.called(function, call).at(function)
        found = list(self._variable(name, (0, 0), _Step(step.node, frame, step.changes)))
        yield from found or [step.plain()]

    def _passed_outside(self, name: str, outer: ast.Call, step: _Step) -> Iterator[_Finding]:
        """Yield the operations of a function of Python or of another package to which the value is
        passed.
        """
        if name in _SAME:
            yield from self._onward(outer, step)
        elif name == "bool":
            yield step.found(_CONVERSION, "bool" if step.converted else "truthy")
        elif name in CONVERSIONS:
            made = converted(name, step.converted, step.node, step.frame)
            yield from self._follow(_Step(outer, step.frame, (), made))
        elif name in _CONVERSIONS:
            yield step.found(_CONVERSION, _CONVERSIONS[name])
        elif name in _PATH_TESTS:
            yield _Finding(_TRUTH, "path")
        elif name.rpartition(".")[2] in _MESSAGES:
            yield _Finding(_PRESENCE, "text")
        elif name == "len":
            yield step.tested()
        else:
            yield step.plain()

    def _compare(self, outer: ast.Compare, step: _Step) -> Iterator[_Finding]:
        op, right = outer.ops[0], outer.comparators[0]
        membership = isinstance(op, (ast.In, ast.NotIn))
        if outer.left is not step.node:
            if membership:
                word = f"contains:{self._spelled(outer.left, step)}"
                yield step.found(_rank(outer, step), word)
                return
            right = outer.left
        if isinstance(right, ast.Constant) and right.value is None:
            yield _Finding(_PRESENCE, "presence")
            return
        word = self._comparison(op, right, step)
        rank = _rank(outer, step)
        if step.converted or not word:
            yield step.plain()
        elif word in {"equals:", "not-equals:"}:
            # `x != ""` only tests whether there is a value.
            yield step.tested()
        elif not caught(step.frame) and (allowed := refused_unless(outer, step.around())):
            words = (self._members(node, step) for node in allowed)
            yield step.found(_RESULT, f"only:{'|'.join(sorted(set(words)))}")
        elif membership and rank == _TRUTH and step.held:
            yield step.found(_CONVERSION, f"one-of:{word.partition(':')[2]}")
        else:
            yield step.found(rank, word)

    def _comparison(self, op: ast.cmpop, right: ast.expr, step: _Step) -> str:
        negated = "not-" if isinstance(op, (ast.NotEq, ast.NotIn)) else ""
        if isinstance(op, (ast.Eq, ast.NotEq)):
            literal = self._spelled(right, step)
            is_one = literal == "1" and not step.changes and not negated
            return "is-one" if is_one else f"{negated}equals:{literal}"
        if isinstance(op, (ast.In, ast.NotIn)):
            return f"{negated}in:{self._members(right, step)}"
        return ""

    def _spelled(self, node: ast.expr, step: _Step) -> str:
        """Return a constant as written; "?" if it is known only at run time."""
        try:
            return _spelled(self.evaluator.value(node, step.frame))
        except UnknownError:
            return "?"

    def _members(self, node: ast.expr, step: _Step) -> str:
        try:
            value = self.evaluator.value(node, step.frame)
            found = items(value) if isinstance(value, (Seq, Map)) else (value,)
            return "|".join(sorted({_spelled(self.evaluator.forced(item)) for item in found}))
        except UnknownError:
            return "?"


def _warns(function: Scope) -> bool:
    """Return whether a function logs; in some releases, the parser of booleans does not."""
    calls = (node.func for node in nodes_of(function.node) if isinstance(node, ast.Call))
    return any(terminal(called) in _MESSAGES for called in calls)


def _rank(node: ast.expr, step: _Step) -> int:
    """Return how informative a comparison is: most, if the code continues with its result."""
    module = step.frame.scope.module
    if isinstance(next(module.up(node), None), ast.Assert):
        return _TRUTH
    for outer in module.up(node):
        if isinstance(outer, (ast.Return, ast.Assign, ast.AnnAssign, ast.Lambda)):
            return _RESULT
        if isinstance(outer, ast.If) and returns_truth(outer.body[0]):
            return _RESULT
        if not isinstance(outer, (ast.BoolOp, ast.UnaryOp, ast.IfExp, ast.Call)):
            break
    return _TRUTH if step.held else _CONVERSION


def _spelled(value: object) -> str:
    return str(value) if isinstance(value, (str, bytes, int, float, type(None))) else "?"


def _end(node: ast.stmt | ast.expr) -> tuple[int, int]:
    return node.end_lineno or node.lineno, node.end_col_offset or 0


def _last_line(bindings: list[Binding], line: int) -> int:
    """Return the last line on which a variable still has the value assigned on a line.

    An assignment in a branch may not happen, so only one that is not indented deeper ends the
    range.
    """
    here = max((item.column for item in bindings if item.line <= line), default=0)
    later = [item for item in bindings if item.line > line > 0 and item.column <= here]
    ends = (getattr(item.node, "end_lineno", None) or item.line for item in later)
    return min(ends, default=1 << 30)
