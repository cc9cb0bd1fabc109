"""Docker Compose's interpolation: $NAME, ${NAME}, ${NAME:-text}, ${NAME:+text}, ${NAME:?text}, $$."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TypeAlias

DEEPEST = 50
"""References inside the defaults of references."""

Lookup: TypeAlias = Callable[[str], "str | None"]
Missing: TypeAlias = Callable[[str], None]
"""Called with a name that has no text, where there is no default for it either."""

_TOKEN = re.compile(r"\$(?:(\$)|([A-Za-z_][A-Za-z0-9_]*)|\{([A-Za-z_][A-Za-z0-9_]*)?(\}|:?[-+?])?)")


class TemplateError(ValueError):
    """Compose refuses the text; the message says why and holds nothing of it."""


def substitute(text: str, lookup: Lookup, missing: Missing, depth: int = 0) -> str:
    """`text` with every reference resolved.

    Raises:
        TemplateError: there is a ${...} that is none, or one whose name must have a text and has not.
    """
    if depth > DEEPEST:
        raise TemplateError(f"references stand in each other more than {DEEPEST} deep")
    return "".join(_pieces(text, lookup, missing, depth))


def _pieces(text: str, lookup: Lookup, missing: Missing, depth: int) -> Iterator[str]:
    at, last = 0, _LastBrace(text)
    while token := _TOKEN.search(text, at):
        yield text[at : token.start()]
        escaped, plain, braced, operator = token.groups()
        at = token.end()
        if escaped:
            yield "$"
        elif plain or (braced and operator == "}"):
            value = lookup(plain or braced)
            if value is None:
                missing(plain or braced)
            yield value or ""
        elif not braced or not operator or last.before_line_end(at) < 0:
            raise TemplateError("a ${ begins nothing that Compose can read")
        else:
            end = _closing(text, token.start(), last.before_line_end(at))
            word = text[at:end]
            yield _operated(braced, operator, word, lookup, missing, depth)
            at = end + 1
    yield text[at:]


def _operated(
    name: str, operator: str, word: str, lookup: Lookup, missing: Missing, depth: int
) -> str:
    value = lookup(name)
    there = value is not None and (operator[0] != ":" or value != "")
    if operator[-1] == "+":
        return substitute(word, lookup, missing, depth + 1) if there else value or ""
    if there:
        return value or ""
    if operator[-1] == "?":
        raise TemplateError("a ${...?...} asks for a name that has no text here")
    return substitute(word, lookup, missing, depth + 1)


class _LastBrace:
    """Where the last } of a line is, found once a line."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._end = self._found = -1

    def before_line_end(self, at: int) -> int:
        """The place of the last } between `at` and the end of its line, or -1."""
        if at > self._end:
            end = self._text.find("\n", at)
            self._end = len(self._text) if end < 0 else end
            self._found = self._text.rfind("}", at, self._end)
        return self._found if self._found >= at else -1


def _closing(text: str, start: int, last: int) -> int:
    """Where a reference ends: at the brace that closes it, or else at the last one of the line.

    Compose does not look at the letter behind an opening brace.
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
