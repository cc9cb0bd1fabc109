"""What a person means by a text."""

from __future__ import annotations

from sglang_envctl.text.truth import nothing, truth
from tests.tables import table


@table(
    ("text", "expected"),
    [
        ("1", True), ("true", True), ("Yes", True), ("ON", True), ("t", True), ("enabled", True),
        ("0", False), ("false", False), ("no", False), ("OFF", False), ("disable", False),
        (" 1 ", True), ("'0'", False), ('" on "', True),
        ("", None), ("2", None), ("-1", None), ("maybe", None), ("truee", None), ("\uff11", None),
    ],
)  # fmt: skip
def test_truth(text: str, expected: bool | None) -> None:
    assert truth(text) is expected


@table(
    ("text", "expected"),
    [
        ("none", True), ("NULL", True), ("auto", True), ("off", True), ("0", True), (" local ", True),
        ("", False), ("1", False), ("s3", False), ("no-one", False),
    ],
)  # fmt: skip
def test_words_for_nothing(text: str, expected: bool) -> None:
    assert nothing(text) is expected
