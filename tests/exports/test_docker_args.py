"""Shells and the docker client read back what was exported."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sglang_envctl.environment import Assignment
from sglang_envctl.exports import docker_args
from tests.consumers import SHELLS, by_docker_args
from tests.exports.values import (
    ORIGIN,
    TEXTS,
    VALUES,
    carried,
    exported,
    plain,
    text_of,
)

pytestmark = pytest.mark.real

NAMES = """
    A a_1 a.b-c 1A É BASH_FUNC_x%% A# #A "A" 'A' $A ${A} - -- A, A:B * ~ A\\B A[0] export \U0001f600
"""


@pytest.mark.parametrize("shell", SHELLS)
def test_values_are_read_back(shell: str) -> None:
    found = carried("docker-args", VALUES)
    assert len(VALUES) == len(found)
    assert plain(found) == by_docker_args(shell, exported("docker-args", found))


@given(st.lists(TEXTS, min_size=20, max_size=60))
@settings(max_examples=25, deadline=None, derandomize=True)
def test_any_text_is_read_back(values: list[str]) -> None:
    found = carried("docker-args", values)
    assert len(values) == len(found)
    assert plain(found) == by_docker_args("dash", exported("docker-args", found))


@pytest.mark.parametrize("shell", SHELLS)
def test_names_are_read_back(shell: str) -> None:
    names = [*NAMES.split(), "A B", " A", "A\nB"]
    found = [Assignment(name, "1", ORIGIN) for name in names]
    assert [""] * len(found) == [docker_args.refusal(a.name, a.raw) for a in found]
    assert plain(found) == by_docker_args(shell, exported("docker-args", found))


def test_no_assignments_give_no_options() -> None:
    assert by_docker_args("bash", exported("docker-args", [])) == {}


def test_the_longest_is_read_back() -> None:
    raw = "x" * 131_069
    assert not docker_args.refusal("A", raw)
    assert {"A": raw} == by_docker_args("dash", text_of("docker-args", ("A", raw)).encode())


def test_one_option_per_line() -> None:
    text = text_of("docker-args", ("A", "x"), ("B", ""), ("C", "a b"), ("D E", "$x"))
    assert text == "-e A=x \\\n-e B= \\\n-e C='a b' \\\n-e 'D E=$x'\n"


@pytest.mark.parametrize(
    ("name", "raw", "expected"),
    [
        ("", "x", "not a valid environment variable name"),
        ("A=B", "x", "not a valid environment variable name"),
        ("A", "\udcff", "the value is not UTF-8"),
    ],
)
def test_what_docker_cannot_carry(name: str, raw: str, expected: str) -> None:
    assert expected == docker_args.refusal(name, raw)
