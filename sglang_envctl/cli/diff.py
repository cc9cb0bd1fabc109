"""`envctl diff`: what differs between environments, by meaning."""

from __future__ import annotations

from typing import Annotated

import typer

from sglang_envctl import api, reports
from sglang_envctl.cli import choices, options, output
from sglang_envctl.cli.outcome import complain, remark, say
from sglang_envctl.environment import Environment
from sglang_envctl.errors import Unreadable, UsageError
from sglang_envctl.redaction import redactor
from sglang_envctl.reports.shapes import DiffReport, change
from sglang_envctl.sources.load import RELEASE
from sglang_envctl.text.escape import visible

FORMS: output.Forms[DiffReport] = {
    "text": lambda: reports.text.diff,
    "json": lambda: reports.json.diff,
}

Sources = Annotated[
    list[str],
    typer.Argument(
        metavar="SOURCE",
        help="What to compare: files, -, process, defaults (nothing set), or release:X (nothing "
        "set, in SGLang X).",
    ),
]
Raw = Annotated[
    bool, typer.Option("--raw", help="Compare values as written: 1 and true then differ.")
]


def diff(
    sources: Sources,
    env: options.Env = None,
    inherit: options.Inherit = False,
    dialect: options.Dialect = "dotenv",
    raw: Raw = False,
    output_format: options.Form = "text",
    sglang: options.Sglang = None,
    registry: options.RegistryFiles = None,
    show_secrets: options.ShowSecrets = False,
    quiet: options.Quiet = False,
) -> int:
    """Show what differs between environments, by meaning. Exit 1 if anything does.

    1 and true are the same where SGLang reads them so, and so are an unset name and its default. The
    -e layers are under each SOURCE: -e prod.env release:A release:B shows what an upgrade changes.
    Secrets are shown as fingerprints, which tell same from different.
    """
    if len(sources) < 2:
        raise UsageError("diff needs two sources or more: name another one, or defaults")
    known, chosen = api.registry(*registry or ()), choices.release(sglang)
    release_of = {source: _release(source) for source in sources}
    loaded = api.load_sides(sources, api.context(dialect), layers=env or (), inherit=inherit)
    unreadable = tuple(dict.fromkeys(one for one in loaded if isinstance(one, Unreadable)))
    # An unreadable layer is all that there is to report; else there is one side per source.
    sides = zip(sources, loaded, strict=False)
    read = [(source, one) for source, one in sides if isinstance(one, Environment)]
    names, environments = [source for source, _ in read], [one for _, one in read]
    releases = [release_of[name] for name in names]
    found = api.diff(environments, sglang=chosen, releases=releases, registry=known)
    hide = redactor(environments, known, show=show_secrets)
    listed = [difference for difference in found if raw or difference.kind != "spelling"]
    changes = tuple(change(difference, names, hide) for difference in listed)
    report = DiffReport(chosen, tuple(sources), changes, len(found) - len(listed), unreadable)
    output.present(report, output_format, FORMS, draw=lambda: reports.terminal.diff)
    if unreadable:
        return complain(unreadable)
    if not quiet:
        remark(environments)
        say(report.summary)
    return int(bool(listed))


def _release(source: str) -> str | None:
    """The release that a source names, if it names one."""
    if not source.startswith(RELEASE):
        return None
    return choices.release(source.removeprefix(RELEASE), visible(source)).release
