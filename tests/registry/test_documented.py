"""The registry against what the five documents say, and every entry against its own form.

`data/registry/documented.tsv` is what the documents print, one variable a line; `-` stands for
nothing. The allowed column has no values that a document gives only as examples, and nothing for
switches and paths; owner and secret are the registry's own.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import pytest

from sglang_envctl.readers import find
from sglang_envctl.registry import SECTION_MODULES, load
from sglang_envctl.registry.types import Choice, Type
from sglang_envctl.registry.variable import (
    EffectiveWhen,
    Outside,
    OverriddenBy,
    Relation,
    Variable,
    documented_default,
)

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
POST_RELEASES = {5: 3, 6: 2, 8: 1, 10: 1, 12: 1, 13: 1, 15: 1}
RELEASES = [
    f"0.5.{minor}.post{post}" if post else f"0.5.{minor}"
    for minor in range(5, 24)
    for post in range(POST_RELEASES.get(minor, 0) + 1)
]


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


@pytest.fixture(params=ROWS, ids=lambda row: row.name)
def row(request: pytest.FixtureRequest) -> Row:
    assert isinstance(request.param, Row)
    return request.param


@pytest.fixture
def entry(row: Row) -> Variable:
    found = load().find(row.name)
    assert found is not None
    return found


def _listed(kind: Type) -> tuple[str, ...]:
    """The allowed values, unless they are examples."""
    return () if isinstance(kind, Choice) and kind.open else kind.allowed


def _other_ends(relation: Relation) -> tuple[str, ...]:
    if isinstance(relation, Outside):
        return ()
    if isinstance(relation, OverriddenBy):
        return relation.others
    if isinstance(relation, EffectiveWhen):
        return (relation.condition.name,)
    return (relation.other,)


def test_all_91_variables_are_there() -> None:
    assert [row.name for row in ROWS if load().find(row.name) is None] == []
    assert len(ROWS) == 91


def test_no_name_is_declared_twice() -> None:
    modules = (import_module(f"sglang_envctl.registry.{name}") for name in SECTION_MODULES)
    names = Counter(variable.name for module in modules for variable in module.VARIABLES)
    assert [name for name, count in names.items() if count > 1] == []


def test_no_section_has_more_than_30_variables() -> None:
    sizes = Counter(variable.section.slug for variable in load().variables)
    assert {slug: size for slug, size in sizes.items() if size > 30} == {}


def test_a_slug_stands_for_one_section() -> None:
    sections = {variable.section for variable in load().variables}
    assert len(sections) == len({section.slug for section in sections})


def test_entry_says_what_the_documents_say(row: Row, entry: Variable) -> None:
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


def test_texts_of_the_document_are_of_the_type(row: Row, entry: Variable) -> None:
    texts = () if row.allowed == "-" else tuple(row.allowed.split(","))
    if isinstance(entry.default, str):
        texts += (entry.default,)
    if entry.example is not None:
        texts += (entry.example,)
    assert {text: entry.type.complain(text) for text in texts} == dict.fromkeys(texts)


def test_entry_is_complete(entry: Variable) -> None:
    assert entry.section.slug
    assert entry.section.title
    assert entry.section.heading
    assert entry.documents
    assert entry.owner


def test_discrepancies_are_whole_sentences(entry: Variable) -> None:
    wrong = [text for text in entry.discrepancies if not re.fullmatch(r"\S.+\S\.", text)]
    assert wrong == []


def test_other_end_of_every_relation_exists(entry: Variable) -> None:
    ends = {end for relation in entry.relations for end in _other_ends(relation)}
    assert ends - {row.name for row in ROWS} == set()
    assert entry.name not in ends


def test_reads_name_a_reader_and_a_place(entry: Variable) -> None:
    unknown = find("unknown")
    named = [read.reader for read in entry.reads if read.reader != "unknown"]
    assert [name for name in named if find(name) is unknown] == []
    assert [read for read in entry.reads if not read.where] == []


def test_variable_that_nothing_reads_says_so(entry: Variable) -> None:
    assert entry.reads or entry.replaced_by or entry.discrepancies


def test_reads_begin_and_end_with_real_releases(entry: Variable) -> None:
    for read in entry.reads:
        since, until = read.since or RELEASES[0], read.until or RELEASES[-1]
        assert RELEASES.index(since) <= RELEASES.index(until)
