"""The registry against what other software's own pages and sources say of its variables.

`data/registry/neighbors.tsv` holds one variable a line; `-` stands for nothing. The allowed column
has only what a page lists in full.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sglang_envctl.environment import Assignment, Layer, Origin, stack
from sglang_envctl.readers import find, grammar
from sglang_envctl.registry import load
from sglang_envctl.registry.types import Choice
from sglang_envctl.registry.variable import (
    Excludes,
    FallsBackTo,
    Outside,
    Requires,
    SetTogether,
    Variable,
    documented_default,
)
from sglang_envctl.settings import settle

TABLE = Path(__file__).parents[1] / "data" / "registry" / "neighbors.tsv"
HEADER = "name", "owner", "default", "allowed", "unit", "secret", "reader", "documents"
HEAD, *LINES = (tuple(line.split("\t")) for line in TABLE.read_text(encoding="utf-8").splitlines())
NEIGHBOURS = [variable for variable in load().variables if variable.section.aside]


@pytest.fixture(params=NEIGHBOURS, ids=lambda variable: variable.name)
def entry(request: pytest.FixtureRequest) -> Variable:
    assert isinstance(request.param, Variable)
    return request.param


def _row(variable: Variable) -> tuple[str, ...]:
    default, kind = documented_default(variable), variable.type
    allowed = () if isinstance(kind, Choice) and kind.open else kind.allowed
    return (
        variable.name,
        variable.owner,
        default or "-",
        ",".join(allowed) or "-",
        getattr(kind, "unit", "") or "-",
        "secret" if variable.secret else "-",
        ",".join(read.reader for read in variable.reads),
        ",".join(document.id for document in variable.documents),
    )


def test_every_name_of_the_table_is_in_the_registry_and_no_other() -> None:
    assert HEAD == HEADER
    assert [line[0] for line in LINES] == [variable.name for variable in NEIGHBOURS]


@pytest.mark.parametrize("line", LINES, ids=lambda line: line[0])
def test_entry_says_what_the_table_says(line: tuple[str, ...]) -> None:
    found = load().find(line[0])
    assert found is not None
    assert _row(found) == line


def test_entry_is_complete(entry: Variable) -> None:
    assert entry.example is not None or entry.secret
    assert re.fullmatch(r"\S.{0,86}[^\s.]", entry.summary)
    assert len(re.findall(r"[.!?](?= |$)", entry.details)) >= 2
    assert entry.details == " ".join(entry.details.split())
    assert all(document.url for document in entry.documents)
    assert [read for read in entry.reads if not (read.where and grammar(read.reader))] == []


def test_example_and_default_are_taken_as_they_stand(entry: Variable) -> None:
    default = documented_default(entry)
    for text in (entry.example, default):
        if text is not None:
            assert entry.type.complain(text) is None
            outcomes = {find(read.reader)(text, None).outcome for read in entry.reads}
            assert outcomes <= {"accepted", "unverified"}


def test_other_end_of_every_relation_exists(entry: Variable) -> None:
    ends = [
        relation.other
        for relation in entry.relations
        if isinstance(relation, (Excludes, FallsBackTo, Requires, SetTogether))
    ]
    assert [end for end in ends if end == entry.name or not load().find(end)] == []
    others = [r for r in entry.relations if not isinstance(r, Outside)]
    assert len(others) == len(ends)


@pytest.mark.parametrize("one", NEIGHBOURS, ids=lambda variable: variable.name)
def test_excluded_names_exclude_back(one: Variable) -> None:
    for relation in one.relations:
        if isinstance(relation, Excludes):
            other = load().find(relation.other)
            assert other is not None
            assert one.name in {r.other for r in other.relations if isinstance(r, Excludes)}


@pytest.mark.parametrize(
    ("name", "falls_back_to"),
    [
        ("http_proxy", "HTTP_PROXY"),
        ("no_proxy", "NO_PROXY"),
        ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"),
        ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"),
        ("MC_GID_INDEX", "NCCL_IB_GID_INDEX"),
    ],
)
def test_newer_and_lower_case_names_come_first(name: str, falls_back_to: str) -> None:
    given = Assignment(falls_back_to, "1", Origin("process"))
    settings = settle(stack([Layer("process", "process", (given,))]), load(), "0.5.23")
    setting = settings.get(name)
    assert setting is not None
    assert (setting.status, setting.source) == ("fallback", falls_back_to)
