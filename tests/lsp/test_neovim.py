"""A real editor with the configuration that the help gives."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from tests.consumers import need
from tests.harness import ROOT, run, surroundings

SCRIPT = """
local function until_(what, test)
  if not vim.wait(30000, test, 50) then error('nothing comes: ' .. what) end
end
vim.cmd.edit('prod.env')
vim.bo.filetype = 'env'
until_('diagnostics', function() return #vim.diagnostic.get(0) > 0 end)
local seen = { findings = {} }
for _, one in ipairs(vim.diagnostic.get(0)) do
  table.insert(seen.findings, { one.code, one.lnum, one.col, one.end_col })
end
local client = vim.lsp.get_clients({ name = 'envctl' })[1]
local function ask(method, line, column)
  local params = {
    textDocument = { uri = vim.uri_from_bufnr(0) },
    position = { line = line, character = column },
  }
  return client:request_sync(method, params, 30000, vim.api.nvim_get_current_buf()).result
end
seen.hover = ask('textDocument/hover', 1, 3).contents.value
seen.names = {}
vim.api.nvim_buf_set_lines(0, 2, 3, false, { 'SGLANG_CACHE_DIT_E' })
for _, item in ipairs(ask('textDocument/completion', 2, 18).items) do
  table.insert(seen.names, item.label)
end
vim.api.nvim_win_set_cursor(0, { 2, 0 })
vim.lsp.buf.code_action({
  apply = true,
  filter = function(action) return action.isPreferred end,
})
until_('the fix', function()
  return vim.api.nvim_buf_get_lines(0, 1, 2, false)[1]:find('true') ~= nil
end)
seen.text = vim.api.nvim_buf_get_lines(0, 0, -1, false)
io.stdout:write(vim.json.encode(seen))
vim.cmd('qall!')
"""
START = """lua
local well, error = pcall(dofile, 'script.lua')
if not well then io.stderr:write(error) vim.cmd('cquit') end
""".replace("\n", " ")


def recipe() -> str:
    """The lines for init.lua, as somebody would copy them from the help."""
    below = run("lsp", "--help").out.partition("in init.lua:\n")[2]
    return re.split(r"\n\s*\n", below)[0]


@pytest.mark.real
@pytest.mark.slow
def test_neovim_shows_explains_completes_and_fixes(tmp_path: Path) -> None:
    nvim = need("nvim")
    (tmp_path / "prod.env").write_text("# 🎉\nSGLANG_CACHE_DIT_ENABLED='on' # 日本\n\n")
    (tmp_path / "init.lua").write_text(recipe())
    (tmp_path / "script.lua").write_text(SCRIPT)
    envctl = Path(need("envctl")).parent
    home = {"HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path), "PYTHONPATH": str(ROOT)}
    path = f"{envctl}:{surroundings()['PATH']}"
    ended = subprocess.run(
        [nvim, "--headless", "-i", "NONE", "-n", "-u", "init.lua", "-c", START],
        cwd=tmp_path,
        env=surroundings({**home, "PATH": path}),
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    seen = json.loads(ended.stdout)

    assert ["readers-disagree", 1, 26, 28] in seen["findings"]
    assert "## `SGLANG_CACHE_DIT_ENABLED`" in seen["hover"]
    assert seen["names"] == ["SGLANG_CACHE_DIT_ENABLED"]
    assert seen["text"][1] == "SGLANG_CACHE_DIT_ENABLED='true' # 日本"
