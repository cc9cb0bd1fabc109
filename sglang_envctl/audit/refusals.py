"""Find code that asks a registry for a text and raises unless it is one of some words.

    mode = envs.SGLANG_DEEPGEMM_STANDARD_LAYOUT.get().lower()
    if mode not in ("auto", "masked", "compact"):
        raise ValueError(...)

The class of the registry accepts any text; which words work is said only there.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from textwrap import dedent

from sglang_envctl.audit.facts import Use
from sglang_envctl.audit.files import is_test
from sglang_envctl.audit.outline import functions
from sglang_envctl.audit.texts import Texts

_FOLDS = {"strip": "strip-", "lower": "lower-", "upper": "upper-"}
# A pattern that begins with a word is found much faster than one with a boundary before it.
_ASKS = re.compile(rb"envs\.\w+\.get\(\)")
_REFUSES = re.compile(rb"not\s+in\b[^:]*:\s*raise\b")


def refined(uses: Iterable[Use], texts: Texts) -> Iterator[Use]:
    """Return the uses; a text that some code compares with words is read as one of these words."""
    refused = dict(_refusals(texts))
    for use in uses:
        reader = refused.get(use.name) if use.reader == "srt.text" else None
        yield replace(use, reader=reader) if reader else use


def _refusals(texts: Texts) -> Iterator[tuple[str, str]]:
    for file in sorted(texts.files_with("envs")):
        content = texts[file]
        if is_test(file) or not (_ASKS.search(content) and _REFUSES.search(content)):
            continue
        for part in functions(content):
            text = content[part.start : part.end]
            if _ASKS.search(text) and _REFUSES.search(text):
                yield from _of_function(text)


def _of_function(text: bytes) -> Iterator[tuple[str, str]]:
    try:
        function = ast.parse(dedent(text.decode("utf-8"))).body[0]
    except (SyntaxError, ValueError, IndexError):
        return
    # Where it happens in a branch alone, the value may be fine in another one.
    body = getattr(function, "body", [])
    held: dict[str, tuple[str, str]] = {}
    for statement in body:
        match statement:
            case ast.Assign(targets=[ast.Name() | ast.Attribute() as target], value=value):
                held[ast.dump(_loaded(target))] = _asked(value) or ("", "")
            case ast.If(
                test=ast.Compare(left=value, ops=[ast.NotIn()], comparators=[words]),
                body=[*_, ast.Raise()],
            ):
                name, folds = _asked(value) or held.get(ast.dump(value), ("", ""))
                if name and (allowed := _literals(words)):
                    yield name, f"raw.{folds}only:{'|'.join(sorted(allowed))}"


def _loaded(target: ast.expr) -> ast.expr:
    """Return an assignment's target in the form of an expression that reads it."""
    return ast.parse(ast.unparse(target), mode="eval").body


def _asked(node: ast.expr) -> tuple[str, str] | None:
    """Return the name in `envs.NAME.get().lower()`, and what is done to its value."""
    folds: set[str] = set()
    while isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and not node.args:
        match node.func:
            case ast.Attribute(
                attr="get", value=ast.Attribute(attr=name, value=ast.Name(id="envs"))
            ):
                return name, "".join(fold for key, fold in _FOLDS.items() if key in folds)
            case ast.Attribute(attr=attr) if attr in _FOLDS:
                folds.add(attr)
                node = node.func.value
            case _:
                return None
    return None


def _literals(node: ast.expr) -> list[str]:
    """Return the words of a literal; none if one of them is not a string."""
    try:
        found = ast.literal_eval(node)
    except ValueError:
        return []
    words = list(found) if isinstance(found, (tuple, list, set, Mapping)) else []
    return words if all(isinstance(word, str) for word in words) else []
