"""Evaluate expressions without running anything: constants, names, parameters, arguments.

The evaluator supports enough of Python to find the names that a program reads from the environment.
If a value is one of several, `ForkError` makes the caller try each; if it is a parameter of a
function, `CallerError` makes the caller search for calls.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sglang_envctl.audit.code.index import (
    Binding,
    Scope,
    default_of,
    nodes_of,
    parameters,
    positional,
    terminal,
)
from sglang_envctl.audit.code.limits import Room
from sglang_envctl.audit.code.program import Program
from sglang_envctl.audit.evaluation.values import (
    UNKNOWN,
    Call,
    CallerError,
    ClassRef,
    External,
    ForkError,
    Frame,
    FunctionRef,
    Instance,
    Map,
    ModuleRef,
    SelfRef,
    Seq,
    Thunk,
    UndeterminedError,
    json_value,
)

_MAX_DEPTH = 40
_MAX_WAYS = 400
_LAST_LINE = 1 << 30

CONSTRUCTORS = {"__init__", "__set_name__", "__new__"}

Handler = Callable[["Evaluator", Any, Frame], object]
"""A function that evaluates one type of syntax node."""


class Evaluator:
    """An evaluator of the expressions of one program, with a handler for each type of node."""

    def __init__(
        self, program: Program, handlers: Mapping[type[ast.AST], Handler], room: Room
    ) -> None:
        self.program = program
        self.room = room
        self.left = 0
        """The number of steps before an evaluation is abandoned; `a = b + b; b = c + c; ...` takes
        2 ** n.
        """
        self._handlers = handlers

    @contextmanager
    def budget(self, steps: int) -> Iterator[None]:
        """Limit the number of steps of the evaluations inside the context."""
        self.room.spend(1)
        outer, self.left = self.left, steps
        try:
            yield
        finally:
            used, self.left = steps - self.left, outer
            self.room.used(used)

    def value(self, node: ast.expr, frame: Frame) -> object:
        """Return the value of an expression: a Python constant or one of the types in `values`."""
        self.left -= 1
        handler = self._handlers.get(type(node))
        if handler is None or frame.depth > _MAX_DEPTH or self.left < 0:
            raise UndeterminedError
        return self.forced(handler(self, node, frame.deeper()))

    def known(self, node: ast.expr, frame: Frame) -> object:
        """Return the value of an expression; None if it has no single value."""
        try:
            return self.value(node, frame)
        except UNKNOWN:
            return None

    def forced(self, value: object) -> object:
        """Return a value, evaluated if it is a thunk."""
        return self.value(value.node, value.frame) if isinstance(value, Thunk) else value

    def string(self, node: ast.expr, frame: Frame) -> str:
        """Return the value of an expression that must be a string."""
        value = self.value(node, frame)
        if isinstance(value, bytes):
            value = value.decode("utf-8", "replace")
        if isinstance(value, External):
            return _by_convention(value.name)
        if value is None:
            return ""  # no name, so no read
        if not isinstance(value, str):
            raise UndeterminedError
        return value

    def plain(self, value: object) -> object:
        """Return a value as a JSON value."""
        value = self.forced(value)
        if isinstance(value, Seq):
            return [self.plain(item) for item in value.items]
        if isinstance(value, Map):
            return {str(self.plain(key)): self.plain(item) for key, item in value.items}
        return json_value(value)

    def element(self, value: object, path: tuple[int, ...]) -> object:
        """Return the part of a value that an unpacking assigns."""
        for position in path:
            found = items(self.forced(value))
            if position >= len(found):
                raise UndeterminedError
            value = found[position]
        return value

    def bound(
        self, home: Scope, bindings: list[Binding], frame: Frame, line: int = _LAST_LINE
    ) -> object:
        """Return the value of a name bound in `home` on a line."""
        frame = frame.at(home)
        loops = [item for item in bindings if item.kind == "loop" and item.line <= line <= item.end]
        if loops:
            return self._loop_variable(max(loops, key=lambda item: item.line), frame)
        binding = _binding_at(line, bindings, frame)
        if binding.kind == "param":
            return self._parameter(binding, frame)
        if binding.kind == "import":
            return self.imported(binding.target, frame)
        if binding.kind in {"def", "class"}:
            inner = home.inner[id(binding.node)]
            return ClassRef(inner) if inner.kind == "class" else FunctionRef(inner)
        if binding.kind == "assign" and isinstance(binding.node, ast.expr):
            return self.element(Thunk(binding.node, frame), binding.path)
        raise UndeterminedError

    def _loop_variable(self, loop: Binding, frame: Frame) -> object:
        if not isinstance(loop.node, ast.expr):
            raise UndeterminedError
        turns = items(self.value(loop.node, frame))
        return self.element(turns[choice(loop.node, len(turns), frame)], loop.path)

    def _parameter(self, binding: Binding, frame: Frame) -> object:
        if not isinstance(binding.node, ast.arg):
            raise UndeterminedError
        function, name = frame.scope, binding.node.arg
        owner = function.owner()
        if owner is not None and is_receiver(function, name):
            return SelfRef(owner, function)
        if owner is not None and function.name in CONSTRUCTORS:
            return self._constructor_parameter(owner, name, frame)
        call = frame.calls.get(function)
        if call is None:
            raise CallerError(function)
        return self.argument(call, function, name, frame)

    def _constructor_parameter(self, owner: Scope, name: str, frame: Frame) -> object:
        """Return a parameter of `__init__` or `__set_name__` of the object in the frame."""
        method = frame.scope
        instance = instance_of(owner, frame, self.program)
        if instance is None:
            raise CallerError(method)
        if method.name == "__set_name__":
            node = method.node
            last = parameters(node)[-1].arg if isinstance(node, ast.FunctionDef) else ""
            if name == last and instance.target:
                return instance.target
            raise UndeterminedError
        call = Call(instance.call, instance.scope, bound=True)
        for cls in self.program.mro(instance.cls):
            if method.name not in cls.bindings:
                continue
            function = self.program.defined(cls, cls.bindings[method.name])
            if function is method:
                return self.argument(call, method, name, frame)
            upward = _super_call(function) if function and function.kind == "function" else None
            if function is None or upward is None:
                break
            call = Call(upward, function, bound=True)
        raise UndeterminedError

    def argument(self, call: Call, function: Scope, name: str, frame: Frame) -> object:
        """Return the argument that a call passes for a parameter, or the parameter's default."""
        node = function.node
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            raise UndeterminedError
        outside = frame.at(call.scope)
        for keyword in call.node.keywords:
            if keyword.arg == name:
                return Thunk(keyword.value, outside)
        arguments = self.sequence(call.node.args[call.skip :], outside)
        names = [item.arg for item in positional(node.args)[call.bound :]]
        if name in names and names.index(name) < len(arguments):
            return arguments[names.index(name)]
        if node.args.vararg and node.args.vararg.arg == name:
            return Seq(arguments[len(names) :])
        unpacked = any(keyword.arg is None for keyword in call.node.keywords)
        default = default_of(node.args, name)
        if node.args.kwarg and node.args.kwarg.arg == name and not unpacked:
            named = {item.arg for item in [*node.args.args, *node.args.kwonlyargs]}
            rest = [item for item in call.node.keywords if item.arg not in named]
            return Map(tuple((item.arg, Thunk(item.value, outside)) for item in rest))
        if unpacked or default is None:
            raise UndeterminedError
        return Thunk(default, frame.at(function.parent or function))

    def sequence(self, elements: list[ast.expr], frame: Frame) -> tuple[object, ...]:
        """Return the elements of a literal or the arguments of a call, with `*rest` unpacked."""
        self.left -= len(elements) >> 3
        found: list[object] = []
        for item in elements:
            if isinstance(item, ast.Starred):
                found += items(self.value(item.value, frame))
            else:
                found.append(Thunk(item, frame))
        return tuple(found)

    def imported(self, target: str, frame: Frame) -> object:
        """Return the meaning of a dotted name in an import."""
        module = self.program.module(target)
        if module is not None:
            return ModuleRef(module)
        found = self.program.imported(target)
        if found is None:
            return External(target)
        if frame.depth > _MAX_DEPTH:
            raise UndeterminedError
        return self.bound(*found, frame.deeper())


