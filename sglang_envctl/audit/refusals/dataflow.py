"""Follow the value of `envs.NAME` through the local variables and conversions of a function."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from sglang_envctl.audit.code.index import nodes_of, passed
from sglang_envctl.audit.code.parse import statements
from sglang_envctl.audit.code.texts import Texts, next_statement

_FOLDS = {"strip": "strip-", "lower": "lower-", "upper": "upper-"}
_FUNCTION = rb"^([ \t]*)(?:async[ \t]+)?def[ \t]+%s\("
_ENUMERATION = rb"^()class[ \t]+%s\([^)]*Enum\)"
_ASSIGNMENT = rb"^()%s\b[^=\n]*="
_COLLECTIONS = {"tuple", "list", "set", "frozenset", "sorted"}


class Value(NamedTuple):
    """The part of a name's value that an expression contains."""

    name: str
    folds: frozenset[str] = frozenset()
    whole: bool = True
    """Whether the expression has the whole value, not a part of the value."""
    sure: bool = True
    """Whether the expression always has this value, regardless of other variables."""

    @property
    def steps(self) -> str:
        """The changes, in the order in which readers spell them."""
        return "".join(step for fold, step in _FOLDS.items() if fold in self.folds)


@dataclass
class State:
    """The values of the variables of a function, and the declarations of the surrounding module."""

    source: Source
    values: dict[str, Value] = field(default_factory=dict)
    lookups: dict[str, ast.Compare] = field(default_factory=dict)
    """The table lookups of values, as comparisons, by the variable that holds the result."""
    spared: dict[str, set[object]] = field(default_factory=dict)
    """The values that code handles separately, and may not reject below."""

    def value(self, node: ast.expr) -> Value | None:
        """Return the part of a value that an expression contains; None if it contains none."""
        match node:
            case ast.Attribute(attr=name, value=ast.Name(id="envs")):
                return Value(name) if name in self.source.wanted else None
            case ast.Name() | ast.Attribute():
                return self.values.get(ast.unparse(node))
            case ast.Call(func=ast.Attribute(attr=method, value=inner), args=given):
                return self._called(method, self.value(inner), given)
            case ast.Call(func=ast.Name(id="int" | "float"), args=[inner]):
                return self.value(inner)
            case ast.NamedExpr(value=inner):
                return self.value(inner)
        return self._derived(node)

    def _derived(self, node: ast.expr) -> Value | None:
        """Return the part of a value that an expression is derived from."""
        match node:
            case ast.BoolOp(op=ast.Or(), values=[first, *_]):
                if found := self.value(first):
                    self.spared.setdefault(found.name, set()).add("")
                return found
            case ast.IfExp(body=one, orelse=other):
                found = self.value(one) or self.value(other)
                return found and found._replace(sure=False)
            case ast.Call(func=ast.Name(id=name), args=[inner]) if name in _COLLECTIONS:
                return _part(self.value(inner))
            case ast.Subscript(value=inner):
                return _part(self.value(inner))
            case ast.ListComp(elt=inner) | ast.SetComp(elt=inner) | ast.GeneratorExp(elt=inner):
                return _part(self.value(inner))
        return None

    @staticmethod
    def _called(method: str, found: Value | None, given: list[ast.expr]) -> Value | None:
        """Return the result of a method of a value; `get` without arguments reads the registry."""
        if found is None or method == "is_set":
            return None
        if method == "get" and not given:
            return found
        if method in _FOLDS and not given:
            return found._replace(folds=found.folds | {method})
        return _part(found)

    def assign(self, target: ast.expr, node: ast.expr, *, certain: bool) -> None:
        """Record the value of a variable after an assignment."""
        if isinstance(target, ast.Tuple | ast.List):
            for inner in target.elts:
                self.bind(inner, self.value(node))
            return
        found, key = self.value(node), ast.unparse(target)
        if found:
            self.values[key] = found._replace(sure=found.sure and certain)
        elif key in self.values and not certain:
            self.values[key] = self.values[key]._replace(sure=False)
        else:
            self.values.pop(key, None)
        match node:
            case ast.Call(func=ast.Attribute(attr="get", value=table), args=[key_of]) if self.value(
                key_of
            ):
                self.lookups[key] = ast.Compare(key_of, [ast.In()], [table])

    def bind(self, target: ast.expr, found: Value | None) -> None:
        """Record that variables hold a part of a value."""
        names = target.elts if isinstance(target, ast.Tuple | ast.List) else [target]
        for name in names:
            if found:
                self.values[ast.unparse(name)] = found._replace(whole=False)

    def bind_loops(self, nodes: Iterable[ast.AST]) -> None:
        """Record the values of the variables of comprehensions."""
        for inner in nodes:
            if isinstance(inner, ast.comprehension):
                self.bind(inner.target, self.value(inner.iter))
            elif isinstance(inner, ast.NamedExpr):
                self.assign(inner.target, inner.value, certain=True)

    def mentioned(self, nodes: Iterable[ast.AST]) -> bool:
        """Return whether an expression contains part of a value, or of a table entry for it."""
        return any(
            isinstance(node, ast.expr)
            and (self.value(node) or (self.lookups and ast.unparse(node) in self.lookups))
            for node in nodes
        )

    def names(self, node: ast.AST) -> set[str]:
        """Return the names whose values are parts of an expression."""
        found = (self.value(item) for item in nodes_of(node) if isinstance(item, ast.expr))
        return {value.name for value in found if value}

    def called(self, call: ast.Call) -> tuple[list[ast.stmt], State] | None:
        """Return the body of a called function of the package that gets a value, and the values of
        its variables.
        """
        match call.func:
            case ast.Name(id=name):
                bound = False
            case ast.Attribute(attr=name, value=ast.Name(id="self" | "cls")):
                bound = True
            case _:
                return None
        given = any(self.value(node) for node in (*call.args, *(k.value for k in call.keywords)))
        homes = self.source.homes(name) if given else ()
        for source in islice(homes, 1) if bound else homes:
            if function := source.function(name):
                pairs = passed(function, call, bound=bound)
                values = {name: value for name, node in pairs if (value := self.value(node))}
                return function.body, State(source, values, spared=self.spared)
        return None


