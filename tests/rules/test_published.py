"""Environments that SGLang's own images, docs, tests and CI set give no error and no warning."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sglang_envctl.rules import Finding
from tests.tables import table

Judge = Callable[..., tuple[Finding, ...]]
TABLE = Path(__file__).parents[1] / "data" / "published-environments.txt"
ROWS = [
    tuple(line.split(" | ", 2))
    for line in TABLE.read_text("utf-8").splitlines()
    if line and not line.startswith("#")
]


@table(("release", "where", "assignments"), ROWS)
def test_environment_that_sglang_itself_sets(
    release: str, where: str, assignments: str, judge: Judge
) -> None:
    found = judge(assignments.replace(" ", "\n"), release=release)
    assert [f for f in found if f.severity != "info"] == [], where
