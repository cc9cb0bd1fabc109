"""A .env file, as python-dotenv reads it.

Traps of python-dotenv are mended here and in `traps`, and nowhere else: a binding's line is that of
the blank lines before it; its interpolation copies the whole environment for every value and takes
quadratic time on `${` that nothing closes.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field

from dotenv.parser import Binding, parse_stream

from sglang_envctl.environment import Assignment, Layer, Note, Origin, Place
from sglang_envctl.sources.comments import ignored
from sglang_envctl.sources.decode import decode
from sglang_envctl.sources.model import Context
from sglang_envctl.sources.traps import without_traps

# Patterns are compiled on first use; most files never get to most of them.
_BEFORE_VALUE = r"\s*(?:export[^\S\n]+)?(?:'[^']+'|[^=#\s]+)[^\S\n]*(=[^\S\n]*)?"
_QUOTED = r"(?s:'[^'\\]*(?:\\.[^'\\]*)*'|\"[^\"\\]*(?:\\.[^\"\\]*)*\")"
# python-dotenv's grammar of a reference, whatever quotes are around it: ${NAME} or ${NAME:-default}.
# The brace at the end is optional here so that what is no reference is passed over in one step.
_REFERENCE = re.compile(r"\$\{([^}:]*)(?::-([^}]*))?(\}?)")
_NAMED = r"\s*(?:export\s+)?([A-Z_][A-Z0-9_]{0,79})\s*="
_MERGED = r"(?:<{7}|>{7}|\|{7})(?:[ \n]|\Z)|={7}\s*\Z"
_NAME = r"[A-Za-z_][A-Za-z0-9_]{0,79}"
_UPPER_NAME = r"[A-Z_][A-Z0-9_]{0,79}"
_INVISIBLE = (
    "[^\\S \\t\\n\\r]|[\u00ad\u034f\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]"
)

LONGEST_STRING = 128 * 1024
"""Bytes of NAME=text and its end that Linux takes; execve fails beyond (MAX_ARG_STRLEN)."""


def named(path: str) -> bool:
    """Whether a file is called as .env files are, so that nobody need look into it."""
    return bool(re.search(r"(?:^|[/.])env(?:\.[^/.]+)?$", path))


def matches(path: str, head: bytes) -> bool:
    """Whether a file looks like a .env file: it takes whatever no other kind claims."""
    del path, head
    return True


def layers(path: str, data: bytes, context: Context) -> tuple[Layer, ...]:
    """A .env file is one environment."""
    return (read(path, data, context),)


def read(path: str, data: bytes, context: Context) -> Layer:
    """A .env file as a layer; nothing in it can fail, what is wrong becomes a note."""
    decoded = decode(data, path)
    reading = _Reading(path, {**context.process, **context.below}, notes=list(decoded.notes))
    text = without_traps(decoded.text, reading.remark)
    if text.startswith("\ufeff"):
        text = "\ufeff" + text  # a second byte order mark is text; the parser takes one away
    for binding in parse_stream(io.StringIO(text)):
        reading.take(binding)
    return Layer(path, "dotenv", reading.in_force(), tuple(reading.notes), reading.ignores)


@dataclass(slots=True)
class _Reading:
    """One pass over the bindings of a file."""

    label: str
    values: dict[str, str | None]
    """What a reference sees: this file so far, then the layers below, then the process."""
    assignments: list[Assignment] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    ignores: dict[Place, frozenset[str]] = field(default_factory=dict)
    pending: frozenset[str] = frozenset()
    """Rules that the comment above the next line silences."""
    in_key: bool = False
    """Inside the body of a private key that lost its quotes."""
    seen: dict[str, Assignment] = field(default_factory=dict)
    bare: set[str] = field(default_factory=set)
    """Names that stood without a value somewhere."""

    def in_force(self) -> tuple[Assignment, ...]:
        """The assignments, but for names that a later line without a value takes back."""
        taken_back = {name for name in self.bare if self.values[name] is None}
        return tuple(a for a in self.assignments if a.name not in taken_back)

    def remark(self, kind: str, line: int, detail: str, name: str = "") -> None:
        self.notes.append(Note(kind, Origin(self.label, self.label, line), name, detail))

    def take(self, binding: Binding) -> None:
        name, written, (text, line), error = binding
        if text[:1].isspace() and (blank := _lines_before(text)):
            line += blank
            self.pending = frozenset()
        if self.in_key:
            inside = _in_body(binding)
            self.in_key = inside and "-----END" not in text
            if inside:
                return
        if error:
            self._unparsed(text, line)
        elif name is None:
            if "envctl:" in text:
                self.pending |= ignored(text)
        elif "#" in text or self.pending:
            self._commented(name, written, text, line)
        else:
            self._assign(name, written, text, line)

    def _commented(self, name: str, written: str | None, text: str, line: int) -> None:
        """An assignment with a comment behind it, or with one above it that speaks to envctl."""
        comment = _comment(text, written) if "#" in text else ""
        if comment or self.pending:
            self._silence(line, comment)
            text = text[: len(text) - len(comment)]
        self._assign(name, written, text, line)
        # Whoever writes a word to envctl behind a value has chosen a reader that takes it away.
        if comment and written is not None and not ignored(comment):
            self.remark("inline-comment", line, "", name)

    def _assign(self, name: str, written: str | None, text: str, line: int) -> None:
        if written is None:
            self._no_value(name, line)
            return
        if "-----BEGIN" in written and "-----END" not in written:
            self.in_key = True
            self.remark("broken-secret", line, "", name)
            return
        raw, references = self._resolve(name, written, line) if "${" in written else (written, ())
        self.values[name] = raw
        origin = Origin(self.label, self.label, line)
        assignment = Assignment(name, raw, origin, references)
        self.assignments.append(assignment)
        if name in self.seen:
            self._repeated(assignment, line)
        self.seen[name] = assignment
        if not text.isascii() and (found := re.search(_INVISIBLE, text.lstrip())):
            self.remark("invisible-character", line, f"U+{ord(found[0]):04X}", name)
        if len(raw) > LONGEST_STRING // 4 and (size := _bytes(assignment)) > LONGEST_STRING:
            self.remark("too-long", line, f"{size:,}", name)

    def _resolve(self, name: str, written: str, line: int) -> tuple[str, tuple[str, ...]]:
        references: list[str] = []

        def value(match: re.Match[str]) -> str:
            reference, default, closed = match.groups()
            if not closed:
                return match[0]
            references.append(reference)
            if default is None and reference not in self.values:
                # What is no name may be a piece of a password.
                shown = reference if re.fullmatch(_NAME, reference) else "..."
                self.remark("undefined-reference", line, shown, name)
            return self.values.get(reference, default) or ""

        return _REFERENCE.sub(value, written), tuple(references)

    def _no_value(self, name: str, line: int) -> None:
        self.values[name] = None
        self.bare.add(name)
        # A line of a key or password that lost its quotes also looks like a name: show it only if
        # it is written like one.
        named = re.fullmatch(_UPPER_NAME, name) and ("_" in name or name.isalpha())
        self.remark("no-value", line, "", name if named else "")

    def _unparsed(self, text: str, line: int) -> None:
        match = re.match(_NAMED, text)
        self.in_key = "-----BEGIN" in text and "-----END" not in text
        before, _, after = text.rpartition("#")
        self._silence(line, f"#{after}" if before[-1:].isspace() else "")
        merged = re.match(_MERGED, text.lstrip("\n"))
        kind = "merge-marker" if merged else "unparsed-line"
        self.remark(kind, line, "", match[1] if match else "")

    def _silence(self, line: int, comment: str) -> None:
        """Keep what the comment on a line and the ones right above it silence."""
        rules = self.pending | ignored(comment) if "envctl:" in comment else self.pending
        if rules:
            self.ignores[self.label, line] = rules
            self.pending = frozenset()

    def _repeated(self, assignment: Assignment, line: int) -> None:
        earlier = self.seen[assignment.name]
        same = "same" if earlier.raw == assignment.raw else "different"
        self.remark("duplicate-name", line, f"{same}:{earlier.origin.line}", assignment.name)


def _lines_before(text: str) -> int:
    """The blank lines that the parser counts to the text behind them."""
    return text[: len(text) - len(text.lstrip())].count("\n")


def _in_body(binding: Binding) -> bool:
    """Whether a line may belong to a private key: Base64 has no `=` with anything behind it."""
    name, value = binding.key, binding.value
    return not (name and value and value.strip("=") and re.fullmatch(_NAME, name))


def _comment(text: str, value: str | None) -> str:
    """What of a binding's text is a comment, to the end of the line; it may be nothing."""
    start = re.match(_BEFORE_VALUE, text)
    assert start, "the parser found a name here"
    at = start.end()
    if quoted := re.compile(_QUOTED).match(text, at) if start[1] else None:
        at = quoted.end()
    elif value:
        blank = re.compile(r"\s#").search(text, at)
        return text[blank.start() + 1 :] if blank else ""
    return text[at:].lstrip()


def _bytes(assignment: Assignment) -> int:
    return len(f"{assignment.name}={assignment.raw}".encode("utf-8", "surrogateescape")) + 1
