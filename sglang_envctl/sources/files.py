"""Reading a file that may be anything: a directory, a pipe without a writer, a terabyte."""

from __future__ import annotations

import os
import stat
import sys

from sglang_envctl.errors import SourceError
from sglang_envctl.text.escape import visible

LARGEST = 128 * 1024 * 1024
"""Bytes of one source; an environment of that size is a mistake in the path."""

# What the shell hands over, and the usual way to write "nothing".
_READABLE = ("/dev/fd/", "/dev/stdin", "/proc/self/fd/", os.devnull)


def read_bytes(path: str) -> bytes:
    """The bytes of a file, or of standard input for `-`.

    Raises:
        SourceError: there is no such file, it is no regular file, it may not be read, or it is
            larger than LARGEST.
    """
    shown = "standard input" if path == "-" else visible(path)
    try:
        if path == "-":
            data = _standard_input()
        else:
            _refuse_what_would_block(path, shown)
            with open(path, "rb") as stream:
                data = stream.read(LARGEST + 1)
    except ValueError as error:  # a NUL in the path
        raise SourceError(f"{shown}: no file can have this name") from error
    except OSError as error:
        raise SourceError(f"{shown}: {reason(error)}") from error
    if len(data) > LARGEST:
        limit = LARGEST >> 20
        raise SourceError(f"{shown}: larger than {limit} MiB, which no environment file is")
    return data


def _standard_input() -> bytes:
    if sys.stdin is None or sys.stdin.closed:  # started with `<&-`
        raise SourceError("standard input: is closed; pipe a file in")
    return sys.stdin.buffer.read(LARGEST + 1)


def _refuse_what_would_block(path: str, shown: str) -> None:
    mode = os.stat(path).st_mode
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
