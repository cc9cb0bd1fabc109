"""Read a directory as a source: every file under it that looks like one, in a stable order."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from sglang_envctl.environment import Layer, Place
from sglang_envctl.errors import SourceError, Unreadable
from sglang_envctl.sources import FileKind, file_kind
from sglang_envctl.sources.context import nothing, silently
from sglang_envctl.sources.detect import HEAD, detect
from sglang_envctl.sources.files import PART, bounded, files_under, opened
from sglang_envctl.sources.snapshot import is_report

MOST_PASSED_OVER = 10_000
"""The maximum number of files under a directory that are not sources; a project has fewer."""
MOST_BYTES = 128 * 1024 * 1024
"""The maximum number of bytes of sources, except snapshots, that are kept until all are read."""
_PROGRAMS = (b"\x7fELF", b"MZ\x90\0", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe")
"""The first bytes of compiled programs."""


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
    """Yield the sources under a directory, those of a folder before those of its subfolders.

    Hidden folders, links to folders, which may form a cycle, and excluded files are left out.
    `passed` is called with every other file that is not a source.
    """
    empty, size, others = True, 0, 0

    def left_out(file: str) -> bool:
        hidden = os.path.basename(file).startswith(".") and os.path.isdir(file)
        return hidden or excluded(file)

    for file in files_under(path, left_out):
        if isinstance(file, str) and not os.path.isfile(file):
            continue
        found = file if isinstance(file, Unreadable) else _found(file)
        if found:
            empty = False
            if isinstance(found, Found) and found.kind is not file_kind("snapshot"):
                size += len(found.data)
            if size > MOST_BYTES:
                yield Unreadable(path, f"more than {MOST_BYTES >> 20} MiB; name a folder in it")
                return
            yield found
        else:
            others += 1
            if others > MOST_PASSED_OVER:
                reason = f"more than {MOST_PASSED_OVER:,} files in it are not sources"
                yield Unreadable(path, f"{reason}; name a folder in it, or exclude some")
                return
            passed(str(file), os.path.splitext(str(file))[1] or "without a suffix")
    if empty:
        yield Unreadable(path, "no file under it looks like a source")


def _is_none(start: bytes) -> bool:
    """Return whether a file cannot be a source, regardless of its name: /usr/bin/env is a program."""
    return start.startswith(_PROGRAMS) or is_report(start)


def _found(path: str) -> Found | Unreadable | None:
    """Return a file if it looks like a source; without read permission, only the name decides."""
    kind = None
    try:
        with opened(path) as stream:
            start = stream.read(PART)
            kind = None if _is_none(start) else detect(path, start[:HEAD])
            return Found(path, kind, bounded(stream, path, start)) if kind else None
    except SourceError as error:
        return Unreadable.of(path, error) if kind or detect(path, b"") else None


def without_parts(
    found: Sequence[tuple[str, Layer | Unreadable]], named: frozenset[str]
) -> Iterator[Layer | Unreadable]:
    """Yield the layers of sources, except those that are part of another source and that the user
    did not name.
    """
    read = [(source, os.path.normpath(source), one) for source, one in found]
    used = {
        place
        for source, file, one in read
        if not _files(one) <= {source}
        for place in _places(one)
        if place[0] != file
    }
    used_files = {file for file, _ in used}
    for source, file, one in read:
        own = _places(one) if file in used_files and source not in named else set()
        whole = any(place[0] != file for place in own)
        if not own or whole or not own <= used:
            yield one


def _files(found: Layer | Unreadable) -> set[str]:
    """Return the files in which a source has assignments."""
    if isinstance(found, Unreadable):
        return set()
    return set(filter(None, {a.origin.file for a in found.assignments}))


def _places(found: Layer | Unreadable) -> set[Place]:
    """Return the files and lines of the assignments of a source."""
    if isinstance(found, Unreadable):
        return set()
    names = {file: os.path.normpath(file) for file in _files(found)}
    origins = (a.origin for a in found.assignments)
    return {(names[file], line or 0) for _, file, line, _ in origins if file}
