"""The registry against what other software's own pages and sources say of its variables.

`data/registry/neighbors.tsv` holds one variable a line; `-` stands for nothing. The allowed column
has only what a page lists in full.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from sglang_envctl.environment import Assignment, Layer, Origin, stack
from sglang_envctl.readers import find
from sglang_envctl.registry import load
from sglang_envctl.registry.types import Choice
from sglang_envctl.registry.variable import Variable, documented_default
from sglang_envctl.settings import settle
from tests.tables import table

TABLE = Path(__file__).parents[1] / "data" / "registry" / "neighbors.tsv"
HEADER = "name", "owner", "default", "allowed", "unit", "secret", "reader", "documents"
HEAD, *LINES = (tuple(line.split("\t")) for line in TABLE.read_text(encoding="utf-8").splitlines())
NEIGHBORS = [variable for variable in load().variables if variable.section.aside]


each_entry = table("entry", NEIGHBORS, ids=lambda variable: variable.name)


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
    assert [line[0] for line in LINES] == [variable.name for variable in NEIGHBORS]


@table("line", LINES, ids=lambda line: line[0])
def test_entry_says_what_the_table_says(line: tuple[str, ...]) -> None:
    found = load().find(line[0])
    assert found is not None
    assert _row(found) == line


@each_entry
def test_every_document_has_an_address(entry: Variable) -> None:
    assert all(document.url for document in entry.documents)


@each_entry
def test_default_is_accepted_by_the_readers(entry: Variable) -> None:
    default = documented_default(entry)
    outcomes = {find(read.reader)(default, None).outcome for read in entry.reads if default}
    assert outcomes <= {"accepted", "unverified"}


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
