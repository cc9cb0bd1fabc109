"""What the lines of a unit come to: which of them systemd takes, and what overrides what."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from sglang_envctl.environment import Assignment, Layer, Note, Origin, Place
from sglang_envctl.errors import SourceError
from sglang_envctl.sources import files
from sglang_envctl.sources.context import Context
from sglang_envctl.sources.decode import decode
from sglang_envctl.sources.dotenv.dialects import read_as
from sglang_envctl.sources.systemd import UNIT
from sglang_envctl.sources.systemd.text import (
    BadHeaderError,
    BadWordError,
    Entry,
    Word,
    entries,
    words,
)

_SECTIONS = {".socket": "Socket", ".mount": "Mount", ".swap": "Swap"}
_SPECIFIERS = "aAbBCdDEfgGhHiIjJlLmMnNopPqsStTuUvVwWyY"
_NAME = r"[A-Za-z_][A-Za-z0-9_]*"
_OF_MANAGER = "what the service manager has under this name, if it has it"
_SPECIFIED = "holds a %-specifier, which systemd resolves"
# Of no consequence to systemd.
_HARMLESS = ("byte-order-mark", "carriage-returns")


def read(path: str, data: bytes) -> Layer:
    """A unit, its drop-ins on top, or one drop-in alone.

    Raises:
        SourceError: a drop-in cannot be read.
    """
    reading = _Reading(path)
    reading.read(path, data)
    for drop_in in _drop_ins(path):
        data = b"" if os.path.realpath(drop_in) == os.devnull else files.read_bytes(drop_in)
        reading.read(drop_in, data)
    return reading.layer()


def _drop_ins(path: str) -> list[str]:
    folder = f"{path}.d"
    if not (re.search(UNIT + "$", path) and os.path.isdir(folder)):
        return []
    return [f"{folder}/{name}" for name in sorted(os.listdir(folder)) if name.endswith(".conf")]


@dataclass(slots=True)
class _Reading:
    """One pass over a unit and its drop-ins."""

    label: str
    own: list[Assignment] = field(default_factory=list)
    passed: list[Assignment] = field(default_factory=list)
    files: list[tuple[str, Origin]] = field(default_factory=list)
    unset: list[str] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    ignores: dict[Place, frozenset[str]] = field(default_factory=dict)

    def read(self, path: str, data: bytes) -> None:
        """Take in a file, on top of those before it."""
        decoded = decode(data, path)
        self.notes += (note for note in decoded.notes if note.rule not in _HARMLESS)
        take: dict[str, Callable[[str, Entry], None]] = {
            "Environment": self._environment,
            "EnvironmentFile": self._file,
            "PassEnvironment": self._pass,
            "UnsetEnvironment": self._unset,
        }
        unit = re.search(UNIT, path)
        section = _SECTIONS.get(os.path.splitext(unit[0])[1] if unit else "", "Service")
        try:
            for entry in entries(decoded.text):
                if entry.key not in take:
                    continue
                if entry.ignores:
                    self.ignores.update(((path, line), entry.ignores) for line in entry.lines)
                if entry.section == section:
                    take[entry.key](path, entry)
                else:
                    where = f"in [{entry.section}]" if entry.section else "before any section"
                    self._remark("outside-service-section", path, entry.line, where=where)
        except BadHeaderError as error:
            self._remark("section-header", path, error.line)

    def layer(self) -> Layer:
        """The environment, in the order in which one thing overrides another."""
        found = [*self.passed, *self.own, *self._from_files()]
        last = {assignment.name: assignment for assignment in found}
        gone = {
            name
            for name, assignment in last.items()
            if name in self.unset
            or (not assignment.unknown and f"{name}={assignment.raw}" in self.unset)
        }
        kept = tuple(assignment for assignment in found if assignment.name not in gone)
        return Layer(self.label, "systemd", kept, tuple(self.notes), self.ignores)

    def _remark(self, rule: str, path: str, line: int, name: str = "", **facts: str | int) -> None:
        self.notes.append(Note(rule, Origin(self.label, path, line), name, facts=facts))

    def _words(self, path: str, entry: Entry) -> Iterator[Word]:
        """The words of a value as far as systemd gets, with %% resolved."""
        try:
            yield from words(entry)
        except BadWordError:
            self._remark("unit-syntax", path, entry.line)

    def _environment(self, path: str, entry: Entry) -> None:
        if not entry.value:
            self.own.clear()
        before = ""
        for word in self._words(path, entry):
            name, equals, raw = word.text.partition("=")
            specified, raw, bad = _specifiers(raw)
            if not (equals and _valid(name, raw)):
                self._remark("dropped-word", path, word.line, before)
            elif bad:
                self._remark("unknown-specifier", path, word.line, name, specifier=bad)
            else:
                origin = Origin(self.label, path, word.line)
                unknown = _SPECIFIED if specified else ""
                self.own.append(Assignment(name, "" if specified else raw, origin, (), unknown))
                before = name

    def _pass(self, path: str, entry: Entry) -> None:
        if not entry.value:
            self.passed.clear()
        for word in self._words(path, entry):
            origin = Origin(self.label, path, word.line)
            self.passed.append(Assignment(word.text, "", origin, (), _OF_MANAGER))

    def _unset(self, path: str, entry: Entry) -> None:
        if not entry.value:
            self.unset.clear()
        self.unset += (word.text for word in self._words(path, entry))

    def _file(self, path: str, entry: Entry) -> None:
        if not entry.value:
            self.files.clear()
        elif not entry.value.removeprefix("-").startswith(("/", "%")):
            self._remark("relative-environment-file", path, entry.line)
        else:
            self.files.append((entry.value, Origin(self.label, path, entry.line)))

    def _from_files(self) -> Iterator[Assignment]:
        for written, origin in self.files:
            specified, pattern, _ = _specifiers(written.removeprefix("-"))
            if specified:
                self.notes.append(_unread(origin, _SPECIFIED))
                continue
            for file in _globbed(pattern):
                yield from self._from_file(file, origin, optional=written.startswith("-"))

    def _from_file(self, file: str, origin: Origin, *, optional: bool) -> Iterator[Assignment]:
        try:
            data = files.read_bytes(file)
        except SourceError as error:
            if not (optional and not os.path.exists(file)):
                self.notes.append(_unread(origin, str(error)))
            return
        layer = read_as("systemd", file, data, Context())
        self.notes += layer.notes
        self.ignores.update(layer.ignores)
        for assignment in layer.assignments:
            yield assignment._replace(origin=assignment.origin._replace(source=self.label))


def _unread(origin: Origin, reason: str) -> Note:
    return Note("environment-file-unread", origin, facts={"reason": reason})


def _valid(name: str, raw: str) -> bool:
    """Whether systemd takes an assignment rather than drop it."""
    return bool(re.fullmatch(_NAME, name)) and (
        raw.isascii() or not any("\ud800" <= char <= "\udfff" for char in raw)
    )


def _globbed(pattern: str) -> list[str]:
    if not any(char in pattern for char in "*?["):
        return [pattern]
    from glob import glob

    return sorted(glob(pattern)) or [pattern]


def _specifiers(text: str) -> tuple[bool, str, str]:
    """Whether a text holds a specifier, the text with %% resolved, and a specifier that is none."""
    if "%" not in text:
        return False, text, ""
    letters = re.findall(r"%([A-Za-z0-9%])", text)
    bad = next((f"%{letter}" for letter in letters if letter not in f"{_SPECIFIERS}%"), "")
    return any(letter in _SPECIFIERS for letter in letters), text.replace("%%", "%"), bad
