"""Index a module's syntax tree in one walk: scopes, bindings, calls, possible reads."""

from __future__ import annotations

import ast
from bisect import bisect_left
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, field

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)

ENVIRONMENT = frozenset({"environ", "environb"})

Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


@dataclass(slots=True, eq=False, repr=False)
class Binding:
    """A binding of a name to a value in a scope."""

    kind: str
    """assign, loop, param, import, def, class or other"""
    node: ast.AST
    line: int
    path: tuple[int, ...] = ()
    """The position of the name in an unpacking: `a, (b, c) = x` gives c the path (1, 1)."""
    end: int = 0
    """The last line of the loop whose variable this is."""
    column: int = 0
    """The depth of the statement's indentation."""
    target: str = ""
    """The dotted name that an import refers to."""


@dataclass(slots=True, eq=False, repr=False)
class Scope:
    """A module, class, function or comprehension."""

    kind: str
    syntax: ast.AST
    """The node as far as it is parsed; `node` is the complete node."""
    name: str
    parent: Scope | None
    module: Module
    bindings: dict[str, list[Binding]] = field(default_factory=dict)
    members: dict[str, list[tuple[ast.expr, Scope]]] = field(default_factory=dict)
    """For a class: the expressions that its methods assign to `self.NAME`, with their scopes; see
    `assigned`.
    """
    inner: dict[int, Scope] = field(default_factory=dict)
    _loads: dict[str, list[ast.Name]] = field(default_factory=dict)
    _walked: int = -1
    """The number of the module's late functions that `_loads` covers."""

    @property
    def node(self) -> ast.AST:
        """The syntax tree; a deferred function is parsed now."""
        self.module.deferred.complete(self)
        return self.syntax

    def assigned(self, name: str) -> list[tuple[ast.expr, Scope]]:
        """Return the expressions that the methods of a class assign to `self.NAME`, with their
        scopes.
        """
        self.module.deferred.reveal_assigned(name)
        return self.members.get(name, [])

    def bind(self, name: str, binding: Binding) -> None:
        self.bindings.setdefault(name, []).append(binding)

    def forget(self) -> None:
        """Release everything inside, because a scope and its module refer to each other."""
        for scope in self.inner.values():
            scope.forget()
        for held in (self.bindings, self.members, self.inner, self._loads):
            held.clear()

    def loads(self, name: str) -> list[ast.Name]:
        """Return the uses of a variable in this scope, in source order."""
        self.module.deferred.reveal([name])
        late = self.module.late
        if self._walked < len(late):
            nodes = [scope.syntax for scope in late[self._walked :] if self.holds(scope)]
            for tree in [self.node] if self._walked < 0 else nodes:
                for node in nodes_of(tree):
                    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                        self._loads.setdefault(node.id, []).append(node)
            self._walked = len(late)
        return sorted(self._loads.get(name, ()), key=lambda item: (item.lineno, item.col_offset))

    def holds(self, other: Scope) -> bool:
        """Return whether another scope is inside this one."""
        return other is not self and any(outer is self for outer in other.outward())

    def inside(self, node: ast.expr) -> Scope:
        """Return the innermost scope in this one that contains a node."""
        scope = self
        for outer in reversed(list(self.module.up(node))):
            scope = scope.inner.get(id(outer), scope)
        return scope

    def function(self) -> Scope | None:
        """Return this scope if it is a function, otherwise the innermost function around the scope."""
        return next((scope for scope in self.outward() if scope.kind == "function"), None)

    def outward(self) -> Iterator[Scope]:
        """Yield the scope itself, then those around it, innermost first."""
        scope: Scope | None = self
        while scope is not None:
            yield scope
            scope = scope.parent

    def owner(self) -> Scope | None:
        """Return the class of which this function is a method."""
        parent = self.parent
        return parent if self.kind == "function" and parent and parent.kind == "class" else None


class Deferred:
    """The functions of a module that are not parsed until they are needed; here, there are none."""

    def meet(self, scope: Scope) -> None:
        """Record a function whose parameters and body are deferred."""

    def complete(self, scope: Scope) -> None:
        """Parse a deferred function."""

    def reveal(self, words: Iterable[str]) -> None:
        """Parse the deferred functions that contain one of these words."""

    def reveal_assigned(self, name: str) -> None:
        """Parse the deferred functions that assign to `self.NAME`."""

    def apart(self, words: Iterable[str], pair: Iterable[str], other: str) -> Module | None:
        """Return, as a separate module, the functions with one of `words`, or with `other` and one
        of `pair`.

        Their names have the same meaning as in the real module, which is not changed.
        """


@dataclass(slots=True, eq=False, repr=False)
class Module:
    """A parsed file of the package."""

    file: str
    name: str
    tree: ast.Module
    package: bool
    top: Scope = field(init=False)
    stars: list[str] = field(default_factory=list)
    aliases: dict[str, set[str]] = field(default_factory=dict)
    """The names in this module for each imported name."""
    renamed: dict[str, set[str]] = field(default_factory=dict)
    """The names to which the same value is assigned, by name."""
    calls: dict[str, list[tuple[ast.Call, Scope]]] = field(default_factory=dict)
    subscripts: list[tuple[ast.Subscript, Scope]] = field(default_factory=list)
    memberships: list[tuple[ast.Compare, Scope]] = field(default_factory=list)
    attributes: dict[str, list[tuple[ast.Attribute, Scope]]] = field(default_factory=dict)
    asked: dict[int, str] = field(default_factory=dict)
    """The attribute that is read from an attribute node, by the node's ID: `envs.NAME.get` gives get."""
    mentions: list[tuple[ast.expr, Scope]] = field(default_factory=list)
    """The places that mention `environ` itself."""
    environments: set[str] = field(default_factory=set)
    """The variables and attributes that hold the environment or a copy of it."""
    passed: list[tuple[ast.Call, Scope]] = field(default_factory=list)
    """The calls that get the environment as an argument."""
    parents: dict[ast.AST, ast.AST] = field(default_factory=dict)
    deferred: Deferred = field(default_factory=Deferred)
    late: list[Scope] = field(default_factory=list)
    """The functions that were deferred and have been parsed since."""

    def words_for(self, name: str) -> set[str]:
        """Return the words that may refer to a name here: the name itself, and its aliases.

        Functions that contain any of these words are parsed from then on.
        """
        words = {name, *self.aliases.get(name, ())}
        self.deferred.reveal(words)
        return words

    def classes(self) -> Iterator[Scope]:
        """Yield all classes of the module."""
        stack = [self.top]
        while stack:
            scope = stack.pop()
            stack.extend(scope.inner.values())
            if scope.kind == "class":
                yield scope

    def forget(self) -> None:
        """Release the tree."""
        self.top.forget()
        del self.top, self.deferred  # which refer to the module
        self.tree.body.clear()
        for name in self.__slots__:
            held = getattr(self, name, None)
            if isinstance(held, (dict, list)):
                held.clear()

    def up(self, node: ast.expr) -> Iterator[ast.AST]:
        """Yield the nodes around a node, innermost first."""
        if node not in self.parents:
            self._adopt(self.tree, node.lineno)
        parent = self.parents.get(node)
        while parent is not None:
            yield parent
            parent = self.parents.get(parent)

    def adopt(self, node: ast.AST) -> None:
        """Record the parents of all nodes inside a node."""
        # `ast.walk` takes three times as long.
        parents, waiting = self.parents, [node]
        while waiting:
            outer = waiting.pop()
            for name in outer._fields:
                child = getattr(outer, name, None)
                for item in child if type(child) is list else (child,):
                    if isinstance(item, ast.expr_context):
                        continue  # all nodes share this object
                    if isinstance(item, ast.AST):
                        parents[item] = outer
                        waiting.append(item)

    def _adopt(self, outer: ast.Module | ast.ClassDef, line: int) -> None:
        # Only for the statements on the line, because most of a module is never needed.
        body = outer.body
        number = bisect_left(body, line, key=lambda statement: statement.end_lineno or 0)
        while number < len(body):
            statement = body[number]
            self.parents[statement] = outer
            if isinstance(statement, ast.ClassDef):
                for child in {*ast.iter_child_nodes(statement)} - {*statement.body}:
                    self.parents[child] = statement
                    self.adopt(child)
                self._adopt(statement, line)
            else:
                self.adopt(statement)
            number += 1
            if number < len(body) and body[number].lineno > line:
                return


