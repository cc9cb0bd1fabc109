"""Follow the shell's builtins, which set variables, run commands, or leave a function."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from functools import partial

from sglang_envctl.sources.shell.files.beside import appended_to, on_disk, read_beside
from sglang_envctl.sources.shell.files.written import OUTPUT, formatted, record, written
from sglang_envctl.sources.shell.launchers import options
from sglang_envctl.sources.shell.programs import start
from sglang_envctl.sources.shell.scope import NAME, Scope
from sglang_envctl.sources.shell.values import Value, pieces_of, spaced


def _source(words: list[Value], scope: Scope) -> bool:
    """Follow the statements of the file that `source FILE` runs."""
    held = written(words[0], scope) if words else None
    if held is None:
        return _sourced(on_disk(words[0], scope) if words else None, words, scope)
    if held.file not in (scope.analysis.label, scope.script.label) and not held.value.unknown:
        return _sourced(read_beside(words[0], scope), words, scope)  # the copy of a file
    if parts := appended_to(words[0], held, scope):
        before, added = parts
        return _sourced(before, words, scope) and scope.follow_value(added)
    return scope.follow_value(held.value)


def _sourced(found: tuple[str, bytes] | None, words: list[Value], scope: Scope) -> bool:
    """Follow the statements of a file with a label and a content."""
    if found is None:
        # The script of a virtual environment sets only PATH, VIRTUAL_ENV and the prompt.
        if not (words and pieces_of(words[0])[-1][0].endswith("bin/activate")):
            scope.not_followed("the file that it reads cannot be found from here")
        return True
    label, data = found
    if label in (os.path.normpath(scope.analysis.label), *scope.files):
        scope.not_followed("the file reads itself")
        return True
    state = scope.state
    outside = state.positional
    state.positional = tuple(words[1:]) or outside
    inside = scope.inside()._replace(files=(*scope.files, label))
    text = data.decode("utf-8", "surrogateescape")
    reached = inside.leave(reached=inside.follow_text(label, text))
    state.positional = outside
    return reached


def _set(words: list[Value], scope: Scope) -> None:
    """Apply `set`, which sets options, and then the positional parameters."""
    texts = [word.text for word in words]
    at = 0
    while at < len(texts) and texts[at][:1] in {"-", "+"} and texts[at] not in {"-", "--"}:
        letters = texts[at][1:]
        long = texts[at + 1] if letters.endswith("o") and at + 1 < len(texts) else ""
        if "a" in letters or _is_allexport(long):
            scope.state.exports_all = texts[at][0] == "-"
        at += 2 if long else 1
    if at < len(texts) and texts[at:] != ["-"]:
        scope.state.positional = tuple(words[at + (texts[at] in {"-", "--"}) :])


def _is_allexport(option: str) -> bool:
    """Return whether an option is `allexport`; zsh ignores underscores and case."""
    return option.replace("_", "").lower() == "allexport"


def _setopt(words: list[Value], scope: Scope, *, on: bool = True) -> None:
    if any(_is_allexport(word.text) for word in words):
        scope.state.exports_all = on


def _unset(words: list[Value], scope: Scope) -> None:
    """Apply `unset` with a quoted name, which the parser reads as an ordinary command."""
    scope.state.remove(word.text for word in words)


def _cd(words: list[Value], scope: Scope) -> None:
    here = os.path.dirname(scope.script.label) or "."
    scope.state.moved = not (len(words) == 1 and words[0].path == here)


def _shift(words: list[Value], scope: Scope) -> None:
    count = int(words[0].text) if words and words[0].text.isdigit() else 1
    if scope.state.positional is not None:
        scope.state.positional = scope.state.positional[count:]


def _read(words: list[Value], scope: Scope) -> None:
    for word in words:
        if re.fullmatch(NAME, word.text):
            scope.set(word.text, Value("", "read when the script runs"))


def _printf(words: list[Value], scope: Scope) -> None:
    if len(words) > 1 and words[0].text == "-v":
        text = formatted(words[2:]) or Value("", "the output of a command")
        scope.set(words[1].text, text)


def _tee(words: list[Value], scope: Scope) -> None:
    """Record the text that `tee -a FILE` writes, if it is known."""
    if scope.heredoc or scope.input:
        chosen, paths = options(words)
        appends = bool({"-a", "--append"} & {option for option, _ in chosen})
        for path in paths:
            record(path, scope.heredoc or OUTPUT, scope, appends=appends)


def _eval(words: list[Value], scope: Scope) -> bool:
    text = spaced(tuple(words))
    return scope.follow_value(text) if text else True


def _trap(words: list[Value], scope: Scope) -> None:
    """Follow the command of `trap COMMAND SIGNAL`; it runs later, so its variables are lost."""
    if words[1:]:
        scope.subshell().follow_value(words[0])


_COMPUTED = re.compile(
    r"(?<![\w$])(?:([A-Za-z_]\w*)\s*(?:\+\+|--|(?:[-+*/%&|^]|<<|>>)?=(?!=))|(?:\+\+|--)([A-Za-z_]\w*))"
)
"""A variable that arithmetic changes."""


def compute(text: str, scope: Scope) -> None:
    """Set the variables that arithmetic changes; their values are unknown."""
    for before, after in _COMPUTED.findall(text):
        scope.set(before or after, Value("", "the result of arithmetic"))


def _let(words: list[Value], scope: Scope) -> None:
    for word in words:
        compute(word.text, scope)


def _alias(words: list[Value], scope: Scope) -> None:
    for word in words:
        name, equals, _ = word.text.partition("=")
        if equals:
            scope.state.aliases[name] = word.after(len(name) + 1)


def _shopt(words: list[Value], scope: Scope) -> None:
    if [word.text for word in words] == ["-s", "expand_aliases"]:
        scope.analysis.aliases = True


def _export(words: list[Value], scope: Scope) -> None:
    """Apply `command export A=1`, which the parser reads as ordinary words."""
    for word in words:
        name, equals, _ = word.text.partition("=")
        if equals and re.fullmatch(NAME, name):
            scope.set(name, word.after(len(name) + 1))
        if variable := scope.state.variables.get(name):
            scope.state.variables[name] = variable._replace(exported=True)


def _exec(words: list[Value], scope: Scope) -> bool:
    """Follow the command that `exec [-c] [-a NAME] COMMAND` runs."""
    chosen, rest = options(words, {"-a"})
    hidden = scope.state.exported() if ("-c", Value()) in chosen else {}
    inside = scope.branch()
    inside.state.variables.update(dict.fromkeys(hidden))
    start(rest, {}, inside)
    return not rest


def _exit(words: list[Value], scope: Scope) -> bool:
    del words, scope
    return False


def _return(words: list[Value], scope: Scope) -> bool:
    del words
    scope.returns.append(scope.state.copy())
    return False


def _break(words: list[Value], scope: Scope) -> bool:
    """Leave the loop at `break` or `continue`, which do nothing outside of a loop."""
    del words
    if scope.breaks is None:
        return True
    scope.breaks.append(scope.state.copy())
    return False


def _pass(words: list[Value], scope: Scope) -> None:
    """Do nothing, because the builtin sets no variables."""


JUMPS: Mapping[str, Callable[[list[Value], Scope], bool]] = {
    ".": _source,
    "source": _source,
    "eval": _eval,
    "exec": _exec,
    "exit": _exit,
    "return": _return,
    "break": _break,
    "continue": _break,
}
"""The builtins after which the next statement may not be reached."""

_WITHOUT_EFFECT = (
    ":", "echo", "false", "popd", "test", "true", "type", "ulimit", "umask", "wait",
)  # fmt: skip
BUILTINS: Mapping[str, Callable[[list[Value], Scope], None]] = {
    "set": _set,
    "export": _export,
    "setopt": _setopt,
    "unsetopt": partial(_setopt, on=False),
    "unset": _unset,
    "cd": _cd,
    "pushd": _cd,
    "shift": _shift,
    "read": _read,
    "tee": _tee,
    "trap": _trap,
    "mapfile": _read,
    "readarray": _read,
    "getopts": _read,
    "printf": _printf,
    "alias": _alias,
    "let": _let,
    "shopt": _shopt,
    **dict.fromkeys(_WITHOUT_EFFECT, _pass),
}
