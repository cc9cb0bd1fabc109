"""`envctl check`: does every value mean what its author thinks?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Annotated, Literal, Optional

import typer

from sglang_envctl.cli import gather, options, output, progress
from sglang_envctl.cli.outcome import UNREADABLE, say
from sglang_envctl.environment import Environment
from sglang_envctl.errors import UsageError
from sglang_envctl.redaction import redactor
from sglang_envctl.reports.shapes import CheckReport, Unreadable
from sglang_envctl.rules import Finding, Subject, rules, run, unreadable
from sglang_envctl.settings import Settings, settle
from sglang_envctl.sources.context import Context
from sglang_envctl.sources.dotenv.dialects import READERS

if TYPE_CHECKING:
    from sglang_envctl.sources.host import Host


def check(
    sources: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Argument(
            metavar="SOURCE",
            help="Files to check, each on its own, or directories of them; - is standard input. "
            "Without any: this shell.",
        ),
    ] = None,
    env: options.Env = None,
    inherit: options.Inherit = False,
    reader: options.Reader = "dotenv",
    readers: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option(
            "--readers",
            metavar="READER",
            help="Warn where these readers take a .env line differently. Repeatable, or a,b.",
        ),
    ] = None,
    select: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option("--select", metavar="RULE", help="Only these rules. Repeatable, or a,b."),
    ] = None,
    ignore: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option("--ignore", metavar="RULE", help="Leave these rules out. Repeatable, or a,b."),
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit 1 for any finding, not for errors only.")
    ] = False,
    host: Annotated[
        bool,
        typer.Option(
            "--host",
            help="Look at this machine too: interfaces, paths, ports, addresses and devices that "
            "are named. Not for what describes containers.",
        ),
    ] = False,
    output_format: Annotated[
        Literal["text", "json"], typer.Option("--format", help="How to print the findings.")
    ] = "text",
    sglang: options.Sglang = None,
    registry: options.RegistryFiles = None,
    quiet: options.Quiet = False,
) -> int:
    """Check that every value means what its author thinks.

    Each SOURCE is judged on its own, on top of the -e layers. Exit 1 if there is an error. A comment
    `# envctl: ignore[rule]` on a line, or on the line above it, silences a rule there.
    """
    known, judged = gather.registry(registry), gather.release(sglang)
    selected, ignored = _slugs(select, "--select"), _slugs(ignore, "--ignore")
    gather.once([*(sources or ()), *(env or ())])
    start = gather.context(reader, _readers(readers))
    targets = list(_targets(sources or (), env or (), start, inherit=inherit))
    hide = redactor([t for t in targets if isinstance(t, Environment)], known)
    findings: dict[Finding, Finding] = {}
    for target in progress.over(targets, "Judging"):
        if isinstance(target, Environment):
            settings = settle(target, known, judged.release, every=False)
            subject = Subject(settings, hide, _host(settings) if host else None)
            for finding in run(subject, select=selected, ignore=ignored):
                findings.setdefault(_place(finding) if len(targets) > 1 else finding, finding)
        else:
            finding = unreadable(target.source, target.reason)
            findings[finding] = finding
    report = CheckReport(judged, tuple(sources or env or ["process"]), tuple(findings.values()))
    output.present("check", output_format, report)
    if not quiet:
        gather.remark(t for t in targets if isinstance(t, Environment))
        say(report.summary)
    if any(isinstance(target, Unreadable) for target in targets):
        return UNREADABLE
    return int(bool(report.findings) if strict else report.tally("error") > 0)


def _targets(
    sources: Iterable[str], env: Iterable[str], start: Context, *, inherit: bool
) -> Iterator[Environment | Unreadable]:
    """The environments to judge: each source on top of the layers, or the layers alone."""
    under = gather.base(env, inherit=inherit or not (sources or env), start=start)
    yield from under.unreadable
    if under.unreadable:
        return
    if not sources:
        yield under.environment
    named = tuple(sources)
    for found in gather.apart_each(gather.expanded(named), under.layers, named, start=start):
        yield from found.unreadable or [found.environment]


def _host(settings: Settings) -> Host:
    """This machine, as far as the settings speak of it."""
    from sglang_envctl.rules.host import named
    from sglang_envctl.sources.host import look

    return look(*named(settings))


def _place(finding: Finding) -> Finding:
    """The same for all that is said of one place, whichever source it was read for."""
    origin = finding.origin
    return finding._replace(origin=origin._replace(source=origin.file or origin.source, key=""))


def _words(given: list[str] | None) -> Iterator[str]:
    return filter(None, (word.strip() for text in given or () for word in text.split(",")))


def _readers(given: list[str] | None) -> tuple[str, ...]:
    readers = tuple(dict.fromkeys(_words(given)))
    for reader in readers:
        if reader not in READERS:
            raise UsageError(f"--readers: {reader!r} is not one of {', '.join(READERS)}")
    if len(readers) == 1:
        raise UsageError("--readers compares two readers or more: name another one")
    return readers


def _slugs(given: list[str] | None, option: str) -> frozenset[str]:
    slugs = frozenset(_words(given))
    for slug in sorted(slugs - rules().keys()):
        from sglang_envctl.registry.types import nearest

        guess = nearest(slug, tuple(rules()))
        mend = f"did you mean {guess}?" if guess else "envctl explain --rules lists them"
        raise UsageError(f"{option}: no rule is called {slug!r}; {mend}")
    return slugs
