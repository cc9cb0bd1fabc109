"""Parse JSON without comments with the standard library's parser, and get lines from a list
of tokens.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple, NoReturn

from sglang_envctl.sources.yaml.tree import (
    DEEPEST,
    NODES,
    MappingNode,
    Node,
    Pair,
    Repeated,
    ScalarNode,
    SequenceNode,
)

# Everything that a node or a key begins with, in a text that is known to be valid.
_BEGINS = r'"(?:[^"\\]|\\.)*"|[{\[]|[-\dtfn][\w.+-]*'
_WORDS = {True: "true", False: "false", None: "null"}


class Plain(NamedTuple):
    """One document."""

    document: Node
    repeated: tuple[Repeated, ...]


class _Pairs(list[tuple[str, Any]]):
    """The entries of an object, including repeated ones."""


class _Number(str):
    """A number as written."""

    __slots__ = ()


def read(text: str) -> Plain | None:
    """Return the tree of a text; None if it is not plain, not valid, or exceeds the bounds."""
    import json

    starts = [match.start() for match in re.finditer(_BEGINS, text)]
    if len(starts) > NODES:
        return None
    try:
        found = json.loads(
            text,
            object_pairs_hook=_Pairs,
            parse_int=_Number,
            parse_float=_Number,
            parse_constant=_refuse,
        )
        repeated: list[Repeated] = []
        ends = [match.start() for match in re.finditer("\n", text)]
        lines = map(partial(bisect_left, ends), starts)
        return Plain(_node(found, lines.__next__, repeated, DEEPEST), tuple(repeated))
    except (ValueError, RecursionError):
        return None


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


def _node(value: Any, before: Callable[[], int], repeated: list[Repeated], depth: int) -> Node:
    """Return the node of a value, whose tokens are next; `before` counts the lines before a token."""
    line = before() + 1
    kind = type(value)
    if kind is str:
        return ScalarNode(value, line)
    if kind is _Number:
        return ScalarNode(str(value), line, True)
    if kind is not _Pairs and kind is not list:
        return ScalarNode(_WORDS[value], line, True)
    if not depth:
        raise ValueError("nested too deep")
    if kind is list:
        return SequenceNode(tuple(_node(one, before, repeated, depth - 1) for one in value), line)
    pairs: dict[str, Pair] = {}
    for name, inner in value:
        key = ScalarNode(name, before() + 1)
        node = _node(inner, before, repeated, depth - 1)
        if name in pairs:
            repeated.append(Repeated(key, node, pairs[name]))
        pairs[name] = Pair(key, node)
    return MappingNode(pairs, line)
