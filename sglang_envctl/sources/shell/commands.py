"""Follow assignments, declarations and commands: the variables that they set, and the programs that
they run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from sglang_envctl.sources.shell.builtin import BUILTINS, JUMPS
from sglang_envctl.sources.shell.files.beside import export_words
from sglang_envctl.sources.shell.files.changed import track
from sglang_envctl.sources.shell.launchers import assignments as assigned_before
from sglang_envctl.sources.shell.launchers import options
from sglang_envctl.sources.shell.programs import start
from sglang_envctl.sources.shell.scope import NAME, Scope
from sglang_envctl.sources.shell.state import Function
from sglang_envctl.sources.shell.values import Value, Variable, join
from sglang_envctl.sources.shell.words import arguments, assigned_value, fields, glued, groups

if TYPE_CHECKING:
    from tree_sitter import Node

_NO_WORDS = {"variable_assignment", "file_redirect", "herestring_redirect", "heredoc_redirect"}
_BRACES = r"(?<![$\\'\"])\{(?=[^{}]*\})[^{}]*(?:,|\.\.)"


def assignments(scope: Scope) -> bool:
    """Set the variables of `A=b` or `A=b B=c`."""
    node = scope.node
    for assignment in [node] if node.type == "variable_assignment" else node.children:
        _assign(scope.at(assignment))
    return True


def _assign(scope: Scope, *, exported: bool = False) -> dict[str, Variable]:
    """Set the variable of `NAME=value`, `NAME+=value` or `NAME=(values)`, and return it."""
    node = scope.node
    target, right = node.child_by_field_name("name"), node.child_by_field_name("value")
    if target is None or target.type != "variable_name":
        return {}
    name = scope.script.text(target)
    if not re.fullmatch(NAME, name):
        if scope.analysis.sourced:
            scope.remark("command-run")
        return {}
    scope = scope._replace(target=name)
    appends = any(child.type == "+=" for child in node.children)
    value, items = Value(), None
    if right is not None and right.type == "array":
        given = (child for child in right.children if child.is_named and child.type != "comment")
        items = tuple(arguments(given, scope))
        items = (*(scope.items(name) or () if appends else ()), *items)
        scope.analysis.statements += len(items) // 100  # it takes as long to copy them
        value = items[0] if items else value
    else:
        value = assigned_value(right, scope) if right is not None else value
        value = _appended(name, value, scope) if appends else value
    if scope.analysis.posix and right is not None and _is_ansi_c(right):
        scope.remark("bash-quotes", name)
    before = scope.state.variables.get(name)
    variable = Variable(
        value, exported or scope.is_exported(name), scope.script.label, scope.line, items
    )
    scope.state.variables[name] = variable
    if variable.exported and not exported:
        _remark_repeated(name, before, variable, scope)
    return {name: variable}


def _is_ansi_c(node: Node) -> bool:
    return any(one.type == "ansi_c_string" for one in (node, *node.children))


def _remark_repeated(name: str, before: Variable | None, now: Variable, scope: Scope) -> None:
    """Add a note that a value replaces another one that no command can have used."""
    state, analysis = scope.state, scope.analysis
    unused = before and state.fresh.get(name) == (before, analysis.programs)
    if before and unused and name not in analysis.referenced and before.file == now.file:
        known = not (before.value.unknown or now.value.unknown)
        if known and before.line != now.line and before.value.text != now.value.text:
            scope.remark("duplicate-name", name, line=before.line)
    state.fresh[name] = now, analysis.programs


def _appended(name: str, value: Value, scope: Scope) -> Value:
    """Return the result of `NAME+=value`."""
    before = scope.lookup(name)
    return join([scope.missing(name) if before is None else before, value])


def declare(scope: Scope) -> bool:
    """Apply `export`, `declare`, `typeset`, `local` or `readonly`."""
    _declare(scope)
    return True


def _declare(scope: Scope) -> None:
    script, variables = scope.script, scope.state.variables
    keyword, *children = scope.node.children
    command = script.text(keyword)
    words = list(groups(child for child in children if child.is_named))
    texts = [script.text(child) for word in words for child in word]
    options = "".join(text[1:] for text in texts if text.startswith("-"))
    if "n" in options and command not in {"export", "readonly"}:
        scope.not_followed("a name that stands for another variable is not followed")
    if "f" in options or "p" in options or (command == "local" and scope.shadowed is None):
        return
    exported = command == "export" or "x" in options
    removed = "n" in options if command == "export" else any(re.match(r"\+\w*x", t) for t in texts)
    local = command in {"local", "declare", "typeset"} and "g" not in options
    for child, *rest in words:
        if script.text(child)[:1] in {"-", "+"}:
            continue
        if child.type == "command_substitution":
            export_words(scope.at(child))
            continue
        for name in _declared(scope.at(child), local=local):
            if rest:
                _extend(name, rest, scope)
            if not (exported or removed):
                continue
            if variable := variables.get(name):
                variables[name] = changed = variable._replace(exported=not removed)
                scope.state.fresh[name] = changed, scope.analysis.programs
            else:
                marked = scope.state.marked
                scope.state.marked = marked - {name} if removed else marked | {name}


def _declared(scope: Scope, *, local: bool) -> Iterator[str]:
    """Set the variables that one word of a declaration assigns, and return their names."""
    node, script = scope.node, scope.script
    if node.type == "variable_assignment":
        name = script.text(node.children[0])
        if local:
            _make_local(name, scope)
        _assign(scope)
        right = node.child_by_field_name("value")
        if right is not None and re.search(_BRACES, script.text(right)):
            scope.set(name, Value("", "one of the words of its brace expansion"))
        yield name
        return
    for word in fields(node, scope):
        name, equals, _ = word.text.partition("=")
        if word.unknown and not equals:
            scope.not_followed("which name it sets is known only when the script runs")
        elif re.fullmatch(NAME, name):
            if local:
                _make_local(name, scope)
            if equals:
                scope.set(name, word.after(len(name) + 1))
            yield name


def _make_local(name: str, scope: Scope) -> None:
    """Remember the current value of a name, which is restored when the function ends."""
    if scope.shadowed is not None:
        scope.shadowed.setdefault(name, scope.state.variables.get(name))


def _extend(name: str, nodes: list[Node], scope: Scope) -> None:
    """Append to a variable the text right after its assignment, which the parser splits off."""
    variable = scope.state.variables.get(name)
    if variable:
        rest = glued(nodes, scope.at(nodes[0]))
        scope.state.variables[name] = variable._replace(value=join((variable.value, rest)))


def unset(scope: Scope) -> bool:
    """Apply `unset A B`."""
    named = (child for child in scope.node.children[1:] if child.is_named)
    names = [word.text for word in arguments(named, scope)]
    if "-f" not in names:
        scope.state.remove(name for name in names if re.fullmatch(NAME, name))
    return True


def command(scope: Scope) -> bool:
    """Follow `A=b COMMAND WORDS`, whose command is a function, a builtin or a program."""
    if scope.state.aliases and (text := _without_alias(scope)):
        return _replaced(text, scope)
    own, words = _assignments_and_words(scope)
    if not words:
        for name, variable in own.items():
            scope.set(name, variable.value)
        return True
    for child in scope.node.children:
        if child.type == "herestring_redirect":
            scope = scope._replace(heredoc=assigned_value(child.children[-1], scope))
    return _run(words, own, scope)


def _without_alias(scope: Scope) -> tuple[str, Value] | None:
    """Return the alias that a command begins with, and the command with the text of the alias."""
    node, script, aliases = scope.node, scope.script, scope.state.aliases
    first = next((child for child in node.children if child.type == "command_name"), None)
    name = script.text(first) if first is not None else ""
    if first is None or name not in aliases:
        return None
    scope.analysis.called.add(name)
    if not scope.analysis.aliases:
        scope.not_followed("bash replaces an alias in a script only after shopt -s expand_aliases")
        return None
    parts = [scope.literal(script.between(node.start_byte, first.start_byte)), aliases[name]]
    at = first.end_byte
    while parts[-1].text.endswith(" "):  # the next word may be an alias too
        match = re.match(r"\s+(\S+)", script.between(at, node.end_byte))
        if match is None or match[1] not in aliases:
            break
        parts += (Value(" "), aliases[match[1]])
        at += len(match[0].encode())
    return name, join([*parts, scope.literal(script.between(at, node.end_byte))])


def _replaced(found: tuple[str, Value], scope: Scope) -> bool:
    """Follow a command whose alias has been replaced, once."""
    (name, text), state = found, scope.state
    scope.analysis.statements += 10  # it is parsed again
    held = state.aliases.pop(name)
    reached = scope.follow_value(text)
    state.aliases.setdefault(name, held)
    return reached


def _run(words: list[Value], own: dict[str, Variable], scope: Scope) -> bool:
    """Follow a command that gets the variables before its first word."""
    if words[0].unknown and not words[0].text and scope.script.lines.reasons:
        scope.not_followed("a command that it runs is known only when the script runs")
        found, rest = _after_unknown(words, scope)
        if found and rest:
            return _run(rest, {**own, **found}, scope)
    state = scope.state
    name = "" if words[0].unknown else words[0].text
    if name in state.functions or name in JUMPS:
        before = {name: state.variables.get(name) for name in own}
        state.variables.update(own)
        if function := state.functions.get(name):
            scope.analysis.called.add(name)
            reached = _call(function, words[1:], scope)
        else:
            reached = JUMPS[name](words[1:], scope)
        state.variables.update(before)
        return reached
    if name in {"builtin", "command"}:
        return _without_function(words[1:], own, scope)
    if name in BUILTINS:
        BUILTINS[name](words[1:], scope)
    elif not scope.analysis.sourced:
        scope.analysis.programs += 1
        track(words, scope)
        start(words, own, scope)
    elif scope.script.text(scope.node).strip("\r"):
        scope.remark("command-run", name=next(iter(own), ""))
    return True


def _after_unknown(words: list[Value], scope: Scope) -> tuple[dict[str, Variable], list[Value]]:
    """Return the assignments after unknown words, which may be empty or assignments, and the rest."""
    found: dict[str, Variable] = {}
    while words and words[0].unknown and not words[0].text:
        more, words = assigned_before(words[1:], scope)
        found.update(more)
    return found, words


def _without_function(words: list[Value], own: dict[str, Variable], scope: Scope) -> bool:
    """Follow the command in `command NAME` or `builtin NAME`, which ignore functions of that name."""
    chosen, rest = options(words)
    if not rest or {"-v", "-V"} & {option for option, _ in chosen}:
        return True
    functions, scope.state.functions = scope.state.functions, {}
    reached = _run(rest, own, scope)
    scope.state.functions = functions
    return reached


def _assignments_and_words(scope: Scope) -> tuple[dict[str, Variable], list[Value]]:
    """Return the variables that are set before a command's first word, and the words."""
    children = scope.node.children
    nodes = [child for child in children if child.type == "variable_assignment"]
    own: dict[str, Variable] = {}
    if nodes:
        inside = scope.branch()
        for child in nodes:
            own.update(_assign(inside.at(child), exported=True))
    others = [child for child in children if child.is_named and child.type not in _NO_WORDS]
    others += scope.extra
    others = [c.children[0] if c.type == "command_name" else c for c in others]
    if own and others and others[0].start_byte == nodes[-1].end_byte:
        rest = next(groups(others))  # part of the value, which the parser splits off
        name, last = own.popitem()
        own[name] = last._replace(value=join((last.value, glued(rest, scope))))
        others = others[len(rest) :]
    return own, arguments(others, scope)


def _call(function: Function, words: list[Value], scope: Scope) -> bool:
    """Follow a call of a function of the script; a recursive call adds nothing."""
    if any(one is function for one in scope.calls):
        return True
    state, shadowed = scope.state, dict[str, "Variable | None"]()
    outside, state.positional = state.positional, tuple(words)
    inside = scope.inside()._replace(
        script=function.script, calls=(*scope.calls, function), shadowed=shadowed
    )
    reached = inside.leave(reached=inside.follow([function.body]))
    state.variables.update(shadowed)
    state.positional = outside
    return reached
