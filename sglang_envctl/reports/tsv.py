"""Write tab-separated values with a header, for cut, awk and sort: one record per line, no quoting.

A tab or a line break in a value is shown as an escape. The format for spreadsheets is CSV.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from sglang_envctl.reports import csv, text
from sglang_envctl.reports.shapes import DiffReport, Explained, ShowReport
from sglang_envctl.text.escape import visible

if TYPE_CHECKING:
    from sglang_envctl.config import Config
    from sglang_envctl.reports.audit import AuditReport
    from sglang_envctl.rules.rule import Rule


def show(report: ShowReport) -> str:
    """Return the columns of CSV, with the rows that are listed for users."""
    return _table(csv.COLUMNS, map(csv.cells, report.listed))


def diff(report: DiffReport) -> str:
    """Return a line for each side of each change: a source, or the nodes that share a value."""
    columns = ("name", "kind", "role", "source", "value", "raw", "status", "outcome", "cause")
    rows = (
        (
            change.name, change.kind, change.part, side.source, side.shown, side.raw or "",
            side.status, side.outcome or "", change.cause,
        )
        for change in report.changes
        for side in change.values
    )  # fmt: skip
    return _table(columns, rows)


def explain(found: tuple[Explained, ...]) -> str:
    """Return each variable or rule, and its description."""
    return _table(("name", "summary"), (item for one in found for item in one.named.items()))


def rule_list(found: tuple[Rule, ...]) -> str:
    """Return the rules of `envctl check`."""
    return _headed(("rule", "severity", "summary"), text.rule_list(found))


def config(found: Config) -> str:
    """Return each key with its value and its origin."""
    return _headed(("key", "value", "origin"), text.config(found))


def audit(report: AuditReport) -> str:
    """Return one line per place."""
    columns = ("name", "kind", "reader", "default", "where", "remark")
    rows = (text.audit_cells(kind, row) for kind, rows in report.groups() for row in rows)
    return _table(columns, rows)


def _table(columns: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    return _headed(columns, "\n".join("\t".join(map(visible, row)) for row in rows))


def _headed(columns: Iterable[str], lines: str) -> str:
    return "\n".join(filter(None, ("\t".join(columns), lines)))
