"""Read files and folders that may be of any kind and size: a pipe without a writer, a terabyte, a
whole disk.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from io import BytesIO
from itertools import islice
from types import MappingProxyType
from typing import IO, Any, BinaryIO, TypeAlias

from sglang_envctl.errors import SourceError, Unreadable
from sglang_envctl.text.escape import source_name, visible

LARGEST = 128 * 1024 * 1024
"""The maximum number of bytes of one source; a path to a larger file is a mistake."""
MOST_FILES = 200_000
"""The maximum number of names in one search; a project or a cluster has fewer."""
PART = 1 << 16
"""The number of bytes per read: Python allocates this much, even for a small file."""

_MOUNTS = "/proc/self/mountinfo"
# File systems without ordinary files, or whose files are generated when read.
_PSEUDO = {
    "autofs", "binfmt_misc", "bpf", "cgroup", "cgroup2", "configfs", "debugfs", "devpts", "devtmpfs",
    "efivarfs", "fusectl", "mqueue", "nsfs", "proc", "pstore", "rpc_pipefs", "securityfs",
    "selinuxfs", "sysfs", "tracefs",
}  # fmt: skip
_NOT_ENTERED = {
    True: "is on a pseudo file system, which is not searched; name a file in it",
    False: "is on another file system; name it too, or exclude it",
}
# File descriptors from the shell, and /dev/null, the usual way to pass an empty file.
_READABLE = ("/dev/fd/", "/dev/stdin", "/proc/self/fd/", os.devnull)

Identity: TypeAlias = tuple[int, int]
"""Device and inode, which are the same for all names of a file."""
Inputs: TypeAlias = dict[Identity, str]
"""The regular files that were opened, each with the name by which it was opened."""
_INPUTS: ContextVar[Inputs | None] = ContextVar("inputs", default=None)
_HELD: ContextVar[Mapping[str, bytes]] = ContextVar("held", default=MappingProxyType({}))


@contextmanager
def recorded() -> Iterator[Inputs]:
    """Record every file that any source opens inside the context."""
    inputs: Inputs = {}
    token = _INPUTS.set(inputs)
    try:
        yield inputs
    finally:
        _INPUTS.reset(token)


@contextmanager
def held(texts: Mapping[str, bytes]) -> Iterator[None]:
    """Inside the context, read these bytes, such as an editor's unsaved text, instead of the files
    at these absolute paths.
    """
    token = _HELD.set(texts)
    try:
        yield
    finally:
        _HELD.reset(token)


def inputs() -> Inputs:
    """Return the files that have been recorded so far; empty outside of `recorded`."""
    return _INPUTS.get() or {}


def identity(file: str | IO[Any]) -> Identity | None:
    """Return the device and inode of a regular file, or of the file that a stream is connected to."""
    with suppress(OSError, ValueError):
        status = os.stat(file) if isinstance(file, str) else os.fstat(file.fileno())
        return _identity(status)
    return None


def is_empty_file(stream: IO[Any] | None) -> bool:
    """Return whether a stream is connected to an empty regular file."""
    if stream is None:
        return False
    with suppress(OSError, ValueError):
        status = os.fstat(stream.fileno())
        return stat.S_ISREG(status.st_mode) and not status.st_size
    return False


def read_bytes(path: str) -> bytes:
    """Return the bytes of a file, or of standard input for `-`.

    Raises:
        SourceError: the file does not exist, is not a regular file, may not be read, or is
            larger than LARGEST.
    """
    with opened(path) as stream:
        return bounded(stream, path)


@contextmanager
def opened(path: str) -> Iterator[BinaryIO]:
    """Open a file for reading, or standard input for `-`.

    Raises:
        SourceError: the file cannot be opened, or reading it fails.
    """
    try:
        if path == "-":
            stream = _standard_input()
            _record(identity(stream), path)
            yield stream
        elif (text := _text(path)) is not None:
            _record(identity(path), path)
            yield BytesIO(text)
        else:
            status = os.stat(path)
            _record(_identity(status), path)
            _refuse_what_would_block(path, status.st_mode)
            # Some files in /proc and /sys block until another process writes.
            waits = not stat.S_ISREG(status.st_mode)
            with open(path, "rb", opener=None if waits else _without_waiting) as stream:
                yield stream
    except ValueError as error:  # a NUL in the path
        raise SourceError(f"{source_name(path)}: no file can have this name") from error
    except OSError as error:
        raise SourceError(f"{source_name(path)}: {reason(error)}") from error


def bounded(stream: BinaryIO, path: str, start: bytes | None = None) -> bytes:
    """Return all bytes of a stream; `start` has the first PART bytes, or all, if they were read already.

    Raises:
        SourceError: the stream has more than LARGEST bytes.
    """
    part = _part(stream, path) if start is None else start
    parts, size = [part], len(part)
    while len(part) == PART and size <= LARGEST:  # a shorter start is the whole file
        part = _part(stream, path)
        parts.append(part)
        size += len(part)
    if size > LARGEST:
        limit = LARGEST >> 20
        raise SourceError(
            f"{source_name(path)}: larger than {limit} MiB, which no environment file is"
        )
    return b"".join(parts)


def _part(stream: BinaryIO, path: str) -> bytes:
    part: bytes | None = stream.read(PART)
    if part is None:
        raise SourceError(f"{source_name(path)}: has nothing to read yet, and does not end")
    return part


def _text(path: str) -> bytes | None:
    """Return the bytes that replace a file's content, if any."""
    texts = _HELD.get()
    return texts.get(os.path.abspath(path)) if texts else None


