"""Check one document, and keep the data about its environments."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from sglang_envctl import api
from sglang_envctl.config import Deployment
from sglang_envctl.environment import Environment
from sglang_envctl.errors import SourceError, Unreadable, UsageError
from sglang_envctl.findings.check import Group, Scope, check_groups
from sglang_envctl.findings.fixes import Reread
from sglang_envctl.lsp.documents import Document
from sglang_envctl.lsp.projects import Project
from sglang_envctl.rules import Finding
from sglang_envctl.sources import detect, files
from sglang_envctl.sources.context import Context
from sglang_envctl.sources.load import load_file
from sglang_envctl.sources.reread import Reading, reread

DOTENV = ("dotenv", "env")
"""The names that editors use for the language of .env files."""
LARGEST = 1 << 18
"""The maximum number of characters of a document that is checked while the user edits it."""


READINGS = 8
"""The number of readings of a document that are kept."""


def _nothing(source: str, path: str, data: bytes) -> Reading | None:
    """Return None, the reading of a document that was not read."""


class Analysis(NamedTuple):
    """A document, with the results of checking it."""

    document: Document
    project: Project
    context: Context
    groups: tuple[Group, ...] = ()
    findings: tuple[Finding, ...] = ()
    files: frozenset[str] = frozenset()
    """Every file that was read to check the document."""
    values: Mapping[tuple[str, int | None], str] = MappingProxyType({})
    """The values assigned in the document, by name and line."""
    reread: Reread = _nothing
    """Parses other bytes as the document, for the proofs of fixes; only the last results are kept."""

    @property
    def environments(self) -> tuple[Environment, ...]:
        """The environments that the document is a part of."""
        return tuple(one for _, one in self._each())

    @property
    def here(self) -> tuple[Finding, ...]:
        """The findings about places in the document."""
        return tuple(f for f in self.findings if self.is_own(f.origin.file or f.origin.source))

    def is_own(self, file: str | None) -> bool:
        """Return whether a file is the document."""
        path = self.document.path
        return file is not None and (file == path or os.path.abspath(file) == path)

    def around(self, name: str, line: int) -> tuple[Environment | None, str]:
        """Return the environment that a name on a line belongs to, if any, and the release for it."""
        found = sorted(self._each(), key=lambda one: -self._closeness(one[1], name, line))
        group, environment = found[0] if found else (None, None)
        return environment, group.releases[0] if group else self.project.release.release

    def _closeness(self, environment: Environment, name: str, line: int) -> int:
        chain = environment.chain(name)
        own = any(self.is_own(a.origin.file) and a.origin.line == line + 1 for a in chain)
        return 2 * own + bool(chain)

    def _each(self) -> Iterator[tuple[Group, Environment]]:
        return (
            (group, one)
            for group in self.groups
            for one in group.environments
            if isinstance(one, Environment)
        )


def analyze(
    document: Document, project: Project, texts: Mapping[str, bytes], dialect: str
) -> Analysis:
    """Read and check a document.

    Args:
        document: the document.
        project: the configuration that applies to the document.
        texts: the content of open documents in the editor, by path.
        dialect: the dialect of .env files.
    """
    context = api.context(dialect, project.config.dialects)

    @lru_cache(READINGS)
    def read(source: str, path: str, data: bytes) -> Reading | None:
        with files.held(texts):
            return reread(source, path, data, context)

    found = Analysis(document, project, context, reread=read)
    if len(document.text) > LARGEST or project.excluded(None)(document.path):
        return found
    with files.held(texts), files.recorded() as inputs:
        groups = tuple(_groups(document, project, context))
        scope = Scope(project.config.select, project.config.ignore)
        checked = check_groups(groups, project.registry, scope)
    files_read = frozenset(map(os.path.abspath, inputs.values()))
    found = found._replace(groups=groups, findings=project.applied(checked), files=files_read)
    return found._replace(values=dict(_values(found)))


def _values(found: Analysis) -> Iterator[tuple[tuple[str, int | None], str]]:
    layers = (layer for one in found.environments for layer in one.layers)
    for a in (a for layer in layers for a in layer.assignments):
        if found.is_own(a.origin.file) and not a.unknown:
            yield (a.name, a.origin.line), a.raw


def _groups(document: Document, project: Project, context: Context) -> Iterator[Group]:
    """Yield a group for each deployment that includes the document, or one for the document alone."""
    groups = [
        project.group(deployment, found)
        for deployment in project.config.environments
        if all(map(_is_file, deployment.layers))
        and (found := _within(document.path, deployment, context))
    ]
    if groups:
        yield from groups
    elif found := _alone(document, context):
        yield project.group(Deployment(name=""), found)


def _alone(document: Document, context: Context) -> list[Environment | Unreadable]:
    """Return the environments of a document; if its format is unclear, the editor's language may
    say that it is a .env file.
    """
    found = _read(document.path, context, ())
    if not found and document.language in DOTENV:
        found = api.load_each([f"dotenv:{document.path}"], context)
    return found


def _within(path: str, wanted: Deployment, context: Context) -> list[Environment | Unreadable]:
    """Return the environments of a deployment that include a file."""
    found: list[Environment | Unreadable] = []
    for source in wanted.sources:
        if _is_path(source, path):
            found += api.load_each([source], context, layers=wanted.layers)
        elif os.path.isdir(source) and path.startswith(os.path.abspath(source) + os.sep):
            found += _read(path, context, wanted.layers)
    if any(_is_path(layer, path) for layer in wanted.layers):
        sources = [one for one in wanted.sources if _is_file(one) and not os.path.isdir(one)]
        found += api.load_each(sources, context, layers=wanted.layers)
    return found


def _read(path: str, context: Context, layers: tuple[str, ...]) -> list[Environment | Unreadable]:
    try:
        return load_file(path, context, layers=layers)
    except (SourceError, UsageError) as error:
        return [Unreadable(path, str(error))]


def _is_file(spec: str) -> bool:
    """Return whether a source is a path; other sources are not read while the user types."""
    return spec != "-" and isinstance(detect.parse(spec), detect.NamedFile)


def _is_path(spec: str, path: str) -> bool:
    named = detect.parse(spec)
    return isinstance(named, detect.NamedFile) and os.path.abspath(named.path) == path
