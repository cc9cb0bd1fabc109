"""Compose's interpolation, in Compose files and in `env_file`.

`$NAME`, `${NAME}`, `${NAME:-default}`, `${NAME:+alternative}`, `${NAME:?message}` and `$$`, by the
grammar of compose-go: names consist of letters, digits and _; any other $ is literal, except that an
invalid `${...}` makes Compose refuse the file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Literal, NamedTuple, TypeAlias

LONGEST = 1024 * 1024
"""The maximum length of an interpolated value; forty lines that each double the previous one would
fill any memory.
"""
_DEEPEST = 50
"""Maximum depth of references inside the defaults of references."""

Lookup: TypeAlias = Callable[[str], "str | None"]
"""A function that returns the value of a name; None if the name is not defined."""

_REFERENCE = re.compile(
    r"\$(?:(\$)|([A-Za-z_][A-Za-z0-9_]*)|\{([A-Za-z_][A-Za-z0-9_]*)?(\}|:?[-+?])?)"
)


class Undefined(NamedTuple):
    """A reference to a name that is not defined and has no default."""

    name: str
    form: Literal["variable", "literal", "required"]
    """`literal`: probably a literal $, as in a password; `required`: `${NAME:?message}`."""


class Interpolated(NamedTuple):
    """A template with its references resolved."""

    value: str
    """The template itself if it cannot be resolved."""
    references: tuple[str, ...] = ()
    undefined: tuple[Undefined, ...] = ()
    problem: str = ""
    """The reason why Compose rejects the template, without quoting it."""
    too_long: int = 0
    """The length of the value if it exceeds LONGEST; otherwise 0."""


class _InvalidError(Exception):
    pass


def interpolate(template: str, lookup: Lookup) -> Interpolated:
    """Resolve the references in a template; a syntax error in the template becomes a `problem`."""
    if "$" not in template:
        return Interpolated(template)
    resolver = _Resolver(lookup)
    parts: list[str] = []
    length, problem = 0, ""
    try:
        for part in resolver.parts(template, 0):
            length += len(part)
            if length <= LONGEST:
                parts.append(part)
    except _InvalidError as error:
        problem = str(error)
    too_long = length if length > LONGEST and not problem else 0
    value = template if problem or too_long else "".join(parts)
    references, undefined = tuple(resolver.references), tuple(resolver.undefined)
    return Interpolated(value, references, undefined, problem, too_long)


class _Resolver:
    """One pass over a template, which collects the template's references."""

    def __init__(self, lookup: Lookup) -> None:
        self._lookup = lookup
        self.references: list[str] = []
        self.undefined: list[Undefined] = []

    def parts(self, template: str, depth: int) -> Iterator[str]:
        if depth > _DEEPEST:
            raise _InvalidError(f"defaults are nested more than {_DEEPEST} levels deep")
        at, last = 0, _LastBrace(template)
        while match := _REFERENCE.search(template, at):
            yield template[at : match.start()]
            dollar, plain, braced, operator = match.groups()
            at = match.end()
            if dollar:
                yield "$"
            elif plain:
                before = template[match.start() - 1 : match.start()]
                literal = before.isalnum() or not plain.isupper()
                yield self._value(plain, "literal" if literal else "variable")
            elif braced and operator == "}":
                yield self._value(braced, "variable")
            elif not braced or not operator:
                raise _InvalidError("invalid reference after ${ (write $$ for a literal $)")
            elif last.before_line_end(at) < 0:
                raise _InvalidError("unclosed ${ (write $$ for a literal $)")
            else:
                end = _closing(template, match.start(), last.before_line_end(at))
                yield from self._operated(braced, operator, template[at:end], depth)
                at = end + 1
        yield template[at:]

    def _value(self, name: str, form: Literal["variable", "literal"]) -> str:
        self.references.append(name)
        value = self._lookup(name)
        if value is None:
            self.undefined.append(Undefined(name, form))
        return value or ""

    def _operated(self, name: str, operator: str, word: str, depth: int) -> Iterator[str]:
        """Yield the value of `${NAME:-word}` and similar forms; with a colon, an empty value counts
        as undefined.
        """
        self.references.append(name)
        value = self._lookup(name)
        defined = bool(value) if operator[0] == ":" else value is not None
        if defined == (operator[-1] == "+"):
            if operator[-1] == "?":
                self.undefined.append(Undefined(name, "required"))
            else:
                yield from self.parts(word, depth + 1)
        else:
            yield value or ""


class _LastBrace:
    """The position of the last } of a line, which is searched for only once per line."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._end = self._found = -1

    def before_line_end(self, at: int) -> int:
        """Return the position of the last } between `at` and the end of its line, or -1."""
        if at > self._end:
            end = self._text.find("\n", at)
            self._end = len(self._text) if end < 0 else end
            self._found = self._text.rfind("}", at, self._end)
        return self._found if self._found >= at else -1


def _closing(text: str, start: int, last: int) -> int:
    """Return the position of the brace that closes a reference, or otherwise of the last brace of
    the line.

    Like compose-go, the search ignores the character after an opening brace.
    """
    depth, at = 0, start
    while at <= last:
        if text[at] == "}":
            depth -= 1
            if depth == 0:
                return at
        elif text[at] == "{":
            depth += 1
            at += 1
        at += 1
    return last
