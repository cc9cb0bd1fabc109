"""Draw reports in a terminal with Rich.

Cells are `Text`, never markup, so that nothing in a value can style or break the screen. Red
and magenta are the only colors used, because no other terminal colors are readable in all
common themes. Other text stands out by weight, and no style carries meaning alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import NamedTuple

from rich.columns import Columns as SideBySide
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from sglang_envctl.config import Config
from sglang_envctl.reports import audit as audited
from sglang_envctl.reports import text as plain
from sglang_envctl.reports.audit import AuditReport
from sglang_envctl.reports.drawing import HEADING, VALUE, headed, print_lines, print_table
from sglang_envctl.reports.findings import CheckReport, RuleCount
from sglang_envctl.reports.shapes import (
    Change,
    DiffReport,
    Explained,
    Row,
    ShowReport,
    Side,
    by_title,
    how_many_set,
)
from sglang_envctl.reports.text import lines
from sglang_envctl.rules.rule import Finding, Rule, Severity
from sglang_envctl.text.escape import shorten, visible
from sglang_envctl.text.words import words

WIDE = 120
"""The minimum width for a variable and its summary on one line, in columns."""
SUMMARY = 40
"""The minimum width of a summary beside a value."""
LONG = 64
"""The length from which a name or an origin without spaces may be broken."""
PAGE = 96
"""The maximum width of running text that is easy to read, in columns."""

HEADINGS = ("  Variable", "Value", "From", "What it does")
_SEVERITY = {"error": "bold red", "warning": "bold magenta", "info": "bold"}
_KIND = {"added": "", "removed": "red", "changed": "magenta", "spelling": ""}
_ROLE = {"title": "bold", "heading": "bold"}


class Columns(NamedTuple):
    """The widths of columns, which all sections share for alignment."""

    name: int
    value: int
    place: int
    summary: int
    """The width of the summary; 0 if it has a line of its own."""


def show(console: Console, report: ShowReport) -> None:
    """Draw every variable by section, set variables in bold. An overview only counts the others."""
    listed = report.listed
    columns = _columns(console.width, listed) if listed else None
    if columns:
        _headings(console, columns)
    for title, rows in by_title(listed).items():
        heading = Text(visible(title), style="bold")
        console.print(heading.append(f"  {how_many_set(rows)}", style="not bold"))
        if columns:
            _rows(console, rows, columns)
        else:
            _stacked(console, rows)
        console.print()
    if report.overview:
        _sections(console, report.rows)


def _headings(console: Console, columns: Columns) -> None:
    """Draw the headings of the columns, once for all sections."""
    table, headings = _table(columns), HEADINGS if columns.summary else HEADINGS[:-1]
    table.add_row(*(Text(heading, style=HEADING) for heading in headings))
    console.print(table)


def _sections(console: Console, rows: Iterable[Row]) -> None:
    """Draw the number of unset variables in each section, and how to list them."""
    counts = [
        Text(visible(held[0].section)).append(f" {unset}")
        for held in by_title(rows).values()
        if (unset := sum(not row.is_set for row in held))
    ]
    console.print(Text("Not set, by section", style="bold"))
    console.print(SideBySide(counts, padding=(0, 2), column_first=True))
    console.print("envctl show --all lists them; --section, --owner and --search narrow the list")


def _columns(width: int, rows: Iterable[Row]) -> Columns | None:
    """Return the widths of the longest cells; None if too little space is left for the values."""
    cells = [(_name(row), _value(row), _from(row), Text(visible(row.summary))) for row in rows]
    widest = [
        max(len(heading), *(cell.cell_len for cell in column))
        for heading, column in zip(HEADINGS, zip(*cells, strict=True), strict=True)
    ]
    name, value, place, summary = widest
    name, place = min(name, LONG), min(place, LONG)
    left = width - name - place - 4
    if left < min(value, VALUE):
        return None
    beside = left - 2 - min(summary, SUMMARY)
    if width < WIDE or beside < min(value, VALUE):
        return Columns(name, min(value, left), place, 0)
    value = min(value, beside)
    return Columns(name, value, place, left - 2 - value)


def _table(columns: Columns) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    for width in filter(None, columns):
        table.add_column(overflow="fold", width=width)
    return table


def _rows(console: Console, rows: Iterable[Row], columns: Columns) -> None:
    """Draw a line for each variable, with the description on the same line or on the next."""
    for row in rows:
        table = _table(columns)
        summary = Text(visible(row.summary))
        table.add_row(_name(row), _value(row), _from(row), *([summary] if columns.summary else ()))
        console.print(table)
        if summary and not columns.summary:
            console.print(Padding(summary, (0, 0, 0, 4)))


def _stacked(console: Console, rows: Iterable[Row]) -> None:
    """Draw the name, the value and the origin on one line or on two, then the description."""
    for row in rows:
        name = Text(visible(row.name), style="bold" if row.is_set else "")
        value = Text("  ").join(filter(None, (_value(row), _from(row))))
        line, below = Text("  ").join((name, value)), [Text(visible(row.summary))]
        if line.cell_len > console.width:
            line, below = name, [value, *below]
        console.print(line, overflow="fold")
        for text in filter(None, below):
            console.print(Padding(text, (0, 0, 0, 4)), overflow="fold")


def _name(row: Row) -> Text:
    mark = "* " if row.is_set else "  "
    return Text(mark + visible(row.name), style="bold" if row.is_set else "")


def _value(row: Row) -> Text:
    style = "bold" if row.is_set else ""
    if row.remark:
        style = "magenta" if row.outcome == "ignored" else "bold red"
    text = Text(shorten(visible(words(row.shown))), style=style)
    return text.append(f" ({shorten(visible(row.remark))})") if row.remark else text


def _from(row: Row) -> Text:
    if row.status == "fallback":
        return Text(f"from {row.source}")
    if row.status == "implied":
        return Text(f"because of {row.source}")
    if not row.is_set:
        return Text(row.status)
    return Text(visible(str(row.origin)))


def check(console: Console, report: CheckReport) -> None:
    """Draw each finding with its place, its message and the fix."""
    print_lines(console, (line for finding in report.shown for line in _finding(finding)))


def _finding(finding: Finding) -> Iterator[tuple[int, Text]]:
    yield 0, _headline(finding)
    yield 4, Text(visible(finding.message))
    if finding.help:
        yield 4, Text.assemble(("help: ", "bold"), visible(finding.help))


def check_records(console: Console, report: CheckReport) -> None:
    """Draw each finding in the one-line format that is written to pipes, in color."""
    records = plain.check(report).split("\n")
    drawn = ((0, _record(*found)) for found in zip(report.shown, records, strict=False))
    print_lines(console, drawn, wrap=False)


def _record(finding: Finding, record: str) -> Text:
    line = Text(record)
    place = len(visible(str(finding.origin))) + 1
    start, end = place + 1, place + 1 + len(finding.severity)
    line.stylize("bold", 0, place)
    line.stylize(_SEVERITY[finding.severity], start, end)
    return line


def statistics(console: Console, counts: tuple[RuleCount, ...]) -> None:
    """Draw the number of findings of each rule."""
    rows = [
        (Text(f"{one.number:5}"), _severity(one.severity), _bold(one.rule), Text(one.summary))
        for one in counts
    ]
    print_table(console, ("Count", "Severity", "Rule", "What it finds"), rows)


def _headline(finding: Finding) -> Text:
    return Text.assemble(
        (f"{visible(str(finding.origin))}: ", "bold"),
        (finding.severity, _SEVERITY[finding.severity]),
        f" {finding.rule}",
        (f" {visible(finding.name)}" if finding.name else "", "bold"),
    )


def diff(console: Console, report: DiffReport) -> None:
    """Draw each name that differs, with its value in each source."""
    if report.changes and not report.nodes and _fits(console, report):
        _beside(console, report)
        return
    width = max((len(visible(source)) for source in report.sources), default=0) + 2
    for part, changes in groupby(report.changes, key=lambda change: change.part):
        if part:
            console.print(Text(visible(part), style="bold"))
        for change in changes:
            if report.nodes:
                _shares(console, change)
            else:
                _change(console, change, min(width, console.width // 3))


def _fits(console: Console, report: DiffReport) -> bool:
    """Return whether each source can have a column of its own."""
    name = max(len(visible(change.name)) for change in report.changes)
    cause = max(len(visible(change.cause)) for change in report.changes)
    left = console.width - name - len("spelling") - cause - 4
    return left >= len(report.sources) * (VALUE + 2)


def _beside(console: Console, report: DiffReport) -> None:
    """Draw a line for each name, and a column for each source."""
    table = headed()
    table.add_column("Variable", no_wrap=True, style="bold")
    table.add_column("")
    for source in report.sources:
        table.add_column(Text(visible(source)), overflow="fold", ratio=1)
    causes = any(change.cause for change in report.changes)
    if causes:
        table.add_column("Cause")
    for change in report.changes:
        kind = Text(change.kind, style=_KIND[change.kind])
        cells = (Text(visible(change.name)), kind, *map(_cell, change.values))
        table.add_row(*cells, *([Text(visible(change.cause))] if causes else ()))
    console.print(table)


def _cell(side: Side) -> Text:
    return Text(shorten(visible(side.words)))


def _heading(change: Change) -> Text:
    name, kind = _bold(visible(change.name)), Text(change.kind, style=_KIND[change.kind])
    return Text("  ").join(filter(None, (name, kind, Text(visible(change.cause)))))


def _change(console: Console, change: Change, width: int) -> None:
    console.print(_heading(change))
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(width=2)
    table.add_column(overflow="fold", width=width)
    table.add_column(overflow="fold")
    for side in change.values:
        table.add_row("", Text(visible(side.source)), _cell(side))
    console.print(table)


def _shares(console: Console, change: Change) -> None:
    """Draw the values of a name, each with its nodes and their number."""
    console.print(_heading(change))
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(width=2)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(overflow="fold", max_width=console.width // 2)
    table.add_column(overflow="fold")
    for side in change.values:
        table.add_row("", f"{len(side.nodes):,}", _cell(side), Text(visible(side.source)))
    console.print(table)


def audit(console: Console, report: AuditReport) -> None:
    """Draw every name with the places that read it, then the differences from the docs."""
    for kind, rows in report.groups():
        if not rows:
            continue
        names = len({row.name or row.place for row in rows})
        heading = Text(f"{kind[:1].upper()}{kind[1:]}", style="bold")
        console.print(heading.append(f"  {names:,}", style="not bold"))
        (_found_wide if console.width >= WIDE else _found_narrow)(console, rows)
        console.print()


def _found_wide(console: Console, rows: Iterable[audited.Row]) -> None:
    """Draw one line per place; only the first line of a name shows the name."""
    table = headed()
    table.add_column("Variable", overflow="fold", max_width=console.width * 2 // 5)
    for heading in ("Default", "Read as"):
        table.add_column(heading, overflow="ellipsis", no_wrap=True, max_width=console.width // 6)
    table.add_column("Where", overflow="fold")
    before = None
    for row in rows:
        name, default, reader, *rest = _found(row)
        place = Text("  ").join(filter(None, rest))
        table.add_row(Text() if row.name == before else name, default, reader, place)
        before = row.name
    console.print(table)


def _found_narrow(console: Console, rows: Iterable[audited.Row]) -> None:
    """Draw one line per name, and below it one line per place."""
    before = ""
    for row in rows:
        name, default, reader, place, remark = _found(row)
        if row.name != before:
            console.print(name)
        before = row.name
        if default:
            default = Text("default ").append_text(default)
        line = Text("  ").join(filter(None, (place, reader, default, remark)))
        console.print(Padding(line, (0, 0, 0, 4)))


def _found(row: audited.Row) -> tuple[Text, Text, Text, Text, Text]:
    """Draw name, default, reader, place and remark."""
    return (
        Text(visible(row.name), style="bold"),
        Text(shorten(visible(row.default))),
        Text(shorten(visible(row.reader))),
        Text(visible(row.place)),
        Text(shorten(visible(row.remark)), style="magenta"),
    )


def explain(console: Console, found: tuple[Explained, ...]) -> None:
    """Draw pages with headings."""
    for number, one in enumerate(found):
        page = one.page
        if number:
            console.print("\n")
        for role, line in lines(page, min(console.width, PAGE)):
            console.print(Text(line, style=_ROLE.get(role, "")), soft_wrap=True)


def config(console: Console, found: Config) -> None:
    """Draw each key with its value and its origin."""
    rows = [
        (_bold(key), Text(value), Text(origin)) for key, value, origin in plain.config_rows(found)
    ]
    print_table(console, ("Key", "Value", "From"), rows, wide=1)


def rule_list(console: Console, found: tuple[Rule, ...]) -> None:
    """Draw every rule with its usual severity."""
    rows = [(_bold(rule.slug), _severity(rule.severity), Text(rule.summary)) for rule in found]
    print_table(console, ("Rule", "Severity", "What it finds"), rows)


def _bold(text: str) -> Text:
    return Text(text, style="bold")


def _severity(severity: Severity) -> Text:
    return Text(severity, style=_SEVERITY[severity])
