"""What a person sees at a terminal, drawn with Rich.

Cells are `Text`, never markup, so that nothing in a value can style or break the screen. Colors are
the terminal's own, so they work on light and dark backgrounds, and never carry meaning alone.
"""

from __future__ import annotations

from collections.abc import Iterable
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
from sglang_envctl.reports.text import label_width, lines
from sglang_envctl.rules.rule import Finding, Rule
from sglang_envctl.text.escape import shorten, visible
from sglang_envctl.text.words import words

WIDE = 120
"""The columns needed to show a variable and its summary on one line."""
NARROW = 60
"""The columns needed to show a name, its value and its origin on one line."""
SIDE = 20
"""The columns that the value of one source needs beside others."""
PAGE = 96
"""The most columns of running text that are easy to read."""

HEADING = "italic"
HEADINGS = ("  Variable", "Value", "From")
_SEVERITY = {"error": "bold red", "warning": "bold magenta", "info": "cyan"}
_KIND = {"added": "green", "removed": "red", "changed": "magenta", "spelling": "cyan"}
_ROLE = {
    "title": "bold green",
    "subtitle": "dim",
    "lead": "bold",
    "heading": "bold cyan",
    "code": "green",
}


class Columns(NamedTuple):
    """The column widths that all sections share, so that they line up."""

    name: int
    value: int
    place: int


def show(console: Console, report: ShowReport) -> None:
    """Every variable by section, those that are set in bold. An overview only counts the others."""
    listed = report.listed
    columns = _columns(console.width, listed)
    if listed and console.width >= NARROW:
        _headings(console, columns)
    for title, rows in by_title(listed).items():
        heading = Text(visible(title), style="bold cyan")
        console.print(heading.append(f"  {how_many_set(rows)}", style="dim"))
        draw = _wide if console.width >= WIDE else _narrow if console.width >= NARROW else _stacked
        draw(console, rows, columns)
        console.print()
    if report.overview:
        _sections(console, report.rows)


def _headings(console: Console, columns: Columns) -> None:
    """What the columns are, once for all sections."""
    table = _table(columns)
    headings = list(HEADINGS)
    if console.width >= WIDE:
        table.add_column()
        headings.append("What it does")
    table.add_row(*(Text(heading, style=HEADING) for heading in headings))
    console.print(table)


def _sections(console: Console, rows: Iterable[Row]) -> None:
    """How many variables of each section are not set, and how to list them."""
    counts = [
        Text(visible(held[0].section)).append(f" {unset}", style="dim")
        for held in by_title(rows).values()
        if (unset := sum(not row.is_set for row in held))
    ]
    console.print(Text("Not set, by section", style="bold cyan"))
    console.print(SideBySide(counts, padding=(0, 2), column_first=True))
    hint = "envctl show --all lists them; PATTERN, --section, --owner or --search narrow the list"
    console.print(Text(hint, style="dim"))


