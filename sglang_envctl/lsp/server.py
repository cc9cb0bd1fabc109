"""Handle the protocol: answer the editor, and decide when a document is checked."""

from __future__ import annotations

import asyncio
import io
import logging
import sys
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from functools import wraps
from typing import NamedTuple, TypeAlias, TypeVar

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.workspace import TextDocument

from sglang_envctl import __version__
from sglang_envctl.lsp import completion, definition, diagnostics, fixes, hover, symbols
from sglang_envctl.lsp.projects import Project
from sglang_envctl.lsp.session import Session
from sglang_envctl.redaction import masked
from sglang_envctl.sources.dotenv.dialects import DIALECTS
from sglang_envctl.text.escape import visible

DELAY = 0.15
"""The seconds without typing after which a document is checked."""
WATCHED = "**/{envctl.toml,pyproject.toml}"

Params = TypeVar("Params")
Result = TypeVar("Result")
OpenProject: TypeAlias = Callable[[str, tuple[str, ...]], Project]
"""A function that loads the configuration of a folder, for the releases that the editor names;
raises EnvctlError.
"""


class Options(NamedTuple):
    """The options that an editor may pass when it starts the server."""

    sglang: tuple[str, ...] = ()
    dialect: str = ""

    @classmethod
    def of(cls, given: object) -> Options:
        """Read the options of envctl; all others are ignored."""
        found = given if isinstance(given, dict) else {}
        sglang, dialect = found.get("sglang") or (), found.get("as")
        listed = sglang if isinstance(sglang, (list, tuple)) else [sglang]
        return cls(tuple(map(str, listed)), dialect if isinstance(dialect, str) else "")


class Server(LanguageServer):
    """A server that sends diagnostics immediately, or after the user has paused typing."""

    session: Session

    def __init__(self) -> None:
        full = types.TextDocumentSyncKind.Full
        super().__init__("envctl", __version__, text_document_sync_kind=full)
        self._waiting: dict[str, asyncio.TimerHandle] = {}
        self._checks: set[asyncio.Task[None]] = set()
        self._said = ""

    async def check(self, uri: str) -> None:
        """Check a document now, and prepare the likely next requests about it."""
        self._wait_no_longer(uri)
        analysis = await self.session.of(uri)
        if uri not in self.session.open:
            return
        found = diagnostics.of(analysis) if analysis else []
        version = analysis.document.version if analysis else None
        self.text_document_publish_diagnostics(
            types.PublishDiagnosticsParams(uri, found, version=version)
        )
        if analysis:
            await asyncio.to_thread(fixes.prepare, analysis)

    def check_soon(self, uri: str) -> None:
        """Check a document after the user has paused typing."""
        self._wait_no_longer(uri)
        loop = asyncio.get_running_loop()
        self._waiting[uri] = loop.call_later(DELAY, self._begin, uri)

    def _begin(self, uri: str) -> None:
        task = asyncio.ensure_future(guarded(self, self.check)(uri))
        self._checks.add(task)
        task.add_done_callback(self._checks.discard)

    def check_all(self) -> None:
        """Check every open document again, because a file that documents depend on has changed."""
        for uri in self.session.open:
            self.session.forget(uri)
            self.check_soon(uri)

    def close(self, uri: str) -> None:
        """Withdraw the diagnostics of a document."""
        self._wait_no_longer(uri)
        self.session.forget(uri)
        self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, []))

    def _wait_no_longer(self, uri: str) -> None:
        if waiting := self._waiting.pop(uri, None):
            waiting.cancel()

    def say(self, message: str) -> None:
        """Show a message to the user, unless it is the same as the previous message."""
        if message != self._said:
            self._said = message
            text = masked(f"envctl: {visible(message)}")
            self.window_show_message(types.ShowMessageParams(types.MessageType.Warning, text))

    def report_server_error(self, error: Exception, source: object) -> None:
        """Report the place of an internal fault, without any part of a document."""
        del source
        trace = error.__traceback__
        while trace and trace.tb_next:
            trace = trace.tb_next
        place = f"{trace.tb_frame.f_code.co_name}:{trace.tb_lineno}" if trace else "?"
        self.say(f"internal fault, {type(error).__name__} in {place}: please report it")


def guarded(
    server: Server, answer: Callable[[Params], Awaitable[Result]]
) -> Callable[[Params], Coroutine[None, None, Result | None]]:
    """Wrap a handler so that a fault is reported and the server continues."""

    @wraps(answer)
    async def safely(params: Params) -> Result | None:
        try:
            return await answer(params)
        except Exception as error:  # noqa: BLE001 - the server has to continue
            server.report_server_error(error, None)
            return None

    return safely


def serve(open_project: OpenProject, dialect: str) -> None:
    """Serve the protocol on standard input and output until the editor ends the session."""
    # The log of pygls quotes messages, and so documents; at exit, it cancels running tasks, whose
    # callbacks then log errors.
    for name in ("pygls", "concurrent.futures"):
        logging.getLogger(name).addHandler(logging.NullHandler())
        logging.getLogger(name).propagate = False
    # pygls closes the stream that it writes to.
    out = io.BufferedWriter(io.FileIO(sys.stdout.fileno(), "w", closefd=False))
    made(open_project, dialect).start_io(stdout=out)


