"""The dialects of .env files: one module per program that reads them.

A module has `read(path, data, context)`, which returns a layer with the file as that program reads
it; errors become notes, never exceptions. `dotenv` is python-dotenv.
"""

from __future__ import annotations

from importlib import import_module
from typing import Protocol, cast

from sglang_envctl.environment import Layer
from sglang_envctl.sources.comments import in_file
from sglang_envctl.sources.context import Context

DIALECTS = ("dotenv", "docker", "compose", "systemd", "shell", "kubectl", "node")


class Dialect(Protocol):
    """The interface of a module for a dialect."""

    def read(self, path: str, data: bytes, context: Context) -> Layer:
        """Return the variables of a file in this dialect."""


def read_as(dialect: str, path: str, data: bytes, context: Context) -> Layer:
    """Return the variables of a .env file in one of DIALECTS."""
    module = cast("Dialect", import_module(f"{__name__}.{dialect}"))
    layer = module.read(path, data, context)
    if b"file-ignore" not in data:
        return layer
    file_wide = in_file(data.decode("utf-8", "replace"), path)
    return layer._replace(ignores={**layer.ignores, **file_wide})
