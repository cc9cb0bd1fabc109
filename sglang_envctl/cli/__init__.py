"""The command line: one module a subcommand, each parsing options, calling, printing, exiting."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from sglang_envctl import __version__
from sglang_envctl.cli import check, diff, explain, export, show
from sglang_envctl.cli.params import LightCommand, LightGroup

HELP = """See and check the environment variables of SGLang before it starts.

SGLang ignores, misreads or replaces a wrong variable and starts all the same. envctl knows every
documented variable and what each release does with its text.
"""

app = typer.Typer(
    name="envctl",
    help=HELP,
    cls=LightGroup,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 fine, 1 findings or differences, 2 wrong usage, 3 unreadable input.",
)

for module in (show, explain, check, diff, export):
    name = module.__name__.rpartition(".")[2]
    app.command(name, cls=LightCommand)(getattr(module, name))
app.command("validate", cls=LightCommand, help="The same as check.", hidden=True)(check.check)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"envctl {__version__}")
        raise typer.Exit


@app.callback()
def envctl(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version and exit."
        ),
    ] = False,
) -> None:
    del version


def main(args: list[str] | None = None) -> None:
    """Run the command line and exit with its code."""
    from sglang_envctl.cli import outcome

    sys.exit(outcome.run(app, sys.argv[1:] if args is None else args))
