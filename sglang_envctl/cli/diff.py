"""`envctl diff`: what differs between environments, by meaning."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from sglang_envctl.changes import differences
from sglang_envctl.cli import gather, options, output
from sglang_envctl.cli.outcome import say
from sglang_envctl.environment import Environment, compose
from sglang_envctl.errors import UsageError
from sglang_envctl.redaction import redactor
from sglang_envctl.reports.model import DiffReport, change
from sglang_envctl.settings import settle

DEFAULTS = "defaults"
"""The source that sets nothing."""


def diff(
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="SOURCE",
            help="What to compare: files, -, process, or defaults (nothing set).",
        ),
    ],
    env: options.Env = None,
    inherit: options.Inherit = False,
    raw: Annotated[
        bool, typer.Option("--raw", help="Compare texts: 1 and true then differ.")
    ] = False,
    output_format: Annotated[
        Literal["text", "json"], typer.Option("--format", help="How to print the differences.")
    ] = "text",
    sglang: options.Sglang = None,
    registry: options.RegistryFiles = None,
    show_secrets: options.ShowSecrets = False,
    quiet: options.Quiet = False,
) -> int:
    """Show what differs between environments, by meaning. Exit 1 if anything does.

    1 and true are the same where the reader says so, and so are an unset name and its default. The
    -e layers lie under each SOURCE. A secret is shown as a fingerprint: same or different.
    """
    if len(sources) < 2:
        raise UsageError("diff compares two sources or more: name another one, or defaults")
    if sources.count("-") > 1:
        raise UsageError("standard input can be read only once: name - once")
    known, judged = gather.registry(registry), gather.release(sglang)
    environments = [_environment(source, env or [], inherit=inherit) for source in sources]
    hide = redactor(environments, known, show=show_secrets)
    found = list(differences([settle(e, known, judged.release) for e in environments]))
    listed = [d for d in found if raw or d.kind != "spelling"]
    report = DiffReport(
        judged,
        tuple(sources),
        tuple(change(difference, sources, hide) for difference in listed),
        len(found) - len(listed),
    )
    output.present("diff", output_format, report)
    if not quiet:
        say(report.summary)
    return int(bool(listed))


def _environment(source: str, under: list[str], *, inherit: bool) -> Environment:
    if source != DEFAULTS:
        return gather.environment([*under, source], inherit=inherit)
    return gather.environment(under, inherit=inherit) if under or inherit else compose(())
