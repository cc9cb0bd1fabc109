"""Represent values of a script as far as they are known before it runs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from sglang_envctl.sources.dotenv.collector import LONGEST_RESOLVED, MOST_REFERENCES
from sglang_envctl.sources.shell.grammar import unknown_part, unknown_parts

_MOST_PIECES = 1000


class Value(NamedTuple):
    """A string, or the part of it that is known before the script runs."""

    text: str = ""
    """The whole string, or the part before the first unknown part."""
    unknown: str = ""
    """The reason why the rest is unknown; empty if everything is known."""
    references: tuple[str, ...] = ()
    """The names whose values the string contains."""
    line: int = 0
    """The line of the word from which it comes."""
    last: int = 0
    """The line on which that word ends."""
    pieces: tuple[tuple[str, str], ...] = ()
    """All parts, if one is unknown, each with the reason why it is unknown or an empty string."""
    path: str | None = None
    """The path of the file, if the path is known although the text is not."""

    def after(self, length: int) -> Value:
        """Return the part after the first characters, which are known."""
        (known, unknown), *rest = self.pieces or ((self.text, ""),)
        pieces = ((known[length:], unknown), *rest) if self.pieces else ()
        return self._replace(text=self.text[length:], pieces=pieces)


class Variable(NamedTuple):
    """A variable of the shell."""

    value: Value
    exported: bool = False
    file: str = ""
    line: int = 0
    items: tuple[Value, ...] | None = None
    """The elements of an array."""


def join(parts: Iterable[Value]) -> Value:
    """Join the parts of a word into one value."""
    parts = [part for part in parts if part != Value()] or [Value()]
    if len(parts) == 1:
        return parts[0]
    known: list[str] = []
    unknown = ""
    for part in parts:
        known.append(part.text)
        if part.unknown:
            unknown = part.unknown
            break
    text = "".join(known)
    if len(text) > LONGEST_RESOLVED:
        text, unknown = "", "longer than a variable can be"
    pieces = tuple(piece for part in parts for piece in pieces_of(part)) if unknown else ()
    if len(pieces) > _MOST_PIECES or sum(len(known) for known, _ in pieces) > LONGEST_RESOLVED:
        pieces = ()
    path = None
    if parts[0].path is not None and not any(part.unknown for part in parts[1:]):
        path = parts[0].path + "".join(part.text for part in parts[1:])
    value = Value(text, unknown, (), parts[0].line, parts[-1].last, pieces, path)
    return containing(value, (name for part in parts for name in part.references))


def containing(value: Value, names: Iterable[str]) -> Value:
    """Return a value that also references these names; unknown if there are too many names."""
    references = tuple(dict.fromkeys(names))
    if len(references) > MOST_REFERENCES:
        return Value("", "made from too many variables", (), value.line, value.last)
    return value._replace(references=references)


def pieces_of(value: Value) -> tuple[tuple[str, str], ...]:
    """Return the parts of a value, each with the reason why it is unknown or an empty string."""
    return value.pieces or ((value.text, ""), *([("", value.unknown)] if value.unknown else []))


def spaced(items: tuple[Value, ...], separator: str = " ") -> Value | None:
    """Join values with a separator between them; None if there are none."""
    parts = [part for item in items for part in (Value(separator), item)]
    return join(parts[1:]) if items else None


def marked(value: Value) -> tuple[str, tuple[str, ...]]:
    """Return a value as a text with marks for its unknown parts, and the reasons why they are
    unknown.
    """
    text: list[str] = []
    reasons: list[str] = []
    for known, unknown in pieces_of(value):
        text.append(known)
        if unknown:
            text.append(unknown_part(len(reasons)))
            reasons.append(unknown)
    return "".join(text), tuple(reasons)


def unmarked(text: str, reasons: tuple[str, ...]) -> Value:
    """Return a text, or a part of one, as a value in which marks are unknown parts."""
    if not reasons:
        return Value(text)
    parts: list[Value] = []
    for known, number in unknown_parts(text):
        parts += (Value(known), Value("", reasons[number] if 0 <= number < len(reasons) else ""))
    return join(parts)
