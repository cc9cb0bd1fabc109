"""Static completions: one module a shell, each making a script of what `model.read()` finds."""

from __future__ import annotations

from importlib import import_module

from sglang_envctl.devtools.completion.commands import read

SCRIPTS = {"bash": "envctl.bash", "zsh": "_envctl", "fish": "envctl.fish"}
"""The file that each shell's completion goes into, named as the shell wants it."""

COMMAND = "python -m sglang_envctl.devtools.completion completions"
"""What writes the committed scripts."""


def scripts() -> dict[str, str]:
    """The text of every script by its file name."""
    line = read()
    return {
        name: import_module(f"{__name__}.{shell}").render(line, f"Written by `{COMMAND}`.")
        for shell, name in SCRIPTS.items()
    }
