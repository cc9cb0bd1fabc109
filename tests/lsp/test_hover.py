"""What an editor says about the name under the cursor."""

from __future__ import annotations

import pytest

from tests.editor import Editor

ENV = """SGLANG_CACHE_DIT_ENABLED=true
SGLANG_CACHE_DIT_FN=one
HF_TOKEN=hf_abcdefghijklmnopqrstuvwxyz0123456
APP=1  # envctl: ignore[misread]
AIP_PREDICT_ROUTE=1
"""


def test_a_name_is_explained_as_it_is_here(editor: Editor) -> None:
    editor.open("prod.env", ENV)

    for column in (0, 7, 19):
        text = editor.hover("prod.env", 1, column)
        assert text.startswith("## `SGLANG_CACHE_DIT_FN`\n")
        assert "Number of leading transformer blocks" in text
        assert "Type: whole number" in text
        assert "prod.env:2." in text
        assert "SGLang raises ValueError when the value is first used." in text


@pytest.mark.parametrize(("line", "column"), [(1, 20), (1, 21), (3, 0), (9, 9)])
def test_nothing_is_said_where_no_known_name_is(editor: Editor, line: int, column: int) -> None:
    editor.open("prod.env", ENV)

    assert editor.hover("prod.env", line, column) == ""


def test_a_secret_is_not_shown(editor: Editor) -> None:
    editor.open("prod.env", ENV)
    text = editor.hover("prod.env", 2, 0)

    assert "HF_TOKEN" in text
    assert "abcdefghij" not in text


def test_a_rule_in_a_comment_is_explained(editor: Editor) -> None:
    editor.open("prod.env", ENV)

    assert editor.hover("prod.env", 3, 26).startswith("## `misread`\n\nrule · error\n")


def test_an_undocumented_name_is_explained(editor: Editor) -> None:
    editor.open("prod.env", ENV)

    assert "Undocumented SGLang variable" in editor.hover("prod.env", 4, 3)


def test_the_value_is_that_of_the_environment_on_the_line(editor: Editor) -> None:
    service = "  {}:\n    image: x\n    environment:\n      SGLANG_CACHE_DIT_FN: '{}'\n"
    editor.open("compose.yaml", "services:\n" + service.format("a", 3) + service.format("b", 4))

    assert "Set to \\`3\\`" in editor.hover("compose.yaml", 4, 8)
    assert "Set to \\`4\\`" in editor.hover("compose.yaml", 8, 8)


def test_nothing_in_a_value_is_live(editor: Editor) -> None:
    editor.open("prod.env", "SGLANG_CACHE_DIT_FN='[x](command:evil) <img src=x> `${y}`'\n")
    text = editor.hover("prod.env", 0, 0)

    assert r"\[x\]\(command:evil\) \<img src=x\>" in text
