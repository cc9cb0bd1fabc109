"""Wherever documents and code are known to disagree, `check` or `explain` tells the user.

`data/discrepancies.tsv` lists what an environment can show: a name, a text, the rule that tells
(`explain` where it takes the page), some words it tells it with, and what differs.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from sglang_envctl.environment import Environment, stack
from sglang_envctl.explain.page import Page, of_variable
from sglang_envctl.redaction import redactor
from sglang_envctl.registry import load
from sglang_envctl.rules import Subject, rules, run
from sglang_envctl.settings import settle
from sglang_envctl.sources.context import Context
from sglang_envctl.sources.dotenv.dialects.dotenv import read
from tests.tables import table

TABLE = Path(__file__).parent / "data" / "discrepancies.tsv"


class Row(NamedTuple):
    """One disagreement."""

    name: str
    text: str
    told_by: str
    words: str
    what: str


ROWS = [Row(*line.split("\t")) for line in TABLE.read_text("utf-8").splitlines()[1:]]


def _environment(row: Row) -> Environment:
    return stack([read("x.env", f"{row.name}='{row.text}'\n".encode(), Context())])


def _text(page: Page) -> str:
    facts = [word for pair in page.facts.pairs for word in pair]
    blocks = [text for block in page.blocks for text in (*block.paragraphs, *block.items)]
    return "\n".join((page.title, page.subtitle, page.lead, *facts, *blocks))


@table("row", [row for row in ROWS if row.told_by != "explain"], ids=lambda r: f"{r.name}={r.text}")
def test_check_tells(row: Row) -> None:
    environment = _environment(row)
    subject = Subject(settle(environment, load(), "0.5.23"), redactor([environment], load()))
    messages = [
        f.message for f in run(subject, select=[row.told_by]).findings if f.name == row.name
    ]
    assert [row.words in message for message in messages] == [True]


@table(
    "row", [row for row in ROWS if row.told_by == "explain"], ids=lambda r: f"{r.name}: {r.what}"
)
def test_explain_tells(row: Row) -> None:
    environment = _environment(row)
    settings = settle(environment, load(), "0.5.23")
    setting = settings.get(row.name)
    assert setting is not None
    assert row.words in _text(of_variable(setting, settings, redactor([environment], load())))


def test_every_variable_with_a_discrepancy_is_in_the_table() -> None:
    told = {row.name for row in ROWS}
    declared = {variable.name for variable in load().variables if variable.discrepancies}
    assert declared - told - UNSHOWN == set()
    assert {row.told_by for row in ROWS} - rules().keys() == {"explain"}


UNSHOWN = {
    "MACA_PATH",  # who reads it
    "PATH",  # which commands there are
    "SGLANG_KERNEL_API_DUMP_EXCLUDE",  # as SGLANG_KERNEL_API_DUMP_DIR
    "SGLANG_KERNEL_API_DUMP_INCLUDE",
    "SGLANG_USE_ROCM_CUDNN_BENCHMARK",  # how far the flag reaches
}
"""Declared in the registry, and nothing that a text shows."""
