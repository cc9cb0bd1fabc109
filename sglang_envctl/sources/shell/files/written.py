"""Track the files that a script writes, as far as their content is known."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from itertools import takewhile
from typing import TYPE_CHECKING

from sglang_envctl.releases.renames import OWNED
from sglang_envctl.sources.shell.scope import Analysis, Document, Scope
from sglang_envctl.sources.shell.state import State
from sglang_envctl.sources.shell.values import (
    Value,
    Variable,
    join,
    marked,
    pieces_of,
    spaced,
    unmarked,
)
from sglang_envctl.sources.shell.words import HOME, arguments
from sglang_envctl.sources.shell.words import document as document_of
from sglang_envctl.text.escape import visible

if TYPE_CHECKING:
    from tree_sitter import Node

FOR_LATER = "GITHUB_ENV"
"""The variable with the path of the file whose assignments later steps of a job get."""
FOR_LATER_STEPS = "BASH_ENV"
"""The variable with the path of the script that later steps of a CircleCI job run first."""
OUTPUT = Value("", "the output of a command")
_NAME = rf"(?:{'|'.join(OWNED)})\w+"
_OURS = rf"\b{_NAME}[\"'\])]*\s*[:=]|\bname:\s*[\"']?{_NAME}|\bsetenv\s+{_NAME}"
"""A variable of SGLang in a file of any form: `.env`, a manifest, a script of another language."""
_LOG = r"(?i).*\.(?:log|out|err|md)|\$\w*(?:log|out)\w*"
"""The path of a file for people to read, such as a log."""
_ESCAPES = {"n": "\n", "t": "\t", "\\": "\\"}
_MOST_FORMATTED = 1000
_BEFORE = Value("", "what the file held before")
_GROUPS = {"compound_statement", "subshell"}


def record(path: Value, text: Value, scope: Scope, *, appends: bool) -> None:
    """Record that a text is written to a file."""
    key, written = _key(path, scope), scope.state.written
    if not key:
        _note_untracked(path, text, scope)
        return
    if key.startswith("/dev/") or (text == OUTPUT and key not in written and _is_log(key)):
        return
    before = written.get(key) if appends else None
    first = before.value if before else Value()
    if appends and not before and key != FOR_LATER:
        first = join((_BEFORE, Value("\n")))._replace(line=max(1, text.line - 1))
    # Blank lines keep the line numbers of the script.
    ends = first.line + sum(known.count("\n") for known, _ in pieces_of(first))
    gap = Value("\n" * max(0, text.line - ends) if first.line and ends < text.line else "")
    whole = join((first, gap, text))._replace(line=first.line or text.line, last=text.last)
    written[key] = Variable(whole, file=scope.script.label, line=scope.line)


def change(path: Value, name: str, scope: Scope) -> None:
    """Record that a program changes a file in a way that is not followed."""
    record(path, Value("", f"changed by {name}"), scope, appends=False)


def copy(path: Value, held: Variable, scope: Scope) -> None:
    """Record that a file gets the content of another one."""
    if key := _key(path, scope):
        scope.state.written[key] = held


def peek(path: Value, scope: Scope, *, moves: bool) -> Variable | None:
    """Return the text that the script wrote to a file that it copies or, if `moves`, renames."""
    key, files = _key(path, scope), scope.state.written
    held = files.get(key)
    if held and moves:
        files[key] = None
    elif held:
        scope.analysis.read_back.add(key)
    return held


def _is_log(path: str) -> bool:
    return bool(re.fullmatch(_LOG, path.partition("\0")[0]))


def _key(path: Value, scope: Scope) -> str:
    """Return the path of a file, with the names of unknown variables in it; empty if another
    expansion of the same text may be another path.
    """
    for name in (FOR_LATER, FOR_LATER_STEPS):
        if name in path.references:
            return name
    if not path.unknown:
        return os.path.normpath(path.text) if path.text else ""
    if not path.references and any(why not in {"", HOME} for _, why in pieces_of(path)):
        return ""
    held = ((name, scope.state.variables.get(name)) for name in path.references)
    set_at = "".join(f"\0{name}{variable.line if variable else 0}" for name, variable in held)
    return _shown(path) + set_at


def _shown(path: Value) -> str:
    """Return a path with names or `...` in place of its unknown parts."""
    pieces = [piece for piece in pieces_of(path) if any(piece)]
    unknown = sum(why not in {"", HOME} for _, why in pieces)
    names = iter(path.references if unknown == len(path.references) else ())
    return "".join(
        known or ("~" if why == HOME else f"${name}" if (name := next(names, "")) else "...")
        for known, why in pieces
    )


def _note_untracked(path: Value, text: Value, scope: Scope) -> None:
    """Keep a text that sets a variable of SGLang and is written to a file that is not known."""
    shown = _shown(path)
    if sets_ours(marked(text)[0]) and not _is_log(shown) and shown.strip("."):
        scope.give(text, f"what it writes to {visible(shown)} is not read", shown)


def written(path: Value, scope: Scope) -> Variable | None:
    """Return the text that the script wrote to a file, None if it wrote none; add a note about a text
    of which nothing is known.
    """
    key = _key(path, scope)
    scope.analysis.read_back.add(key)
    held = scope.state.written.get(key)
    if not held or not note_changed(path, scope):
        return held
    return held._replace(value=Value())


def note_changed(path: Value, scope: Scope) -> bool:
    """Add a note if the script changes a file in a way that is not followed; return whether it does."""
    held = scope.state.written.get(_key(path, scope))
    if (
        not held
        or not held.value.unknown
        or any(known.strip() for known, _ in pieces_of(held.value))
    ):
        return False
    scope.not_followed(f"{visible(_shown(path))} is {held.value.unknown}: envctl does not read it")
    return True


def is_written(path: Value, scope: Scope) -> bool:
    """Return whether the script wrote a file before."""
    return scope.state.written.get(_key(path, scope)) is not None


def appended(value: Value) -> Value | None:
    """Return what is appended to a file that the script did not write; None for any other content."""
    before, *rest = [piece for piece in pieces_of(value) if any(piece)] or [("", "")]
    if before[1] != _BEFORE.unknown:
        return None
    return join(Value(*piece) for piece in rest)._replace(line=value.line, last=value.last)


def redirected(
    redirects: Iterable[Node], body: Node | None, document: Value | None, scope: Scope
) -> None:
    """Record the text that a statement writes by its redirections.

    Args:
        redirects: the redirections.
        body: the statement.
        document: the here-document that the statement reads.
        scope: the statement with its redirections.
    """
    for redirect in redirects:
        operator = redirect.children[0].type
        if operator in {">", ">>"}:
            for path in arguments(redirect.children[1:], scope)[:1]:
                text = printed(body, document, scope) if body else OUTPUT
                record(path, text, scope, appends=operator == ">>")


def printed(node: Node, document: Value | None, scope: Scope) -> Value:
    """Return the output of a statement: `echo`, `printf '%s'`, `cat` of a here-document, or several
    of these.
    """
    if node.type in _GROUPS:
        return _printed_by_all(node, scope)
    if node.type == "redirected_statement":
        inner, redirects = node.children[0], node.children[1:]
        if [one.type for one in redirects] != ["heredoc_redirect"]:
            return OUTPUT
        return printed(inner, document_of(redirects[0], scope), scope)
    if node.type != "command":
        return OUTPUT
    children = (c.children[0] if c.type == "command_name" else c for c in node.children)
    name, *words = arguments((child for child in children if child.is_named), scope)
    if name.text == "cat" and not words:
        return document or OUTPUT
    line = scope.script.line(node)
    text = {"echo": echoed, "printf": formatted}.get(name.text, lambda _: None)(words)
    return OUTPUT if text is None else text._replace(line=line, last=line)


def _printed_by_all(node: Node, scope: Scope) -> Value:
    """Return the output of several statements; blank lines keep the line numbers of the script."""
    first = at = scope.script.line(node)
    parts: list[Value] = []
    for child in (child for child in node.children if child.is_named):
        text = printed(child, None, scope)
        if text.line > at and (not parts or parts[-1].text.endswith("\n")):
            parts.append(Value("\n" * (text.line - at)))
            at = text.line
        parts += (text, Value("\n")) if text == OUTPUT else (text,)
        at += (text == OUTPUT) + sum(known.count("\n") for known, _ in pieces_of(text))
    return join(parts)._replace(line=first, last=scope.script.last_line(node)) if parts else Value()


def echoed(words: list[Value]) -> Value | None:
    """Return the output of `echo [-neE] WORDS`."""
    chosen = [*takewhile(lambda word: re.fullmatch("-[neE]+", word.text), words)]
    flags = "".join(word.text[1:] for word in chosen)
    text = spaced(tuple(words[len(chosen) :])) or Value()
    if "e" in flags:
        text = _unescaped(text)
    return text if "n" in flags else join((text, Value("\n")))


def formatted(words: list[Value]) -> Value | None:
    """Return the output of `printf FORMAT WORDS`; None if the format is unknown."""
    if not words or words[0].unknown:
        return None
    form, *rest = words
    pieces = re.split(r"%(.)", _unescaped(form).text)
    kinds = pieces[1::2]
    count = sum(kind in "sdb" for kind in kinds)
    if not {*kinds} <= {*"sdb%"} or len(rest) > _MOST_FORMATTED:
        return None
    parts: list[Value] = []
    for start in range(0, max(1, len(rest)), count) if count else [0]:
        given = iter(rest[start : start + count])
        for known, kind in zip(pieces[::2], [*kinds, ""], strict=True):
            held = Value("%") if kind == "%" else next(given, Value()) if kind else Value()
            parts += (Value(known), held)
    return join(parts)


def _unescaped(text: Value) -> Value:
    """Return a text in which the escapes of echo and printf are resolved."""
    source, reasons = marked(text)
    return unmarked(re.sub(r"\\([nt\\])", lambda m: _ESCAPES[m[1]], source), reasons)


def keep_unread(state: State, analysis: Analysis, known: tuple[str, ...] = ()) -> None:
    """Keep the files that the script writes but does not read, except those that others know."""
    for path, held in state.written.items():
        if held and path not in {FOR_LATER, *known, *analysis.read_back}:
            shown = path.partition("\0")[0]
            ours = sets_ours(marked(held.value)[0]) and not _is_log(shown)
            why = f"what it writes to {visible(shown)} is not read" if ours else ""
            analysis.documents.append(Document(held.value, held.file, held.line, shown, why))


def sets_ours(text: str) -> bool:
    """Return whether a file of any form sets a variable of SGLang."""
    return bool(re.search(_OURS, text))


def for_later(state: State, analysis: Analysis) -> dict[str, Variable]:
    """Return the variables that a script sets for later steps of its job."""
    held = state.written.get(FOR_LATER)
    if held is None:
        return {}
    text, reasons = marked(held.value)
    first, found, known = held.value.line or held.line, dict[str, Variable](), True
    lines = iter(enumerate(text.split("\n"), first))
    for number, line in lines:
        match = re.fullmatch(_SET, line)
        if match is None:
            known = known and not line.strip()
            continue
        value = match["value"]
        if end := match["end"]:
            value = "\n".join(takewhile(end.__ne__, (line for _, line in lines)))
        place = min(number, held.line)
        found[match["name"]] = Variable(unmarked(value, reasons), True, held.file, place)
    if not known or not text.strip():
        why = "what it sets for later steps is known only when it runs"
        analysis.remark("not-followed", held.file, held.line, reason=why)
    return found


_SET = r"(?a)(?P<name>[A-Za-z_]\w*)(?:=(?P<value>.*)|<<(?P<end>.+))"
"""`NAME=value`, or `NAME<<END` with lines up to END after it."""
