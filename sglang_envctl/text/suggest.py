"""Suggest known names for misspelled names."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import TypeAlias

MOST = 3
"""Maximum number of suggestions."""
SHORTEST_PREFIX = 3
"""The minimum length of a first word in which a missing or added letter counts as a typo."""
_Others: TypeAlias = tuple[int, tuple[str, ...]]
"""The position of a word in a name, and the other words."""


class SpellingIndex:
    """Known names, indexed by the parts that a typo leaves unchanged.

    A search costs a few dictionary lookups, regardless of the number of known names, so a file of
    misspelled names takes time linear in its lines.
    """

    def __init__(self, known: Iterable[str]) -> None:
        self.known = frozenset(known)
        self._squashed: dict[str, list[str]] = defaultdict(list)
        self._without_one: dict[_Others, list[tuple[str, str]]] = defaultdict(list)
        self._bags: dict[tuple[str, ...], list[str]] = defaultdict(list)
        self._most_tokens = 0
        for name in sorted(self.known):
            tokens = _tokens(name)
            self._most_tokens = max(self._most_tokens, len(tokens))
            self._squashed["".join(tokens)].append(name)
            self._bags[tuple(sorted(tokens))].append(name)
            for i in range(len(tokens)):
                rest = tokens[:i] + tokens[i + 1 :]
                self._without_one[i, rest].append((name, tokens[i]))
                self._bags[tuple(sorted(rest))].append(name)

        self._endings = frozenset(squashed[-2:] for squashed in self._squashed)

    def near(self, name: str) -> tuple[str, ...]:
        """Return the known names that `name` may be a misspelling of, most likely first.

        Finds wrong case; missing, doubled and wrong underscores; `SGL_` for `SGLANG_`; missing,
        doubled, swapped or wrong letters within one word; and missing, added or swapped words.
        """
        written, name = name, re.sub(r"[-. ]", "_", name.strip()[:200].upper())
        if name.startswith("SGL_"):
            name = f"SGLANG_{name[4:]}"
        tokens = _tokens(name)
        found: dict[str, int] = {}
        squashed = "".join(tokens)
        for candidate in self._squashed.get(squashed, ()):
            found[candidate] = 0
        if len(tokens) <= self._most_tokens + 1:
            self._find_worded(tokens, found)
        if not found and len(name) > 7:
            found = dict.fromkeys(self._retyped(squashed), 1)
        found.pop(written, None)
        ranked = sorted(found, key=lambda c: (found[c], c))
        return tuple(c for c in ranked if not _sisters(name, c))[:MOST]

    def with_other_prefix(self, name: str, *, swapped: bool = False) -> tuple[str, ...]:
        """Return known names that differ from `name`, in uppercase, only by a typo in the first
        word.

        The first word names the software, and other software may use the same words after it:
        SHMEM_SYMMETRIC_SIZE is not a misspelled NVSHMEM_SYMMETRIC_SIZE, and MCCL_SOCKET_IFNAME is
        not a misspelled HCCL_SOCKET_IFNAME. No other prefix is similar to SGLANG.

        With `swapped`, only a missing, added or swapped letter is a typo, because a wrong letter
        may be the prefix of related software, as in OMP_ and KMP_, HIP_ and ZIP_.
        """
        # Most names of other software return here, before they are split into words.
        if name.replace("_", "")[-2:] not in self._endings or len(name) >= 200:
            return ()
        tokens = _tokens(name)
        squashed = self._squashed.get("".join(tokens), ())
        found = [c for c in squashed if c.startswith("SGLANG_") and c != name]
        others = self._without_one.get((0, tokens[1:]), ()) if len(tokens) > 2 else ()
        for candidate, prefix in others:
            if swapped and _other_word(tokens[0], prefix):
                continue
            likely = edits(tokens[0], prefix, 2 if prefix == "SGLANG" else 1) is not None
            if likely and not _sisters(name, candidate):
                found.append(candidate)
        return tuple(found[:MOST])

    def _find_worded(self, tokens: tuple[str, ...], found: dict[str, int]) -> None:
        """Add the names that differ in one word; if there are none, those with the words rearranged."""
        for i, token in enumerate(tokens):
            rest = tokens[:i] + tokens[i + 1 :]
            for candidate, theirs in self._without_one.get((i, rest), ()):
                distance = edits(token, theirs, _tolerance(token, theirs))
                if distance is not None:
                    found.setdefault(candidate, distance)
        if not found:
            found.update(dict.fromkeys(self._reworded(tokens), 9))

    @cached_property
    def _halves(self) -> dict[tuple[int, str], list[str]]:
        """Names without underscores, by their length and each half: a typo leaves one half intact."""
        halves: dict[tuple[int, str], list[str]] = defaultdict(list)
        for squashed in self._squashed:
            for half in _split(squashed, len(squashed)):
                halves[len(squashed), half].append(squashed)
        return halves

    def _reworded(self, tokens: tuple[str, ...]) -> list[str]:
        """Return names with the same words in another order, or with a word added or removed.

        One word and a prefix in common are too little: SGL_ROUTER_PORT is not SGLANG_PORT.
        """
        if len(tokens) < 3:
            return []
        bag = tuple(sorted(tokens))
        reworded = list(self._bags.get(bag, ()))
        for i in range(len(tokens)):
            if tokens[i] != "SGLANG" and len(tokens) > 3:
                rest = tuple(sorted(tokens[:i] + tokens[i + 1 :]))
                reworded += (c for c in self._bags.get(rest, ()) if len(_tokens(c)) == len(rest))
        return reworded

    def _retyped(self, written: str) -> Iterator[str]:
        """Yield names with one letter added or removed, or two swapped, ignoring underscores."""
        for length in range(len(written) - 1, len(written) + 2):
            for half in _split(written, length):
                for squashed in self._halves.get((length, half), ()):
                    if _slipped(written, squashed):
                        yield from self._squashed[squashed]


def _sisters(one: str, other: str) -> bool:
    """Return whether the names belong to the collective libraries of two vendors: NCCL_X, HCCL_X."""
    return one[:1] != other[:1] and one[1:5] == other[1:5] == "CCL_"


def _other_word(one: str, other: str) -> bool:
    """Return whether the words differ by a wrong letter, or are too short to decide."""
    if min(len(one), len(other)) < SHORTEST_PREFIX:
        return True
    return len(one) == len(other) and sorted(one) != sorted(other)


def _split(text: str, length: int) -> tuple[str, str]:
    """Return the beginning and the end that a typo in a name of some length leaves intact.

    Two swapped letters may be the last of one half and the first of the other.
    """
    middle = length // 2
    return text[:middle], text[len(text) - (length - middle - 1) :]


def _slipped(one: str, other: str) -> bool:
    """Return whether one word has an additional letter, or two swapped letters."""
    if len(set(one) ^ set(other)) > 1:
        return False
    letters = enumerate(zip(one, other, strict=False))
    at = next((at for at, (a, b) in letters if a != b), min(len(one), len(other)))
    if len(one) == len(other):
        return one[at : at + 2] == other[at : at + 2][::-1] and one[at + 2 :] == other[at + 2 :]
    shorter, longer = sorted((one, other), key=len)
    return shorter[at:] == longer[at + 1 :]


def _tokens(name: str) -> tuple[str, ...]:
    return tuple(token for token in name.split("_") if token)


def _tolerance(one: str, other: str) -> int:
    shorter = min(len(one), len(other))
    return 1 if shorter < 5 else 2 if shorter < 9 else 3


def edits(one: str, other: str, most: int) -> int | None:
    """Return the number of letters to add, drop, change or swap between the words; None if above
    `most`.
    """
    # Each edit adds at most one letter and removes at most one.
    if abs(len(one) - len(other)) > most or len(set(one) ^ set(other)) > 2 * most:
        return None
    before: list[int] = []
    previous = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        current = [i]
        for j, b in enumerate(other, 1):
            cost = min(previous[j] + 1, current[-1] + 1, previous[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and b == one[i - 2]:
                cost = min(cost, before[j - 2] + 1)
            current.append(cost)
        before, previous = previous, current
    return previous[-1] if previous[-1] <= most else None
