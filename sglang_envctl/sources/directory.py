"""A directory as a source: every file under it that looks like one, in a stable order."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from sglang_envctl.sources import looks_like_one
from sglang_envctl.sources.files import reason

_HEAD = 4096


class Unopened(NamedTuple):
    """A folder that could not be looked into, or that holds nothing."""

    path: str
    why: str


def expanded(specs: Iterable[str]) -> Iterator[str | Unopened]:
    """Sources, with every directory replaced by the sources under it."""
    for spec in specs:
        if not os.path.isdir(spec):
            yield spec
            continue
        found = False
        for entry in walk(spec):
            found = True
            yield entry
        if not found:
            yield Unopened(spec, "no file under it looks like a source")


def walk(path: str) -> Iterator[str | Unopened]:
    """The sources under a directory, those of a folder before those of the folders in it.

    Hidden folders are left out, and links to folders, which may lead round in a circle.
    """
    for entry in _files(path):
        if isinstance(entry, Unopened) or _looks_like_one(entry):
            yield entry


def _files(path: str) -> Iterator[str | Unopened]:
    unopened: list[Unopened] = []

    def remember(error: OSError) -> None:
        unopened.append(Unopened(str(error.filename), reason(error)))

    for folder, folders, names in os.walk(path, onerror=remember):
        yield from unopened
        unopened.clear()
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            file = os.path.join(folder, name)
            if os.path.isfile(file):
                yield file
    yield from unopened


def _looks_like_one(path: str) -> bool:
    """A file that may not be read is none, unless its name says otherwise."""
    try:
        with open(path, "rb") as stream:
            head = stream.read(_HEAD)
    except OSError:
        head = b""
    return looks_like_one(path, head)
