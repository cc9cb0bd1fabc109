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
from sglang_envctl.sources.decode import Decoded, decode
from sglang_envctl.sources.dotenv.dialects import read_as
from sglang_envctl.sources.shell import started_by
from sglang_envctl.sources.systemd import UNIT
from sglang_envctl.sources.systemd.text import (
    BadHeaderError,
    BadItemError,
    Entry,
    Item,
    command_line,
    entries,
    items,
    several,
    shown_files,
    shows_units,
    specifiers,
)
from sglang_envctl.text.secrets import without_odd_words

_SECTIONS = {".socket": "Socket", ".mount": "Mount", ".swap": "Swap"}
_NAME = r"[A-Za-z_][A-Za-z0-9_]*"
_INHERITED = "inherited from the service manager, if set there"
HAS_SPECIFIER = "contains a %-specifier that systemd resolves"
INLINE = "Environment"
"""The key of what stands in the unit itself."""


def read(path: str, data: bytes) -> tuple[Layer, ...]:
    """A unit with its drop-ins, one drop-in alone, or each unit that `systemctl cat` shows.

    Raises:
        SourceError: a drop-in cannot be read.
    """
    if shows_units(data):
        return _shown(path, decode(data, path))
    reader = _UnitReader(path)
    reader.read(path, data)
    for drop_in, added in drop_ins(path):
        reader.read(drop_in, added)
    return reader.layers()


def drop_ins(path: str) -> Iterator[tuple[str, bytes]]:
    """The drop-ins in the folder next to a unit, in their order.

    Raises:
        SourceError: one cannot be read.
    """
    folder = f"{path}.d"
    for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else ():
        file = f"{folder}/{name}"
        if name.endswith(".conf"):
            yield file, b"" if os.path.realpath(file) == os.devnull else files.read_bytes(file)


def _shown(path: str, decoded: Decoded) -> tuple[Layer, ...]:
    """The units that `systemctl cat` shows: files below each other, drop-ins after their unit."""
    readers: dict[str, _UnitReader] = {}
    unit = ""
    for file, text, first in shown_files(decoded.text):
        if not re.search(r"\.d/[^/]*\.conf$", file):
            unit = file.rpartition("/")[2]
        reader = readers.setdefault(unit, _UnitReader(path))
        reader.follow(path, file, text, first)
    if len(readers) == 1:
        return tuple(layer for reader in readers.values() for layer in reader.layers())
    return tuple(
        layer._replace(selector=f"{unit}{layer.selector}")
        for unit, reader in readers.items()
        for layer in reader.layers()
    )


@dataclass(slots=True)
class _UnitReader:
    """One pass over a unit and its drop-ins."""

    label: str
    declared: list[Assignment] = field(default_factory=list)
    inherited: list[Assignment] = field(default_factory=list)
    files: list[tuple[str, Origin]] = field(default_factory=list)
    unset: list[str] = field(default_factory=list)
    command: tuple[str | None, ...] = ()
    started: Origin | None = None
    """Where the command line is."""
    notes: list[Note] = field(default_factory=list)
    ignores: dict[Place, frozenset[str]] = field(default_factory=dict)

    def read(self, path: str, data: bytes) -> None:
        """Read a file; it overrides those before it."""
        decoded = decode(data, path)
        self.notes += decoded.harmful
        self.ignores.update(in_file(decoded.text, path))
        self.follow(path, path, decoded.text)

    def follow(self, path: str, file: str, text: str, first: int = 1) -> None:
        """Follow the text of a file, which stands in another from a line on."""
        handlers: dict[str, Callable[[str, Entry], None]] = {
            "Environment": self._environment,
            "EnvironmentFile": self._file,
            "PassEnvironment": self._inherit,
            "UnsetEnvironment": self._unset,
        }
        unit = re.search(UNIT, file)
        section = _SECTIONS.get(os.path.splitext(unit[0])[1] if unit else "", "Service")
        try:
            for entry in entries(text, first):
                if entry.key == "ExecStart" and entry.section == section:
                    self._start(path, entry)
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

    def layers(self) -> tuple[Layer, ...]:
        """The environment of each server that the unit starts."""
        layer = self._layer()
        if self.started is None:
            return (layer,)
        return started_by(layer, self.command, self.started)

    def _layer(self) -> Layer:
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
            has_specifier, raw, invalid = specifiers(raw)
            if not (equals and _valid(name, raw)):
                self._remark("dropped-word", path, item.line, before)
            elif invalid:
                self._remark("unknown-specifier", path, item.line, name, specifier=invalid)
            else:
                if names := several(raw):
                    self._remark("several-in-quotes", path, item.line, name, names=names)
                origin = Origin(self.label, path, item.line, INLINE)
                unknown = HAS_SPECIFIER if has_specifier else ""
                self.declared.append(
                    Assignment(name, "" if has_specifier else raw, origin, (), unknown)
                )
                before = name

    def _start(self, path: str, entry: Entry) -> None:
        self.command = command_line(entry)
        self.started = Origin(self.label, path, entry.line) if self.command else None

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
            has_specifier, pattern, _ = specifiers(written.removeprefix("-"))
            if has_specifier:
                self.notes.append(_unread(origin, HAS_SPECIFIER))
                continue
            try:
                found = files.matching(pattern) or [pattern]
            except SourceError as error:
                self.notes.append(_unread(origin, str(error)))
                continue
            for file in found:
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
