"""YAML parsers read back the names and values that were exported, all as strings."""

from __future__ import annotations

import pytest
import yaml as pyyaml
from hypothesis import given, settings
from hypothesis import strategies as st

from sglang_envctl.exports import yaml
from tests.exports.values import TEXTS, VALUES, carried, exported, plain, text_of
from tests.tables import table

NAMES = """
    A a_1 y Y n NO on Off true FALSE null Null ~ _ 1 1_0 0x1 1e3 .inf .NaN - -- ? ! & * a.b-c << =
    é {a} [a] a: a#b "a" 'a' @a `a` %a |a >a
"""


def test_values_are_read_back() -> None:
    found = carried("yaml", VALUES)
    assert len(VALUES) == len(found)
    assert plain(found) == pyyaml.safe_load(exported("yaml", found))


@pytest.mark.slow
@given(st.lists(TEXTS, min_size=20, max_size=60))
@settings(max_examples=50, deadline=None, derandomize=True)
def test_any_text_is_read_back(values: list[str]) -> None:
    found = carried("yaml", values)
    assert len(values) == len(found)
    assert plain(found) == pyyaml.safe_load(exported("yaml", found))


@table("name", [*NAMES.split(), "", " ", "a b", "a\nb", "\x7f", "\ud7ff", "x" * 1022])
def test_names_are_read_back(name: str) -> None:
    assert not yaml.refusal(name, "1")
    assert {name: "1", "B": "2"} == pyyaml.safe_load(text_of("yaml", (name, "1"), ("B", "2")))


def test_no_unnecessary_quotes() -> None:
    text = text_of("yaml", ("A", "1"), ("NO", "a'b"), ("C", 'é"\\\n\x1b\U0001f600\ue000'))
    assert text == 'A: "1"\n"NO": "a\'b"\nC: "é\\"\\\\\\n\\x1b\U0001f600\\ue000"\n'


@pytest.mark.parametrize(
    ("name", "raw", "expected"),
    [
        ("A", "\udcff", "the value is not UTF-8"),
        ("\udcff", "x", "the name is not UTF-8"),
        ("A\0", "x", "the name contains a NUL character"),
        ("x" * 1025, "x", "the name is longer than YAML allows for a key"),
    ],
)
def test_what_yaml_cannot_carry(name: str, raw: str, expected: str) -> None:
    assert expected == yaml.refusal(name, raw)
