"""Comparisons in a release's own code, cut out and run: which values does it tell apart?

The smallest expression around a read is evaluated, or, where a variable holds the value, what is done
to that and each comparison of it. Nothing but a stand-in for `os` and the module's constants is there.
"""

from __future__ import annotations

import ast
import copy
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from sglang_envctl.audit.facts import Use

Signature = tuple[object, ...]
"""The result of every comparison of a value."""


class Code:
    """One module of a wheel."""

    def __init__(self, archive: zipfile.ZipFile, file: str) -> None:
        self.tree = ast.parse(archive.read(file))
        self.outer = {
            inner: node for node in ast.walk(self.tree) for inner in ast.iter_child_nodes(node)
        }
        self.constants: dict[str, object] = {}
        self.spelled = {
            item.asname or item.name
            for node in ast.walk(self.tree)
            if isinstance(node, ast.Import)
            for item in node.names
            if item.name == "os"
        }
        self.functions: dict[str, ast.FunctionDef] = {}
        for node in self.tree.body:
            match node:
                case ast.FunctionDef(name=name):
                    self.functions[name] = node
                case ast.Assign(targets=[ast.Name(id=name)], value=value):
                    self.constants |= _constant(name, value)

    def around(self, node: ast.AST) -> Iterator[ast.AST]:
        while node in self.outer:
            node = self.outer[node]
            yield node

    def comparisons(self, use: Use) -> list[list[ast.AST]]:
        """For each read on the line: the steps from the read to the comparisons, in order."""
        found = []
        for node in ast.walk(self.tree):
            if not isinstance(node, ast.Call | ast.Subscript):
                continue
            if not node.lineno <= use.line <= (node.end_lineno or 0):
                continue
            if self._reads(node, use.name) and (steps := self._steps(node)):
                found.append(steps)
            elif self._helps(node, use.name):
                found.append([node])
        return found

    def _reads(self, node: ast.Call | ast.Subscript, name: str) -> bool:
        if "environ" not in (text := ast.unparse(node)) and "getenv" not in text:
            return False
        asked = node.slice if isinstance(node, ast.Subscript) else next(iter(node.args), None)
        match asked:
            case ast.Constant(value=value):
                return value == name
            case ast.Name(id=constant):
                # Not a constant: a loop goes over several names, of which this is one.
                return self.constants.setdefault(constant, name) == name
        return False

    def _helps(self, node: ast.Call | ast.Subscript, name: str) -> bool:
        """Whether a function of the module is called with the name."""
        match node:
            case ast.Call(func=ast.Name(id=function), args=[ast.Constant(value=value), *_]):
                return value == name and function in self.functions
        return False

    def _steps(self, read: ast.expr) -> list[ast.AST]:
        for outer in self.around(read):
            match outer:
                case ast.Compare():
                    return [outer]
                case ast.Assign(targets=[ast.Name(id=variable)]):
                    return self._held(outer, variable)
                case ast.expr() if not isinstance(outer, ast.Lambda | ast.IfExp):
                    continue
            return []
        return []

    def _held(self, first: ast.Assign, variable: str) -> list[ast.AST]:
        function = next(
            (n for n in self.around(first) if isinstance(n, ast.FunctionDef)), self.tree
        )
        steps: list[ast.AST] = [first]
        nodes = [node for node in ast.walk(function) if isinstance(node, ast.stmt | ast.expr)]
        for node in sorted(nodes, key=lambda node: node.lineno):
            if node.lineno <= first.lineno:
                continue
            match node:
                case ast.Assign(targets=[ast.Name(id=name)]) if name == variable:
                    steps.append(node)
                case ast.Compare(left=left) if variable in _names(left):
                    steps.append(node)
        return steps if any(isinstance(step, ast.Compare) for step in steps) else []

    def signature(self, steps: list[ast.AST], name: str, text: str | None) -> Signature:
        """What the comparisons give for a value; raises whatever the code raises."""
        system = _stand_in({} if text is None else {name: text})
        scope: dict[str, Any] = self.constants | dict.fromkeys(self.spelled, system)
        results: list[object] = []
        for step in steps:
            if isinstance(step, ast.Assign):
                variable = ast.unparse(step.targets[0])
                scope[variable] = _evaluated(step.value, scope)
            elif isinstance(step, ast.expr):
                self._define(step, scope)
                results.append(_evaluated(step, scope))
        return tuple(results)

    def _define(self, step: ast.expr, scope: dict[str, Any]) -> None:
        for name in _names(step) & self.functions.keys():
            function = self.functions[name]
            bare = copy.deepcopy(function)
            bare.decorator_list.clear()
            bare.returns = None
            for argument in ast.walk(bare.args):
                if isinstance(argument, ast.arg):
                    argument.annotation = None
            module = ast.fix_missing_locations(ast.Module([bare], []))
            exec(compile(module, "a wheel", "exec"), scope)  # noqa: S102


def _evaluated(node: ast.expr, scope: Mapping[str, Any]) -> object:
    built_in = {"__builtins__": {"str": str, "bool": bool, "int": int, "frozenset": frozenset}}
    return eval(compile(ast.Expression(node), "a wheel", "eval"), built_in | dict(scope))  # noqa: S307


def _constant(name: str, node: ast.expr) -> dict[str, object]:
    try:
        return {name: ast.literal_eval(node)}
    except (ValueError, TypeError, SyntaxError):
        return {}


def _names(node: ast.AST) -> set[str]:
    return {item.id for item in ast.walk(node) if isinstance(item, ast.Name)}


def _stand_in(environ: dict[str, str]) -> SimpleNamespace:
    return SimpleNamespace(environ=environ, getenv=environ.get)


def modules(wheel: Path, files: set[str]) -> dict[str, Code]:
    with zipfile.ZipFile(wheel) as archive:
        return {file: Code(archive, file) for file in sorted(files)}
