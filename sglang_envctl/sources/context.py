"""What every source is given."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple, TypeVar

Made = TypeVar("Made")


class Beside:
    """The files of one check, which may complete each other."""

    def __init__(self, paths: Iterable[str] = ()) -> None:
        self.paths = tuple(paths)
        self._made: dict[object, Any] = {}

    def once(self, make: Callable[[tuple[str, ...]], Made]) -> Made:
        """What `make` makes of the paths; it is called once, however many files ask."""
        if make not in self._made:
            self._made[make] = make(self.paths)
        made: Made = self._made[make]
        return made


_ALONE = Beside()


class Context(NamedTuple):
    """What reading a source may look at beside the source itself."""

    process: Mapping[str, str] = MappingProxyType({})
    """The environment envctl was started with."""
    below: Mapping[str, str] = MappingProxyType({})
    """What the layers underneath set."""
    beside: Beside = _ALONE
    """The files that are checked with it."""
    dialect: str = "dotenv"
    """The grammar of .env files: one of `dialects.DIALECTS`."""
    dialects: tuple[str, ...] = ()
    """The grammars of .env files to compare."""
