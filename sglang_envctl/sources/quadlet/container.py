"""Build the environment of a container: the options that Quadlet passes to `podman run`, in order
of precedence.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from sglang_envctl.environment import Assignment, Layer, Note, Origin
from sglang_envctl.errors import SourceError
from sglang_envctl.sources import files
from sglang_envctl.sources.context import Beside, Context
from sglang_envctl.sources.shell import started_by
from sglang_envctl.sources.systemd.reader import HAS_SPECIFIER, INLINE, Reader
from sglang_envctl.sources.systemd.text import Entry, Item, command_line, several, specifiers

_CONTAINER = ("Container", "X-Container")
_KUBE = ("Kube", "X-Kube")
_ENVIRONMENT = ("Environment", "EnvironmentFile")
_OWN = "inherited from the environment of podman, if set there"
_REFERENCE = "contains a reference that systemd resolves"
_HELD = "held in a Podman secret"
_TRUE = ("1", "yes", "true", "on")


def read(path: str, data: bytes, context: Context) -> tuple[Layer, ...]:
    """Return the environment of a container, or of each container in the named manifest.

    Raises:
        SourceError: a drop-in or the manifest cannot be read.
    """
    reader = _Reader(path)
    reader.read(path, data)
    return _in_manifest(reader, context) or reader.layers()


def _in_manifest(reader: _Reader, context: Context) -> tuple[Layer, ...]:
    """Return the containers in the manifest of a `.kube` file."""
    if not reader.manifest:
        return ()
    from sglang_envctl.sources.kubernetes import layers

    path, origin = reader.manifest
    held = {named: data for named, where in reader.maps if (data := _read(reader, named, where))}
    beside = Beside((*context.beside.paths, *held), held) if held else context.beside
    if (manifest := _read(reader, path, origin)) is None:
        return ()
    try:
        found = layers(path, manifest, context._replace(beside=beside))
    except SourceError as error:
        reader.unread(origin, str(error))
        return ()
    return tuple(
        layer._replace(
            notes=(*reader.notes, *layer.notes), ignores={**reader.ignores, **layer.ignores}
        )
        for layer in found
    )


def _read(reader: _Reader, path: str, origin: Origin) -> bytes | None:
    try:
        return files.read_bytes(path)
    except SourceError as error:
        reader.unread(origin, str(error))
        return None


@dataclass(slots=True)
class _Reader(Reader):
    """One pass over a Quadlet file and its drop-ins."""

    declared: list[Assignment] = field(default_factory=list)
    service: list[Assignment] = field(default_factory=list)
    """The environment of podman."""
    files: list[tuple[str, Origin]] = field(default_factory=list)
    secrets: list[Assignment] = field(default_factory=list)
    manifest: tuple[str, Origin] | None = None
    maps: list[tuple[str, Origin]] = field(default_factory=list)
    """The files of ConfigMaps to which the containers may refer."""
    takes_own: bool = False
    """Whether the container gets the environment of podman."""
    command: tuple[str | None, ...] = ()
    started: Origin | None = None
    """The place of the command line."""

    def layers(self) -> tuple[Layer, ...]:
        """Return the environment of each server that the container starts."""
        layer = self._layer()
        return started_by(layer, self.command, self.started) if self.started else (layer,)

    def _layer(self) -> Layer:
        """Return the environment of the container: --env overrides --env-file, which
        overrides --env-host.
        """
        own = self.service if self.takes_own else []
        if not self.takes_own:
            for assignment in self.service:
                note = Note("outside-service-section", assignment.origin, assignment.name)
                self.notes.append(note._replace(variant="podman"))
        found = (*own, *self._from_files(), *self.secrets, *self.declared)
        unseen = "the environment of podman" if self.takes_own else ""
        return Layer(self.label, "quadlet", found, tuple(self.notes), self.ignores, unseen=unseen)

    def take(self, path: str, file: str, entry: Entry) -> None:
        """Process an entry for the container, for the manifest, or for podman itself."""
        del file
        handlers: dict[str, Callable[[str, Entry], None]] = {
            "Environment": self._environment,
            "EnvironmentFile": self._file,
            "EnvironmentHost": self._host,
            "Secret": self._secret,
            "Exec": self._start,
            "PodmanArgs": self._podman,
        }
        if entry.section in _CONTAINER and entry.key in handlers:
            handlers[entry.key](path, entry)
        elif entry.section in _KUBE and entry.key in ("Yaml", "ConfigMap"):
            named = os.path.join(os.path.dirname(path), entry.value)
            origin = Origin(self.label, path, entry.line)
            if entry.key == "Yaml":
                self.manifest = named, origin
            else:
                self.maps.append((named, origin))
        elif entry.section == "Service" and entry.key == "Environment":
            self.service += self._assignments(path, entry)
        elif entry.section != "Service" and entry.key in _ENVIRONMENT:
            variant = "kube" if entry.section in _KUBE else "quadlet"
            where = f"in [{entry.section}]" if entry.section else "before any section"
            self.remark("outside-service-section", path, entry.line, variant=variant, where=where)

    def _environment(self, path: str, entry: Entry) -> None:
        if not entry.value:
            self.declared.clear()
        self.declared += self._assignments(path, entry)

    def _assignments(
        self, path: str, entry: Entry, given: Iterable[Item] | None = None
    ) -> Iterator[Assignment]:
        before = ""
        for item in self.items(path, entry, relaxed=True) if given is None else given:
            name, equals, raw = item.value.partition("=")
            origin = Origin(self.label, path, item.line, INLINE)
            if not equals and before:
                self.remark("dropped-word", path, item.line, before)
                continue
            if names := several(raw):
                self.remark("several-in-quotes", path, item.line, name, names=names)
            has_specifier, raw, _ = specifiers(raw)
            unknown = _OWN if not equals else HAS_SPECIFIER if has_specifier else ""
            if "${" in raw:
                unknown = _REFERENCE
            yield Assignment(name, "" if unknown else raw, origin, (), unknown)
            before = name

    def _file(self, path: str, entry: Entry) -> None:
        if not entry.value:
            self.files.clear()
        for item in self.items(path, entry, relaxed=True):
            file = os.path.join(os.path.dirname(path), item.value)
            self.files.append((file, Origin(self.label, path, item.line)))

    def _from_files(self) -> Iterator[Assignment]:
        for file, origin in self.files:
            if "%" in file:
                self.unread(origin, HAS_SPECIFIER)
                continue
            yield from self.from_file("docker", file, origin)

    def _podman(self, path: str, entry: Entry) -> None:
        """Process `PodmanArgs=--env NAME=value --env-file FILE`."""
        items = self.items(path, entry, relaxed=True)
        for item, following in zip(items, [*items[1:], Item("", 0)], strict=True):
            option, equals, value = item.value.partition("=")
            given = item._replace(value=value) if equals else following
            if option in ("-e", "--env"):
                self.declared += self._assignments(path, entry, [given])
            elif option == "--env-file":
                file = os.path.join(os.path.dirname(path), given.value)
                self.files.append((file, Origin(self.label, path, item.line)))

    def _host(self, path: str, entry: Entry) -> None:
        del path
        self.takes_own = entry.value.lower() in _TRUE

    def _secret(self, path: str, entry: Entry) -> None:
        """Process `Secret=NAME,type=env,target=VARIABLE`."""
        for item in self.items(path, entry, relaxed=True):
            name, *options = item.value.split(",")
            given = dict(option.partition("=")[::2] for option in options)
            if given.get("type") == "env":
                origin = Origin(self.label, path, item.line)
                target = given.get("target", name)
                self.secrets.append(Assignment(target, "", origin, (), _HELD, confidential=True))

    def _start(self, path: str, entry: Entry) -> None:
        self.command = command_line(entry)
        self.started = Origin(self.label, path, entry.line) if self.command else None
