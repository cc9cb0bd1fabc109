"""Compose reads back what was exported."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from sglang_envctl.environment import Assignment
from sglang_envctl.exports import compose, render
from sglang_envctl.exports.payload import Snapshot
from tests.consumers import by_compose
from tests.exports.values import ORIGIN, TEXTS, VALUES, carried, exported, plain, text_of

pytestmark = pytest.mark.real

NAMES = """
    A a_1 a.b-c y NO null ~ 1 1e3 << é BASH_FUNC_x%% A# #A "A" 'A' $A ${A} $$ - -- {a} [a] A: * & ! x
"""


def test_values_are_read_back() -> None:
    found = carried("compose", VALUES)
    assert len(VALUES) == len(found)
    assert plain(found) == by_compose(exported("compose", found))


@given(st.lists(TEXTS, min_size=20, max_size=60))
@settings(max_examples=10, deadline=None, derandomize=True)
def test_any_text_is_read_back(values: list[str]) -> None:
    found = carried("compose", values)
    assert len(values) == len(found)
    assert plain(found) == by_compose(exported("compose", found))


def test_names_are_read_back() -> None:
    names = [*NAMES.split(), "A B", " A", "A\nB"]
    found = [Assignment(name, "1", ORIGIN) for name in names]
    assert [""] * len(found) == [compose.refusal(a.name, a.raw) for a in found]
    assert plain(found) == by_compose(exported("compose", found))


def test_no_assignments_give_a_service_without_an_environment() -> None:
    assert by_compose(exported("compose", [])) == {}


@pytest.mark.parametrize("name", ["", "x-a"])
def test_what_is_refused_would_not_be_read_back(name: str) -> None:
    assert compose.refusal(name, "x")
    try:
        read = by_compose(text_of("compose", (name, "x")).encode())
    except AssertionError:  # Compose complained
        return
    assert read != {name: "x"}


def test_a_service_of_any_name() -> None:
    text = render(Snapshot((Assignment("A", "$x", ORIGIN),), "0.5.23", name="no"), "compose")
    assert yaml.safe_load(text) == {"services": {"no": {"environment": {"A": "$$x"}}}}


def test_what_is_not_text_is_refused() -> None:
    assert compose.refusal("A", "\udcff") == "the value is not UTF-8"
    assert compose.refusal("A=B", "x") == "not a valid environment variable name"
