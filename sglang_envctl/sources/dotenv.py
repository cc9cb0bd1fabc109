"""A .env file, as python-dotenv reads it.

Three traps of python-dotenv are mended here and nowhere else: a binding's line is that of the blank
lines before it; its interpolation copies the whole environment for every value; and its removal of
inline comments takes quadratic time on a long run of blanks.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field

from dotenv.parser import Binding, parse_stream

from sglang_envctl.environment import Assignment, Layer, Note, Origin
from sglang_envctl.sources.decode import decode
from sglang_envctl.sources.model import Context

_IGNORE = r"#\s*envctl:\s*ignore\[([^\]\n]*)\]\s*$"
_COMMENT = r"\s#[^\n]*\s*$"
_NAMED = r"\s*(?:export\s+)?([A-Z_][A-Z0-9_]*)\s*="
# python-dotenv's grammar of a reference: ${NAME} or ${NAME:-default}, whatever quotes are around it.
_REFERENCE = re.compile(r"\$\{([^\}:]*)(?::-([^\}]*))?\}")
_BARE_NAME = r"[A-Z_][A-Z0-9_]{0,79}"
_INVISIBLE = re.compile(
    "[^\\S \\t\\n\\r]|[\u00ad\u034f\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]"
)

LONGEST_STRING = 128 * 1024
"""Bytes of NAME=text and its end that Linux takes; execve fails beyond (MAX_ARG_STRLEN)."""


def matches(path: str, head: bytes) -> bool:
    """Whether a file looks like a .env file: it takes whatever no other kind claims."""
    del path, head
    return True


def read(path: str, data: bytes, context: Context) -> Layer:
    """A .env file as a layer; nothing in it can fail, what is wrong becomes a note."""
    label = path
    decoded = decode(data, label)
    reading = _Reading(label, {**context.process, **context.below})
    reading.notes.extend(decoded.notes)
    for binding in parse_stream(io.StringIO(decoded.text)):
        reading.take(binding)
    return Layer(label, "dotenv", tuple(reading.assignments), tuple(reading.notes), reading.ignores)


@dataclass(slots=True)
class _Reading:
    """One pass over the bindings of a file."""

    label: str
    values: dict[str, str | None]
    """What a reference sees: this file so far, then the layers below, then the process."""
    assignments: list[Assignment] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    ignores: dict[int, frozenset[str]] = field(default_factory=dict)
    pending: frozenset[str] = frozenset()
    """Rules that the comment above the next assignment silences."""
    in_key: bool = False
    """Inside the body of a private key that lost its quotes."""
    seen: dict[str, Assignment] = field(default_factory=dict)

    def take(self, binding: Binding) -> None:
        text = binding.original.string
        line = _line(binding)
        if self.in_key:
            self.in_key = "-----END" not in text
            return
        if binding.error:
            self._unparsed(text, line)
        elif binding.key is None:
            if "envctl:" in text:
                self.pending |= _ignored(text)
        else:
            self._assign(binding.key, binding.value, text, line)

    def _assign(self, name: str, written: str | None, text: str, line: int) -> None:
        origin = Origin(self.label, self.label, line)
        if self.pending or "envctl:" in text:
            self.ignores[line] = self.pending | _ignored(text)
            self.pending = frozenset()
        if written is None:
            self._no_value(name, origin)
            return
        if "-----BEGIN" in written and "-----END" not in written:
            self.in_key = True
            self.notes.append(Note("broken-secret", origin, name))
            return
        raw, references = self._resolve(name, written, origin) if "${" in written else (written, ())
        self.values[name] = raw
        assignment = Assignment(name, raw, origin, references)
        self.assignments.append(assignment)
        self._remark(assignment, text)

    def _resolve(self, name: str, written: str, origin: Origin) -> tuple[str, tuple[str, ...]]:
        references: list[str] = []

        def value(match: re.Match[str]) -> str:
            reference, default = match.groups()
            references.append(reference)
            if default is None and reference not in self.values:
                self.notes.append(Note("undefined-reference", origin, name, reference))
            return self.values.get(reference, default) or ""

        return _REFERENCE.sub(value, written), tuple(references)

    def _no_value(self, name: str, origin: Origin) -> None:
        self.values[name] = None
        # A line of a key or password that lost its quotes also looks like a name: show it only if
        # it is written like one.
        shown = name if re.fullmatch(_BARE_NAME, name) else ""
        self.notes.append(Note("no-value", origin, shown))

    def _unparsed(self, text: str, line: int) -> None:
        match = re.match(_NAMED, text)
        name = match[1] if match else ""
        self.in_key = "-----BEGIN" in text and "-----END" not in text
        self.pending = frozenset()
        self.notes.append(Note("unparsed-line", Origin(self.label, self.label, line), name))

    def _remark(self, assignment: Assignment, text: str) -> None:
        name, raw, origin = assignment.name, assignment.raw, assignment.origin
        earlier = self.seen.get(name)
        if earlier is not None:
            same = "same" if earlier.raw == raw else "different"
            self.notes.append(Note("duplicate-name", origin, name, f"{same}:{earlier.origin.line}"))
        self.seen[name] = assignment
        if "#" in text and _has_comment(text):
            self.notes.append(Note("inline-comment", origin, name))
        if not text.isascii() and (found := _INVISIBLE.search(text)):
            self.notes.append(Note("invisible-character", origin, name, f"U+{ord(found[0]):04X}"))
        if len(raw) > LONGEST_STRING // 4 and _bytes(assignment) > LONGEST_STRING:
            self.notes.append(Note("too-long", origin, name, f"{_bytes(assignment):,}"))


def _line(binding: Binding) -> int:
    text = binding.original.string
    if not text[:1].isspace():
        return binding.original.line
    return binding.original.line + text[: len(text) - len(text.lstrip())].count("\n")


def _ignored(text: str) -> frozenset[str]:
    match = re.search(_IGNORE, text)
    return frozenset(filter(None, map(str.strip, match[1].split(",")))) if match else frozenset()


def _has_comment(text: str) -> bool:
    match = re.search(_COMMENT, text)
    if not match or "=" not in text[: match.start() + 1]:
        return False
    opening = text.split("=", 1)[1].lstrip()[:1]
    return opening not in ("'", '"') or not text.rstrip().endswith(opening)


def _bytes(assignment: Assignment) -> int:
    return len(f"{assignment.name}={assignment.raw}".encode("utf-8", "surrogateescape")) + 1
