"""Plain lines, one record a line, for pipes and logs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sglang_envctl.display import visible
from sglang_envctl.reports.model import CheckReport, DiffReport, Row, ShowReport, Side, words
from sglang_envctl.rules.model import Finding, Rule

if TYPE_CHECKING:
    from sglang_envctl.pages import Page

WIDTH = 80
"""Columns of a page in a pipe."""


def check(report: CheckReport) -> str:
    """`file:line: severity rule NAME: message (help)`."""
    return "\n".join(map(_finding, report.findings))


def _finding(finding: Finding) -> str:
    name = f" {visible(finding.name)}" if finding.name else ""
    mend = f" ({finding.help})" if finding.help else ""
    place = visible(str(finding.origin))
    return f"{place}: {finding.severity} {finding.rule}{name}: {finding.message}{mend}"


def show(report: ShowReport) -> str:
    """Name, value, status, origin, separated by tabs."""
    return "\n".join(
        "\t".join((visible(row.name), _value(row), row.outcome_words, _place(row)))
        for row in report.rows
    )


def diff(report: DiffReport) -> str:
    """Name, kind, then `source: value` for each source, separated by tabs."""
    return "\n".join(
        "\t".join((visible(change.name), change.kind, *map(_side, change.values)))
        for change in report.changes
    )


def _side(side: Side) -> str:
    return f"{visible(side.source)}: {visible(side.words)}"


def _value(row: Row) -> str:
    return visible(words(row.shown))


def _place(row: Row) -> str:
    return visible(str(row.origin)) if row.origin else ""


def explain(page: Page) -> str:
    """A page as wrapped text."""
    lines = [page.title, page.subtitle, "", *_wrap(page.lead)]
    if page.facts.pairs:
        width = max(len(label) for label, _ in page.facts.pairs) + 2
        lines.append("")
        for label, fact in page.facts.pairs:
            lines += _wrap(visible(fact), f"{label:<{width}}", " " * width)
    for block in page.blocks:
        lines += ["", block.heading]
        for paragraph in block.paragraphs:
            lines += _wrap(paragraph, "  ", "  ")
        for item in block.items:
            lines += _wrap(item, "  - ", "    ")
        lines += [f"    {line}" for line in block.code.splitlines()]
    return "\n".join(lines)


def rule_list(found: tuple[Rule, ...]) -> str:
    """Slug, severity and summary, separated by tabs."""
    return "\n".join(f"{rule.slug}\t{rule.severity}\t{rule.summary}" for rule in found)


def _wrap(text: str, first: str = "", rest: str = "") -> list[str]:
    from textwrap import wrap

    return wrap(
        text, WIDTH, initial_indent=first, subsequent_indent=rest,
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip
