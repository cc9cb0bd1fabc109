"""Index a module in one walk over its syntax tree."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import Any

from sglang_envctl.audit.code.index import (
    COMPREHENSIONS,
    ENVIRONMENT,
    FUNCTIONS,
    Binding,
    Function,
    Module,
    Scope,
    default_of,
    holds_environment,
    parameters,
    terminal,
)

_LEAVES = {
    type(None), str, int, bool, float, bytes, complex, ast.Constant, ast.Load, ast.Store, ast.Del,
    ast.Pass, ast.Break, ast.Continue, ast.Global, ast.Nonlocal, type(Ellipsis),
    *ast.operator.__subclasses__(), *ast.unaryop.__subclasses__(),
    *ast.cmpop.__subclasses__(), *ast.boolop.__subclasses__(),
}  # fmt: skip
"""The types of nodes that contain nothing relevant to a walk."""
_PLAIN = {
    "arg", "attr", "ctx", "id", "kind", "level", "module", "name", "names", "op", "ops", "simple",
    "type_comment",
}  # fmt: skip
"""The fields that contain no node that is relevant to a walk."""
_FIELDS = {
    kind: tuple(name for name in kind._fields if name not in _PLAIN)
    for kind in vars(ast).values()
    if isinstance(kind, type) and issubclass(kind, ast.AST)
}

_OUTSIDE = {"args", "decorator_list"}
_SHARED = 256
"""The largest number for which Python shares one object; larger numbers have separate objects."""


class Walk:
    """One pass over a tree with an explicit stack, so that the depth is not limited."""

    def __init__(self, module: Module) -> None:
        self.module = module
        self.stack: list[tuple[ast.AST, Scope]] = [(module.tree, module.top)]

    def run(self) -> None:
        # This loop visits every node of a package, so it is optimized for speed.
        stack = self.stack
        pop, push = stack.pop, stack.append
        lines: dict[int, int] = {}
        share = lines.setdefault
        while stack:
            node, scope = pop()
            kind = type(node)
            line = getattr(node, "lineno", 0)
            if line > _SHARED:
                end = node.end_lineno  # type: ignore[attr-defined]
                node.lineno = share(line, line)  # type: ignore[attr-defined]
                node.end_lineno = share(end, end)  # type: ignore[attr-defined]
            if kind in _OPENS:
                self._open(node, scope)
                continue
            handler = _HANDLERS.get(kind)
            if handler is not None:
                handler(self, node, scope)
            for name in _FIELDS[kind]:
                child = getattr(node, name, None)
                if type(child) is list:
                    for item in child:
                        if type(item) not in _LEAVES:
                            push((item, scope))
                elif type(child) not in _LEAVES:
                    push((child, scope))  # type: ignore[arg-type]

    def resume(self, node: ast.FunctionDef | ast.AsyncFunctionDef, inner: Scope) -> None:
        """Walk a function whose parameters and body were parsed later."""
        outer = inner.parent or inner
        defaults = self._parameters(node, inner)
        self.stack = [(item, outer) for item in defaults]
        self.stack += [(item, inner) for item in _inside(node)]
        self.run()

    def _parameters(self, node: Function, inner: Scope) -> list[ast.expr]:
        """Bind the parameters of a function, and return its defaults, which are evaluated outside
        of it.
        """
        for argument in parameters(node):
            inner.bind(argument.arg, Binding("param", argument, argument.lineno))
            default = default_of(node.args, argument.arg)
            if default is not None and holds_environment(default, ENVIRONMENT):
                self.module.environments.add(argument.arg)
        return [*node.args.defaults, *(item for item in node.args.kw_defaults if item)]

    def _open(self, node: ast.AST, scope: Scope) -> None:
        outside: list[ast.AST] = []
        if isinstance(node, ast.ClassDef):
            inner = Scope("class", node, node.name, scope, self.module)
            scope.bind(node.name, Binding("class", node, node.lineno))
        elif isinstance(node, FUNCTIONS):
            name = "<lambda>" if isinstance(node, ast.Lambda) else node.name
            inner = Scope("function", node, name, scope, self.module)
            if not isinstance(node, ast.Lambda):
                scope.bind(name, Binding("def", node, node.lineno))
                self.module.deferred.meet(inner)  # before its parts are visited
            outside += self._parameters(node, inner)
        else:
            inner = Scope("comprehension", node, "", scope, self.module)
        scope.inner[id(node)] = inner
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            outside += node.decorator_list
        self.stack.extend((item, scope) for item in outside)
        self.stack.extend((item, inner) for item in _inside(node))

    def _bind_target(self, target: ast.AST, value: Binding, scope: Scope) -> None:
        if value.kind == "assign" and holds_environment(value.node, self.module.environments):
            self.module.environments.add(terminal(target))
        if isinstance(target, ast.Name):
            scope.bind(target.id, value)
        elif isinstance(target, (ast.Tuple, ast.List)):
            for position, item in enumerate(target.elts):
                path = (*value.path, position)
                part = Binding(value.kind, value.node, value.line, path, value.end, value.column)
                self._bind_target(item, part, scope)
        elif isinstance(target, ast.Attribute) and terminal(target.value) in {"self", "cls"}:
            function = scope.function()
            owner = function.owner() if function else None
            if owner and isinstance(value.node, ast.expr) and not value.path:
                owner.members.setdefault(target.attr, []).append((value.node, scope))

    def _assign(self, node: ast.Assign, scope: Scope) -> None:
        for target in node.targets:
            self._bind_target(target, _assignment(node, node.value), scope)
            word = terminal(node.value)
            if word and scope.kind != "function" and isinstance(target, ast.Name):
                self.module.renamed.setdefault(word, set()).add(target.id)

    def _annassign(self, node: ast.AnnAssign, scope: Scope) -> None:
        if node.value is not None:
            self._bind_target(node.target, _assignment(node, node.value), scope)

    def _augassign(self, node: ast.AugAssign, scope: Scope) -> None:
        self._bind_target(node.target, Binding("other", node, node.lineno), scope)

    def _namedexpr(self, node: ast.NamedExpr, scope: Scope) -> None:
        home = next(outer for outer in scope.outward() if outer.kind != "comprehension")
        self._bind_target(node.target, Binding("assign", node.value, node.lineno), home)

    def _for(self, node: ast.For | ast.AsyncFor, scope: Scope) -> None:
        end = node.end_lineno or node.lineno
        self._bind_target(node.target, Binding("loop", node.iter, node.lineno, (), end), scope)

    _asyncfor = _for

    def _comprehension(self, node: ast.comprehension, scope: Scope) -> None:
        end = 1 << 30
        self._bind_target(node.target, Binding("loop", node.iter, 0, (), end), scope)

    def _withitem(self, node: ast.withitem, scope: Scope) -> None:
        if node.optional_vars is not None:
            binding = Binding("other", node, node.context_expr.lineno)
            self._bind_target(node.optional_vars, binding, scope)

    def _excepthandler(self, node: ast.ExceptHandler, scope: Scope) -> None:
        if node.name:
            scope.bind(node.name, Binding("other", node, node.lineno))

    def _import(self, node: ast.Import, scope: Scope) -> None:
        for alias in node.names:
            local = alias.asname or alias.name.split(".")[0]
            target = alias.name if alias.asname else local
            scope.bind(local, Binding("import", node, node.lineno, target=target))

    def _importfrom(self, node: ast.ImportFrom, scope: Scope) -> None:
        base = self._absolute(node)
        for alias in node.names:
            if alias.name == "*":
                self.module.stars.append(base)
                continue
            local = alias.asname or alias.name
            target = f"{base}.{alias.name}" if base else alias.name
            scope.bind(local, Binding("import", node, node.lineno, target=target))
            self.module.aliases.setdefault(alias.name, set()).add(local)

    def _absolute(self, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        parts = self.module.name.split(".")
        drop = node.level - (1 if self.module.package else 0)
        parts = parts[: len(parts) - drop] if drop else parts
        return ".".join([*parts, *([node.module] if node.module else [])])

    def _call(self, node: ast.Call, scope: Scope) -> None:
        word = terminal(node.func)
        given = [*node.args, *(item.value for item in node.keywords)]
        if any(terminal(item) in ENVIRONMENT for item in given):
            self.module.passed.append((node, scope))
        if word:
            self.module.calls.setdefault(word, []).append((node, scope))

    def _subscript(self, node: ast.Subscript, scope: Scope) -> None:
        if terminal(node.value) and not isinstance(node.slice, ast.Slice):
            self.module.subscripts.append((node, scope))

    def _compare(self, node: ast.Compare, scope: Scope) -> None:
        if isinstance(node.ops[0], (ast.In, ast.NotIn)):
            self.module.memberships.append((node, scope))

    def _attribute(self, node: ast.Attribute, scope: Scope) -> None:
        if node.attr.isupper():
            self.module.attributes.setdefault(node.attr, []).append((node, scope))
        elif isinstance(node.value, ast.Attribute) and node.value.attr.isupper():
            self.module.asked[id(node.value)] = node.attr
        elif node.attr in ENVIRONMENT:
            self.module.mentions.append((node, scope))

    def _name(self, node: ast.Name, scope: Scope) -> None:
        # A third of all nodes are names: without an end, each takes a third less memory.
        at = {"lineno": node.lineno, "col_offset": node.col_offset}
        node.__dict__ = {"id": node.id, "ctx": node.ctx, **at}
        if node.id in ENVIRONMENT:
            self.module.mentions.append((node, scope))


_HANDLERS: dict[type[ast.AST], Callable[[Walk, Any, Scope], None]] = {
    kind: getattr(Walk, f"_{kind.__name__.lower()}")
    for kind in (
        ast.Assign, ast.AnnAssign, ast.AugAssign, ast.NamedExpr, ast.For, ast.AsyncFor,
        ast.comprehension, ast.Import, ast.ImportFrom, ast.Call, ast.Subscript, ast.Compare,
        ast.Attribute, ast.Name, ast.withitem, ast.ExceptHandler,
    )
}  # fmt: skip
_OPENS = {*FUNCTIONS, *COMPREHENSIONS, ast.ClassDef}


def _inside(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the parts of a class, function or comprehension that belong to its own scope."""
    for name in node._fields:
        child = getattr(node, name, None)
        if name in _OUTSIDE:
            continue
        if isinstance(child, list):
            yield from child
        elif isinstance(child, ast.AST):
            yield child


def _assignment(node: ast.stmt, value: ast.expr) -> Binding:
    return Binding("assign", value, node.lineno, column=node.col_offset)
