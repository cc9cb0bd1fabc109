"""The dialects of .env files: one module for the grammar of each program that reads them.

A module has `read(path, data, context)`, which makes a layer of a file as that program would; anything
wrong becomes a note, never an exception.
"""

from __future__ import annotations

from importlib import import_module
from typing import Protocol, cast

from sglang_envctl.environment import Layer
from sglang_envctl.sources.context import Context

DIALECTS = ("dotenv", "docker", "compose", "systemd", "shell", "kubectl", "node")
"""python-dotenv's first."""


class Dialect(Protocol):
    """What the module of a dialect offers."""

    def read(self, path: str, data: bytes, context: Context) -> Layer:
        """The file as a layer."""


def read_as(dialect: str, path: str, data: bytes, context: Context) -> Layer:
    """A .env file in one of DIALECTS."""
    return cast("Dialect", import_module(f"{__name__}.{dialect}")).read(path, data, context)
