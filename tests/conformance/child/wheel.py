"""A wheel's own code, run straight out of the zip: whole modules, or single functions of one.

Everything that is neither in the wheel's chosen modules nor in the standard library is a stand-in:
it can be imported, called, subclassed and compared, and does nothing.
"""

from __future__ import annotations
import __future__

import ast
import importlib.abc
import importlib.machinery
import logging
import sys
import zipfile
from collections.abc import Callable, Iterable, Sequence
from functools import cache, cached_property
from types import CodeType, ModuleType
from typing import Any

_POSTPONED = __future__.annotations.compiler_flag  # no annotation is evaluated


class Standin:
    """Anything at all: no attribute, call or comparison fails, and none is true."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Standin()

    def __call__(self, *_args: object, **_named: object) -> Standin:
        return Standin()

    def __bool__(self) -> bool:
        return False

    def __mro_entries__(self, _bases: object) -> tuple[type, ...]:
        return ()

    def __getitem__(self, _key: object) -> Standin:
        return Standin()

    def __lt__(self, _other: object) -> bool:
        return False


class _StandinModule(ModuleType):
    __version__ = "0"

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return logging.getLogger if name == "init_logger" else Standin()


class Wheel:
    """The text of a wheel's files, and what can be taken out of it."""

    def __init__(self, path: str) -> None:
        self._zip = zipfile.ZipFile(path)

    @cached_property
    def files(self) -> frozenset[str]:
        return frozenset(self._zip.namelist())

    def first(self, paths: Iterable[str]) -> str:
        """The first of these paths that this wheel has: files move between releases."""
        wanted = tuple(paths)
        found = next((path for path in wanted if path in self.files), None)
        if found is None:
            raise LookupError(f"the wheel has none of {', '.join(wanted)}")
        return found

    def defining(self, paths: Iterable[str], function: str) -> str:
        """The first of these paths that this wheel has with such a function in it."""
        start = f"\ndef {function}(".encode()
        return next(path for path in paths if path in self.files and start in self.text(path))

    @cache  # noqa: B019 - a wheel lives as long as the process
    def text(self, path: str) -> bytes:
        return self._zip.read(path)

    @cache  # noqa: B019
    def tree(self, path: str) -> ast.Module:
        return ast.parse(self.text(path), path)

    @cache  # noqa: B019
    def code(self, path: str) -> CodeType:
        return compile(self._zip.read(path), path, "exec", dont_inherit=True)

    def run(self, path: str) -> dict[str, Any]:
        """The names of a module that was run from the start, as if just imported."""
        names: dict[str, Any] = {"__name__": path.removesuffix(".py").replace("/", ".")}
        exec(self.code(path), names)  # noqa: S102
        return names

    def function(self, path: str, name: str, given: dict[str, Any]) -> Callable[..., Any]:
        """One function of a module, without its decorators, in a namespace that holds `given`."""
        found = self._named(path, name)
        return define(found.body, name, given, found.args)

    def function_with(self, path: str, attribute: str) -> ast.FunctionDef:
        """The function that mentions this attribute."""
        return next(f for f in _functions(self.tree(path)) if mentions(f, attribute))

    @cache  # noqa: B019
    def comparisons(self, path: str, word: str) -> tuple[CodeType, ...]:
        """Every comparison in a module that mentions this word on its left."""
        found = (
            node
            for node in ast.walk(self.tree(path))
            if isinstance(node, ast.Compare) and mentions(node.left, word)
        )
        return tuple(compile(ast.Expression(node), path, "eval") for node in found)

    @cache  # noqa: B019
    def _named(self, path: str, name: str) -> ast.FunctionDef:
        return next(f for f in _functions(self.tree(path)) if f.name == name)


def _functions(tree: ast.AST) -> Iterable[ast.FunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def mentions(tree: ast.AST, word: str) -> bool:
    """Whether a literal, a name or an attribute in this tree is `word`."""
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=said) | ast.Attribute(attr=said) | ast.Name(id=said):
                if said == word:
                    return True
    return False


def define(
    body: Sequence[ast.stmt],
    name: str,
    given: dict[str, Any],
    arguments: ast.arguments | None = None,
) -> Callable[..., Any]:
    """A function of these statements, in a namespace of its own that holds `given`."""
    function = ast.parse(f"def {name}(): pass").body[0]
    assert isinstance(function, ast.FunctionDef)
    function.body = list(body)
    function.args = arguments or function.args
    module = ast.fix_missing_locations(ast.Module([function], []))
    namespace = dict(given)
    exec(compile(module, name, "exec", flags=_POSTPONED, dont_inherit=True), namespace)  # noqa: S102
    made: Callable[..., Any] = namespace[name]
    return made


class Importer(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports the `real` modules from the wheel and stand-ins for all others."""

    def __init__(self, wheel: Wheel, real: dict[str, str]) -> None:
        self._wheel = wheel
        self._real = real

    def find_spec(
        self, fullname: str, path: object = None, target: object = None
    ) -> importlib.machinery.ModuleSpec | None:
        del path, target
        if fullname.partition(".")[0] in sys.stdlib_module_names:
            return None
        return importlib.machinery.ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        real = spec.name in self._real
        return ModuleType(spec.name) if real else _StandinModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        if path := self._real.get(module.__name__):
            exec(self._wheel.code(path), vars(module))  # noqa: S102
