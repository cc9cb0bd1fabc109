"""Describe how each editor starts the language server."""

from __future__ import annotations

EDITORS = {
    "VS Code with the extension Generic LSP Client (zsol.vscode-glspc)": """\
"glspc.server.command": "envctl",
"glspc.server.commandArguments": ["lsp"],
"glspc.server.languageId": ["dotenv", "properties", "yaml", "dockercompose",
  "dockerfile", "shellscript", "fish", "powershell", "makefile", "ini"]""",
    "Neovim 0.11 or later, in init.lua": """\
vim.lsp.config('envctl', {
  cmd = { 'envctl', 'lsp' },
  root_markers = { 'envctl.toml', '.git' },
  filetypes = { 'sh', 'env', 'yaml', 'yaml.docker-compose', 'dockerfile',
    'systemd', 'conf', 'fish', 'ps1', 'make', 'just' },
})
vim.lsp.enable('envctl')""",
    "Helix, in languages.toml": """\
[language-server.envctl]
command = "envctl"
args = ["lsp"]
[[language]]
name = "env"
file-types = [
  "env", { glob = ".env" }, { glob = ".env.*" }, { glob = ".envrc" }
]
language-servers = ["envctl"]
# The same for docker-compose, dockerfile, bash, fish, systemd and make:
[[language]]
name = "yaml"
language-servers = ["yaml-language-server", "envctl"]""",
    "Initialization options, which any editor may send": '{"sglang": "0.5.23", "as": "docker"}',
}
"""The settings text for each editor, by the place where it belongs."""
