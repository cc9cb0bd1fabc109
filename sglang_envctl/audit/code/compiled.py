"""Find the variables that the compiled parts of a package mention: shared objects, C++, CUDA and
Rust code.

A string with a variable's name is weaker evidence than a read that the scanner understands: the
name is known to the code, but its values are not.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from itertools import takewhile
from pathlib import Path
from typing import IO

from sglang_envctl.audit.code.files import ZIP_FAULTS, code_under

_OBJECT = re.compile(r".*\.so(?:\.\d+)*")
_SOURCES = (".c", ".cc", ".cpp", ".cu", ".cuh", ".h", ".hpp", ".rs")
_CHUNK = 1 << 20
_LONGEST = 128
"""The maximum number of bytes of a name, and so the number of bytes of a chunk that the next chunk
repeats.
"""
_MOST_SQUEEZED = 100
"""The maximum compression ratio of an archive member; compiled code has a ratio of about ten."""
_MOST = 1 << 30
"""The maximum number of bytes of all parts; those of SGLang have a tenth of this."""
_NAME = b"[A-Z0-9_]"

Mentions = dict[str, str]
"""The first file that mentions each name, by name."""


def mentions(target: Path, names: Collection[str]) -> Mentions:
    """Return the given names that a compiled part of a directory or a wheel mentions."""
    wanted = {name.encode(): name for name in names}
    pairs = zip(min(wanted, default=b""), max(wanted, default=b""), strict=False)
    prefix = bytes(one for one, _ in takewhile(lambda pair: pair[0] == pair[1], pairs))

    def search(chunk: bytes, *, quoted: bool) -> Iterator[str]:
        edge, end = (b'(?<=")', b'(?=")') if quoted else (b"(?<!%b)" % _NAME, b"(?!%b)" % _NAME)
        # Most chunks contain none of the names, and `in` is the fastest test.
        for word, name in wanted.items() if prefix in chunk else ():
            if word in chunk and re.search(edge + word + end, chunk):
                yield name

    return _collect(target, search)


def named(target: Path, prefixes: Collection[str]) -> Mentions:
    """Return the names with one of the given prefixes that a compiled part mentions."""
    start = b"(?:%b)" % b"|".join(prefix.encode() for prefix in prefixes)
    # Rust stores strings next to each other without separators.
    inside = re.compile(b"(?<!_)%b(?:(?!%b)%b)+" % (start, start, _NAME))
    literal = re.compile(b'(?<=")%b%b*[A-Z0-9](?=")' % (start, _NAME))

    def search(chunk: bytes, *, quoted: bool) -> Iterator[str]:
        found = (literal if quoted else inside).findall(chunk)
        return (name.decode().rstrip("_") for name in found)

    return _collect(target, search)


def certain(found: Mentions, known: Collection[str]) -> Mentions:
    """Return the mentions, except those that consist of a known name and the beginning of the next
    string.
    """
    names = {*found, *known}
    return {
        name: file
        for name, file in found.items()
        if file.endswith(_SOURCES)
        or not any(name[:end] in names for end in range(1, len(name)) if name[end] != "_")
    }


def _collect(target: Path, search: Callable[..., Iterator[str]]) -> Mentions:
    found: Mentions = {}
    left = _MOST
    for file, stream in _files(target):
        quoted = file.endswith(_SOURCES)
        for chunk in _chunks(stream):
            left -= len(chunk)
            if left < 0:
                return found
            for name in search(chunk, quoted=quoted):
                found.setdefault(name, file)
    return found


def _files(target: Path) -> Iterator[tuple[str, IO[bytes]]]:
    """Yield the compiled parts one by one, opened; a part that cannot be read is skipped."""
    with suppress(*ZIP_FAULTS):
        if target.is_dir():
            base = target.resolve()
            for found in code_under(base):
                path = Path(str(found))
                if _is_compiled(path.name) and path.is_file():
                    with suppress(OSError), path.open("rb") as stream:
                        yield path.relative_to(base.parent).as_posix(), stream
        elif zipfile.is_zipfile(target):
            with zipfile.ZipFile(target) as archive:
                for item in sorted(archive.infolist(), key=lambda item: item.filename):
                    bomb = item.file_size > _MOST_SQUEEZED * item.compress_size
                    if _is_compiled(item.filename) and not bomb:
                        with archive.open(item) as stream:
                            yield item.filename, stream


def _is_compiled(name: str) -> bool:
    return name.endswith(_SOURCES) or _OBJECT.fullmatch(name) is not None


def _chunks(stream: IO[bytes]) -> Iterator[bytes]:
    """Yield a file in chunks, each with the end of the previous chunk."""
    rest = b""
    with suppress(*ZIP_FAULTS):
        while piece := stream.read(_CHUNK):
            yield rest + piece
            rest = piece[-_LONGEST:]
