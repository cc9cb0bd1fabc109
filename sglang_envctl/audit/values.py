"""What an expression can evaluate to, short of running it."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from sglang_envctl.audit.index import Module, Scope


class UndeterminedError(Exception):
    """Only the running program knows the value."""


class ForkError(Exception):
    """The value is one of several; the caller tries each."""

    def __init__(self, key: tuple[int, int], ways: int) -> None:
        super().__init__(key, ways)
        self.key = key
        self.ways = ways


class CallerError(Exception):
    """The value is a parameter: the callers of the function have it."""

    def __init__(self, scope: Scope) -> None:
        super().__init__(scope.name)
        self.scope = scope


@dataclass(frozen=True, slots=True, eq=False)
class Call:
    """A call that gives a function its arguments."""

    node: ast.Call
    scope: Scope
    skip: int = 0
    """Arguments before the first: 1 for functools.partial(f, ...)."""
    bound: bool = False
    """The function's first parameter is the object itself."""


@dataclass(frozen=True, slots=True, eq=False)
class Instance:
    """An object that the code makes: `NAME = EnvBool(False)` in a class body."""

    cls: Scope
    call: ast.Call
    scope: Scope
    target: str = ""
    """The class attribute it is assigned to."""


@dataclass(frozen=True, slots=True)
class Context:
    """Under what an expression is evaluated: who called, on which object, in which turn."""

    calls: Mapping[Scope, Call] = field(default_factory=dict)
    instances: tuple[Instance, ...] = ()
    choices: Mapping[tuple[int, int], int] = field(default_factory=dict)
    depth: int = 0
    wanted: tuple[Scope, ...] = ()
    """Classes whose objects were asked for already."""

    def called(self, scope: Scope, call: Call) -> Context:
        return replace(self, calls={**self.calls, scope: call}, depth=self.depth + 1)

    def on(self, instance: Instance, wanted: Scope | None = None) -> Context:
        return replace(
            self,
            instances=(instance, *self.instances),
            depth=self.depth + 1,
            wanted=(*self.wanted, wanted) if wanted else self.wanted,
        )

    def deeper(self) -> Context:
        return replace(self, depth=self.depth + 1)

    def choose(self, key: tuple[int, int], way: int) -> Context:
        return replace(self, choices={**self.choices, key: way})


@dataclass(frozen=True, slots=True)
class Thunk:
    """An expression with all that is needed to evaluate it."""

    node: ast.expr
    scope: Scope
    context: Context


@dataclass(frozen=True, slots=True)
class Seq:
    """A literal tuple, list or set."""

    items: tuple[object, ...]
    """Thunks, or values."""
    kind: str = "tuple"


@dataclass(frozen=True, slots=True)
class Map:
    """A literal dict."""

    items: tuple[tuple[object, object], ...]


@dataclass(frozen=True, slots=True)
class FunctionRef:
    scope: Scope
    receiver: Instance | None = None


@dataclass(frozen=True, slots=True)
class ClassRef:
    scope: Scope


@dataclass(frozen=True, slots=True)
class SelfRef:
    """`self` or `cls` inside a method, the object not yet known."""

    cls: Scope
    method: Scope


@dataclass(frozen=True, slots=True)
class FieldRef:
    """What `dataclasses.fields` gives for one field."""

    name: str
    default: Thunk | None


@dataclass(frozen=True, slots=True)
class ModuleRef:
    module: Module


@dataclass(frozen=True, slots=True)
class External:
    """Something of another package or of Python itself: `os.environ`, `int`."""

    name: str
