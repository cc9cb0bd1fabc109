"""Parse JSON without comments with the standard library's parser, and get the lines from a list of
tokens.
"""

from __future__ import annotations

import re
from collections.abc import Callable
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
    made,
)

# The end of a line, or the first character of a node or key, in a text that may be valid. A string
# without an end is one token too: otherwise, the search would begin again at each quote in it.
_TOKENS = r'\n|"[^"\\\n]*(?:\\.[^"\\\n]*)*"?|[{\[]|[-\dtfn][\w.+-]*'
_WORDS = {True: "true", False: "false", None: "null"}


class Plain(NamedTuple):
    """The tree of a document, and its repeated keys."""

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

    lines, line = list[int](), 1
    for piece in re.findall(_TOKENS, text):
        if piece == "\n":
            line += 1
        else:
            lines.append(line)
    if len(lines) > NODES:
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
        return Plain(_node(found, iter(lines).__next__, repeated, DEEPEST), tuple(repeated))
    except (ValueError, RecursionError):
        return None


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


def _node(value: Any, line_of: Callable[[], int], repeated: list[Repeated], depth: int) -> Node:
    """Return the node of a value whose tokens are next; `line_of` returns the line of each token."""
    line = line_of()
    kind = type(value)
    if kind is str:
        return made(ScalarNode, (value, line, False, "", False))
    if kind is _Number:
        return made(ScalarNode, (str(value), line, True, "", False))
    if kind is not _Pairs and kind is not list:
        return ScalarNode(_WORDS[value], line, True)
    if not depth:
        raise ValueError("nested too deep")
    if kind is list:
        found = tuple([_node(one, line_of, repeated, depth - 1) for one in value])
        return made(SequenceNode, (found, line, ""))
    pairs: dict[str, Pair] = {}
    for name, inner in value:
        key = made(ScalarNode, (name, line_of(), False, "", False))
        node = _node(inner, line_of, repeated, depth - 1)
        if name in pairs:
            repeated.append(Repeated(key, node, pairs[name]))
        pairs[name] = made(Pair, (key, node))
    return made(MappingNode, (pairs, line, ""))
