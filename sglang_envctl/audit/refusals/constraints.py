"""Represent what code requires of a value, and return the reader for such a value."""

from __future__ import annotations

from typing import NamedTuple

UNKNOWN = "?"
"""The check for code that rejects some values, if the syntax does not show which."""
NO_NUMBER = "number"
"""The check that a value converts to a number; the numeric readers of a registry imply this check."""
_NUMBERS = ("srt.int", "srt.float", "diffusion.int", "diffusion.float")
_TEXTS = ("srt.text", "diffusion.text")
CHECKED = (*_NUMBERS, *_TEXTS, "srt.tuple")
"""The registry readers whose values are followed through the code."""


class Constraint(NamedTuple):
    """The conditions that a value must meet, or else the code raises."""

    name: str
    folds: str = ""
    words: frozenset[object] = frozenset()
    checks: frozenset[str] = frozenset()
    """The bounds such as `>0`, and `~word` for a string that contains a word."""
    doubts: frozenset[str] = frozenset()
    """Checks in the same form as `checks` that may apply only under other conditions."""
    certain: bool = True
    """Whether the constraint applies regardless of other variables and conditions."""
    places: int = 1

    def doubted(self) -> Constraint:
        """Return the constraint, marked as possibly depending on something else."""
        doubts = self.doubts | self.checks
        return self._replace(certain=False, checks=frozenset(), doubts=doubts)

    def with_other(self, other: Constraint) -> Constraint:
        """Return the combined constraint of two statements of one function, both of which apply."""
        return self._replace(
            folds=self.folds or other.folds,
            words=self.words | other.words,
            checks=self.checks | other.checks,
            doubts=self.doubts | other.doubts,
            certain=any(one.certain for one in (self, other) if one.says),
        )

    def or_other(self, other: Constraint) -> Constraint:
        """Return the combined constraint of two functions; a word that one accepts may be valid."""
        here, there = self, other
        if here.says and there.says and here.checks != there.checks:
            here, there = here.doubted(), there.doubted()
        saying = [one for one in (here, there) if one.says]
        return here.with_other(there)._replace(
            places=sum(one.places for one in saying),
            certain=all(one.certain for one in saying),
        )

    @property
    def says(self) -> bool:
        """Whether the constraint has any words or checks."""
        return bool(self.words or self.checks)

    def reader(self, declared: str, *, certain: bool) -> str:
        """Return a reader that combines a declared reader with this constraint."""
        if declared not in CHECKED:
            return declared
        words = {word for word in self.words if isinstance(word, str)}
        chosen = 0 < len(words) == len(self.words) and (certain or len(words) > 1)
        if declared in _TEXTS and chosen:
            how = "only" if certain else "one-of"
            return f"raw.{self.folds}{how}:{'|'.join(sorted(words))}"
        checks, doubts = self._of(declared, self.checks), self._of(declared, self.doubts)
        if declared in _TEXTS and words:
            doubts.add(UNKNOWN)
        elif declared in _NUMBERS and self.words and not words:
            checks.add("|".join(sorted(map(str, self.words))))
        if not certain or UNKNOWN in checks:
            checks, doubts = set(), checks | doubts
        return " ".join([declared, *_listed("only", checks), *_listed("perhaps", doubts)])

    def _of(self, declared: str, checks: frozenset[str]) -> set[str]:
        """Return the checks that apply to a declared reader; UNKNOWN replaces checks of another type."""
        number, text = declared in _NUMBERS, declared in _TEXTS
        found = set()
        for check in checks:
            if check == NO_NUMBER:
                found |= set() if number else {UNKNOWN}
            elif check == UNKNOWN or check[0] in ("~" if text else "<>" if number else ""):
                found.add(check)
            else:
                found.add(UNKNOWN)
        return found


def _listed(how: str, checks: set[str]) -> list[str]:
    if UNKNOWN in checks:
        return [how, UNKNOWN]
    return [how, *sorted(checks, reverse=True)] if checks else []
