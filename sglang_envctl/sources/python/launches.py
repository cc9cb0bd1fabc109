"""Follow calls that give a program, an image, a task or a job its environment."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from sglang_envctl.sources.python.run import Found, Scope
from sglang_envctl.sources.python.shells import handed_on, script_of, texts
from sglang_envctl.sources.python.values import (
    Carrier,
    Table,
    Text,
    Unknown,
    Value,
    Words,
    words_of,
)

_STARTERS = r"subprocess\.\w+|asyncio\.create_subprocess_\w+|os\.(?:exec|spawn|posix_spawn)\w*"
"""The functions that start a program and accept only strings in its environment."""
_LAST_IS_ENVIRONMENT = r"os\.(?:exec\w*e|spawn\w*e|posix_spawnp?)"
_KEYWORD = r"(?:\w+_)?env(?:s|_vars|_variables|_dict)?|(?:\w+_)?environment(?:_vars|_variables)?"
"""The names of arguments that are an environment: Popen's, SkyPilot's, Ray's, docker's,
`extra_env_vars`.
"""
_METHODS = ("env", "envs", "update_envs", "from_dict")
"""The methods whose argument is an environment: of Modal's images and secrets, and of
SkyPilot's tasks.
"""
_CONTAINERS = ("env_vars", "runtime_env")
"""The keys under which Ray expects an environment."""
_NAME = r"[A-Za-z_]\w*"
_UPPER_NAME = r"[A-Z_][A-Z0-9_]*|[a-z]+_proxy"
_SERVER = r"sglang(?:_router)?(?:\.\w+)*\.launch_server"
_DEEPEST = 4
_COST = 50
"""The number of steps that an environment counts for, because it is checked on its own."""


def launched(
    scope: Scope,
    node: ast.Call,
    name: str,
    method: str,
    base: Value | None,
    arguments: list[Value],
    keywords: Mapping[str, Value],
) -> Value:
    """Return the result of a call to a function from outside the file, and record the environments
    that it passes on.
    """
    starter = bool(re.fullmatch(_STARTERS, name))
    command, script = _server(node, arguments, keywords)
    given = [(one, "python" if starter else "") for one in _given(method, arguments, keywords)]
    if re.fullmatch(_LAST_IS_ENVIRONMENT, name) and arguments:
        given.append((arguments[-1], "python"))
    held = [one for key, one in keywords.items() if not _means_environment(key)]
    given += [(one, "ray") for one in _inside((*arguments, *held), scope)]
    tables = [
        (one, refused_by)
        for one, refused_by in given
        if isinstance(one, Table) and (starter or _is_one(one, scope))
    ]
    if starter and len(tables) < len(given):
        scope.run.remark("not-followed", node.lineno, "the environment of the program is computed")
    if command and not tables:
        tables = [(scope.run.process, "")]
    inner = handed_on(scope, node, *script) if script else []
    handed = [
        _found(scope, node, merged, command, base, refused_by)
        for table, refused_by in tables
        for merged in _with_each(scope, table, inner)
    ]
    return handed[-1] if handed else _unchanged(base)


def _server(
    node: ast.Call, arguments: list[Value], keywords: Mapping[str, Value]
) -> tuple[tuple[str, ...], tuple[Text, int] | None]:
    """Return the started server's command line and, if it may set variables, its text and its line."""
    nodes = [*node.args, *(k.value for k in node.keywords if k.arg)]
    values = (*arguments, *keywords.values())
    for at, given in enumerate(values):
        line = nodes[at].lineno if len(nodes) == len(values) else node.lineno
        for text in texts([given]):
            if _serves(words := words_of(text)):
                return words, (text, line)
        if isinstance(given, Words) and _serves(words := words_of(given)):
            return words, (script_of(given), line) if any("=" in word for word in words) else None
    return (), None


def _with_each(scope: Scope, table: Table, inner: list[Table]) -> Iterator[Table]:
    """Yield an environment as each server gets it from the shell that starts the server, or
    unchanged.
    """
    for own in inner:
        merged = Table()
        merged.take(table, scope.path)
        merged.take(own, scope.path)
        yield merged
    if not inner:
        yield table


def _unchanged(base: Value | None) -> Value:
    """Return the object of a method that changes only properties other than the environment."""
    return base if isinstance(base, Carrier) else Unknown()


def _given(method: str, arguments: list[Value], keywords: Mapping[str, Value]) -> Iterator[Value]:
    """Yield the arguments that are environments."""
    yield from (found for key, found in keywords.items() if _means_environment(key))
    if method in _METHODS:
        yield from (one for one in arguments[:1] if isinstance(one, Table))


@lru_cache(maxsize=4096)
def _means_environment(keyword: str) -> bool:
    return bool(re.fullmatch(_KEYWORD, keyword)) and keyword not in _CONTAINERS[1:]


def _inside(values: Iterable[Value], scope: Scope, depth: int = 0) -> Iterator[Value]:
    """Yield the environments in dicts that Ray accepts."""
    for table in values:
        if isinstance(table, Table) and depth < _DEEPEST:
            entries = {key: held.value for key, held in table.entries(scope.path).items()}
            yield from (entries[key] for key in _CONTAINERS[:1] if key in entries)
            inner = [held for key, held in entries.items() if key not in _CONTAINERS[:1]]
            yield from _inside(inner, scope, depth + 1)


def _is_one(table: Table, scope: Scope) -> bool:
    """Return whether a dict that is passed to any function looks like an environment."""
    names = table.entries(scope.path)
    valid = all(re.fullmatch(_NAME, name) for name in names)
    return table.inherits or (valid and any(re.fullmatch(_UPPER_NAME, name) for name in names))


def _serves(words: tuple[str, ...]) -> bool:
    """Return whether the words start a server."""
    for word, following in zip(words, (*words[1:], ""), strict=False):
        if word == "-m" and re.fullmatch(_SERVER, following):
            return True
        if word.rpartition("/")[2] == "sglang" and following == "serve":
            return True
    return False


def _found(
    scope: Scope,
    node: ast.Call,
    table: Table,
    command: tuple[str, ...],
    base: Value | None,
    refused_by: str,
) -> Value:
    """Record an environment; one that extends another environment contains all of the other's variables.

    Args:
        scope: the place of the call.
        node: the call.
        table: the environment.
        command: the command line of the server that gets it.
        base: the value that the call extends.
        refused_by: the program that rejects values other than strings: "python", "ray", or empty.
    """
    run = scope.run
    if not run.may_go_on(node.lineno, _COST + len(table.slots)):
        return Unknown()
    whole = Table(inherits=table.inherits)
    if isinstance(base, Carrier):
        whole.take(base.table, scope.path)
        command = command or run.found[base.number].command
        run.found[base.number] = run.found[base.number]._replace(superseded=True)
    whole.take(table, scope.path)
    for gap in whole.gaps:
        run.remark("not-followed", node.lineno, f"of the environment, {gap}")
    entries = whole.entries(scope.path)
    if refused_by:
        run.refuse_what_is_no_string(entries, refused_by)
    run.found.append(Found(node.func.end_lineno or node.lineno, entries, command))
    return Carrier(whole, len(run.found) - 1)
