"""Texts that other software is given."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sglang_envctl.rules import Finding
from sglang_envctl.rules.neighbors import RULES

Judge = Callable[..., tuple[Finding, ...]]
SLUGS = tuple(rule.slug for rule in RULES)


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
    ("text", "severities"),
    [
        ('MY_API_KEY="abc123\\n"', ["warning"]),
        ('MY_API_KEY="abc123\\r\\n"', ["warning"]),
        ('HF_TOKEN="hf_abc123\\n"', ["info"]),
        ('MY_API_KEY="abc123"', []),
        ('NOTE="abc123\\n"', []),
        ('MY_PRIVATE_KEY="one\\ntwo\\n"', []),
        ('MY_API_KEY=""', []),
    ],
)
def test_token(text: str, severities: list[str], judge: Judge) -> None:
    found = judge(text, *SLUGS)
    assert [f.severity for f in found] == severities
    assert not any("abc123" in f.message + f.help for f in found)
