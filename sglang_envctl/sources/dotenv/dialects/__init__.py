"""How each reader of .env files takes the same text: one module a reader.

A module has `read(path, data, context)`, which makes a layer of a file as that reader would; what is
wrong becomes a note, never an exception. `dotenv` is python-dotenv, which `sources.dotenv` holds.
"""

from __future__ import annotations

from importlib import import_module
from typing import Protocol, cast

from sglang_envctl.environment import Layer
from sglang_envctl.sources.context import Context

READERS = ("dotenv", "docker", "compose", "systemd", "shell", "kubectl", "node")


class Reader(Protocol):
    """What a module for a reader offers."""

    def read(self, path: str, data: bytes, context: Context) -> Layer:
        """A file as this reader takes it."""


def read_as(reader: str, path: str, data: bytes, context: Context) -> Layer:
    """A .env file as one of READERS takes it."""
    return cast("Reader", import_module(f"{__name__}.{reader}")).read(path, data, context)