def files_under(
    root: str, left_out: Callable[[str], bool], most: int = MOST_FILES
) -> Iterator[str | Unreadable]:
    """Yield every path that is not a folder, in a folder and then in its subfolders, in a stable order.

    An entry may be a pipe, or a link to anything. Other file systems are reported instead of
    entered.

    Args:
        root: the folder.
        left_out: returns whether a file or a folder is skipped.
        most: the maximum number of names; more are reported.
    """
    pseudo, device, left = _pseudo_devices(), os.stat(root).st_dev, most
    waiting = [root]
    while waiting:
        folder = waiting.pop()
        try:
            here = os.stat(folder).st_dev
            if here in pseudo or here != device:
                if folder == root or here not in pseudo:
                    yield Unreadable(folder, _NOT_ENTERED[here in pseudo])
                continue
            with os.scandir(folder) as entries:
                found = sorted(islice(entries, left + 1), key=lambda entry: entry.name)
        except OSError as error:
            yield Unreadable(folder, reason(error))
            continue
        left -= len(found)
        if left < 0:
            yield Unreadable(root, f"more than {most:,} files are in it; name a folder in it")
            return
        kept = [entry for entry in found if not left_out(entry.path)]
        folders = [entry.path for entry in kept if entry.is_dir(follow_symlinks=False)]
        waiting += reversed(folders)
        yield from sorted({entry.path for entry in kept}.difference(folders))


def matching(pattern: str) -> list[str]:
    """Return the paths that match a shell pattern, in order.

    Raises:
        SourceError: the pattern requires a search through more than MOST_FILES names.
    """
    from fnmatch import filter as matched

    paths, left = ["/" if pattern.startswith("/") else ""], MOST_FILES
    for part in filter(None, pattern.split("/")):
        found: list[str] = []
        for folder in paths:
            names = [part]
            if any(char in part for char in "*?["):
                names = list(islice(_names(folder or "."), left + 1))
                left -= len(names)
                names = [name for name in matched(names, part) if name[0] != "." or part[0] == "."]
            if left < 0:
                raise SourceError(f"{visible(pattern)}: more than {MOST_FILES:,} files to search")
            found += [os.path.join(folder, name) for name in names]
        paths = found
    return sorted(filter(os.path.lexists, paths))


def _names(folder: str) -> Iterator[str]:
    with suppress(OSError), os.scandir(folder) as entries:
        yield from (entry.name for entry in entries)


def _pseudo_devices() -> frozenset[int]:
    """Return the devices of pseudo file systems, if the system lists them."""
    with suppress(OSError, ValueError, IndexError), open(_MOUNTS, "rb") as mounts:
        lines = [line.decode("ascii", "replace").partition(" - ") for line in mounts]
        return frozenset(
            os.makedev(*map(int, before.split()[2].split(":")))
            for before, _, after in lines
            if after.split()[0] in _PSEUDO
        )
    return frozenset()


def _without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NONBLOCK)


def _standard_input() -> BinaryIO:
    if sys.stdin is None or sys.stdin.closed:  # closed with `<&-`
        raise SourceError("standard input: is closed; pipe a file in")
    return sys.stdin.buffer


def _identity(status: os.stat_result) -> Identity | None:
    return (status.st_dev, status.st_ino) if stat.S_ISREG(status.st_mode) else None


def _record(found: Identity | None, path: str) -> None:
    record = _INPUTS.get()
    if record is not None and found:
        record.setdefault(found, path)


def _refuse_what_would_block(path: str, mode: int) -> None:
    shown = visible(path)
    if stat.S_ISDIR(mode):
        raise SourceError(f"{shown}: is a directory; name a file in it")
    if not stat.S_ISREG(mode) and not path.startswith(_READABLE):
        raise SourceError(f"{shown}: is not a regular file; pipe it in and name the source -")


def reason(error: OSError) -> str:
    """Return the reason why a file could not be read."""
    if isinstance(error, FileNotFoundError):
        return "no such file"
    if isinstance(error, PermissionError):
        return "may not be read (permission denied)"
    return (error.strerror or "cannot be read").lower()
