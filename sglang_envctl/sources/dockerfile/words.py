"""Words of a Dockerfile to text: quotes, escapes and references, as BuildKit resolves them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple, TypeAlias


class Value(NamedTuple):
    """The text of a name, or why nobody knows it."""

    text: str
    unknown: str = ""


LookUp: TypeAlias = Callable[[str], "Value | None"]
"""What a name stands for; None where it is not set."""


class Resolved(NamedTuple):
    """A word without quotes, its references replaced."""

    text: str
    references: tuple[str, ...]
    unknown: str


class WordError(ValueError):
    """A word that `docker build` does not take, and why. Holds nothing of the word."""


_NAME = re.compile(r"[0-9]+|[^\W\d]\w*|[@*#?\-$!]")
_DEEPEST = 100
"""References inside the defaults of references."""
_LONGEST = 1024 * 1024
"""Characters that references may add up to: A=$A$A, thirty times, would be a gigabyte."""


def resolve(word: str, look_up: LookUp, escape: str) -> Resolved:
    """A word as `docker build` takes it.

    Raises:
        WordError: a quote or brace is not closed, or the reference has a form that Docker lacks.
    """
    reader = _Reader(word, look_up, escape)
    text = reader.until("")
    return Resolved(text, tuple(dict.fromkeys(reader.references)), reader.unknown)


class _Reader:
    """One pass over a word."""

    def __init__(self, word: str, look_up: LookUp, escape: str) -> None:
        self.word, self.at = word, 0
        self.look_up, self.escape = look_up, escape
        self.references: list[str] = []
        self.unknown = ""
        self.depth = self.length = 0

    def until(self, stop: str, *, keep_escapes: bool = False) -> str:
        """The text up to a character, which is passed over, or to the end."""
        found: list[str] = []
        while self.at < len(self.word):
            char = self.word[self.at]
            if char == stop:
                self.at += 1
                return "".join(found)
            if char == "'":
                found.append(self._single_quoted())
            elif char == '"':
                found.append(self._double_quoted())
            elif char == "$":
                found.append(self._reference())
            elif char == self.escape:
                found.append(self.word[self.at + (0 if keep_escapes else 1) : self.at + 2])
                self.at += 2
            else:
                found.append(char)
                self.at += 1
        if stop:
            raise WordError("a ${ is not closed")
        return "".join(found)

    def _single_quoted(self) -> str:
        end = self.word.find("'", self.at + 1)
        if end < 0:
            raise WordError("a ' is not closed")
        text = self.word[self.at + 1 : end]
        self.at = end + 1
        return text

    def _double_quoted(self) -> str:
        found: list[str] = []
        self.at += 1
        while self.at < len(self.word):
            char = self.word[self.at]
            if char == '"':
                self.at += 1
                return "".join(found)
            if char == "$":
                found.append(self._reference())
                continue
            following = self.word[self.at + 1 : self.at + 2]
            if char == self.escape and following in ('"', "$", self.escape, ""):
                char = following
                self.at += 1
            found.append(char)
            self.at += 1
        raise WordError('a " is not closed')

    def _reference(self) -> str:
        self.at += 1
        if self.word[self.at : self.at + 1] != "{":
            name = self._name()
            return self._put_in(self._get(name)) if name else "$"
        self.at += 1
        if self.word[self.at : self.at + 1] in ("{", "}", ":"):
            raise WordError("a ${ has no name behind it")
        name = self._name()
        operator = self.word[self.at : self.at + 1]
        self.at += 1
        if operator == "}":
            return self._put_in(self._get(name))
        colon = operator == ":"
        if colon:
            operator = self.word[self.at : self.at + 1]
            self.at += 1
        if operator in ("-", "+", "?"):
            return self._conditional(name, operator, empty_counts=not colon)
        if operator in ("#", "%", "/") and not colon:
            return self._cut(name, operator)
        raise WordError(
            "a ${ is not closed" if not operator else "a ${ has a form that Docker lacks"
        )

    def _conditional(self, name: str, operator: str, *, empty_counts: bool) -> str:
        before = self.unknown, len(self.references)
        alternative = self._nested("}")
        unknown, self.unknown = self.unknown, before[0]
        value = self._get(name)
        if value and value.unknown:
            self.unknown = self.unknown or value.unknown
            return ""
        there = value is not None and (empty_counts or bool(value.text))
        if operator == "?" and not there:
            raise WordError("a ${NAME:?} is of a name that is not set")
        if there == (operator == "+"):
            self.unknown = unknown
            return alternative
        del self.references[before[1] : len(self.references) - 1]
        return self._put_in(value) if operator != "+" else ""

    def _cut(self, name: str, operator: str) -> str:
        """`${NAME#x}` and its like: rare, and each Docker has its own idea of patterns."""
        if operator == "/":
            self._nested("/", keep_escapes=True)
        self._nested("}", keep_escapes=True)
        value = self._get(name)
        if value and (value.text or value.unknown):
            self.unknown = self.unknown or value.unknown or "cut out of another value by a pattern"
        return ""

    def _nested(self, stop: str, *, keep_escapes: bool = False) -> str:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise WordError("a ${ stands inside a hundred others")
        text = self.until(stop, keep_escapes=keep_escapes)
        self.depth -= 1
        return text

    def _get(self, name: str) -> Value | None:
        self.references.append(name)
        return self.look_up(name)

    def _put_in(self, value: Value | None) -> str:
        if value and value.unknown:
            self.unknown = self.unknown or value.unknown
        text = value.text if value else ""
        self.length += len(text)
        if self.length > _LONGEST:
            raise WordError("a value grows beyond what any environment can hold")
        return text

    def _name(self) -> str:
        match = _NAME.match(self.word, self.at)
        self.at = match.end() if match else self.at
        return match[0] if match else ""
