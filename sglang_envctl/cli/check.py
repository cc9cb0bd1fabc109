"""`envctl check`: does every value mean what its author thinks?"""

from __future__ import annotations

from typing import Annotated, Optional

import typer

from sglang_envctl import api, reports
from sglang_envctl.cli import choices, options, output, progress
from sglang_envctl.cli.outcome import UNREADABLE, remark, say
from sglang_envctl.environment import Environment
from sglang_envctl.reports.shapes import CheckReport
from sglang_envctl.sources import process

FORMS: output.Forms[CheckReport] = {
    "text": lambda: reports.text.check,
    "json": lambda: reports.json.check,
}

Sources = Annotated[
    Optional[list[str]],  # noqa: UP045
    typer.Argument(
        metavar="SOURCE",
        help="Files to check, each on its own, or directories of them; - is standard input. "
        "By default the current environment.",
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
Strict = Annotated[
    bool, typer.Option("--strict", help="Exit 1 for any finding, not only for errors.")
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
    strict: Strict = False,
    host: OnHost = False,
    output_format: options.Form = "text",
    sglang: options.Sglang = None,
    registry: options.RegistryFiles = None,
    quiet: options.Quiet = False,
) -> int:
    """Check that every value means what its author thinks.

    Each SOURCE is checked on its own, on top of the -e layers. Exit 1 if there is an error. A comment
    `# envctl: ignore[rule]` on a line, or on the line above it, silences a rule there.
    """
    known, chosen = api.registry(*registry or ()), choices.release(sglang)
    selected, ignored = choices.slugs(select, "--select"), choices.slugs(ignore, "--ignore")
    context = api.context(dialect, choices.dialects(dialects))
    with progress.counted("Reading", quiet=quiet) as on_source:
        loaded = api.load_each(
            sources or (), context, layers=env or (), inherit=inherit, on_source=on_source
        )
    with progress.counted("Checking", quiet=quiet) as on_environment:
        findings = api.check_each(
            loaded, sglang=chosen, registry=known, select=selected, ignore=ignored, host=host,
            on_environment=on_environment,
        )  # fmt: skip
    report = CheckReport(chosen, tuple(sources or env or [process.LABEL]), findings)
    output.present(report, output_format, FORMS, draw=lambda: reports.terminal.check)
    read = [one for one in loaded if isinstance(one, Environment)]
    if not quiet:
        remark(read)
        say(report.summary)
    if len(read) < len(loaded):
        return UNREADABLE
    return int(bool(report.findings) if strict else report.tally("error") > 0)
