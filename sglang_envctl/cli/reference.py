"""`envctl reference`: write a page for each variable, rule and release."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from sglang_envctl.cli import options
from sglang_envctl.errors import UsageError

if TYPE_CHECKING:
    from sglang_envctl.reference.book import Book

MARKER = ".envctl-reference"
"""The file that marks a folder as an earlier reference and lists the written files."""

EPILOG = options.epilog(
    "envctl reference -o public",
    "envctl reference -o docs/environment --format markdown",
    "envctl reference -o public --sglang 0.5.23 --registry acme.toml",
)


def reference(
    output: Annotated[
        str,
        typer.Option(
            "--output",
            "-o",
            metavar="DIR",
            help="Write to this folder, which is new, empty, or contains an earlier reference.",
        ),
    ],
    output_format: Annotated[
        Literal["html", "markdown"], typer.Option("--format", help="Write in this format.")
    ] = "html",
    sglang: options.Sglang = None,
    registry: options.RegistryFiles = None,
    config: options.Config = None,
    no_config: options.NoConfig = False,
    quiet: options.Quiet = False,
) -> int:
    """Write reference pages of all variables, rules and releases.

    The site needs no server and no network: open index.html, or publish the folder. For
    html, install the extra first: pip install 'sglang-envctl[html]'.
    """
    from sglang_envctl import api
    from sglang_envctl.cli.folder import write_folder
    from sglang_envctl.cli.outcome import aside
    from sglang_envctl.cli.project import project
    from sglang_envctl.environment import stack
    from sglang_envctl.reference import book
    from sglang_envctl.releases import load
    from sglang_envctl.rules import rules
    from sglang_envctl.text.escape import visible

    if output == "-":
        raise UsageError(
            "--output: standard output is not a folder, but the reference consists of many files"
        )
    files = _form(output_format)
    given = project(
        config, no_config=no_config, registries=registry, sglang=[sglang] if sglang else ()
    )
    known = book.with_undocumented(given.registry, load())
    nothing = stack(())
    settings = api.settle(nothing, sglang=given.release, registry=known)
    hide = api.hider([nothing], known)

    def made() -> Iterator[tuple[str, str]]:  # imported only after the folder was accepted
        yield from files(book.write(settings, load(), rules().values(), hide))

    number = write_folder(output, made(), MARKER)
    if not quiet:
        aside(f"{number} files in {visible(output)}")
    return 0


def _form(name: str) -> Callable[[Book], Iterator[tuple[str, str]]]:
    """Return the function that makes the files of a format."""
    if name == "markdown":
        from sglang_envctl.reference import markdown

        return markdown.files
    from sglang_envctl.reference import html

    return html.files
