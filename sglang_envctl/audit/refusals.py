"""Find where code that asks a registry for a value raises on some that its class accepts.

    mode = envs.SGLANG_DEEPGEMM_STANDARD_LAYOUT.get().lower()
    if mode not in ("auto", "masked", "compact"):
        raise ValueError(...)

Which words and numbers work is said only there. Where that is in a branch, it depends on something else.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from textwrap import dedent
from typing import NamedTuple, TypeAlias

from sglang_envctl.audit.facts import Use
from sglang_envctl.audit.files import is_test
from sglang_envctl.audit.outline import next_statement
from sglang_envctl.audit.texts import Texts

_FOLDS = {"strip": "strip-", "lower": "lower-", "upper": "upper-"}
# A pattern that begins with a word is found much faster than one with a boundary before it.
_ASKS = re.compile(rb"envs\.\w+\.get\(\)")
_REFUSES = re.compile(rb":\s*raise\b|\bassert\b")
_RAISES = re.compile(rb"raise \w+\(")
_INVALID = re.compile(
    rb"\bmust be\b|expected|invalid|unsupported|unknown|unrecogni|not one of|one of", re.IGNORECASE
)
_NAME = re.compile(rb"\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b")
_MAX_MESSAGE = 300
_NUMBERS = ("srt.int", "srt.float")
_OPPOSITE = {ast.Lt: ">=", ast.LtE: ">", ast.Gt: "<=", ast.GtE: "<"}
_SAME = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}
_MIRRORED = {ast.Lt: ">", ast.LtE: ">=", ast.Gt: "<", ast.GtE: "<="}

_Held: TypeAlias = dict[str, tuple[str, str]]
"""The variables that hold a value: its name in the registry, and what was done to it."""


class _Refusal(NamedTuple):
    """What a statement demands of a value."""

    name: str
    folds: str
    words: frozenset[str] = frozenset()
    bounds: tuple[str, ...] = ()
    certain: bool = True
    """It does not depend on anything else."""
    places: int = 1

    def reader(self, use: Use, *, certain: bool) -> str:
        """Return the reader of a use with this demand."""
        if self.words and use.reader == "srt.text":
            how = "only" if certain else "one-of"
            return f"raw.{self.folds}{how}:{'|'.join(sorted(self.words))}"
        if not (self.words or self.bounds) and use.reader == "srt.text":
            return "srt.checked-text"
        if self.bounds and use.reader in _NUMBERS:
            return f"{use.reader} {'only' if certain else 'perhaps'} {' '.join(self.bounds)}"
        return use.reader


def refined(uses: Iterable[Use], texts: Texts) -> Iterator[Use]:
    """Return the uses, with what code demands of their values."""
    refused: dict[str, _Refusal] = {}
    for refusal in _refusals(texts):
        before = refused.get(refusal.name)
        refused[refusal.name] = _both(before, refusal) if before else refusal
    alone = {name: refusal for name, refusal in refused.items() if _is_all(refusal, texts)}
    for use in uses:
        if demand := refused.get(use.name):
            yield replace(use, reader=demand.reader(use, certain=use.name in alone))
        else:
            yield use


def _both(one: _Refusal, other: _Refusal) -> _Refusal:
    """Return what two places refuse; a word that one of them takes may be fine."""
    if not (one.words or one.bounds):
        return other
    if not (one.certain and other.certain):
        return other if other.certain else one
    return one._replace(words=one.words | other.words, places=one.places + other.places)


def _is_all(refusal: _Refusal, texts: Texts) -> bool:
    """Return whether no other code takes the value as it is: what one back-end refuses may suit
    another.
    """
    if not refusal.certain:
        return False
    asked = re.compile(
        rb"\benvs\.%s\.get\(\)(?!(?:\.\w+\(\))*\s*(?:[=!]=|(?:not\s+)?in\b))"
        % refusal.name.encode()
    )
    files = [file for file in texts.files_with(refusal.name) if not is_test(file)]
    return sum(len(asked.findall(texts[file])) for file in files) <= refusal.places


def _refusals(texts: Texts) -> Iterator[_Refusal]:
    for file in sorted(texts.files_with("envs")):
        if is_test(file):
            continue
        content = texts[file]
        yield from _complaints(content)
        for start, end in sorted(
            {_around(content, ask.start()) for ask in _ASKS.finditer(content)}
        ):
            text = content[start:end]
            if _REFUSES.search(text):
                found = {one.name: one for one in _of_block(_parsed(text), content)}
                yield from found.values()


def _around(content: bytes, position: int) -> tuple[int, int]:
    """Return where the outermost function around a position begins and ends; (0, 0) without one."""
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


def _complaints(content: bytes) -> Iterator[_Refusal]:
    """Return the names in messages of exceptions about an invalid value."""
    for found in _RAISES.finditer(content):
        message = content[found.end() : found.end() + _MAX_MESSAGE].partition(b"\n\n")[0]
        if _INVALID.search(message):
            for name in _NAME.findall(message.partition(b"\n    )\n")[0]):
                yield _Refusal(name.decode(), "", certain=False)


def _parsed(text: bytes) -> list[ast.stmt]:
    """Return the statements of a function, or of anything else."""
    try:
        body = ast.parse(dedent(text.decode("utf-8"))).body
    except (SyntaxError, ValueError):
        return []
    match body:
        case [ast.FunctionDef() | ast.AsyncFunctionDef() as function]:
            return function.body
    return body


def _of_block(body: Sequence[ast.stmt], content: bytes) -> Iterator[_Refusal]:
    held: _Held = {}
    spared: dict[str, set[object]] = {}
    for statement, tested in _inside(body, held, ()):
        demanded: Iterator[_Refusal] = iter(())
        match statement:
            case ast.Assign(targets=[ast.Name() | ast.Attribute() as target], value=value):
                held[ast.unparse(target)] = _asked(value, held)
            case ast.Assert(test=test):
                demanded = _demanded(test, held, content)
            case ast.If(test=test, body=[*_, last]):
                _spare(test, held, spared)
                if isinstance(last, ast.Raise):
                    demanded = _demanded(ast.UnaryOp(ast.Not(), test), held, content)
        for refusal in demanded:
            certain = all(name == refusal.name for name in tested)
            yield _without(refusal, spared.get(refusal.name, set()), certain=certain)


def _inside(
    body: Sequence[ast.stmt], held: _Held, tested: tuple[str, ...]
) -> Iterator[tuple[ast.stmt, tuple[str, ...]]]:
    """Return the statements of a block and its branches, with the names each branch depends on.

    A branch that depends on anything else has an empty name.
    """
    for statement in body:
        yield statement, tested
        if isinstance(statement, ast.If):
            present, compared = _present(statement.test, held), _compared(statement.test, held)
            yield from _inside(statement.body, held, (*tested, present))
            yield from _inside(statement.orelse, held, (*tested, compared))


def _present(test: ast.expr, held: _Held) -> str:
    """Return the name of which a test only asks whether there is a value."""
    match test:
        case ast.Compare(left=left, ops=[ast.IsNot()], comparators=[ast.Constant(value=None)]):
            return _asked(left, held)[0]
        case ast.Call(func=ast.Attribute(attr="is_set", value=ast.Attribute(attr=name))):
            return name
    return _asked(test, held)[0]


def _compared(test: ast.expr, held: _Held) -> str:
    """Return the name whose value a test only compares with words."""
    match test:
        case ast.Compare(left=left, ops=[ast.Eq() | ast.In()]):
            return _asked(left, held)[0]
    return ""


def _spare(test: ast.expr, held: _Held, spared: dict[str, set[object]]) -> None:
    """Note the values that code tells apart, and perhaps does not refuse below."""
    match test:
        case ast.BoolOp(values=values):
            for value in values:
                _spare(value, held, spared)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            _spare(operand, held, spared)
        case ast.Compare(left=left, ops=[ast.Eq() | ast.NotEq() | ast.In()], comparators=[right]):
            spared.setdefault(_asked(left, held)[0], set()).update(_constants(right))
        case ast.Name() | ast.Attribute() | ast.Call():
            spared.setdefault(_asked(test, held)[0], set()).add("")


def _constants(node: ast.expr) -> Iterator[object]:
    return (inner.value for inner in ast.walk(node) if isinstance(inner, ast.Constant))


def _without(refusal: _Refusal, values: set[object], *, certain: bool) -> _Refusal:
    """Return a refusal that may not concern the values told apart before."""
    words = {value for value in values if isinstance(value, str)}
    numbers = any(isinstance(value, int | float) for value in values)
    return refusal._replace(
        words=refusal.words | words if refusal.words else refusal.words,
        certain=certain and not (refusal.bounds and numbers),
    )


def _demanded(test: ast.expr, held: _Held, content: bytes) -> Iterator[_Refusal]:
    """Return what has to be so of a value for a test to hold."""
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=ast.UnaryOp(op=ast.Not(), operand=inner)):
            yield from _demanded(inner, held, content)
        case ast.UnaryOp(op=ast.Not(), operand=ast.BoolOp(op=ast.Or(), values=values)):
            for value in values:  # each of them is refused by itself
                denied = ast.UnaryOp(ast.Not(), value)
                yield from _demanded(denied, held, content)
        case ast.UnaryOp(op=ast.Not(), operand=ast.BoolOp(op=ast.And(), values=values)):
            others = [value for value in values if not _present(value, held)]
            for value in others if len(others) == 1 else ():
                yield from _demanded(ast.UnaryOp(ast.Not(), value), held, content)
        case ast.UnaryOp(op=ast.Not(), operand=ast.Compare() as compare):
            yield from _of_comparison(compare, held, content, denied=True)
        case ast.Compare():
            yield from _of_comparison(test, held, content, denied=False)


def _of_comparison(
    compare: ast.Compare, held: _Held, content: bytes, *, denied: bool
) -> Iterator[_Refusal]:
    """Return what has to be so of a value for a comparison to hold, or not to."""
    membership = ast.NotIn if denied else ast.In
    signs = _OPPOSITE if denied else _SAME
    match compare:
        case ast.Compare(left=value, ops=[op], comparators=[words]) if isinstance(op, membership):
            name, folds = _asked(value, held)
            if name and (allowed := _literals(words, content)):
                yield _Refusal(name, folds, words=frozenset(allowed))
        case ast.Compare(left=value, ops=[op], comparators=[end]):
            yield from _bounded(value, [(signs.get(type(op)), end)], held)
        case ast.Compare(left=low, ops=[above, below], comparators=[value, high]) if not denied:
            ends = [(_MIRRORED.get(type(above)), low), (_SAME.get(type(below)), high)]
            yield from _bounded(value, ends, held)


def _bounded(
    value: ast.expr,
    ends: Iterable[tuple[str | None, ast.expr]],
    held: _Held,
) -> Iterator[_Refusal]:
    name, _ = _asked(value, held)
    bounds = []
    for sign, end in ends:
        if not sign or not isinstance(end, ast.Constant) or not isinstance(end.value, int | float):
            return
        bounds.append(f"{sign}{end.value:g}")
    if name:
        yield _Refusal(name, "", bounds=tuple(bounds))


def _asked(node: ast.expr, held: _Held) -> tuple[str, str]:
    """Return the name in `envs.NAME.get().lower()`, or in what holds it, and how its value changes."""
    folds: set[str] = set()
    while True:
        match node:
            case ast.Call(
                func=ast.Attribute(
                    attr="get", value=ast.Attribute(attr=name, value=ast.Name(id="envs"))
                ),
                args=[],
            ):
                return name, _ordered(folds)
            case ast.Call(func=ast.Attribute(attr=attr, value=value), args=[]) if attr in _FOLDS:
                folds.add(attr)
                node = value
            case ast.Call(func=ast.Name(id="int" | "float"), args=[value]):
                node = value
            case ast.Name() | ast.Attribute():
                name, before = held.get(ast.unparse(node), ("", ""))
                folds |= {key for key, fold in _FOLDS.items() if fold in before}
                return name, _ordered(folds)
            case _:
                return "", ""


def _ordered(folds: set[str]) -> str:
    return "".join(fold for key, fold in _FOLDS.items() if key in folds)


def _literals(node: ast.expr, content: bytes) -> list[str]:
    """Return the words of a literal or of a constant of the module; none if one is not a string."""
    if isinstance(node, ast.Name):
        node = _constant(node.id, content) or node
    if isinstance(node, ast.Call) and len(node.args) == 1:
        node = node.args[0]  # frozenset({...})
    try:
        found = ast.literal_eval(node)
    except (ValueError, TypeError):
        return []
    words = list(found) if isinstance(found, (tuple, list, set, Mapping)) else []
    return words if all(isinstance(word, str) for word in words) else []


def _constant(name: str, content: bytes) -> ast.expr | None:
    """Return what a module gives a name that it assigns once."""
    found = list(re.finditer(rb"^%s\b[^=\n]*=" % name.encode(), content, re.MULTILINE))
    if len(found) != 1:
        return None
    following = next_statement(0).search(content, found[0].end())
    end = following.start() if following else len(content)
    match _parsed(content[found[0].start() : end]):
        case [ast.Assign(value=value)] | [ast.AnnAssign(value=ast.expr() as value)]:
            return value
    return None
