"""Fold the names of many nodes into a few words, as ClusterShell does: `node[001-016,018]`."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache

# Characters that ClusterShell would read as an operator, a range or a group; such names are not folded.
_FOLDABLE = re.compile(r"[A-Za-z0-9./][A-Za-z0-9_.:/#-]*")
_ONE_NUMBER = re.compile(r"(\D*)(\d+)(\D*)")
_LARGEST_NUMBER = 18
"""The maximum number of digits of a number that may be folded; a longer number is a hash."""


def fold(names: Iterable[str]) -> str:
    """Return the names as one string, with runs of numbers folded."""
    return _folded(tuple(dict.fromkeys(names)))


@lru_cache(maxsize=64)  # cached, because many findings are about the same nodes
def _folded(names: tuple[str, ...]) -> str:
    foldable: list[str] = []
    others: list[str] = []
    for name in names:
        (foldable if _is_foldable(name) else others).append(name)
    folded = [foldable[0]] if len(foldable) == 1 else [_fold(foldable)] if foldable else []
    return ",".join((*folded, *others))


def _is_foldable(name: str) -> bool:
    numbers = re.findall(r"\d+", name)
    return bool(_FOLDABLE.fullmatch(name)) and all(len(n) <= _LARGEST_NUMBER for n in numbers)


def _fold(names: list[str]) -> str:
    from ClusterShell.NodeSet import NodeSet

    return str(NodeSet.fromlist(_grouped(names)))


def _grouped(names: Iterable[str]) -> Iterator[str]:
    """Yield groups of names that differ in one number; ClusterShell would be slower for ten
    thousand names.
    """
    numbers: dict[tuple[str, str], list[str]] = defaultdict(list)
    for name in names:
        if match := _ONE_NUMBER.fullmatch(name):
            before, number, after = match.groups()
            numbers[before, after].append(number)
        else:
            yield name
    for (before, after), found in numbers.items():
        yield f"{before}[{','.join(found)}]{after}"
