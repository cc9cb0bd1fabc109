"""`envctl show`: what would a server started here see, and where does each value come from?"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal, Optional

import typer

from sglang_envctl.cli import inputs, options, output
from sglang_envctl.cli.outcome import say
from sglang_envctl.cli.patterns import matching
from sglang_envctl.redaction import redactor
from sglang_envctl.releases.renames import OWNED
from sglang_envctl.reports.shapes import Row, ShowReport, other_row, row
from sglang_envctl.settings import settle


def show(
    names: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Argument(
            metavar="NAME|PATTERN",
            help="Names, parts of names, or patterns with * and ?. Default: all variables.",
        ),
    ] = None,
    env: options.Env = None,
    inherit: options.Inherit = False,
    dialect: options.Dialect = "dotenv",
    only_set: Annotated[bool, typer.Option("--set", help="Only what is set.")] = False,
    section: options.Sections = None,
    owner: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option("--owner", metavar="OWNER", help="Only what this software reads. Repeatable."),
    ] = None,
    search: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option(
            "--search",
            metavar="WORD",
            help="Only variables whose name or description contains WORD. Repeat to require several "
            "words.",
        ),
    ] = None,
    all_: Annotated[
        bool, typer.Option("--all", help="List everything, at a terminal too.")
    ] = False,
    output_format: Annotated[
        Literal["table", "json", "csv", "markdown"],
        typer.Option("--format", help="Output format; table is plain lines when piped."),
    ] = "table",
    sglang: options.Sglang = None,
    registry: options.RegistryFiles = None,
    show_secrets: options.ShowSecrets = False,
    quiet: options.Quiet = False,
) -> int:
    """Show the effective environment, and where each value comes from.

    Without -e, this is the current environment. At a terminal it lists only what is set and counts
    the rest by section; --all lists everything. Piped, it lists every variable of SGLang. Variables
    of other software (NCCL, Hugging Face, proxies, ...) are listed only if they are set or asked for.
    """
    known, judged = inputs.registry(registry), inputs.release(sglang)
    gathered = inputs.environment(env, inherit=inherit, dialect=dialect)
    environment = gathered.environment
    settings = settle(environment, known, judged.release)
    hide = redactor([environment], known, show=show_secrets)
    rows = [row(setting, hide) for setting in settings]
    rows += (
        other_row(assignment, hide)
        for assignment in settings.unknown()
        if assignment.name in environment.explicit or assignment.name.startswith(OWNED)
    )
    if section:
        wanted = inputs.sections(section, known)
        rows = [entry for entry in rows if entry.section in wanted]
    if owner:
        owners = inputs.owners(owner, known)
        rows = [entry for entry in rows if entry.variable and entry.variable.owner in owners]
    if search:
        rows = [entry for entry in rows if speaks_of(search, entry)]
    if gathered.unreadable:
        rows = []  # without one of its layers this would be another environment
    elif names:
        known_names = [setting.name for setting in settings]
        meant = matching(names, [entry.name for entry in rows], known_names, "envctl show")
        rows = [entry for entry in rows if entry.name in meant]
    if only_set:
        rows = [entry for entry in rows if entry.is_set]
    narrowed = bool(names or only_set or section or owner or search or all_)
    if not narrowed:
        rows = [entry for entry in rows if entry.is_set or not stands_aside(entry)]
    report = ShowReport(judged, tuple(rows), gathered.unreadable, overview=not narrowed)
    form = "text" if output_format == "table" else output_format
    output.present("show", form, report, paged=True)
    if gathered.unreadable:
        return inputs.complain(gathered.unreadable)
    if not quiet:
        inputs.remark([environment])
        say(report.summary)
    return 0


def stands_aside(entry: Row) -> bool:
    """Whether a row is of a section that is listed only where it is set or asked for."""
    return entry.variable is not None and entry.variable.section.aside


def speaks_of(words: Iterable[str], entry: Row) -> bool:
    """Whether all the words stand somewhere in what there is to say about a variable."""
    variable = entry.variable
    about = (variable.summary, variable.details, *variable.discrepancies) if variable else ()
    text = " ".join((entry.name, entry.title, *about)).casefold()
    return all(word.casefold() in text for word in words)
