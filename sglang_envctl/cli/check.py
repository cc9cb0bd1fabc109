"""`envctl check`: check that every value has the effect that its author intends."""

from collections.abc import Mapping
from typing import Annotated, Literal, Optional

import typer

from sglang_envctl import api, reports
from sglang_envctl.cli import choices, options, output
from sglang_envctl.cli.checking import Checking
from sglang_envctl.cli.outcome import UNREADABLE, remark, say
from sglang_envctl.cli.project import project
from sglang_envctl.config import Deployment
from sglang_envctl.errors import UsageError
from sglang_envctl.findings.check import Scope
from sglang_envctl.reports import findings
from sglang_envctl.reports.counts import count, fixed, holding_none, passed_over
from sglang_envctl.reports.findings import CheckReport, RuleCount

FORMS: output.Forms[CheckReport] = {
    "text": lambda: reports.text.check,
    "full": lambda: reports.full.check,
    "json": lambda: reports.json.check,
    "github": lambda: reports.github.check,
    "gitlab": lambda: reports.gitlab.check,
    "sarif": lambda: reports.sarif.check,
    "junit": lambda: reports.junit.check,
    "markdown": lambda: reports.markdown.check,
    "html": lambda: reports.html.check,
}
EPILOG = options.epilog(
    "envctl check prod.env",
    "envctl check compose.yaml deploy/ --sglang 0.5.23",
    "envctl check prod.env --fix",
    "envctl check prod.env --format github --fail-on warning",
    lists={
        **options.KINDS_OF_SOURCE,
        "Formats": {
            "text": "one line per finding in a pipe; with help below it in a terminal",
            "full": "help below each finding, even in a pipe",
            "json": "all details; envctl schema check describes it",
            "github": "annotations for GitHub Actions",
            "gitlab": "code quality report for GitLab",
            "sarif": "SARIF 2.1.0 with rules and fixes, for code scanning",
            "junit": "JUnit XML: one test per source",
            "markdown": "a table, for a job summary or an issue",
            "html": "a web page with the lines around each finding",
        },
    },
)
STATISTICS_FORMS: output.Forms[tuple[RuleCount, ...]] = {
    "text": lambda: reports.text.statistics,
    "json": lambda: reports.json.statistics,
}

# The groups of options in the help.
FINDINGS = "Findings"
OUTCOME = "Exit code"
FIXES = "Fixes"

Form = Annotated[
    Literal["text", "full", "json", "github", "gitlab", "sarif", "junit", "markdown", "html"],
    typer.Option(
        "--format",
        metavar="FORMAT",
        help=(
            "Print in this format; see the list below. In a pipe, text prints one line per "
            "finding; full adds the help on separate lines."
        ),
        rich_help_panel=options.OUTPUT,
    ),
]
Sources = Annotated[
    Optional[list[str]],  # noqa: UP045
    typer.Argument(
        metavar="SOURCE",
        help=(
            "Files to check, each on its own, or directories of such files; - is standard input. "
            "The default is the sources that the configuration names, or else the current "
            "environment."
        ),
    ),
]
Dialects = Annotated[
    Optional[list[str]],  # noqa: UP045
    typer.Option(
        "--dialects",
        metavar="DIALECT",
        help=(
            "Warn about .env lines that these dialects read differently. Separate several by commas, "
            "or repeat the option."
        ),
        rich_help_panel=FINDINGS,
    ),
]
Select = Annotated[
    Optional[list[str]],  # noqa: UP045
    typer.Option(
        "--select",
        metavar="RULE",
        help="Apply only these rules. Separate several by commas, or repeat the option.",
        rich_help_panel=FINDINGS,
    ),
]
Ignore = Annotated[
    Optional[list[str]],  # noqa: UP045
    typer.Option(
        "--ignore",
        metavar="RULE",
        help="Skip these rules. Separate several by commas, or repeat the option.",
        rich_help_panel=FINDINGS,
    ),
]
FailOn = Annotated[
    Optional[Literal["error", "warning", "info"]],  # noqa: UP045
    typer.Option(
        "--fail-on",
        help="Exit 1 for findings of this severity or higher (default: error).",
        rich_help_panel=OUTCOME,
    ),
]
Strict = Annotated[
    bool,
    typer.Option(
        "--strict",
        help="Exit 1 for warnings too: the same as --fail-on warning.",
        rich_help_panel=OUTCOME,
    ),
]
ExitZero = Annotated[
    bool,
    typer.Option(
        "--exit-zero",
        help="Exit 0 even if there are findings.",
        rich_help_panel=OUTCOME,
    ),
]
Statistics = Annotated[
    bool,
    typer.Option(
        "--statistics",
        help="Count the findings of each rule instead of listing them.",
        rich_help_panel=options.OUTPUT,
    ),
]
Require = Annotated[
    Optional[list[str]],  # noqa: UP045
    typer.Option(
        "--require",
        metavar="NAME",
        help="Report an error if this name is not set. Repeat to require several names.",
        rich_help_panel=FINDINGS,
    ),
]
OnHost = Annotated[
    bool,
    typer.Option(
        "--host",
        help=(
            "Also check the interfaces, paths, ports, addresses and devices in the values against "
            "this machine. Container configurations are left out."
        ),
        rich_help_panel=FINDINGS,
    ),
]

