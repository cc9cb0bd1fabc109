"""Choosing rules, silencing them by comment, and the order of findings."""

from __future__ import annotations

from collections.abc import Callable

from sglang_envctl.environment import Layer
from sglang_envctl.rules import Finding
from sglang_envctl.sources.context import Context
from sglang_envctl.sources.dotenv.dialects.dotenv import read
from tests.tables import table

Judge = Callable[..., tuple[Finding, ...]]
TWO = "USE_FLAGGEMS=on\nSGLANG_USE_MLX=on\n"


def _layer(label: str, text: str) -> Layer:
    return read(label, text.encode(), Context())


@table(
    ("select", "ignore", "expected"),
    [
        ((), "", ["misread", "defaulted"]),
        (("misread",), "", ["misread"]),
        (("misread", "defaulted"), "", ["misread", "defaulted"]),
        (("crashes",), "", []),
        ((), "misread", ["defaulted"]),
        ((), "misread defaulted", []),
        (("misread",), "misread", []),
        ((), "no-such-rule", ["misread", "defaulted"]),
    ],
)
def test_select_and_ignore(
    select: tuple[str, ...], ignore: str, expected: list[str], judge: Judge
) -> None:
    assert [f.rule for f in judge(TWO, *select, ignore=ignore)] == expected


@table(
    ("text", "expected"),
    [
        ("USE_FLAGGEMS=on  # envctl: ignore[misread]\n", []),
        ("# envctl: ignore[misread]\nUSE_FLAGGEMS=on\n", []),
        ("#envctl:ignore[misread]\nUSE_FLAGGEMS=on\n", []),
        ("# envctl: ignore[ misread ,misread ]\nUSE_FLAGGEMS=on\n", []),
        ("# envctl: ignore[misread]\n# and why\nUSE_FLAGGEMS=on\n", []),
        ("# our plugin is patched  # envctl: ignore[misread]\nUSE_FLAGGEMS=on\n", []),
        ("# envctl: ignore[defaulted]\nUSE_FLAGGEMS=on\n", ["misread", "unused-suppression"]),
        ("# envctl: ignore[misread]\nOTHER=1\nUSE_FLAGGEMS=on\n", ["misread", "unused-suppression"]),
        ("USE_FLAGGEMS=on\n# envctl: ignore[misread]\n", ["misread", "unused-suppression"]),
        ("# envctl: ignore[misread]\n\nUSE_FLAGGEMS=on\n", ["unused-suppression", "misread"]),
        ("# envctl: ignore\nUSE_FLAGGEMS=on\n", []),
        ("USE_FLAGGEMS=on # envctl: ignore\n", []),
        ("USE_FLAGGEMS=1 # envctl: ignore\n", ["unused-suppression"]),
        ("# envctl: file-ignore[misread]\n\nUSE_FLAGGEMS=on\n", []),
        ("USE_FLAGGEMS=on\n#envctl:file-ignore[ misread, crashes ]\n", ["unused-suppression"]),
        ("# envctl: file-ignore[misread]\nUSE_FLAGGEMS=1\n", ["unused-suppression"]),
        ("USE_FLAGGEMS=on # envctl: file-ignore[misread]\n", ["inline-comment"]),
        ("# envctl: file-ignore\nUSE_FLAGGEMS=on\n", ["unknown-suppression", "misread"]),
        ("# envctl: ignore[]\nUSE_FLAGGEMS=on\n", ["unknown-suppression", "misread"]),
        ("# envctl: ignore[misread] please\nUSE_FLAGGEMS=on\n", ["unknown-suppression", "misread"]),
        ("# envctl: ignore-file[misread]\nUSE_FLAGGEMS=on\n", ["unknown-suppression", "misread"]),
        ("# envctl ignore[misread]\nUSE_FLAGGEMS=on\n", ["unknown-suppression", "misread"]),
        ("# what envctl ignores, we check\nUSE_FLAGGEMS=1\n", []),
        ("# envctl: ignore[misread, mis-read]\nUSE_FLAGGEMS=on\n", ["unknown-suppression"]),
        ("# envctl: ignore[misread]\nUSE_FLAGGEMS=on\nUSE_FLAGGEMS=y\n",
         ["duplicate-name", "misread"]),
        ("# envctl: ignore[unknown-variable]\nSGLANG_CACHE_DIT_ENABELD=1\n", []),
        ("# envctl: ignore[no-value]\nUSE_FLAGGEMS\n", []),
        ("# envctl: ignore[unparsed-line]\nNOTE: 1\n", []),
        ("NOTE: 1 # envctl: ignore[unparsed-line]\n", []),
        ("# envctl: ignore[invisible-character]\nNOTE=a\u00a0b\n", []),
    ],
)  # fmt: skip
def test_comment(text: str, expected: list[str], judge: Judge) -> None:
    assert [f.rule for f in judge(text)] == expected


def test_comment_counts_in_its_own_file_only(judge_layers: Judge) -> None:
    quiet = _layer("quiet.env", "# envctl: ignore[misread]\nNOTE=1\n")
    loud = _layer("loud.env", "\nUSE_FLAGGEMS=on\n")
    assert [f.rule for f in judge_layers(quiet, loud)] == ["misread", "unused-suppression"]


def test_findings_come_in_the_order_of_layers_and_lines(judge_layers: Judge) -> None:
    first = _layer("b.env", "SGLANG_USE_MLX=on\n\nUSE_FLAGGEMS=on\n")
    second = _layer("a.env", "SGLANG_FL_LOG_LEVEL=WARN\n")
    found = [str(f.origin) for f in judge_layers(first, second)]
    assert found == ["b.env:1", "b.env:3", "a.env:1"]


def test_only_the_winning_layer_is_judged_by_value(judge_layers: Judge) -> None:
    wrong, right = _layer("a.env", "USE_FLAGGEMS=on"), _layer("b.env", "USE_FLAGGEMS=1")
    assert judge_layers(wrong, right) == ()
    assert [f.origin.source for f in judge_layers(right, wrong)] == ["a.env"]


def test_one_file_named_twice_is_told_about_once(judge_layers: Judge) -> None:
    layer = _layer("a.env", "USE_FLAGGEMS=on\nNOTE='x\n")
    assert [f.rule for f in judge_layers(layer, layer)] == ["misread", "unparsed-line"]
