"""Find what else decides the environment of a job of GitLab CI: `inherit` and `parallel:matrix`."""

from __future__ import annotations

from itertools import islice, product

from sglang_envctl.sources.mappings.forms import Block, Entry, Path
from sglang_envctl.sources.yaml.tree import (
    MappingNode,
    Node,
    ScalarNode,
    items,
    pairs,
    text_of,
    within,
)

_MOST = 50
"""The maximum number of combinations of a matrix that are read; of more, each value is read once."""


def inherited(job: MappingNode, around: tuple[Block, ...]) -> tuple[Block, ...]:
    """Return the blocks around a job whose variables it inherits: all, none, or those that it names."""
    chosen = within(job, "inherit", "variables")
    if chosen is None or text_of(chosen) == "true":
        return around
    names = {text_of(item) for item in items(chosen)}
    return tuple(
        block._replace(entries=tuple(one for one in block.entries if one.name in names))
        for block in around
    )


def combinations(job: MappingNode, path: Path) -> list[Block]:
    """Return the variables of each job that a matrix makes of a job; empty without a matrix."""
    matrix = within(job, "parallel", "matrix")
    found = [chosen for row in items(matrix) for chosen in _rows(row)]
    return [
        Block((*path, "parallel", "matrix", str(number)), chosen)
        for number, chosen in enumerate(found[:_MOST])
    ]


def _rows(row: Node) -> list[tuple[Entry, ...]]:
    """Return the combinations of the values in one row of a matrix."""
    columns = [
        [
            Entry(key.text, one.line, one)
            for one in items(value) or (value,)
            if isinstance(one, ScalarNode)
        ]
        for key, value in pairs(row)
    ]
    columns = [column for column in columns if column]
    found = list(islice(product(*columns), _MOST + 1)) if columns else []
    if len(found) <= _MOST:
        return found
    longest = max(map(len, columns))
    return [tuple(column[at % len(column)] for column in columns) for at in range(longest)]
