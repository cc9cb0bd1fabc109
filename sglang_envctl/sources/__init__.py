"""The sources of an environment: one module per kind of source.

A module for a kind of file has `matches(path, head)`, which returns whether a file looks like that
kind, and `layers(path, data, context)`, which returns a layer for each environment in the file: one
for a .env file, one per service for a Compose file. `detect` chooses the kind, `load` reads.

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
"""The kinds of files, in the order in which they are tried: first by content alone, then by name too."""
PLACES = ("process", "pid", "sglang", "ray")
"""The sources that are not files. A file with such a name is written ./NAME."""


class FileKind(Protocol):
    """The interface of a module for a kind of file."""

    def matches(self, path: str, head: bytes) -> bool:
        """Return whether a file looks like this kind, by its name and first 4 KiB.

        If the path is empty, only the content decides.
        """

    def layers(self, path: str, data: bytes, context: Context) -> tuple[Layer, ...]:
        """Return the environments in a file; an error in one environment becomes a note.

        Return an empty tuple if the file contains no environment.

        Raises:
            SourceError: the file as a whole is not of this kind.
        """


class PlaceKind(Protocol):
    """The interface of a module for a place."""

    def layers(self, argument: str, context: Context) -> tuple[Layer, ...]:
        """Return the environments at this place.

        Raises:
            SourceError: no environment there can be read.
            UsageError: the argument is invalid.
        """


@cache
def file_kind(name: str) -> FileKind:
    """Return the module for one of FILE_KINDS."""
    return cast("FileKind", import_module(f"{__name__}.{name}"))


def place_kind(name: str) -> PlaceKind:
    """Return the module for one of PLACES."""
    return cast("PlaceKind", import_module(f"{__name__}.{name}"))
