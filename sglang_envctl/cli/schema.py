"""`envctl schema`: print the JSON Schema of a file or of an output."""

from __future__ import annotations

from typing import Annotated

import typer

from sglang_envctl.cli import options, output
from sglang_envctl.schemas import NAMES, Name

ONLY_FORM = "json"
"""The form of the output, even if the command fails."""
EPILOG = options.epilog(
    "envctl schema config",
    "envctl schema check",
)


def schema(
    name: Annotated[
        Name,
        typer.Argument(
            metavar="NAME",
            help=f"What the schema describes: {', '.join(NAMES[:-1])} or {NAMES[-1]}.",
        ),
    ],
) -> int:
    """Print the JSON Schema of a file or of an output.

    config is envctl.toml or [tool.envctl], registry is a file for --registry; the others describe
    the output of commands with --format json. settings is the output of envctl config.
    """
    from sglang_envctl.schemas import schema as found
    from sglang_envctl.text.json import encode

    output.emit(encode(found(name)))
    return 0
