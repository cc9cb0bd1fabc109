"""Track the files that programs change: in place, as `sed -i` does, or by an option for their output."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

from sglang_envctl.sources.shell.files.beside import on_disk
from sglang_envctl.sources.shell.files.written import change, copy, peek
from sglang_envctl.sources.shell.launchers import Words, given
from sglang_envctl.sources.shell.scope import Scope
from sglang_envctl.sources.shell.values import Value, Variable

_Changed: TypeAlias = Callable[[Words], Iterator[Value]]

_BEFORE = {"busybox", "doas", "npx", "sudo"}
"""The programs that run another program, which may change files."""
_OUTPUTS = ("-o", "-O", "--out", "--out-file", "--output", "--output-document", "--output-file")


def track(words: Words, scope: Scope) -> None:
    """Record the files that a command changes."""
    names = [os.path.basename(word.text) for word in words[:3]]
    at = 1 if names[0] in _BEFORE and names[1:] else 0
    name = names[at]
    if name in _COPIERS:
        _copied(name, words[at + 1 :], scope)
    elif found := _CHANGERS.get(name):
        for path in found(words[at + 1 :]):
            change(path, name, scope)
    elif any(word.text.startswith(("-o", "-O", "--out")) for word in words):
        for path in given(words, *_OUTPUTS):
            change(path, name, scope)


def _copied(name: str, words: Words, scope: Scope) -> None:
    """Record the copy of a file, with its content if that can be read from here."""
    paths = [*_paths(words)]
    if len(paths) < 2 or (len(paths) > 2 and not paths[-1].text.endswith("/")):
        return
    *sources, target = paths
    for source in sources:
        inside = target.text.endswith("/") and not target.unknown
        path = Value(target.text + os.path.basename(source.text)) if inside else target
        held = peek(source, scope, moves=name == "mv")
        if not held and (found := on_disk(source, scope)):
            label, data = found
            text = Value(
                data.decode("utf-8", "surrogateescape"), line=1, last=data.count(b"\n") + 1
            )
            held = Variable(text, file=label, line=1)
        if held:
            copy(path, held, scope)
        else:
            change(path, name, scope)


def _paths(words: Words) -> Iterator[Value]:
    """Return the words that are not options."""
    return (word for word in words if not word.text.startswith("-"))


def _if_any(pattern: str) -> _Changed:
    """Return a function that yields the paths of a program, if one of its words matches a pattern."""
    fits = re.compile(pattern).fullmatch

    def found(words: Words) -> Iterator[Value]:
        if any(fits(word.text) for word in words):
            yield from _paths(words)

    return found


def _of_dotenv(words: Words) -> Iterator[Value]:
    """Yield the file of `dotenv -f FILE set NAME VALUE`."""
    if {"set", "unset"} & {word.text for word in words}:
        yield next(given(words, "-f", "--file"), Value(".env"))


_COPIERS = {"cp", "install", "ln", "mv"}
_CHANGERS: Mapping[str, _Changed] = {
    **dict.fromkeys(("awk", "gawk"), _if_any("inplace")),
    **dict.fromkeys(("gsed", "sed"), _if_any(r"-[nErsuz]*i.*|--in-place(?:=.*)?")),
    **dict.fromkeys(("perl", "ruby"), _if_any(r"-[a-z0]*i.*")),
    "crudini": _if_any("--(?:set|del|merge)"),
    "dasel": _if_any("put|delete"),
    "dos2unix": _paths,
    "dotenv": _of_dotenv,
    "patch": _paths,
    "sponge": _paths,
    "truncate": _paths,
    "yq": _if_any("-[a-zA-Z]*i|--in-?place"),
}
"""The programs that change files, each with a function that yields the paths of these files."""
