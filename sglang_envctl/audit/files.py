"""The Python files of a package: a directory, an installed package or a wheel."""

from __future__ import annotations

import os
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from sglang_envctl.errors import SourceError, Unreadable

MAX_FILE = 8 * 1024 * 1024
"""Bytes of one file; the largest in SGLang has a tenth of it."""
MAX_TOTAL = 512 * 1024 * 1024
"""Bytes of all Python files together, so that a small hostile zip cannot fill the memory."""
MAX_FILES = 100_000

_SKIPPED = {"__pycache__", ".git", ".venv", "venv", "node_modules", "site-packages", ".tox"}
_ZIP_FAULTS = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError)


class TargetError(SourceError):
    """The target is nothing that can be audited."""

    def __init__(self, target: object, reason: str) -> None:
        super().__init__(f"{target}: {reason}")
        self.reason = reason


def python_files(target: Path) -> Iterator[tuple[str, bytes] | Unreadable]:
    """Each Python file as (path inside the package's parent, bytes), in a stable order."""
    # Unlike those of Path, these say no to a name that is too long or in a closed folder.
    is_file = os.path.isfile(target)
    if os.path.isdir(target):
        yield from _of_directory(target)
    elif is_file and zipfile.is_zipfile(target):
        yield from _of_zip(target)
    elif is_file and target.suffix == ".py":
        yield _bounded(target.name, target)
    elif os.path.exists(target):
        raise TargetError(target, "is neither a directory nor a wheel nor a Python file")
    else:
        raise TargetError(target, "no such file or directory")


def _of_directory(root: Path) -> Iterator[tuple[str, bytes] | Unreadable]:
    # A package's files are named as its imports name them: "sglang/srt/environ.py".
    base = root.resolve().parent if (root / "__init__.py").exists() else root.resolve()
    total = count = 0
    closed: list[OSError] = []
    for folder, folders, names in os.walk(root.resolve(), onerror=closed.append):
        folders[:] = sorted(name for name in folders if name not in _SKIPPED)
        for name in sorted(names):
            if not name.endswith(".py"):
                continue
            path = Path(folder, name)
            found = _bounded(path.relative_to(base).as_posix(), path)
            count += 1
            total += 0 if isinstance(found, Unreadable) else len(found[1])
            if total > MAX_TOTAL or count > MAX_FILES:
                yield Unreadable(
                    path.relative_to(base).as_posix(), "more files than an audit reads"
                )
                return
            yield found
    for error in closed:
        name = Path(error.filename).relative_to(base).as_posix()
        yield Unreadable(name, (error.strerror or str(error)).lower())


def _bounded(name: str, path: Path) -> tuple[str, bytes] | Unreadable:
    try:
        if not path.is_file():
            return Unreadable(name, "no regular file")
        with path.open("rb") as stream:
            content = stream.read(MAX_FILE + 1)
    except OSError as error:
        return Unreadable(name, (error.strerror or str(error)).lower())
    if len(content) > MAX_FILE:
        return Unreadable(name, f"larger than {MAX_FILE} bytes")
    return name, content


def _of_zip(path: Path) -> Iterator[tuple[str, bytes] | Unreadable]:
    try:
        with zipfile.ZipFile(path) as archive:
            members = [item for item in archive.infolist() if item.filename.endswith(".py")]
            members.sort(key=lambda item: item.filename)
            total = 0
            for item in members[:MAX_FILES]:
                found = _member(archive, item)
                total += 0 if isinstance(found, Unreadable) else len(found[1])
                if total > MAX_TOTAL:
                    yield Unreadable(item.filename, "more bytes than an audit reads")
                    return
                yield found
            if len(members) > MAX_FILES:
                yield Unreadable(path.name, f"more than {MAX_FILES} files")
    except _ZIP_FAULTS as error:
        raise TargetError(path, f"is a broken zip: {error}") from error


def _member(archive: zipfile.ZipFile, item: zipfile.ZipInfo) -> tuple[str, bytes] | Unreadable:
    name = item.filename
    if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts or "\\" in name:
        return Unreadable(name, "a path outside the package")
    # The declared size may lie: what counts is what comes out, read up to the bound.
    try:
        with archive.open(item) as stream:
            content = stream.read(MAX_FILE + 1)
    except _ZIP_FAULTS as error:
        return Unreadable(name, f"broken zip member: {error}")
    if len(content) > MAX_FILE:
        return Unreadable(name, f"larger than {MAX_FILE} bytes")
    return name, content
