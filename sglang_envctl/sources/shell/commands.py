"""A command of a script: one of the shell's own, a function, or a program."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, TypeAlias

from sglang_envctl.sources.shell import control
from sglang_envctl.sources.shell.beside import env_file, read_beside
from sglang_envctl.sources.shell.grammar import Script
from sglang_envctl.sources.shell.programs import Entries, Launch, Site, launches, may_start
from sglang_envctl.sources.shell.run import DEEPEST, Ended, Run
from sglang_envctl.sources.shell.scope import Scope
from sglang_envctl.sources.shell.values import State, Text, Variable, join
from sglang_envctl.sources.shell.variables import assign
from sglang_envctl.sources.shell.words import arguments, glued, groups

if TYPE_CHECKING:
    from tree_sitter import Node

_NO_WORDS = {"variable_assignment", "file_redirect", "herestring_redirect", "heredoc_redirect"}
_NAME = r"(?a)[A-Za-z_]\w*"


def command(run: Run, node: Node, script: Script, state: State) -> Ended:
    """`A=b program words`."""
    scope = Scope(run, state, script, node)
    nodes = [c for c in node.children if c.type == "variable_assignment"]
    own = run.branch(state) if nodes else state
    given = (assign(run, child, script, own, exported=True) for child in nodes)
    prefix = dict(filter(None, given))
    others = [c for c in node.children if c.is_named and c.type not in _NO_WORDS]
    others = [c.children[0] if c.type == "command_name" else c for c in others]
    if nodes and prefix and others and others[0].start_byte == nodes[-1].end_byte:
        rest = next(groups(others))  # belongs to the text that is assigned
        name, last = prefix.popitem()
        prefix[name] = last._replace(value=join((last.value, glued(rest, script, scope))))
        others = others[len(rest) :]
    words = arguments(others, script, scope)
    if not words:
        for name, variable in prefix.items():
            run.set(name, variable.value, script, node, state)
        return ""
    name = "" if words[0].unknown else words[0].text
    if name in state.functions:
        before = {name: state.variables.get(name) for name in prefix}
        state.variables.update(prefix)
        ended = control.call(run, name, words[1:], state)
        state.variables.update(before)
        return ended
    if name in _BUILTINS:
        return _BUILTINS[name](run, words[1:], script, node, state)
    if run.sourced:
        if script.text(node).strip("\r"):
            line = script.line(node)
            run.remark("command-run", script.label, line, "", next(iter(prefix), ""))
        return ""
    start(run, words, script, node, state, prefix)
    return ""


def start(
    run: Run,
    words: list[Text],
    script: Script,
    node: Node,
    state: State,
    prefix: Mapping[str, Variable],
) -> None:
    """Look at a program that is started."""
    if not may_start(words):
        return
    line = script.line(node)
    entries = {**state.exported(), **prefix}
    site = Site(
        file=script.label,
        line=line,
        outer=run.outer,
        read=lambda path: env_file(run, path, state),
        script=lambda text, exported: _inner(run, text, exported, script, line),
        unfollowed=lambda why: run.unfollowed(script, node, why),
        hidden={n: v for n, v in state.variables.items() if v and not v.exported},
        heredoc=run.heredoc,
    )
    run.launches += launches(words, entries, site)


def _inner(run: Run, text: Text, entries: Entries, script: Script, line: int) -> Iterator[Launch]:
    """What a shell started from here makes of a text."""
    if run.depth + 1 >= DEEPEST:
        return
    if text.unknown:
        why = "a part of the text that it runs is known only when the script runs"
        run.remark("not-followed", script.label, line, why)
    inner = Run(run.label, run.outer, notes=run.notes, ignores=run.ignores)
    inner.statements, inner.depth = run.statements, run.depth + 1
    inner.read(script.label, text.text, State(dict(entries)), line)
    run.statements = inner.statements
    run.referenced |= inner.referenced
    yield from inner.launches


_Builtin: TypeAlias = "Callable[[Run, list[Text], Script, Node, State], Ended]"


def _source(run: Run, words: list[Text], script: Script, node: Node, state: State) -> Ended:
    found = read_beside(run, words[0], state) if words else None
    if found is None:
        run.unfollowed(script, node, "the file that it reads cannot be had from here")
        return ""
    label, data = found
    if label in (os.path.normpath(run.label), *run.files):
        run.unfollowed(script, node, "the file reads itself")
        return ""
    outside, files = state.positional, run.files
    run.files = (*files, label)
    state.positional = tuple(words[1:]) or outside
    ended = run.read(label, data.decode("utf-8", "surrogateescape"), state)
    state.positional, run.files = outside, files
    return "exit" if ended == "exit" else ""


def _set(run: Run, words: list[Text], script: Script, node: Node, state: State) -> Ended:
    """Options up to the first word that is none; the rest are the positional parameters."""
    del run, script, node
    texts = [word.text for word in words]
    at = 0
    while at < len(texts) and texts[at][:1] in {"-", "+"} and texts[at] not in {"-", "--"}:
        letters = texts[at][1:]
        long = texts[at + 1] if letters.endswith("o") and at + 1 < len(texts) else ""
        if "a" in letters or long == "allexport":
            state.exports_all = texts[at][0] == "-"
        at += 2 if long else 1
    if at < len(texts):
        state.positional = tuple(words[at + (texts[at] in {"-", "--"}) :])
    return ""


def _unset(run: Run, words: list[Text], script: Script, node: Node, state: State) -> Ended:
    del run, script, node
    state.variables.update(dict.fromkeys(word.text for word in words))
    return ""


def _cd(run: Run, words: list[Text], script: Script, node: Node, state: State) -> Ended:
    del run, node
    here = os.path.dirname(script.label) or "."
    state.moved = not (len(words) == 1 and words[0].place == here)
    return ""


def _shift(run: Run, words: list[Text], script: Script, node: Node, state: State) -> Ended:
    del run, script, node
    count = int(words[0].text) if words and words[0].text.isdigit() else 1
    if state.positional is not None:
        state.positional = state.positional[count:]
    return ""


def _read(run: Run, words: list[Text], script: Script, node: Node, state: State) -> Ended:
    for word in words:
        if re.fullmatch(_NAME, word.text):
            run.set(word.text, Text("", "read when the script runs"), script, node, state)
    return ""


def _printf(run: Run, words: list[Text], script: Script, node: Node, state: State) -> Ended:
    if len(words) > 1 and words[0].text == "-v":
        run.set(words[1].text, Text("", "the output of a command"), script, node, state)
    return ""


def _eval(run: Run, words: list[Text], script: Script, node: Node, state: State) -> Ended:
    if any(word.unknown for word in words):
        run.unfollowed(script, node, "the text that it runs is known only when the script runs")
        return ""
    text = " ".join(word.text for word in words)
    return run.read(script.label, text, state, script.line(node))


def _exec(run: Run, words: list[Text], script: Script, node: Node, state: State) -> Ended:
    start(run, words, script, node, state, {})
    return "exit" if words else ""


def _nothing(run: Run, words: list[Text], script: Script, node: Node, state: State) -> Ended:
    del run, words, script, node, state
    return ""


def _ends(how: Ended) -> _Builtin:
    def end(run: Run, words: list[Text], script: Script, node: Node, state: State) -> Ended:
        del run, words, script, node, state
        return how

    return end


_WITHOUT_EFFECT = (
    ":", "alias", "echo", "false", "let", "popd", "shopt", "test", "trap", "true", "type", "ulimit",
    "umask", "wait",
)  # fmt: skip
_BUILTINS: Mapping[str, _Builtin] = {
    ".": _source,
    "source": _source,
    "set": _set,
    "unset": _unset,
    "cd": _cd,
    "pushd": _cd,
    "shift": _shift,
    "read": _read,
    "mapfile": _read,
    "readarray": _read,
    "getopts": _read,
    "printf": _printf,
    "eval": _eval,
    "exec": _exec,
    "exit": _ends("exit"),
    "return": _ends("return"),
    "break": _ends("break"),
    "continue": _ends("break"),
    **dict.fromkeys(_WITHOUT_EFFECT, _nothing),
}
