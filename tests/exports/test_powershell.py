"""PowerShell reads back what was exported; if it is not installed, its rules are applied."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sglang_envctl.environment import Assignment
from sglang_envctl.exports import powershell
from tests.consumers import sourced_by_powershell
from tests.exports.values import (
    ORIGIN,
    TEXTS,
    VALUES,
    carried,
    exported,
    in_bytes,
    ours,
    plain,
    text_of,
)  # fmt: skip

pytestmark = pytest.mark.real

LITERAL = r"'((?:[^']|'')*)'"
EXPRESSION = rf"{LITERAL}|\[regex\]::Unescape\({LITERAL}\)"
LINE = re.compile(
    rf"(?:\$env:(\w+) = |\[Environment\]::SetEnvironmentVariable\((?:{EXPRESSION}), )"
    rf"(?:{EXPRESSION})\)?"
)


def by_rule(text: bytes) -> dict[str, str]:
    """The values of the few constructs that are used, by the documented grammar."""
    read = {}
    for line in text.decode("ascii").splitlines():
        match = LINE.fullmatch(line)
        assert match, line
        name, literal, coded, value, coded_value = match.groups()
        read[name or _text(literal, coded)] = _text(value, coded_value)
    return read


def _text(literal: str | None, coded: str | None) -> str:
    if literal is not None:
        return literal.replace("''", "'")
    assert coded is not None
    found = re.sub(
        r"\\(u[0-9a-f]{4}|.)",
        lambda m: chr(int(m[1][1:], 16)) if len(m[1]) > 1 else m[1],
        coded.replace("''", "'"),
    )
    return found.encode("utf-16", "surrogatepass").decode("utf-16")


def test_values_are_read_back() -> None:
    found = carried("powershell", VALUES)
    assert [raw for raw in VALUES if raw] == [a.raw for a in found]
    assert plain(found) == by_rule(exported("powershell", found))
    assert in_bytes(found) == ours(sourced_by_powershell(exported("powershell", found)))


@given(st.lists(TEXTS, min_size=20, max_size=60))
@settings(max_examples=50, deadline=None, derandomize=True)
def test_any_text_follows_the_rules(values: list[str]) -> None:
    found = carried("powershell", values)
    assert len(found) == sum(map(bool, values))
    assert plain(found) == by_rule(exported("powershell", found))


def test_names_follow_the_rules() -> None:
    names = [
        "A",
        "a_1",
        "a.b-c",
        "1A",
        "É",
        "BASH_FUNC_x%%",
        "A B",
        "it's",
        "$x",
        "A\nB",
        "\\u0041",
    ]
    found = [Assignment(name, "1", ORIGIN) for name in names]
    assert plain(found) == by_rule(exported("powershell", found))


@pytest.mark.parametrize(
    ("name", "raw", "expected"),
    [
        ("A", 'it\'s $x `y` "z"', "$env:A = 'it''s $x `y` \"z\"'"),
        ("A", "C:\\new", "$env:A = 'C:\\new'"),
        ("A", "a\nC:\\", "$env:A = [regex]::Unescape('a\\u000aC:\\\\')"),
        ("A", "it\u2019s", "$env:A = [regex]::Unescape('it\\u2019s')"),
        ("A", "\U0001f600", "$env:A = [regex]::Unescape('\\ud83d\\ude00')"),
        ("a.b", "x", "[Environment]::SetEnvironmentVariable('a.b', 'x')"),
    ],
)
def test_the_output_is_ascii_and_quotes_are_doubled(name: str, raw: str, expected: str) -> None:
    assert text_of("powershell", (name, raw)) == f"{expected}\n"


@pytest.mark.parametrize(
    ("name", "raw", "expected"),
    [
        ("A", "", "PowerShell before 7.5 removes a variable that is set to an empty string"),
        ("", "x", "not a valid environment variable name"),
        ("A=B", "x", "not a valid environment variable name"),
        ("A", "\udcff", "the value is not UTF-8"),
    ],
)
def test_what_powershell_cannot_carry(name: str, raw: str, expected: str) -> None:
    assert expected == powershell.refusal(name, raw)
