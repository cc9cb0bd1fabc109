"""The lines of a file around what was found, without secrets.

What may be shown of a value is the redactor's to decide. A line of a file is more than values, so a line
that mentions a secret's name, and those around it that may belong to it, are masked as well: a value may
be on the next line, or on several.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from typing import NamedTuple

from sglang_envctl.environment import Environment, Place
from sglang_envctl.redaction import MASK, Redactor
from sglang_envctl.rules.rule import Finding
from sglang_envctl.sources.decode import decode
from sglang_envctl.text.escape import shorten, visible
from sglang_envctl.text.secrets import without_odd_words

AROUND = 2
"""Lines that are shown before and after that of a finding."""
_LONG = 8
"""Characters of a line of a secret that is no accident within another line."""
_WORD = re.compile(r"(?!tokens\b(?!\s*[=:]))[A-Za-z_][\w.-]*")
"""A word that may be the name of a secret; tokens are mostly units of text."""
_START = re.compile(
    r"""\s*(?:[#;]\s*)?(?:-\s+)?(?:export\s+|ENV\s+|Environment=)?["']?([A-Za-z_][\w.-]*)["']?\s*[=:]\s*"""
)
"""What comes before the value, where a line is an assignment."""
_ITEM = re.compile(
    r"""\s*(?:[#;]\s*)?(?:-\s+)?(?:export\s+|ENV\s+|Environment=)?["']?"""
    r"""(?:[A-Z][A-Z0-9_]*["']?\s*[=:]|[\w.-]+["']?:\s*$)|\s*-\s+name:"""
)
"""A line that begins something, and so belongs to nothing before it."""
_KEY_BLOCK = re.compile(r"-----BEGIN .*?(?:-----END [^-]*-----|\Z)", re.DOTALL)


class SourceLine(NamedTuple):
    """A line of a file."""

    number: int
    text: str


def excerpts(
    findings: Iterable[Finding],
    read: Callable[[str], bytes | None],
    environments: Iterable[Environment],
    hide: Redactor,
) -> dict[Place, tuple[SourceLine, ...]]:
    """The lines around each finding that has a line, by its place.

    Args:
        findings: what was found.
        read: the bytes of a file, or None.
        environments: what was read, whose secrets may stand in the files.
        hide: what of them may be shown.
    """
    found: dict[Place, tuple[SourceLine, ...]] = {}
    files: dict[str, list[str]] = {}
    parts, known = _texts(environments, hide)
    for finding in findings:
        file, line = finding.origin.file, finding.origin.line
        if file is None or line is None:
            continue
        if file not in files:
            data = read(file)
            files[file] = (
                [] if data is None else masked(decode(data, file).text, hide, parts, known)
            )
        first = max(line - AROUND, 1)
        around = files[file][first - 1 : line + AROUND]
        found[file, line] = tuple(
            SourceLine(first + at, shorten(visible(text))) for at, text in enumerate(around)
        )
    return {place: lines for place, lines in found.items() if lines}


def _texts(
    environments: Iterable[Environment], hide: Redactor
) -> tuple[frozenset[str], frozenset[str]]:
    """The lines of secrets that have several, and the words of what may be shown."""
    parts, known = set[str](), set(hide.declared)
    for one in (a for e in environments for layer in e.layers for a in layer.assignments):
        shown = hide.of(one)
        words = re.findall(r"[\w+/.-]+", shown)
        known.update((one.name, *words, *(word.lstrip("./") for word in words)))
        if shown != one.raw and "\n" in one.raw:
            parts.update(line.strip() for line in one.raw.split("\n"))
    return frozenset(parts - {""}), frozenset(known)


def masked(
    text: str,
    hide: Redactor,
    parts: frozenset[str] = frozenset(),
    known: Container[str] = frozenset(),
) -> list[str]:
    """The lines of a file, safe to show.

    Args:
        text: the file.
        hide: what may be shown of a value.
        parts: lines of secrets.
        known: words that may be shown though they look like a secret.
    """
    lines = text.removesuffix("\n").split("\n")
    named = [any(map(hide.is_secret, _WORD.findall(line))) for line in lines]
    secret = {*_of_key_blocks(text), *_before(lines, named, hide), *_after(lines, named, hide)}
    return [
        _without_value(line, hide, known)
        if at in secret or _holds_secret(line, hide, parts)
        else without_odd_words(hide.raw("", line), known)
        for at, line in enumerate(lines)
    ]


def _of_key_blocks(text: str) -> Iterator[int]:
    for block in _KEY_BLOCK.finditer(text):
        first = text.count("\n", 0, block.start())
        yield from range(first, first + block[0].count("\n") + 1)


def _holds_secret(line: str, hide: Redactor, parts: frozenset[str]) -> bool:
    words = {line.strip(), *line.split(), *re.split(r"[\s=:\"',;]+", line)}
    return (
        not words.isdisjoint(hide.equal | parts)
        or hide.masks("", line)
        or any(len(part) >= _LONG and part in line for part in parts)
    )


def _before(lines: Sequence[str], named: Sequence[bool], hide: Redactor) -> Iterator[int]:
    """The lines that name a secret, and those before one that may hold its value."""
    belongs = False
    for at in reversed(range(len(lines))):
        line = lines[at]
        if named[at]:
            yield at
            belongs = not _value(line, hide)
        elif belongs := belongs and bool(line.strip()) and not _ITEM.match(line):
            yield at


def _after(lines: Sequence[str], named: Sequence[bool], hide: Redactor) -> Iterator[int]:
    """The lines after one that names a secret which may hold its value, or the rest of it."""
    quote, depth, whole = "", sys.maxsize, True
    for at, line in enumerate(lines):
        if quote:
            yield at
            quote = "" if quote in line else quote
        elif named[at]:
            value = _value(line, hide)
            quote = next((quote for quote in "\"'" if value.count(quote) % 2), "")
            depth, whole = _depth(line), bool(value)
        elif line.strip():
            if _depth(line) > depth or not (whole or _ITEM.match(line)):
                yield at
            else:
                depth, whole = sys.maxsize, True


def _value(line: str, hide: Redactor) -> str:
    """What a line assigns to the name of a secret; empty where the value may be on other lines."""
    start = _START.match(line)
    if not start or not hide.is_secret(start[1]):
        return ""
    value = line[start.end() :].rstrip()
    return "" if value.startswith(("|", ">")) or value.endswith(("\\", "(", "{", "[")) else value


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())


def _without_value(line: str, hide: Redactor, known: Container[str]) -> str:
    start = _START.match(line)
    before = start[0] if start else line[: _depth(line)]
    return (
        f"{'' if hide.masks('', before) else without_odd_words(before, known)}{MASK}"
        if line.strip()
        else ""
    )
