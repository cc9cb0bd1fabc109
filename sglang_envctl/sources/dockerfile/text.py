"""Parse the syntax of Dockerfiles: instructions and their tokens, split as BuildKit splits them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from sglang_envctl.sources.comments import ignored
from sglang_envctl.sources.continued import Starts, line_at

_DIRECTIVE = r"#\s*([A-Za-z][A-Za-z0-9]*)\s*=\s*(.+?)\s*"
_DIRECTIVES = ("syntax", "escape", "check")
_WHITESPACE = r"[\t\v\f\r ]+"
_HEREDOC = r"\d*<<(-?)\s*([^<]+)"
_WITH_HEREDOC = r"(?i)(?:ONBUILD\s+)?(?:RUN|COPY|ADD)\s"
# Characters that are whitespace in Python but not in Docker.
_NOT_WHITESPACE = "\x1c\x1d\x1e\x1f"


class Token(NamedTuple):
    """A word of an instruction as written, with quotes and escapes."""

    text: str
    line: int


class Instruction(NamedTuple):
    """One instruction, with its continued lines joined."""

    keyword: str
    """The keyword in upper case."""
    rest: str
    line: int
    starts: Starts
    escape: str
    """The character that escapes others and continues a line."""
    ignores: dict[int, frozenset[str]]
    """The rules that comments silence, by line."""
    heredocs: str = ""
    """The lines of its heredocs."""

    def tokens(self) -> tuple[Token, ...]:
        """Return the words of `rest`; whitespace in quotes or after the escape character does not
        split.
        """
        found = split(self.rest, self.escape)
        return tuple(Token(text, line_at(self.starts, at)) for at, text in found)


def instructions(text: str) -> Iterator[Instruction]:
    """Yield the instructions of a file, in order; comments and blank lines are skipped."""
    lines = text.split("\n")
    escape, at = _escape(lines)
    continued = re.compile(rf"(?:(?<=[^\{escape}])|\A)\{escape}[ \t]*\Z")
    pending: frozenset[str] = frozenset()
    while at < len(lines):
        first = lines[at].lstrip()
        if not first or first.startswith("#"):
            pending = pending | ignored(first) if first else frozenset()
            at += 1
            continue
        pieces, ignores = [], {}
        start, more = at, first
        while True:
            body, cut = continued.subn("", more.rstrip("\r"))
            pieces.append((body, at + 1))
            ignores[at + 1] = pending
            at += 1
            if not cut:
                break
            while at < len(lines) and _is_skipped(lines[at]):
                pending |= ignored(lines[at])
                at += 1
            if at == len(lines):
                break
            more = lines[at]
        pending = frozenset()
        instruction = _joined(pieces, start + 1, escape, ignores)
        end = _after_heredocs(instruction, lines, at)
        yield instruction._replace(heredocs="\n".join(lines[at:end])) if end > at else instruction
        at = end


def split(text: str, escape: str) -> Iterator[tuple[int, str]]:
    """Yield the words of a text with their offsets; quotes and escapes are kept."""
    word: list[str] = []
    start, quote, at = 0, "", 0
    while at < len(text):
        char = text[at]
        if not quote and _is_whitespace(char):
            if word:
                yield start, "".join(word)
                word = []
            at += 1
            continue
        if not word:
            start = at
        if char == escape and quote != "'":
            word.append(text[at : at + 2] if at + 1 < len(text) else "")
            quote = quote if at + 1 < len(text) else ""
            at += 2
            continue
        if char == quote:
            quote = ""
        elif not quote and char in "'\"":
            quote = char
        word.append(char)
        at += 1
    if any(word):
        yield start, "".join(word)


def _is_whitespace(char: str) -> bool:
    return char.isspace() and char not in _NOT_WHITESPACE


def _is_skipped(line: str) -> bool:
    """Return whether a line between continued lines is blank or a comment, which does not end the
    instruction.
    """
    line = line.lstrip()
    return not line or line.startswith("#")


def _escape(lines: list[str]) -> tuple[str, int]:
    """Return the escape character that directives at the top set, and the index of the next line."""
    escape = "\\"
    for at, line in enumerate(lines):
        match = re.fullmatch(_DIRECTIVE, line.strip())
        if not match or match[1].lower() not in _DIRECTIVES:
            return escape, at
        if match[1].lower() == "escape" and match[2] in ("`", "\\"):
            escape = match[2]
    return escape, len(lines)


def _joined(
    pieces: list[tuple[str, int]], line: int, escape: str, ignores: dict[int, frozenset[str]]
) -> Instruction:
    whole = "".join(piece for piece, _ in pieces)
    body = whole.strip()
    keyword, *rest = re.split(_WHITESPACE, body, maxsplit=1)
    text = rest[0].strip() if rest else ""
    skipped = whole.rindex(text) if text else len(whole)
    starts, offset = [], -skipped
    for piece, number in pieces:
        starts.append((offset, number))
        offset += len(piece)
    silenced = {number: rules for number, rules in ignores.items() if rules}
    return Instruction(keyword.upper(), text, line, tuple(starts), escape, silenced)


def _after_heredocs(instruction: Instruction, lines: list[str], at: int) -> int:
    """Return the index of the line after the heredocs of an instruction."""
    rest = instruction.rest
    if "<<" not in rest or not re.match(_WITH_HEREDOC, f"{instruction.keyword} {rest}"):
        return at
    words = [text for _, text in split(rest, "\\")]
    for word, following in zip(words, [*words[1:], ""], strict=True):
        opened = word + following if re.fullmatch(r"\d*<<-?", word) else word
        if match := re.fullmatch(_HEREDOC, opened):
            end = re.sub(r"[\"']", "", match[2])
            while at < len(lines):
                line = lines[at].rstrip("\r")
                at += 1
                if (line.lstrip("\t") if match[1] else line) == end:
                    break
    return at
