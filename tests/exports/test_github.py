"""The file is read back by the rules of GitHub's runner, which is not available as a program."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sglang_envctl.environment import Assignment
from sglang_envctl.exports import github
from tests.exports.values import ORIGIN, TEXTS, VALUES, carried, exported, plain, text_of
from tests.tables import table

READS_OTHERWISE = "the runner would change this name"
SETS = "the runner sets this name itself"


def by_rule(data: bytes) -> dict[str, str]:
    """NAME=value, or NAME<<DELIMITER and the lines up to the delimiter; whichever sign is first."""
    lines = iter(data.decode("utf-8-sig").removesuffix("\n").split("\n"))
    read = {}
    for line in filter(None, lines):
        equals, block = line.find("="), line.find("<<")
        if equals >= 0 and not 0 <= block < equals:
            name, _, read[name] = line.partition("=")
        else:
            name, _, delimiter = line.partition("<<")
            assert name
            assert delimiter
            held = []
            while (inside := next(lines)) != delimiter:
                held.append(inside)
            read[name] = "\n".join(held)
    return read


def test_values_are_read_back() -> None:
    found = carried("github", VALUES)
    assert len(VALUES) == len(found)
    assert plain(found) == by_rule(exported("github", found))


@pytest.mark.slow
@given(st.lists(TEXTS, min_size=20, max_size=60))
@example(["a\nENVCTL_END\nENVCTL_END_", "\n", "\n\n", "<<", "=<<\n", "ENVCTL_END"])
@settings(max_examples=100, deadline=None, derandomize=True)
def test_any_text_is_read_back(values: list[str]) -> None:
    found = carried("github", values)
    assert len(values) == len(found)
    assert plain(found) == by_rule(exported("github", found))


def test_names_are_read_back() -> None:
    names = ["A", "a_1", "a.b-c", "1A", "É", "BASH_FUNC_x%%", "A B", " A", "#A", '"A"', "A<B"]
    found = [Assignment(name, "1", ORIGIN) for name in names]
    assert [""] * len(found) == [github.refusal(a.name, a.raw) for a in found]
    assert plain(found) == by_rule(exported("github", found))


def test_a_block_only_if_needed() -> None:
    text = text_of("github", ("A", "x<<y"), ("B", "ENVCTL_END\n"))
    assert text == "A=x<<y\nB<<ENVCTL_END_\nENVCTL_END\n\nENVCTL_END_\n"


@table(
    ("name", "raw", "expected"),
    [
        ("", "x", READS_OTHERWISE),
        ("A=B", "x", READS_OTHERWISE),
        ("A<<B", "x", READS_OTHERWISE),
        ("A\nB", "x", READS_OTHERWISE),
        ("\ufeffA", "x", READS_OTHERWISE),
        ("A", "\udcff", "the value is not UTF-8"),
        ("Node_Options", "x", "the runner refuses this name from a file"),
        ("GITHUB_SHA", "x", SETS),
        ("RUNNER_TEMP", "x", SETS),
        ("GITHUB_TOKEN", "x", ""),
        ("CI", "x", ""),
    ],
)
def test_what_github_cannot_carry(name: str, raw: str, expected: str) -> None:
    assert expected == github.refusal(name, raw)
