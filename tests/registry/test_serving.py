"""The registry against what SGLang's pages for its serving runtime say, and against the releases.

`data/registry/serving.tsv` is what the pages print, one variable a line; `-` stands for nothing,
also where a page prints "Not set"; quotes around a number or a word are left out. The allowed column
has no values that a page gives only as examples, and the unit column only what a page names. A long
rule for a default is cut short.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import pytest

from sglang_envctl import releases
from sglang_envctl.readers import grammar
from sglang_envctl.registry import load
from sglang_envctl.registry.types import Choice
from sglang_envctl.registry.variable import (
    EffectiveWhen,
    Outside,
    OverriddenBy,
    Read,
    Relation,
    Variable,
    documented_default,
)
from sglang_envctl.settings import reads_in

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


@pytest.fixture(params=PRESENT, ids=lambda row: row.name)
def row(request: pytest.FixtureRequest) -> Row:
    assert isinstance(request.param, Row)
    return request.param


@pytest.fixture
def entry(row: Row) -> Variable:
    found = load().find(row.name)
    assert found is not None
    return found


def test_every_name_of_the_pages_is_in_the_registry() -> None:
    assert [row.name for row in ROWS if row not in PRESENT] == []


def test_entry_says_what_the_pages_say(row: Row, entry: Variable) -> None:
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


def test_texts_of_the_page_are_of_the_type(row: Row, entry: Variable) -> None:
    texts = () if row.allowed == "-" else tuple(row.allowed.split(","))
    if isinstance(entry.default, str):
        texts += (entry.default,)
    if entry.example is not None:
        texts += (entry.example,)
    assert {text: entry.type.complain(text) for text in texts} == dict.fromkeys(texts)


def test_entry_is_complete(entry: Variable) -> None:
    assert entry.section.slug
    assert entry.section.title
    assert entry.owner
    assert [text for text in entry.discrepancies if not re.fullmatch(r"\S.+\S\.", text)] == []


def _other_ends(relation: Relation) -> tuple[str, ...]:
    if isinstance(relation, Outside):
        return ()
    if isinstance(relation, OverriddenBy):
        return relation.others
    return (relation.condition.name if isinstance(relation, EffectiveWhen) else relation.other,)


def test_other_end_of_every_relation_exists(entry: Variable) -> None:
    ends = [end for relation in entry.relations for end in _other_ends(relation)]
    assert [end for end in ends if end == entry.name or not load().find(end)] == []


def test_variable_that_nothing_reads_says_so(entry: Variable) -> None:
    assert entry.reads or entry.replaced_by or entry.discrepancies


def test_reads_name_a_reader_and_a_place(entry: Variable) -> None:
    assert [read for read in entry.reads if not read.where] == []
    assert [read for read in entry.reads if not grammar(read.reader)] == []


READS_BY_SGLANG = re.compile(r"sglang/[\w/]+\.py:[1-9]\d*")


def _by_sglang(variable: Variable, release: str) -> tuple[Read, ...]:
    reads = reads_in(variable.reads, release)
    return tuple(read for read in reads if READS_BY_SGLANG.fullmatch(read.where))


@pytest.mark.parametrize("release", releases.RELEASES)
def test_a_release_reads_what_its_data_says(release: str) -> None:
    data = releases.load()
    found = {
        row.name: bool(entry and _by_sglang(entry, release))
        for row in ROWS
        if (entry := load().find(row.name))
    }
    assert found == {name: _is_read(data, name, release) for name in found}


def _is_read(data: releases.ReleaseData, name: str, release: str) -> bool:
    if name in UNLIKE.get(release, UNLIKE[""]):
        return False
    return any(not use.tests_only and not use.declared_only for use in data.uses(name, release))


UNLIKE: dict[str, set[str]] = {"": set()}
"""What the data calls read and nothing acts on."""


def test_a_read_is_one_that_the_data_knows(entry: Variable) -> None:
    known = releases.load().history(entry.name)
    for read in entry.reads:
        if not READS_BY_SGLANG.fullmatch(read.where) or (entry.name, read.reader) in RESTATED:
            continue
        since, until = read.since or releases.RELEASES[0], read.until or releases.newest()
        same = [span for span in known if span.reader in (read.reader, ALIKE.get(read.reader))]
        assert [s for s in same if _within(s, since, until) and s.default == read.default], read


def _within(span: releases.Span, since: str, until: str) -> bool:
    order = releases.RELEASES.index
    return order(span.since) <= order(since) and order(until) <= order(span.until)


ALIKE = {
    "raw.text": "raw.path",
    "raw.text-or-unset": "raw.text",
    "raw.path-or-unset": "raw.text",
}
RESTATED = {
    ("SGLANG_BLOCK_NONZERO_RANK_CHILDREN", "raw.not-equals:0"),  # asked as "== '0'", for a return
    # Compared with several words, one after the other.
    ("SGLANG_MORI_DISPATCH_DTYPE", "raw.lower-text"),
    # Declared with a default that the code looks past: it first asks whether the name is set.
    ("SGLANG_DEEPEP_LL_COMBINE_SEND_NUM_SMS", "srt.int"),
    ("SGLANG_DSA_PREFILL_DENSE_ATTN_KV_LEN_THRESHOLD", "srt.int"),
    ("SGLANG_NSA_PREFILL_DENSE_ATTN_KV_LEN_THRESHOLD", "srt.int"),
    ("MOONCAKE_GLOBAL_SEGMENT_SIZE", "mooncake.size"),  # declared as text, and parsed where used
}
"""Reads that the registry puts as what the name means, and the data as the code compares."""
