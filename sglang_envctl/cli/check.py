"""`envctl check`: does every value mean what its author thinks?"""

from __future__ import annotations

from typing import Annotated, Literal, Optional

import typer

from sglang_envctl.cli import gather, options, output
from sglang_envctl.cli.outcome import say
from sglang_envctl.errors import SourceError, UsageError
from sglang_envctl.redaction import redactor
from sglang_envctl.reports.model import CheckReport
from sglang_envctl.rules import Finding, Subject, rules, run, unreadable
from sglang_envctl.settings import settle

UNREADABLE = 3


def check(
    sources: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Argument(
            metavar="SOURCE",
            help="Files to check, each on its own; - is standard input. Without any: this shell.",
        ),
    ] = None,
    env: options.Env = None,
    inherit: options.Inherit = False,
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
    findings: dict[Finding, None] = {}
    broken = False
    targets: list[str | None] = [*sources] if sources else [None]
    for target in targets:
        try:
            layers = [*(env or ()), *([target] if target else ())]
            environment = gather.environment(layers, inherit=inherit)
        except SourceError as error:
            broken = True
            findings[unreadable(target or "", str(error))] = None
            continue
        hide = redactor([environment], known)
        subject = Subject(settle(environment, known, judged.release), hide)
        findings.update(dict.fromkeys(run(subject, select=selected, ignore=ignored)))
    report = CheckReport(judged, tuple(sources or env or ["process"]), tuple(findings))
    output.present("check", output_format, report)
    if not quiet:
        say(report.summary)
    if broken:
        return UNREADABLE
    return int(bool(report.findings) if strict else report.count("error") > 0)


def _slugs(given: list[str] | None, option: str) -> frozenset[str]:
    slugs = frozenset(filter(None, (s.strip() for text in given or () for s in text.split(","))))
    for slug in sorted(slugs - rules().keys()):
        from sglang_envctl.registry.types import nearest

        guess = nearest(slug, tuple(rules()))
        mend = f"did you mean {guess}?" if guess else "envctl explain --rules lists them"
        raise UsageError(f"{option}: no rule is called {slug!r}; {mend}")
    return slugs
