"""Write plain lines, one record per line, for pipes and logs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Literal, TypeAlias

from sglang_envctl.text.escape import visible
from sglang_envctl.text.words import words

if TYPE_CHECKING:
    from sglang_envctl.config import Config, Deployment
    from sglang_envctl.explain.page import Page
    from sglang_envctl.reports import audit as audits
    from sglang_envctl.reports.audit import AuditReport
    from sglang_envctl.reports.findings import CheckReport, RuleCount
    from sglang_envctl.reports.shapes import DiffReport, Explained, Row, ShowReport, Side
    from sglang_envctl.rules.rule import Finding, Rule

WIDTH = 80
"""The width of a page in a pipe."""


def check(report: CheckReport) -> str:
    """Return lines of `file:line: severity rule NAME: message (help)`."""
    return "\n".join(map(_finding, report.shown))


def _finding(finding: Finding) -> str:
    name = f" {visible(finding.name)}" if finding.name else ""
    fix = f" ({visible(finding.help)})" if finding.help else ""
    place = visible(str(finding.origin))
    return f"{place}: {finding.severity} {finding.rule}{name}: {visible(finding.message)}{fix}"


def statistics(counts: tuple[RuleCount, ...]) -> str:
    """Return lines of count, severity, rule and summary, separated by tabs."""
    return "\n".join(f"{one.number}\t{one.severity}\t{one.rule}\t{one.summary}" for one in counts)


def show(report: ShowReport) -> str:
    """Return lines of name, value, status and origin, separated by tabs."""
    return "\n".join(
        "\t".join((visible(row.name), _value(row), row.outcome_words, _place(row)))
        for row in report.listed
    )


def diff(report: DiffReport) -> str:
    """Return lines of name, kind, `source: value` for each source, and any cause, separated by tabs."""
    return "\n".join(
        "\t".join(
            (
                visible(change.name),
                change.kind,
                *map(_side, change.values),
                *([visible(change.cause)] if change.cause else ()),
            )
        )
        for change in report.changes
    )


def config(found: Config) -> str:
    """Return lines of key, value and origin, separated by tabs; each environment has its own line."""
    return "\n".join("\t".join(row) for row in config_rows(found))


def config_rows(found: Config) -> Iterator[tuple[str, str, str]]:
    """Yield key, value and origin."""
    for key, value, origin in found.values():
        if isinstance(value, Mapping):
            words_ = "; ".join(f"{k}: {_listed(v)}" for k, v in value.items())
            yield key, visible(words_), visible(origin)
        elif key == "environments":
            yield from (
                ("environment", _deployment(one), visible(origin)) for one in found.environments
            )
        else:
            yield key, visible(_listed(value)), visible(origin)


def _listed(value: object) -> str:
    if value is None:
        return ""
    return ", ".join(map(str, value)) if isinstance(value, (tuple, list)) else str(value)


def _deployment(one: Deployment) -> str:
    parts = {"sources": one.sources, "layers": one.layers, "release": one.release}
    parts["required"] = one.required
    told = (f"{key} {', '.join(found)}" for key, found in parts.items() if found)
    return visible(f"{one.name}: {'; '.join(told)}")


def audit(report: AuditReport) -> str:
    """Return a line per place: name, kind, reader, default, place and remark, separated by tabs."""
    return "\n".join(
        "\t".join(map(visible, audit_cells(kind, row))).rstrip("\t")
        for kind, rows in report.groups()
        for row in rows
    )


def audit_cells(kind: str, row: audits.Row) -> tuple[str, ...]:
    """Return the columns of a line of an audit."""
    return row.name, kind, row.reader, row.default, row.place, row.remark


def _side(side: Side) -> str:
    return f"{visible(side.source)}: {visible(side.words)}"


def _value(row: Row) -> str:
    return visible(words(row.shown))


def _place(row: Row) -> str:
    return visible(str(row.origin)) if row.origin else ""


def explain(found: tuple[Explained, ...]) -> str:
    """Return pages as wrapped text."""
    return "\n\n\n".join("\n".join(text for _, text in lines(one.page, WIDTH)) for one in found)


Role: TypeAlias = Literal["title", "subtitle", "lead", "fact", "heading", "text", "code"]
"""The kind of a line of a page, for a format with colors."""


def lines(page: Page, width: int) -> Iterator[tuple[Role, str]]:
    """Yield the lines of a page, each with its role. Addresses are never broken."""
    yield "title", visible(page.title)
    yield "subtitle", visible(page.subtitle)
    if page.lead:
        yield "text", ""
        yield from (("lead", line) for line in _wrap(page.lead, width))
    if page.labeled:
        yield "text", ""
    for label, fact in page.labeled:
        first = f"{label:<{label_width(page)}}"
        yield from (("fact", line) for line in _wrap(fact, width, first, " " * len(first)))
    for block in page.blocks:
        yield "text", ""
        yield "heading", block.heading
        for paragraph in block.paragraphs:
            yield from (("text", line) for line in _wrap(paragraph, width, "  ", "  "))
        for item in block.items:
            yield from (("text", line) for line in _wrap(item, width, "  - ", "    "))
        yield from (("code", f"    {visible(line)}") for line in block.code.splitlines())


def label_width(page: Page) -> int:
    """Return the width of the labels of a page's facts."""
    return max(len(label) for label, _ in page.labeled) + 2


def rule_list(found: tuple[Rule, ...]) -> str:
    """Return lines of slug, severity and summary, separated by tabs."""
    return "\n".join(f"{rule.slug}\t{rule.severity}\t{rule.summary}" for rule in found)


def _wrap(text: str, width: int, first: str = "", rest: str = "") -> list[str]:
    from textwrap import wrap

    return wrap(
        visible(text), width, initial_indent=first, subsequent_indent=rest,
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip
