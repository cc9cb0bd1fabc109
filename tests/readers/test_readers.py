"""What running code makes of a text, reader by reader.

`data/readers.tsv` holds one text a line: the reader, the text, the default it is given, the value
and the outcome, texts and values as JSON. Where SGLang's or the plugin's code could be run, the
values are what it returned.
"""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sglang_envctl.readers import READERS, grammar
from tests.tables import table

TABLE = Path(__file__).parents[1] / "data" / "readers.tsv"
OUTCOMES = {"accepted", "defaulted", "misread", "crash", "unverified"}


def _rows() -> dict[str, list[list[str]]]:
    rows: dict[str, list[list[str]]] = defaultdict(list)
    for line in TABLE.read_text(encoding="utf-8").splitlines()[1:]:
        name, *columns = line.split("\t")
        rows[name].append(columns)
    return rows


ROWS = _rows()
TEXTS = st.text() | st.text("019.+-eExXpPkmgt _\u00a0\uff11|;=,:%~[]'\"\n") | st.sampled_from(
    [json.loads(row[0]) for rows in ROWS.values() for row in rows]
)  # fmt: skip


def test_every_reader_has_a_table() -> None:
    assert {name: len(ROWS[name]) >= 15 for name in READERS} == dict.fromkeys(READERS, True)


@table("name", sorted(ROWS))
def test_reader(name: str) -> None:
    read = READERS[name]
    expected = [(text, default, value, outcome) for text, default, value, outcome in ROWS[name]]
    actual = []
    for text, default, _, _ in ROWS[name]:
        reading = read(json.loads(text), json.loads(default))
        actual.append((text, default, json.dumps(reading.value), reading.outcome))
    assert actual == expected


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(READERS))
@given(text=TEXTS)
def test_any_text_gives_a_reading(name: str, text: str) -> None:
    reading = READERS[name](text, None)
    assert reading.outcome in OUTCOMES
    assert repr(json.loads(json.dumps(reading.value))) == repr(reading.value)
    if reading.outcome in ("misread", "defaulted", "crash"):
        assert reading.note[:1].islower()
        assert reading.note[-1] not in " .,"
    if reading.outcome == "crash":
        assert reading.value is None


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(READERS))
@settings(max_examples=25)
@given(text=st.text(min_size=1, alphabet="\u00e9\u03a9\u0416!@\x1b\u202e"))
def test_note_tells_nothing_of_the_text(name: str, text: str) -> None:
    assert set(READERS[name](text, None).note) & set(text) == set()


@table("name", sorted(READERS))
def test_grammar_is_a_sentence_of_one_line(name: str) -> None:
    text = grammar(name)
    assert text.endswith(".")
    assert len(text) > 20
    assert "\n" not in text


@pytest.mark.parametrize("digits", [400, 5000])
def test_long_numbers_are_what_python_makes_of_them(digits: int) -> None:
    """Python refuses more than 4300 digits, where it knows that limit."""
    try:
        expected: object = int("1" * digits)
    except ValueError:
        expected = None
    assert READERS["diffusion.int"]("1" * digits, 1).value == expected
