"""The configuration of a project: the defaults of the command line.

The configuration is in `[tool.envctl]` of a pyproject.toml or in an envctl.toml, in the current
directory or the nearest one above it. `ENVCTL_*` overrides the file; the command line overrides
both.
"""

import os
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

from sglang_envctl.rules.rule import Severity
from sglang_envctl.sources import project_file

PREFIX = "ENVCTL_"
FILE = "ENVCTL_CONFIG"
"""The variable that names the file to read."""


class Deployment(NamedTuple):
    """One environment that a project declares."""

    name: str
    sources: tuple[str, ...] = ()
    """The sources, each of which is checked on its own, on top of the layers."""
    layers: tuple[str, ...] = ()
    release: tuple[str, ...] = ()
    """The SGLang releases to check against; empty means those of the project."""
    required: tuple[str, ...] = ()
    """The names that must be set."""


class Config(NamedTuple):
    """The effective configuration."""

    sglang: tuple[str, ...] = ()
    registries: tuple[str, ...] = ()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    per_file_ignores: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    """The rules to leave out, by file pattern."""
    severity: Mapping[str, Severity] = MappingProxyType({})
    """The configured severities, by rule."""
    fail_on: Severity = "error"
    dialects: tuple[str, ...] = ()
    """The dialects in which a .env file must have the same meaning."""
    exclude: tuple[str, ...] = ()
    """Patterns of files in directories that are not read as sources."""
    baseline: str | None = None
    """The file with the known findings."""
    url_base: str = ""
    """The address at which the pages of `envctl reference` are published."""
    environments: tuple[Deployment, ...] = ()
    file: str | None = None
    """The file that was read, if any."""
    origins: Mapping[str, str] = MappingProxyType({})
    """The origin of each value, by key; a default value has no origin."""

    def values(self) -> Iterator[tuple[str, object, str]]:
        """Yield each key as the file spells it, with its value and the origin of the value."""
        for field, value in self._asdict().items():
            if field not in ("file", "origins"):
                key = field.replace("_", "-")
                yield key, value, self.origins.get(key, "default")

    @property
    def base(self) -> str:
        """The directory that patterns are relative to."""
        return os.path.dirname(self.file or "")


def load(
    process: Mapping[str, str], *, file: str | None = None, search: bool = True, folder: str = ""
) -> Config:
    """Load the effective configuration.

    Args:
        process: the current environment.
        file: the file to read; if None, the nearest file.
        search: whether to read a file and the environment at all.
        folder: where the search begins; the current directory, if empty.

    Raises:
        ConfigError: the file cannot be read or has an invalid value.
        UsageError: a variable has an invalid value.
    """
    if not search:
        return Config()
    given = {name: value for name, value in process.items() if name.startswith(PREFIX)}
    file = file or given.pop(FILE, "")
    found = project_file.read(file) if file else project_file.nearest(folder)
    if found is None and not given:
        return Config()
    from sglang_envctl.config.read import read

    return read(found, given)
