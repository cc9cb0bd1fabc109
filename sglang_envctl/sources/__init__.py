"""The sources of an environment: one module per kind of source.

A module for a kind of file has `matches(path, head)`, which says whether a file looks like that
kind, and `layers(path, data, context)`, which makes a layer of each environment in it: one of a .env
file, one per service of a Compose file. `detect` chooses the kind, `load` reads.

A module for a place that is not a file has `layers(argument, context)`, for `PLACE`,
`PLACE:ARGUMENT` or `PLACE#ARGUMENT`.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Protocol, cast

from sglang_envctl.environment import Layer
from sglang_envctl.sources.context import Context

FILE_KINDS = (
    "dotenv", "snapshot", "docker", "environ", "direnv", "shell", "python", "fish", "powershell",
    "dockerfile", "quadlet", "supervisord", "systemd", "make", "just", "kubernetes", "compose",
    "mappings",
)  # fmt: skip
"""The kinds of files. The first kind that matches wins; the content alone is tested before the name."""
PLACES = ("process", "pid", "sglang", "ray")
"""Sources that are not files. A file with such a name is written ./NAME."""


class FileKind(Protocol):
    """The interface of a module for a kind of file."""

    def matches(self, path: str, head: bytes) -> bool:
        """Return whether a file looks like this kind, by its name and first 4 KiB.

        If the path is empty, only the content decides.
        """

    def layers(self, path: str, data: bytes, context: Context) -> tuple[Layer, ...]:
        """Return the environments in a file; what is wrong in one of them becomes a note.

        None, if there is no environment in it.

        Raises:
            SourceError: the file as a whole is not of this kind.
        """


class PlaceKind(Protocol):
    """The interface of a module for a place."""

    def layers(self, argument: str, context: Context) -> tuple[Layer, ...]:
        """Return the environments at this place.

        Raises:
            SourceError: nothing there can be read.
            UsageError: the argument makes no sense.
        """


@cache
def file_kind(name: str) -> FileKind:
    """The module for one of FILE_KINDS."""
    return cast("FileKind", import_module(f"{__name__}.{name}"))


def place_kind(name: str) -> PlaceKind:
    """The module for one of PLACES."""
    return cast("PlaceKind", import_module(f"{__name__}.{name}"))
