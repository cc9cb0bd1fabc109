"""Keep the open documents, each checked once per version."""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import Callable, Iterator
from typing import TypeAlias

from pygls.workspace import TextDocument

from sglang_envctl.errors import EnvctlError
from sglang_envctl.lsp.analysis import Analysis, analyze
from sglang_envctl.lsp.documents import Document
from sglang_envctl.lsp.projects import Project, Projects

_Key: TypeAlias = tuple[int | None, str, int, int]
"""The version and text of a document, its configuration's id, and the number of other changes."""


class Session:
    """The open documents and their results."""

    def __init__(
        self,
        opened: Callable[[], dict[str, TextDocument]],
        opener: Callable[[str], Project],
        dialect: str,
        on_problem: Callable[[str], object],
    ) -> None:
        self._opened = opened
        self._projects = Projects(opener)
        self._dialect = dialect
        self._on_problem = on_problem
        self._known: dict[str, tuple[_Key, Analysis | None]] = {}
        self._running: dict[str, asyncio.Task[None]] = {}
        self._changes = Counter[str]()
        """The number of changes in the files that a document depends on, by the document's URI."""

    async def of(self, uri: str) -> Analysis | None:
        """Return the results about a document; None if its configuration is invalid.

        The document is read and checked in a thread, one version at a time, while other documents
        are answered. Every caller waits for the newest version.
        """
        while found := self.document(uri):
            document, project = found
            key = document.version, document.text, id(project), self._changes[uri]
            known = self._known.get(uri)
            if known and known[0] == key:
                return known[1]
            if uri not in self._running:
                self._running[uri] = asyncio.create_task(self._check(document, project, key))
            await asyncio.shield(self._running[uri])
        return None

    def document(self, uri: str) -> tuple[Document, Project] | None:
        """Return an open document and its configuration; None if either is missing or invalid."""
        opened = self._opened().get(uri)
        if opened is None:
            return None
        project = self._project(os.path.dirname(os.path.abspath(opened.path)))
        return (Document.of(opened), project) if project else None

    async def _check(self, document: Document, project: Project, key: _Key) -> None:
        found = None
        try:
            found = await asyncio.to_thread(
                analyze, document, project, self._texts(), self._dialect
            )
        except (
            EnvctlError
        ) as error:  # a deployment of the configuration names a part that does not exist
            self._on_problem(str(error))
        finally:
            del self._running[document.uri]
        self._known[document.uri] = key, found

    def forget(self, uri: str) -> None:
        """Discard the results of a document that is closed or that depends on a changed file."""
        self._known.pop(uri, None)
        self._changes[uri] += 1

    @property
    def open(self) -> tuple[str, ...]:
        """The URI of every open document."""
        return tuple(self._opened())

    def including(self, uri: str) -> Iterator[str]:
        """Yield the URIs of the other open documents whose check also read this document."""
        opened = self._opened().get(uri)
        path = os.path.abspath(opened.path) if opened else ""
        known = tuple(self._known.items())
        return (
            other for other, (_, found) in known if other != uri and found and path in found.files
        )

    def _project(self, folder: str) -> Project | None:
        try:
            return self._projects.of(folder)
        except EnvctlError as error:
            self._on_problem(str(error))
            return None

    def _texts(self) -> dict[str, bytes]:
        documents = map(Document.of, self._opened().values())
        return {document.path: document.data for document in documents}
