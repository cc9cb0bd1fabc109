"""The documents that are open, each checked once for each of its versions."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

from pygls.workspace import TextDocument

from sglang_envctl.errors import EnvctlError
from sglang_envctl.lsp.analysis import Analysis, analyze
from sglang_envctl.lsp.documents import Document
from sglang_envctl.lsp.projects import Project, Projects


class Session:
    """What is open, and what is known of it."""

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
        self._known: dict[str, tuple[tuple[object, ...], Analysis]] = {}

    def of(self, uri: str) -> Analysis | None:
        """What is known of a document; None, if its configuration makes no sense."""
        opened = self._opened().get(uri)
        if opened is None:
            return None
        project = self._project(os.path.dirname(os.path.abspath(opened.path)))
        if project is None:
            return None
        known = self._known.get(uri)
        key = opened.version, opened.source, id(project)
        if known is None or known[0] != key:
            try:
                found = analyze(Document.of(opened), project, self._texts(), self._dialect)
            except EnvctlError as error:  # a deployment of the configuration names no such part
                self._on_problem(str(error))
                return None
            self._known[uri] = known = key, found
        return known[1]

    def forget(self, uri: str) -> None:
        """A document is closed, or something that it depends on has changed."""
        self._known.pop(uri, None)

    @property
    def open(self) -> tuple[str, ...]:
        """Every open document."""
        return tuple(self._opened())

    def including(self, uri: str) -> Iterator[str]:
        """The other open documents that were read together with one."""
        opened = self._opened().get(uri)
        path = os.path.abspath(opened.path) if opened else ""
        known = tuple(self._known.items())
        return (other for other, (_, found) in known if other != uri and path in found.files)

    def _project(self, folder: str) -> Project | None:
        try:
            return self._projects.of(folder)
        except EnvctlError as error:
            self._on_problem(str(error))
            return None

    def _texts(self) -> dict[str, bytes]:
        documents = map(Document.of, self._opened().values())
        return {document.path: document.data for document in documents}
