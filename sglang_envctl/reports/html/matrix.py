"""Arrange variables by groups of nodes; nodes with the same values of all differing variables are
one group.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from sglang_envctl.nodes.comparison import BETWEEN
from sglang_envctl.nodes.folding import fold
from sglang_envctl.reports.shapes import Change

MOST_GROUPS = 24
"""The maximum number of groups with their own column; the nodes of all other groups share one column."""
MOST_VALUES = 12
"""The maximum number of values of a variable by which groups are made; with more, nodes differ
individually.
"""
MOST_LISTED = 100
"""The maximum number of values that are listed for a cell."""


class Column(NamedTuple):
    """A group of nodes or, in the last column, several groups."""

    title: str
    nodes: tuple[str, ...]
    folded: str
    """The nodes as a short text."""
    roles: tuple[str, ...]
    groups: int = 1


class Cell(NamedTuple):
    """The values of a variable on the nodes of a column."""

    value: str
    shares: tuple[int, ...]
    """The index of each value; the most common value has index 0."""
    outlier: bool
    """Whether the value differs from that of most nodes, if only few nodes set another value."""
    listed: tuple[tuple[str, str], ...] = ()
    """Each value and its nodes, if the nodes have several values."""


class Line(NamedTuple):
    """A row of the matrix: one variable, with a cell for each column."""

    change: Change
    outliers: int
    """The number of nodes without the most common value."""
    cells: tuple[Cell, ...]


class Matrix(NamedTuple):
    """The nodes that were compared with each other."""

    part: str
    columns: tuple[Column, ...]
    """The columns: the most common group first, then the smallest."""
    lines: tuple[Line, ...]


def matrices(changes: Sequence[Change], roles: Mapping[str, str]) -> Iterator[Matrix]:
    """Yield a matrix for each part, in the order of the changes."""
    for part, found in groupby(changes, key=lambda change: change.part):
        yield _matrix(part, tuple(found), roles)


def _matrix(part: str, changes: tuple[Change, ...], roles: Mapping[str, str]) -> Matrix:
    groups = _groups(changes)
    columns = [_column(part, [nodes], roles) for nodes in groups[:MOST_GROUPS]]
    if rest := groups[MOST_GROUPS:]:
        columns.append(_column(part, rest, roles))
    return Matrix(part, tuple(columns), tuple(_line(change, columns) for change in changes))


def _groups(changes: Sequence[Change]) -> list[list[str]]:
    """Return the nodes grouped by their values: the largest group, then the others, smallest first."""
    narrow = [change for change in changes if len(change.values) <= MOST_VALUES]
    keys: dict[str, list[int]] = {}
    for change in narrow or changes[:1]:
        for number, side in enumerate(change.values):
            for node in side.nodes:
                keys.setdefault(node, []).append(number if narrow else 0)
    found: dict[tuple[int, ...], list[str]] = defaultdict(list)
    for node, key in keys.items():
        found[tuple(key)].append(node)
    usual, *others = sorted(found.values(), key=len, reverse=True)
    return [usual, *sorted(others, key=len)]


def _column(part: str, groups: Sequence[Sequence[str]], roles: Mapping[str, str]) -> Column:
    nodes = tuple(node for group in groups for node in group)
    if part == BETWEEN:
        known = dict.fromkeys(nodes)
    elif part:
        known = {part: None}
    else:
        known = dict.fromkeys(role for node in nodes if (role := roles.get(node)))
    folded = fold(nodes)
    title = folded if part == BETWEEN else f"{len(nodes):,} node{'s' * (len(nodes) != 1)}"
    return Column(title, nodes, folded, tuple(known), len(groups))


def _line(change: Change, columns: Sequence[Column]) -> Line:
    share_of = {node: at for at, side in enumerate(change.values) for node in side.nodes}
    outliers = sum(len(side.nodes) for side in change.values[1:])
    return Line(change, outliers, tuple(_cell(change, share_of, one.nodes) for one in columns))


def _cell(change: Change, share_of: Mapping[str, int], nodes: Sequence[str]) -> Cell:
    by_share: dict[int, list[str]] = defaultdict(list)
    for node in nodes:
        by_share[share_of[node]].append(node)
    shares = tuple(sorted(by_share))
    outlier = shares != (0,) and len(change.values) <= MOST_VALUES
    if len(shares) == 1:
        return Cell(change.values[shares[0]].words, shares, outlier)
    listed = tuple((change.values[s].words, fold(by_share[s])) for s in shares[:MOST_LISTED])
    return Cell(f"{len(shares):,} values", shares, outlier, listed)
