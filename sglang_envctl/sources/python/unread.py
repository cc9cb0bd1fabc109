"""Find the dictionaries of a program that are named like an environment and set variables of SGLang,
but are not part of an environment that was read: the attribute of a class, or what a function returns.
"""

from __future__ import annotations

import ast
import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from sglang_envctl.text.words import first_and_more

_KEY = re.compile(rb"[\"']SGL(?:ANG)?_\w+[\"']\s*:")
"""A key of a dictionary; a program without one has no such dictionary."""
_NAME = re.compile(r"SGL(?:ANG)?_[A-Z0-9_]+")


def unread(
    tree: ast.Module, data: bytes, read: Iterable[tuple[str, int]]
) -> Iterator[tuple[int, str]]:
    """Yield the line of each such dictionary, and why it is reported.

    Args:
        tree: the program.
        data: its text.
        read: the variables that were read, each with its line.
    """
    if not _KEY.search(data):
        return
    lines: dict[str, list[int]] = defaultdict(list)
    for name, line in sorted(read):
        lines[name].append(line)
    for node in ast.walk(tree):
        for named, value in _named(node):
            if not isinstance(value, ast.Dict) or "env" not in named.lower():
                continue
            keys = (str(key.value) for key in value.keys if isinstance(key, ast.Constant))
            ours = [name for name in keys if _NAME.fullmatch(name)]
            if ours and not any(_is_within(lines.get(name, ()), value) for name in ours):
                yield value.lineno, f"{first_and_more(ours)} set where no environment is read"


def _is_within(lines: Sequence[int], node: ast.expr) -> bool:
    """Return whether one of some sorted lines is a line of an expression."""
    at = bisect_left(lines, node.lineno)
    return at < len(lines) and lines[at] <= (node.end_lineno or node.lineno)


def _named(node: ast.AST) -> Iterator[tuple[str, ast.expr | None]]:
    """Yield the names and the values that a node assigns, passes or returns."""
    if isinstance(node, ast.Assign):
        yield from ((_name(target), node.value) for target in node.targets)
    elif isinstance(node, ast.AnnAssign):
        yield _name(node.target), node.value
    elif isinstance(node, ast.keyword):
        yield node.arg or "", node.value
    elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        returned = (one.value for one in node.body if isinstance(one, ast.Return))
        yield from ((node.name, value) for value in returned)


def _name(target: ast.expr) -> str:
    if isinstance(target, ast.Attribute):
        return target.attr
    return target.id if isinstance(target, ast.Name) else ""
