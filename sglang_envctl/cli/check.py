"""`envctl check`: does every value mean what its author thinks?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal, Optional

import typer

from sglang_envctl import api, reports
from sglang_envctl.cli import choices, options, output, progress
from sglang_envctl.cli.outcome import UNREADABLE, remark, say
from sglang_envctl.cli.project import Project, project
from sglang_envctl.config import Deployment
from sglang_envctl.environment import Environment
from sglang_envctl.errors import Unreadable, UsageError
from sglang_envctl.findings.check import Group, Scope, check_groups
from sglang_envctl.reports import shapes
from sglang_envctl.reports.counts import count, holding_none
from sglang_envctl.reports.shapes import CheckReport, RuleCount
from sglang_envctl.sources import process
from sglang_envctl.sources.context import Context
from sglang_envctl.sources.load import OnProgress, Side

if TYPE_CHECKING:
    from sglang_envctl.nodes.fleet import Gathering

FORMS: output.Forms[CheckReport] = {
    "text": lambda: reports.text.check,
    "full": lambda: reports.full.check,
    "json": lambda: reports.json.check,
    "github": lambda: reports.github.check,
    "gitlab": lambda: reports.gitlab.check,
    "sarif": lambda: reports.sarif.check,
    "junit": lambda: reports.junit.check,
    "markdown": lambda: reports.markdown.check,
}
STATISTICS_FORMS: output.Forms[tuple[RuleCount, ...]] = {
    "text": lambda: reports.text.statistics,
    "json": lambda: reports.json.statistics,
}

Form = Annotated[
    Literal["text", "full", "json", "github", "gitlab", "sarif", "junit", "markdown"],
    typer.Option(
        "--format",
        help="Output format. text is one line a finding in a pipe; full has the help on lines of "
        "its own.",
    ),
]
Sources = Annotated[
    Optional[list[str]],  # noqa: UP045
    typer.Argument(
        metavar="SOURCE",
        help="Files to check, each on its own, or directories of them; - is standard input. "
        "By default what the configuration names, else the current environment.",
    ),
]
Dialects = Annotated[
    Optional[list[str]],  # noqa: UP045
    typer.Option(
        "--dialects",
        metavar="DIALECT",
        help="Warn where these dialects disagree about a .env line. Repeatable, or a,b.",
    ),
]
Select = Annotated[
    Optional[list[str]],  # noqa: UP045
    typer.Option("--select", metavar="RULE", help="Only these rules. Repeatable, or a,b."),
]
Ignore = Annotated[
    Optional[list[str]],  # noqa: UP045
    typer.Option("--ignore", metavar="RULE", help="Skip these rules. Repeatable, or a,b."),
]
FailOn = Annotated[
    Optional[Literal["error", "warning", "info"]],  # noqa: UP045
    typer.Option(
        "--fail-on", help="Exit 1 for findings of this severity or higher. By default error."
    ),
]
Strict = Annotated[bool, typer.Option("--strict", help="The same as --fail-on warning.")]
ExitZero = Annotated[
    bool, typer.Option("--exit-zero", help="Exit 0 even if there are findings to fail on.")
]
Statistics = Annotated[
    bool,
    typer.Option("--statistics", help="Count the findings of each rule instead of listing them."),
]
OnHost = Annotated[
    bool,
    typer.Option(
        "--host",
        help="Also check that the interfaces, paths, ports, addresses and devices in the values "
        "exist on this machine. Not for container configurations.",
    ),
]


def check(
    sources: Sources = None,
    env: options.Env = None,
    inherit: options.Inherit = False,
    dialect: options.Dialect = "dotenv",
    dialects: Dialects = None,
    select: Select = None,
    ignore: Ignore = None,
    fail_on: FailOn = None,
    strict: Strict = False,
    exit_zero: ExitZero = False,
    statistics: Statistics = False,
    host: OnHost = False,
    output_format: Form = "text",
    sglang: options.SglangEach = None,
    registry: options.RegistryFiles = None,
    config: options.Config = None,
    no_config: options.NoConfig = False,
    quiet: options.Quiet = False,
) -> int:
    """Check that every value means what its author thinks.

    Each SOURCE is checked on its own, on top of the -e layers. Exit 1 if there is an error. A comment
    `# envctl: ignore[rule]` on a line, or on the line above it, silences a rule there, and
    `# envctl: file-ignore[rule]` in the whole file. Without SOURCE and -e, the environments that the
    configuration names are checked, or else the current environment.
    """
    if statistics and output_format not in STATISTICS_FORMS:
        raise UsageError(f"--statistics is printed as {' or '.join(STATISTICS_FORMS)}")
    given = project(config, no_config=no_config, registries=registry, sglang=sglang)
    scope = Scope(
        choices.slugs(select, "--select") or given.config.select,
        choices.slugs(ignore, "--ignore") or given.config.ignore,
        host=host,
    )
    context = api.context(dialect, choices.compared_dialects(dialects) or given.config.dialects)
    context = context._replace(excluded=given.excluded)
    wanted = Deployment(name="", sources=tuple(sources or ()), layers=tuple(env or ()))
    deployments = (wanted,) if sources or env else given.config.environments or (wanted,)
    with progress.counted("Reading", quiet=quiet) as on_source:
        groups = [
            _read(one, given, context, inherit=inherit, on_source=on_source) for one in deployments
        ]
    with progress.counted("Checking", quiet=quiet) as on_environment:
        findings = check_groups(groups, given.registry, scope, on_environment)
    named = [source for one in deployments for source in one.sources or one.layers]
    releases = given.chosen(groups)
    loaded = [one for group in groups for one in group.environments]
    threshold = fail_on or ("warning" if strict else given.config.fail_on)
    report = CheckReport(
        releases[0],
        tuple(dict.fromkeys(named)) or (process.LABEL,),
        given.applied(findings),
        releases[1:],
        threshold,
        tuple(count(one, given.registry) for one in loaded),
    )
    if statistics:
        counted = shapes.statistics(report)
        output.present(
            counted, output_format, STATISTICS_FORMS, draw=lambda: reports.terminal.statistics
        )
    else:
        output.present(
            report, output_format, FORMS,
            draw=lambda: reports.terminal.check, records=lambda: reports.terminal.check_records,
        )  # fmt: skip
    read = [one for one in loaded if isinstance(one, Environment)]
    if not quiet:
        remark(read)
        if nothing := holding_none(report.counts):
            say(nothing)
        say(report.summary)
    if len(read) < len(loaded) or any(group.fleet and group.fleet.unreadable for group in groups):
        return UNREADABLE
    return int(report.failed and not exit_zero)


def _read(
    wanted: Deployment,
    given: Project,
    context: Context,
    *,
    inherit: bool,
    on_source: OnProgress | None,
) -> Group:
    """The environments of a deployment; snapshots of nodes are grouped as they are read."""
    gathering: list[Gathering] = []

    def gather(side: Side | Unreadable) -> None:
        if not gathering:
            from sglang_envctl.nodes.fleet import Gathering

            gathering.append(Gathering(given.registry))
        gathering[0].add(side)

    environments = api.load_each(
        wanted.sources, context, layers=wanted.layers, inherit=inherit, on_source=on_source,
        on_snapshot=gather,
    )  # fmt: skip
    return given.group(wanted, environments, gathering[0].fleet if gathering else None)