def _part(found: Value | None) -> Value | None:
    return found and found._replace(whole=False)


class Source:
    """A file, and the files that its names may come from."""

    def __init__(self, file: str, texts: Texts, wanted: set[str]) -> None:
        self.content = texts[file]
        self.wanted = wanted
        self._texts = texts
        self._imported: dict[str, Source | None] = {}

    def homes(self, name: str) -> Iterator[Source]:
        """Yield this file, then the file from which this file imports a name."""
        yield self
        if name not in self._imported:
            self._imported[name] = self._home(name)
        if home := self._imported[name]:
            yield home

    def _home(self, name: str) -> Source | None:
        imports = rb"^[ \t]*from[ \t]+([\w.]+)[ \t]+import[ \t]+(?:\([^)]*|[^\n(]*)\b%s\b"
        if found := re.search(imports % name.encode(), self.content, re.MULTILINE):
            path = found[1].decode().replace(".", "/")
            for file in (f"{path}.py", f"{path}/__init__.py"):
                if file in self._texts:
                    return Source(file, self._texts, self.wanted)
        return None

    def function(self, name: str) -> ast.FunctionDef | None:
        """Return the only function of that name in the file."""
        found = self.statement(_FUNCTION, name)
        return found if isinstance(found, ast.FunctionDef) else None

    def literals(self, node: ast.expr) -> list[object]:
        """Return the strings or numbers in a literal or in a constant of the module."""
        if isinstance(node, ast.Name):
            constants = (home.constant(node.id) for home in self.homes(node.id))
            node = next(filter(None, constants), node)
        if isinstance(node, ast.Call) and len(node.args) == 1:
            node = node.args[0]  # frozenset({...})
        return _constants(node.keys if isinstance(node, ast.Dict) else _items(node))

    def members(self, name: str) -> Mapping[str, ast.expr]:
        """Return the members of an enumeration of the package; empty for any other object."""
        if not name[:1].isupper() or name.isupper():
            return {}
        classes = (home.statement(_ENUMERATION, name) for home in self.homes(name))
        found = next(filter(None, classes), None)
        return dict(_assigned(found.body)) if isinstance(found, ast.ClassDef) else {}

    def keys(self, table: ast.Name) -> list[object]:
        """Return the keys of a table or an enumeration."""
        return [*self.members(table.id)] or self.literals(table)

    def values(self, name: str) -> list[object]:
        """Return the values of an enumeration; empty if one is not a literal."""
        return _constants(self.members(name).values())

    def constant(self, name: str) -> ast.expr | None:
        """Return the value of a name that the module assigns once."""
        match self.statement(_ASSIGNMENT, name):
            case ast.Assign(value=value) | ast.AnnAssign(value=ast.expr() as value):
                return value
        return None

    def statement(self, pattern: bytes, name: str) -> ast.stmt | None:
        """Return the only statement that begins with a pattern for a name."""
        found = list(re.finditer(pattern % name.encode(), self.content, re.MULTILINE))
        if len(found) != 1:
            return None
        start, line_end = found[0].start(), self.content.find(b"\n", found[0].start())
        end = next_statement(len(found[0][1])).search(self.content, line_end)
        body = statements(self.content[start : end.start() if end and line_end >= 0 else None])
        return body[0] if len(body) == 1 else None


def _items(node: ast.expr) -> list[ast.expr]:
    return node.elts if isinstance(node, ast.Tuple | ast.List | ast.Set) else []


def _constants(nodes: Iterable[ast.expr | None]) -> list[object]:
    """Return the values of literals; empty if one is not a literal."""
    try:
        found = [ast.literal_eval(node) for node in nodes if node]
    except (ValueError, TypeError):
        return []
    return found if all(type(value) in (str, int) for value in found) else []


def _assigned(body: list[ast.stmt]) -> Iterator[tuple[str, ast.expr]]:
    for statement in body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                yield name, value
