"""Text with NUL between its entries, as /proc/PID/environ has it."""

from __future__ import annotations

import pytest

from sglang_envctl.sources import environ
from sglang_envctl.sources.context import Context
from tests.harness import Write, run


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"A=1\0B=x=y\0", {"A": "1", "B": "x=y"}),
        (b"A=1\nC=2\0B=\0", {"A": "1\nC=2", "B": ""}),
        (b"A=1\0A=2\0", {"A": "1"}),
        (b"A=1\0broken\0=x\0B=2", {"A": "1", "B": "2"}),
        (b"A=\xff\0B=1\0", {"A": "\udcff", "B": "1"}),
    ],
)
def test_entries(data: bytes, expected: dict[str, str]) -> None:
    (layer,) = environ.layers("environ", data, Context())

    assert {a.name: a.raw for a in layer.assignments} == expected


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"A=1\0B=2\0", True),
        (b"A=1\0B=2\0CUT", True),
        (b"A=1\0", True),
        (b"A=1\n", False),
        (b"A\0=\0001\0", False),
        (b"\x7fELF\0\0=", False),
        (b"", False),
    ],
)
def test_what_looks_like_one(data: bytes, found: bool) -> None:
    assert environ.matches("x", data) is found


@pytest.mark.parametrize("name", ["environ", "-"])
def test_a_file_and_standard_input_are_read(name: str, write: Write) -> None:
    data = b"PATH=/bin\0SGLANG_ENABLE_JIT_DEEPGEM=1\0MY_OWN=1\0"
    write("environ", data)
    result = run("check", name, "--sglang", "0.5.20", stdin=data)

    assert result.code == 1
    assert "error unknown-variable SGLANG_ENABLE_JIT_DEEPGEM" in result.out
    assert result.err.endswith("(1 variable checked against SGLang 0.5.20, as requested)\n")
