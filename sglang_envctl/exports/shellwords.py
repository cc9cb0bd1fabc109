"""Find out how a shell reads the value of an assignment, as far as possible without running it."""

from __future__ import annotations

import re
from typing import NamedTuple


class ShellReading(NamedTuple):
    """How bash, dash and zsh read the value in `NAME=...`."""

    value: str | None
    """The value; None if it depends on the shell or on variables."""
    harmless: bool
    """Whether the value is one word, of which no part is executed."""


_UNSAFE = ShellReading(None, harmless=False)

_PIECE = re.compile(
    r"""'(?P<single>[^']*)'
    |"(?P<double>(?:[^"\\]|\\.)*)"
    |(?P<plain>[^\s'"\\$`;&|<>()\#~!*?\[\]{}^]+)
    |\\(?P<escaped>[^\n])
    |(?P<last>\\)\Z""",
    re.DOTALL | re.VERBOSE,
)
# In double quotes: a command, arithmetic, or an expansion with an operator or a subscript, which zsh
# evaluates even after $@ and the like. bash skips the two control characters when it looks for the end
# of one.
_RUNS = re.compile(r"`|\$[\x01\x7f]*[({\[]|\$[\w@*#?!^=~+:-]*\[")
# Some shells replace a $ before any other character.
_EXPANDS = re.compile(r"\$(?![\s.,;/)%']|\Z)")
_ESCAPE = re.compile(r"\\([$`\"\\\n])", re.DOTALL)
_ESCAPED_PAIR = re.compile(r"\\.", re.DOTALL)


def shell_reading(form: str) -> ShellReading:
    """Return how a shell reads the text after the = of an assignment."""
    values: list[str | None] = []
    at = 0
    while at < len(form):
        piece = _PIECE.match(form, at)
        if piece is None:
            return _UNSAFE
        if piece["double"] is None:
            values.append(_outside(piece))
        else:
            bare = _ESCAPED_PAIR.sub("", piece["double"])
            if _RUNS.search(bare):
                return _UNSAFE
            values.append(None if _EXPANDS.search(bare) else _inside(piece["double"]))
        at = piece.end()
    # zsh expands = at the start of a word to the path of a command, and complains if there is none.
    if form.startswith("=") or ":=" in form.partition("'")[0].partition('"')[0]:
        return _UNSAFE
    known = [value for value in values if value is not None]
    return ShellReading("".join(known) if len(known) == len(values) else None, harmless=True)


def _outside(piece: re.Match[str]) -> str | None:
    if piece["last"]:  # a line continuation
        return None
    found: str = next(filter(None, (piece["single"], piece["plain"], piece["escaped"])), "")
    return found


def _inside(double: str) -> str:
    return _ESCAPE.sub(lambda escape: "" if escape[1] == "\n" else escape[1], double)
