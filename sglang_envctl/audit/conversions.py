"""Say what a call makes of the text: a number, a list, a path."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from sglang_envctl.audit.comparisons import (
    CONVERSION,
    PRESENCE,
    TEXT,
    TRUTH,
    Comparisons,
    Finding,
    Step,
)
from sglang_envctl.audit.index import terminal
from sglang_envctl.audit.values import (
    CallerError,
    External,
    ForkError,
    FunctionRef,
    UndeterminedError,
)

_CHANGES = {
    "strip": "strip", "lstrip": "strip", "rstrip": "strip", "lower": "lower",
    "casefold": "lower", "upper": "upper",
}  # fmt: skip
_CONVERSIONS = {
    "int": "int", "float": "float", "bool": "truthy", "json.loads": "json", "complex": "complex",
    "ast.literal_eval": "python-literal", "os.path.expanduser": "path", "pathlib.Path": "path",
    "os.path.abspath": "path", "os.path.exists": "path-test", "os.path.isfile": "path-test",
    "os.path.isdir": "path-test",
}  # fmt: skip
_SAME = {"str", "os.path.expandvars", "typing.cast"}
_MESSAGES = {"debug", "info", "warning", "error", "warn", "print", "info_once", "warning_once"}
_STATEMENTS = (ast.If, ast.While, ast.Assert)


class Conversions(Comparisons):
    """The part of the describer that knows methods and functions."""

    def _follow(self, step: Step) -> Iterator[Finding]:
        raise NotImplementedError

    def _into(self, function: FunctionRef, outer: ast.Call, step: Step) -> Iterator[Finding]:
        raise NotImplementedError

    def _onward(self, step: Step, node: ast.expr) -> Iterator[Finding]:
        yield from self._follow(replace(step, node=node))

    def _as_text(self, step: Step, rank: int = TEXT) -> Finding:
        if step.converted:
            name = "-".join((*step.changes, step.converted))
            return Finding(max(rank, CONVERSION), name, step.node.lineno)
        return Finding(rank, self._named(step, "text"), step.node.lineno)

    def _tested(self, step: Step) -> Iterator[Finding]:
        if step.converted:
            yield Finding(CONVERSION, "-".join((*step.changes, step.converted)), step.node.lineno)
        else:
            yield Finding(TRUTH, self._named(step, "truthy"), step.node.lineno)

    def _attribute(self, outer: ast.Attribute, step: Step) -> Iterator[Finding]:
        call = next(step.scope.module.up(outer), None)
        if not isinstance(call, ast.Call) or call.func is not outer:
            yield self._as_text(step)
        elif outer.attr in _CHANGES and not step.converted:
            # Once lowered and stripped it stays so; the order makes no difference.
            change = _CHANGES[outer.attr]
            changes = tuple(sorted({*step.changes, change}, key=("strip", "lower", "upper").index))
            yield from self._follow(Step(call, step.scope, step.context, changes, held=step.held))
        elif outer.attr in {"split", "rsplit", "splitlines"}:
            yield from self._split(call, step)
        elif outer.attr in {"startswith", "endswith"} and call.args:
            word = f"{outer.attr}:{self._literal(call.args[0], step)}"
            yield Finding(self._weight(call, step), self._named(step, word), outer.lineno)
        elif outer.attr == "expanduser":
            yield Finding(CONVERSION, "path", outer.lineno)
        elif outer.attr in {"replace", "encode"}:
            yield from self._onward(step, call)
        else:
            yield self._as_text(step)

    def _split(self, call: ast.Call, step: Step) -> Iterator[Finding]:
        separator = self._literal(call.args[0], step) if call.args else "space"
        yield Finding(CONVERSION, self._named(step, f"split:{separator}"), call.lineno)

    def _call(self, outer: ast.Call, step: Step) -> Iterator[Finding]:
        if step.node is outer.func:
            yield self._as_text(step)
            return
        function = self._function(outer.func, step)
        if isinstance(function, External):
            yield from self._external(function.name, outer, step)
        elif isinstance(function, FunctionRef):
            yield from self._into(function, outer, step)
        elif terminal(outer.func) in _MESSAGES:
            yield Finding(PRESENCE, "text", outer.lineno)
        else:
            yield self._as_text(step)

    def _function(self, node: ast.expr, step: Step) -> object:
        try:
            return self.evaluator.value(node, step.scope, step.context)
        except (UndeterminedError, ForkError, CallerError):
            return None

    def _external(self, name: str, outer: ast.Call, step: Step) -> Iterator[Finding]:
        conversion = _CONVERSIONS.get(name)
        if name in _SAME:
            yield from self._onward(step, outer)
        elif conversion == "truthy":
            yield from self._as_bool(outer, step)
        elif conversion in {"int", "float", "json"}:
            inner = Step(outer, step.scope, step.context, (), conversion)
            yield from self._follow(inner)
        elif conversion == "path-test":
            yield Finding(TRUTH, "path", outer.lineno)
        elif conversion is not None:
            yield Finding(CONVERSION, self._named(step, conversion), outer.lineno)
        elif name.rpartition(".")[2] in _MESSAGES:
            yield Finding(PRESENCE, "text", outer.lineno)
        elif name == "len":
            yield from self._tested(step)
        else:
            yield self._as_text(step)

    def _as_bool(self, outer: ast.Call, step: Step) -> Iterator[Finding]:
        word = f"{step.converted}-bool" if step.converted else "truthy"
        yield Finding(CONVERSION, "-".join((*step.changes, word)), outer.lineno)
