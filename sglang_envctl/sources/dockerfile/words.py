"""Resolve words in a Dockerfile: quotes, escapes and references, as in BuildKit."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple, TypeAlias


class BuildValue(NamedTuple):
    """The value of a name during the build, or the reason why the value is unknown."""

    value: str
    unknown: str = ""
    references: tuple[str, ...] = ()
    """The names whose values are part of this value."""


BuildLookup: TypeAlias = Callable[[str], "BuildValue | None"]
"""A function that returns the value of a name; None if the name is not set."""


class Resolved(NamedTuple):
    """A word without quotes, with its references replaced."""

    value: str
    references: tuple[str, ...]
    unknown: str


class WordError(ValueError):
    """An error with the reason why `docker build` rejects a word, without quoting the word."""


_NAME = re.compile(r"[0-9]+|[^\W\d]\w*|[@*#?\-$!]")
_DEEPEST = 100
"""The maximum depth of references inside the defaults of references."""
_LONGEST = 1024 * 1024
"""The maximum number of characters that references insert; A=$A$A thirty times would make a gigabyte."""


def resolve(word: str, look_up: BuildLookup, escape: str) -> Resolved:
    """Resolve a word as `docker build` does.

    Raises:
        WordError: a quote or brace is not closed, or Docker does not support a form of reference.
    """
    resolver = _Resolver(word, look_up, escape)
    value = resolver.until("")
    return Resolved(value, tuple(dict.fromkeys(resolver.references)), resolver.unknown)


class _Resolver:
    """One pass over a word."""

    def __init__(self, word: str, look_up: BuildLookup, escape: str) -> None:
        self.word, self.at = word, 0
        self.look_up, self.escape = look_up, escape
        self.references: list[str] = []
        self.unknown = ""
        self.depth = self.length = 0

    def until(self, stop: str, *, keep_escapes: bool = False) -> str:
        """Return the resolved text up to the character `stop`, which is consumed, or to the end."""
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
            raise WordError("a ${ is never closed")
        return "".join(found)

    def _single_quoted(self) -> str:
        end = self.word.find("'", self.at + 1)
        if end < 0:
            raise WordError("a ' is never closed")
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
        raise WordError('a " is never closed')

    def _reference(self) -> str:
        self.at += 1
        if self.word[self.at : self.at + 1] != "{":
            name = self._name()
            return self._insert(self._get(name)) if name else "$"
        self.at += 1
        if self.word[self.at : self.at + 1] in ("{", "}", ":"):
            raise WordError("a ${ without a name")
        name = self._name()
        operator = self.word[self.at : self.at + 1]
        self.at += 1
        if operator == "}":
            return self._insert(self._get(name))
        colon = operator == ":"
        if colon:
            operator = self.word[self.at : self.at + 1]
            self.at += 1
        if operator in ("-", "+", "?"):
            return self._conditional(name, operator, empty_counts=not colon)
        if operator in ("#", "%", "/") and not colon:
            return self._cut(name, operator)
        raise WordError(
            "a ${ is never closed"
            if not operator
            else "a form of ${...} that Docker does not support"
        )

    def _conditional(self, name: str, operator: str, *, empty_counts: bool) -> str:
        before = self.unknown, len(self.references)
        alternative = self._nested("}")
        unknown, self.unknown = self.unknown, before[0]
        value = self._get(name)
        if value and value.unknown:
            self.unknown = self.unknown or value.unknown
            return ""
        defined = value is not None and (empty_counts or bool(value.value))
        if operator == "?" and not defined:
            raise WordError("a ${NAME:?} requires a name that is not set")
        if defined == (operator == "+"):
            self.unknown = unknown
            return alternative
        del self.references[before[1] : len(self.references) - 1]
        return self._insert(value) if operator != "+" else ""

    def _cut(self, name: str, operator: str) -> str:
        """Make `${NAME#x}` and similar forms unknown: they are rare, and Docker's versions differ
        about them.
        """
        if operator == "/":
            self._nested("/", keep_escapes=True)
        self._nested("}", keep_escapes=True)
        value = self._get(name)
        if value and (value.value or value.unknown):
            self.unknown = self.unknown or value.unknown or "cut from another value by a pattern"
        return ""

    def _nested(self, stop: str, *, keep_escapes: bool = False) -> str:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise WordError("references are nested more than 100 levels deep")
        text = self.until(stop, keep_escapes=keep_escapes)
        self.depth -= 1
        return text

    def _get(self, name: str) -> BuildValue | None:
        self.references.append(name)
        return self.look_up(name)

    def _insert(self, value: BuildValue | None) -> str:
        if value and value.unknown:
            self.unknown = self.unknown or value.unknown
        text = value.value if value else ""
        self.length += len(text)
        if self.length > _LONGEST:
            raise WordError("references make a value longer than 1 MiB")
        return text

    def _name(self) -> str:
        match = _NAME.match(self.word, self.at)
        self.at = match.end() if match else self.at
        return match[0] if match else ""
