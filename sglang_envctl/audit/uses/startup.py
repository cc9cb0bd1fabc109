"""Find names that a server handles at startup, apart from SGLang's tables of deprecated names.

A server rejects some names if they are set, overwrites some with a constant or a command-line
option, and warns about some as deprecated. Code that only some servers run is ignored, unless it
only warns.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from sglang_envctl.audit.code.files import is_test
from sglang_envctl.audit.code.index import nodes_of, terminal
from sglang_envctl.audit.code.parse import statements
from sglang_envctl.audit.code.texts import Texts, functions
from sglang_envctl.audit.facts import Rename
from sglang_envctl.releases.spans import RenameKind

_SERVER = "sglang/srt/"
"""The code of the server that this module reads."""
_WORDS = ("envs", "environ", "get_bool_env_var")
_TALK = re.compile(r"deprecated|no longer supported", re.IGNORECASE)
_NAME = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+")
_WARNINGS = {"warn", "warning", "warning_once", "warn_once", "log_warning_once"}
_WARNED = ("warning", "warning if true")
_ROOTS = {"__post_init__", "resolve_once", "launch_server", "_launch_subprocesses"}
"""The functions that every server runs."""
_ARGUMENTS = {"self", "cfg", "server_args"}
"""The names of the object with the values of the command line."""
_MAX_CALLS = 6
_MAX_FILES = 20
"""The maximum number of files with a word that can be the name of a single function."""


def handled(texts: Texts) -> Iterator[Rename]:
    """Yield the names that a server rejects, overwrites or warns about."""
    callers = _Callers(texts)
    files = {file for word in _WORDS for file in texts.files_with(word)}
    for file in sorted(file for file in files if file.startswith(_SERVER) and not is_test(file)):
        content = texts[file]
        for part in functions(content) if _acts(content) else ():
            text = content[part.start : part.end]
            for function in statements(text) if _acts(text) else ():
                for kind, name, note, line in _of_function(function):
                    if kind in _WARNED or callers.always(part.name):
                        place = file, part.line + line - 1
                        yield Rename(name, "", kind, "", note, *place)


def _acts(text: bytes) -> bool:
    """Return whether a text may set a variable, test for a set variable, or mention a deprecation."""
    if any(word in text for word in (b"environ[", b"in os.environ")):
        return True
    if b"envs." in text and any(word in text for word in (b".set(", b".is_set(")):
        return True
    warns = b"deprecated" in text or b"no longer supported" in text
    return warns and any(word in text for word in (b"envs.", b"get_bool_env_var("))


_Found = tuple[RenameKind, str, str, int]


def _of_function(function: ast.stmt) -> Iterator[_Found]:
    body = getattr(function, "body", [])
    held: dict[str, str] = {}
    nodes = list(nodes_of(function))
    for node in nodes:
        match node:
            case ast.Assign(targets=[ast.Name(id=variable)], value=value):
                held[variable] = _present(value, {})
            case ast.If(test=test, body=inner) if name := _present(test, held):
                if node in _first(body) and isinstance(inner[-1], ast.Raise):
                    yield "refused", name, _text(inner[-1]), node.lineno
                elif _TALK.search(note := _warning(inner)) and name in note:
                    yield "warning", name, note, node.lineno
            case ast.If(test=test, body=inner) if name := _asked(test):
                if _TALK.search(note := _warning(inner)) and name in note:
                    yield "warning if true", name, note, node.lineno
    for statement in body:
        name, source = _written(statement)
        if source and statement in _first(body) and name not in map(_read, nodes):
            yield "overwritten", name, source, statement.lineno


def _first(body: list[ast.stmt]) -> list[ast.stmt]:
    """Return the statements of a function before the first that may return early."""
    ends = (any(isinstance(n, ast.Return) for n in nodes_of(statement)) for statement in body)
    return body[: next((number for number, end in enumerate(ends) if end), len(body))]


def _present(node: ast.expr, held: dict[str, str]) -> str:
    """Return the name whose presence an expression tests."""
    match node:
        case ast.Name(id=variable):
            return held.get(variable, "")
        case ast.Call(func=ast.Attribute(attr="is_set", value=ast.Attribute(attr=name))):
            return name
        case ast.Compare(
            left=ast.Constant(value=str(name)),
            ops=[ast.In()],
            comparators=[ast.Attribute(attr="environ")],
        ):
            return name
        case ast.Compare(left=left, ops=[ast.IsNot()], comparators=[ast.Constant(value=None)]):
            return _read(left)
    return ""


def _read(node: ast.AST) -> str:
    """Return the name in `envs.NAME.get()`, `envs.NAME.is_set()`, `os.getenv("NAME")` and the like."""
    match node:
        case ast.Call(
            func=ast.Attribute(attr="get" | "is_set", value=ast.Attribute(attr=name))
        ) if _NAME.fullmatch(name):
            return name
        case ast.Call(func=function, args=[ast.Constant(value=str(name)), *_]) if terminal(
            function
        ) in {"get", "getenv", "get_bool_env_var"} and _NAME.fullmatch(name):
            return name
    return ""


def _asked(test: ast.expr) -> str:
    """Return the name whose truth a test checks."""
    name = _read(test)
    is_set = isinstance(test, ast.Call) and terminal(test.func) == "is_set"
    return "" if is_set else name


def _written(statement: ast.stmt) -> tuple[str, str]:
    """Return the name that a statement sets, and the origin of its value, if that is one option or
    constant.
    """
    match statement:
        case ast.Expr(
            value=ast.Call(
                func=ast.Attribute(attr="set", value=ast.Attribute(attr=name)), args=[value]
            )
        ) if _NAME.fullmatch(name):
            return name, _source(value)
        case ast.Assign(
            targets=[
                ast.Subscript(
                    value=ast.Attribute(attr="environ"), slice=ast.Constant(value=str(name))
                )
            ],
            value=value,
        ):
            return name, _source(value)
    return "", ""


def _source(value: ast.expr) -> str:
    """Return `--option` or `=constant`, if an expression consists of only that; otherwise an empty
    string.
    """
    match value:
        case ast.Constant(value=str(constant)) if re.fullmatch(r"\w+", constant):
            return f"={constant}"
    nodes = list(nodes_of(value))
    options = {
        node.attr
        for node in nodes
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id in _ARGUMENTS
    }
    names = {node.id for node in nodes if isinstance(node, ast.Name)} - _ARGUMENTS - {"str", "int"}
    return f"--{options.pop().replace('_', '-')}" if len(options) == 1 and not names else ""


def _warning(body: list[ast.stmt]) -> str:
    """Return the text of the warning in a block."""
    calls = (n for s in body for n in nodes_of(s) if isinstance(n, ast.Call))
    return " ".join(_text(call) for call in calls if terminal(call.func) in _WARNINGS)


def _text(node: ast.AST) -> str:
    found = (n.value for n in nodes_of(node) if isinstance(n, ast.Constant))
    return " ".join(text for text in found if isinstance(text, str))


class _Callers:
    """The functions that every server runs."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts
        self._always: dict[str, bool] = {}

    def always(self, name: str, calls: int = 0) -> bool:
        """Return whether a function that every server runs calls this one unconditionally."""
        if name in _ROOTS:
            return True
        if name not in self._always and calls < _MAX_CALLS:
            self._always[name] = False  # a function that only calls itself does not count
            callers = self._callers(name)
            self._always[name] = any(self.always(caller, calls + 1) for caller in callers)
        return self._always.get(name, False)

    def _callers(self, name: str) -> Iterator[str]:
        word = re.compile(rb"(?<!def )\b" + name.encode() + rb"\b")
        files = [f for f in self._texts.files_with(name) if f.startswith(_SERVER)]
        for content in map(self._texts.__getitem__, files if len(files) <= _MAX_FILES else ()):
            for part in functions(content):
                text = content[part.start : part.end]
                for function in statements(text) if word.search(text) else ():
                    body = getattr(function, "body", [])
                    if any(_calls(statement, name) for statement in _plain(body)):
                        yield part.name


def _plain(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements of a block that always run."""
    for statement in body:
        if isinstance(statement, (ast.With, ast.Try)):
            yield from _plain(statement.body)
        else:
            yield statement


def _calls(statement: ast.stmt, name: str) -> bool:
    """Return whether a statement calls a function, or passes it to a function that runs it."""
    value = statement.value if isinstance(statement, (ast.Expr, ast.Assign)) else None
    if not isinstance(value, ast.Call):
        return False
    return name in (terminal(value.func), *(terminal(argument) for argument in value.args))