def _columns(width: int, rows: Iterable[Row]) -> Columns:
    """As wide as the longest cell, unless that leaves too little for the others."""
    name, value, place = map(len, HEADINGS)
    for row in rows:
        name = max(name, _name(row).cell_len)
        value = max(value, _value(row).cell_len)
        place = max(place, _from(row).cell_len)
    wide = width >= WIDE
    name = min(name, width * 2 // 5 if wide else width * 3 // 5)
    place = min(place, width // 6 if wide else width // 4)
    left = width - name - place - 4
    return Columns(name, min(value, width // 4) if wide else max(left, 1), place)


def _table(columns: Columns) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    for width in columns:
        table.add_column(overflow="fold", width=width)
    return table


def _headed() -> Table:
    """A table with headings and without lines."""
    return Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style=HEADING)


def _wide(console: Console, rows: Iterable[Row], columns: Columns) -> None:
    table = _table(columns)
    table.add_column()
    for row in rows:
        table.add_row(_name(row), _value(row), _from(row), Text(visible(row.summary)))
    console.print(table)


def _narrow(console: Console, rows: Iterable[Row], columns: Columns) -> None:
    """Two lines per variable: name, value and origin, then what it does."""
    for row in rows:
        table = _table(columns)
        table.add_row(_name(row), _value(row), _from(row))
        console.print(table)
        if row.summary:
            summary = Text(f"    {visible(row.summary)}")
            summary.truncate(console.width, overflow="ellipsis")
            console.print(summary)


def _stacked(console: Console, rows: Iterable[Row], columns: Columns) -> None:
    """A line for each: the name, the value, the origin, what it does."""
    del columns
    for row in rows:
        name = Text(visible(row.name), style="bold" if row.is_set else "")
        console.print(name, overflow="fold")
        for text in (_value(row), _from(row), Text(visible(row.summary))):
            if text.plain:
                console.print(Padding(text, (0, 0, 0, 4)), overflow="fold")


def _name(row: Row) -> Text:
    mark = "* " if row.is_set else "  "
    return Text(mark + visible(row.name), style="bold" if row.is_set else "")


def _value(row: Row) -> Text:
    style = "bold green" if row.is_set else "dim"
    if row.remark:
        style = "magenta" if row.outcome == "ignored" else "bold red"
    text = Text(shorten(visible(words(row.shown))), style=style)
    return text.append(f" ({shorten(visible(row.remark))})") if row.remark else text


def _from(row: Row) -> Text:
    if row.status == "fallback":
        return Text(f"from {row.source}", style="dim")
    if row.status == "implied":
        return Text(f"because of {row.source}", style="dim")
    if not row.is_set:
        return Text(row.status, style="dim")
    return Text(visible(str(row.origin)), style="cyan")


def check(console: Console, report: CheckReport) -> None:
    """Each finding with its place, its message and the fix."""
    for finding in report.shown:
        console.print(_headline(finding))
        console.print(Padding(Text(visible(finding.message)), (0, 0, 0, 4)))
        if finding.help:
            fix = Text("help: ", style="bold").append(visible(finding.help), style="not bold")
            console.print(Padding(fix, (0, 0, 0, 4)))


def check_records(console: Console, report: CheckReport) -> None:
    """Each finding on the same line as in a pipe, in color."""
    for finding, record in zip(report.shown, plain.check(report).split("\n"), strict=False):
        line = Text(record)
        place = len(visible(str(finding.origin))) + 1
        start, end = place + 1, place + 1 + len(finding.severity)
        line.stylize("bold", 0, place)
        line.stylize(_SEVERITY[finding.severity], start, end)
        console.print(line, soft_wrap=True)


def statistics(console: Console, counts: tuple[RuleCount, ...]) -> None:
    """How often each rule found something."""
    table = _headed()
    table.add_column("Count", justify="right", no_wrap=True)
    table.add_column("Severity", no_wrap=True)
    table.add_column("Rule", no_wrap=True, style="bold")
    table.add_column("What it finds")
    for one in counts:
        severity = Text(one.severity, style=_SEVERITY[one.severity])
        table.add_row(str(one.number), severity, one.rule, one.summary)
    console.print(table)


def _headline(finding: Finding) -> Text:
    line = Text(f"{visible(str(finding.origin))}: ", style="bold")
    line.append(finding.severity, style=_SEVERITY[finding.severity])
    line.append(f" {finding.rule}", style="not bold")
    return line.append(f" {visible(finding.name)}", style="bold") if finding.name else line


def diff(console: Console, report: DiffReport) -> None:
    """Each name that differs, with its value in each source."""
    if report.changes and not report.nodes and _fits(console, report):
        _beside(console, report)
        return
    width = max((len(visible(source)) for source in report.sources), default=0) + 2
    for part, changes in groupby(report.changes, key=lambda change: change.part):
        if part:
            console.print(Text(visible(part), style="bold cyan"))
        for change in changes:
            if report.nodes:
                _shares(console, change)
            else:
                _change(console, change, min(width, console.width // 3))


def _fits(console: Console, report: DiffReport) -> bool:
    """Whether each source can have a column of its own."""
    name = max(len(visible(change.name)) for change in report.changes)
    cause = max(len(visible(change.cause)) for change in report.changes)
    left = console.width - name - len("spelling") - cause - 4
    return left >= len(report.sources) * (SIDE + 2)


def _beside(console: Console, report: DiffReport) -> None:
    """A line for each name, and a column for each source."""
    table = _headed()
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
    return Text(shorten(visible(side.words)), style="" if side.status == "set" else "dim")


def _change(console: Console, change: Change, width: int) -> None:
    line = Text(visible(change.name), style="bold")
    line.append(f"  {change.kind}", style=_KIND[change.kind])
    console.print(line.append(f"  {visible(change.cause)}" if change.cause else "", style="dim"))
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(width=2)
    table.add_column(style="cyan", overflow="fold", width=width)
    table.add_column(overflow="fold")
    for side in change.values:
        table.add_row("", Text(visible(side.source)), _cell(side))
    console.print(table)


def _shares(console: Console, change: Change) -> None:
    """The values of a name, each with how many nodes have it and which."""
    line = Text(visible(change.name), style="bold")
    console.print(line.append(f"  {change.kind}", style=_KIND[change.kind]))
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(width=2)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(overflow="fold", max_width=console.width // 2)
    table.add_column(style="cyan", overflow="fold")
    for side in change.values:
        value = Text(shorten(visible(side.words)), style="" if side.status == "set" else "dim")
        table.add_row("", f"{len(side.nodes):,}", value, Text(visible(side.source)))
    console.print(table)


def audit(console: Console, report: AuditReport) -> None:
    """Every name with the places that read it, then what differs from the docs."""
    for kind, rows in report.groups():
        if not rows:
            continue
        names = len({row.name or row.place for row in rows})
        heading = Text(f"{kind[:1].upper()}{kind[1:]}", style="bold cyan")
        console.print(heading.append(f"  {names:,}", style="dim"))
        (_found_wide if console.width >= WIDE else _found_narrow)(console, rows)
        console.print()


def _found_wide(console: Console, rows: Iterable[audited.Row]) -> None:
    """A line per place; only the first line of a name shows it."""
    table = _headed()
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
    """A line per name, and under it a line per place."""
    before = ""
    for row in rows:
        name, default, reader, place, remark = _found(row)
        if row.name != before:
            console.print(name)
        before = row.name
        if default:
            default = Text("default ", style="dim").append_text(default)
        line = Text("  ").join(filter(None, (place, reader, default, remark)))
        console.print(Padding(line, (0, 0, 0, 4)))


def _found(row: audited.Row) -> tuple[Text, Text, Text, Text, Text]:
    """Name, default, reader, place and remark."""
    return (
        Text(visible(row.name), style="bold"),
        Text(shorten(visible(row.default)), style="green"),
        Text(shorten(visible(row.reader)), style="dim"),
        Text(visible(row.place), style="cyan"),
        Text(shorten(visible(row.remark)), style="magenta"),
    )


def explain(console: Console, found: tuple[Explained, ...]) -> None:
    """Pages with headings."""
    for number, one in enumerate(found):
        page = one.page
        if number:
            console.print("\n")
        for role, line in lines(page, min(console.width, PAGE)):
            text = Text(line, style=_ROLE.get(role, ""))
            if role == "fact":
                text.stylize("cyan", 0, label_width(page))
            console.print(text, soft_wrap=True)


def config(console: Console, found: Config) -> None:
    """Each key with its value and where that comes from."""
    table = _headed()
    table.add_column("Key", no_wrap=True, style="bold")
    table.add_column("Value", overflow="fold")
    table.add_column("From", overflow="fold", style="cyan")
    for row in plain.config_rows(found):
        table.add_row(*map(Text, row))
    console.print(table)


def rule_list(console: Console, found: tuple[Rule, ...]) -> None:
    """Every rule with its usual severity."""
    table = _headed()
    table.add_column("Rule", no_wrap=True, style="bold")
    table.add_column("Severity", no_wrap=True)
    table.add_column("What it finds")
    for rule in found:
        table.add_row(rule.slug, Text(rule.severity, style=_SEVERITY[rule.severity]), rule.summary)
    console.print(table)
