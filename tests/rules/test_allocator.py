"""Two names of one setting of PyTorch."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sglang_envctl.rules import Finding

Judge = Callable[..., tuple[Finding, ...]]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("PYTORCH_CUDA_ALLOC_CONF=a:1 PYTORCH_ALLOC_CONF=a:2", ["PYTORCH_CUDA_ALLOC_CONF"]),
        ("PYTORCH_HIP_ALLOC_CONF=a:1 PYTORCH_ALLOC_CONF=a:2", ["PYTORCH_HIP_ALLOC_CONF"]),
        ("PYTORCH_CUDA_ALLOC_CONF=a:1 PYTORCH_ALLOC_CONF=a:1", []),
        ("PYTORCH_CUDA_ALLOC_CONF=a:1,b:2 PYTORCH_ALLOC_CONF=b:2,a:1", []),
        ("PYTORCH_CUDA_ALLOC_CONF=a:1 PYTORCH_ALLOC_CONF=", []),
        ("PYTORCH_CUDA_ALLOC_CONF=a:1 PYTORCH_NPU_ALLOC_CONF=b:2", []),
        ("PYTORCH_CUDA_ALLOC_CONF=a:1 PYTORCH_HIP_ALLOC_CONF=a:2", []),
    ],
)
def test_allocator(lines: str, expected: list[str], judge: Judge) -> None:
    found = judge(lines.replace(" ", "\n"), "allocator-names")
    assert [f.name for f in found] == expected


@pytest.mark.parametrize(
    ("lines", "release", "told"),
    [
        ("PYTORCH_ALLOC_CONF=expandable_segments:True", "0.5.5.post3", "does not read this name"),
        ("PYTORCH_ALLOC_CONF=max_split_size_mb:512", "0.5.5", "does not read this name"),
        ("PYTORCH_ALLOC_CONF=expandable_segments:True", "0.5.6", "ignores expandable_segments"),
        ("PYTORCH_ALLOC_CONF=expandable_segments:True", "0.5.10.post1", "ignores expandable"),
        ("PYTORCH_ALLOC_CONF=max_split_size_mb:512", "0.5.6", ""),
        ("PYTORCH_ALLOC_CONF=expandable_segments:True", "0.5.11", ""),
        ("PYTORCH_ALLOC_CONF=a:1 PYTORCH_CUDA_ALLOC_CONF=a:1", "0.5.5", ""),
    ],
)
def test_new_name_with_the_pytorch_that_a_release_pins(
    lines: str, release: str, told: str, judge: Judge
) -> None:
    found = judge(lines.replace(" ", "\n"), "allocator-names", release=release)
    assert [(f.severity, told in f.message) for f in found] == [("warning", True)] * bool(told)
