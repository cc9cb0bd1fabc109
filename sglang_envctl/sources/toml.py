"""Parse TOML as a tree of YAML nodes; the line of a value is that of its key."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from typing import Any, TypeAlias

from sglang_envctl.errors import SourceError
from sglang_envctl.sources.yaml.tree import (
    DEEPEST,
    LARGEST,
    MappingNode,
    Node,
    Pair,
    ScalarNode,
    SequenceNode,
    Stream,
)
from sglang_envctl.text.escape import source_name

_Path: TypeAlias = "tuple[str | int, ...]"
_MOST_DOTS = 10_000
# Compiled on first use.
_HEADER = r"\s*(\[\[?)\s*([^\]\[]+?)\s*\]"
_KEY = r"\s*((?:[\w-]+|\"[^\"]*\"|'[^']*')(?:\s*\.\s*(?:[\w-]+|\"[^\"]*\"|'[^']*'))*)\s*="
_PART = r"[\w-]+|\"[^\"]*\"|'[^']*'"


def load(data: bytes, path: str) -> Stream:
    """Parse a TOML file.

    Raises:
        SourceError: the file is not valid TOML, or exceeds the limits.
    """
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib

    shown = source_name(path)
    if len(data) > LARGEST:
        raise SourceError(f"{shown}: larger than {LARGEST >> 20} MiB")
    # The parser takes a second for a key of 30,000 parts, and four times as long for twice as many.
    if any(line.count(b".") > _MOST_DOTS for line in data.split(b"\n")):
        raise SourceError(f"{shown}: a line has more than {_MOST_DOTS:,} dots")
    try:
        text = data.decode("utf-8-sig")
        found = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        # Only the line is shown, because the parser's message may quote the file.
        where = re.search(r"at line (\d+)", str(error))
        raise SourceError(f"{shown}: {f'line {where[1]}: ' if where else ''}invalid TOML") from None
    return Stream(text, (_node(found, (), _lines(text), 1, 0, shown),), ())


def _node(
    value: Any, at: _Path, lines: Mapping[_Path, int], line: int, depth: int, shown: str
) -> Node:
    line = lines.get(at, line)
    if depth > DEEPEST:
        raise SourceError(f"{shown}: line {line}: nested deeper than {DEEPEST} levels")
    if isinstance(value, dict):
        return MappingNode(
            {
                key: Pair(
                    ScalarNode(key, lines.get((*at, key), line)),
                    _node(one, (*at, key), lines, line, depth + 1, shown),
                )
                for key, one in value.items()
            },
            line,
        )
    if isinstance(value, list):
        return SequenceNode(
            tuple(
                _node(one, (*at, number), lines, line, depth + 1, shown)
                for number, one in enumerate(value)
            ),
            line,
        )
    if isinstance(value, str):
        return ScalarNode(value, line)
    return ScalarNode(_written(value), line, True)


def _written(value: Any) -> str:
    """Return a scalar that is not a string, as written in the file."""
    if isinstance(value, bool):
        return str(value).lower()
    # TOML integers have 64 bits; Python does not print more than 4,300 decimal digits.
    return hex(value) if isinstance(value, int) and value.bit_length() > 64 else str(value)


def _lines(text: str) -> dict[_Path, int]:
    """Return the line of each key, by the path of the key."""
    found: dict[_Path, int] = {}
    table: _Path = ()
    counts: dict[_Path, int] = {}
    for number, line in enumerate(text.split("\n"), 1):
        if header := re.match(_HEADER, line):
            table = _parts(header[2])
            if header[1] == "[[":
                counts[table] = counts.get(table, -1) + 1
                table = (*table, counts[table])
            found.setdefault(table, number)
        elif key := re.match(_KEY, line):
            found.setdefault((*table, *_parts(key[1])), number)
    return found


def _parts(key: str) -> _Path:
    return tuple(part.strip("\"'") for part in re.findall(_PART, key))
