"""Find the configuration file of a project: envctl.toml, or pyproject.toml with `[tool.envctl]`."""

import os
import sys
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from sglang_envctl.errors import ConfigError, SourceError
from sglang_envctl.sources.files import read_bytes
from sglang_envctl.text.escape import visible
from sglang_envctl.text.secrets import without_odd_words

OWN = "envctl.toml"
SHARED = "pyproject.toml"


class ProjectFile(NamedTuple):
    """A configuration file, and its content for envctl."""

    path: str
    table: Mapping[str, Any]


def nearest(folder: str = "") -> ProjectFile | None:
    """Return the nearest file, from a folder upwards; in one folder, envctl.toml takes precedence.

    Raises:
        ConfigError: the file cannot be read.
    """
    for path in places(folder):
        if os.path.isfile(path):
            if os.path.basename(path) == OWN:
                return read(path)
            if _mentions_envctl(path) and (found := read(path)).table:
                return found
    return None


def places(folder: str = "") -> Iterator[str]:
    """Yield the possible places of the file, nearest first; without a folder, from the current one."""
    try:
        here = os.path.abspath(folder)
    except OSError:  # the current directory has been deleted
        return
    above = folder
    while True:
        yield from (os.path.join(above, OWN), os.path.join(above, SHARED))
        parent = os.path.dirname(here)
        if parent == here:
            return
        here, above = parent, parent if folder else os.path.join(os.pardir, above)


def read(path: str) -> ProjectFile:
    """Return the content of a file for envctl: of a pyproject.toml, only envctl's table.

    Raises:
        ConfigError: the file cannot be read, or is not TOML.
    """
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    shown = visible(path)
    try:
        table: Any = tomllib.loads(read_bytes(path).decode("utf-8"))
    except UnicodeDecodeError as error:
        raise ConfigError(f"{shown}: not a UTF-8 file") from error
    except (ValueError, RecursionError) as error:  # including thousands of digits or brackets
        why = visible(without_odd_words(str(error)))
        raise ConfigError(f"{shown}: invalid TOML: {why}") from error
    for key in ("tool", "envctl") if os.path.basename(path) == SHARED else ():
        table = table.get(key, {})
        if not isinstance(table, dict):
            raise ConfigError(f"{shown}: {key} must be a table")
    return ProjectFile(path, table)


def _mentions_envctl(path: str) -> bool:
    """Return whether a file may contain envctl's table; parsing takes longer than this check."""
    try:
        return b"envctl" in read_bytes(path)
    except SourceError:
        return False
