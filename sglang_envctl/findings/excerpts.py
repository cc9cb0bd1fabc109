"""Show the lines of a file around a finding, without secrets.

The redactor decides which part of a value may be shown. A file also contains text outside of
values, so a line that mentions a secret's name is masked too, and so are the lines around it that
may contain the secret.
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
"""The number of lines to show before and after the line of a finding."""
_LONG = 8
"""The minimum length at which a line of a secret that occurs within another line is not a
coincidence.
"""
_WORD = re.compile(r"(?!tokens\b(?!\s*[=:]))[A-Za-z_][\w.-]*")
"""A word that may be the name of a secret; tokens usually counts units of text."""
_BEFORE_NAME = r"""\s*(?:[#;]\s*)?(?:-\s+)?(?:export\s+|ENV\s+|Environment=)?["']?"""
_START = re.compile(rf"""{_BEFORE_NAME}([A-Za-z_][\w.-]*)["']?\s*[=:]\s*""")
"""The text before the value, if a line is an assignment."""
_ITEM = re.compile(
    rf"""{_BEFORE_NAME}(?:[A-Z][A-Z0-9_]*["']?\s*[=:]|[\w.-]+["']?:\s*$)|\s*-\s+name:"""
)
"""A line that begins a new item and therefore does not belong to the previous line."""


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
    """Return the lines around each finding that has a line, by place.

    Args:
        findings: the findings.
        read: returns the bytes of a file, or None.
        environments: the environments whose secrets may occur in the files.
        hide: masks secret values.
    """
    found: dict[Place, tuple[SourceLine, ...]] = {}
    files: dict[str, Shown | None] = {}
    parts, known = _texts(environments, hide)
    for finding in findings:
        file, line = finding.origin.file, finding.origin.line
        if file is None or line is None:
            continue
        if file not in files:
            data = read(file)
            text = data and decode(data, file).text
            files[file] = Shown(text, hide, parts, known) if text else None
        if source := files[file]:
            found[file, line] = source.lines(line - AROUND, line + AROUND)
    return found


def _texts(
    environments: Iterable[Environment], hide: Redactor
) -> tuple[frozenset[str], frozenset[str]]:
    """Return the lines of multi-line secrets, and the words of values that may be shown."""
    parts, known = set[str](), set(hide.declared)
    for one in (a for e in environments for layer in e.layers for a in layer.assignments):
        shown = hide.of(one)
        words = re.findall(r"[\w+/.-]+", shown)
        known.update((one.name, *words, *(word.lstrip("./") for word in words)))
        if shown != one.raw and "\n" in one.raw:
            parts.update(line.strip() for line in one.raw.split("\n"))
    return frozenset(parts - {""}), frozenset(known)


class Shown:
    """The lines of a file, with secrets masked."""

    def __init__(
        self,
        text: str,
        hide: Redactor,
        parts: frozenset[str] = frozenset(),
        known: Container[str] = frozenset(),
    ) -> None:
        """Find the lines that may belong to a secret.

        Args:
            text: the content of the file.
            hide: masks secret values.
            parts: lines of multi-line secrets.
            known: words that may be shown although they look like a secret.
        """
        self._hide, self._parts, self._known = hide, parts, known
        self._lines = lines = text.removesuffix("\n").split("\n")
        named = [_names_secret(line, hide) for line in lines]
        self._secret = {
            *_of_key_blocks(lines),
            *_before(lines, named, hide),
            *_after(lines, named, hide),
        }

    def lines(self, first: int, last: int) -> tuple[SourceLine, ...]:
        """Return the lines in a range of line numbers, as far as they exist."""
        numbers = range(max(first, 1), min(last, len(self._lines)) + 1)
        return tuple(SourceLine(number, self._shown(number - 1)) for number in numbers)

    def _shown(self, at: int) -> str:
        line, hide = self._lines[at], self._hide
        if at in self._secret or _holds_secret(line, hide, self._parts):
            text = _without_value(line, hide, self._known)
        else:
            text = without_odd_words(hide.raw("", line), self._known)
        return shorten(visible(text))


def _names_secret(line: str, hide: Redactor) -> bool:
    """Return whether a line has a word that may be a secret's name, or begins with = (no name)."""
    return line.lstrip().startswith("=") or any(map(hide.is_secret, _WORD.findall(line)))


def _of_key_blocks(lines: Sequence[str]) -> Iterator[int]:
    inside = False
    for at, line in enumerate(lines):
        if inside := inside or "-----BEGIN" in line:
            yield at
            inside = "-----END" not in line


def _holds_secret(line: str, hide: Redactor, parts: frozenset[str]) -> bool:
    parted = re.split("[=:\"',;]", line)
    words = {line.strip(), *line.split(), *map(str.strip, parted), *" ".join(parted).split()}
    return (
        not (words.isdisjoint(hide.equal) and words.isdisjoint(parts))
        or hide.masks("", line)
        or any(len(part) >= _LONG and part in line for part in parts)
    )


def _before(lines: Sequence[str], named: Sequence[bool], hide: Redactor) -> Iterator[int]:
    """Yield the lines that name a secret, and earlier lines that may contain its value."""
    belongs = False
    for at in reversed(range(len(lines))):
        line = lines[at]
        if named[at]:
            yield at
            belongs = not _value(line, hide)
        elif belongs := belongs and bool(line.strip()) and not _ITEM.match(line):
            yield at


def _after(lines: Sequence[str], named: Sequence[bool], hide: Redactor) -> Iterator[int]:
    """Yield the lines after a line that names a secret, if they may contain its value or the rest
    of the value.
    """
    quote, depth, whole = "", sys.maxsize, True
    for at, line in enumerate(lines):
        if quote:
            yield at
            quote = "" if quote in line else quote
        elif named[at]:
            value = _value(line, hide)
            quote = next((quote for quote in "\"'" if value.count(quote) % 2), "")
            depth, whole = _depth(line), bool(value)
        elif words := line.split():
            # A single word after a complete value may be the rest of a value that was split by mistake.
            belongs = depth < sys.maxsize and not (_ITEM.match(line) or (whole and len(words) > 1))
            if belongs or _depth(line) > depth:
                yield at
            else:
                depth, whole = sys.maxsize, True


def _value(line: str, hide: Redactor) -> str:
    """Return the value that a line assigns to the name of a secret; empty if it may be on other
    lines.
    """
    start = _START.match(line)
    if not start or not hide.is_secret(start[1]):
        return ""
    value = line[start.end() :].rstrip()
    is_open = any(value.count(pair[0]) > value.count(pair[1]) for pair in ("()", "[]", "{}"))
    return "" if is_open or value.startswith(("|", ">")) or value.endswith("\\") else value


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())


def _without_value(line: str, hide: Redactor, known: Container[str]) -> str:
    if not line.strip():
        return ""
    start = _START.match(line)
    before = start[0] if start else line[: _depth(line)]
    return MASK if hide.masks("", before) else without_odd_words(before, known) + MASK
