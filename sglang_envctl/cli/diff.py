"""`envctl diff`: what differs between environments, by meaning."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, Literal

import typer

from sglang_envctl.cli import gather, options, output
from sglang_envctl.cli.outcome import say
from sglang_envctl.diff import differences
from sglang_envctl.errors import UsageError
from sglang_envctl.redaction import redactor
from sglang_envctl.registry import Registry
from sglang_envctl.registry.variable import Variable
from sglang_envctl.releases import Judged, judged_as
from sglang_envctl.reports.shapes import DiffReport, change
from sglang_envctl.settings import Settings, settle
from sglang_envctl.sources.context import Context
from sglang_envctl.text.escape import visible

DEFAULTS = "defaults"
"""The source that sets nothing."""
RELEASE = "release:"
"""How a source begins that sets nothing and is judged as another release."""


def diff(
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="SOURCE",
            help="What to compare: files, -, process, defaults (nothing set), or release:X (nothing "
            "set, as release X takes it).",
        ),
    ],
    env: options.Env = None,
    inherit: options.Inherit = False,
    reader: options.Reader = "dotenv",
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
    -e layers lie under each SOURCE: -e prod.env release:A release:B shows what an upgrade changes.
    A secret is shown as a fingerprint: same or different.
    """
    if len(sources) < 2:
        raise UsageError("diff compares two sources or more: name another one, or defaults")
    gather.once([*sources, *(env or ())])
    known, judged = gather.registry(registry), gather.release(sglang)
    start = gather.context(reader)
    under = gather.base(env, inherit=inherit, start=start)
    read = [_on(under, source, start) for source in sources] if not under.unreadable else []
    unreadable = tuple(dict.fromkeys(u for g in (under, *read) for u in g.unreadable))
    good = [(s, g.environment) for s, g in zip(sources, read, strict=False) if not g.unreadable]
    hide = redactor([e for _, e in good], known, show=show_secrets)
    judges = [(e, _release(source, judged)) for source, e in good]
    settings = [settle(e, known, release) for e, release in judges]
    if any(source.startswith(RELEASE) for source, _ in good):
        # What only the code of one release knows, all of them have to speak of.
        known = known.extended(_of_code(settings, known, everything=not under.layers))
        settings = [settle(e, known, release) for e, release in judges]
    found = list(differences(settings)) if len(settings) > 1 else []
    listed = [d for d in found if raw or d.kind != "spelling"]
    changes = tuple(change(d, [s for s, _ in good], hide) for d in listed)
    report = DiffReport(judged, tuple(sources), changes, len(found) - len(listed), unreadable)
    output.present("diff", output_format, report)
    if unreadable:
        return gather.complain(unreadable)
    if not quiet:
        gather.remark(environment for _, environment in good)
        say(report.summary)
    return int(bool(listed))


def _on(under: gather.Gathered, source: str, start: Context) -> gather.Gathered:
    if source == DEFAULTS or source.startswith(RELEASE):
        return under
    return gather.layers([source], under.layers, start=start)


def _release(source: str, judged: Judged) -> str:
    """The release to judge a source by."""
    if not source.startswith(RELEASE):
        return judged.release
    try:
        return judged_as(source.removeprefix(RELEASE)).release
    except ValueError as error:
        raise UsageError(f"{visible(source)}: {error}") from error


def _of_code(
    environments: Iterable[Settings], known: Registry, *, everything: bool
) -> Iterator[Variable]:
    """The names that only the code of releases knows: all of them, or those that are set."""
    from sglang_envctl.releases import load
    from sglang_envctl.releases.undocumented import variable

    names: set[str] = set()
    for settings in environments:
        names.update(load().read_names(settings.release) if everything else settings.by_name)
    for name in sorted(names - known.listed.keys()):
        if found := variable(name, load()):
            yield found
