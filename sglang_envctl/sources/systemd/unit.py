"""Build the environment of a unit: the lines that systemd accepts, in order of precedence."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from sglang_envctl.environment import Assignment, Layer, Origin
from sglang_envctl.errors import SourceError
from sglang_envctl.sources import files
from sglang_envctl.sources.decode import Decoded, decode
from sglang_envctl.sources.shell import started_by
from sglang_envctl.sources.systemd import UNIT
from sglang_envctl.sources.systemd.reader import HAS_SPECIFIER, INLINE, Reader
from sglang_envctl.sources.systemd.text import (
    Entry,
    command_line,
    several,
    shown_files,
    shows_units,
    specifiers,
)
from sglang_envctl.text.secrets import without_odd_words

_SECTIONS = {".socket": "Socket", ".mount": "Mount", ".swap": "Swap"}
_NAME = r"[A-Za-z_][A-Za-z0-9_]*"
_INHERITED = "inherited from the service manager, if set there"


def read(path: str, data: bytes) -> tuple[Layer, ...]:
    """Return the environments of a unit with its drop-ins, of one drop-in, or of each unit in
    `systemctl cat`.

    Raises:
        SourceError: a drop-in cannot be read.
    """
    if shows_units(data):
        return _shown(path, decode(data, path))
    reader = _UnitReader(path)
    reader.read(path, data)
    return reader.layers()


def _shown(path: str, decoded: Decoded) -> tuple[Layer, ...]:
    """Return the units in the output of `systemctl cat`: several files, each drop-in after its unit."""
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
class _UnitReader(Reader):
    """One pass over a unit and its drop-ins."""

    declared: list[Assignment] = field(default_factory=list)
    inherited: list[Assignment] = field(default_factory=list)
    files: list[tuple[str, Origin]] = field(default_factory=list)
    unset: set[str] = field(default_factory=set)
    command: tuple[str | None, ...] = ()
    started: Origin | None = None
    """The place of the command line."""

    def take(self, path: str, file: str, entry: Entry) -> None:
        """Process an entry; an entry for the environment counts only in the section of the unit's
        type.
        """
        handlers: dict[str, Callable[[str, Entry], None]] = {
            "Environment": self._environment,
            "EnvironmentFile": self._file,
            "PassEnvironment": self._inherit,
            "UnsetEnvironment": self._unset,
        }
        unit = re.search(UNIT, file)
        section = _SECTIONS.get(os.path.splitext(unit[0])[1] if unit else "", "Service")
        if entry.section == section:
            handlers |= {"ExecStart": self._start}
        if entry.key not in handlers:
            return
        if entry.section == section:
            handlers[entry.key](path, entry)
        else:
            named = without_odd_words(entry.section)
            where = f"in [{named}]" if named else "before any section"
            self.remark("outside-service-section", path, entry.line, where=where)

    def layers(self) -> tuple[Layer, ...]:
        """Return the environment of each server that the unit starts."""
        layer = self._layer()
        if self.started is None:
            return (layer,)
        return started_by(layer, self.command, self.started)

    def _layer(self) -> Layer:
        """Return the environment; later assignments override earlier ones."""
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

    def _environment(self, path: str, entry: Entry) -> None:
        if not entry.value:
            self.declared.clear()
        before = ""
        for item in self.items(path, entry):
            name, equals, raw = item.value.partition("=")
            has_specifier, raw, invalid = specifiers(raw)
            if not (equals and _valid(name, raw)):
                self.remark("dropped-word", path, item.line, before)
            elif invalid:
                self.remark("unknown-specifier", path, item.line, name, specifier=invalid)
            else:
                if names := several(raw):
                    self.remark("several-in-quotes", path, item.line, name, names=names)
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
        for item in self.items(path, entry):
            origin = Origin(self.label, path, item.line)
            self.inherited.append(Assignment(item.value, "", origin, (), _INHERITED))

    def _unset(self, path: str, entry: Entry) -> None:
        if not entry.value:
            self.unset.clear()
        self.unset.update(item.value for item in self.items(path, entry))

    def _file(self, path: str, entry: Entry) -> None:
        if not entry.value:
            self.files.clear()
        elif not entry.value.removeprefix("-").startswith(("/", "%")):
            self.remark("relative-environment-file", path, entry.line)
        else:
            self.files.append((entry.value, Origin(self.label, path, entry.line)))

    def _from_files(self) -> Iterator[Assignment]:
        for written, origin in self.files:
            has_specifier, pattern, _ = specifiers(written.removeprefix("-"))
            if has_specifier:
                self.unread(origin, HAS_SPECIFIER)
                continue
            try:
                found = files.matching(pattern) or [pattern]
            except SourceError as error:
                self.unread(origin, str(error))
                continue
            for file in found:
                optional = written.startswith("-")
                yield from self.from_file("systemd", file, origin, optional=optional)


def _valid(name: str, raw: str) -> bool:
    """Return whether an assignment is valid; systemd drops invalid assignments."""
    return bool(re.fullmatch(_NAME, name)) and (
        raw.isascii() or not any("\ud800" <= char <= "\udfff" for char in raw)
    )
