"""`envctl check`: does every value mean what its author thinks?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Annotated, Literal, Optional

import typer

from sglang_envctl.cli import inputs, options, output, progress
from sglang_envctl.cli.outcome import UNREADABLE, say
from sglang_envctl.environment import Environment
from sglang_envctl.errors import UsageError
from sglang_envctl.redaction import redactor
from sglang_envctl.reports.shapes import CheckReport
from sglang_envctl.rules import Finding, Subject, rules, run, unreadable
from sglang_envctl.settings import Settings, settle
from sglang_envctl.sources.context import Context
from sglang_envctl.sources.dotenv.dialects import DIALECTS
from sglang_envctl.sources.load import Unreadable, all_apart, expanded, start

if TYPE_CHECKING:
    from sglang_envctl.sources.host import Host


def check(
    sources: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Argument(
            metavar="SOURCE",
            help="Files to check, each on its own, or directories of them; - is standard input. "
            "Default: the current environment.",
        ),
    ] = None,
    env: options.Env = None,
    inherit: options.Inherit = False,
    dialect: options.Dialect = "dotenv",
    dialects: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option(
            "--dialects",
            metavar="DIALECT",
            help="Warn where these dialects read a line of a .env file differently. Repeatable, or a,b.",
        ),
    ] = None,
    select: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option("--select", metavar="RULE", help="Only these rules. Repeatable, or a,b."),
    ] = None,
    ignore: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option("--ignore", metavar="RULE", help="Not these rules. Repeatable, or a,b."),
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit 1 for any finding, not only for errors.")
    ] = False,
    host: Annotated[
        bool,
        typer.Option(
            "--host",
            help="Also check this machine: whether named interfaces, paths, addresses and devices "
            "exist and ports are free. Not for sources that describe containers.",
        ),
    ] = False,
    output_format: Annotated[
        Literal["text", "json"], typer.Option("--format", help="Output format.")
    ] = "text",
    sglang: options.Sglang = None,
    registry: options.RegistryFiles = None,
    quiet: options.Quiet = False,
) -> int:
    """Check that every value means what its author thinks.

    Each SOURCE is checked on its own, on top of the -e layers. Exit 1 if there is an error. A comment
    `# envctl: ignore[rule]` on a line, or on the line above it, suppresses a rule there.
    """
    known, judged = inputs.registry(registry), inputs.release(sglang)
    selected, ignored = _slugs(select, "--select"), _slugs(ignore, "--ignore")
    inputs.read_once([*(sources or ()), *(env or ())])
    context = start(dialect, _dialects(dialects))
    targets = list(_targets(sources or (), env or (), context, inherit=inherit))
    hide = redactor([t for t in targets if isinstance(t, Environment)], known)
    findings: dict[Finding, Finding] = {}
    for target in progress.over(targets, "Checking"):
        if isinstance(target, Environment):
            settings = settle(target, known, judged.release)
            subject = Subject(settings, hide, _host(settings) if host else None)
            for finding in run(subject, select=selected, ignore=ignored):
                findings.setdefault(_place(finding) if len(targets) > 1 else finding, finding)
        else:
            finding = unreadable(target.source, target.reason)
            findings[finding] = finding
    report = CheckReport(judged, tuple(sources or env or ["process"]), tuple(findings.values()))
    output.present("check", output_format, report)
    if not quiet:
        inputs.remark(t for t in targets if isinstance(t, Environment))
        say(report.summary)
    if any(isinstance(target, Unreadable) for target in targets):
        return UNREADABLE
    return int(bool(report.findings) if strict else report.tally("error") > 0)


def _targets(
    sources: Iterable[str], env: Iterable[str], context: Context, *, inherit: bool
) -> Iterator[Environment | Unreadable]:
    """The environments to check: each source on top of the layers, or the layers alone."""
    under = inputs.underneath(env, inherit=inherit or not (sources or env), context=context)
    yield from under.unreadable
    if under.unreadable:
        return
    if not sources:
        yield under.environment
    named = tuple(sources)
    reading = partial(progress.over, what="Reading")
    for found in all_apart(expanded(named), under.layers, named, context=context, each=reading):
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


def _dialects(given: list[str] | None) -> tuple[str, ...]:
    dialects = tuple(dict.fromkeys(_words(given)))
    for dialect in dialects:
        if dialect not in DIALECTS:
            raise UsageError(f"--dialects: {dialect!r} is not one of {', '.join(DIALECTS)}")
    if len(dialects) == 1:
        raise UsageError("--dialects needs two or more: name another one")
    return dialects


def _slugs(given: list[str] | None, option: str) -> frozenset[str]:
    slugs = frozenset(_words(given))
    for slug in sorted(slugs - rules().keys()):
        from sglang_envctl.registry.types import nearest

        guess = nearest(slug, tuple(rules()))
        mend = f"did you mean {guess}?" if guess else "envctl explain --rules lists them"
        raise UsageError(f"{option}: no rule is called {slug!r}; {mend}")
    return slugs
