"""Variables that are read where they are used, through a helper or by the code itself."""

from __future__ import annotations

import ast
import logging
import os
from collections.abc import Mapping
from functools import cache
from types import CodeType
from typing import Any
from unittest.mock import MagicMock

from tests.conformance.child.wheel import Wheel

_COMMON = "sglang/srt/utils/common.py"
_HELPERS = ("get_bool_env_var", "get_int_env_var")
_RUNTIME = ("sglang/srt/", "sglang/kernels/")
_DIFFUSION = "sglang/multimodal_gen/"
_GUARDED = {"SGLANG_MORI_DISPATCH_DTYPE": "auto"}
"""What the code asks for only after a look whether it is set, and the text that it does nothing with."""
_CONVERSIONS = {"int", "float", "bool", "str"}


class Plain:
    """Probes of variables of the serving runtime, whatever they are for."""

    def __init__(self, sglang: Wheel) -> None:
        self._sglang = sglang
        self._logger = logging.getLogger("probe")

    def helped(self, name: str) -> object:
        """What `get_bool_env_var` and its kin say where they are called with the name."""
        return self._agreed(name, _RUNTIME, self._helpers(_COMMON, _HELPERS))

    def helped_in_diffusion(self, name: str) -> object:
        """The same with the diffusion server's own `get_bool_env_var`."""
        common = f"{_DIFFUSION}runtime/utils/common.py"
        return self._agreed(name, (_DIFFUSION,), self._helpers(common, _HELPERS[:1]))

    def spelled(self, name: str) -> object:
        """What the code makes of the text that it fetches from `os` itself."""
        if name not in os.environ and name in _GUARDED:
            return _GUARDED[name]
        return self._agreed(name, _RUNTIME, {"os": os})

    def _helpers(self, path: str, names: tuple[str, ...]) -> dict[str, Any]:
        given = {"os": os, "logger": self._logger, "_warned_bool_env_var_keys": set()}
        return {name: self._sglang.function(path, name, given) for name in names}

    def open_port(self, name: str) -> object:
        """The port that the code tries first, on a machine where every one is free."""
        del name
        bound, socket = MagicMock(), MagicMock()
        bound.getsockname.return_value = ("", 0)
        socket.socket().__enter__.return_value = bound
        given = {
            "os": os,
            "socket": socket,
            "logger": self._logger,
            "try_bind_socket": lambda: bound,
            "is_port_available": lambda _port: True,
        }
        path = self._sglang.defining(("sglang/srt/utils/network.py", _COMMON), "get_open_port")
        return self._sglang.function(path, "get_open_port", given)()

    def _agreed(self, name: str, folders: tuple[str, ...], given: Mapping[str, Any]) -> object:
        """What all places make of the text; one that fails fails them all."""
        how = "spelled" if "os" in given else "helped"
        codes = self._reads(name, folders, how)
        values = {repr(value): value for value in (eval(code, dict(given)) for code in codes)}  # noqa: S307
        if len(values) != 1:
            raise LookupError(f"{name} is {how} in {len(codes)} places as {list(values)}")
        return values.popitem()[1]

    @cache  # noqa: B019 - a probe lives as long as the process
    def _reads(self, name: str, folders: tuple[str, ...], how: str) -> tuple[CodeType, ...]:
        """The expressions that read a name, from the call outwards to what is made of its text."""
        return tuple(
            compile(ast.Expression(_whole(node, outer)), path, "eval")
            for path in self._sglang.files
            if path.startswith(folders) and path.endswith(".py") and "/test/" not in path
            if name.encode() in self._sglang.text(path)
            for outer in [self._outer(path)]
            for node in outer
            if _fetches(node, name, how)
        )

    @cache  # noqa: B019
    def _outer(self, path: str) -> dict[ast.AST, ast.AST]:
        """What stands around each part of a module."""
        return {
            inner: node
            for node in ast.walk(self._sglang.tree(path))
            for inner in ast.iter_child_nodes(node)
        }


def _fetches(node: ast.AST, name: str, how: str) -> bool:
    if isinstance(node, ast.Subscript):
        return how == "spelled" and _is(node.slice, name) and _is_environ(node.value)
    if not (isinstance(node, ast.Call) and node.args and _is(node.args[0], name)):
        return False
    if how == "helped":
        return isinstance(node.func, ast.Name) and node.func.id in _HELPERS
    return isinstance(node.func, ast.Attribute) and (
        node.func.attr == "getenv" or (node.func.attr == "get" and _is_environ(node.func.value))
    )


def _is(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Constant) and node.value == name


def _is_environ(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "environ"


def _whole(node: ast.AST, outer: Mapping[ast.AST, ast.AST]) -> ast.expr:
    """The expression around a call that only rewrites, converts or compares its text."""
    assert isinstance(node, ast.expr)
    match outer.get(node):
        case ast.Attribute(attr="strip" | "lower" | "upper") as method:
            return _whole(outer[method], outer)
        case ast.Call(func=ast.Name(id=word), args=[inner]) as call if inner is node:
            return _whole(call, outer) if word in _CONVERSIONS else node
        case ast.Compare(left=inner, comparators=[ast.Constant() | ast.Tuple() | ast.List()]) as c:
            return c if inner is node else node
        case ast.BoolOp(op=ast.Or(), values=[inner, *_]) as either if inner is node:
            return either
        case ast.NamedExpr():  # asked whether there is anything at all
            return ast.fix_missing_locations(
                ast.BoolOp(ast.Or(), [node, ast.copy_location(ast.Constant(None), node)])
            )
    return node
