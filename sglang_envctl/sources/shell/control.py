"""What decides which statements of a script run: conditions, loops, functions, subshells."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from sglang_envctl.sources.shell.grammar import Script
from sglang_envctl.sources.shell.run import Ended, Run
from sglang_envctl.sources.shell.scope import Scope
from sglang_envctl.sources.shell.values import State, Text, Variable
from sglang_envctl.sources.shell.words import arguments, in_document

if TYPE_CHECKING:
    from tree_sitter import Node

_SURE = {
    ".", ":", "cd", "echo", "export", "mkdir", "module", "popd", "printf", "pushd", "set", "shopt",
    "sleep", "source", "true", "ulimit", "umask",
}  # fmt: skip
"""Commands that nobody expects to fail: what follows them behind && is under no condition."""


def inside(run: Run, node: Node, script: Script, state: State) -> Ended:
    """The statements in `{ }`, in a loop, behind `!`."""
    return run.block(node.children, script, state)


def group(run: Run, node: Node, script: Script, state: State) -> Ended:
    """`{ statements }` or `(( arithmetic ))`."""
    if node.children[0].type != "((":
        return inside(run, node, script, state)
    for name in _names(node, script, {"variable_name"}):
        if name in state.variables:
            run.set(name, Text("", "the result of arithmetic"), script, node, state)
    return ""


def subshell(run: Run, node: Node, script: Script, state: State) -> Ended:
    """`( statements )`: what they set is gone when they end."""
    run.block(node.children, script, run.branch(state))
    return ""


def pipeline(run: Run, node: Node, script: Script, state: State) -> Ended:
    """`a | b`: each part in a shell of its own."""
    for part in node.children:
        run.block([part], script, run.branch(state))
    return ""


def redirected(run: Run, node: Node, script: Script, state: State) -> Ended:
    """A statement with a redirection, which may bring a here-document."""
    for child in node.children:
        if child.type == "heredoc_redirect":
            run.heredoc = _document(run, child, script, state)
    body = node.child_by_field_name("body")
    ended = run.statement(body, script, state) if body else ""
    run.heredoc = None
    return ended


def _document(run: Run, node: Node, script: Script, state: State) -> Text | None:
    parts = {child.type: child for child in node.children}
    body, start = parts.get("heredoc_body"), parts.get("heredoc_start")
    if body is None or start is None:
        return None
    if set(script.text(start)) & set("'\"\\"):
        return Text(script.literal(body))
    return in_document(body, script, Scope(run, state, script, node))


def chain(run: Run, node: Node, script: Script, state: State) -> Ended:
    """`a && b || c`: what follows something that may fail is done under a condition."""
    first, rest = _spine(node)
    ended = run.statement(first, script, state)
    sure = _is_sure(first, script)
    if ended:
        return ended
    branch: State | None = None
    ends: list[State] = []
    for operator, operand in rest:
        if branch is None and sure:
            if operator == "&&":
                if ended := run.statement(operand, script, state):
                    return ended
                sure = _is_sure(operand, script)
            continue
        if branch is None or operator == "||":
            ends += [branch] if branch else []
            branch = run.branch(state)
        if not branch.ended and run.statement(operand, script, branch):
            branch.ended = True
    if branch:
        _join(state, [*ends, branch, run.branch(state)], script, node)
    return ""


def _spine(node: Node) -> tuple[Node, list[tuple[str, Node]]]:
    """The first command of a list, and the others with what stands before each."""
    rest: list[tuple[str, Node]] = []
    while node.type == "list" and len(node.children) >= 3:
        left, operator, right = node.children[0], node.children[1], node.children[-1]
        rest.append((operator.type, right))
        node = left
    return node, rest[::-1]


def _is_sure(node: Node, script: Script) -> bool:
    if node.type == "command":
        return script.text(node.children[0]) in _SURE
    return node.type in {"variable_assignment", "variable_assignments", "declaration_command"}


def _join(state: State, ends: list[State], script: Script, node: Node) -> Ended:
    """Go on with what holds whichever way was taken; nothing comes after if each of them ended."""
    going_on = [end for end in ends if not end.ended]
    state.take_over(going_on, f"set under a condition (line {script.line(node)})")
    return "" if going_on else "exit"


def choose(run: Run, node: Node, script: Script, state: State) -> Ended:
    """`if`: each branch from the same state."""
    clauses = [c for c in node.children if c.type in {"elif_clause", "else_clause"}]
    ends: list[State] = []
    for clause in (node, *clauses):
        children = [child for child in clause.children if child not in clauses]
        condition, body = _split(children, "else" if clause.type == "else_clause" else "then")
        run.block(condition, script, state)
        branch = run.branch(state)
        branch.ended = bool(run.block(body, script, branch))
        ends.append(branch)
    if not clauses or clauses[-1].type != "else_clause":
        ends.append(run.branch(state))
    return _join(state, ends, script, node)


def case(run: Run, node: Node, script: Script, state: State) -> Ended:
    """`case`: each branch from the same state."""
    ends: list[State] = []
    otherwise = False
    for item in (child for child in node.children if child.type == "case_item"):
        patterns, body = _split(item.children, ")")
        otherwise = otherwise or any(script.text(pattern) == "*" for pattern in patterns)
        branch = run.branch(state)
        branch.ended = bool(run.block(body, script, branch))
        ends.append(branch)
    if not otherwise:
        ends.append(run.branch(state))
    return _join(state, ends, script, node)


def _split(nodes: list[Node], word: str) -> tuple[list[Node], list[Node]]:
    at = next((i for i, node in enumerate(nodes) if node.type == word), len(nodes))
    return nodes[:at], nodes[at + 1 :]


def loop(run: Run, node: Node, script: Script, state: State) -> Ended:
    """`for`, `while`, `until`: what is set in it differs from round to round."""
    why = f"set in a loop (line {script.line(node)})"
    only = _only_item(run, node, script, state)
    body = [c for c in node.children if c.type in {"do_group", "compound_statement"}]
    if only:
        run.set(*only, script, node, state)
        return "exit" if run.block(body, script, state) == "exit" else ""
    for name in _names(node, script, {"variable_assignment", "for_statement", "command"}):
        run.set(name, Text("", why), script, node, state)
    if node.type == "while_statement":
        run.block([c for c in node.children if c not in body], script, state)
    within = run.branch(state)
    within.ended = run.block(body, script, within) == "exit"
    going_on = [end for end in (run.branch(state), within) if not end.ended]
    state.take_over(going_on, why)
    return ""


def _only_item(run: Run, node: Node, script: Script, state: State) -> tuple[str, Text] | None:
    """The variable of `for` and its value, where the loop goes round once."""
    name = node.child_by_field_name("variable")
    if node.type != "for_statement" or name is None:
        return None
    scope = Scope(run, state, script, node)
    words = [c for c in node.children if c.is_named and c != name and c.type != "do_group"]
    items = arguments(words, script, scope)
    return (script.text(name), items[0]) if len(items) == 1 else None


def _names(node: Node, script: Script, kinds: set[str]) -> set[str]:
    """The variables that statements of some kinds set inside a node."""
    names: set[str] = set()
    waiting = [node]
    while waiting:
        here = waiting.pop()
        waiting += here.children
        if here.type not in kinds:
            continue
        if here.type == "command":
            words = script.text(here).split()
            if words[:1] in (["read"], ["mapfile"], ["readarray"], ["getopts"]):
                names.update(word for word in words[1:] if word.isidentifier())
        elif here.type == "variable_name":
            names.add(script.text(here))
        elif target := here.child_by_field_name("name") or here.child_by_field_name("variable"):
            names.add(script.text(target))
    return names


def function(run: Run, node: Node, script: Script, state: State) -> Ended:
    """A function is followed where it is called."""
    del run
    name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
    if name and body:
        state.functions[script.text(name)] = (script, body)
    return ""


def call(run: Run, name: str, arguments: list[Text], state: State) -> Ended:
    """Follow a function of the script."""
    script, body = cast("tuple[Script, Node]", state.functions[name])
    outside, state.positional = state.positional, tuple(arguments)
    run.locals.append({})
    ended = run.statement(body, script, state)
    state.variables.update(run.locals.pop())
    state.positional = outside
    return "exit" if ended == "exit" else ""


def make_local(run: Run, name: str, state: State) -> None:
    """Have a name get its value back when the function ends."""
    if run.locals:
        before: Variable | None = state.variables.get(name)
        run.locals[-1].setdefault(name, before)
