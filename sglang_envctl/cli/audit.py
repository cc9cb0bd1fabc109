"""`envctl audit`: list the environment variables that code reads."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from sglang_envctl import api, reports
from sglang_envctl.audit import audit as scan
from sglang_envctl.audit.code.files import TargetError, installed, locate, release_of
from sglang_envctl.audit.compare import compare
from sglang_envctl.audit.facts import Audit
from sglang_envctl.cli import options, output, progress
from sglang_envctl.cli.outcome import complain, say
from sglang_envctl.cli.project import project
from sglang_envctl.errors import Unreadable
from sglang_envctl.reports.audit import AuditReport, Kind, report
from sglang_envctl.selection import matching, spelled_like

FORMS: output.Forms[AuditReport] = {
    "text": lambda: reports.text.audit,
    "json": lambda: reports.json.audit,
    "tsv": lambda: reports.tsv.audit,
}
DEFAULT = "sglang"
"""The package that is audited if the user names none."""


Target = Annotated[
    Optional[str],  # noqa: UP045
    typer.Argument(
        metavar="TARGET",
        help="A directory, a wheel, a .py file, or the name of an installed package. The default is the "
        "installed sglang.",
    ),
]
Names = Annotated[
    Optional[list[str]],  # noqa: UP045
    typer.Argument(metavar="NAME|PATTERN", help="Names, parts of names, or patterns with * and ?."),
]
Only = Annotated[
    Optional[Kind],  # noqa: UP045
    typer.Option(
        "--only",
        help="Show only this kind of mismatch between docs and code.",
        rich_help_panel=options.SELECTION,
    ),
]
Strict = Annotated[
    bool, typer.Option("--strict", help="Exit 1 if docs and code differ on a listed name.")
]


EPILOG = options.epilog(
    "envctl audit sglang",
    "envctl audit src/ --format json",
    lists={
        "Kinds": {
            "documented, not documented": "the code reads it; the docs list it, or do not",
            "tests only": "only tests read it",
            "declared only": "a table declares it, but no code reads it",
            "name not known": "the name is computed when the program runs",
            "deprecated": "a deprecated name, and how the code handles it",
            "documented, not read": "the docs say that the package reads it; it does not",
            "default differs": "the default in the code is not the one in the docs",
        },
    },
)


def audit(
    target: Target = None,
    names: Names = None,
    only: Only = None,
    strict: Strict = False,
    output_format: options.Form = "text",
    registry: options.RegistryFiles = None,
    config: options.Config = None,
    no_config: options.NoConfig = False,
    no_pager: options.NoPager = False,
    quiet: options.Quiet = False,
) -> int:
    """List every environment variable that Python code reads.

    The code is parsed and never imported or run. The result is compared with the docs: names that
    are read but not documented, names that are documented but not read, and defaults that differ.
    The exit code is 0 even if code and docs disagree, or 1 with --strict; 3 if a file of TARGET
    could not be read.
    """
    known = project(config, no_config=no_config, registries=registry).registry
    path, found = _scan(target, quiet=quiet)
    result = report(
        DEFAULT if target is None else target,
        release_of(path) if path else None,
        found,
        compare(found, known, path),
        api.hider([], known),
    )
    if names and result.files:
        listing = f"envctl audit {result.target}"
        result = result.only(matching(names, result.known, spelled_like(result.known), listing))
    if only:
        result = result.only(result.of(only))
    output.present(
        result, output_format, FORMS, draw=lambda: reports.terminal.audit, paged=not no_pager
    )
    code = complain(result.unreadable) if result.unreadable else 0
    if result.files and not quiet:
        say(result.summary)
    return code or int(strict and result.differs)


def _scan(target: str | None, *, quiet: bool) -> tuple[Path | None, Audit]:
    """Return the path of a target, if it has one, and the audit, which includes why a target cannot
    be read.
    """
    try:
        path = installed(DEFAULT) if target is None else locate(target)
        with progress.counted("Reading", quiet=quiet) as on_file:
            return path, scan(path, on_file)
    except TargetError as error:
        reported = Unreadable(DEFAULT if target is None else target, error.reason)
        return None, Audit((), unreadable=(reported,))
