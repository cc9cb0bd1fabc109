"""Find deprecated names: the code warns about them, and may copy their values to other names.

A deprecation is a block that runs when the variable is set, logs a warning with a word such as
"deprecated", and at most copies the value to another variable. Helper functions, tables of names
and descriptors with an alias all have this effect.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import takewhile

from sglang_envctl.audit.code.index import Module, following, nodes_of, one_line, terminal
from sglang_envctl.audit.evaluation.callers import Answer, Callers
from sglang_envctl.audit.evaluation.evaluator import Evaluator
from sglang_envctl.audit.evaluation.objects import returned
from sglang_envctl.audit.evaluation.values import UNKNOWN, Frame, FunctionRef, Thunk
from sglang_envctl.audit.facts import Forward, Rename
from sglang_envctl.audit.uses.environment import Environ, Read, Write
from sglang_envctl.releases.spans import RenameKind

_TALK = re.compile(r"deprecat|removed|renamed|no longer|obsolete|legacy", re.IGNORECASE)
_WARNINGS = {"warn", "warning", "warning_once", "warn_once"}
_NOTES = ("note", "suggestion", "hint", "reason", "message", "msg")


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """The statements that run when a deprecated variable is set."""

    read: Read
    statements: list[ast.stmt]

    def nodes(self) -> Iterator[ast.AST]:
        for statement in self.statements:
            yield from nodes_of(statement)

    def writes(self, writes: list[Write]) -> list[Write]:
        """Return the writes inside the block."""
        inside = {id(node) for node in self.nodes()}
        return [write for write in writes if id(write.node) in inside]

    def warns(self) -> bool:
        """Return whether the block only warns of a deprecation."""
        called = {terminal(node.func) for node in self.nodes() if isinstance(node, ast.Call)}
        if not called & _WARNINGS or any(isinstance(node, ast.Raise) for node in self.nodes()):
            return False
        texts = (node.value for node in self.nodes() if isinstance(node, ast.Constant))
        return any(isinstance(text, str) and _TALK.search(text) for text in texts)


def blocks(module: Module, reads: list[Read], writes: list[Write]) -> list[Block]:
    """Return the deprecation blocks of a module."""
    found = (Block(read, statements) for read in reads for statements in _guarded(module, read))
    return [
        block
        for block in found
        if block.warns() and (block.read.kind == "in" or block.writes(writes))
    ]


def _guarded(module: Module, read: Read) -> Iterator[list[ast.stmt]]:
    """Yield the statements that run if the variable of a read is set."""
    if read.kind == "item":
        return
    around = list(module.up(read.node))
    if read.kind == "in":
        yield from _governed(read.node, around)
        return
    variable = around[0].targets[0] if around and isinstance(around[0], ast.Assign) else None
    function = read.scope.function()
    if isinstance(variable, ast.Name) and function is not None:
        for node in nodes_of(function.node):
            if isinstance(node, ast.If) and _mentions(nodes_of(node.test), variable.id):
                yield node.body


def _governed(node: ast.expr, around: list[ast.AST]) -> Iterator[list[ast.stmt]]:
    """Yield the statements that run if a test for presence is true."""
    while around and isinstance(around[0], ast.BoolOp) and isinstance(around[0].op, ast.Or):
        around = around[1:]
    outer = around[0] if around else None
    if not isinstance(outer, ast.If) or not isinstance(node, ast.Compare):
        return
    if isinstance(node.ops[0], ast.In):
        yield outer.body
    elif isinstance(outer.body[-1], ast.Return):
        yield following(outer, around[1])


def _mentions(nodes: Iterable[ast.AST], name: str) -> bool:
    return any(isinstance(item, ast.Name) and item.id == name for item in nodes)


def consumed(found: list[Block], reads: list[Read]) -> set[int]:
    """Return the IDs of the nodes of reads that only serve a deprecation."""
    nodes = {id(block.read.node) for block in found}
    for block in found:
        wanted = ast.dump(block.read.name)
        inside = {id(node) for node in block.nodes()}
        nodes |= {
            id(read.node)
            for read in reads
            if id(read.node) in inside and ast.dump(read.name) == wanted
        }
    return nodes


def renames(
    block: Block, callers: Callers, reads: list[Read], writes: list[Write]
) -> Iterator[Rename]:
    """Yield the deprecated names of a block."""
    evaluator = callers.evaluator
    for answer in callers.expand(block.read.name, Frame(block.read.scope)):
        if not answer.name:
            continue
        new, transform = "", ""
        kind: RenameKind = "warning"
        running = Block(block.read, list(_running(evaluator, block.statements, answer.frame)))
        for write in running.writes(writes):
            frame = answer.frame.at(write.scope)
            name = _string(evaluator, write.name, frame)
            if name and name != answer.name:
                new = name
                kind = "alias" if _only_where_unset(write, reads) else "table"
                transform = _transform(evaluator, write, block.read, frame)
        file, line = _origin(evaluator, block.read, answer)
        note = _note(evaluator, running, answer.frame)
        yield Rename(answer.name, new, kind, transform, note, file, line)


def _running(evaluator: Evaluator, statements: list[ast.stmt], frame: Frame) -> Iterator[ast.stmt]:
    """Yield the statements that run for one name, without branches for other names."""
    for statement in statements:
        if not isinstance(statement, ast.If):
            yield statement
            continue
        holds = evaluator.known(statement.test, frame)
        if holds is not False:
            yield from _running(evaluator, statement.body, frame)
        if holds is not True:
            yield from _running(evaluator, statement.orelse, frame)


def _string(evaluator: Evaluator, node: ast.expr, frame: Frame) -> str:
    try:
        return evaluator.string(node, frame)
    except UNKNOWN:
        return ""


def _note(evaluator: Evaluator, block: Block, frame: Frame) -> str:
    """Return the message for the user: the code's note on the name, otherwise its warning."""
    function = block.read.scope.function()
    owner = function.owner() if function else None
    for name in _NOTES:
        if function is not None and name in function.bindings:
            text = _string(evaluator, _load(name), frame)
            if text:
                return text
        if owner is not None and owner.assigned(name):
            member = ast.Attribute(_load("self"), name, ast.Load(), lineno=1, col_offset=0)
            return _string(evaluator, member, frame)
    for node in block.nodes():
        if isinstance(node, ast.Call) and terminal(node.func) in _WARNINGS and node.args:
            return _string(evaluator, node.args[0], frame)
    return ""


