"""Comma-separated values, for spreadsheets."""

from __future__ import annotations

import csv
import io
import re

from sglang_envctl.reports.shapes import Row, ShowReport
from sglang_envctl.text.escape import visible
from sglang_envctl.text.words import words

COLUMNS = (
    "section", "name", "value", "status", "outcome", "raw", "origin", "default",
    "documented_default", "type", "summary",
)  # fmt: skip

# Spreadsheets also read the wide forms of East Asian keyboards as the start of a formula.
_FORMULA = re.compile(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20]")
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")


def show(report: ShowReport) -> str:
    """Return one line per variable, with a header. A cell that a spreadsheet would run gets a
    leading `'`.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(map(_cell, cells(row)) for row in report.rows)
    return text.getvalue()


def cells(row: Row) -> tuple[str, ...]:
    """Return the cells of a row."""
    return (
        row.section,
        row.name,
        words(row.shown),
        row.status,
        row.outcome or "",
        row.raw or "",
        str(row.origin or ""),
        words(row.default),
        words(row.documented_default),
        row.variable.type.name if row.variable else "",
        row.summary,
    )


def _cell(text: str) -> str:
    text = visible(text)
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def failure(message: str, code: int) -> str:
    """Return only the header."""
    del message, code
    return ",".join(COLUMNS)
