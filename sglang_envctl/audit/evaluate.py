"""Evaluate expressions without running anything.

Enough of Python to know which names a program asks the environment for: constants, f-strings,
concatenation, loops over literals, parameters (from the calls), attributes (from the constructor).
Where a value is one of several, `ForkError` makes the caller try each; where it is a parameter of
a function nobody has called yet, `CallerError` makes the caller go to the callers.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator
from contextlib import contextmanager

from sglang_envctl.audit import literals
from sglang_envctl.audit.index import Binding, Scope
from sglang_envctl.audit.operations import Operations
from sglang_envctl.audit.values import (
    CallerError,
    ClassRef,
    Context,
    External,
    FunctionRef,
    Map,
    ModuleRef,
    SelfRef,
    Seq,
    Thunk,
    UndeterminedError,
)

MAX_DEPTH = 40


class Evaluator(Operations):
    """Evaluates expressions of one program."""

    left = 0
    """Steps left before an evaluation is given up: `a = b + b; b = c + c; ...` has 2 ** n."""

    @contextmanager
    def budget(self, steps: int) -> Iterator[None]:
        """Allow so many steps to what is evaluated inside."""
        outer, self.left = self.left, steps
        try:
            yield
        finally:
            self.left = outer

    def value(self, node: ast.expr, scope: Scope, context: Context) -> object:
        """The value of an expression: a Python constant or one of `values`."""
        self.left -= 1
        if context.depth > MAX_DEPTH or self.left < 0:
            raise UndeterminedError
        handler = getattr(self, f"_{type(node).__name__.lower()}", None)
        if handler is None:
            raise UndeterminedError
        result: object = handler(node, scope, context.deeper())
        return self.forced(result)

    def forced(self, value: object) -> object:
        return (
            self.value(value.node, value.scope, value.context)
            if isinstance(value, Thunk)
            else value
        )

    def text(self, node: ast.expr, scope: Scope, context: Context) -> str:
        """The value of an expression that must be a text."""
        value = self.value(node, scope, context)
        if isinstance(value, bytes):
            value = value.decode("utf-8", "replace")
        if isinstance(value, External):
            return _by_convention(value.name)
        if value is None:
            return ""  # no name, no read
        if not isinstance(value, str):
            raise UndeterminedError
        return value

    def plain(self, value: object) -> object:
        """A value as a JSON value."""
        value = self.forced(value)
        if isinstance(value, Seq):
            return [self.plain(item) for item in value.items]
        if isinstance(value, Map):
            return {str(self.plain(key)): self.plain(item) for key, item in value.items}
        return literals.json_value(value)

    def _constant(self, node: ast.Constant, _scope: Scope, _context: Context) -> object:
        return node.value

    def _name(self, node: ast.Name, scope: Scope, context: Context) -> object:
        found = self.program.lookup(scope, node.id)
        if found is None:
            if hasattr(builtins, node.id):
                return External(node.id)
            raise UndeterminedError
        return self.bound(*found, node, context)

    def bound(
        self, home: Scope, bindings: list[Binding], node: ast.expr, context: Context
    ) -> object:
        """The value of a name that `home` binds in these ways, as seen at `node`."""
        line = node.lineno
        loops = [item for item in bindings if item.kind == "loop" and item.line <= line <= item.end]
        if loops:
            return self._turn(max(loops, key=lambda item: item.line), home, context)
        binding = self._one(bindings, home, line, context)
        if binding.kind == "param":
            return self._parameter(binding, home, context)
        if binding.kind == "import":
            return self._import(binding.target, node, context)
        if binding.kind in {"def", "class"}:
            inner = home.inner[id(binding.node)]
            return ClassRef(inner) if inner.kind == "class" else FunctionRef(inner)
        if binding.kind == "assign" and isinstance(binding.node, ast.expr):
            value: object = Thunk(binding.node, home, context)
            for position in binding.path:
                value = self._element(value, position)
            return value
        raise UndeterminedError

    def _one(self, bindings: list[Binding], home: Scope, line: int, context: Context) -> Binding:
        """The binding that counts at a line; a fork where several may."""
        ordered = sorted(bindings, key=lambda item: item.line)
        last = ordered[-1]
        if len(ordered) == 1 or last.kind in {"def", "class", "import"}:
            return last
        if home.kind == "function":
            # The latest one before; a parameter is the value until it is assigned anew.
            ordered = [item for item in ordered if item.line < line] or ordered[:1]
            if any(item.kind == "param" for item in ordered) and len(ordered) > 1:
                ordered = [item for item in ordered if item.kind != "param"]
        return ordered[self._choice((id(ordered[-1]), id(home)), len(ordered), context)]

    def _turn(self, loop: Binding, home: Scope, context: Context) -> object:
        """The value of a loop variable in the turn chosen."""
        if not isinstance(loop.node, ast.expr):
            raise UndeterminedError
        items = self.items(self.value(loop.node, home, context))
        value = items[self._choice((id(loop.node), id(home)), len(items), context)]
        for position in loop.path:
            value = self._element(value, position)
        return value

    def _parameter(self, binding: Binding, home: Scope, context: Context) -> object:
        if not isinstance(binding.node, ast.arg):
            raise UndeterminedError
        name = binding.node.arg
        owner = home.owner()
        if owner is not None and self.is_receiver(home, name):
            return SelfRef(owner, home)
        if owner is not None and home.name in {"__init__", "__set_name__", "__new__"}:
            return self.constructed(home, owner, name, context)
        call = context.calls.get(home)
        if call is None:
            raise CallerError(home)
        return self.argument(call, home, name, context)

    def _import(self, target: str, node: ast.expr, context: Context) -> object:
        module = self.program.module(target)
        if module is not None:
            return ModuleRef(module)
        found = self.program.imported(target)
        if found is None:
            return External(target)
        if context.depth > MAX_DEPTH:
            raise UndeterminedError
        late = ast.copy_location(ast.Name("_"), node)
        late.lineno = 1 << 30
        return self.bound(*found, late, context.deeper())

    def _attribute(self, node: ast.Attribute, scope: Scope, context: Context) -> object:
        base = self.value(node.value, scope, context)
        if isinstance(base, External):
            return External(f"{base.name}.{node.attr}")
        if isinstance(base, ModuleRef):
            return self._import(f"{base.module.name}.{node.attr}", node, context)
        if node.attr == "value" and isinstance(base, (str, int, float)):
            return base  # of an Enum's member
        return self.attribute(base, node.attr, context)

    def _joinedstr(self, node: ast.JoinedStr, scope: Scope, context: Context) -> object:
        return "".join(self._part(part, scope, context) for part in node.values)

    def _part(self, node: ast.expr, scope: Scope, context: Context) -> str:
        if not isinstance(node, ast.FormattedValue):
            return self.text(node, scope, context)
        value = self.value(node.value, scope, context)
        if node.format_spec is not None or node.conversion != -1:
            raise UndeterminedError
        if not isinstance(value, (str, int, float)):
            raise UndeterminedError
        return str(value)

    def _namedexpr(self, node: ast.NamedExpr, scope: Scope, context: Context) -> object:
        return Thunk(node.value, scope, context)

    def _lambda(self, node: ast.Lambda, scope: Scope, _context: Context) -> object:
        return FunctionRef(scope.inner[id(node)])


def _by_convention(dotted: str) -> str:
    """OpenTelemetry's `environment_variables` modules name each constant like its variable."""
    module, _, name = dotted.rpartition(".")
    if not module.endswith(".environment_variables") or not name.isupper():
        raise UndeterminedError
    return name
