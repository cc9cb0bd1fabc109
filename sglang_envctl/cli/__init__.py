"""The command line: one module per command, which parses options, calls the API and prints."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from importlib import import_module
from typing import Annotated

import typer

from sglang_envctl import __version__
from sglang_envctl.cli import failure, options, outcome
from sglang_envctl.cli.params import LightCommand, LightGroup

COMMANDS = (
    "show", "explain", "check", "diff", "export", "run", "snapshot", "audit", "reference", "lsp",
    "config", "schema", "completion",
)  # fmt: skip
ALIASES = {"validate": "check"}

HELP = """Inspect and check the environment variables of SGLang before it starts.

SGLang silently ignores, misreads or replaces a wrong value and starts anyway. envctl knows every
documented variable, and what each release does with its value.

Configuration: [tool.envctl] in pyproject.toml, or envctl.toml; envctl config shows what is in force.
"""
EPILOG = options.epilog(
    "envctl show",
    "envctl check prod.env",
    "envctl export -e prod.env -o .env",
    "envctl explain SGLANG_USE_MODELSCOPE",
    lists={
        "Environment variables": {
            "ENVCTL_*": "the keys of the configuration, such as ENVCTL_SGLANG=0.5.23",
            "NO_COLOR": "no color; FORCE_COLOR=1 instead: color even in a pipe",
            "PAGER": "the program that shows long output",
        },
        "Exit codes": {
            "0": "no problems",
            "1": "findings, differences, or a refused action",
            "2": "wrong usage",
            "3": "something could not be read or written",
        },
    },
)


def application(commands: Iterable[str] = (*COMMANDS, *ALIASES)) -> typer.Typer:
    """Return a Typer application with these commands, importing only their modules."""
    app = typer.Typer(
        name="envctl",
        help=HELP,
        epilog=EPILOG,
        cls=LightGroup,
        add_completion=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(envctl)
    for name in commands:
        module = ALIASES.get(name, name)
        home = import_module(f"{__name__}.{module}")
        settings = getattr(home, "SETTINGS", None)
        about = f"The same as {module}." if name in ALIASES else None
        declare = app.command(
            name,
            cls=LightCommand,
            help=about,
            epilog=getattr(home, "EPILOG", None),
            context_settings=settings,
        )
        declare(getattr(home, module))
    return app


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"envctl {__version__}")
        raise typer.Exit


def envctl(
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            "-V",
            callback=_print_version,
            is_eager=True,
            help="Print the version and exit.",
        ),
    ] = False,
) -> None:
    """Accept the options of envctl itself; Typer handles them."""
    del version


def _meant(args: list[str]) -> list[str]:
    """Return the arguments, with `envctl help check` and `envctl version` rewritten as options."""
    if args[0] == "help":
        return [*(word for word in args[1:2] if word != "help"), "--help"]
    return ["--version"] if args == ["version"] else args


def main(args: list[str] | None = None) -> None:
    """Run the command line and exit with its code."""
    if args is None:
        outcome.heed_signals()
    args = _meant((sys.argv[1:] if args is None else args) or ["--help"])
    known = (*COMMANDS, *ALIASES)
    # Only the called command is imported; the help, and suggestions for a misspelled command, need all.
    called = args[:1] if args and args[0] in known else known
    sys.exit(outcome.run(lambda: application(called), args, failure.printer(args)))
