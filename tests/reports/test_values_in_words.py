"""Values as people read them, and cells as other programs do."""

from __future__ import annotations

import pytest

from sglang_envctl.errors import Unreadable
from sglang_envctl.explain.page import Block, Facts, Page
from sglang_envctl.registry import load
from sglang_envctl.registry.variable import Variable
from sglang_envctl.releases import choose_release
from sglang_envctl.reports.csv import _cell as csv_cell
from sglang_envctl.reports.findings import CheckReport
from sglang_envctl.reports.markdown import _cell as markdown_cell
from sglang_envctl.reports.markdown import code as markdown_code
from sglang_envctl.reports.shapes import Side
from sglang_envctl.reports.text import lines
from sglang_envctl.text.json import dump
from sglang_envctl.text.words import words
from tests.tables import table


@table(
    ("value", "text"),
    [
        (None, ""),
        (True, "true"),
        (False, "false"),
        (3, "3"),
        (0.24, "0.24"),
        ("", '""'),
        ("x", "x"),
        ([], "[]"),
        (["a", True, 1], "a, true, 1"),
        ({}, "{}"),
        ({"rms": ["vendor", "flagos"], "silu": ["reference"]}, "rms=vendor|flagos; silu=reference"),
    ],
)
def test_words(value: object, text: str) -> None:
    assert text == words(value)


@table("variable", load().variables, ids=lambda variable: variable.name)
def test_every_default_has_words(variable: Variable) -> None:
    for read in variable.reads:
        assert words(read.default) != "" or read.default is None


@table(
    ("side", "text"),
    [
        (Side("a", None, None, "unset"), "unset"),
        (Side("a", None, 1, "default"), "1 (default)"),
        (Side("a", None, 2, "fallback", "accepted"), "2 (fallback)"),
        (Side("a", "1", True, "set", "accepted"), "true (written as 1)"),
        (Side("a", "true", True, "set", "accepted"), "true"),
        (Side("a", "", "", "set", "accepted"), '""'),
        (Side("a", "", False, "set", "accepted"), 'false (written as "")'),
        (Side("a", "one", None, "set", "crash", "one"), "one (crashes)"),
        (Side("a", None, None, "fallback", "crash", "one"), "one (fallback; crashes)"),
        (Side("a", "on", False, "set", "misread"), "false (misread; written as on)"),
        (Side("a", "x", None, "set", "ignored", "x"), "x (ignored)"),
    ],
)
def test_a_side_of_a_difference(side: Side, text: str) -> None:
    assert text == side.words


@table(
    ("text", "cell"),
    [
        ("x", "x"),
        ("=1", "'=1"),
        ("  =1", "'  =1"),
        ("+1", "+1"),
        ("-1.5", "-1.5"),
        ("-x", "'-x"),
        ("@x", "'@x"),
        ("\uff1d1", "'\uff1d1"),
        ("a\tb", "a\\tb"),
        ("a=1", "a=1"),
    ],
)
def test_a_cell_of_a_spreadsheet(text: str, cell: str) -> None:
    assert cell == csv_cell(text)


@table(
    ("text", "cell", "code"),
    [
        ("", "", ""),
        ("x", "x", "`x`"),
        ("a|b", r"a\|b", r"`a`\|`b`"),
        ("`a`", r"\`a\`", "`` `a` ``"),
        ("a\\", "a\\\\", "`a\\`"),
        ("<b>", r"\<b\>", "`<b>`"),
        ("[x](y)", r"\[x\]\(y\)", "`[x](y)`"),
        ("a\nb", r"a\\nb", r"`a\nb`"),
    ],
)
def test_a_cell_of_a_markdown_table(text: str, cell: str, code: str) -> None:
    assert (cell, code) == (markdown_cell(text), markdown_code(text))


def test_numbers_that_json_has_no_word_for() -> None:
    assert '"x": "nan"' in dump(x=float("nan"))
    assert '"inf"' in dump(x=[{"y": float("inf")}])


@pytest.mark.parametrize(
    ("sources", "summary"),
    [
        (("a.env",), "no problems in a.env (checked against SGLang 0.5.23, as requested)"),
        (("a", "b"), "no problems in 2 sources (checked against SGLang 0.5.23, as requested)"),
    ],
)
def test_the_last_line_of_a_check(sources: tuple[str, ...], summary: str) -> None:
    assert summary == CheckReport(choose_release("0.5.23"), sources, ()).summary


def test_an_unreadable_source_in_words() -> None:
    assert str(Unreadable("a\x1b", "no such file")) == "a\\x1b: no such file"


def test_an_address_on_a_page_is_never_broken() -> None:
    address = f"https://docs.example.org/{'x' * 100}"
    page = Page("X", "y", "", Facts((("Label", "fact"),)), (Block("Head", ("p",), (address,)),))

    assert list(lines(page, 40)) == [
        ("title", "X"),
        ("subtitle", "y"),
        ("text", ""),
        ("fact", "Label  fact"),
        ("text", ""),
        ("heading", "Head"),
        ("text", "  p"),
        ("text", f"  - {address}"),
    ]
