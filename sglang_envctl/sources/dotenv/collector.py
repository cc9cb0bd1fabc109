"""Collect the results of parsing a .env file, and run the checks that all dialects share."""

from __future__ import annotations

import re

from sglang_envctl.environment import Assignment, Layer, Note, Origin, Place
from sglang_envctl.errors import SourceError
from sglang_envctl.sources.comments import ignored
from sglang_envctl.text.escape import source_name

# Patterns are compiled on first use; most files need few of them.
_NAME = r"[A-Za-z_][A-Za-z0-9_]{0,79}"
_UPPER_NAME = r"[A-Z_][A-Z0-9_]{0,79}"
_INVISIBLE = (
    "[^\\S \\t\\n\\r]|[\u00ad\u034f\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]"
)

LONGEST_STRING = 128 * 1024
"""Linux's limit for NAME=value with its terminator, in bytes (MAX_ARG_STRLEN)."""
LONGEST_RESOLVED = 1024 * 1024
"""The maximum length of an expanded value; forty lines that each double the previous one would fill
any memory.
"""
LONGEST_SUM = 16 * 1024 * 1024
"""The maximum total length of values with references, each of which may include the one before."""
MOST_REFERENCES = 256
"""The maximum number of variables in a value; otherwise, each value in a chain of thousands would
list all earlier names.
"""


def invisible(text: str) -> str:
    """Return the code point of the first invisible character of a text; empty if there is none."""
    found = re.search(_INVISIBLE, text)
    return f"U+{ord(found[0]):04X}" if found else ""


class Collector:
    """One pass over a file.

    `dialect` is empty for python-dotenv, whose notes do not name a dialect.
    """

    def __init__(self, label: str, dialect: str = "") -> None:
        self.label = label
        self.dialect = dialect
        self.assignments: list[Assignment] = []
        self.notes: list[Note] = []
        self.ignores: dict[Place, frozenset[str]] = {}
        self.pending: frozenset[str] = frozenset()
        """The rules that the comment above the next line silences."""
        self.pending_line = 0
        self.in_key = False
        """Whether the line is in the body of a private key without quotes."""
        self.seen: dict[str, Assignment] = {}
        self.refused = False
        """Whether the whole file is refused."""
        self.expanded = 0
        """The number of characters, so far, of the values that contain other values."""

    def layer(self) -> Layer:
        """Return the layer with the collected assignments and notes."""
        self.blank_line()
        found = () if self.refused else tuple(self.assignments)
        kind = f"dialects.{self.dialect}"
        return Layer(self.label, kind, found, tuple(self.notes), self.ignores)

    def remark(
        self, rule: str, at: int, name: str = "", variant: str = "", **facts: str | int
    ) -> None:
        """Add a note about a line."""
        origin = Origin(self.label, self.label, at)
        self.notes.append(Note(rule, origin, name, self.dialect, variant, facts))

    def refuse(self, line: int, why: str, name: str = "") -> None:
        """Mark the whole file as rejected because of this line."""
        self.refused = True
        self.remark("file-refused", line, name, reason=why)

    def assign(
        self, name: str, raw: str, line: int, text: str = "", references: tuple[str, ...] = ()
    ) -> None:
        """Add an assignment of these parts, and check the text in which it was written."""
        assignment = Assignment(name, raw, Origin(self.label, self.label, line), references)
        self.take(assignment, text or raw)

    def take(self, assignment: Assignment, text: str) -> None:
        """Add a ready assignment, and check the text in which it was written.

        Raises:
            SourceError: the values with references exceed LONGEST_SUM in total.
        """
        name, raw, origin, references, *_ = assignment
        self.expanded += len(raw) if references else 0
        if self.expanded > LONGEST_SUM:
            what = f"references add up to more than {LONGEST_SUM >> 20} MiB of values"
            raise SourceError(f"{source_name(self.label)}: {what}, which no deployment has")
        self.assignments.append(assignment)
        if name in self.seen:
            self._repeated(assignment)
        self.seen[name] = assignment
        if not text.isascii() and (character := invisible(text.lstrip())):
            self.remark("invisible-character", origin.line or 0, name, character=character)
        if len(raw) > LONGEST_STRING // 4 and (size := _bytes(assignment)) > LONGEST_STRING:
            self.remark("too-long", origin.line or 0, name, size=size)

    def _repeated(self, assignment: Assignment) -> None:
        earlier = self.seen[assignment.name]
        variant = "same" if earlier.raw == assignment.raw else ""
        line, first = assignment.origin.line or 0, earlier.origin.line or 0
        self.remark("duplicate-name", line, assignment.name, variant, line=first)

    def comment_line(self, text: str, line: int) -> None:
        """Process a comment line, which silences rules on the next line."""
        if rules := ignored(text):
            self.pending, self.pending_line = self.pending | rules, line

    def blank_line(self) -> None:
        """Process a blank line or the end of the file, which ends the effect of a comment above."""
        if self.pending:
            self.remark("unused-suppression", self.pending_line)
        self.pending = frozenset()

    def silence(self, line: int, comment: str = "") -> None:
        """Apply the comments on a line and directly above the line."""
        rules = self.pending | ignored(comment)
        if rules:
            place = self.label, line
            self.ignores[place] = self.ignores.get(place, frozenset()) | rules
            self.pending = frozenset()

    def opens_key(self, name: str, value: str, line: int) -> bool:
        """Return whether a private key without quotes begins at this line."""
        if not _begins_key(value):
            return False
        self.in_key = True
        self.remark("broken-secret", line, name)
        return True

    def watch(self, text: str) -> None:
        """Check whether a private key without quotes begins here, because its next lines must not
        be shown.
        """
        self.in_key = _begins_key(text) or (self.in_key and self.continues_key(text))

    def continues_key(self, text: str) -> bool:
        """Return whether a line belongs to a private key and must not be shown."""
        if not self.in_key:
            return False
        name, _, value = text.partition("=")
        self.in_key = in_body(name.strip(), value) and "-----END" not in text
        return self.in_key or "-----END" in text


def in_body(name: str | None, value: str | None) -> bool:
    """Return whether a line may belong to a private key: Base64 has nothing after `=`."""
    return not (name and value and value.strip("=") and re.fullmatch(_NAME, name))


def _begins_key(text: str) -> bool:
    return "-----BEGIN" in text and "-----END" not in text


def showable(name: str) -> str:
    """Return a bare name; an empty string if it may be part of a password or key."""
    named = re.fullmatch(_UPPER_NAME, name) and ("_" in name or name.isalpha())
    return name if named else ""


def _bytes(assignment: Assignment) -> int:
    return len(f"{assignment.name}={assignment.raw}".encode("utf-8", "surrogateescape")) + 1
