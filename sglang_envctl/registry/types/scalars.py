"""Types of a single value."""

import re
from math import isinf, isnan
from typing import NamedTuple

from sglang_envctl.registry.types.base import Complaint, nearest, one_of
from sglang_envctl.text.truth import truth


class Bool(NamedTuple):
    """On or off."""

    name: str = "bool"
    allowed: tuple[str, ...] = ()
    words: str = "on or off"

    def complain(self, text: str) -> Complaint | None:
        if truth(text) is not None:
            return None
        return Complaint("invalid-value", "is neither on nor off", "write 1 or 0")


class Int(NamedTuple):
    """A whole number between `minimum` and `maximum`, both inclusive."""

    minimum: int | None = None
    maximum: int | None = None
    unit: str = ""
    choices: tuple[int, ...] = ()
    """The only valid numbers."""
    thresholds: tuple[int, ...] = ()
    """The numbers at which the meaning changes; other numbers act like the next lower one."""
    name: str = "int"

    @property
    def allowed(self) -> tuple[str, ...]:
        return tuple(map(str, self.choices or self.thresholds))

    @property
    def words(self) -> str:
        if self.allowed:
            return f"whole number: {one_of(self.allowed)}"
        return f"whole number{_range(self.minimum, self.maximum, self.unit)}"

    def complain(self, text: str) -> Complaint | None:
        try:
            number = int(text)
        except ValueError:
            return Complaint("invalid-value", "is not a whole number")
        if self.choices and number not in self.choices:
            message = f"is not {one_of(self.allowed)}"
            return Complaint("invalid-value", message, f"write {one_of(self.allowed)}")
        return _out_of_bounds(number, self.minimum, self.maximum)


class Float(NamedTuple):
    """A number between `minimum` and `maximum`, both inclusive. `nan` is never in bounds."""

    minimum: float | None = None
    maximum: float | None = None
    unit: str = ""
    name: str = "float"
    allowed: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        return f"number{_range(self.minimum, self.maximum, self.unit)}"

    def complain(self, text: str) -> Complaint | None:
        try:
            number = float(text)
        except ValueError:
            return Complaint("invalid-value", "is not a number")
        if isnan(number):
            return Complaint(
                "out-of-bounds", "is not a usable number: all comparisons with it are false"
            )
        return _out_of_bounds(number, self.minimum, self.maximum)


class Choice(NamedTuple):
    """One of a fixed set of words."""

    options: tuple[str, ...]
    exact: bool = True
    """Whether the words are case-sensitive."""
    open: bool = False
    """Whether the options are examples: the docs do not list all of them, and others may be valid."""
    also: tuple[str, ...] = ()
    """Words that the docs do not list but the code accepts."""
    name: str = "choice"

    @property
    def allowed(self) -> tuple[str, ...]:
        return () if self.open else self.options

    @property
    def words(self) -> str:
        if self.open:
            return f"for example {', '.join(self.options)}"
        return one_of(self._accepted)

    @property
    def _accepted(self) -> tuple[str, ...]:
        """The words that the code accepts, each in one spelling."""
        folded = {word.lower() for word in self.options}
        return (*self.options, *(word for word in self.also if word.lower() not in folded))

    def complain(self, text: str) -> Complaint | None:
        if self.open or text in (*self.options, *self.also):
            return None
        folded = {word.lower(): word for word in (*self.options, *self.also)}
        if not self.exact and text.lower() in folded:
            return None
        guess = folded.get(text.strip().lower()) or nearest(text, self.options)
        known = one_of(self._accepted)
        message = f"is not {known}" if len(self._accepted) < 3 else f"is not one of {known}"
        several = len(folded.keys() & set(re.split(r"[\s,;|]+", text.lower()))) > 1
        help_ = "write only one of them" if several else f"did you mean {guess}?" if guess else ""
        return Complaint("invalid-value", message, help_)


class Text(NamedTuple):
    """Any value."""

    name: str = "text"
    allowed: tuple[str, ...] = ()
    words: str = "any value"

    def complain(self, text: str) -> Complaint | None:
        del text
        return None


_SIZE = r"(?a)\s*\+?((?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)([kKmMgGtT]?)(?:[iI]?[bB])?\s*"


class ByteSize(NamedTuple):
    """A number of bytes, with an optional suffix k, m, g or t (powers of 1024)."""

    maximum: int | None = None
    name: str = "size"
    allowed: tuple[str, ...] = ()
    words: str = "number of bytes, optionally with a suffix: 512m, 3g"

    def complain(self, text: str) -> Complaint | None:
        if not (match := re.fullmatch(_SIZE, text)):
            return Complaint("invalid-value", "is not a size", "write a size such as 512m or 3g")
        if isinf(float(match[1])):
            return Complaint("out-of-bounds", "is larger than any memory")
        if self.maximum is not None and _bytes(match[1], match[2]) > self.maximum:
            return Complaint("out-of-bounds", f"is more than {self.maximum >> 40} TiB")
        return None


def _bytes(number: str, suffix: str) -> float:
    return float(number) * 1024.0 ** " kmgt".index(suffix.lower() or " ")


def _range(low: float | None, high: float | None, unit: str) -> str:
    limits = (
        None if low is None else f"at least {low}",
        None if high is None else f"at most {high}",
    )
    words = ", ".join(filter(None, (*limits, f"in {unit}" if unit else None)))
    return f" ({words})" if words else ""


def _out_of_bounds(number: float, low: float | None, high: float | None) -> Complaint | None:
    if low is not None and number < low:
        return Complaint("out-of-bounds", f"is less than {low}")
    if high is not None and number > high:
        return Complaint("out-of-bounds", f"is more than {high}")
    return None
