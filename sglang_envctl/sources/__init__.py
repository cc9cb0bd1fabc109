"""Where an environment comes from: one module a kind of source.

A module for a kind of file has `matches(path, head)`, which says whether a file looks like that
kind, and `read(path, data, context)`, which makes a layer of it. `KIND:PATH` forces the kind.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib import import_module
from typing import Protocol, cast

from sglang_envctl.environment import Layer
from sglang_envctl.errors import UsageError
from sglang_envctl.sources import files, process
from sglang_envctl.sources.model import Context

FILE_KINDS = ("dotenv",)
"""What a path can be, the most particular first; the last one takes what is left."""


class FileKind(Protocol):
    """What a module for a kind of file offers."""

    def matches(self, path: str, head: bytes) -> bool:
        """Whether a file looks like this kind, by its name and first 4 KiB."""

    def read(self, path: str, data: bytes, context: Context) -> Layer:
        """The file as a layer; what is wrong in it becomes a note, never an exception."""


def read(spec: str, context: Context) -> Layer:
    """Read the source that the user named.

    Raises:
        SourceError: it cannot be read.
        UsageError: the name makes no sense.
    """
    if not spec:
        raise UsageError("a source has an empty name: give a file, - or process")
    if spec == process.LABEL:
        return process.read(context)
    kind, colon, path = spec.partition(":")
    if colon and path and kind in FILE_KINDS:
        return _module(kind).read(path, files.read_bytes(path), context)
    data = files.read_bytes(spec)
    claims = (_module(kind) for kind in FILE_KINDS)
    return next(m for m in claims if m.matches(spec, data[:4096])).read(spec, data, context)


def _module(kind: str) -> FileKind:
    return cast("FileKind", import_module(f"{__name__}.{kind}"))


def stack(specs: Iterable[str], process_environment: Mapping[str, str]) -> tuple[Layer, ...]:
    """Read sources as layers, the first at the bottom; a reference sees the layers below it.

    Raises:
        SourceError: one of them cannot be read.
        UsageError: a name makes no sense.
    """
    layers: list[Layer] = []
    below: dict[str, str] = {}
    for spec in specs:
        layer = read(spec, Context(process_environment, below))
        below.update((assignment.name, assignment.raw) for assignment in layer.assignments)
        layers.append(layer)
    return tuple(layers)
