"""Environments such as the deployment guides write give no error and no warning."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sglang_envctl.rules import Finding
from tests.tables import table

Judge = Callable[..., tuple[Finding, ...]]
GUIDES = Path(__file__).parents[1] / "data" / "guides"
# By the release that each is written for.
WRITTEN_FOR = {
    "amd-one-node": "0.5.23",
    "ascend-decode": "0.5.10",
    "ascend-mixed": "0.5.10",
    "ascend-prefill": "0.5.10",
    "lws-prefill-leader": "0.5.5",
    "nvlink-decode": "0.5.5",
    "pd-mooncake": "0.5.23",
    "rbg-decode": "0.5.6",
    "slurm-two-nodes": "0.5.23",
}


def test_every_guide_has_its_release() -> None:
    assert {path.stem for path in GUIDES.iterdir()} == WRITTEN_FOR.keys()


@table(("name", "release"), WRITTEN_FOR.items())
def test_guide(name: str, release: str, judge: Judge) -> None:
    text = (GUIDES / f"{name}.env").read_text(encoding="utf-8")
    found = judge(text, release=release)
    assert [(f.rule, f.name, f.message) for f in found if f.severity != "info"] == []
