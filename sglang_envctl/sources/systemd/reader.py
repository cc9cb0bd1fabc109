"""The common part of units and Quadlet files: entries, items, environment files and drop-ins."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, field

from sglang_envctl.environment import Assignment, Note, Origin, Place
from sglang_envctl.errors import SourceError
from sglang_envctl.sources.bounds import Included
from sglang_envctl.sources.comments import in_file
from sglang_envctl.sources.context import Context
from sglang_envctl.sources.decode import decode
from sglang_envctl.sources.dotenv.dialects import read_as
from sglang_envctl.sources.systemd.text import (
    BadHeaderError,
    BadItemError,
    Entry,
    Item,
    entries,
    items,
)

HAS_SPECIFIER = "contains a %-specifier that systemd resolves"
INLINE = "Environment"
"""The key of variables in the unit itself."""


@dataclass(slots=True)
class Reader(ABC):
    """One pass over a unit and its drop-ins."""

    label: str
    notes: list[Note] = field(default_factory=list)
    ignores: dict[Place, frozenset[str]] = field(default_factory=dict)
    included: Included = field(default_factory=Included)

    def read(self, path: str, data: bytes) -> None:
        """Read a file, and then the drop-ins in the folder next to it; each overrides earlier ones.

        Raises:
            SourceError: a drop-in cannot be read.
        """
        self._read(path, data)
        folder = f"{path}.d"
        for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else ():
            file = f"{folder}/{name}"
            if name.endswith(".conf"):
                masked = os.path.realpath(file) == os.devnull
                self._read(file, b"" if masked else self.included.read(file))

    def _read(self, path: str, data: bytes) -> None:
        decoded = decode(data, path)
        self.notes += decoded.harmful
        self.ignores.update(in_file(decoded.text, path))
        self.follow(path, path, decoded.text)

    def follow(self, path: str, file: str, text: str, first: int = 1) -> None:
        """Process the entries of `file`, whose text begins at line `first` of the file at `path`."""
        try:
            for entry in entries(text, first):
                if entry.ignores:
                    self.ignores.update(((path, line), entry.ignores) for line in entry.lines)
                self.take(path, file, entry)
        except BadHeaderError as error:
            self.remark("section-header", path, error.line)

    @abstractmethod
    def take(self, path: str, file: str, entry: Entry) -> None:
        """Process an entry of a file."""

    def remark(
        self, rule: str, path: str, line: int, name: str = "", variant: str = "", **facts: str | int
    ) -> None:
        """Add a note about a line."""
        origin = Origin(self.label, path, line)
        self.notes.append(Note(rule, origin, name, variant=variant, facts=facts))

    def unread(self, origin: Origin, reason: str) -> None:
        """Add a note about a file that could not be read."""
        self.notes.append(Note("environment-file-unread", origin, facts={"reason": reason}))

    def items(self, path: str, entry: Entry, *, relaxed: bool = False) -> list[Item]:
        """Return the items of a value up to the first invalid one; if `relaxed`, like Podman, all
        items or none.
        """
        found: list[Item] = []
        try:
            found.extend(items(entry, relaxed=relaxed))
        except BadItemError:
            self.remark("unit-syntax", path, entry.line)
            return [] if relaxed else found
        return found

    def from_file(
        self, dialect: str, file: str, origin: Origin, *, optional: bool = False
    ) -> Iterator[Assignment]:
        """Yield the variables of a file that the unit names."""
        try:
            data = self.included.read(file)
        except SourceError as error:
            if not (optional and not os.path.exists(file)):
                self.unread(origin, str(error))
            return
        layer = read_as(dialect, file, data, Context())
        self.notes += layer.notes
        self.ignores.update(layer.ignores)
        for assignment in layer.assignments:
            yield assignment._replace(origin=assignment.origin._replace(source=self.label))
