"""Draw tables and indented lines with Rich, for `terminal`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rich.console import Console
from rich.padding import Padding
from rich.segment import Segment, Segments
from rich.table import Table
from rich.text import Text

HEADING = "bold"
VALUE = 20
"""The minimum width of a long value beside other cells."""


def print_lines(console: Console, lines: Iterable[tuple[int, Text]], *, wrap: bool = True) -> None:
    """Draw many assembled texts, each with its indent; Rich takes four times as long for one by one."""

    def segments() -> Iterator[Segment]:
        for indent, text in lines:
            before = min(indent, console.width - 1)
            width = console.width - before
            fits = not wrap or text.cell_len <= width
            for line in (text,) if fits else text.wrap(console, width):
                yield Segment(" " * before)
                yield from line.render(console, "\n")

    console.print(Segments(segments()), end="", soft_wrap=not wrap)


def headed() -> Table:
    """Return a table with headings but without lines."""
    return Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style=HEADING)


def print_table(
    console: Console, headings: tuple[str, ...], rows: Sequence[tuple[Text, ...]], wide: int = -1
) -> None:
    """Draw a table in which the column at index `wide` may wrap; if the table is too wide, that
    column goes below the others.
    """
    table = headed()
    for heading in headings:
        table.add_column(heading, no_wrap=heading != headings[wide], overflow="fold")
    for row in rows:
        table.add_row(*row)
    widths = [max(map(len, column)) for column in zip(headings, *rows, strict=True)]
    if console.width - sum(widths) + widths[wide] - 2 * (len(widths) - 1) >= min(
        widths[wide], VALUE
    ):
        console.print(table)
        return
    for row in rows:
        others = (cell for cell in row if cell is not row[wide])
        console.print(Text("  ").join(others), overflow="fold")
        if row[wide]:
            console.print(Padding(row[wide], (0, 0, 0, 4)), overflow="fold")
