"""`envctl lsp`: show findings and help in an editor while the user edits a file."""

from __future__ import annotations

from typing import Annotated, Optional

import typer

from sglang_envctl.cli import options
from sglang_envctl.reference.editors import EDITORS

EPILOG = options.blocks_below(
    {
        **{where: text.split("\n") for where, text in EDITORS.items()},
        "Examples": ("envctl lsp", "envctl lsp --sglang 0.5.23"),
    }
)

Config = Annotated[
    Optional[str],  # noqa: UP045
    options.config_file("the folder of the edited file"),
]


def lsp(
    dialect: options.Dialect = "dotenv",
    sglang: options.SglangEach = None,
    registry: options.RegistryFiles = None,
    config: Config = None,
    no_config: options.NoConfig = False,
    stdio: Annotated[
        bool,
        typer.Option(
            "--stdio",
            help=(
                "Ignored; accepted because editors pass it. The server always uses standard input "
                "and output."
            ),
        ),
    ] = False,
) -> int:
    """Serve an editor over the Language Server Protocol, on standard input and output.

    The server shows the findings of envctl check while a file is edited, explains names, completes
    names and values, offers the fixes, and goes to the assignment that takes effect: in .env files,
    Compose files, manifests, units, Dockerfiles and scripts. The configuration is that of the
    folder of each file.

    Install the extra first: pip install 'sglang-envctl[lsp]'.
    """
    del stdio
    import gc
    import sys

    from sglang_envctl.cli.outcome import end_at_signals, say
    from sglang_envctl.cli.project import Project, project
    from sglang_envctl.errors import SourceError, UsageError

    if not (sys.stdin and sys.stdout):  # closed with `<&-`
        raise SourceError("standard input and output: an editor needs both, but one is closed")
    try:
        from sglang_envctl.lsp.server import serve
    except ImportError as error:
        if not (error.name or "").startswith(("pygls", "lsprotocol")):
            raise
        raise UsageError(
            "the language server needs pygls 2: pip install 'sglang-envctl[lsp]'"
        ) from error

    def opener(folder: str, named: tuple[str, ...]) -> Project:
        return project(
            config, no_config=no_config, registries=registry, sglang=named or sglang, folder=folder
        )

    gc.enable()  # the server runs for long
    end_at_signals()  # otherwise the thread that waits for the editor would keep the process alive
    if sys.stdin.isatty():
        say(
            "waiting for an editor on standard input; envctl lsp --help says how editors start this"
        )
    serve(opener, dialect)
    return 0
