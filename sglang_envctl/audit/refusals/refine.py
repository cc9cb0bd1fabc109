"""Find code that reads a variable through `envs` and raises on some values that `envs` accepts.

    mode = envs.SGLANG_DEEPGEMM_STANDARD_LAYOUT.get().lower()
    if mode not in ("auto", "masked", "compact"):
        raise ValueError(...)

Only this code shows which words and numbers work. If the code is in a branch, other conditions
apply too.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import reduce

from sglang_envctl.audit.code.files import is_test
from sglang_envctl.audit.code.parse import statements
from sglang_envctl.audit.code.texts import Texts, next_statement
from sglang_envctl.audit.facts import Use
from sglang_envctl.audit.refusals.blocks import of_block
from sglang_envctl.audit.refusals.constraints import CHECKED, NO_NUMBER, Constraint
from sglang_envctl.audit.refusals.dataflow import Source, State

# A pattern that begins with a word is found much faster than one with a boundary before it.
_ASKS = re.compile(rb"envs\.([A-Z]\w+)")
_RAISES = re.compile(rb"raise \w+\(")
_INVALID = re.compile(
    rb"\bmust be\b|expected|invalid|unsupported|unknown|unrecogni|not one of|one of", re.IGNORECASE
)
_NAME = re.compile(rb"\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b")
_MAX_MESSAGE = 300


def refined(found: Iterable[Use], texts: Texts) -> Iterator[Use]:
    """Yield the uses, each with a reader that rejects what the code rejects."""
    uses = list(found)
    wanted = {use.name for use in uses if use.reader in CHECKED}
    refused: dict[str, Constraint] = {}
    for constraint in _constraints(texts, wanted):
        before = refused.get(constraint.name)
        refused[constraint.name] = before.or_other(constraint) if before else constraint
    alone = {name for name, constraint in refused.items() if _is_all(constraint, texts)}
    for use in uses:
        if refusal := refused.get(use.name):
            yield replace(use, reader=refusal.reader(use.reader, certain=use.name in alone))
        else:
            yield use


def _is_all(constraint: Constraint, texts: Texts) -> bool:
    """Return whether no other code uses the value unchecked; a value that one backend rejects may
    suit another.
    """
    if not (constraint.certain and constraint.says):
        return False
    asked = re.compile(
        rb"envs(?<!\wenvs)\.%s\b(?!\.is_set|(?:\.\w+\(\))+\s*(?:[=!]=|(?:not\s+)?in\b))"
        % constraint.name.encode()
    )
    files = [file for file in texts.files_with(constraint.name) if not is_test(file)]
    return sum(len(asked.findall(texts[file])) for file in files) <= constraint.places


def _constraints(texts: Texts, wanted: set[str]) -> Iterator[Constraint]:
    words = {name.encode() for name in wanted}
    for file in sorted(texts.files_with("envs")):
        if is_test(file) or words.isdisjoint(texts.words(file).split()):
            continue
        source = Source(file, texts, wanted)
        content = source.content
        yield from _complaints(content, wanted)
        asked = (ask.start() for ask in _ASKS.finditer(content) if ask[1].decode() in wanted)
        for start, end in sorted({_around(content, position) for position in asked}):
            by_name: dict[str, list[Constraint]] = {}
            for constraint in of_block(_body(content[start:end]), State(source)):
                by_name.setdefault(constraint.name, []).append(constraint)
            yield from (
                reduce(Constraint.with_other, constraints) for constraints in by_name.values()
            )


def _around(content: bytes, position: int) -> tuple[int, int]:
    """Return the range of the outermost function around a position; (0, 0) without one."""
    found = 0, 0
    start = position
    while (start := content.rfind(b"def ", 0, start)) >= 0:
        line = content.rfind(b"\n", 0, start) + 1
        before = content[line:start]
        indent = before.removesuffix(b"async ")
        if indent.strip():
            continue
        following = next_statement(len(indent)).search(content, start)
        end = following.start() if following else len(content)
        if end <= position:
            return found
        found = line, end
    return found


def _body(text: bytes) -> list[ast.stmt]:
    """Return the statements of a function."""
    match statements(text):
        case [ast.FunctionDef(body=body) | ast.AsyncFunctionDef(body=body)]:
            return body
        case body:
            return body


def _complaints(content: bytes, wanted: set[str]) -> Iterator[Constraint]:
    """Yield an uncertain constraint for each name in an exception's message about an invalid value."""
    for found in _RAISES.finditer(content):
        message = content[found.end() : found.end() + _MAX_MESSAGE].partition(b"\n\n")[0]
        if _INVALID.search(message):
            for name in _NAME.findall(message.partition(b"\n    )\n")[0]):
                if name.decode() in wanted:
                    yield Constraint(name.decode(), doubts=frozenset({NO_NUMBER}), certain=False)
