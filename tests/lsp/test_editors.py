"""The server with what real editors say that they can do."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from lsprotocol import types

from tests.harness import command, heeding, surroundings

pytest_lsp = pytest.importorskip("pytest_lsp")  # warns where an answer is not for such an editor
TEXT = "# 🎉\nSGLANG_CACHE_DIT_ENABLED='on' # 日本\n"


@pytest.mark.slow
@pytest.mark.parametrize("name", ["visual-studio-code", "neovim", "emacs"])
def test_an_editor_gets_what_it_understands(tmp_path: Path, name: str) -> None:
    asyncio.run(session(tmp_path / "prod.env", name))


async def session(path: Path, name: str) -> None:
    client = pytest_lsp.make_test_lsp_client()
    registered: list[str] = []

    @client.feature(types.CLIENT_REGISTER_CAPABILITY)  # type: ignore[untyped-decorator]
    def register(params: types.RegistrationParams) -> None:
        registered.extend(one.method for one in params.registrations)

    server = heeding(*command("lsp"))
    await client.start_io(*server, env=surroundings(), cwd=path.parent)
    capabilities = pytest_lsp.client_capabilities(name)
    await client.initialize_session(types.InitializeParams(capabilities=capabilities))
    document = types.TextDocumentIdentifier(path.as_uri())
    opened = types.TextDocumentItem(document.uri, "dotenv", 1, TEXT)
    client.text_document_did_open(types.DidOpenTextDocumentParams(opened))
    await client.wait_for_notification(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
    diagnostics = client.diagnostics[document.uri]
    found = next(one for one in diagnostics if one.code == "readers-disagree")
    hover = await client.text_document_hover_async(
        types.HoverParams(document, types.Position(1, 3))
    )
    completion = await client.text_document_completion_async(
        types.CompletionParams(document, types.Position(1, 18))
    )
    context = types.CodeActionContext([found])
    actions = await client.text_document_code_action_async(
        types.CodeActionParams(document, found.range, context)
    )
    await client.shutdown_session()
    await client.stop()

    assert found.range.start == types.Position(1, 26)
    assert "## `SGLANG_CACHE_DIT_ENABLED`" in hover.contents.value
    assert "SGLANG_CACHE_DIT_ENABLED" in [item.label for item in completion.items]
    assert "Fix readers-disagree: write true" in [action.title for action in actions]
    watched = capabilities.workspace.did_change_watched_files
    assert bool(registered) == bool(watched and watched.dynamic_registration)
