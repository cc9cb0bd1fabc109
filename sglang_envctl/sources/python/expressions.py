"""Evaluate an expression, as far as its value is known before the program runs."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, TypeAlias

from sglang_envctl.sources.python.run import Scope
from sglang_envctl.sources.python.values import (
    COMPUTED,
    Definition,
    Dotted,
    Namespace,
    Plain,
    Table,
    Text,
    Unknown,
    Value,
    Words,
    join,
    text_of,
    through,
)

ENVIRONMENT = "os.environ"
_INHERITED = "taken from the environment that the program starts in"


def value(scope: Scope, node: ast.expr) -> Value:
    """Return the value of an expression; the calls in it are followed."""
    run = scope.run
    if not run.may_go_on(node.lineno):
        return Unknown()
    run.depth += 1
    try:
        found = _KINDS.get(type(node), _other)(scope, node)
    finally:
        run.depth -= 1
    run.steps += _weight(found)
    return found


def _weight(found: Value) -> int:
    """Return the number of steps that each use of a value counts for, by the size of the value."""
    if isinstance(found, Text):
        return len(found.text) // 20
    if isinstance(found, Words):
        return len(found.items) // 10
    return len(found.slots) // 10 if isinstance(found, Table) else 0


def keys(scope: Scope, table: Table, line: int, name: Value) -> str | None:
    """Return the name of a table entry; if the name is unknown, add a note and return None."""
    if isinstance(name, Text) and not name.why:
        return name.text
    why = "the name of a variable is computed when the program runs"
    if table is scope.run.process:
        scope.run.remark("not-followed", line, why)
    elif why not in table.gaps:
        table.gaps.append(why)
    return None


def store(scope: Scope, table: Table, name: Value, stored: Value, line: int) -> None:
    """Apply `table[name] = stored`."""
    key = keys(scope, table, line, name)
    if key is not None:
        table.put(key, Definition(stored, line, scope.path))


def entry(scope: Scope, table: Table, name: str) -> Value | None:
    """Return the value of an entry; None if it is not known to exist."""
    held = table.get(name, scope.path)
    if held:
        return held.value
    if table.inherits and name in scope.run.outer:
        return Text(scope.run.outer[name], "", (name,))
    return None


def _other(scope: Scope, node: ast.expr) -> Value:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):
            value(scope, child)
    return Unknown()


def _constant(scope: Scope, node: ast.Constant) -> Value:
    del scope
    return Text(node.value) if isinstance(node.value, str) else Plain(node.value)


def _formatted(scope: Scope, node: ast.JoinedStr) -> Value:
    return join(text_of(value(scope, part)) for part in node.values)


def _placeholder(scope: Scope, node: ast.FormattedValue) -> Value:
    found = text_of(value(scope, node.value))
    return found if node.conversion == -1 and not node.format_spec else Unknown()


def _name(scope: Scope, node: ast.Name) -> Value:
    found = scope.names.lookup(node.id, scope.path)
    if found is None:
        return _imported(scope, scope.run.modules.get(node.id, node.id))
    return through(node.id, found)


def _attribute(scope: Scope, node: ast.Attribute) -> Value:
    base = value(scope, node.value)
    if isinstance(base, Namespace):
        return through(node.attr, base.own(node.attr, scope.path))
    if isinstance(base, Dotted):
        return _imported(scope, f"{base.name}.{node.attr}")
    return Unknown()


def _imported(scope: Scope, name: str) -> Value:
    return scope.run.process if name == ENVIRONMENT else Dotted(name)


def _subscript(scope: Scope, node: ast.Subscript) -> Value:
    base, key = value(scope, node.value), value(scope, node.slice)
    if isinstance(base, Table) and isinstance(key, Text) and not key.why:
        why = _INHERITED if base.inherits else COMPUTED
        return through(key.text, entry(scope, base, key.text) or Unknown(why))
    return Unknown()


def _dict(scope: Scope, node: ast.Dict) -> Value:
    table = Table()
    for key, held in zip(node.keys, node.values, strict=True):
        if key is None:
            absorb(scope, table, value(scope, held), node.lineno)
        else:
            store(scope, table, value(scope, key), value(scope, held), key.lineno)
    return table


def absorb(scope: Scope, table: Table, other: Value, line: int) -> None:
    """Apply `table.update(other)`."""
    if isinstance(other, Table):
        if scope.run.may_go_on(line, len(other.slots)):
            table.take(other, scope.path)
    elif isinstance(other, Words):
        for pair in other.items:
            if isinstance(pair, Words) and len(pair.items) == 2:
                store(scope, table, pair.items[0], pair.items[1], line)
    elif table is scope.run.process:
        why = "what it puts into os.environ is computed when the program runs"
        scope.run.remark("not-followed", line, why)
    else:
        table.gaps.append("a part of it is computed when the program runs")


def _sequence(scope: Scope, node: ast.List | ast.Tuple) -> Value:
    return Words(list(_items(scope, node)), scope.path)


def _items(scope: Scope, node: ast.List | ast.Tuple) -> Iterator[Value]:
    for item in node.elts:
        found = value(scope, item.value if isinstance(item, ast.Starred) else item)
        if isinstance(item, ast.Starred) and isinstance(found, Words):
            yield from found.items
        else:
            yield found


def _operation(scope: Scope, node: ast.BinOp) -> Value:
    return combined(scope, value(scope, node.left), node.op, value(scope, node.right), node.lineno)


def combined(scope: Scope, left: Value, operator: ast.operator, right: Value, line: int) -> Value:
    """Return the result of an operator on two values."""
    if isinstance(operator, ast.Add):
        if isinstance(left, Text) or isinstance(right, Text):
            return join((text_of(left), text_of(right)))
        if isinstance(left, Words):
            items: list[Value] = right.items if isinstance(right, Words) else [Unknown()]
            words = Words(list(left.items), scope.path)
            words.add(items, scope.path)
            return words
    if isinstance(operator, ast.BitOr) and isinstance(left, Table):
        table = Table()
        absorb(scope, table, left, line)
        absorb(scope, table, right, line)
        return table
    return Unknown()


def _choice(scope: Scope, node: ast.IfExp) -> Value:
    value(scope, node.test)
    one, other = value(scope.under(), node.body), value(scope.under(), node.orelse)
    return one if one == other else Unknown(f"set under a condition (line {node.lineno})")


def _first_true(scope: Scope, node: ast.BoolOp) -> Value:
    """Return the value of `a or b`: the first that is known to be true, if all before it are known
    to be false.
    """
    found = [value(scope, part) for part in node.values]
    for one in found if isinstance(node.op, ast.Or) else ():
        if isinstance(one, Table):
            return one
        if not isinstance(one, (Plain, Text)) or (isinstance(one, Text) and one.why):
            return Unknown()
        if one[0]:
            return one
    return found[-1] if isinstance(node.op, ast.Or) else Unknown()


def _named(scope: Scope, node: ast.NamedExpr) -> Value:
    found = value(scope, node.value)
    scope.names.define(node.target.id, found, node.lineno, scope.path)
    return found


def _awaited(scope: Scope, node: ast.Await) -> Value:
    return value(scope, node.value)


def _called(scope: Scope, node: ast.Call) -> Value:
    return scope.run.call(scope, node)


def _comprehension(scope: Scope, node: ast.DictComp) -> Value:
    """Return the result of `{k: v for k, v in table.items() if ...}`; a condition counts as true."""
    generator, source = node.generators[0], node.generators[0].iter
    over = source.func if isinstance(source, ast.Call) else source
    inner = over.value if isinstance(over, ast.Attribute) and over.attr == "items" else None
    held = value(scope, inner or source)
    if len(node.generators) > 1 or not inner or not isinstance(held, Table):
        return Table(gaps=["its variables are computed when the program runs"])
    table = Table()
    pair = ast.unparse(ast.Tuple([node.key, node.value], ast.Load()))
    target = generator.target
    if pair.strip("()") == ast.unparse(target).strip("()"):
        absorb(scope, table, held, node.lineno)
    elif held.inherits or not isinstance(target, ast.Tuple) or len(target.elts) != 2:
        table.gaps.append("its variables are computed when the program runs")
    elif scope.run.may_go_on(node.lineno, len(held.slots)):
        for name, definition in held.entries(scope.path).items():
            each = replace(scope, names=Namespace(scope.names))
            for element, one in zip(target.elts, (Text(name), definition.value), strict=True):
                if isinstance(element, ast.Name):
                    each.names.define(element.id, one, definition.line, scope.path)
            key, made = value(each, node.key), value(each, node.value)
            store(scope, table, key, made, definition.line)
    return table


_Kind: TypeAlias = "Callable[[Scope, Any], Value]"
_KINDS: dict[type[ast.expr], _Kind] = {
    ast.Attribute: _attribute,
    ast.Await: _awaited,
    ast.BinOp: _operation,
    ast.BoolOp: _first_true,
    ast.Call: _called,
    ast.Constant: _constant,
    ast.Dict: _dict,
    ast.DictComp: _comprehension,
    ast.FormattedValue: _placeholder,
    ast.IfExp: _choice,
    ast.JoinedStr: _formatted,
    ast.List: _sequence,
    ast.Name: _name,
    ast.NamedExpr: _named,
    ast.Subscript: _subscript,
    ast.Tuple: _sequence,
}