def _load(name: str) -> ast.Name:
    return ast.Name(name, ast.Load(), lineno=1 << 29, col_offset=0)


def _origin(evaluator: Evaluator, read: Read, answer: Answer) -> tuple[str, int]:
    """Return the place of the name: the line in the table rather than the line of the loop."""
    thunk = Thunk(read.name, answer.frame)
    for _ in range(10):
        if not isinstance(thunk.node, ast.Name):
            break
        found = evaluator.program.lookup(thunk.frame.scope, thunk.node.id)
        try:
            value = evaluator.bound(*found, thunk.frame, thunk.node.lineno) if found else None
        except UNKNOWN:
            break
        if not isinstance(value, Thunk):
            break
        thunk = value
    if isinstance(thunk.node, ast.Constant):
        return thunk.frame.scope.module.file, thunk.node.lineno
    return answer.place.module.file, answer.place.line


def _only_where_unset(write: Write, reads: list[Read]) -> bool:
    """Return whether a variable is set only if it is not already set."""
    wanted = ast.dump(write.name)
    asked = {id(read.node) for read in reads if ast.dump(read.name) == wanted}
    tests = (item.test for item in write.scope.module.up(write.node) if isinstance(item, ast.If))
    return write.keeps or any(id(node) in asked for test in tests for node in nodes_of(test))


def _transform(evaluator: Evaluator, write: Write, read: Read, frame: Frame) -> str:
    """Describe how a value is changed before it is copied to the new name; empty if it is not
    changed.
    """
    node: ast.expr = write.value
    for _ in range(6):
        if isinstance(node, ast.Name):
            following = _assigned(evaluator, node, frame)
            if following is None:
                return ""
            node = following
        elif _is_value_of(node, read):
            return ""
        else:
            break
    return _in_words(node)