Baseline = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option(
        "--baseline",
        metavar="FILE",
        help="Show only new findings, not those already in FILE.",
        rich_help_panel=FINDINGS,
    ),
]
UpdateBaseline = Annotated[
    bool,
    typer.Option(
        "--update-baseline",
        help="Write the current findings to the file given with --baseline.",
        rich_help_panel=FINDINGS,
    ),
]
Fix = Annotated[
    bool,
    typer.Option(
        "--fix",
        help="Apply safe fixes to the files.",
        rich_help_panel=FIXES,
    ),
]
ShowDiff = Annotated[
    bool,
    typer.Option(
        "--diff",
        help="Print what --fix would change, but change nothing, even with --fix.",
        rich_help_panel=FIXES,
    ),
]
UnsafeFixes = Annotated[
    bool,
    typer.Option(
        "--unsafe-fixes",
        help="With --fix or --diff, include fixes that are probably, but not certainly, correct.",
        rich_help_panel=FIXES,
    ),
]
WITH_FIXES = ("json", "sarif")
"""The formats that include the edits of each finding."""
WITH_LINES = ("html",)
"""The formats that include the lines of the files."""


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
    require: Require = None,
    host: OnHost = False,
    baseline: Baseline = None,
    update_baseline: UpdateBaseline = False,
    fix: Fix = False,
    show_diff: ShowDiff = False,
    unsafe_fixes: UnsafeFixes = False,
    output_format: Form = "text",
    url_base: options.UrlBase = None,
    sglang: options.SglangEach = None,
    registry: options.RegistryFiles = None,
    config: options.Config = None,
    no_config: options.NoConfig = False,
    timeout: options.Timeout = 30,
    quiet: options.Quiet = False,
) -> int:
    """Check that every value has the effect that its author intends.

    Each SOURCE is checked on its own, on top of the -e layers. The exit code is 1 if there is an
    error. A comment `# envctl: ignore[rule]` on a line, or on the line above it, silences a rule
    there; `# envctl: file-ignore[rule]` silences it in the whole file. Without SOURCE and -e, the
    environments that the configuration names are checked, or else the current environment.
    """
    _refuse(
        {
            f"--statistics is printed as {' or '.join(STATISTICS_FORMS)}": (
                statistics and output_format not in STATISTICS_FORMS
            ),
            "--unsafe-fixes needs --fix or --diff": unsafe_fixes and not (fix or show_diff),
            "--diff prints a unified diff: remove --format": (
                show_diff and output_format not in output.DRAWN
            ),
            "--fix changes files, but standard input is not a file": (
                fix and "-" in (*(sources or ()), *(env or ()))
            ),
        }
    )
    fix = fix and not show_diff
    given = project(config, no_config=no_config, registries=registry, sglang=sglang)
    baseline = baseline or given.config.baseline
    _refuse({"--update-baseline needs --baseline FILE": update_baseline and not baseline})
    scope = Scope(
        choices.slugs(select, "--select") or given.config.select,
        choices.slugs(ignore, "--ignore") or given.config.ignore,
        host=host,
    )
    compared = choices.compared_dialects(dialects) or given.config.dialects
    context = api.context(dialect, compared, choices.timeout(timeout))
    passed: dict[str, str] = {}
    context = context._replace(excluded=given.excluded(baseline), passed=passed.__setitem__)
    wanted = Deployment(name="", sources=tuple(sources or ()), layers=tuple(env or ()))
    deployments = (wanted,) if sources or env else given.config.environments or (wanted,)
    needed = tuple(require or ())
    deployments = tuple(one._replace(required=one.required + needed) for one in deployments)
    checking = Checking(given, scope, context, deployments, inherit=inherit, quiet=quiet)
    checked = checking.fixed(unsafe=unsafe_fixes) if fix else checking.once()
    if baseline:
        checked = checked.beside(baseline, update=update_baseline)
    with_fixes = output_format in WITH_FIXES and not show_diff
    found = checked.available(unsafe=unsafe_fixes or with_fixes) if show_diff or with_fixes else ()
    reported = {finding.name for finding in checked.findings}
    report = CheckReport(
        checked.releases[0],
        checking.sources,
        checked.findings,
        checked.releases[1:],
        fail_on or ("warning" if strict else given.config.fail_on),
        checked.shown(found),
        tuple(count(one, given.registry, reported) for one in checked.environments),
        addresses=given.addresses(url_base),
    )
    if output_format in WITH_LINES:
        report = report._replace(excerpts=checked.excerpts(report.shown))
    if show_diff:
        output.emit(checked.diff(found))
    else:
        _print(report, output_format, counted=statistics)
    if not quiet:
        for line in checked.remarks:
            say(line)
        remark(checked.read)
        number = sum(len(one.fixes) for one in found)
        fixable = fixed(number) if show_diff else "" if fix else report.fixable
        for line in filter(None, (holding_none(report.counts), passed_over(passed), fixable)):
            say(line)
        say(report.summary)
    if len(checked.read) < len(checked.environments):
        return UNREADABLE
    return int((bool(found) if show_diff else report.failed) and not exit_zero)


def _refuse(contradictions: Mapping[str, bool]) -> None:
    """Raise a usage error with the first of these messages whose value is True."""
    for message, holds in contradictions.items():
        if holds:
            raise UsageError(message)


def _print(report: CheckReport, form: str, *, counted: bool) -> None:
    """Print the findings, or their number for each rule."""
    if counted:
        counts = findings.statistics(report)
        output.present(counts, form, STATISTICS_FORMS, draw=lambda: reports.terminal.statistics)
    else:
        output.present(
            report, form, FORMS,
            draw=lambda: reports.terminal.check, records=lambda: reports.terminal.check_records,
        )  # fmt: skip
