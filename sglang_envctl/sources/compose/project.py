"""A Compose project: its files, its services, and the environment of each."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from sglang_envctl.environment import Assignment, Layer, Note, Origin
from sglang_envctl.environment import Place as Line
from sglang_envctl.errors import SourceError
from sglang_envctl.sources import files
from sglang_envctl.sources.bounds import Budget
from sglang_envctl.sources.comments import in_lines
from sglang_envctl.sources.compose.interpolation import interpolate
from sglang_envctl.sources.compose.service import EnvFile, Place, Said, said
from sglang_envctl.sources.context import Context
from sglang_envctl.sources.dotenv import dialects
from sglang_envctl.sources.yaml.tree import (
    LARGEST,
    Map,
    Node,
    Scalar,
    Sequence,
    items,
    load,
    pairs,
    within,
    word,
)

_FORMS = ("", "raw")
_MOST_FILES = 100
"""Files that one file may include or extend, all in all."""
_PER_FILE = 4096
"""Bytes that opening a file counts for."""
_LONGEST_CHAIN = 50
"""Services that extend one another."""


def read(path: str, data: bytes, context: Context) -> tuple[Layer, ...]:
    """The environment of every service.

    Raises:
        SourceError: the file is no YAML, no Compose file, or stands for more than any deployment.
    """
    project = _Project(path, context, Budget(path))
    file = project.file(path, data, project.beside(path))
    if not file.services and not project.notes:
        raise SourceError(f"{file.shown}: holds no services, so it is no Compose file")
    return tuple(project.layer(file, name) for name in file.services)


class _File(NamedTuple):
    path: str
    services: dict[str, list[tuple[Node, _File]]]
    """What every document says of a service, the later over the earlier, and in which file."""
    variables: Mapping[str, str]
    handed_on: Mapping[str, str]

    @property
    def shown(self) -> str:
        return "standard input" if self.path == "-" else self.path

    def beside(self, path: str) -> str:
        """A path of this file as seen from here."""
        return os.path.normpath(os.path.join(os.path.dirname(self.path), path))


@dataclass
class _Project:
    """The files that one Compose file is made of."""

    source: str
    context: Context
    budget: Budget
    notes: list[Note] = field(default_factory=list)
    ignores: dict[Line, frozenset[str]] = field(default_factory=dict)
    files: dict[str, _File] = field(default_factory=dict)
    read: int = 0
    """Bytes of env_file that were read."""
    known: dict[tuple[str, str], Said] = field(default_factory=dict)
    """What services say, by file and name, with what they extend."""

    def beside(self, path: str) -> Mapping[str, str]:
        """What the .env file beside a Compose file sets."""
        beside = os.path.join(os.path.dirname(path), ".env")
        return self._variables(beside) if os.path.isfile(beside) else {}

    def file(self, path: str, data: bytes, dotenv_values: Mapping[str, str]) -> _File:
        """Read a Compose file, whose references see these values of a .env file."""
        stream = load(data, path)
        self.ignores.update(in_lines(stream.text, path))
        for key in stream.repeated:
            self._refuse(path, key.line, f"{key.text} stands twice in one mapping")
        values = {**dotenv_values, **self.context.process}
        file = _File(path, {}, values, {name: values[name] for name in dotenv_values})
        self.files[path] = file
        for document in stream.documents:
            for include in items(within(document, "include")):
                self._include(include, file)
            for name, service in pairs(within(document, "services")):
                if not isinstance(service, Map):
                    self._refuse(path, name.line, f"service {name.text} is no mapping")
                file.services.setdefault(name.text, []).append((service, file))
        return file

    def layer(self, file: _File, name: str) -> Layer:
        found = self._said(file, name, ())
        notes = [*self.notes, *found.notes]
        assignments: list[Assignment] = []
        unseen = ""
        for entry in found.files:
            try:
                from_file = self._env_file(entry, {**dict(_texts(found)), **file.variables})
            except SourceError as error:
                facts = {"reason": str(error)}
                notes.append(Note("missing-file", entry.origin, facts=facts))
                unseen = f"env_file {entry.path}"
                continue
            if from_file:
                for assignment in from_file.assignments:
                    self.budget.spend(assignment)
                assignments += from_file.assignments
                notes += from_file.notes
                self.ignores.update(from_file.ignores)
        for assignment in found.values.values():
            self.budget.spend(assignment)
            assignments.append(assignment)
        label = f"{self.source}#{name}"
        ignores = dict(self.ignores)
        return Layer(
            label, "compose", tuple(assignments), tuple(notes), ignores, name, unseen=unseen
        )

    def _said(self, file: _File, name: str, trail: tuple[tuple[str, str], ...]) -> Said:
        if earlier := self.known.get((file.path, name)):
            return earlier
        found = Said()
        for service, home in file.services[name]:
            extends = within(service, "extends")
            base = self._base(extends, home, (*trail, (file.path, name))) if extends else Said()
            place = Place(self.source, home.path, home.variables, home.handed_on)
            found = said(service, place, self.budget).over(base.over(found))
        self.known[file.path, name] = found
        return found

    def _base(self, extends: Node, file: _File, trail: tuple[tuple[str, str], ...]) -> Said:
        """What the service that is extended says."""
        name = extends.text if isinstance(extends, Scalar) else word(within(extends, "service"))
        other = word(within(extends, "file"))
        line = extends.line
        home: _File | None = file
        if other:
            home = self._other(file.beside(other), file, line, file.handed_on)
        if home is None:
            return Said()
        if (home.path, name) in trail or len(trail) > _LONGEST_CHAIN:
            self._refuse(file.path, line, "extends goes round in a circle, or on for too long")
            return Said()
        if name not in home.services:
            self._refuse(file.path, line, "extends a service that is not there")
            return Said()
        return self._said(home, name, trail)

    def _include(self, include: Node, file: _File) -> None:
        path = include if isinstance(include, Scalar) else within(include, "path")
        for one in path.items if isinstance(path, Sequence) else (path,):
            if isinstance(one, Scalar):
                name = file.beside(interpolate(one.text, file.variables.get).value)
                if name in self.files:  # included before, or in a circle
                    continue
                values = {**self.beside(name), **file.handed_on}
                other = self._other(name, file, one.line, values)
                for service, parts in (other.services if other else {}).items():
                    file.services.setdefault(service, []).extend(parts)

    def _other(self, path: str, file: _File, line: int, values: Mapping[str, str]) -> _File | None:
        if path in self.files:
            return self.files[path]
        if len(self.files) >= _MOST_FILES:
            self._refuse(file.path, line, f"over {_MOST_FILES} files belong to it")
            return None
        try:
            return self.file(path, files.read_bytes(path), values)
        except SourceError as error:
            self._refuse(file.path, line, f"another file cannot be read: {error}")
            return None

    def _env_file(self, entry: EnvFile, values: Mapping[str, str]) -> Layer | None:
        """The variables of an env_file; None where it may be missing and is."""
        home = self.files[entry.origin.file or self.source]
        path = home.beside(entry.path)
        if entry.form not in _FORMS:
            raise SourceError(f"{path}: Compose knows no such format of an env_file")
        if not entry.required and not os.path.exists(path):
            return None
        data = files.read_bytes(path)
        self.read += len(data) + _PER_FILE
        if self.read > LARGEST:
            raise SourceError(f"{path}: over {LARGEST >> 20} MiB of env_file belong to one file")
        read = _read(path, data, Context(values))

        def placed(origin: Origin) -> Origin:
            return Origin(self.source, path, origin.line, "env_file")

        return read._replace(
            assignments=tuple(a._replace(origin=placed(a.origin)) for a in read.assignments),
            # Compose drops a comment behind a value.
            notes=tuple(
                note._replace(origin=placed(note.origin))
                for note in read.notes
                if note.rule != "inline-comment"
            ),
        )

    def _variables(self, path: str) -> Mapping[str, str]:
        try:
            layer = _read(path, files.read_bytes(path), Context(self.context.process))
        except SourceError as error:
            self._refuse(path, 1, f"the .env file beside it cannot be read: {error}")
            return {}
        return {a.name: a.raw for a in layer.assignments}

    def _refuse(self, path: str, line: int, why: str) -> None:
        origin = Origin(self.source, path, line, "environment")
        note = Note("refused", origin, dialect="compose", facts={"reason": why})
        if note not in self.notes:
            self.notes.append(note)


def _read(path: str, data: bytes, context: Context) -> Layer:
    """A .env file as Compose takes it."""
    return dialects.read_as("compose", path, data, context)


def _texts(found: Said) -> Iterator[tuple[str, str]]:
    return ((a.name, a.raw) for a in found.values.values() if not a.unknown)
