"""JSON as a tree: the fast way, and the one that allows comments, agree on everything."""

from __future__ import annotations

import pytest

from sglang_envctl.errors import SourceError
from sglang_envctl.sources.json import plain
from sglang_envctl.sources.json.tree import load
from sglang_envctl.sources.yaml.tree import DEEPEST
from tests.tables import table

PLAIN = {
    "nothing in it": "{}",
    "one value": ' "x" ',
    "all types": '{"a": [1, -2.50e+3, true, false, null, "x"], "b": {}}',
    "marks in strings": '{"a{[": "tfn -1 }],:", "b": "\\"{\\\\"}',
    "escapes": '["\\u00e9\\n\\/"]',
    "on several lines": '{\n"a":\n1,\n"b": [\n{\n"c":\n"d"}\n,\n2]}\n',
    "a key twice": '{"a": 1,\n"a": {"b": "1",\n"b": "2"}}',
    "large numbers": "[123456789012345678901234567890, 1e400]",
}


@table("text", PLAIN.values(), ids=PLAIN)
def test_both_ways_agree(text: str) -> None:
    assert plain.read(text)
    fast, slow = load(text.encode(), "x"), load(f"{text}// c".encode(), "x")

    assert (fast.documents, fast.repeated) == (slow.documents, slow.repeated)


@table(
    "text",
    ["NaN", "{'a': 1}", "[1,]", "{} {}", "// c\n{}", '"\t"', "[" * (DEEPEST + 1), ""],
)
def test_what_is_not_plain_is_left_to_the_other(text: str) -> None:
    assert plain.read(text) is None


def test_depth_is_bounded() -> None:
    deep = "[" * (DEEPEST + 1) + "]" * (DEEPEST + 1)
    with pytest.raises(SourceError, match="nested deeper than 100 levels"):
        load(deep.encode(), "x")
    assert load(deep[1:-1].encode(), "x").documents
