"""The registry against what the five documents say; `test_entries.py` looks at every entry.

`data/registry/documented.tsv` is what the documents print, one variable a line; `-` stands for
nothing. The allowed column has no values that a document gives only as examples, and nothing for
switches and paths; owner and secret are the registry's own.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sglang_envctl.registry import load
from sglang_envctl.registry.types import Choice, Type
from sglang_envctl.registry.variable import Variable, documented_default
from tests.tables import table

TABLE = Path(__file__).parents[1] / "data" / "registry" / "documented.tsv"
HEADER = (
    "name",
    "section heading",
    "documented default",
    "allowed values",
    "documents",
    "owner",
    "secret",
    "example",
)


@dataclass(frozen=True, slots=True)
class Row:
    """What a document says of one variable."""

    name: str
    heading: str
    default: str
    allowed: str
    documents: str
    owner: str
    secret: str
    example: str


def _rows() -> tuple[Row, ...]:
    header, *lines = TABLE.read_text(encoding="utf-8").splitlines()
    assert tuple(header.split("\t")) == HEADER
    return tuple(Row(*line.split("\t")) for line in lines)


ROWS = _rows()


each_row = table("row", ROWS, ids=lambda row: row.name)


def _entry(row: Row) -> Variable:
    found = load().find(row.name)
    assert found is not None
    return found


def _listed(kind: Type) -> tuple[str, ...]:
    """The allowed values, unless they are examples."""
    return () if isinstance(kind, Choice) and kind.open else kind.allowed


def test_all_91_variables_are_there() -> None:
    assert [row.name for row in ROWS if load().find(row.name) is None] == []
    assert len(ROWS) == 91


@each_row
def test_entry_says_what_the_documents_say(row: Row) -> None:
    entry = _entry(row)
    default = documented_default(entry)
    assert row == Row(
        name=entry.name,
        heading=entry.section.heading,
        default="-" if default is None else default,
        allowed=",".join(_listed(entry.type)) or "-",
        documents=",".join(document.id for document in entry.documents),
        owner=entry.owner,
        secret="yes" if entry.secret else "no",
        example="-" if row.example == "-" else str(entry.example),
    )


@each_row
def test_texts_of_the_document_are_of_the_type(row: Row) -> None:
    entry = _entry(row)
    texts = () if row.allowed == "-" else tuple(row.allowed.split(","))
    if isinstance(entry.default, str):
        texts += (entry.default,)
    if entry.example is not None:
        texts += (entry.example,)
    assert {text: entry.type.complain(text) for text in texts} == dict.fromkeys(texts)
