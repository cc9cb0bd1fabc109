"""Expand the braces of a word, as bash does before all other expansions: `card{0..3}` is four words."""

from __future__ import annotations

import re
from itertools import product
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node

    from sglang_envctl.sources.shell.grammar import Script

MOST_WORDS = 256
"""The maximum number of words that one word is expanded to."""

_LONGEST = 100_000
"""The maximum number of characters of these words together."""
_MAY_HOLD = {"concatenation", "brace_expression"}
_LITERAL = {"word", "number", "brace_expression"}
_HIDDEN = "\0"
"""A quoted part or an expansion."""
_NOT_LITERAL = re.compile(r"(?s)\\.|\$\{?")
_INNERMOST = re.compile(r"\{([^{}]*)\}")
_NUMBERS = re.compile(r"(-?\d{1,6})\.\.(-?\d{1,6})(?:\.\.(-?\d{1,6}))?")
_LETTERS = re.compile(r"([A-Za-z])\.\.([A-Za-z])(?:\.\.(-?\d{1,6}))?")


def expanded(group: list[Node], script: Script) -> list[str] | None:
    """Return the words that the braces of a word make, unless the word has none.

    Returns:
        None for a word without such braces; an empty list if the words are not known here.
    """
    if len(group) == 1 and group[0].type not in _MAY_HOLD:
        return None  # the usual case
    source = _NOT_LITERAL.sub(_HIDDEN, "".join(_shown(node, script) for node in group))
    pieces = _INNERMOST.split(source)
    choices = [_choices(piece) if at % 2 else [piece] for at, piece in enumerate(pieces)]
    if choices[1::2] == [[f"{{{piece}}}"] for piece in pieces[1::2]]:
        return None
    nested = any("{" in piece or "}" in piece for piece in pieces[::2])
    if nested or _HIDDEN in source:
        return []
    if _count(choices) > min(MOST_WORDS, _LONGEST // len(source)):
        return []
    return ["".join(words) for words in product(*choices)]


def _count(choices: list[list[str]]) -> int:
    """Return the number of words, or a number above the maximum."""
    count = 1
    for choice in choices:
        count *= len(choice)
        if count > MOST_WORDS:
            break
    return count


def _shown(node: Node, script: Script) -> str:
    """Return the source of a word with its quoted parts and expansions hidden."""
    if node.type == "concatenation":
        return "".join(_shown(child, script) for child in node.children)
    return script.text(node) if node.type in _LITERAL or not node.is_named else _HIDDEN


def _choices(inside: str) -> list[str]:
    """Return the words for the text between two braces; one word if bash keeps the braces."""
    if "," in inside:
        return inside.split(",")
    if match := _NUMBERS.fullmatch(inside):
        padded = any(re.match(r"-?0\d", end) for end in match.groups()[:2])
        width = max(map(len, match.groups()[:2])) if padded else 0
        return [
            f"{number:0{width}d}" for number in _between(int(match[1]), int(match[2]), match[3])
        ]
    if match := _LETTERS.fullmatch(inside):
        return [chr(number) for number in _between(ord(match[1]), ord(match[2]), match[3])]
    return [f"{{{inside}}}"]


def _between(first: int, last: int, step: str | None) -> range:
    """Return the numbers from the first to the last, at most one more than can be used."""
    by = abs(int(step or 1)) or 1
    numbers = range(first, last + 1, by) if first <= last else range(first, last - 1, -by)
    return numbers[: MOST_WORDS + 1]
