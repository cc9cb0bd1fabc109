"""Statements that set variables, export them, or remove them."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from typing import TYPE_CHECKING

from sglang_envctl.sources.shell.beside import read_beside
from sglang_envctl.sources.shell.control import make_local
from sglang_envctl.sources.shell.grammar import Script
from sglang_envctl.sources.shell.run import Ended, Run
from sglang_envctl.sources.shell.scope import Scope
from sglang_envctl.sources.shell.values import State, Text, Variable, join
from sglang_envctl.sources.shell.words import arguments, fields, glued, groups, value

if TYPE_CHECKING:
    from tree_sitter import Node

_NAME = r"(?a)[A-Za-z_]\w*"
_BRACES = r"(?<![$\\'\"])\{[^{}]*(?:,|\.\.)[^{}]*\}"
# $(cat FILE), $(< FILE) and $(grep -v '^#' FILE), with or without xargs behind it.
_CAT = r"(?:cat\s+|<\s*)"
_GREP = r"(?P<grep>grep\s+-v\s+(['\"]?)\^(?:\\s\*)?#\2\s+)"
_WORDS_OF_FILE = (
    rf"\$\(\s*(?:{_CAT}|{_GREP})(['\"]?)(?P<file>[\w./-]+)\3\s*(?P<xargs>\|\s*xargs\s*)?\)"
)


def assignments(run: Run, node: Node, script: Script, state: State) -> Ended:
    """`A=b`, `A=b B=c`."""
    for assignment in [node] if node.type == "variable_assignment" else node.children:
        assign(run, assignment, script, state)
    return ""


def assign(
    run: Run, node: Node, script: Script, state: State, *, exported: bool = False
) -> tuple[str, Variable] | None:
    """`NAME=text`, `NAME+=text`, `NAME=(texts)`; the name and what it has then."""
    target, right = node.child_by_field_name("name"), node.child_by_field_name("value")
    if target is None or target.type != "variable_name":
        return None
    name = script.text(target)
    scope = Scope(run, state, script, node, name)
    if not re.fullmatch(_NAME, name):
        if run.sourced:
            run.remark("command-run", script.label, script.line(node))
        return None
    appends = any(child.type == "+=" for child in node.children)
    text, items = Text(), None
    if right is not None and right.type == "array":
        named = [child for child in right.children if child.is_named]
        items = tuple(arguments(named, script, scope))
        items = (*(scope.items(name) or () if appends else ()), *items)
        text = items[0] if items else text
    else:
        text = value(right, script, scope) if right is not None else text
        text = scope.appended(name, text) if appends else text
    exported = exported or run.is_exported(name, state)
    variable = Variable(text, exported, script.label, script.line(node), items)
    state.variables[name] = variable
    return name, variable


def declare(run: Run, node: Node, script: Script, state: State) -> Ended:
    """`export`, `declare`, `typeset`, `local`, `readonly`."""
    keyword = script.text(node.children[0])
    words = list(groups(child for child in node.children[1:] if child.is_named))
    arguments = [child for word in words for child in word]
    options = "".join(o[1:] for o in map(script.text, arguments) if o.startswith("-"))
    if "f" in options or "p" in options or (keyword == "local" and not run.locals):
        return ""
    exported = keyword == "export" or "x" in options
    local = keyword in {"local", "declare", "typeset"} and "g" not in options
    for child, *rest in words:
        if script.text(child)[:1] in {"-", "+"}:
            continue
        if child.type == "command_substitution":
            _words_of_file(run, child, script, state)
            continue
        for name in _declared(run, child, script, state, local=local):
            if rest:
                _append(run, name, rest, script, state)
            variable = state.variables.get(name)
            if variable and exported:
                state.variables[name] = variable._replace(exported="n" not in options)
    return ""


def _declared(run: Run, node: Node, script: Script, state: State, *, local: bool) -> Iterator[str]:
    """Set the variables that a word of a declaration sets; their names."""
    if node.type == "variable_assignment":
        name = script.text(node.children[0])
        if local:
            make_local(run, name, state)
        assign(run, node, script, state)
        right = node.child_by_field_name("value")
        if right is not None and re.search(_BRACES, script.text(right)):
            run.set(
                name, Text("", "one of the words that its braces stand for"), script, node, state
            )
        yield name
        return
    for word in fields(node, script, Scope(run, state, script, node)):
        name, equals, text = word.text.partition("=")
        if word.unknown and not equals:
            run.unfollowed(script, node, "which name it sets is known only when the script runs")
        elif re.fullmatch(_NAME, name):
            if local:
                make_local(run, name, state)
            if equals:
                run.set(name, word._replace(text=text), script, node, state)
            yield name


def _append(run: Run, name: str, nodes: list[Node], script: Script, state: State) -> None:
    """What stands right behind an assignment belongs to it."""
    variable = state.variables.get(name)
    if variable:
        rest = glued(nodes, script, Scope(run, state, script, nodes[0]))
        state.variables[name] = variable._replace(value=join((variable.value, rest)))


def _words_of_file(run: Run, node: Node, script: Script, state: State) -> None:
    """`export $(cat FILE)`: every word of the file is an assignment, its quotes are text."""
    match = re.fullmatch(_WORDS_OF_FILE, script.text(node).strip())
    found = read_beside(run, Text(match["file"]), state) if match else None
    if match is None or found is None:
        run.unfollowed(script, node, "what it exports is the output of a command")
        return
    label, data = found
    for line, word in _words(data, grep=bool(match["grep"]), xargs=bool(match["xargs"])):
        name, equals, text = word.partition("=")
        if equals and re.fullmatch(_NAME, name):
            state.variables[name] = Variable(Text(text), True, label, line)


def _words(data: bytes, *, grep: bool, xargs: bool) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(data.decode("utf-8", "surrogateescape").split("\n"), 1):
        if grep and line.lstrip().startswith("#"):
            continue
        try:
            words = " ".join(shlex.split(line)).split() if xargs else line.split()
        except ValueError:  # xargs stops at a quote that is never closed
            return
        for word in words:
            yield number, word


def unset(run: Run, node: Node, script: Script, state: State) -> Ended:
    """`unset A B`."""
    scope = Scope(run, state, script, node)
    named = [child for child in node.children[1:] if child.is_named]
    names = [text.text for text in arguments(named, script, scope)]
    if "-f" not in names:
        state.variables.update(dict.fromkeys(name for name in names if re.fullmatch(_NAME, name)))
    return ""
