"""What a value begins and ends with."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sglang_envctl.rules import Finding

Judge = Callable[..., tuple[Finding, ...]]


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
    found = judge(text, "token-line-end")
    assert [f.severity for f in found] == severities
    assert not any("abc123" in f.message + f.help for f in found)
