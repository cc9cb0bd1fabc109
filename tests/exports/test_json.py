"""JSON carries everything, with its origin."""

from __future__ import annotations

import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.exports.values import NOT_UTF8, TEXTS, VALUES, carried, exported


@pytest.mark.slow
@given(st.lists(TEXTS | st.sampled_from(NOT_UTF8), max_size=20))
@example(VALUES + NOT_UTF8)
@settings(max_examples=50, deadline=None, derandomize=True)
def test_json_is_read_back(values: list[str]) -> None:
    found = carried("json", values)
    assert len(values) == len(found)
    text = exported("json", found)
    origin = {"source": "a.env", "file": "a.env", "line": 1, "key": None}
    assert json.loads(text) == {
        "schema": 1,
        "release": "0.5.23",
        "settings": [{"name": a.name, "raw": a.raw, "origin": origin} for a in found],
    }
