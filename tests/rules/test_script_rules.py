"""What is said about shell scripts."""

from __future__ import annotations

from collections.abc import Callable

from sglang_envctl.rules import Finding
from tests.tables import table

Judge = Callable[..., tuple[Finding, ...]]
ON, START = "SGLANG_CACHE_DIT_ENABLED=true", "python -m sglang.launch_server"

CASES = {
    "exported": (f"export {ON}\n{START}\n", []),
    "for one command": (f"{ON} {START}\n", []),
    "not exported": (f"{ON}\n{START}\n", ["1 warning not-exported SGLANG_CACHE_DIT_ENABLED"]),
    "not exported, and not documented": (
        f"SGLANG_LOG_GC=1\n{START}\n",
        ["1 warning not-exported SGLANG_LOG_GC"],
    ),
    "a name of its own": (f"SGLANG_DIR=/x\n{START}\n", []),
    "one of other software": (f"PYTHONUNBUFFERED=1\n{START}\n", []),
    "not exported, but used": (f"{ON}\n{START} $SGLANG_CACHE_DIT_ENABLED\n", []),
    "nothing that SGLang knows": (f"PORT=1\n{START}\n", []),
    "not handed to the container": (
        f"export {ON}\ndocker run image {START}\n",
        ["1 warning not-exported SGLANG_CACHE_DIT_ENABLED"],
    ),
    "not known": (f"export SGLANG_CACHE_DIT_ENABLED=$(x)\n{START}\n", []),
    "a bad value": (
        f"export SGLANG_USE_MLX=on\n{START}\n",
        ["1 error defaulted SGLANG_USE_MLX"],
    ),
    "a file that is not there": (f". no-such-file\n{START}\n", ["1 info not-followed "]),
    "silenced": (f"{ON} # envctl: ignore[not-exported]\n{START}\n", []),
    "a carriage return": (
        f"export {ON}\r\n{START}\r\n",
        ["1 error carriage-returns ", "1 info readers-disagree SGLANG_CACHE_DIT_ENABLED"],
    ),
}


@table(("text", "expected"), CASES.values(), ids=CASES)
def test_findings(judge: Judge, text: str, expected: list[str]) -> None:
    found = judge(text, kind="shell")

    assert expected == [f"{f.origin.line} {f.severity} {f.rule} {f.name}" for f in found]
