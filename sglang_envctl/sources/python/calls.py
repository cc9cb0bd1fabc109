"""Follow a call: its effect on dicts and lists, and the programs that it starts with an environment."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import NamedTuple

from sglang_envctl.sources.python.expressions import absorb, entry, store, value
from sglang_envctl.sources.python.launches import launched
from sglang_envctl.sources.python.run import Scope
from sglang_envctl.sources.python.values import (
    NOT_SET,
    Definition,
    Dotted,
    Function,
    Namespace,
    Plain,
    Table,
    Text,
    Unknown,
    Value,
    Words,
    join,
    split,
    text_of,
    words_in,
)


class Call(NamedTuple):
    """A call with its arguments."""

    node: ast.Call
    arguments: list[Value]
    keywords: dict[str, Value]
    spread: list[Value]
    """The expression after `**`."""

    @property
    def line(self) -> int:
        return self.node.lineno

    def argument(self, at: int) -> Value | None:
        return self.arguments[at] if at < len(self.arguments) else None


def call(scope: Scope, node: ast.Call) -> Value:
    """Follow a call and return its result."""
    function = node.func
    base = value(scope, function.value) if isinstance(function, ast.Attribute) else None
    made = _arguments(scope, node)
    if isinstance(function, ast.Attribute) and isinstance(base, (Table, Words, Text)):
        methods = next(methods for kind, methods in _METHODS.items() if isinstance(base, kind))
        if function.attr in methods:
            return methods[function.attr](scope, base, made)
    target = _target(scope, function, base)
    if isinstance(target, Function):
        return scope.run.enter(scope, target, _bound(target, made))
    if isinstance(target, Namespace):
        return _instance(scope, target, made)
    name = target.name if isinstance(target, Dotted) else ""
    if name in _FUNCTIONS:
        return _FUNCTIONS[name](scope, made)
    method = function.attr if isinstance(function, ast.Attribute) else ""
    tables = [one.entries(scope.path) for one in made.spread if isinstance(one, Table)]
    spread = {key: held.value for entries in tables for key, held in entries.items()}
    keywords = {**spread, **made.keywords}
    return launched(scope, node, name, method, base, made.arguments, keywords)


def _target(scope: Scope, function: ast.expr, base: Value | None) -> Value:
    """Return the called object. The value of an attribute is not computed twice."""
    if not isinstance(function, ast.Attribute):
        return value(scope, function)
    if isinstance(base, Namespace):
        return base.own(function.attr, scope.path)
    return Dotted(f"{base.name}.{function.attr}") if isinstance(base, Dotted) else Unknown()


def _arguments(scope: Scope, node: ast.Call) -> Call:
    arguments: list[Value] = []
    for argument in node.args:
        if isinstance(argument, ast.Starred):
            found = value(scope, argument.value)
            arguments += found.items if isinstance(found, Words) else [Unknown()]
        else:
            arguments.append(value(scope, argument))
    keywords, spread = dict[str, Value](), list[Value]()
    for keyword in node.keywords:
        if keyword.arg is None:
            spread.append(value(scope, keyword.value))
        else:
            keywords[keyword.arg] = value(scope, keyword.value)
    return Call(node, arguments, keywords, spread)


def _bound(function: Function, made: Call) -> dict[str, Value]:
    """Return the parameters to which a call gives a value."""
    parameters = [*function.node.args.posonlyargs, *function.node.args.args]
    names = [parameter.arg for parameter in parameters]
    given = [function.bound, *made.arguments] if function.bound else made.arguments
    bound: dict[str, Value] = dict(zip(names, given, strict=False))
    return {**bound, **made.keywords}


def _instance(scope: Scope, space: Namespace, made: Call) -> Value:
    """Return an object; all objects of a class are treated as one."""
    start = space.own("__init__", scope.path)
    if isinstance(start, Function):
        scope.run.enter(scope, start, _bound(start, made))
    return space


def _get(scope: Scope, table: Table, made: Call) -> Value:
    """Return the result of `get`; an unknown entry counts as not set, like `${NAME:-default}` in a
    shell.
    """
    name, default = made.argument(0), made.argument(1) or NOT_SET
    if not isinstance(name, Text) or name.why:
        return Unknown()
    found = entry(scope, table, name.text)
    return (made.keywords.get("default") or default) if found is None else found


def _set_default(scope: Scope, table: Table, made: Call) -> Value:
    name, default = made.argument(0), made.argument(1) or Unknown()
    if isinstance(name, Text) and not name.why:
        slot = table.slots.get(name.text)
        if slot and slot.is_certain(scope.path):
            return entry(scope, table, name.text) or Unknown()
        inherited = scope.run.outer.get(name.text) if table.inherits and not slot else None
        if inherited is not None:
            default = Text(inherited, "", (name.text,))
    store(scope, table, name or Unknown(), default, made.line)
    return default


def _update(scope: Scope, table: Table, made: Call) -> Value:
    for other in (*made.arguments[:1], *made.spread):
        absorb(scope, table, other, made.line)
    _with_keywords(scope, table, made)
    return Plain(None)


def _with_keywords(scope: Scope, table: Table, made: Call) -> None:
    lines = {keyword.arg: keyword.value.lineno for keyword in made.node.keywords}
    for name, held in made.keywords.items():
        table.put(name, Definition(held, lines[name], scope.path))


def _remove(scope: Scope, table: Table, made: Call) -> Value:
    name = made.argument(0)
    if not isinstance(name, Text) or name.why:
        return Unknown()
    found = entry(scope, table, name.text)
    if name.text in table.slots:
        table.put(name.text, Definition(Unknown(), made.line, scope.path, removed=True))
    return found or made.argument(1) or Unknown()


def _clear(scope: Scope, table: Table, made: Call) -> Value:
    for name in table.slots:
        table.put(name, Definition(Unknown(), made.line, scope.path, removed=True))
    table.inherits = False
    return Plain(None)


def _copy(scope: Scope, table: Table, made: Call) -> Value:
    copied = Table()
    absorb(scope, copied, table, made.line)
    return copied


def _items(scope: Scope, table: Table, made: Call) -> Value:
    del made
    if table.inherits or table.gaps:
        return Unknown()
    found = table.entries(scope.path).items()
    return Words([Words([Text(name), held.value]) for name, held in found])


def _append(scope: Scope, words: Words, made: Call) -> Value:
    words.add(made.arguments[:1], scope.path)
    return Plain(None)


def _extend(scope: Scope, words: Words, made: Call) -> Value:
    for other in made.arguments[:1]:
        words.add(other.items if isinstance(other, Words) else [Unknown()], scope.path)
    return Plain(None)


def _split(scope: Scope, text: Text, made: Call) -> Value:
    del scope
    at_blanks = not made.arguments or made.arguments[0] == Text(" ")
    return words_in(text.text.split()) if at_blanks else Unknown()


def _joined(scope: Scope, text: Text, made: Call) -> Value:
    del scope
    words = made.argument(0)
    if not isinstance(words, Words):
        return Unknown()
    parts = [text] * (2 * len(words.items) - 1)
    parts[::2] = map(text_of, words.items)
    return join(parts)


def _stripped(scope: Scope, text: Text, made: Call) -> Value:
    del scope
    return text._replace(text=text.text.strip()) if not made.arguments else Unknown()


_METHODS: Mapping[type, Mapping[str, Callable[..., Value]]] = {
    Table: {
        "clear": _clear, "copy": _copy, "get": _get, "items": _items, "pop": _remove,
        "setdefault": _set_default, "update": _update,
    },
    Words: {"append": _append, "extend": _extend},
    Text: {"join": _joined, "split": _split, "strip": _stripped},
}  # fmt: skip


def _dict(scope: Scope, made: Call) -> Value:
    table = Table()
    _update(scope, table, made)
    return table


def _copied(scope: Scope, made: Call) -> Value:
    found = made.argument(0) or Unknown()
    return _copy(scope, found, made) if isinstance(found, Table) else found


def _listed(scope: Scope, made: Call) -> Value:
    found = made.argument(0)
    return Words(list(found.items), scope.path) if isinstance(found, Words) else Unknown()


def _string(scope: Scope, made: Call) -> Value:
    del scope
    return text_of(made.argument(0) or Unknown())


def _words(scope: Scope, made: Call) -> Value:
    del scope
    text = made.argument(0)
    return split(text) if isinstance(text, Text) else Unknown()


def _get_variable(scope: Scope, made: Call) -> Value:
    return _get(scope, scope.run.process, made)


def _put_variable(scope: Scope, made: Call) -> Value:
    name, text = made.argument(0) or Unknown(), made.argument(1) or Unknown()
    store(scope, scope.run.process, name, text, made.line)
    return Plain(None)


def _unset_variable(scope: Scope, made: Call) -> Value:
    return _remove(scope, scope.run.process, made)


_FUNCTIONS: Mapping[str, Callable[[Scope, Call], Value]] = {
    "copy.copy": _copied,
    "copy.deepcopy": _copied,
    "dict": _dict,
    "list": _listed,
    "os.getenv": _get_variable,
    "os.putenv": _put_variable,
    "os.unsetenv": _unset_variable,
    "shlex.split": _words,
    "str": _string,
    "tuple": _listed,
}
