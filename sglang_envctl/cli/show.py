"""`envctl show`: show the environment that a server started here would get, and where each value
comes from.
"""

from typing import Annotated, Literal, Optional

import typer

from sglang_envctl import api, reports
from sglang_envctl.cli import choices, options, output, progress
from sglang_envctl.cli.outcome import complain, remark, say, summarize
from sglang_envctl.cli.project import project
from sglang_envctl.environment import Environment
from sglang_envctl.errors import SeveralEnvironmentsError
from sglang_envctl.releases.undocumented import with_names
from sglang_envctl.reports.shapes import ShowReport, held_row, row
from sglang_envctl.selection import Selection
from sglang_envctl.sources.detect import is_several

FORMS: output.Forms[ShowReport] = {
    "table": lambda: reports.text.show,
    "json": lambda: reports.json.show,
    "csv": lambda: reports.csv.show,
    "tsv": lambda: reports.tsv.show,
    "markdown": lambda: reports.markdown.show,
    "html": lambda: reports.html.show,
}

Names = Annotated[
    Optional[list[str]],  # noqa: UP045
    typer.Argument(
        metavar="NAME|PATTERN",
        help="Names, parts of names, or patterns with * and ?. By default all variables.",
    ),
]
OnlySet = Annotated[
    bool,
    typer.Option(
        "--set",
        help="Show only variables that are set, in every format.",
        rich_help_panel=options.SELECTION,
    ),
]
Owners = Annotated[
    Optional[list[str]],  # noqa: UP045
    typer.Option(
        "--owner",
        metavar="OWNER",
        help="Show only variables that this software reads. Repeat to show those of several.",
        rich_help_panel=options.SELECTION,
    ),
]
Search = Annotated[
    Optional[list[str]],  # noqa: UP045
    typer.Option(
        "--search",
        metavar="WORD",
        help=(
            "Show only variables whose name or description contains WORD; word endings are ignored. "
            "Several words, or several --search, must all match, in any order. Exit 1 if none matches."
        ),
        rich_help_panel=options.SELECTION,
    ),
]
All = Annotated[
    bool,
    typer.Option(
        "--all",
        help="Show all variables, even those that are not set.",
        rich_help_panel=options.SELECTION,
    ),
]
Form = Annotated[
    Literal["table", "json", "csv", "tsv", "markdown", "html"],
    typer.Option(
        "--format",
        metavar="FORMAT",
        help="Print in this format; see the list below.",
        rich_help_panel=options.OUTPUT,
    ),
]


EPILOG = options.epilog(
    "envctl show",
    "envctl show -e prod.env",
    "envctl show -e 'env/*.json'",
    'envctl show --search "log level"',
    "envctl show --all --format json",
    lists={
        "Formats": {
            "table": "a table in a terminal, plain lines in a pipe",
            "json": "every SGLang variable with all details",
            "csv": "the same variables for a spreadsheet",
            "tsv": "the lines of the table with a header, for cut, awk and sort",
            "markdown": "a table, for an issue",
            "html": "a web page",
        }
    },
)


def show(
    names: Names = None,
    env: options.Env = None,
    inherit: options.Inherit = False,
    dialect: options.Dialect = "dotenv",
    only_set: OnlySet = False,
    section: options.Sections = None,
    owner: Owners = None,
    search: Search = None,
    all_: All = False,
    output_format: Form = "table",
    url_base: options.UrlBase = None,
    sglang: options.Sglang = None,
    registry: options.RegistryFiles = None,
    show_secrets: options.ShowSecrets = False,
    config: options.Config = None,
    no_config: options.NoConfig = False,
    no_pager: options.NoPager = False,
    quiet: options.Quiet = False,
) -> int:
    """Show the effective environment, and where each value comes from.

    Without -e this is the current environment. By default it lists only what is set; `--all` lists
    everything, even system variables such as PATH. JSON, CSV and Markdown list every variable of
    SGLang, and those of other software (NCCL, Hugging Face, proxies, ...) if they are set or selected.
    If the last -e is a directory, a pattern or a file with several environments, each environment is a
    node: each value is listed once, with the nodes that have it.
    """
    choices.refuse_files(names, "show")
    given = project(
        config, no_config=no_config, registries=registry, sglang=[sglang] if sglang else ()
    )
    release = given.release
    known = with_names(names or (), given.registry, release.release)
    selection = Selection(
        patterns=tuple(names or ()),
        sections=choices.sections(section, known),
        owners=choices.owners(owner, known),
        words=tuple(search or ()),
        only_set=only_set,
        everything=all_,
    )
    context, layers = api.context(dialect), tuple(env or ())

    def one() -> tuple[ShowReport, list[Environment]]:
        loaded = api.load(layers, context, inherit=inherit or not layers)
        environment = loaded.environment
        hide = api.hider([environment], known, show=show_secrets)
        # Without one of its layers, the environment would be a different one.
        chosen = (
            []
            if loaded.unreadable
            else selection.of(api.settle(environment, sglang=release, registry=known))
        )
        rows = tuple(row(entry, hide) for entry in chosen)
        return ShowReport(release, rows, loaded.unreadable), [environment]

    def nodes() -> tuple[ShowReport, list[Environment]]:
        sides = progress.each(
            "Reading",
            api.load_sides(layers[-1:], context, layers=layers[:-1], inherit=inherit),
            quiet=quiet,
        )
        named = release if given.named else None
        found = api.list_nodes(sides, selection, sglang=named, registry=known)
        environments = [group.environment for group in found.fleet.groups]
        hide = api.hider(environments, known, show=show_secrets)
        number = sum(1 for _ in found.fleet.nodes)
        rows = tuple(held_row(held, number, hide) for held in found.held)
        return ShowReport(
            release, rows, found.fleet.unreadable, nodes=number, kind=found.fleet.kind
        ), environments

    try:
        report, environments = nodes() if layers and is_several(layers[-1]) else one()
    except SeveralEnvironmentsError:
        if layers[-1] == "-":  # standard input cannot be read again
            raise
        report, environments = nodes()
    output.present(
        report._replace(overview=selection.is_default, addresses=given.addresses(url_base)),
        output_format,
        FORMS,
        draw=lambda: reports.terminal.show,
        paged=not no_pager,
        secrets=show_secrets,
    )
    if report.unreadable:
        return complain(report.unreadable)
    missed = bool(search and not report.rows)
    if not quiet:
        remark(environments, given.misspelled(environments))
    if missed:
        say(f"nothing mentions {' and '.join(search or ())}")
    elif not quiet:
        summarize(report.summary)
    return int(missed)
