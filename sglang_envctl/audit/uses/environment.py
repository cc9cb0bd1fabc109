"""Find where the code uses the environment: reads, writes, and loops over all variables."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from sglang_envctl.audit.code.index import (
    ENVIRONMENT,
    Binding,
    Module,
    Scope,
    default_of,
    holds_environment,
    nodes_of,
    passed,
    terminal,
)
from sglang_envctl.audit.code.program import Program

_MAX_HOPS = 6
_GETTERS = {"os.getenv", "os.getenvb"}
_MAPPINGS = {"os.environ", "os.environb", "posix.environ"}


@dataclass(frozen=True, slots=True, eq=False)
class Read:
    """An expression that reads one variable."""

    kind: str
    """get, item, in or setdefault"""
    node: ast.expr
    scope: Scope
    name: ast.expr
    default: ast.expr | None = None

    def is_guarded(self) -> bool:
        """Return whether the code tests that the variable is set before reading the variable."""
        module = self.scope.module
        for outer in module.up(self.node):
            if isinstance(outer, ast.Try) and self.node.lineno <= (outer.body[-1].end_lineno or 0):
                caught = {terminal(item.type) for item in outer.handlers if item.type}
                if not outer.handlers or caught & {"KeyError", "Exception", "LookupError"}:
                    return True
        wanted = ast.dump(self.name)
        function = self.scope.function() or self.scope
        return isinstance(self.node, ast.Subscript) and any(
            (scope.function() or scope) is function
            and terminal(test.comparators[0]) == terminal(self.node.value)
            and ast.dump(test.left) == wanted
            for test, scope in module.memberships
        )


@dataclass(frozen=True, slots=True, eq=False)
class Write:
    """A statement that sets a variable."""

    node: ast.expr
    scope: Scope
    name: ast.expr
    value: ast.expr
    keeps: bool
    """Whether an existing value is kept (setdefault)."""


class Environ:
    """The environment, recognized by imports and not by spelling."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self._handed: set[tuple[Scope, str]] = set()

    def is_environ(self, node: ast.expr, scope: Scope, hops: int = 0) -> bool:
        """Return whether an expression is `os.environ`, a copy of it, or a variable that holds it."""
        word = terminal(node)
        if word in ENVIRONMENT and self.program.dotted(node, scope) in _MAPPINGS:
            return True
        if isinstance(node, ast.Call):
            return self._holds(node, scope)
        if isinstance(node, ast.Name):
            imported = self.program.dotted(node, scope)
            return imported in _MAPPINGS or self._is_variable(node.id, scope, hops)
        if not isinstance(node, ast.Attribute) or word not in scope.module.environments:
            return False
        return terminal(node.value) in {"self", "cls"}

    def _holds(self, node: ast.AST | None, scope: Scope) -> bool:
        """Return whether an expression creates a copy of the environment."""
        return (
            isinstance(node, ast.expr)
            and holds_environment(node, frozenset())
            and any(
                self.program.dotted(item, scope) in _MAPPINGS
                for item in nodes_of(node)
                if isinstance(item, ast.expr) and terminal(item) in ENVIRONMENT
            )
        )

    def _is_variable(self, name: str, scope: Scope, hops: int) -> bool:
        found = self.program.lookup(scope, name)
        if found is None or hops > _MAX_HOPS:
            return False
        home, bindings = found
        return (home, name) in self._handed or any(
            self._is_bound(binding, home, name, hops) for binding in bindings
        )

    def _is_bound(self, binding: Binding, home: Scope, name: str, hops: int) -> bool:
        """Return whether a binding assigns the environment to a name."""
        value: ast.AST | None = binding.node
        if binding.kind == "param" and isinstance(home.node, (ast.FunctionDef, ast.Lambda)):
            value = default_of(home.node.args, name)
        elif binding.kind != "assign":
            return False
        if isinstance(value, (ast.Name, ast.Attribute)):
            held = terminal(value) in ENVIRONMENT or terminal(value) in home.module.environments
            return held and self.is_environ(value, home, hops + 1)
        return self._holds(value, home)

    def hand_over(self, module: Module) -> None:
        """Record the parameters to which calls pass the environment."""
        for call, scope in module.passed:
            function = self.program.named(call.func, scope)
            if function is None or not isinstance(function.node, ast.FunctionDef):
                continue
            for name, value in passed(function.node, call):
                if self.is_environ(value, scope):
                    self._handed.add((function, name))
                    function.module.environments.add(name)

    def reads(self, module: Module) -> Iterator[Read]:
        """Yield every read of a module, even if the name is known only at run time."""
        _reveal(module)
        for word in sorted(module.words_for("getenv") | module.words_for("getenvb")):
            for call, scope in module.calls.get(word, []):
                name = _argument(call, 0, "key", "varname")
                if name is not None and self.program.dotted(call.func, scope) in _GETTERS:
                    yield Read("get", call, scope, name, _argument(call, 1, "default", "value"))
        for word in ("get", "setdefault"):
            for call, scope in self._methods(module, word):
                default = _argument(call, 1, "default", "value")
                yield Read(word, call, scope, call.args[0], default)
        for node, scope in module.subscripts:
            if isinstance(node.ctx, ast.Load) and self.is_environ(node.value, scope):
                yield Read("item", node, scope, node.slice)
        for test, scope in module.memberships:
            if self.is_environ(_without_keys(test.comparators[0]), scope):
                yield Read("in", test, scope, test.left)

    def _methods(self, module: Module, word: str) -> Iterator[tuple[ast.Call, Scope]]:
        """Yield the calls of a method of the environment."""
        for call, scope in module.calls.get(word, []):
            base = call.func.value if isinstance(call.func, ast.Attribute) else None
            if base is not None and call.args and self.is_environ(base, scope):
                yield call, scope

    def writes(self, module: Module) -> Iterator[Write]:
        """Yield every write of a module to the environment of its own process."""
        for node, scope in module.subscripts:
            if isinstance(node.ctx, ast.Store) and self.is_environ(node.value, scope):
                statement = next(module.up(node))
                if isinstance(statement, ast.Assign):
                    yield Write(node, scope, node.slice, statement.value, keeps=False)
        for call, scope in self._methods(module, "setdefault"):
            if len(call.args) > 1:
                yield Write(call, scope, call.args[0], call.args[1], keeps=True)

    def loops(self, module: Module) -> Iterator[ast.expr]:
        """Yield the loops over the whole environment."""
        for node, scope in module.mentions:
            if self.is_environ(node, scope):
                outer = next(module.up(node))
                if isinstance(outer, ast.Attribute) and outer.attr in {"items", "keys", "values"}:
                    around = islice(module.up(outer), 2)
                    if not any(isinstance(item, ast.Compare) for item in around):
                        yield node
                elif isinstance(outer, (ast.For, ast.comprehension)) and outer.iter is node:
                    yield node


def _reveal(module: Module) -> None:
    """Parse every function that may use the environment, under any name that the module gives it."""
    seen: set[str] = set()
    while words := {word for name in ENVIRONMENT for word in module.words_for(name)} - seen:
        words |= module.environments
        module.deferred.reveal(words)
        seen |= words


def _argument(call: ast.Call, position: int, *names: str) -> ast.expr | None:
    """Return an argument of a call, passed by position or by one of these names."""
    if len(call.args) > position:
        return call.args[position]
    return next((item.value for item in call.keywords if item.arg in names), None)


def _without_keys(node: ast.expr) -> ast.expr:
    """Return the table in `table.keys()`."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.func.value if node.func.attr == "keys" else node
    return node