def made(open_project: OpenProject, dialect: str) -> Server:
    """Return a server with its handlers.

    Args:
        open_project: loads the configuration of a folder.
        dialect: the dialect of .env files, unless the editor names one.
    """
    server = Server()

    def start(params: types.InitializeParams) -> None:
        given = Options.of(params.initialization_options)
        if given.dialect and given.dialect not in DIALECTS:
            server.say(f"initialization option as: must be one of {', '.join(DIALECTS)}")
            given = given._replace(dialect="")
        server.session = Session(
            lambda: _open(server.workspace.text_documents.values()),
            lambda folder: open_project(folder, given.sglang),
            given.dialect or dialect,
            server.say,
        )

    server.feature(types.INITIALIZE)(start)
    _follow(server)
    _answer(server)
    return server


def _open(documents: Iterable[TextDocument]) -> dict[str, TextDocument]:
    """Return the open documents by URI, without those that only show an old version of a file."""
    return {one.uri: one for one in documents if one.uri.startswith(("file:", "untitled:"))}


def _follow(server: Server) -> None:
    """Register the handlers that check documents when they are opened, changed or saved."""

    def on(method: str, act: Callable[[Params], Awaitable[None]]) -> None:
        server.feature(method)(guarded(server, act))

    async def opened(params: types.DidOpenTextDocumentParams) -> None:
        await server.check(params.text_document.uri)

    async def changed(params: types.DidChangeTextDocumentParams) -> None:
        uri = params.text_document.uri
        server.check_soon(uri)
        for other in server.session.including(uri):
            server.session.forget(other)
            server.check_soon(other)

    async def closed(params: types.DidCloseTextDocumentParams) -> None:
        server.close(params.text_document.uri)

    async def saved(params: types.DidSaveTextDocumentParams) -> None:
        del params
        server.check_all()

    async def configured(params: types.DidChangeWatchedFilesParams) -> None:
        del params
        server.check_all()

    async def ready(params: types.InitializedParams) -> None:
        del params
        _watch(server)
        asyncio.get_running_loop().call_soon(completion.prepare)

    on(types.TEXT_DOCUMENT_DID_OPEN, opened)
    on(types.TEXT_DOCUMENT_DID_CHANGE, changed)
    on(types.TEXT_DOCUMENT_DID_CLOSE, closed)
    on(types.TEXT_DOCUMENT_DID_SAVE, saved)
    on(types.WORKSPACE_DID_CHANGE_WATCHED_FILES, configured)
    on(types.INITIALIZED, ready)


def _watch(server: Server) -> None:
    """Ask the editor to report changed configurations, if the editor supports it."""
    workspace = server.client_capabilities.workspace
    watched = workspace and workspace.did_change_watched_files
    if watched and watched.dynamic_registration:
        options = types.DidChangeWatchedFilesRegistrationOptions([types.FileSystemWatcher(WATCHED)])
        method = types.WORKSPACE_DID_CHANGE_WATCHED_FILES
        registration = types.Registration("envctl", method, options)
        server.client_register_capability(types.RegistrationParams([registration]))


def _answer(server: Server) -> None:
    """Register the handlers for requests about a document."""

    async def hovered(params: types.HoverParams) -> types.Hover | None:
        found = await server.session.of(params.text_document.uri)
        return hover.at(found, params.position) if found else None

    async def completed(params: types.CompletionParams) -> types.CompletionList | None:
        found = server.session.document(params.text_document.uri)
        return completion.at(*found, params.position) if found else None

    async def acted(params: types.CodeActionParams) -> list[types.CodeAction]:
        found = await server.session.of(params.text_document.uri)
        asked = params.context.trigger_kind is not types.CodeActionTriggerKind.Automatic
        only = params.context.only or ()
        if found is None:
            return []
        return await asyncio.to_thread(
            lambda: list(fixes.of(found, params.range, only, asked=asked))
        )

    async def defined(params: types.DefinitionParams) -> list[types.Location]:
        found = await server.session.of(params.text_document.uri)
        return definition.at(found, params.position) if found else []

    async def listed(params: types.DocumentSymbolParams) -> list[types.DocumentSymbol]:
        found = await server.session.of(params.text_document.uri)
        return symbols.of(found) if found else []

    def on(method: str, act: Callable[[Params], Awaitable[object]], options: object = None) -> None:
        server.feature(method, options)(guarded(server, act))

    triggers = types.CompletionOptions(completion.TRIGGERS)
    on(types.TEXT_DOCUMENT_HOVER, hovered)
    on(types.TEXT_DOCUMENT_COMPLETION, completed, triggers)
    on(types.TEXT_DOCUMENT_CODE_ACTION, acted, types.CodeActionOptions(fixes.KINDS))
    on(types.TEXT_DOCUMENT_DEFINITION, defined)
    on(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL, listed)
