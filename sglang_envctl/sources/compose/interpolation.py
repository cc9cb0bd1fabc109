"""The references in a Compose file: `$NAME`, `${NAME}`, `${NAME:-default}` and the like, `$$`.

The grammar is compose-go's: names are letters, digits and _; what is no reference behind a $ outside
braces is text; a brace that holds no reference makes Compose refuse the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

LONGEST = 1024 * 1024
"""Characters that references may grow a text to."""
_DEEPEST = 20
"""Defaults inside defaults."""

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_BRACED = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)(?:(:?[-+?])(.*))?")


class Missing(NamedTuple):
    """A reference to a name that is not defined."""

    name: str
    eaten: bool
    """Whether it looks more like a $ in a text than like a reference."""


class Interpolated(NamedTuple):
    """A text with its references resolved."""

    text: str
    references: tuple[str, ...] = ()
    missing: tuple[Missing, ...] = ()
    required: bool = False
    """A name that is not defined has to be: `${NAME:?message}`."""
    problem: str = ""
    """Why Compose refuses the text."""


class _Invalid(Exception):  # noqa: N818 - never leaves this module
    pass


def interpolate(text: str, values: Mapping[str, str]) -> Interpolated:
    """Resolve the references of a text; nothing in it can fail."""
    if "$" not in text:
        return Interpolated(text)
    reading = _Reading(values)
    try:
        resolved = reading.resolve(text, 0)
    except _Invalid as error:
        return Interpolated(text, tuple(reading.references), problem=str(error))
    return Interpolated(
        resolved, tuple(reading.references), tuple(reading.missing), reading.required
    )


class _Reading:
    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values
        self.references: list[str] = []
        self.missing: list[Missing] = []
        self.required = False

    def resolve(self, text: str, depth: int) -> str:
        if depth > _DEEPEST:
            raise _Invalid("defaults are nested too deep")
        parts: list[str] = []
        length = 0
        for part in self._parts(text, depth):
            length += len(part)
            if length > LONGEST:
                raise _Invalid("references make it longer than any environment")
            parts.append(part)
        return "".join(parts)

    def _parts(self, text: str, depth: int) -> Iterator[str]:
        at = 0
        while (dollar := text.find("$", at)) >= 0:
            yield text[at:dollar]
            at = dollar + 2
            following = text[dollar + 1 : at]
            if following == "$":
                yield "$"
            elif following == "{":
                closing = _closing(text, dollar + 1)
                yield self._braced(text[at:closing], depth)
                at = closing + 1
            elif match := _NAME.match(text, dollar + 1):
                at = match.end()
                yield self._plain(match[0], text, dollar)
            else:
                at = dollar + 1
                yield "$"
        yield text[at:]

    def _plain(self, name: str, text: str, dollar: int) -> str:
        if name not in self._values:
            before = text[dollar - 1 : dollar]
            self.missing.append(Missing(name, before.isalnum() or not name.isupper()))
        self.references.append(name)
        return self._values.get(name, "")

    def _braced(self, inner: str, depth: int) -> str:
        match = _BRACED.fullmatch(inner)
        if not match:
            raise _Invalid("a ${ that holds no reference; a $ is written $$")
        name, operator, word = match.groups()
        self.references.append(name)
        value = self._values.get(name)
        there = bool(value) if operator and operator[0] == ":" else value is not None
        kind = operator[-1] if operator else ""
        if kind == "+":
            return self.resolve(word, depth + 1) if there else value or ""
        if there or (value is not None and not kind):
            return value or ""
        if kind == "-":
            return self.resolve(word, depth + 1)
        if kind == "?":
            self.required = True
        else:
            self.missing.append(Missing(name, eaten=False))
        return ""


def _closing(text: str, opening: int) -> int:
    """Where the brace that opens there ends; the last one of the line if they do not add up."""
    depth = 0
    for match in re.compile(r"[{}]").finditer(text, opening):
        depth += 1 if match[0] == "{" else -1
        if not depth:
            return match.start()
    end = text.find("\n", opening)
    closing = text.rfind("}", opening, len(text) if end < 0 else end)
    if closing < 0:
        raise _Invalid("a ${ that nothing closes; a $ is written $$")
    return closing
