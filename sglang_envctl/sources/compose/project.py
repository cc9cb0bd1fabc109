"""Read a Compose project: its files, its services, and the environment of each."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from sglang_envctl.environment import Assignment, Layer, Note, Origin, Place
from sglang_envctl.errors import SourceError
from sglang_envctl.sources import files
from sglang_envctl.sources.bounds import Budget
from sglang_envctl.sources.comments import in_lines
from sglang_envctl.sources.compose.interpolation import interpolate
from sglang_envctl.sources.compose.service import (
    ENVIRONMENT,
    Declared,
    EnvFile,
    ServiceContext,
    declared,
    is_of_others,
)
from sglang_envctl.sources.context import Context
from sglang_envctl.sources.dotenv import dialects
from sglang_envctl.sources.shell import started_by
from sglang_envctl.sources.yaml.tree import (
    LARGEST,
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    Stream,
    items,
    load,
    pairs,
    text_of,
    within,
)
from sglang_envctl.sources.yaml.unread import told

_FORMS = ("", "raw")
_MOST_REFUSALS = 100
"""The maximum number of reasons why Compose rejects the files; each service gets a note for each."""
_MOST_FILES = 100
"""The maximum number of files that one file may include or extend, directly or indirectly."""
_PER_FILE = 4096
"""The number of bytes that each opened file counts for, in addition to its content."""
_LONGEST_CHAIN = 50
"""The maximum number of services that extend one another in a chain."""


def read(path: str, data: bytes, context: Context, *, named: bool) -> tuple[Layer, ...]:
    """Return the environment of every service.

    Args:
        path: the Compose file.
        data: its content.
        context: the context of reading.
        named: whether the name is that of a Compose file; others may be files of similar programs.

    Raises:
        SourceError: the file is not valid YAML or not a Compose file, or is too large when expanded.
    """
    project = _Project(path, context, Budget(path))
    file = project.file(path, data, project.dotenv_values(path))
    if not file.services and not project.notes:
        raise SourceError(f"{file.shown}: defines no services, so it is not a Compose file")
    if not named and any(map(_is_of_others, file.services.values())):
        from sglang_envctl.sources import mappings

        return mappings.layers(path, data, context)
    layers = tuple(layer for name in file.services for layer in project.layers(file, name))
    if not layers:
        layers = (Layer(path, "compose", notes=(*project.notes.values(),)),)
    stream = file.stream
    return told(layers, stream.documents, stream.text, path, of_compose=True)


def _is_of_others(declarations: list[tuple[Node, _File]]) -> bool:
    """Return whether the declarations of a service are those of a file of another program."""
    return is_of_others({pair.key.text for service, _ in declarations for pair in pairs(service)})


class _File(NamedTuple):
    path: str
    services: dict[str, list[tuple[Node, _File]]]
    """The declarations of each service with their files, in order; later ones override earlier ones."""
    variables: Mapping[str, str]
    inherited: Mapping[str, str]
    stream: Stream

    @property
    def shown(self) -> str:
        return "standard input" if self.path == "-" else self.path

    def resolved(self, path: str) -> str:
        """Return a path from this file as a path relative to the working directory."""
        return os.path.normpath(os.path.join(os.path.dirname(self.path), path))


@dataclass
class _Project:
    """A Compose file and the files that it includes or extends."""

    source: str
    context: Context
    budget: Budget
    notes: dict[tuple[str, int, str], Note] = field(default_factory=dict)
    """Notes about the reasons why Compose rejects the files, by file, line and reason."""
    ignores: dict[Place, frozenset[str]] = field(default_factory=dict)
    files: dict[str, _File] = field(default_factory=dict)
    read: int = 0
    """The number of bytes of env_files that have been read."""
    held: dict[str, bytes] = field(default_factory=dict)
    """The content of the env_files that were opened, by path."""
    cache: dict[tuple[str, str], Declared] = field(default_factory=dict)
    """The declarations of services, by file and name, merged with the services that they extend."""

    def dotenv_values(self, path: str) -> Mapping[str, str]:
        """Return the variables of the .env file in the directory of a Compose file."""
        dotenv = os.path.join(os.path.dirname(path), ".env")
        return self._variables(dotenv) if os.path.isfile(dotenv) else {}

    def file(self, path: str, data: bytes, dotenv_values: Mapping[str, str]) -> _File:
        """Parse a Compose file, and resolve its references with these values of a .env file."""
        stream = load(data, path)
        self.ignores.update(in_lines(stream.text, path))
        for key, *_ in stream.repeated:
            self._refuse(path, key.line, f"the key {key.text} appears twice in one mapping")
        values = {**dotenv_values, **self.context.process}
        file = _File(path, {}, values, {name: values[name] for name in dotenv_values}, stream)
        self.files[path] = file
        for document in stream.documents:
            if found := within(document, ENVIRONMENT):
                self._refuse(path, found.line, "environment is a key of services only")
            for include in items(within(document, "include")):
                self._include(include, file)
            for name, service in pairs(within(document, "services")):
                if not isinstance(service, MappingNode):
                    self._refuse(path, name.line, f"service {name.text} is not a mapping")
                file.services.setdefault(name.text, []).append((service, file))
        return file

    def layers(self, file: _File, name: str) -> tuple[Layer, ...]:
        """Return the environment of each server that a service starts."""
        found = self._declared(file, name, ())
        layer = self._layer(file, name, found)
        given = [words for words in (found.entrypoint, found.command) if words]
        if not given:
            return (layer,)
        longest = max(given, key=lambda words: words.last - words.first)
        origin = Origin(self.source, file.path, longest.first, "command")
        words = [word for each in given for word in each.words]
        return started_by(layer, words, origin, longest.last)

    def _layer(self, file: _File, name: str, found: Declared) -> Layer:
        notes = [*self.notes.values(), *found.notes]
        assignments: list[Assignment] = []
        unseen = ""
        for entry in found.files:
            if entry.reference:
                reason = f"the path of an env_file has {entry.reference}, which is not defined here"
                facts = {"reason": reason}
                notes.append(Note("not-followed", entry.origin, dialect="shell", facts=facts))
                unseen = "an env_file"
                continue
            try:
                from_file = self._env_file(entry, {**dict(_values(found)), **file.variables})
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
            label,
            "compose",
            tuple(assignments),
            tuple(notes),
            ignores,
            name,
            unseen=unseen,
            devices=found.devices,
        )

    def _declared(self, file: _File, name: str, trail: tuple[tuple[str, str], ...]) -> Declared:
        if earlier := self.cache.get((file.path, name)):
            return earlier
        found = Declared()
        for service, home in file.services[name]:
            extends = within(service, "extends")
            base = self._base(extends, home, (*trail, (file.path, name))) if extends else Declared()
            context = ServiceContext(self.source, home.path, home.variables, home.inherited)
            found = declared(service, context, self.budget).over(base.over(found))
        self.cache[file.path, name] = found
        return found

    def _base(self, extends: Node, file: _File, trail: tuple[tuple[str, str], ...]) -> Declared:
        """Return the declarations of the extended service."""
        name = (
            extends.text if isinstance(extends, ScalarNode) else text_of(within(extends, "service"))
        )
        other = text_of(within(extends, "file"))
        line = extends.line
        home: _File | None = file
        if other:
            home = self._other(file.resolved(other), file, line, file.inherited)
        if home is None:
            return Declared()
        if (home.path, name) in trail or len(trail) > _LONGEST_CHAIN:
            self._refuse(file.path, line, "extends is circular or more than 50 levels deep")
            return Declared()
        if name not in home.services:
            self._refuse(file.path, line, "it extends a service that does not exist")
            return Declared()
        return self._declared(home, name, trail)

    def _include(self, include: Node, file: _File) -> None:
        path = include if isinstance(include, ScalarNode) else within(include, "path")
        for one in path.items if isinstance(path, SequenceNode) else (path,):
            if isinstance(one, ScalarNode):
                name = file.resolved(interpolate(one.text, file.variables.get).value)
                if name in self.files:  # already included, or circular
                    continue
                values = {**self.dotenv_values(name), **file.inherited}
                other = self._other(name, file, one.line, values)
                for service, parts in (other.services if other else {}).items():
                    file.services.setdefault(service, []).extend(parts)

    def _other(self, path: str, file: _File, line: int, values: Mapping[str, str]) -> _File | None:
        if path in self.files:
            return self.files[path]
        if len(self.files) >= _MOST_FILES:
            self._refuse(file.path, line, f"it includes or extends more than {_MOST_FILES} files")
            return None
        try:
            return self.file(path, files.read_bytes(path), values)
        except SourceError as error:
            self._refuse(file.path, line, f"a file that it needs cannot be read: {error}")
            return None

    def _env_file(self, entry: EnvFile, values: Mapping[str, str]) -> Layer | None:
        """Return the variables of an env_file; None for an optional file that does not exist."""
        home = self.files[entry.origin.file or self.source]
        path = home.resolved(entry.path)
        if entry.form not in _FORMS:
            raise SourceError(f"{path}: Compose does not support this format of env_file")
        if not entry.required and not os.path.exists(path):
            return None
        data = self._bytes(path)
        self.read += len(data) + _PER_FILE
        if self.read > LARGEST:
            raise SourceError(
                f"{path}: the env_files of one Compose file exceed {LARGEST >> 20} MiB"
            )
        read = _read(path, data, Context(values))

        def placed(origin: Origin) -> Origin:
            return Origin(self.source, path, origin.line, "env_file")

        return read._replace(
            assignments=tuple(a._replace(origin=placed(a.origin)) for a in read.assignments),
            # Compose strips a comment after a value.
            notes=tuple(
                note._replace(origin=placed(note.origin))
                for note in read.notes
                if note.rule != "inline-comment"
            ),
        )

    def _bytes(self, path: str) -> bytes:
        """Return the bytes of a file that services name; each file is opened only once."""
        if path not in self.held:
            self.held[path] = self.context.beside.read(path)
        return self.held[path]

    def _variables(self, path: str) -> Mapping[str, str]:
        try:
            layer = _read(path, self._bytes(path), Context(self.context.process))
        except SourceError as error:
            self._refuse(path, 1, f"the .env file next to it cannot be read: {error}")
            return {}
        return {a.name: a.raw for a in layer.assignments}

    def _refuse(self, path: str, line: int, why: str) -> None:
        origin = Origin(self.source, path, line, "environment")
        note = Note("refused", origin, dialect="compose", facts={"reason": why})
        if len(self.notes) < _MOST_REFUSALS:
            self.notes.setdefault((path, line, why), note)


def _read(path: str, data: bytes, context: Context) -> Layer:
    """Return the variables of a .env file, read as Compose does."""
    return dialects.read_as("compose", path, data, context)


def _values(found: Declared) -> Iterator[tuple[str, str]]:
    return ((a.name, a.raw) for a in found.values.values() if not a.unknown)
