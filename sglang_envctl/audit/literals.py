"""Arithmetic and text methods on constants, bounded."""

from __future__ import annotations

import ast
import math
import operator
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sglang_envctl.audit.values import UndeterminedError

_MAX_TEXT = 10_000
_MAX_BITS = 4096

_OPERATORS: dict[type[ast.operator], Callable[[Any, Any], object]] = {
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
    "str": str,
    "int": int,
    "float": float,
    "bool": bool,
    "len": len,
    "max": max,
    "min": min,
    "abs": abs,
}
_WIDTH = re.compile(r"%[^sdr%]")
_FAULTS = (TypeError, ValueError, ArithmeticError, IndexError, KeyError, AttributeError)


def operate(op: ast.operator, left: object, right: object) -> object:
    """One binary operation on constants."""
    function = _OPERATORS.get(type(op))
    scalars = (str, int, float, tuple)
    if function is None or not isinstance(left, scalars) or not isinstance(right, scalars):
        raise UndeterminedError
    if isinstance(op, (ast.Pow, ast.LShift)) and _big(left, right):
        raise UndeterminedError
    if isinstance(op, ast.Mult) and (
        isinstance(left, (str, tuple)) or isinstance(right, (str, tuple))
    ):
        raise UndeterminedError
    if isinstance(op, ast.Mod) and isinstance(left, str) and _WIDTH.search(left):
        raise UndeterminedError
    try:
        result = function(left, right)
    except _FAULTS as error:
        raise UndeterminedError from error
    return _bounded(result)


def _big(left: object, right: object) -> bool:
    # Operands whose result could fill the memory: 2 ** 10**9.
    return any(isinstance(item, int) and abs(item) > _MAX_BITS for item in (left, right))


def _bounded(value: object) -> object:
    if isinstance(value, str) and len(value) > _MAX_TEXT:
        raise UndeterminedError
    if isinstance(value, int) and value.bit_length() > _MAX_BITS:
        raise UndeterminedError
    return value


def negate(op: ast.unaryop, value: object) -> object:
    """One unary operation on a constant."""
    if isinstance(op, ast.Not):
        return not value
    if not isinstance(value, (int, float)):
        raise UndeterminedError
    if isinstance(op, ast.USub):
        return -value
    if isinstance(op, ast.UAdd):
        return +value
    if isinstance(value, int):
        return ~value
    raise UndeterminedError


def text_method(
    text: str, name: str, arguments: Sequence[object], keywords: Mapping[str, object]
) -> object:
    """A method of a text."""
    if name not in _METHODS or (name == "format" and not _simple_format(text)):
        raise UndeterminedError
    try:
        return _bounded(getattr(text, name)(*arguments, **keywords))
    except _FAULTS as error:
        raise UndeterminedError from error


def _simple_format(text: str) -> bool:
    # "{:>999999999}" would fill the memory.
    return ":" not in text and "!" not in text


def builtin(name: str, arguments: Sequence[object]) -> object:
    """A call of one of Python's own functions."""
    function = _BUILTINS.get(name)
    if function is None or not all(
        isinstance(item, (str, int, float, tuple, type(None))) for item in arguments
    ):
        raise UndeterminedError
    try:
        return _bounded(function(*arguments))
    except _FAULTS as error:
        raise UndeterminedError from error


def json_value(value: object) -> object:
    """A constant as a JSON value."""
    if isinstance(value, float) and not math.isfinite(value):
        raise UndeterminedError
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    if isinstance(value, (tuple, list)):
        return [json_value(item) for item in value]
    raise UndeterminedError
