"""Where an environment comes from: one module a kind of source.

A module for a kind of file has `matches(path, head)`, which says whether a file looks like that
kind, and `layers(path, data, context)`, which makes a layer of each environment in it: one of a .env
file, one a service of a Compose file. `KIND:PATH` forces the kind, `PATH#SELECTOR` picks one of them,
by its whole selector or what stands behind a slash in it.

A module for a place that is no file has `layers(argument, context)`, for `PLACE`, `PLACE:ARGUMENT` or
`PLACE#ARGUMENT`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from importlib import import_module
from typing import NamedTuple, Protocol, cast

from sglang_envctl.environment import Layer
from sglang_envctl.errors import UsageError
from sglang_envctl.sources import files
from sglang_envctl.sources.context import Context
from sglang_envctl.text.escape import visible

FILE_KINDS = (
    "snapshot", "docker", "dockerfile", "systemd", "shell", "kubernetes", "compose", "dotenv",
)  # fmt: skip
"""What a path can be, the most particular first; the last one takes what is left."""
PLACES = ("process", "pid", "sglang")
"""What is no file. A file of such a name is written ./NAME."""


class FileKind(Protocol):
    """What a module for a kind of file offers."""

    def matches(self, path: str, head: bytes) -> bool:
        """Whether a file looks like this kind, by its name and first 4 KiB."""

    def layers(self, path: str, data: bytes, context: Context) -> tuple[Layer, ...]:
        """The environments in a file; what is wrong in one of them becomes a note.

        Raises:
            SourceError: as a whole it is nothing of this kind.
        """


class PlaceKind(Protocol):
    """What a module for a place offers."""

    def layers(self, argument: str, context: Context) -> tuple[Layer, ...]:
        """The environments that are there.

        Raises:
            SourceError: there is nothing that could be read.
            UsageError: the argument makes no sense.
        """


def every(spec: str, context: Context) -> tuple[Layer, ...]:
    """Read all the environments of the source that the user named.

    Raises:
        SourceError: it cannot be read.
        UsageError: the name makes no sense.
    """
    if not spec:
        raise UsageError("a source has an empty name: give a file, - or process")
    place = spec.partition(":")[0].partition("#")[0]
    if place in PLACES:
        return cast("PlaceKind", _module(place)).layers(spec[len(place) + 1 :], context)
    kind, path, selector = _parts(spec)
    data = files.read_bytes(path)
    found = _kind(kind, path, data).layers(path, data, context)
    if selector:
        return _selected(found, path, selector)
    return tuple(layer for layer in found if not layer.aside)


def read(spec: str, context: Context) -> Layer:
    """Read the source that the user named, which has to be one environment.

    Raises:
        SourceError: it cannot be read.
        UsageError: the name makes no sense, or stands for several environments.
    """
    found = every(spec, context)
    if len(found) == 1:
        return found[0]
    raise UsageError(f"{visible(spec)} holds {_listed(found)}: pick one, as {visible(spec)}#NAME")


class _Parts(NamedTuple):
    kind: str
    path: str
    selector: str


def _parts(spec: str) -> _Parts:
    """Kind, path and selector of a name. A path that exists as it is written has no selector."""
    kind, colon, path = spec.partition(":")
    if not (colon and path and kind in FILE_KINDS):
        kind, path = "", spec
    before, _, selector = path.rpartition("#")
    if before and not os.path.exists(path):
        return _Parts(kind, before, selector)
    return _Parts(kind, path, "")


def _kind(kind: str, path: str, data: bytes) -> FileKind:
    if not kind and _is_dotenv(path):
        kind = "dotenv"
    kinds = (cast("FileKind", _module(name)) for name in ((kind,) if kind else FILE_KINDS))
    return next(module for module in kinds if kind or module.matches(path, data[:4096]))


def _is_dotenv(path: str) -> bool:
    """Whether a file is called as .env files are, so that no kind need be asked about it."""
    return bool(re.search(r"(?:^|[/.])env(?:\.[^/.]+)?$", path))


def _selected(found: tuple[Layer, ...], path: str, selector: str) -> tuple[Layer, ...]:
    chosen = tuple(layer for layer in found if layer.selector == selector) or tuple(
        layer for layer in found if layer.selector.endswith(f"/{selector}")
    )
    if not chosen:
        raise UsageError(f"{visible(path)} has no {visible(selector)}: it holds {_listed(found)}")
    return chosen


def paths(specs: Iterable[str]) -> tuple[str, ...]:
    """The files that sources name, without kind and selector."""
    named = (_parts(spec).path for spec in specs if spec.partition(":")[0] not in PLACES)
    return tuple(dict.fromkeys(path for path in named if path and path != "-"))


def looks_like_one(path: str, head: bytes) -> bool:
    """Whether a file that nobody named looks like a source."""
    if _is_dotenv(path):
        return True
    return any(cast("FileKind", _module(k)).matches(path, head) for k in FILE_KINDS[:-1])


def _listed(found: tuple[Layer, ...]) -> str:
    names = [visible(layer.selector) for layer in found if layer.selector]
    more = f" and {len(names) - 10} more" if len(names) > 10 else ""
    return f"{', '.join(names[:10])}{more}" if names else "one environment without a name"


def _module(kind: str) -> object:
    return import_module(f"{__name__}.{kind}")