def _is_value_of(node: ast.expr, read: Read) -> bool:
    """Return whether an expression is exactly the value of the deprecated name."""
    wanted = ast.dump(read.name)
    if isinstance(node, ast.Subscript):
        return ast.dump(node.slice) == wanted
    return isinstance(node, ast.Call) and any(ast.dump(item) == wanted for item in node.args)


def _assigned(evaluator: Evaluator, node: ast.Name, frame: Frame) -> ast.expr | None:
    """Return the expression that was assigned to a variable; for a function that changes it, the
    function's body.
    """
    found = evaluator.program.lookup(frame.scope, node.id)
    assigned = [item.node for item in found[1] if item.kind == "assign"] if found else []
    plain: ast.expr | None = None
    for value in assigned:
        if isinstance(value, ast.Call) and _mentions(value.args, node.id):
            changed = _body(evaluator, value, frame)
            if changed is not None:
                return changed
        elif isinstance(value, ast.expr):
            plain = value
    return plain


def _body(evaluator: Evaluator, call: ast.Call, frame: Frame) -> ast.expr | None:
    """Return the expression that a called function returns; None if no function is called."""
    try:
        function = evaluator.value(call.func, frame)
        return returned(function, call, frame).node if isinstance(function, FunctionRef) else None
    except UNKNOWN:
        return None


def _in_words(node: ast.expr) -> str:
    """Describe an expression that changes a value."""
    for item in nodes_of(node):
        if isinstance(item, ast.BinOp) and isinstance(item.right, ast.Constant):
            verb = {ast.Div: "divided by", ast.Mult: "multiplied by"}.get(type(item.op))
            if verb and isinstance(item.right.value, (int, float)):
                return f"{verb} {item.right.value:g}"
        if isinstance(item, ast.IfExp):
            ends = (item.body, item.orelse)
            texts = [end.value for end in ends if isinstance(end, ast.Constant)]
            if texts in (["0", "1"], ["false", "true"], ["False", "True"]):
                return "inverted"
    return one_line(node, 160)


def forwards(environ: Environ, module: Module, writes: list[Write]) -> Iterator[Forward]:
    """Yield the loops that copy every name with one prefix to another prefix."""
    for mention in environ.loops(module):
        loop = next((item for item in module.up(mention) if isinstance(item, ast.For)), None)
        if loop is None:
            continue
        inside = {id(node) for node in nodes_of(loop)}
        for write in writes:
            prefixes = _rewritten(loop) if id(write.node) in inside else None
            if prefixes is not None:
                yield Forward(*prefixes, not _keeps(loop, write), module.file, loop.lineno)


def _rewritten(loop: ast.For) -> tuple[str, str] | None:
    """Return the prefixes in `key.replace("OLD_", "NEW_", 1)` under `key.startswith("OLD_")`."""
    calls = [node for node in nodes_of(loop) if isinstance(node, ast.Call)]
    starts = [_constants(call)[:1] for call in calls if terminal(call.func) == "startswith"]
    for call in calls:
        given = _constants(call)[:2]
        if terminal(call.func) == "replace" and len(given) == 2 and given[:1] in starts:
            return str(given[0]), str(given[1])
    return None


def _constants(call: ast.Call) -> list[object]:
    """Return the arguments of a call up to the first that is not a constant."""
    constants = takewhile(lambda item: isinstance(item, ast.Constant), call.args)
    return [item.value for item in constants if isinstance(item, ast.Constant)]


def _keeps(loop: ast.For, write: Write) -> bool:
    """Return whether a loop skips names that are already set."""
    name = ast.dump(write.name)
    return write.keeps or any(
        isinstance(node, ast.Compare)
        and isinstance(node.ops[0], (ast.NotIn, ast.In))
        and ast.dump(node.left) == name
        for node in nodes_of(loop)
    )
