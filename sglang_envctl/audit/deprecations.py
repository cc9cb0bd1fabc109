"""Deprecated names: warned about, and perhaps forwarded to another name.

What makes a deprecation is a block that runs when the variable is there, warns in words such as
"deprecated", and at most copies the value to another variable. Helper functions, tables of them
and descriptors with an alias all come down to that.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from sglang_envctl.audit.environ import Environ, Read, Write
from sglang_envctl.audit.expand import Answer, Expander
from sglang_envctl.audit.facts import Forward, Rename
from sglang_envctl.audit.index import Module, terminal
from sglang_envctl.audit.transforms import words
from sglang_envctl.audit.values import CallerError, Context, ForkError, Thunk, UndeterminedError
from sglang_envctl.releases.spans import RenameKind

_TALK = re.compile(r"deprecat|removed|renamed|no longer|obsolete|legacy", re.IGNORECASE)
_WARNINGS = {"warn", "warning", "warning_once", "warn_once"}
_NOTES = ("note", "suggestion", "hint", "reason", "message", "msg")
_UNKNOWN = (UndeterminedError, ForkError, CallerError, RecursionError)


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """What runs when a deprecated variable is there."""

    read: Read
    statements: list[ast.stmt]

    def nodes(self) -> Iterator[ast.AST]:
        for statement in self.statements:
            yield from ast.walk(statement)


class Deprecations:
    """Finds the deprecations of one module."""

    def __init__(self, expander: Expander, environ: Environ) -> None:
        self.expander = expander
        self.evaluator = expander.evaluator
        self.environ = environ

    def blocks(self, module: Module, reads: list[Read], writes: list[Write]) -> list[Block]:
        """The deprecation blocks of a module."""
        found = []
        for read in reads:
            for statements in self._guarded(module, read):
                block = Block(read, statements)
                if self._warns(block) and (read.kind == "in" or _inside(block, writes)):
                    found.append(block)
        return found

    def _guarded(self, module: Module, read: Read) -> Iterator[list[ast.stmt]]:
        if read.kind == "item":
            return
        around = list(module.up(read.node))
        if read.kind == "in":
            yield from _governed(read.node, around)
            return
        variable = around[0].targets[0] if around and isinstance(around[0], ast.Assign) else None
        function = read.scope.function()
        if isinstance(variable, ast.Name) and function is not None:
            for node in ast.walk(function.node):
                if isinstance(node, ast.If) and variable.id in _names(node.test):
                    yield node.body

    def _warns(self, block: Block) -> bool:
        called = {terminal(node.func) for node in block.nodes() if isinstance(node, ast.Call)}
        if not called & _WARNINGS or any(isinstance(node, ast.Raise) for node in block.nodes()):
            return False
        texts = (node.value for node in block.nodes() if isinstance(node, ast.Constant))
        return any(isinstance(text, str) and _TALK.search(text) for text in texts)

    def consumed(self, blocks: list[Block], reads: list[Read]) -> set[int]:
        """The reads that serve a deprecation and nothing else, by the id of their nodes."""
        found = {id(block.read.node) for block in blocks}
        for block in blocks:
            wanted = ast.dump(block.read.name)
            inside = {id(node) for node in block.nodes()}
            found |= {
                id(read.node)
                for read in reads
                if id(read.node) in inside and ast.dump(read.name) == wanted
            }
        return found

    def renames(self, block: Block, reads: list[Read], writes: list[Write]) -> Iterator[Rename]:
        """Each name that a block is about."""
        for answer in self.expander.expand(block.read.name, block.read.scope):
            if not answer.name:
                continue
            new, transform = "", ""
            kind: RenameKind = "warning"
            running = Block(block.read, list(self._running(block.statements, block, answer)))
            for write in _inside(running, writes):
                name = self._text(write.name, write, answer.context)
                if name and name != answer.name:
                    new = name
                    kind = "alias" if _only_where_unset(write, reads) else "table"
                    transform = words(self.evaluator, write, block.read, answer.context)
            file, line = self._origin(block.read, answer)
            note = self._note(running, answer.context)
            yield Rename(answer.name, new, kind, transform, note, file, line)

    def _running(
        self, statements: list[ast.stmt], block: Block, answer: Answer
    ) -> Iterator[ast.stmt]:
        """The statements that run for one name: branches for other names are left out."""
        for statement in statements:
            if not isinstance(statement, ast.If):
                yield statement
                continue
            try:
                holds = self.evaluator.value(statement.test, block.read.scope, answer.context)
            except _UNKNOWN:
                holds = None
            if holds is not False:
                yield from self._running(statement.body, block, answer)
            if holds is not True:
                yield from self._running(statement.orelse, block, answer)

    def _text(self, node: ast.expr, place: Read | Write, context: Context) -> str:
        try:
            return self.evaluator.text(node, place.scope, context)
        except _UNKNOWN:
            return ""

    def _note(self, block: Block, context: Context) -> str:
        function = block.read.scope.function()
        owner = function.owner() if function else None
        for name in _NOTES:
            if function is not None and name in function.bindings:
                text = self._text(_load(name), block.read, context)
                if text:
                    return text
            if owner is not None and name in owner.members:
                instance = ast.Attribute(_load("self"), name, ast.Load(), lineno=1, col_offset=0)
                return self._text(instance, block.read, context)
        for node in block.nodes():
            if isinstance(node, ast.Call) and terminal(node.func) in _WARNINGS and node.args:
                return self._text(node.args[0], block.read, context)
        return ""

    def _origin(self, read: Read, answer: Answer) -> tuple[str, int]:
        """Where the name is written: the line of the table rather than that of the loop."""
        thunk = Thunk(read.name, read.scope, answer.context)
        for _ in range(10):
            if not isinstance(thunk.node, ast.Name):
                break
            found = self.evaluator.program.lookup(thunk.scope, thunk.node.id)
            try:
                value = self.evaluator.bound(*found, thunk.node, thunk.context) if found else None
            except _UNKNOWN:
                break
            if not isinstance(value, Thunk):
                break
            thunk = value
        if isinstance(thunk.node, ast.Constant):
            return thunk.scope.module.file, thunk.node.lineno
        return answer.place.module.file, answer.place.line

    def forwards(self, module: Module, writes: list[Write]) -> Iterator[Forward]:
        """Loops that copy every name with one prefix to another."""
        for mention in self.environ.walks(module):
            loop = next((item for item in module.up(mention) if isinstance(item, ast.For)), None)
            if loop is None:
                continue
            inside = {id(node) for node in ast.walk(loop)}
            for write in writes:
                prefixes = _rewritten(loop) if id(write.node) in inside else None
                if prefixes is not None:
                    yield Forward(*prefixes, not _keeps(loop, write), module.file, loop.lineno)


def _governed(node: ast.expr, around: list[ast.AST]) -> Iterator[list[ast.stmt]]:
    """The statements that run when a test for presence holds."""
    while around and isinstance(around[0], ast.BoolOp) and isinstance(around[0].op, ast.Or):
        around = around[1:]
    outer = around[0] if around else None
    if not isinstance(outer, ast.If) or not isinstance(node, ast.Compare):
        return
    if isinstance(node.ops[0], ast.In):
        yield outer.body
    elif isinstance(outer.body[-1], ast.Return):
        body = getattr(around[1], "body", [])
        yield body[body.index(outer) + 1 :] if outer in body else []


def _inside(block: Block, writes: list[Write]) -> list[Write]:
    inside = {id(node) for node in block.nodes()}
    return [write for write in writes if id(write.node) in inside]


def _only_where_unset(write: Write, reads: list[Read]) -> bool:
    """Whether a variable is set only if it does not hold a value already."""
    wanted = ast.dump(write.name)
    asked = {id(read.node) for read in reads if ast.dump(read.name) == wanted}
    tests = (item.test for item in write.scope.module.up(write.node) if isinstance(item, ast.If))
    return write.keeps or any(id(node) in asked for test in tests for node in ast.walk(test))


def _names(node: ast.AST) -> set[str]:
    return {item.id for item in ast.walk(node) if isinstance(item, ast.Name)}


def _load(name: str) -> ast.Name:
    return ast.Name(name, ast.Load(), lineno=1 << 29, col_offset=0)


def _rewritten(loop: ast.For) -> tuple[str, str] | None:
    """The prefixes of `key.replace("OLD_", "NEW_", 1)` under `key.startswith("OLD_")`."""
    starts = set()
    for node in ast.walk(loop):
        if (
            isinstance(node, ast.Call)
            and terminal(node.func) == "startswith"
            and node.args
            and isinstance(node.args[0], ast.Constant)
        ):
            starts.add(node.args[0].value)
    for node in ast.walk(loop):
        if isinstance(node, ast.Call) and terminal(node.func) == "replace" and len(node.args) > 1:
            old, new = node.args[:2]
            if (
                isinstance(old, ast.Constant)
                and isinstance(new, ast.Constant)
                and old.value in starts
            ):
                return str(old.value), str(new.value)
    return None


def _keeps(loop: ast.For, write: Write) -> bool:
    name = ast.dump(write.name)
    return write.keeps or any(
        isinstance(node, ast.Compare)
        and isinstance(node.ops[0], (ast.NotIn, ast.In))
        and ast.dump(node.left) == name
        for node in ast.walk(loop)
    )
