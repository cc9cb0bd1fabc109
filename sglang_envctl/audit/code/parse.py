"""Parse a file, but defer the functions that are not needed yet."""

from __future__ import annotations

import ast
import re
from bisect import bisect_right
from collections.abc import Callable, Container, Iterable, Sequence
from textwrap import dedent
from typing import TypeAlias

from sglang_envctl.audit.code.index import Deferred, Module, Scope, module_name
from sglang_envctl.audit.code.limits import TOO_MUCH, NoRoomError, Room
from sglang_envctl.audit.code.texts import Part, functions, only, whole_words, without
from sglang_envctl.audit.code.walk import Walk

FAULTS = (SyntaxError, ValueError, RecursionError, MemoryError)
"""The exceptions that parsing raises."""

MAX_TOKENS = 100_000
"""The maximum number of words, strings and brackets that are parsed together; SGLang's largest file
has 15,000 relevant ones. A syntax tree needs half a kilobyte for each.
"""
_TOKEN = re.compile(rb"\w+|[\[({\"':~+-]|\.\.\.")
_UNPRINTABLE = re.compile(rb"\b0[xXoObB][0-9a-fA-F_]{3000}")
"""An integer that Python may refuse to print, which it does beyond 4,300 digits."""
_OBJECTS = (b"self.", b"cls.")
_TARGET = re.compile(rb"\s*(?:=(?!=)|:|in\b)")
"""The text after an attribute to which a statement assigns."""

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_Function: TypeAlias = "ast.FunctionDef | ast.AsyncFunctionDef"
_NO_PARAMETERS = ast.arguments([], [], None, [], [], None, [])

OnFault = Callable[[str, Exception], None]
"""A function that is called with the file and the error if a deferred function cannot be parsed."""


def parse(
    file: str,
    content: bytes,
    room: Room,
    needed: Callable[[bytes], object],
    packages: Container[str] = (),
    on_fault: OnFault = lambda _file, _error: None,
) -> Module:
    """Parse and index a file, except functions whose text is not needed; raises `FAULTS`."""
    parts = [part for part in functions(content) if not needed(content[part.start : part.end])]
    try:
        tree = _tree(without(content, parts), room)
    except NoRoomError:
        raise
    except FAULTS:
        if not parts:
            raise
        parts, tree = [], _tree(content, room)
    name, package = module_name(file, packages)
    module = Module(file, name, tree, package)
    module.top = Scope("module", tree, name, None, module)
    if parts:
        module.deferred = _Deferred(module, content, room, parts, on_fault)
    Walk(module).run()
    return module


def statements(text: bytes) -> list[ast.stmt]:
    """Return the statements in a part of a file; empty if it cannot be parsed."""
    try:
        return ast.parse(dedent(text.decode("utf-8"))).body
    except (SyntaxError, ValueError):
        return []


def _tree(content: bytes, room: Room) -> ast.Module:
    if _UNPRINTABLE.search(content):
        raise ValueError("a number of thousands of digits")
    # A short text cannot exceed the limit.
    if len(content) > MAX_TOKENS and len(_TOKEN.findall(content)) > MAX_TOKENS:
        raise ValueError(TOO_MUCH)
    room.take(len(content))
    return ast.parse(content)


