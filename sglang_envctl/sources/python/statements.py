"""Follow the statements of a program in order, without running any."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from sglang_envctl.sources.python.expressions import absorb, combined, entry, store, value
from sglang_envctl.sources.python.run import Run, Scope
from sglang_envctl.sources.python.values import (
    Definition,
    Function,
    Namespace,
    Plain,
    Table,
    Text,
    Unknown,
    Value,
    Words,
)

MOST_ROUNDS = 1000
"""The maximum number of iterations of a loop over a literal that are followed."""
_ARGUMENT = "an argument of its function"


def block(scope: Scope, nodes: Sequence[ast.stmt]) -> None:
    """Follow the statements of a block."""
    run = scope.run
    for node in nodes:
        if not run.may_go_on(node.lineno):
            return
        run.depth += 1
        try:
            _KINDS.get(type(node), _other)(scope, node)
        finally:
            run.depth -= 1


def enter(scope: Scope, function: Function, given: Mapping[str, Value]) -> Value:
    """Follow a function of the file with these arguments, and return its result."""
    run = scope.run
    run.functions.pop(function.node, None)
    if function.node in run.active or not run.may_go_on(function.node.lineno):
        return Unknown()
    names = Namespace(function.space)
    arguments = function.node.args
    parameters = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    for parameter in parameters:
        held = given.get(parameter.arg, Unknown(_ARGUMENT))
        names.define(parameter.arg, held, function.node.lineno, ())
    for rest in filter(None, (arguments.vararg, arguments.kwarg)):
        names.define(rest.arg, Unknown(_ARGUMENT), function.node.lineno, ())
    inner = Scope(run, names, scope.path, [])
    run.active.add(function.node)
    run.depth += 1
    try:
        block(inner, function.node.body)
    finally:
        run.depth -= 1
        run.active.discard(function.node)
    returned = inner.given_back or []
    return returned[0] if len(returned) == 1 else Unknown()


def enter_rest(run: Run, names: Namespace) -> None:
    """Follow the functions that are not called in the file, because other files may call them."""
    while run.functions:
        function = next(iter(run.functions.values()))
        given: dict[str, Value] = {}
        if function.bound and function.node.args.args:
            given[function.node.args.args[0].arg] = function.bound
        enter(Scope(run, names).under(), function, given)


def _other(scope: Scope, node: ast.stmt) -> None:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):
            value(scope, child)


def _assign(scope: Scope, node: ast.Assign) -> None:
    held = value(scope, node.value)
    for target in node.targets:
        bind(scope, target, held)


def _annotated(scope: Scope, node: ast.AnnAssign) -> None:
    if node.value:
        bind(scope, node.target, value(scope, node.value))


def bind(scope: Scope, target: ast.expr, held: Value) -> None:
    """Assign a value to the target of an assignment."""
    if isinstance(target, ast.Name):
        scope.names.define(target.id, held, target.lineno, scope.path)
    elif isinstance(target, ast.Attribute):
        space = value(scope, target.value)
        if isinstance(space, Namespace):
            space.define(target.attr, held, target.lineno, scope.path)
    elif isinstance(target, ast.Subscript):
        table = value(scope, target.value)
        if isinstance(table, Table):
            store(scope, table, value(scope, target.slice), held, target.lineno)
    elif isinstance(target, (ast.Tuple, ast.List)):
        items = held.items if isinstance(held, Words) else []
        fits = len(items) == len(target.elts)
        for at, element in enumerate(target.elts):
            bind(scope, element, items[at] if fits else Unknown())


def _augmented(scope: Scope, node: ast.AugAssign) -> None:
    before, added = value(scope, node.target), value(scope, node.value)
    if isinstance(before, Table) and isinstance(node.op, ast.BitOr):
        absorb(scope, before, added, node.lineno)
    elif isinstance(before, Words) and isinstance(node.op, ast.Add):
        before.add(added.items if isinstance(added, Words) else [Unknown()], scope.path)
    else:
        bind(scope, node.target, combined(scope, before, node.op, added, node.lineno))


def _delete(scope: Scope, node: ast.Delete) -> None:
    for target in node.targets:
        if isinstance(target, ast.Subscript):
            table, key = value(scope, target.value), value(scope, target.slice)
            if isinstance(table, Table) and isinstance(key, Text) and key.text in table.slots:
                gone = Definition(Unknown(), node.lineno, scope.path, removed=True)
                table.put(key.text, gone)


def _if(scope: Scope, node: ast.If) -> None:
    value(scope, node.test)
    known = _decided(scope, node.test)
    if known is not None:
        block(scope, node.body if known else node.orelse)
        return
    choice = scope.choice()
    block(scope.under(0, choice=choice), node.body)
    block(scope.under(1, choice=choice), node.orelse)


def _decided(scope: Scope, test: ast.expr) -> bool | None:
    """Return whether `__name__ == "__main__"` or `name in os.environ` holds, if that is known."""
    if not isinstance(test, ast.Compare) or len(test.ops) != 1:
        return None
    left, operator, right = test.left, test.ops[0], test.comparators[0]
    if isinstance(left, ast.Name) and left.id == "__name__":
        return isinstance(operator, ast.Eq)
    if isinstance(operator, (ast.In, ast.NotIn)) and isinstance(left, ast.Constant):
        table = value(scope, right)
        if isinstance(table, Table) and isinstance(left.value, str):
            slot = table.slots.get(left.value)
            inherited = not slot and entry(scope, table, left.value) is not None
            if inherited or (slot and slot.is_certain(scope.path)):
                return isinstance(operator, ast.In)
    return None


def _for(scope: Scope, node: ast.For | ast.AsyncFor) -> None:
    iterated = value(scope, node.iter)
    if isinstance(iterated, Words) and len(iterated.items) <= MOST_ROUNDS:
        for item in iterated.items:
            bind(scope, node.target, item)
            block(scope, node.body)
    else:
        inner = scope.under()
        bind(inner, node.target, Unknown())
        block(inner, node.body)
    block(scope, node.orelse)


def _while(scope: Scope, node: ast.While) -> None:
    value(scope, node.test)
    block(scope.under(), node.body)
    block(scope, node.orelse)


def _with(scope: Scope, node: ast.With | ast.AsyncWith) -> None:
    for item in node.items:
        held = value(scope, item.context_expr)
        if item.optional_vars:
            bind(scope, item.optional_vars, held)
    block(scope, node.body)


def _try(scope: Scope, node: Any) -> None:
    block(scope, node.body)
    for handler in node.handlers:
        block(scope.under(), handler.body)
    block(scope, node.orelse)
    block(scope, node.finalbody)


def _match(scope: Scope, node: ast.Match) -> None:
    value(scope, node.subject)
    choice = scope.choice()
    for at, case in enumerate(node.cases):
        block(scope.under(at, choice=choice), case.body)


def _function(scope: Scope, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
    for expression in (
        *node.decorator_list,
        *node.args.defaults,
        *filter(None, node.args.kw_defaults),
    ):
        value(scope, expression)
    function = Function(node, scope.names)
    scope.run.functions[node] = function
    scope.names.define(node.name, function, node.lineno, scope.path)


def _class(scope: Scope, node: ast.ClassDef) -> None:
    for expression in (*node.decorator_list, *node.bases, *(k.value for k in node.keywords)):
        value(scope, expression)
    space = Namespace(scope.names)
    scope.names.define(node.name, space, node.lineno, scope.path)
    block(Scope(scope.run, space, scope.path), node.body)
    for name, slot in space.slots.items():
        method = slot.at(scope.path)
        if method and isinstance(method.value, Function) and not _is_static(method.value.node):
            bound = Function(method.value.node, scope.names, space)
            scope.run.functions[method.value.node] = bound
            space.define(name, bound, method.line, scope.path)


def _is_static(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any(isinstance(d, ast.Name) and d.id == "staticmethod" for d in node.decorator_list)


def _return(scope: Scope, node: ast.Return) -> None:
    held = value(scope, node.value) if node.value else Plain(None)
    if scope.given_back is not None:
        scope.given_back.append(held)


def _import(scope: Scope, node: ast.Import) -> None:
    for alias in node.names:
        if alias.asname:
            scope.run.modules[alias.asname] = alias.name


def _import_from(scope: Scope, node: ast.ImportFrom) -> None:
    for alias in node.names:
        scope.run.modules[alias.asname or alias.name] = f"{node.module}.{alias.name}"


def _outside(scope: Scope, node: ast.Global | ast.Nonlocal) -> None:
    scope.names.outside.update(node.names)


_Kind: TypeAlias = "Callable[[Scope, Any], None]"
_KINDS: dict[type[ast.AST], _Kind] = {
    ast.AnnAssign: _annotated,
    ast.Assign: _assign,
    ast.AsyncFor: _for,
    ast.AsyncFunctionDef: _function,
    ast.AsyncWith: _with,
    ast.AugAssign: _augmented,
    ast.ClassDef: _class,
    ast.Delete: _delete,
    ast.For: _for,
    ast.FunctionDef: _function,
    ast.Global: _outside,
    ast.If: _if,
    ast.Import: _import,
    ast.ImportFrom: _import_from,
    ast.Match: _match,
    ast.Nonlocal: _outside,
    ast.Return: _return,
    ast.Try: _try,
    ast.While: _while,
    ast.With: _with,
}
if hasattr(ast, "TryStar"):  # Python 3.11
    _KINDS[ast.TryStar] = _try
