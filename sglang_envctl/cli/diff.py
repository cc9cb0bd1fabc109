"""`envctl diff`: what differs between environments, by meaning."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from sglang_envctl.changes import differences
from sglang_envctl.cli import gather, options, output
from sglang_envctl.cli.outcome import say
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
    gather.once([*sources, *(env or ())])
    known, judged = gather.registry(registry), gather.release(sglang)
    under = gather.base(env, inherit=inherit)
    read = [_on(under, source) for source in sources] if not under.unreadable else []
    unreadable = tuple(dict.fromkeys(u for g in (under, *read) for u in g.unreadable))
    good = [(s, g.environment) for s, g in zip(sources, read, strict=False) if not g.unreadable]
    hide = redactor([e for _, e in good], known, show=show_secrets)
    settings = [settle(e, known, judged.release) for _, e in good]
    found = list(differences(settings)) if len(settings) > 1 else []
    listed = [d for d in found if raw or d.kind != "spelling"]
    changes = tuple(change(d, [s for s, _ in good], hide) for d in listed)
    report = DiffReport(judged, tuple(sources), changes, len(found) - len(listed), unreadable)
    output.present("diff", output_format, report)
    if unreadable:
        return gather.complain(unreadable)
    if not quiet:
        say(report.summary)
    return int(bool(listed))


def _on(under: gather.Gathered, source: str) -> gather.Gathered:
    return under if source == DEFAULTS else gather.layers([source], under.layers)
