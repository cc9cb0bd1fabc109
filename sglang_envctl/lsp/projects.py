"""Find the configuration of a document, and reload it when one of its files changes."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple, Protocol, TypeAlias

from sglang_envctl.config import Config, Deployment
from sglang_envctl.environment import Environment
from sglang_envctl.errors import Unreadable
from sglang_envctl.explain.addresses import Addresses
from sglang_envctl.findings.check import Group
from sglang_envctl.registry import Registry
from sglang_envctl.releases import ChosenRelease
from sglang_envctl.rules import Finding
from sglang_envctl.sources import project_file

_Stamp: TypeAlias = tuple[tuple[str, int], ...]


class Project(Protocol):
    """A configuration, and the objects that it names."""

    @property
    def config(self) -> Config: ...

    @property
    def registry(self) -> Registry: ...

    @property
    def release(self) -> ChosenRelease: ...

    def addresses(self, base: str | None) -> Addresses | None:
        """Return the addresses of the reference, if the configuration names one."""

    def group(self, deployment: Deployment, environments: list[Environment | Unreadable]) -> Group:
        """Return environments with their releases and required names."""

    def applied(self, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
        """Return the findings that the configuration does not exclude, with the severities it sets."""

    def excluded(self, baseline: str | None) -> Callable[[str], bool]:
        """Return a function that tells whether a file is excluded or is the baseline file."""


class _Kept(NamedTuple):
    stamp: _Stamp
    project: Project


class Projects:
    """The project of each folder.

    `opener` reads the configuration of a folder; it raises EnvctlError.
    """

    def __init__(self, opener: Callable[[str], Project]) -> None:
        self._open = opener
        self._kept: dict[str, _Kept] = {}

    def of(self, folder: str) -> Project:
        """Return the project of a folder.

        Raises:
            EnvctlError: the configuration is invalid.
        """
        kept = self._kept.get(folder)
        if kept is None or kept.stamp != _stamp(folder, kept.project):
            project = self._open(folder)
            self._kept[folder] = kept = _Kept(_stamp(folder, project), project)
        return kept.project


def _stamp(folder: str, project: Project) -> _Stamp:
    """Return the modification times of the files that form, or could form, a configuration."""
    config = project.config
    files = (*project_file.places(folder), *config.registries, *filter(None, [config.file]))
    found = []
    for file in files:
        with suppress(OSError):
            found.append((file, os.stat(file).st_mtime_ns))
    return tuple(found)
