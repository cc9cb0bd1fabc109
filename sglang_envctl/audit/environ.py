"""Where the code touches the environment: reads, writes, and walks over all of it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from sglang_envctl.audit.index import (
    ENVIRONMENT,
    Binding,
    Module,
    Scope,
    default_of,
    holds_environment,
    terminal,
)
from sglang_envctl.audit.program import Program

_MAX_HOPS = 6
_GETTERS = {"os.getenv", "os.getenvb"}
_MAPPINGS = {"os.environ", "os.environb", "posix.environ"}


@dataclass(frozen=True, slots=True, eq=False)
class Read:
    """One expression that reads one variable."""

    kind: str
    """get, item, in or setdefault"""
    node: ast.expr
    scope: Scope
    name: ast.expr
    default: ast.expr | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Write:
    """One statement that sets a variable."""

    node: ast.expr
    scope: Scope
    name: ast.expr
    value: ast.expr
    keeps: bool
    """A value that is there already stays (setdefault)."""


class Environ:
    """Recognises the environment by the imports, not by the spelling."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self._handed: set[tuple[Scope, str]] = set()

    def is_environ(self, node: ast.expr, scope: Scope, hops: int = 0) -> bool:
        """Whether an expression is `os.environ`, a copy of it, or a variable that holds it."""
        word = terminal(node)
        if word in ENVIRONMENT and self.program.dotted(node, scope) in _MAPPINGS:
            return True
        if isinstance(node, ast.Call):
            return holds_environment(node, frozenset()) and self._any_inside(node, scope)
        if isinstance(node, ast.Name):
            imported = self.program.dotted(node, scope)
            return imported in _MAPPINGS or self._variable(node.id, scope, hops)
        if not isinstance(node, ast.Attribute) or word not in scope.module.environments:
            return False
        return terminal(node.value) in {"self", "cls"}

    def _any_inside(self, node: ast.expr, scope: Scope) -> bool:
        inside = (item for item in ast.walk(node) if terminal(item) in ENVIRONMENT)
        return any(
            self.program.dotted(item, scope) in _MAPPINGS
            for item in inside
            if isinstance(item, ast.expr)
        )

    def _variable(self, name: str, scope: Scope, hops: int) -> bool:
        found = self.program.lookup(scope, name)
        if found is None or hops > _MAX_HOPS:
            return False
        home, bindings = found
        if (home, name) in self._handed:
            return True
        return any(self._gives(binding, home, name, hops) for binding in bindings)

    def _gives(self, binding: Binding, home: Scope, name: str, hops: int) -> bool:
        """Whether a binding gives a name the environment."""
        value: ast.AST | None = binding.node
        if binding.kind == "param" and isinstance(home.node, (ast.FunctionDef, ast.Lambda)):
            value = default_of(home.node.args, name)
        elif binding.kind != "assign":
            return False
        if isinstance(value, (ast.Name, ast.Attribute)):
            held = terminal(value) in ENVIRONMENT or terminal(value) in home.module.environments
            return held and self.is_environ(value, home, hops + 1)
        if not isinstance(value, ast.expr) or not holds_environment(value, frozenset()):
            return False
        return self._any_inside(value, home)

    def hand_over(self, module: Module) -> None:
        """Note the parameters that calls fill with the environment."""
        for call, scope in module.passed:
            function = self.program.named(call.func, scope)
            if function is None or not isinstance(function.node, ast.FunctionDef):
                continue
            names = [item.arg for item in function.node.args.args]
            for position, item in enumerate(call.args):
                if position < len(names) and self.is_environ(item, scope):
                    self._handed.add((function, names[position]))
                    function.module.environments.add(names[position])
            for keyword in call.keywords:
                if keyword.arg in names and self.is_environ(keyword.value, scope):
                    self._handed.add((function, keyword.arg or ""))
                    function.module.environments.add(keyword.arg or "")

    def reads(self, module: Module) -> Iterator[Read]:
        """Every read of a module, dynamic ones included."""
        yield from self._getenv(module)
        for word in ("get", "setdefault"):
            for call, scope in module.calls.get(word, []):
                function = call.func
                if (
                    isinstance(function, ast.Attribute)
                    and call.args
                    and self.is_environ(function.value, scope)
                ):
                    yield Read(word, call, scope, call.args[0], _second(call))
        for node, scope in module.subscripts:
            if isinstance(node.ctx, ast.Load) and self.is_environ(node.value, scope):
                yield Read("item", node, scope, node.slice)
        for test, scope in module.memberships:
            if self._mapping(test.comparators[0], scope):
                yield Read("in", test, scope, test.left)

    def _getenv(self, module: Module) -> Iterator[Read]:
        words = {"getenv", "getenvb"}
        for word in ("getenv", "getenvb"):
            words |= module.aliases.get(word, set())
        for word in sorted(words):
            for call, scope in module.calls.get(word, []):
                name = _first(call)
                if name is not None and self.program.dotted(call.func, scope) in _GETTERS:
                    yield Read("get", call, scope, name, _second(call))

    def _mapping(self, node: ast.expr, scope: Scope) -> bool:
        if isinstance(node, ast.Call) and terminal(node.func) == "keys":
            node = node.func.value if isinstance(node.func, ast.Attribute) else node
        return self.is_environ(node, scope)

    def writes(self, module: Module) -> Iterator[Write]:
        """Every place that sets a variable of this process."""
        for node, scope in module.subscripts:
            if isinstance(node.ctx, ast.Store) and self.is_environ(node.value, scope):
                statement = next(module.up(node))
                if isinstance(statement, ast.Assign):
                    yield Write(node, scope, node.slice, statement.value, keeps=False)
        for call, scope in module.calls.get("setdefault", []):
            function = call.func
            if (
                isinstance(function, ast.Attribute)
                and len(call.args) > 1
                and self.is_environ(function.value, scope)
            ):
                yield Write(call, scope, call.args[0], call.args[1], keeps=True)

    def walks(self, module: Module) -> Iterator[ast.expr]:
        """Loops over the whole environment."""
        for node, scope in module.mentions:
            if self.is_environ(node, scope):
                outer = next(module.up(node))
                if isinstance(outer, ast.Attribute) and outer.attr in {"items", "keys", "values"}:
                    if not any(isinstance(item, ast.Compare) for item in _first_two(module, outer)):
                        yield node
                elif isinstance(outer, (ast.For, ast.comprehension)) and outer.iter is node:
                    yield node


def _first_two(module: Module, node: ast.expr) -> list[ast.AST]:
    return [item for item, _ in zip(module.up(node), range(2), strict=False)]


def _first(call: ast.Call) -> ast.expr | None:
    if call.args:
        return call.args[0]
    return next((item.value for item in call.keywords if item.arg in {"key", "varname"}), None)


def _second(call: ast.Call) -> ast.expr | None:
    if len(call.args) > 1:
        return call.args[1]
    return next((item.value for item in call.keywords if item.arg in {"default", "value"}), None)
