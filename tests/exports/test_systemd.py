"""systemd's own code reads back what was exported, and so do shells."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sglang_envctl.exports import systemd
from tests.consumers import SHELLS, by_systemd, sourced
from tests.exports.values import TEXTS, VALUES, carried, exported, in_bytes, ours, text_of
from tests.tables import table

pytestmark = pytest.mark.real

NONCHARACTERS = ["\ufdd0", "\ufdef", "\ufffe", "\uffff", "\U0001fffe", "\U0010ffff"]


def test_values_are_read_back() -> None:
    found = carried("systemd", VALUES)
    assert [raw for raw in VALUES if raw not in NONCHARACTERS] == [a.raw for a in found]
    assert in_bytes(found) == by_systemd(exported("systemd", found))


@given(st.lists(TEXTS, min_size=20, max_size=60))
@settings(max_examples=100, deadline=None, derandomize=True)
def test_any_text_is_read_back(values: list[str]) -> None:
    found = carried("systemd", values)
    assert len(found) >= sum(raw.isprintable() for raw in values)
    assert in_bytes(found) == by_systemd(exported("systemd", found))


@pytest.mark.parametrize("shell", SHELLS)
def test_shells_read_it_too(shell: str) -> None:
    found = carried("systemd", VALUES)
    assert in_bytes(found) == ours(sourced(shell, b"set -a\n" + exported("systemd", found)))


@table("name", ["", "1A", "a.b", "a-b", "A B", "É", "A#", "export A"])
def test_what_is_refused_would_not_be_read_back(name: str) -> None:
    assert systemd.refusal(name, "x") == "systemd ignores a line with a name like this"
    read = by_systemd(text_of("systemd", (name, "x"), ("B", "y")).encode())
    assert read == {b"B": b"y"}


@pytest.mark.parametrize("raw", NONCHARACTERS)
def test_a_noncharacter_is_refused(raw: str) -> None:
    assert "noncharacter" in systemd.refusal("A", raw)
    with pytest.raises(AssertionError, match="Invalid argument"):
        by_systemd(text_of("systemd", ("A", raw)).encode())


@pytest.mark.parametrize("raw", ["\ufdcf", "\ufdf0", "\ufffd", "\U00010000", "\U0010fffd"])
def test_neighbors_of_noncharacters_are_allowed(raw: str) -> None:
    assert not systemd.refusal("A", raw)
    assert by_systemd(text_of("systemd", ("A", raw)).encode()) == {b"A": raw.encode()}


def test_what_is_not_text_is_refused() -> None:
    assert systemd.refusal("A", "\udcff") == "the value is not UTF-8"
    with pytest.raises(AssertionError, match="Invalid argument"):
        by_systemd(b"A=\xff\n")


def test_no_unnecessary_quotes() -> None:
    text = text_of("systemd", ("A", "/data/x:1"), ("B", ""), ("C", 'a"$\\'))
    assert text == 'A=/data/x:1\nB=\nC="a\\"\\$\\\\"\n'
