"""What a file says when its content is another: read as it was, from bytes that are not on the disk."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import NamedTuple

from sglang_envctl.environment import Layer
from sglang_envctl.errors import EnvctlError, SourceError
from sglang_envctl.sources import detect, file_kind
from sglang_envctl.sources.context import Context
from sglang_envctl.sources.files import read_bytes

_INCLUDING = ("compose", "systemd")
"""The kinds of sources that include .env files, each in the dialect of its name."""


class Written(NamedTuple):
    """One assignment, as a file says it."""

    selector: str
    name: str
    raw: str
    unknown: str
    file: str | None
    line: int | None


def editable(path: str) -> bytes | None:
    """The bytes of a regular file; None for standard input and for what is not a file."""
    if path == "-" or not os.path.isfile(path):
        return None
    try:
        return read_bytes(path)
    except SourceError:
        return None


def reread(source: str, path: str, data: bytes, context: Context) -> tuple[Written, ...] | None:
    """The assignments of a file whose bytes are these; None if it cannot be read so.

    `source` is what the file was read for: the file itself, or one that includes it.
    """
    try:
        return tuple(_written(_layers(source, path, data, context)))
    except EnvctlError:
        return None


def _layers(source: str, path: str, data: bytes, context: Context) -> tuple[Layer, ...]:
    named = detect.parse(source)
    if isinstance(named, detect.NamedFile):
        if os.path.normpath(named.path) == os.path.normpath(path):
            return detect.kind_of(named, data).layers(path, data, context)
        kind = detect.kind_of(named, read_bytes(named.path))
        dialects = [name for name in _INCLUDING if kind is file_kind(name)]
        context = context._replace(dialect=next(iter(dialects), context.dialect))
    found = detect.detect(path, data[: detect.HEAD]) or file_kind("dotenv")
    return found.layers(path, data, context)


def _written(layers: Iterable[Layer]) -> Iterable[Written]:
    for layer in layers:
        for a in layer.assignments:
            yield Written(layer.selector, a.name, a.raw, a.unknown, a.origin.file, a.origin.line)
