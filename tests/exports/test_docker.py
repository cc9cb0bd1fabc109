"""The docker client reads back what was exported."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sglang_envctl.environment import Assignment
from sglang_envctl.exports import docker
from tests.consumers import by_docker
from tests.exports.values import ORIGIN, TEXTS, VALUES, carried, exported, plain, text_of
from tests.tables import table

pytestmark = pytest.mark.real

NAMES = """
    A a_1 a.b-c 1A É BASH_FUNC_x%% A# "A" 'A' $A ${A} - -- A, A:B * ~ A\\B A[0] export \U0001f600
"""
ONE_LINE = [raw for raw in VALUES if "\n" not in raw and len(raw.encode()) < 60_000]


def test_values_are_read_back() -> None:
    found = carried("docker", VALUES)
    assert [raw for raw in ONE_LINE if not raw.endswith("\r")] == [a.raw for a in found]
    assert plain(found) == by_docker(exported("docker", found))


@given(st.lists(TEXTS, min_size=20, max_size=60))
@settings(max_examples=25, deadline=None, derandomize=True)
def test_any_text_is_read_back(values: list[str]) -> None:
    found = carried("docker", values)
    assert len(found) == sum("\n" not in raw and not raw.endswith("\r") for raw in values)
    assert plain(found) == by_docker(exported("docker", found))


def test_names_are_read_back() -> None:
    found = [Assignment(name, "1", ORIGIN) for name in NAMES.split()]
    assert [""] * len(found) == [docker.refusal(a.name, a.raw) for a in found]
    assert plain(found) == by_docker(exported("docker", found))


@table(
    ("name", "raw"),
    [
        ("", "x"),
        ("A B", "x"),
        (" A", "x"),
        ("A\t", "x"),
        ("#A", "x"),
        ("A=B", "x"),
        ("\ufeffA", "x"),
        ("\u3000A", "x"),
        ("A\nB", "x"),
        ("A", "a\nb"),
        ("A", "\r"),
        ("A", "x" * 65_534),
    ],
)
def test_what_is_refused_would_not_be_read_back(name: str, raw: str) -> None:
    assert docker.refusal(name, raw)
    try:
        read = by_docker(text_of("docker", (name, raw)).encode())
    except AssertionError:  # docker complained
        return
    assert read != {name: raw}


def test_the_longest_line_is_read_back() -> None:
    assert not docker.refusal("A", "x" * 65_533)
    assert by_docker(text_of("docker", ("A", "x" * 65_533)).encode()) == {"A": "x" * 65_533}


def test_what_is_not_utf8_is_refused() -> None:
    assert docker.refusal("A", "\udcff") == "the value is not UTF-8"
    assert docker.refusal("\udcff", "x") == "the name is not UTF-8"
