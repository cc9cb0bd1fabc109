"""The environment of a unit: which lines systemd accepts, and which override others."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from sglang_envctl.environment import Assignment, Layer, Note, Origin, Place
from sglang_envctl.errors import SourceError
from sglang_envctl.sources import files
from sglang_envctl.sources.comments import in_file
from sglang_envctl.sources.context import Context
from sglang_envctl.sources.decode import decode
from sglang_envctl.sources.dotenv.dialects import read_as
from sglang_envctl.sources.systemd import UNIT
from sglang_envctl.sources.systemd.text import (
    BadHeaderError,
    BadItemError,
    Entry,
    Item,
    entries,
    items,
)
from sglang_envctl.text.secrets import without_odd_words

_SECTIONS = {".socket": "Socket", ".mount": "Mount", ".swap": "Swap"}
_SPECIFIERS = "aAbBCdDEfgGhHiIjJlLmMnNopPqsStTuUvVwWyY"
_NAME = r"[A-Za-z_][A-Za-z0-9_]*"
_INHERITED = "inherited from the service manager, if set there"
_HAS_SPECIFIER = "contains a %-specifier that systemd resolves"
# Without effect on systemd.
_HARMLESS = ("byte-order-mark", "carriage-returns")


def read(path: str, data: bytes) -> Layer:
    """A unit with its drop-ins, or one drop-in alone.

    Raises:
        SourceError: a drop-in cannot be read.
    """
    reader = _UnitReader(path)
    reader.read(path, data)
    for drop_in in _drop_ins(path):
        data = b"" if os.path.realpath(drop_in) == os.devnull else files.read_bytes(drop_in)
        reader.read(drop_in, data)
    return reader.layer()


def _drop_ins(path: str) -> list[str]:
    folder = f"{path}.d"
    if not (re.search(UNIT + "$", path) and os.path.isdir(folder)):
        return []
    return [f"{folder}/{name}" for name in sorted(os.listdir(folder)) if name.endswith(".conf")]


@dataclass(slots=True)
class _UnitReader:
    """One pass over a unit and its drop-ins."""

    label: str
    declared: list[Assignment] = field(default_factory=list)
    inherited: list[Assignment] = field(default_factory=list)
    files: list[tuple[str, Origin]] = field(default_factory=list)
    unset: list[str] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    ignores: dict[Place, frozenset[str]] = field(default_factory=dict)

    def read(self, path: str, data: bytes) -> None:
        """Read a file; it overrides those before it."""
        decoded = decode(data, path)
        self.notes += (note for note in decoded.notes if note.rule not in _HARMLESS)
        self.ignores.update(in_file(decoded.text, path))
        handlers: dict[str, Callable[[str, Entry], None]] = {
            "Environment": self._environment,
            "EnvironmentFile": self._file,
            "PassEnvironment": self._inherit,
            "UnsetEnvironment": self._unset,
        }
        unit = re.search(UNIT, path)
        section = _SECTIONS.get(os.path.splitext(unit[0])[1] if unit else "", "Service")
        try:
            for entry in entries(decoded.text):
                if entry.key not in handlers:
                    continue
                if entry.ignores:
                    self.ignores.update(((path, line), entry.ignores) for line in entry.lines)
                if entry.section == section:
                    handlers[entry.key](path, entry)
                else:
                    named = without_odd_words(entry.section)
                    where = f"in [{named}]" if named else "before any section"
                    self._remark("outside-service-section", path, entry.line, where=where)
        except BadHeaderError as error:
            self._remark("section-header", path, error.line)

    def layer(self) -> Layer:
        """The environment; later assignments override earlier ones."""
        found = [*self.inherited, *self.declared, *self._from_files()]
        last = {assignment.name: assignment for assignment in found}
        removed = {
            name
            for name, assignment in last.items()
            if name in self.unset
            or (not assignment.unknown and f"{name}={assignment.raw}" in self.unset)
        }
        kept = tuple(assignment for assignment in found if assignment.name not in removed)
        return Layer(self.label, "systemd", kept, tuple(self.notes), self.ignores)

    def _remark(self, rule: str, path: str, line: int, name: str = "", **facts: str | int) -> None:
        self.notes.append(Note(rule, Origin(self.label, path, line), name, facts=facts))

    def _items(self, path: str, entry: Entry) -> Iterator[Item]:
        """The items of a value, up to the first invalid one."""
        try:
            yield from items(entry)
        except BadItemError:
            self._remark("unit-syntax", path, entry.line)

    def _environment(self, path: str, entry: Entry) -> None:
        if not entry.value:
            self.declared.clear()
        before = ""
        for item in self._items(path, entry):
            name, equals, raw = item.value.partition("=")
            has_specifier, raw, invalid = _specifiers(raw)
            if not (equals and _valid(name, raw)):
                self._remark("dropped-word", path, item.line, before)
            elif invalid:
                self._remark("unknown-specifier", path, item.line, name, specifier=invalid)
            else:
                origin = Origin(self.label, path, item.line)
                unknown = _HAS_SPECIFIER if has_specifier else ""
                self.declared.append(
                    Assignment(name, "" if has_specifier else raw, origin, (), unknown)
                )
                before = name

    def _inherit(self, path: str, entry: Entry) -> None:
        if not entry.value:
            self.inherited.clear()
        for item in self._items(path, entry):
            origin = Origin(self.label, path, item.line)
            self.inherited.append(Assignment(item.value, "", origin, (), _INHERITED))

    def _unset(self, path: str, entry: Entry) -> None:
        if not entry.value:
            self.unset.clear()
        self.unset += (item.value for item in self._items(path, entry))

    def _file(self, path: str, entry: Entry) -> None:
        if not entry.value:
            self.files.clear()
        elif not entry.value.removeprefix("-").startswith(("/", "%")):
            self._remark("relative-environment-file", path, entry.line)
        else:
            self.files.append((entry.value, Origin(self.label, path, entry.line)))

    def _from_files(self) -> Iterator[Assignment]:
        for written, origin in self.files:
            has_specifier, pattern, _ = _specifiers(written.removeprefix("-"))
            if has_specifier:
                self.notes.append(_unread(origin, _HAS_SPECIFIER))
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
    """Whether systemd keeps an assignment; it drops invalid ones."""
    return bool(re.fullmatch(_NAME, name)) and (
        raw.isascii() or not any("\ud800" <= char <= "\udfff" for char in raw)
    )


def _globbed(pattern: str) -> list[str]:
    if not any(char in pattern for char in "*?["):
        return [pattern]
    from glob import glob

    return sorted(glob(pattern)) or [pattern]


def _specifiers(value: str) -> tuple[bool, str, str]:
    """Whether a value has a specifier, the value with %% resolved, and an invalid specifier."""
    if "%" not in value:
        return False, value, ""
    letters = re.findall(r"%([A-Za-z0-9%])", value)
    invalid = next((f"%{letter}" for letter in letters if letter not in f"{_SPECIFIERS}%"), "")
    return any(letter in _SPECIFIERS for letter in letters), value.replace("%%", "%"), invalid
