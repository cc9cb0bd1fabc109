"""The context of reading: everything that a source depends on besides its own content."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple, TypeVar

from sglang_envctl.sources.files import read_bytes

Made = TypeVar("Made")


class Beside:
    """The files of one run, which may refer to one another; each is opened and parsed once."""

    def __init__(self, paths: Iterable[str] = (), held: Mapping[str, bytes] | None = None) -> None:
        self.paths = dict.fromkeys(paths).keys()
        self._held = dict(held or {})
        self._made: dict[object, Any] = {}

    def once(self, make: Callable[[Beside], Made]) -> Made:
        """Return the result of `make` for these files; `make` is called only once per run."""
        if make not in self._made:
            self._made[make] = make(self)
        made: Made = self._made[make]
        return made

    def read(self, path: str) -> bytes:
        """Return the bytes of a file.

        Raises:
            SourceError: the file cannot be read.
        """
        if path not in self.paths:
            return read_bytes(path)
        if path not in self._held:
            self._held[path] = read_bytes(path)
        return self._held[path]

    def parsed(self, path: str, data: bytes, parse: Callable[[bytes, str], Made]) -> Made:
        """Return the result of parsing a file; each file is parsed only once.

        Raises:
            SourceError: the parser raises it.
        """
        key = parse, path
        if path not in self.paths:
            return parse(data, path)
        if key not in self._made:
            self._made[key] = parse(data, path)
        made: Made = self._made[key]
        return made


_ALONE = Beside()


def nothing(path: str) -> bool:
    """Return False, because no file is left out."""
    del path
    return False


def silently(path: str, what: str) -> None:
    """Do nothing about a skipped file."""
    del path, what


class Context(NamedTuple):
    """Everything that reading a source may depend on besides its own content."""

    process: Mapping[str, str] = MappingProxyType({})
    """The environment envctl was started with."""
    below: Mapping[str, str] = MappingProxyType({})
    """The values that the layers below set."""
    beside: Beside = _ALONE
    """The files that are read with the source."""
    dialect: str = "dotenv"
    """The dialect of .env files: one of `dialects.DIALECTS`."""
    dialects: tuple[str, ...] = ()
    """The dialects of .env files to compare."""
    excluded: Callable[[str], bool] = nothing
    """A function that returns whether a file or a folder in a directory is left out."""
    passed: Callable[[str, str], object] = silently
    """A function that is called with each file in a directory that contains no environment, and its
    kind.
    """
    around: int = 0
    """The number of texts around the one that is read, such as a ConfigMap around a script."""
    timeout: float = 30
    """The seconds within which the nodes of a cluster must answer."""
    collect: Callable[[], list[str]] = list
    """A function that runs on a node of a cluster and returns snapshots of environments there."""