class _Deferred(Deferred):
    """The functions of a module that are not parsed yet."""

    def __init__(
        self, module: Module, text: bytes, room: Room, parts: Sequence[Part], on_fault: OnFault
    ) -> None:
        self._module = module
        self._text = text
        self._room = room
        self._parts = {part.line: part for part in parts}
        self._starts = [part.start for part in parts]
        self._waiting: dict[Scope, Part] = {}
        self._scopes: dict[int, Scope] = {}
        self._seen: set[str] = set()
        self._on_fault = on_fault

    def meet(self, scope: Scope) -> None:
        node = scope.syntax
        part = self._parts.pop(getattr(node, "lineno", 0), None)
        if part is not None and isinstance(node, _FUNCTIONS):
            # Without __dict__, because there are thousands of these functions.
            node.args, node.body = _NO_PARAMETERS, []
            self._waiting[scope] = part
            self._scopes[part.start] = scope

    def complete(self, scope: Scope) -> None:
        if scope in self._waiting:
            self._parse([scope])

    def _parse(self, scopes: Sequence[Scope]) -> None:
        """Parse functions, which must be in order."""
        parts = [self._waiting.pop(scope) for scope in scopes]
        try:
            read = _functions(_tree(only(self._text, parts), self._room))
        except FAULTS as error:
            if len(scopes) == 1:
                self._on_fault(self._module.file, error)
                return
            self._waiting.update(zip(scopes, parts, strict=True))
            for scope in scopes:
                self.complete(scope)
            return
        for scope in scopes:
            node = scope.syntax
            if isinstance(node, _FUNCTIONS):
                self._fill(scope, node, read[node.lineno])

    def _fill(self, scope: Scope, node: _Function, read: ast.stmt) -> None:
        """Complete the node of a function from the parsed code; other objects keep their reference
        to the node.
        """
        decorators = node.decorator_list
        node.__dict__.update(read.__dict__)
        node.decorator_list = decorators
        Walk(self._module).resume(node, scope)
        self._module.late.append(scope)
        if node in self._module.parents:
            self._module.adopt(node)

    def reveal(self, words: Iterable[str]) -> None:
        new = [word for word in words if word not in self._seen]
        if new and self._waiting:
            self._seen.update(new)
            self._parse_all(self._with(self._text, new))

    def apart(self, words: Iterable[str], pair: Iterable[str], other: str) -> Module | None:
        content = self._text
        pairs = self._with(content, pair) & self._with(content, [other])
        scopes = self._of(self._with(content, words) | pairs)
        if not scopes:
            return None
        real = self._module
        try:
            tree = _tree(only(content, [self._waiting[scope] for scope in scopes]), self._room)
        except FAULTS:
            self._parse(scopes)  # parsed one by one to find the invalid one
            return None
        found = Module(real.file, real.name, tree, real.package)
        found.top, found.stars = Scope("module", tree, real.name, real.top, found), real.stars
        read = _functions(tree)
        for scope in scopes:
            node = read.get(getattr(scope.syntax, "lineno", 0))
            if isinstance(node, _FUNCTIONS):
                inner = Scope("function", node, scope.name, scope.parent, found)
                found.top.inner[id(node)] = inner
                Walk(found).resume(node, inner)
        return found

    def reveal_assigned(self, name: str) -> None:
        mark = f"self.{name}"
        if mark not in self._seen and self._waiting:
            self._seen.add(mark)
            content, word = self._text, name.encode()
            positions = (
                position
                for position in whole_words(content, word)
                if content.endswith(_OBJECTS, 0, position)
                and _TARGET.match(content, position + len(word))
            )
            self._parse_all({bisect_right(self._starts, position) - 1 for position in positions})

    def _with(self, content: bytes, words: Iterable[str]) -> set[int]:
        """Return the numbers of the functions that contain one of these words."""
        return {
            bisect_right(self._starts, position) - 1
            for word in words
            for position in whole_words(content, word.encode())
        }

    def _of(self, numbers: set[int]) -> list[Scope]:
        """Return the functions with these numbers that are not parsed yet, in order."""
        found = (self._scopes.get(self._starts[number]) for number in sorted(numbers - {-1}))
        return [scope for scope in found if scope is not None and scope in self._waiting]

    def _parse_all(self, numbers: set[int]) -> None:
        if scopes := self._of(numbers):
            self._parse(scopes)


def _functions(tree: ast.Module) -> dict[int, ast.stmt]:
    """Return the functions in the result of `only`, by line."""
    found = (node.body if isinstance(node, ast.If) else [node] for node in tree.body)
    return {node.lineno: node for nodes in found for node in nodes}
