"""What a person sees of a text: nothing that acts, nothing that hides."""

from __future__ import annotations

import io
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rich.console import Console

from sglang_envctl.text.escape import LONGEST, shorten, visible
from tests.tables import table

INVISIBLE_CATEGORIES = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
# Unicode's Default_Ignorable_Code_Point, but for what the categories above hold already.
INVISIBLE = [
    *"\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\ufe00\ufe0f\uffa0",
    "\U000e0100",
    "\U000e01ef",
]


@table(
    ("text", "expected"),
    [
        ("", ""),
        ("plain ~ text \\n", "plain ~ text \\n"),
        ("é☕日本語", "é☕日本語"),
        ("a\nb\tc\rd", "a\\nb\\tc\\rd"),
        ("\x1b[31mred\x1b[0m", "\\x1b[31mred\\x1b[0m"),
        ("\x1b]8;;http://x\x07y", "\\x1b]8;;http://x\\x07y"),
        ("\x00\x08\x7f\x9b", "\\x00\\x08\\x7f\\x9b"),
        ("a\u202eb\u2066c", "a\\u202eb\\u2066c"),
        ("a\u200bb\u00a0c\ufeff", "a\\u200bb\\xa0c\\ufeff"),
        ("\u2028\u2029\u3000", "\\u2028\\u2029\\u3000"),
        ("\udcff\ud800", "\\xff\\ud800"),
        ("\U000e0041\U0010ffff", "\\U000e0041\\U0010ffff"),
    ],
)
def test_visible(text: str, expected: str) -> None:
    assert expected == visible(text)


@table("char", INVISIBLE, ids=lambda char: f"{ord(char):04x}")
def test_characters_that_print_as_nothing_are_written_out(char: str) -> None:
    assert visible(char).isascii()


@given(st.text(st.characters(codec=None)))
@example("".join(map(chr, range(0x300))))
@settings(max_examples=300, deadline=None, derandomize=True)
def test_nothing_invisible_is_left(text: str) -> None:
    shown = visible(text)
    assert shown.isprintable()
    assert set() == {unicodedata.category(char) for char in shown} & INVISIBLE_CATEGORIES
    assert not set(shown) & set(INVISIBLE)
    assert shown == visible(shown)


@given(st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E)))
@settings(max_examples=50, deadline=None, derandomize=True)
def test_printable_ascii_is_itself(text: str) -> None:
    assert text == visible(text)


@pytest.mark.parametrize(
    "text",
    ["[bold red]x[/]", "[link=http://x]y[/link]", ":smile:", "[/", "\x1b[5mx", "\x1b]0;t\x07"],
)
def test_a_terminal_shows_it_letter_by_letter(text: str) -> None:
    screen = io.StringIO()
    console = Console(
        file=screen, force_terminal=True, markup=False, emoji=False, highlight=False, width=80
    )
    console.print(visible(text))
    assert visible(text) + "\n" == screen.getvalue()
    assert "\x1b" not in screen.getvalue()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("x" * LONGEST, "x" * LONGEST),
        ("x" * (LONGEST + 1), "x" * (LONGEST - 1) + "… (201 characters)"),
        ("x" * 1_234_567, "x" * (LONGEST - 1) + "… (1,234,567 characters)"),
    ],
    ids=["empty", "just fits", "one more", "long"],
)
def test_shorten(text: str, expected: str) -> None:
    assert expected == shorten(text)
