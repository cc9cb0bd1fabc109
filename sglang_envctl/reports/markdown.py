"""Markdown tables, for issues and wikis."""

from __future__ import annotations

import re

from sglang_envctl.redaction import masked
from sglang_envctl.reports.findings import CheckReport
from sglang_envctl.reports.shapes import ShowReport, by_title
from sglang_envctl.text.escape import shorten, visible
from sglang_envctl.text.words import words

_LIVE = re.compile(r"(\S*(?:@|://|www\.|#\d|GH-\d)\S*)", re.IGNORECASE)
_SPECIAL = re.compile(r"([\\`*_{}\[\]()<>#+!|~&])")


def check(report: CheckReport) -> str:
    """Return a table of the findings with a heading, as the summary of a CI job."""
    parts = ["## envctl check", "", f"{escape(report.summary)}.", ""]
    if report.shown:
        parts.append("| Severity | Where | Rule | Variable | Finding | Fix |")
        parts.append("|---|---|---|---|---|---|")
    for finding in report.shown:
        cells = (
            finding.severity,
            escape(str(finding.origin)),
            finding.rule,
            code(finding.name),
            escape(finding.message),
            escape(finding.help),
        )
        parts.append(f"| {' | '.join(cells)} |")
    return "\n".join(parts)


def show(report: ShowReport) -> str:
    """Return a heading and a table for each section."""
    parts = []
    for title, rows in by_title(report.rows).items():
        parts.append(f"## {_cell(title)}\n")
        parts.append("| Variable | Value | Status | From | What it does |")
        parts.append("|---|---|---|---|---|")
        for row in rows:
            cells = (
                code(row.name),
                code(words(row.shown)),
                _cell(row.outcome_words),
                _cell(str(row.origin or "")),
                _cell(row.summary),
            )
            parts.append(f"| {' | '.join(cells)} |")
        parts.append("")
    return "\n".join(parts)


def _cell(text: str) -> str:
    return escape(shorten(visible(text)))


def escape(text: str) -> str:
    """Escape Markdown in a string; mentions and links become code."""
    words = _LIVE.split(masked(visible(text)))
    return "".join(
        code(word) if at % 2 else _SPECIAL.sub(r"\\\1", word) for at, word in enumerate(words)
    )


def code(text: str) -> str:
    """Return inline code; a bar is put outside of the code, because it would end the cell."""
    return r"\|".join(map(_span, shorten(visible(text)).split("|")))


def _span(text: str) -> str:
    if not text:
        return ""
    longest = max(map(len, re.findall("`+", text)), default=0)
    fence = "`" * (longest + 1)
    # Markdown strips one space at each end.
    pad = " " if "`" in (text[0], text[-1]) or text[0] == text[-1] == " " else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def failure(message: str, code: int) -> str:
    """Return the error instead of a table."""
    return f"**envctl failed with exit code {code}:** {escape(message)}"
