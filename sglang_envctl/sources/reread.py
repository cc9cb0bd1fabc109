"""Read a file again as before, but with other bytes than those on disk."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from sglang_envctl.environment import Layer, Place
from sglang_envctl.errors import EnvctlError, SourceError
from sglang_envctl.sources import FileKind, detect, file_kind
from sglang_envctl.sources.context import Context
from sglang_envctl.sources.files import read_bytes

_INCLUDING = ("compose", "systemd")
"""The kinds of sources that include .env files, each in the dialect of the same name."""


_RECORDS = ("snapshot", "docker")
"""The kinds of files that record an environment and are not edited."""


class Written(NamedTuple):
    """One assignment as written in a file."""

    selector: str
    name: str
    raw: str
    unknown: str
    file: str | None
    line: int | None


class Reading(NamedTuple):
    """The assignments of a file, and the rules that its comments silence."""

    written: tuple[Written, ...]
    ignores: Mapping[Place, frozenset[str]]
    """The rules that comments silence, by line."""


def editable(path: str) -> bytes | None:
    """Return the bytes of a regular file; None for standard input and for other objects."""
    if path == "-" or not os.path.isfile(path):
        return None
    try:
        return read_bytes(path)
    except SourceError:
        return None


def reread(source: str, path: str, data: bytes, context: Context) -> Reading | None:
    """Return the content of a file with these bytes; None if it cannot be read, or only records
    an environment, as a snapshot does.

    `source` is the source for which the file was read: the file itself, or a file that includes it.
    """
    try:
        kind, dialect = _kind(source, path, data)
        if kind in map(file_kind, _RECORDS):
            return None
        read_as = context._replace(dialect=dialect or context.dialect)
        layers = kind.layers(path, data, read_as)
    except EnvctlError:
        return None
    ignores = {place: rules for layer in layers for place, rules in layer.ignores.items()}
    return Reading(tuple(_written(layers)), ignores)


def _kind(source: str, path: str, data: bytes) -> tuple[FileKind, str]:
    """Return the kind of a file and, for an included .env file, the dialect in which it is read."""
    named = detect.parse(source)
    found = detect.detect(path, data[: detect.HEAD]) or file_kind("dotenv")
    if not isinstance(named, detect.NamedFile):
        return found, ""
    if os.path.normpath(named.path) == os.path.normpath(path):
        return detect.kind_of(named, data), ""
    including = detect.kind_of(named, read_bytes(named.path))
    return found, next((name for name in _INCLUDING if including is file_kind(name)), "")


def _written(layers: Iterable[Layer]) -> Iterable[Written]:
    for layer in layers:
        for a in layer.assignments:
            yield Written(layer.selector, a.name, a.raw, a.unknown, a.origin.file, a.origin.line)
