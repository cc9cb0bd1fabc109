"""Switches of SGLang's own tests, in the environment of a server."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sglang_envctl.rules import Finding
from tests.tables import table

Judge = Callable[..., tuple[Finding, ...]]


@table(
    ("lines", "expected"),
    [
        ("SGLANG_IS_IN_CI=true", [("SGLANG_IS_IN_CI", "info")]),
        ("SGLANG_TEST_RETRACT=1", [("SGLANG_TEST_RETRACT", "info")]),
        ("SGLANG_TEST_STUCK_TOKENIZER=5", [("SGLANG_TEST_STUCK_TOKENIZER", "info")]),
        ("SGLANG_DEBUG_POISON_POOL=1", [("SGLANG_DEBUG_POISON_POOL", "info")]),
        (
            "SGLANG_DEBUG_HISPARSE_SKIP_IO=1",
            [("SGLANG_DEBUG_HISPARSE_SKIP_IO", "warning")],
        ),
        # A machine of SGLang's own: its other switches are where they belong.
        ("SGLANG_IS_IN_CI=1 SGLANG_TEST_RETRACT=1", [("SGLANG_IS_IN_CI", "info")]),
        ("SGLANG_IS_IN_CI=0", []),
        ("SGLANG_TEST_RETRACT=false", []),
        ("SGLANG_TEST_STUCK_TOKENIZER=0", []),
        ("CI=true SGLANG_IS_IN_CI=1", []),
        ("SGLANG_CACHE_DIT_ENABLED=true", []),
    ],
)
def test_what_is_on_is_told(lines: str, expected: list[tuple[str, str]], judge: Judge) -> None:
    found = judge(lines.replace(" ", "\n"), "test-only")
    assert [(f.name, f.severity) for f in found] == expected


@pytest.mark.parametrize(("release", "told"), [("0.5.6", True), ("0.5.7", False)])
def test_only_where_the_release_reads_it(release: str, told: bool, judge: Judge) -> None:
    found = judge("SGLANG_CI_SMALL_KV_SIZE=1024", "test-only", release=release)
    assert bool(found) is told
