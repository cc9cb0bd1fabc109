"""Reading a file that may be anything: a directory, a pipe without a writer, a terabyte."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from io import BytesIO
from types import MappingProxyType
from typing import IO, Any, BinaryIO, TypeAlias

from sglang_envctl.errors import SourceError
from sglang_envctl.text.escape import source_name, visible

LARGEST = 128 * 1024 * 1024
"""Bytes of one source; a path to anything larger is a mistake."""
PART = 1 << 16
"""Bytes to ask for at once: Python allocates as much, however small the file is."""

# What the shell hands over, and the usual way to write "nothing".
_READABLE = ("/dev/fd/", "/dev/stdin", "/proc/self/fd/", os.devnull)

Identity: TypeAlias = tuple[int, int]
"""Device and inode: what a file has under each of its names."""
Inputs: TypeAlias = dict[Identity, str]
"""The regular files that were opened, each with the name that it was opened by."""
_INPUTS: ContextVar[Inputs | None] = ContextVar("inputs", default=None)
_HELD: ContextVar[Mapping[str, bytes]] = ContextVar("held", default=MappingProxyType({}))


@contextmanager
def recorded() -> Iterator[Inputs]:
    """Record every file that is opened meanwhile, whichever source needs it."""
    inputs: Inputs = {}
    token = _INPUTS.set(inputs)
    try:
        yield inputs
    finally:
        _INPUTS.reset(token)


@contextmanager
def held(texts: Mapping[str, bytes]) -> Iterator[None]:
    """Read these bytes in place of the files with these absolute paths, as an editor holds them."""
    token = _HELD.set(texts)
    try:
        yield
    finally:
        _HELD.reset(token)


def inputs() -> Inputs:
    """What has been recorded so far; nothing outside of `recorded`."""
    return _INPUTS.get() or {}


def identity(file: str | IO[Any]) -> Identity | None:
    """The device and inode of a regular file, or of the one that a stream is connected to."""
    with suppress(OSError, ValueError):
        status = os.stat(file) if isinstance(file, str) else os.fstat(file.fileno())
        return _identity(status)
    return None


def is_empty_file(stream: IO[Any] | None) -> bool:
    """Whether a stream is connected to a regular file with nothing in it."""
    if stream is None:
        return False
    with suppress(OSError, ValueError):
        status = os.fstat(stream.fileno())
        return stat.S_ISREG(status.st_mode) and not status.st_size
    return False


def read_bytes(path: str) -> bytes:
    """The bytes of a file, or of standard input for `-`.

    Raises:
        SourceError: there is no such file, it is not a regular file, it may not be read, or it is
            larger than LARGEST.
    """
    with opened(path) as stream:
        return bounded(stream, path)


@contextmanager
def opened(path: str) -> Iterator[BinaryIO]:
    """A file that is open for reading, or standard input for `-`.

    Raises:
        SourceError: it cannot be opened, or reading from it fails.
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
            with open(path, "rb") as stream:
                yield stream
    except ValueError as error:  # a NUL in the path
        raise SourceError(f"{source_name(path)}: no file can have this name") from error
    except OSError as error:
        raise SourceError(f"{source_name(path)}: {reason(error)}") from error


def bounded(stream: BinaryIO, path: str, start: bytes | None = None) -> bytes:
    """All the bytes of a stream of which PART bytes, or all there are, may have been read already.

    Raises:
        SourceError: they are more than LARGEST.
    """
    part = stream.read(PART) if start is None else start
    parts, size = [part], len(part)
    while len(part) == PART and size <= LARGEST:  # a shorter one is the last
        part = stream.read(PART)
        parts.append(part)
        size += len(part)
    if size > LARGEST:
        limit = LARGEST >> 20
        raise SourceError(
            f"{source_name(path)}: larger than {limit} MiB, which no environment file is"
        )
    return b"".join(parts)


def _text(path: str) -> bytes | None:
    """What is held in place of a file."""
    texts = _HELD.get()
    return texts.get(os.path.abspath(path)) if texts else None


def _standard_input() -> BinaryIO:
    if sys.stdin is None or sys.stdin.closed:  # started with `<&-`
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
    """Why a file could not be read, in words."""
    if isinstance(error, FileNotFoundError):
        return "no such file"
    if isinstance(error, PermissionError):
        return "may not be read (permission denied)"
    return (error.strerror or "cannot be read").lower()