def items(value: object) -> tuple[object, ...]:
    """Return the items of a loop over a value."""
    if isinstance(value, Map):
        return tuple(key for key, _ in value.items)
    if isinstance(value, Seq):
        return value.items
    if isinstance(value, (tuple, list, frozenset, set)):
        return tuple(value)
    raise UndeterminedError


def choice(at: object, ways: int, frame: Frame) -> int:
    """Return which of several branches the frame chose at a place; raise ForkError if it chose none."""
    if ways == 1:
        return 0
    if ways == 0 or ways > _MAX_WAYS:
        raise UndeterminedError
    key = id(at), id(frame.scope)
    if key not in frame.choices:
        raise ForkError(key, ways)
    return frame.choices[key]


def _binding_at(line: int, bindings: list[Binding], frame: Frame) -> Binding:
    """Return the binding in effect on a line; raise ForkError if there may be several."""
    ordered = sorted(bindings, key=lambda item: item.line)
    last = ordered[-1]
    if len(ordered) == 1 or last.kind in {"def", "class", "import"}:
        return last
    if frame.scope.kind == "function":
        # The latest earlier binding; a parameter keeps its value until it is assigned.
        ordered = [item for item in ordered if item.line < line] or ordered[:1]
        if any(item.kind == "param" for item in ordered) and len(ordered) > 1:
            ordered = [item for item in ordered if item.kind != "param"]
    return ordered[choice(ordered[-1], len(ordered), frame)]


def is_receiver(method: Scope, name: str) -> bool:
    """Return whether a parameter is the `self` or `cls` of a method."""
    node = method.node
    if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return False
    static = any(terminal(item) == "staticmethod" for item in node.decorator_list)
    return not static and [item.arg for item in positional(node.args)[:1]] == [name]


def instance_of(cls: Scope, frame: Frame, program: Program) -> Instance | None:
    """Return the innermost object in a frame whose class is `cls`."""
    return next((item for item in frame.instances if cls in program.mro(item.cls)), None)


def _super_call(function: Scope) -> ast.Call | None:
    """Return the call of the same method of a base class."""
    for node in nodes_of(function.node):
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Call(func=ast.Name(id="super")), attr=function.name)
            ):
                return node
    return None


def _by_convention(dotted: str) -> str:
    """Return the value of a constant in a module named `environment_variables`: by OpenTelemetry's
    convention, the constant's own name.
    """
    module, _, name = dotted.rpartition(".")
    if not module.endswith(".environment_variables") or not name.isupper():
        raise UndeterminedError
    return name
