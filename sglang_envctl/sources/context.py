"""What reading a source may depend on besides the source itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple, TypeVar

Made = TypeVar("Made")


class Beside:
    """The files of one run, which may complete each other."""

    def __init__(self, paths: Iterable[str] = ()) -> None:
        self.paths = tuple(paths)
        self._made: dict[object, Any] = {}

    def once(self, make: Callable[[tuple[str, ...]], Made]) -> Made:
        """What `make` returns for the paths; it is called once, however many files ask."""
        if make not in self._made:
            self._made[make] = make(self.paths)
        made: Made = self._made[make]
        return made


_ALONE = Beside()


def nothing(path: str) -> bool:
    """Leave no file out."""
    del path
    return False


class Context(NamedTuple):
    """What reading a source may depend on besides the source itself."""

    process: Mapping[str, str] = MappingProxyType({})
    """The environment envctl was started with."""
    below: Mapping[str, str] = MappingProxyType({})
    """The values that the layers underneath set."""
    beside: Beside = _ALONE
    """The files that are read with it."""
    dialect: str = "dotenv"
    """The dialect of .env files: one of `dialects.DIALECTS`."""
    dialects: tuple[str, ...] = ()
    """The dialects of .env files to compare."""
    excluded: Callable[[str], bool] = nothing
    """Whether a file or a folder in a directory is left out."""
    timeout: float = 30
    """Seconds within which the nodes of a cluster have to answer."""
    collect: Callable[[], list[str]] = list
    """What takes the snapshots on a node of a cluster."""
