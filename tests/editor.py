"""An editor without a screen: it speaks the protocol with `envctl lsp` as a child."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from coverage import Coverage
from lsprotocol import types
from pygls.lsp.client import LanguageClient

from tests.harness import ROOT, command, heeding, surroundings

T = TypeVar("T")
PATIENCE = 30
"""Seconds to wait for what has to come."""


class Editor:
    """What a person does in an editor, step by step; places count from 0."""

    def __init__(
        self,
        folder: Path,
        *args: str,
        options: Mapping[str, object] | None = None,
        encodings: Iterable[str] = ("utf-16",),
        env: Mapping[str, str] | None = None,
    ) -> None:
        self.folder = folder
        self.texts: dict[str, str] = {}
        self.told: list[str] = []
        self.log = ""
        self._versions: dict[str, int] = {}
        self._found: dict[str, asyncio.Queue[list[types.Diagnostic]]] = {}
        self._loop = asyncio.new_event_loop()
        self._client = LanguageClient("editor", "1")
        self._listen()
        self._await(self._start(args, dict(options or {}), [*encodings], surroundings(env)))

    async def _start(
        self, args: tuple[str, ...], options: Any, encodings: list[Any], env: dict[str, str]
    ) -> None:
        server = heeding(*_measured(command("lsp", *args)))
        await self._client.start_io(*server, env=env, cwd=self.folder)
        general = types.GeneralClientCapabilities(position_encodings=encodings)
        self.server = await self._client.initialize_async(
            types.InitializeParams(
                capabilities=types.ClientCapabilities(general=general),
                root_uri=self.folder.as_uri(),
                initialization_options=options,
            )
        )
        self._client.initialized(types.InitializedParams())

    def close(self) -> int | None:
        """End the server, and give its exit code."""
        self._await(self._client.shutdown_async(None))
        self._client.exit(None)
        return self._ended()

    def killed(self, number: int) -> int | None:
        """Send the server a signal, and give its exit code."""
        server: Any = self._client._server
        server.send_signal(number)
        return self._ended()

    def _ended(self) -> int | None:
        server: Any = self._client._server

        async def end() -> None:
            self.log = (await server.stderr.read()).decode()
            await server.wait()
            await self._client.stop()  # type: ignore[no-untyped-call]

        self._await(end())
        self._loop.close()
        code: int | None = server.returncode
        return code

    def move(self, folder: Path) -> None:
        """Go on in another folder, with nothing open."""
        for name in self.texts:
            self.shut(name)
        self.folder, self.texts, self.told = folder, {}, []
        self._found.clear()

    def open(self, name: str, text: str, language: str = "text") -> list[types.Diagnostic]:
        """Open a document that need not be on the disk, and wait for what is found."""
        self.texts[name], self._versions[name] = text, 1
        item = types.TextDocumentItem(self._uri(name), language, 1, text)
        self._client.text_document_did_open(types.DidOpenTextDocumentParams(item))
        return self.found(name)

    def change(self, name: str, text: str, *, wait: bool = True) -> list[types.Diagnostic]:
        """Replace what is in a document."""
        self.texts[name] = text
        self._versions[name] += 1
        identifier = types.VersionedTextDocumentIdentifier(self._versions[name], self._uri(name))
        event = types.TextDocumentContentChangeWholeDocument(text)
        self._client.text_document_did_change(
            types.DidChangeTextDocumentParams(identifier, [event])
        )
        return self.found(name) if wait else []

    def save(self, name: str) -> None:
        self._client.text_document_did_save(types.DidSaveTextDocumentParams(self._document(name)))

    def shut(self, name: str) -> list[types.Diagnostic]:
        """Close a document."""
        self._client.text_document_did_close(types.DidCloseTextDocumentParams(self._document(name)))
        return self.found(name)

    def found(self, name: str) -> list[types.Diagnostic]:
        """The next diagnostics of a document."""
        queue = self._found.setdefault(self._uri(name), asyncio.Queue())
        return self._await(queue.get())

    def hover(self, name: str, line: int, column: int) -> str:
        """The Markdown at a place."""
        params = types.HoverParams(self._document(name), types.Position(line, column))
        found = self._await(self._client.text_document_hover_async(params))
        contents = found.contents if found else ""
        return contents.value if isinstance(contents, types.MarkupContent) else ""

    def complete(self, name: str, line: int, column: int) -> list[types.CompletionItem]:
        """What is offered at a place, as an editor sorts it."""
        params = types.CompletionParams(self._document(name), types.Position(line, column))
        found = self._await(self._client.text_document_completion_async(params))
        items = found.items if isinstance(found, types.CompletionList) else found or []
        return sorted(items, key=lambda item: item.sort_text or item.label)

    def actions(self, name: str, line: int, *only: str) -> list[types.CodeAction]:
        """What can be done about a line."""
        place = types.Position(line, 0)
        context = types.CodeActionContext([], only=[types.CodeActionKind(o) for o in only] or None)
        params = types.CodeActionParams(self._document(name), types.Range(place, place), context)
        found = self._await(self._client.text_document_code_action_async(params))
        return [one for one in found or () if isinstance(one, types.CodeAction)]

    def definition(self, name: str, line: int, column: int) -> list[tuple[str, int]]:
        """The files and lines where a name comes from."""
        params = types.DefinitionParams(self._document(name), types.Position(line, column))
        found = self._await(self._client.text_document_definition_async(params))
        assert isinstance(found, list)
        places = [one for one in found if isinstance(one, types.Location)]
        return [(one.uri.rpartition("/")[2], one.range.start.line) for one in places]

    def symbols(self, name: str) -> list[types.DocumentSymbol]:
        params = types.DocumentSymbolParams(self._document(name))
        found = self._await(self._client.text_document_document_symbol_async(params))
        return [one for one in found or () if isinstance(one, types.DocumentSymbol)]

    def accepted(self, name: str, action: types.CodeAction) -> str:
        """A document with an action applied."""
        assert action.edit
        assert action.edit.changes
        return edited(self.texts[name], action.edit.changes[self._uri(name)])

    def _listen(self) -> None:
        """Keep what the server sends unasked."""

        @self._client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)  # type: ignore[untyped-decorator]
        def published(params: types.PublishDiagnosticsParams) -> None:
            self._found.setdefault(params.uri, asyncio.Queue()).put_nowait([*params.diagnostics])

        @self._client.feature(types.WINDOW_SHOW_MESSAGE)  # type: ignore[untyped-decorator]
        def shown(params: types.ShowMessageParams) -> None:
            self.told.append(params.message)

    def _await(self, wanted: Coroutine[Any, Any, T]) -> T:
        return self._loop.run_until_complete(asyncio.wait_for(wanted, PATIENCE))

    def _uri(self, name: str) -> str:
        return (self.folder / name).as_uri()

    def _document(self, name: str) -> types.TextDocumentIdentifier:
        return types.TextDocumentIdentifier(self._uri(name))


def _measured(line: list[str]) -> list[str]:
    """A command line of Python whose lines count too where those of the tests are counted."""
    if Coverage.current() is None:
        return line
    python, *rest = line
    files = f"--rcfile={ROOT / 'pyproject.toml'}", f"--data-file={ROOT / '.coverage'}"
    return [python, "-m", "coverage", "run", "--parallel-mode", *files, *rest]


def edited(text: str, edits: Iterable[Any]) -> str:
    """A text with edits at places in UTF-16 units."""
    lines = text.split("\n")
    starts = [sum(len(line) + 1 for line in lines[:at]) for at in range(len(lines))]

    def offset(place: types.Position) -> int:
        units = lines[place.line].encode("utf-16-le")[: 2 * place.character]
        return starts[place.line] + len(units.decode("utf-16-le"))

    for edit in sorted(edits, key=lambda e: offset(e.range.start), reverse=True):
        start, end = offset(edit.range.start), offset(edit.range.end)
        text = text[:start] + edit.new_text + text[end:]
    return text
