"""Combine the command line with the configuration of the project."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from sglang_envctl import api, config
from sglang_envctl.cli import choices
from sglang_envctl.config import Config, Deployment
from sglang_envctl.environment import Environment
from sglang_envctl.errors import Unreadable
from sglang_envctl.findings.check import Group
from sglang_envctl.registry import Registry
from sglang_envctl.releases import ChosenRelease
from sglang_envctl.rules import Finding
from sglang_envctl.sources import process
from sglang_envctl.sources.context import nothing

if TYPE_CHECKING:
    from sglang_envctl.explain.addresses import Addresses
    from sglang_envctl.nodes.fleet import Fleet


class Project(NamedTuple):
    """The configuration, and the objects that the configuration and the command line name."""

    config: Config
    registry: Registry
    releases: tuple[ChosenRelease, ...]
    """The releases to check against, at least one."""
    named: bool
    """Whether the user named the release."""

    @property
    def release(self) -> ChosenRelease:
        """The release for commands that need exactly one."""
        return self.releases[0]

    def addresses(self, base: str | None) -> Addresses | None:
        """Return the addresses of the reference that the command line or the configuration names.

        Raises:
            UsageError: `base` is not an address.
        """
        base = self.config.url_base if base is None else choices.address(base, "--url-base")
        if not base:
            return None
        from sglang_envctl.explain.addresses import Addresses

        return Addresses(f"{base.rstrip('/')}/", self.registry)

    def check(self, environment: Environment) -> tuple[Finding, ...]:
        """Return the findings about an environment that is about to be used, for each release."""
        found = api.check_each(
            [environment],
            sglang=self.releases,
            registry=self.registry,
            select=self.config.select,
            ignore=self.config.ignore,
        )
        return self.applied(found)

    def misspelled(self, environments: Iterable[Environment]) -> tuple[str, ...]:
        """Return the sources with syntax errors, which are only partly read."""
        found = dict.fromkeys(
            finding.origin.source
            for environment in environments
            if (noted := {note.rule for layer in environment.layers for note in layer.notes})
            for finding in self.check(environment)
            if finding.severity == "error" and finding.rule in noted
        )
        return tuple(found)

    def group(
        self,
        deployment: Deployment,
        environments: list[Environment | Unreadable],
        fleet: Fleet | None = None,
    ) -> Group:
        """Return the environments of a deployment, with its releases and required names."""
        where = f"{self.config.file}: {deployment.name}"
        chosen = (
            choices.releases(deployment.release, where) if deployment.release else self.releases
        )
        releases = tuple(one.release for one in chosen)
        return Group(environments, releases, frozenset(deployment.required), fleet)

    def chosen(self, groups: Iterable[Group]) -> tuple[ChosenRelease, ...]:
        """Return the releases that groups are checked against."""
        used = dict.fromkeys(release for group in groups for release in group.releases)
        own = {one.release: one for one in self.releases}
        return tuple(own.get(release) or choices.release(release) for release in used)

    def excluded(self, baseline: str | None) -> Callable[[str], bool]:
        """Return a function that tells whether a path in a directory is left out; a baseline file
        is not a source.
        """
        if not (self.config.exclude or baseline):
            return nothing
        from sglang_envctl.findings.policy import matcher

        matches = matcher(self.config.exclude, self.config.base)
        own = None
        with suppress(ValueError):  # a NUL in the path; the error appears when the path is read
            own = os.path.realpath(baseline) if baseline else None
        return lambda path: matches(path) or os.path.realpath(path) == own

    def applied(self, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
        """Return the findings that the configuration keeps, with its severities."""
        if not (self.config.severity or self.config.per_file_ignores):
            return findings
        from sglang_envctl.findings.policy import applied

        return applied(findings, self.config)


def project(
    file: str | None,
    *,
    no_config: bool,
    registries: Iterable[str] | None = None,
    sglang: Iterable[str] | None = None,
    folder: str = "",
) -> Project:
    """Return the configuration and its objects for these command-line options; `folder` as in
    `config.load`.

    Raises:
        ConfigError: the configuration cannot be read.
        UsageError: a value is invalid.
    """
    found = config.load(process.snapshot(), file=file, search=not no_config, folder=folder)
    named, option = tuple(sglang or ()), "--sglang"
    if not named:
        named, option = found.sglang, f"{found.origins.get('sglang')}: sglang"
    return Project(
        found,
        api.registry(*(registries or found.registries)),
        choices.releases(named, option),
        named=bool(named),
    )
