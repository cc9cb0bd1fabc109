"""A command imports what it needs and nothing else, since that is most of what it costs."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.harness import Write, surroundings

PROGRAM = """
import sys
from sglang_envctl.cli import main
try:
    main()
finally:
    print("\\n".join(sys.modules), file=sys.stderr)
"""
HEAVY = {
    "rich",
    "pydantic",
    "json",
    "importlib.metadata",
    "difflib",
    "yaml",
    "tomllib",
    "hmac",
    "asyncio",
    "typer.rich_utils",
    "tree_sitter",
    "shlex",
    "sglang_envctl.rules.manifests",
    "sglang_envctl.rules.proxies",
    "sglang_envctl.sources.shell",
    "sglang_envctl.sources.dotenv.dialects.docker",
}
COMMANDS = {"show", "explain", "check", "diff", "export", "audit"}


def imported(*args: str) -> set[str]:
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM, *args],
        env=surroundings(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode in (0, 1)
    return set(ended.stderr.splitlines())


def by_typer() -> set[str]:
    """What the smallest Typer program imports already."""
    program = "import sys, typer; print('\\n'.join(sys.modules))"
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    return set(ended.stdout.splitlines())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("line", "needed"),
    [
        ("check x.env", set()),
        ("check x.env --format json", {"json"}),
        ("show -e x.env", set()),
        ("show -e x.env --format csv", set()),
        ("diff x.env defaults", set()),
        ("export -e x.env", set()),
        ("explain crashes", set()),
        ("audit x.py", set()),
        ("audit x.py --format json", {"json"}),
    ],
)
def test_nothing_heavy_is_imported(write: Write, line: str, needed: set[str]) -> None:
    write("x.env", "SGLANG_CACHE_DIT_ENABLED=true\nSGLANG_CACHE_DIT_FN=2\nAPP=${HOME}\n")
    write("x.py", "import os\nos.getenv('A')\n")
    modules = imported(*line.split())
    command = line.split(maxsplit=1)[0]

    assert needed == (modules - by_typer()) & HEAVY
    assert {command} == {m for m in COMMANDS if f"sglang_envctl.cli.{m}" in modules}


def test_a_rule_that_fires_needs_nothing_heavy_either(write: Write) -> None:
    write("x.env", "SGLANG_CACHE_DIT_ENABLED=true\nSGLANG_CACHE_DIT_FN=one\nA='b\n")

    assert not (imported("check", "x.env") - by_typer()) & HEAVY


@pytest.mark.slow
def test_python_starts_no_other_process_and_typer_no_pydantic(write: Write) -> None:
    write("x.env", "A=1\n")

    assert "pydantic" not in imported("check", "x.env")
    assert "pydantic" not in imported("--help")
    assert "rich" not in imported("--help")
