"""Follow the statements of a script in order, without running any.

A handler in the table at the end follows one kind of statement of the grammar. Statements that
contain others follow them with `Scope.follow`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

from sglang_envctl.sources.shell import commands
from sglang_envctl.sources.shell.builtin import compute
from sglang_envctl.sources.shell.conditions import finds_file, is_sure
from sglang_envctl.sources.shell.files.written import printed, redirected
from sglang_envctl.sources.shell.grammar import WHOLE, Lines
from sglang_envctl.sources.shell.launchers import apart
from sglang_envctl.sources.shell.programs import adds_ours, may_start
from sglang_envctl.sources.shell.scope import DEEPEST, Analysis, Scope
from sglang_envctl.sources.shell.state import Function, State
from sglang_envctl.sources.shell.values import Value
from sglang_envctl.sources.shell.words import arguments, document, groups

if TYPE_CHECKING:
    from tree_sitter import Node

    from sglang_envctl.sources.shell.grammar import Script

MOST_STATEMENTS = 100_000
"""The maximum number of statements that are followed; those of a function count at every call."""

_MOST_UNCALLED = 10_000
"""The maximum number of statements in functions that nothing calls."""
_MOST_RESTARTS = 8

_TOO_MUCH = "it is nested too deep, or too long to be followed to its end"


def read(analysis: Analysis, label: str, text: str, state: State, lines: Lines = WHOLE) -> None:
    """Follow the statements of a text, starting with a state of the shell.

    Raises:
        SourceError: the parser is not installed.
    """
    script = analysis.parse(label, text, lines)
    if script is not None:
        scope = Scope(analysis, state, script, script.root, _follow, [])
        scope.leave(reached=scope.follow(script.root.children))
        if not analysis.sourced:
            _uncalled(scope)


def _uncalled(scope: Scope) -> None:
    """Follow the functions and aliases that a file defines but does not use, if it starts no server,
    as for a library.
    """
    analysis = scope.analysis
    if any(one.serves for one in analysis.launches):
        return
    analysis.statements = max(analysis.statements, MOST_STATEMENTS - _MOST_UNCALLED)
    for name, function in reversed(scope.state.functions.items()):
        if name not in analysis.called:
            inside = scope.subshell()._replace(script=function.script, shadowed={})
            before = len(analysis.launches)
            inside.follow([function.body])
            exported = inside.state.exported()
            if len(analysis.launches) == before and adds_ours(exported, scope):
                analysis.launches.append(apart(exported, inside.at(function.body)))
    for name, text in scope.state.aliases.items():
        if name not in analysis.called:
            scope.subshell().follow_value(text)


def _follow(scope: Scope, nodes: list[Node]) -> bool:
    """Follow statements in order; a statement with `&` after it runs in a subshell."""
    for at, node in enumerate(nodes):
        if not node.is_named or _is_cut(node):
            continue
        if at + 1 < len(nodes) and nodes[at + 1].type == "&":
            _follow_one(node, scope.subshell())
        elif not _follow_one(node, scope):
            return False
    return True


def _is_cut(node: Node) -> bool:
    """Return whether the parser stopped within the last word of a statement."""
    after = node.next_sibling
    return after is not None and after.is_error and after.start_byte == node.end_byte


def _follow_one(node: Node, scope: Scope) -> bool:
    """Follow one statement; other nodes are skipped."""
    handler = _HANDLERS.get(node.type)
    if handler is None:
        return True
    analysis = scope.analysis
    analysis.statements += 1
    if scope.depth >= DEEPEST or analysis.statements > MOST_STATEMENTS:
        if not analysis.gave_up:
            scope.at(node).remark("unread-line", reason=_TOO_MUCH)
        analysis.gave_up = True
        return True
    scope = scope._replace(node=node, depth=scope.depth + 1)
    _substituted(scope)
    return handler(scope)


def _substituted(scope: Scope) -> None:
    """Follow the commands in the words of a statement, as in `id=$(docker run ...)`; variables that
    they set are lost, but servers that they start count.
    """
    node, analysis = scope.node, scope.analysis
    if node.type in _WITHOUT_WORDS or analysis.sourced:
        return
    waiting, others = node.children[::-1], len(analysis.launches)
    while waiting:
        here = waiting.pop()
        if here.type not in _SUBSTITUTIONS:
            waiting += [c for c in reversed(here.children) if c.type not in _STATEMENTS]
        elif may_start(scope.script.text(here), scope):
            scope.subshell().follow(here.children)
    started = analysis.launches[others:]
    kept = (one for one in started if one.serves or adds_ours(one.entries, scope))
    analysis.launches[others:] = kept


def _inside(scope: Scope) -> bool:
    """Follow the statements inside `{ }` or a loop, or after `!`."""
    return scope.follow(scope.node.children)


def _group(scope: Scope) -> bool:
    """Follow `{ statements }` or `(( arithmetic ))`."""
    if scope.node.children[0].type != "((":
        return _inside(scope)
    compute(scope.script.text(scope.node), scope)
    return True


def _subshell(scope: Scope) -> bool:
    """Follow `( statements )`; the variables that they set are lost when the subshell ends."""
    scope.subshell().follow(scope.node.children)
    return True


def _pipeline(scope: Scope) -> bool:
    """Follow `a | b`, each part in a subshell."""
    before, piped = scope, Value("", "the output of a command")
    for part in (child for child in scope.node.children if child.is_named):
        before.subshell().follow([part])
        text = printed(part, None, scope)
        before = scope._replace(heredoc=text if text != piped else None, input=piped)
    return True


def _redirected(scope: Scope) -> bool:
    """Follow a statement with redirections, one of which may be a here-document."""
    body = scope.node.child_by_field_name("body")
    documents = [child for child in scope.node.children if child.type == "heredoc_redirect"]
    within = [child for document in documents for child in document.children]
    redirects = [c for c in (*scope.node.children, *within) if c.type == "file_redirect"]
    extra = [word for redirect in redirects for word in _after_name(redirect)]
    inside = scope._replace(extra=tuple(extra))
    for redirect in redirects:
        if redirect.children[0].type == "<":
            paths = arguments(redirect.children[1:], scope)
            inside = inside._replace(input=paths[0] if paths else None)
    for redirect in documents:
        inside = inside._replace(heredoc=document(redirect, scope))
    if body and not inside.follow([body]):
        return False
    redirected(redirects, body, inside.heredoc, scope)
    # `cat <<END | command` passes the document on to the command.
    handed_on = inside if body and scope.script.text(body) == "cat" else scope
    for child in within:
        if child.type == "pipeline":
            handed_on.follow([child])
    connected = [(a.type, b) for a, b in pairwise(within) if a.type in {"&&", "||"}]
    return _connected(connected, scope, sure=bool(body and is_sure(body, scope)))


def _after_name(redirect: Node) -> list[Node]:
    """Return the words after the file of a redirection, which the parser treats as names of files."""
    named = (c for c in redirect.children[1:] if c.is_named)
    return [node for group in [*groups(named)][1:] for node in group]


def _chain(scope: Scope) -> bool:
    """Follow `a && b || c`; a command after one that may fail is conditional."""
    first, rest = _operands(scope.node)
    if not scope.follow([first]):
        return False
    return _connected(rest, scope, sure=is_sure(first, scope))


def _connected(rest: list[tuple[str, Node]], scope: Scope, *, sure: bool) -> bool:
    """Follow the commands after the first, each with the operator before it."""
    while rest and sure:
        operator, operand = rest.pop(0)
        if operator == "&&":
            if not scope.follow([operand]):
                return False
            sure = is_sure(operand, scope)
    if not rest:
        return True
    ends: list[State] = []
    for alternative in _alternatives(rest):
        ends += _end_of(scope.branch(), alternative)
    return _join([*ends, scope.branch().state], scope)


def _operands(node: Node) -> tuple[Node, list[tuple[str, Node]]]:
    """Return the first command of a list, and the others, each with the operator before it."""
    rest: list[tuple[str, Node]] = []
    while node.type == "list" and len(node.children) >= 3:
        left, operator, right = node.children[0], node.children[1], node.children[-1]
        rest.append((operator.type, right))
        node = left
    return node, rest[::-1]


def _alternatives(operands: Iterable[tuple[str, Node]]) -> list[list[Node]]:
    """Return the commands that `&&` connects, separated by `||`."""
    found: list[list[Node]] = []
    for operator, operand in operands:
        if operator == "||" or not found:
            found.append([])
        found[-1].append(operand)
    return found


def _join(ends: list[State], scope: Scope) -> bool:
    """Continue with the merged states of all branches whose end is reached."""
    return scope.state.merge(ends, f"set under a condition (line {scope.line})")


def _if(scope: Scope) -> bool:
    """Follow `if`; each branch begins with the same state."""
    clauses = [c for c in scope.node.children if c.type in {"elif_clause", "else_clause"}]
    ends: list[State] = []
    for clause in (scope.node, *clauses):
        children = [child for child in clause.children if child not in clauses]
        condition, body = _split(children, "else" if clause.type == "else_clause" else "then")
        if clause is scope.node and finds_file(condition, scope):
            return scope.follow(body)
        scope.follow(condition)
        ends += _end_of(scope.branch(), body)
    if not clauses or clauses[-1].type != "else_clause":
        ends.append(scope.branch().state)
    return _join(ends, scope)


def _case(scope: Scope) -> bool:
    """Follow `case`; each branch begins with the same state."""
    ends: list[State] = []
    otherwise = False
    for item in (child for child in scope.node.children if child.type == "case_item"):
        patterns, body = _split(item.children, ")")
        otherwise = otherwise or any(scope.script.text(pattern) == "*" for pattern in patterns)
        ends += _end_of(scope.branch(), body)
    if not otherwise:
        ends.append(scope.branch().state)
    return _join(ends, scope)


def _end_of(branch: Scope, body: list[Node]) -> list[State]:
    """Return the state at the end of a branch; empty if its end is not reached."""
    return [branch.state] if branch.follow(body) else []


def _split(nodes: list[Node], word: str) -> tuple[list[Node], list[Node]]:
    at = next((i for i, node in enumerate(nodes) if node.type == word), len(nodes))
    return nodes[:at], nodes[at + 1 :]


def _loop(scope: Scope) -> bool:
    """Follow `for`, `while` or `until`; variables that the loop sets differ between iterations."""
    node, ends = scope.node, list[State]()
    why = f"set in a loop (line {scope.line})"
    only = _only_item(scope)
    body = [c for c in node.children if c.type in {"do_group", "compound_statement"}]
    if only:
        scope.set(*only)
        ends += _end_of(scope._replace(breaks=ends), body)
        return _join(ends, scope)
    replaced = {*re.findall(r"\b(\w+)=", scope.script.text(node))}
    for name in _names(node, scope.script, {"variable_assignment", "for_statement", "command"}):
        scope.change(name, why, extends=name not in replaced)
    if node.type == "while_statement":
        scope.follow([child for child in node.children if child not in body])
    ends.append(scope.branch().state)
    ends += _end_of(scope.branch()._replace(breaks=ends), body)
    return scope.state.merge(ends, why)


def _only_item(scope: Scope) -> tuple[str, Value] | None:
    """Return the variable of `for` and its value, if the loop has one iteration."""
    node = scope.node
    name = node.child_by_field_name("variable")
    if node.type != "for_statement" or name is None:
        return None
    words = [c for c in node.children if c.is_named and c != name and c.type != "do_group"]
    items = arguments(words, scope)
    return (scope.script.text(name), items[0]) if len(items) == 1 else None


def _names(node: Node, script: Script, kinds: set[str]) -> list[str]:
    """Return the variables that nodes of some kinds set inside a node, in order."""
    names: dict[str, None] = {}
    waiting = [node]
    while waiting:
        here = waiting.pop()
        waiting += reversed(here.children)
        if here.type not in kinds:
            continue
        if here.type == "command":
            words = script.text(here).split()
            if words[:1] in (["read"], ["mapfile"], ["readarray"], ["getopts"]):
                names.update(dict.fromkeys(word for word in words[1:] if word.isidentifier()))
        elif here.type == "variable_name":
            names[script.text(here)] = None
        elif target := here.child_by_field_name("name") or here.child_by_field_name("variable"):
            names[script.text(target)] = None
    return list(names)


def _error(scope: Scope) -> bool:
    """Follow the statements inside a syntax error, and then the lines after it."""
    node, script, analysis = scope.node, scope.script, scope.analysis
    found = [child for child in node.children if child.type in _HANDLERS]
    if not scope.follow(found):
        return False
    start = found[-1].end_byte if found else node.start_byte
    line = script.last_line(found[-1]) if found else script.line(node)
    rest = script.between(start, node.end_byte, "\\\n").partition("\n")[2]
    analysis.restarts += 1
    if not rest.strip() or analysis.restarts > _MOST_RESTARTS:
        return True
    return scope.follow_text(script.label, rest, script.lines._replace(first=line + 1))


def _test(scope: Scope) -> bool:
    """Follow `[ x ]`, which sets no variables."""
    del scope
    return True


def _function(scope: Scope) -> bool:
    """Record a function, which is followed when it is called."""
    node = scope.node
    name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
    if name and body:
        scope.state.functions[scope.script.text(name)] = Function(scope.script, body)
    return True


_Handler: TypeAlias = Callable[[Scope], bool]

_HANDLERS: Mapping[str, _Handler] = {
    "case_statement": _case,
    "c_style_for_statement": _loop,
    "command": commands.command,
    "compound_statement": _group,
    "ERROR": _error,
    "declaration_command": commands.declare,
    "do_group": _inside,
    "for_statement": _loop,
    "function_definition": _function,
    "if_statement": _if,
    "list": _chain,
    "negated_command": _inside,
    "pipeline": _pipeline,
    "redirected_statement": _redirected,
    "subshell": _subshell,
    "unset_command": commands.unset,
    "variable_assignment": commands.assignments,
    "variable_assignments": commands.assignments,
    "while_statement": _loop,
    "test_command": _test,
}
_SUBSTITUTIONS = {"command_substitution", "process_substitution"}
_ASSIGNMENTS = {"variable_assignment", "variable_assignments"}
_STATEMENTS = {"case_item"} | _HANDLERS.keys() - _ASSIGNMENTS
_WITHOUT_WORDS = _HANDLERS.keys() - _ASSIGNMENTS - {
    "case_statement", "command", "declaration_command", "for_statement", "redirected_statement",
    "test_command", "unset_command",
}  # fmt: skip
"""The statements that contain only other statements."""
