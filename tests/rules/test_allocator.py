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
