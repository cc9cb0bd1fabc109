"""The registry against what SGLang's pages for its serving runtime say.

`data/registry/serving.tsv` is what the pages print, one variable a line; `-` stands for nothing,
also where a page prints "Not set"; quotes around a number or a word are left out. The allowed column
has no values that a page gives only as examples, and the unit column only what a page names. A long
rule for a default is cut short.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from sglang_envctl.registry import load
from sglang_envctl.registry.types import Choice
from sglang_envctl.registry.variable import Variable, documented_default
from tests.tables import table

TABLE = Path(__file__).parents[1] / "data" / "registry" / "serving.tsv"
HEADER = "name", "section heading", "documented default", "allowed values", "unit", "documents"


class Row(NamedTuple):
    """What the pages say of one variable."""

    name: str
    heading: str
    default: str
    allowed: str
    unit: str
    documents: str


def _rows() -> tuple[Row, ...]:
    header, *lines = TABLE.read_text(encoding="utf-8").splitlines()
    assert tuple(header.split("\t")) == HEADER
    return tuple(Row(*line.split("\t")) for line in lines)


ROWS = _rows()
PRESENT = [row for row in ROWS if load().find(row.name)]


each_row = table("row", PRESENT, ids=lambda row: row.name)


def _entry(row: Row) -> Variable:
    found = load().find(row.name)
    assert found is not None
    return found


def test_every_name_of_the_pages_is_in_the_registry() -> None:
    assert [row.name for row in ROWS if row not in PRESENT] == []


@each_row
def test_entry_says_what_the_pages_say(row: Row) -> None:
    entry = _entry(row)
    default = documented_default(entry)
    kind = entry.type
    allowed = () if isinstance(kind, Choice) and kind.open else kind.allowed
    assert row == Row(
        name=entry.name,
        heading=entry.section.heading,
        default="-" if default is None else default,
        allowed=",".join(allowed) or "-",
        unit="-" if row.unit == "-" else getattr(kind, "unit", "-"),
        documents=",".join(document.id for document in entry.documents),
    )


@each_row
def test_texts_of_the_page_are_of_the_type(row: Row) -> None:
    entry = _entry(row)
    texts = () if row.allowed == "-" else tuple(row.allowed.split(","))
    if isinstance(entry.default, str):
        texts += (entry.default,)
    if entry.example is not None:
        texts += (entry.example,)
    assert {text: entry.type.complain(text) for text in texts} == dict.fromkeys(texts)
