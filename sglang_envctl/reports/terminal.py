"""What a person sees at a terminal, drawn with Rich.

Cells are `Text`, never markup, so that nothing in a value can style or break the screen. Colours are
the terminal's own, so they hold on light and dark ground, and never the only sign of anything.
"""

from __future__ import annotations

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from sglang_envctl.display import shorten, visible
from sglang_envctl.pages import Page
from sglang_envctl.reports.model import (
    Change,
    CheckReport,
    DiffReport,
    Row,
    ShowReport,
    by_title,
    words,
)
from sglang_envctl.rules.model import Finding, Rule

WIDE = 120
"""Columns from which a variable and what it does fit on one line."""
LONGEST_NAME = 52
"""Columns that names may take before the values after them lose their line."""
PAGE = 96
"""Columns of running text that are still good to read."""

_SEVERITY = {"error": "bold red", "warning": "bold magenta", "info": "cyan"}
_KIND = {"added": "green", "removed": "red", "changed": "magenta", "spelling": "cyan"}


def show(console: Console, report: ShowReport) -> None:
    """Every variable by section; what is set stands out."""
    widest = max((len(visible(row.name)) for row in report.rows), default=0) + 2
    width = min(widest, LONGEST_NAME)
    for title, rows in by_title(report.rows).items():
        count = sum(row.is_set for row in rows)
        heading = Text(visible(title), style="bold cyan")
        heading.append(f"  {count} of {len(rows)} set" if count else "  none set", style="dim")
        console.print(heading)
        (_wide if console.width >= WIDE else _narrow)(console, rows, width)
        console.print()


def _wide(console: Console, rows: list[Row], width: int) -> None:
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0), expand=True)
    table.add_column(no_wrap=True, width=width)
    table.add_column(overflow="fold", ratio=3, min_width=18)
    table.add_column(overflow="fold", ratio=2, min_width=14)
    table.add_column(ratio=7)
    for row in rows:
        table.add_row(_name(row), _value(row), _from(row), Text(row.summary, style=_tone(row)))
    console.print(table)


def _narrow(console: Console, rows: list[Row], width: int) -> None:
    """Two lines a variable: name, value and origin, then what it does."""
    room = max(20, console.width - 4)
    for row in rows:
        line = _name(row)
        line.pad_right(max(0, width - len(line)) + 2)
        line.append_text(_value(row))
        line.append("  ")
        line.append_text(_from(row))
        console.print(line, overflow="fold")
        if row.summary:
            summary = Text(row.summary, style="dim")
            summary.truncate(room, overflow="ellipsis")
            console.print(Text("    ").append_text(summary))


def _name(row: Row) -> Text:
    mark = "● " if row.is_set else "  "
    return Text(mark + visible(row.name), style="bold" if row.is_set else "")


def _tone(row: Row) -> str:
    return "" if row.is_set else "dim"


def _value(row: Row) -> Text:
    text = Text(shorten(visible(words(row.shown))), style="bold green" if row.is_set else "dim")
    if row.outcome in ("misread", "crash", "defaulted", "ignored"):
        text.stylize("bold red" if row.outcome != "ignored" else "magenta")
        text.append(f" ({row.outcome_words.removeprefix('set, ')})")
    return text


def _from(row: Row) -> Text:
    if row.status == "fallback":
        return Text(f"from {row.source}", style="dim")
    if row.status == "implied":
        return Text(f"because of {row.source}", style="dim")
    if not row.is_set:
        return Text(row.status, style="dim")
    return Text(visible(str(row.origin)), style="cyan")


def check(console: Console, report: CheckReport) -> None:
    """Each finding with its place, its message and the mend."""
    for finding in report.findings:
        console.print(_headline(finding))
        console.print(Padding(Text(finding.message), (0, 0, 0, 4)))
        if finding.help:
            mend = Text("mend: ", style="dim").append(finding.help, style="green")
            console.print(Padding(mend, (0, 0, 0, 4)))


def _headline(finding: Finding) -> Text:
    line = Text(visible(str(finding.origin)), style="bold")
    line.append(" ").append(finding.severity, style=_SEVERITY[finding.severity])
    line.append(f" {finding.rule}", style="dim")
    return line.append(f" {visible(finding.name)}", style="bold") if finding.name else line


def diff(console: Console, report: DiffReport) -> None:
    """Each name that differs, with what each source has under it."""
    width = max((len(visible(source)) for source in report.sources), default=0) + 2
    for change in report.changes:
        _change(console, change, width)


def _change(console: Console, change: Change, width: int) -> None:
    line = Text(visible(change.name), style="bold")
    console.print(line.append(f"  {change.kind}", style=_KIND[change.kind]))
    for side in change.values:
        unset = side.status != "set"
        text = Text(f"    {visible(side.source):<{width}}", style="cyan")
        console.print(text.append(shorten(visible(side.words)), style="dim" if unset else ""))


def explain(console: Console, page: Page) -> None:
    """A page with headings."""
    width = min(console.width, PAGE)
    console.print(Text(page.title, style="bold green"))
    console.print(Text(page.subtitle, style="dim"), "", sep="\n")
    console.print(Text(page.lead, style="bold"), width=width)
    if page.facts.pairs:
        table = Table(box=None, show_header=False, padding=(0, 2, 0, 0), width=width)
        table.add_column(no_wrap=True, style="cyan")
        table.add_column(overflow="fold")
        for label, fact in page.facts.pairs:
            table.add_row(Text(label), Text(visible(fact)))
        console.print("", table, sep="\n")
    for block in page.blocks:
        console.print("", Text(block.heading, style="bold cyan"), sep="\n")
        for paragraph in block.paragraphs:
            console.print(Padding(Text(paragraph), (0, 0, 0, 2)), width=width)
        for item in block.items:
            line = Table.grid(padding=0)
            line.add_row(Text("  - ", style="dim"), Text(item, overflow="fold"))
            console.print(line, width=width)
        if block.code:
            console.print(Padding(Text(block.code, style="green"), (0, 0, 0, 4)))


def rule_list(console: Console, found: tuple[Rule, ...]) -> None:
    """Every rule with its usual severity."""
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True, style="bold")
    table.add_column(no_wrap=True)
    table.add_column()
    for rule in found:
        table.add_row(rule.slug, Text(rule.severity, style=_SEVERITY[rule.severity]), rule.summary)
    console.print(table)
