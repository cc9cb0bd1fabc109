"""A directory as a source: every file under it that looks like one, in a stable order."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import NamedTuple

from sglang_envctl.errors import SourceError, Unreadable
from sglang_envctl.sources import FileKind
from sglang_envctl.sources.context import nothing, silently
from sglang_envctl.sources.detect import HEAD, detect
from sglang_envctl.sources.files import PART, bounded, opened, reason


class Found(NamedTuple):
    """A file that looks like a source, opened once."""

    path: str
    kind: FileKind
    data: bytes


def walk(
    path: str,
    excluded: Callable[[str], bool] = nothing,
    passed: Callable[[str, str], object] = silently,
) -> Iterator[Found | Unreadable]:
    """The sources under a directory, those of a folder before those of its subfolders.

    Hidden folders are left out, and so are links to folders, which may form a circle, and what is
    excluded. Every other file is told to `passed`.
    """
    empty = True
    for file in _files(path, excluded):
        found = file if isinstance(file, Unreadable) else _found(file)
        if found:
            empty = False
            yield found
        else:
            passed(str(file), os.path.splitext(str(file))[1] or "without a suffix")
    if empty:
        yield Unreadable(path, "no file under it looks like a source")


def _files(path: str, excluded: Callable[[str], bool]) -> Iterator[str | Unreadable]:
    try:
        with os.scandir(path) as found:
            entries = sorted(found, key=lambda entry: entry.name)
    except OSError as error:
        yield Unreadable(path, reason(error))
        return
    folders = []
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            if not entry.name.startswith(".") and not excluded(entry.path):
                folders.append(entry.path)
        elif (
            os.path.isfile(entry.path) if entry.is_symlink() else entry.is_file()
        ) and not excluded(entry.path):
            yield entry.path
    for folder in folders:
        yield from _files(folder, excluded)


def _found(path: str) -> Found | Unreadable | None:
    """A file if it looks like a source; one that may not be read, only by its name."""
    kind = None
    try:
        with opened(path) as stream:
            start = stream.read(PART)
            kind = detect(path, start[:HEAD])
            return Found(path, kind, bounded(stream, path, start)) if kind else None
    except SourceError as error:
        return Unreadable.of(path, error) if kind or detect(path, b"") else None
