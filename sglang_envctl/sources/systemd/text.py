"""Parse the syntax of systemd units: sections, assignments, and the items of a value."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from sglang_envctl.sources.comments import ignored
from sglang_envctl.sources.continued import Starts, line_at

_ESCAPES = {
    "a": 7, "b": 8, "f": 12, "n": 10, "r": 13, "t": 9, "v": 11, "\\": 92, '"': 34, "'": 39, "s": 32,
}  # fmt: skip
_CODE = re.compile(r"x([0-9A-Fa-f]{2})|([0-3][0-7]{2})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})")
_SPECIFIERS = "aAbBCdDEfgGhHiIjJlLmMnNopPqsStTuUvVwWyY"
_HEADING = r"(?m)^# (/[^\s]+\.(?:service|socket|mount|swap|conf))[ \t]*\r?$"
_WHITESPACE = " \t\n\r"
_TEMPLATE = re.compile(r"\{\{[^{}]*\}\}")
"""An expression that a template engine, such as Ansible, replaces before systemd reads the file."""


class Entry(NamedTuple):
    """One `KEY=value` of a unit."""

    section: str
    """The section; empty before the first section header."""
    key: str
    value: str
    starts: Starts
    ignores: frozenset[str]
    """The rules that a comment above the entry silences."""

    @property
    def line(self) -> int:
        return self.starts[0][1]

    @property
    def lines(self) -> tuple[int, ...]:
        return tuple(line for _, line in self.starts)


class Item(NamedTuple):
    """One item of a value that is a list, unquoted."""

    value: str
    line: int


class BadHeaderError(ValueError):
    """An error about a line that begins like a section header but does not end like one."""

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line


class BadItemError(ValueError):
    """An error about an unclosed quote or an invalid escape; systemd ignores the item and all items
    after it.
    """


def entries(text: str, first: int = 1) -> Iterator[Entry]:
    """Yield the assignments of a unit, in all sections; `first` is the line on which the text begins.

    Raises:
        BadHeaderError: systemd rejects the rest of the file.
    """
    section, pending = "", frozenset[str]()
    for whole, starts, comments in _logical(text, first):
        pending |= frozenset().union(*(ignored(c.lstrip("; \t")) for c in comments))
        line = whole.strip(_WHITESPACE)
        if line.startswith("["):
            if not line.endswith("]"):
                raise BadHeaderError(starts[0][1])
            section = line[1:-1]
        key, equals, rest = whole.partition("=")
        if equals and key.strip(_WHITESPACE) and not line.startswith("["):
            value = rest.strip(_WHITESPACE)
            skipped = len(key) + 1 + len(rest) - len(rest.lstrip(_WHITESPACE))
            moved = tuple((start - skipped, number) for start, number in starts)
            yield Entry(section, key.strip(_WHITESPACE), value, moved, pending)
        pending = frozenset()


def _logical(text: str, first: int) -> Iterator[tuple[str, Starts, list[str]]]:
    """Yield logical lines, with continued lines joined, each with the comments above and inside it."""
    pieces: list[str] = []
    starts: list[tuple[int, int]] = []
    comments: list[str] = []
    length = 0
    for number, line in enumerate(text.split("\n"), first):
        if line.lstrip(_WHITESPACE).startswith(("#", ";")):
            comments.append(line)
            continue
        continued = (len(line) - len(line.rstrip("\\"))) % 2
        starts.append((length, number))
        pieces.append(f"{line[:-1]} " if continued else line)
        length += len(line)
        if not continued:
            yield "".join(pieces), tuple(starts), comments
            pieces, starts, comments, length = [], [], [], 0
    if pieces:
        yield "".join(pieces), tuple(starts), comments


def items(entry: Entry, *, relaxed: bool = False) -> Iterator[Item]:
    """Yield the items of a value, with quotes and C escapes resolved; if `relaxed`, the end of the
    value closes a quote.

    Raises:
        BadItemError: raised after the valid items.
    """
    text, at = entry.value, 0
    while at < len(text):
        if text[at] in _WHITESPACE:
            at += 1
            continue
        start = at
        value, at = _item(text, at, relaxed=relaxed)
        yield Item(value, line_at(entry.starts, start))


def _item(text: str, at: int, *, relaxed: bool) -> tuple[str, int]:
    found = bytearray()
    quote = ""
    while at < len(text):
        char = text[at]
        if not quote and (template := _TEMPLATE.match(text, at)):
            found += template[0].encode("utf-8", "surrogateescape")
            at = template.end()
            continue
        if char == "\\":
            code, at = _escape(text, at + 1)
            found += code
            continue
        at += 1
        if char == quote:
            quote = ""
        elif not quote and char in "'\"":
            quote = char
        elif not quote and char in _WHITESPACE:
            break
        else:
            found += char.encode("utf-8", "surrogateescape")
    if quote and not relaxed:
        raise BadItemError
    return found.decode("utf-8", "surrogateescape"), at


def specifiers(value: str) -> tuple[bool, str, str]:
    """Return whether a value has specifiers, the value with %% as %, and the first invalid specifier."""
    if "%" not in value:
        return False, value, ""
    letters = re.findall(r"%([A-Za-z0-9%])", value)
    invalid = next((f"%{letter}" for letter in letters if letter not in f"{_SPECIFIERS}%"), "")
    return any(letter in _SPECIFIERS for letter in letters), value.replace("%%", "%"), invalid


def several(raw: str) -> str:
    """Return the names that a value seems to assign after its first word: `B C` for `1 B=2 C=3`."""
    return " ".join(re.findall(r"(?<=[ \t])([A-Z_][A-Z0-9_]*)=", raw))


def command_line(entry: Entry) -> tuple[str | None, ...]:
    """Return the words of a command line; None for a word in which systemd inserts an unknown value."""
    try:
        words = [item.value for item in items(entry, relaxed=True)]
    except BadItemError:
        return ()
    if words:
        words[0] = words[0].lstrip("@-:+!|")
    return tuple(map(_word, words))


def _word(word: str) -> str | None:
    """Return a word of a command line; a string for a shell keeps its references, which mean the
    same there.
    """
    has_specifier, text, _ = specifiers(word)
    unknown = has_specifier or ("$" in text and not re.search(r"\s", text))
    return None if unknown else text.replace("$$", "$")


def shows_units(data: bytes) -> bool:
    """Return whether a text is the output of `systemctl cat`, which begins with the path of a unit."""
    return bool(re.match(_HEADING.encode(), data))


def shown_files(text: str) -> Iterator[tuple[str, str, int]]:
    """Yield the files in the output of `systemctl cat`: path, text, and the line on which each
    begins.
    """
    headings = list(re.finditer(_HEADING, text))
    line = 1
    for heading, following in zip(headings, [*headings[1:], None], strict=True):
        end = following.start() if following else len(text)
        piece = text[heading.end() : end]
        yield heading[1], piece, line
        line += text.count("\n", heading.start(), end)


def _escape(text: str, at: int) -> tuple[bytes, int]:
    """Return the bytes of a C escape, and its end."""
    if text[at : at + 1] in _ESCAPES:
        return bytes([_ESCAPES[text[at]]]), at + 1
    match = _CODE.match(text, at)
    if not match:
        raise BadItemError
    eight_bit = int(match[1], 16) if match[1] else int(match[2] or "0", 8)
    code = eight_bit or int(match[3] or match[4] or "0", 16)
    if not code or code > 0x10FFFF or 0xD800 <= code < 0xE000:
        raise BadItemError
    return bytes([code]) if eight_bit else chr(code).encode(), match.end()
