"""`envctl completion`: print the completion script of a shell; one module per shell."""

from __future__ import annotations

from importlib import import_module
from typing import Annotated, Literal, Protocol, cast, get_args

import typer

from sglang_envctl.cli import options, output

Shell = Literal["bash", "zsh", "fish"]
SHELLS: tuple[str, ...] = get_args(Shell)


EPILOG = options.epilog(
    'eval "$(envctl completion bash)"',
    'eval "$(envctl completion zsh)"',
    "envctl completion fish > ~/.config/fish/completions/envctl.fish",
)


class _Form(Protocol):
    """The interface of a module for a shell."""

    def render(self, line: object) -> str:
        """Return the script for the command line that `commands.read()` returns."""


def completion(
    shell: Annotated[
        Shell, typer.Argument(metavar="bash|zsh|fish", help="The shell that the script is for.")
    ],
) -> int:
    """Print the completion script of a shell.

    The script is static: completion starts no Python. Put the first example into ~/.bashrc, or the
    second into ~/.zshrc after compinit; run the third once.
    """
    output.emit(script(shell))
    return 0


def script(shell: str) -> str:
    """Return the script of a shell, with the current commands, options, variables and rules."""
    from sglang_envctl.cli.completion.commands import read

    return cast("_Form", import_module(f"{__name__}.{shell}")).render(read())
