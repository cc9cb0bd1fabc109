"""Represent the values that an expression may have without running it, and operations on constants."""

from __future__ import annotations

import ast
import math
import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sglang_envctl.audit.code.index import Module, Scope

_MAX_LENGTH = 10_000
_MAX_BITS = 4096


class UnknownError(Exception):
    """An error: an expression has no single value here."""


class UndeterminedError(UnknownError):
    """An error: the value is known only at run time."""


class ForkError(UnknownError):
    """An error: the value is one of several; the caller may try each."""

    def __init__(self, key: tuple[int, int], ways: int) -> None:
        super().__init__(key, ways)
        self.key = key
        self.ways = ways


class CallerError(UnknownError):
    """An error: the value is a parameter, so the callers of the function have it."""

    def __init__(self, scope: Scope) -> None:
        super().__init__(scope.name)
        self.scope = scope


UNKNOWN = (UnknownError, RecursionError)


@dataclass(frozen=True, slots=True, eq=False)
class Call:
    """A call with the function's arguments."""

    node: ast.Call
    scope: Scope
    skip: int = 0
    """The number of arguments before the first: 1 for functools.partial(f, ...)."""
    bound: bool = False
    """Whether the function's first parameter is the object itself."""


@dataclass(frozen=True, slots=True, eq=False)
class Instance:
    """An object that the code creates: `NAME = EnvBool(False)` in a class body."""

    cls: Scope
    call: ast.Call
    scope: Scope
    target: str = ""
    """The class attribute to which the object is assigned."""


class Frame(NamedTuple):
    """The place where an expression is evaluated: its scope, callers, objects and branches."""

    scope: Scope
    calls: Mapping[Scope, Call] = {}
    instances: tuple[Instance, ...] = ()
    choices: Mapping[tuple[int, int], int] = {}
    depth: int = 0
    wanted: tuple[Scope, ...] = ()
    """The classes whose objects have already been requested."""

    def at(self, scope: Scope) -> Frame:
        """Return the same frame in another scope."""
        return Frame(scope, *self[1:])

    def deeper(self) -> Frame:
        scope, calls, instances, choices, depth, wanted = self
        return Frame(scope, calls, instances, choices, depth + 1, wanted)

    def called(self, scope: Scope, call: Call) -> Frame:
        return self._replace(calls={**self.calls, scope: call}, depth=self.depth + 1)

    def on(self, instance: Instance, wanted: Scope | None = None) -> Frame:
        return self._replace(
            instances=(instance, *self.instances),
            depth=self.depth + 1,
            wanted=(*self.wanted, wanted) if wanted else self.wanted,
        )

    def choose(self, key: tuple[int, int], way: int) -> Frame:
        return self._replace(choices={**self.choices, key: way})


@dataclass(frozen=True, slots=True)
class Thunk:
    """An expression that is evaluated on demand."""

    node: ast.expr
    frame: Frame


@dataclass(frozen=True, slots=True)
class Seq:
    """A literal tuple, list or set."""

    items: tuple[object, ...]
    """The items, each a thunk or a value."""


@dataclass(frozen=True, slots=True)
class Map:
    """A literal dict."""

    items: tuple[tuple[object, object], ...]


@dataclass(frozen=True, slots=True)
class FunctionRef:
    """A function of the package, perhaps as the method of an object."""

    scope: Scope
    receiver: Instance | None = None


@dataclass(frozen=True, slots=True)
class ClassRef:
    """A class of the package."""

    scope: Scope


@dataclass(frozen=True, slots=True)
class SelfRef:
    """`self` or `cls` inside a method, while the object is unknown."""

    cls: Scope
    method: Scope


@dataclass(frozen=True, slots=True)
class FieldRef:
    """One item of the result of `dataclasses.fields`."""

    name: str
    default: Thunk | None


@dataclass(frozen=True, slots=True)
class ModuleRef:
    """A module of the package."""

    module: Module


@dataclass(frozen=True, slots=True)
class External:
    """An object of another package or of Python itself: `os.environ`, `int`."""

    name: str


_BINARY: dict[type[ast.operator], Callable[[Any, Any], object]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
    ast.LShift: operator.lshift,
    ast.RShift: operator.rshift,
    ast.BitOr: operator.or_,
}
_METHODS = {
    "upper", "lower", "strip", "lstrip", "rstrip", "title", "format", "join", "replace",
    "removeprefix", "removesuffix", "split", "capitalize",
}  # fmt: skip
_BUILTINS: dict[str, Callable[..., object]] = {
    item.__name__: item for item in (str, int, float, bool, len, max, min, abs)
}
_WIDTH = re.compile(r"%[^sdr%]")
_FAULTS = (TypeError, ValueError, ArithmeticError, IndexError, KeyError, AttributeError)


def binary(op: ast.operator, left: object, right: object) -> object:
    """Return the result of a binary operator on constants."""
    function = _BINARY.get(type(op))
    scalars = (str, int, float, tuple)
    if function is None or not isinstance(left, scalars) or not isinstance(right, scalars):
        raise UndeterminedError
    if _may_be_huge(op, left, right):
        raise UndeterminedError
    return _bounded(function, left, right)


def _may_be_huge(op: ast.operator, left: object, right: object) -> bool:
    """Return whether a result could fill the memory: 2 ** 10**9, "x" * 10**9, "%999999999d" % 1."""
    if isinstance(op, (ast.Pow, ast.LShift)):
        return any(isinstance(item, int) and abs(item) > _MAX_BITS for item in (left, right))
    if isinstance(op, ast.Mult):
        return isinstance(left, (str, tuple)) or isinstance(right, (str, tuple))
    return isinstance(op, ast.Mod) and isinstance(left, str) and bool(_WIDTH.search(left))


def _bounded(function: Callable[..., object], *arguments: object, **keywords: object) -> object:
    """Return the result of a function, if it does not fail and the result is not too large."""
    try:
        value = function(*arguments, **keywords)
    except _FAULTS as error:
        raise UndeterminedError from error
    if isinstance(value, str) and len(value) > _MAX_LENGTH:
        raise UndeterminedError
    if isinstance(value, int) and value.bit_length() > _MAX_BITS:
        raise UndeterminedError
    return value


def unary(op: ast.unaryop, value: object) -> object:
    """Return the result of a unary operator on a constant."""
    if isinstance(op, ast.Not):
        return not value
    if isinstance(value, (int, float)):
        if isinstance(op, ast.USub):
            return -value
        if isinstance(op, ast.UAdd):
            return +value
        if isinstance(value, int):
            return ~value
    raise UndeterminedError


def string_method(
    text: str, name: str, arguments: Sequence[object], keywords: Mapping[str, object]
) -> object:
    """Return the result of a method of a string."""
    # "{:>999999999}" would fill the memory.
    if name not in _METHODS or (name == "format" and (":" in text or "!" in text)):
        raise UndeterminedError
    return _bounded(getattr(text, name), *arguments, **keywords)


def builtin(name: str, arguments: Sequence[object]) -> object:
    """Return the result of a Python builtin."""
    function = _BUILTINS.get(name)
    plain = (str, int, float, tuple, type(None))
    if function is None or not all(isinstance(item, plain) for item in arguments):
        raise UndeterminedError
    return _bounded(function, *arguments)


def json_value(value: object) -> object:
    """Return a constant as a JSON value."""
    if isinstance(value, float) and not math.isfinite(value):
        raise UndeterminedError
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    if isinstance(value, (tuple, list)):
        return [json_value(item) for item in value]
    raise UndeterminedError