def module_name(file: str, packages: Container[str] = ()) -> tuple[str, bool]:
    """Return the dotted name of a file, and whether the file is a package.

    `packages` are the folders with an `__init__.py`; the outermost begins the name, so that
    "src/pkg/mod.py" is pkg.mod.
    """
    parts = file.removesuffix(".py").split("/")
    for count in range(1, len(parts)):
        if "/".join(parts[:count]) in packages:
            parts = parts[count - 1 :]
            break
    if parts[-1] == "__init__":
        return ".".join(parts[:-1]), True
    return ".".join(parts), False


def nodes_of(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes of a tree in the order of `ast.walk`, in half the time; contexts are left out."""
    waiting = [tree]
    for node in waiting:
        yield node
        for name in node._fields:
            value = getattr(node, name, None)
            if isinstance(value, list):
                waiting += [item for item in value if isinstance(item, ast.AST)]
            elif name != "ctx" and isinstance(value, ast.AST):
                waiting.append(value)


def following(statement: ast.stmt, holder: ast.AST) -> list[ast.stmt]:
    """Return the statements after another in the same block of the node around them."""
    blocks = (getattr(holder, name, None) for name in ("body", "orelse", "finalbody"))
    found = (block for block in blocks if isinstance(block, list) and statement in block)
    return next((block[block.index(statement) + 1 :] for block in found), [])


def terminal(node: ast.AST) -> str:
    """Return the last word of a dotted expression: `a.b.c` -> c."""
    if isinstance(node, ast.Name):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else ""


def one_line(item: object, most: int = 120) -> str:
    """Return an expression's source or an error's message, shortened to one line."""
    try:
        text = ast.unparse(item) if isinstance(item, ast.AST) else str(item)
    except (RecursionError, ValueError):
        text = type(item).__name__
    text = " ".join(text.split()).replace("lambda :", "lambda:")  # as Python 3.10 writes it
    return text if len(text) <= most else text[: most - 3] + "..."


def holds_environment(node: ast.AST, names: set[str] | frozenset[str]) -> bool:
    """Return whether an expression looks like the environment or a copy of it."""
    if terminal(node) in ENVIRONMENT or terminal(node) in names:
        return True
    if isinstance(node, ast.Call):
        if isinstance(node.func, ast.Attribute) and node.func.attr in {"copy", "deepcopy"}:
            return any(holds_environment(item, names) for item in [node.func.value, *node.args])
        plain = isinstance(node.func, ast.Name) and node.func.id in {"dict", "deepcopy"}
        return plain and any(holds_environment(item, names) for item in node.args[:1])
    if isinstance(node, ast.IfExp):
        return holds_environment(node.body, names) or holds_environment(node.orelse, names)
    if isinstance(node, ast.BoolOp):
        return any(holds_environment(item, names) for item in node.values)
    if isinstance(node, ast.Dict):
        spread = [value for key, value in zip(node.keys, node.values, strict=True) if key is None]
        return any(holds_environment(item, names) for item in spread)
    return False


def positional(arguments: ast.arguments) -> list[ast.arg]:
    """Return the parameters that a call can pass by position."""
    return [*arguments.posonlyargs, *arguments.args]


def passed(
    function: ast.AST, call: ast.Call, *, bound: bool = False
) -> Iterator[tuple[str, ast.expr]]:
    """Yield the arguments of a call with the names of the parameters; the first parameter of a
    `bound` method is the object itself.
    """
    arguments = getattr(function, "args", None)
    if isinstance(arguments, ast.arguments):
        names = (item.arg for item in positional(arguments)[bound:])
        yield from zip(names, call.args, strict=False)
        yield from ((item.arg, item.value) for item in call.keywords if item.arg)


def default_of(arguments: ast.arguments, name: str) -> ast.expr | None:
    """Return the default of a parameter."""
    plain = positional(arguments)
    offset = len(plain) - len(arguments.defaults)
    for position, item in enumerate(plain):
        if item.arg == name and position >= offset:
            return arguments.defaults[position - offset]
    for item, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        if item.arg == name:
            return default
    return None


def parameters(node: Function) -> list[ast.arg]:
    """Return all parameters of a function, in the order in which calls pass them."""
    arguments = node.args
    plain = positional(arguments)
    starred = [arguments.vararg] if arguments.vararg else []
    keywords = [*arguments.kwonlyargs, *([arguments.kwarg] if arguments.kwarg else [])]
    return [*plain, *starred, *keywords]
