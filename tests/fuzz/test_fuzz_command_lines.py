"""Any command line and any environment: a documented exit code, no fault, and nothing written."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sglang_envctl.cli import ALIASES, COMMANDS
from sglang_envctl.registry import load
from tests.fuzz.conftest import Tally, explored
from tests.harness import PERSON, SGR, Write, run

pytestmark = pytest.mark.slow

# Neither writes anything, and `run` starts nothing that exists.
TRIED = sorted({*COMMANDS, *ALIASES} - {"run", "snapshot", "export"})
WORDS = st.sampled_from([
    "-e", "x.env", "x.env#a", "x.env#", "none.env", "-", "--", "process", "pid:0", "pid:x",
    "sglang", "defaults", "release:1", "release:", "--format", "json", "csv", "sarif", "github",
    "--set", "--all", "--raw", "--select", "--ignore", "--section", "--owner", "--search",
    "--sglang", "0.5.23", "v0.5.99", "--registry", "--dialects", "dotenv,node", "--as", "shell",
    "--inherit", "--by", "role", "--group", "a=*", "--only", "unread", "-q", "--strict",
    "--statistics", "*", "[", "SGLANG_*", "::e::x",
    "x" * 5000, "", "\x1b[31m", "\udce9",
])  # fmt: skip
NAMES = st.sampled_from([variable.name for variable in load().variables]) | st.text(
    st.characters(exclude_characters="=\0", codec="utf-8"), min_size=1, max_size=12
)
VALUES = st.sampled_from(
    [
        "",
        "1",
        "true",
        "-1",
        "1e400",
        "nan",
        "\u0663",
        "a=b|c;d",
        "/srv",
        "https://u:p@h",
        "\x1b[2J",
        "\udce9",
    ]
) | st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=20)


@pytest.mark.parametrize("command", TRIED)
def test_no_command_line_is_a_fault(write: Write, command: str, budget: int, tally: Tally) -> None:
    write("x.env", "SGLANG_CACHE_DIT_FN=2\nAPP='x y'\n")

    @explored(budget)
    @given(st.lists(WORDS | st.text(max_size=8), max_size=6))
    def explore(words: list[str]) -> None:
        with tally.one("command lines"):
            kept = [
                word
                for word in words
                if not word.startswith(("-o", "--out", "--fix", "--up", "--base"))
            ]
            assert run(command, *kept).code in (0, 1, 2, 3)

    explore()
    assert os.listdir() == ["x.env"]


@pytest.mark.parametrize(
    "line", ["show", "show --format json", "check", "diff process defaults", "export -q"]
)
@pytest.mark.parametrize("person", [{}, {**PERSON, "COLUMNS": "60"}])
def test_no_environment_is_a_fault(
    line: str, person: dict[str, str], budget: int, tally: Tally, tmp_path: Path
) -> None:
    os.chdir(tmp_path)

    @explored(budget)
    @given(st.dictionaries(NAMES, VALUES, max_size=8))
    def explore(env: dict[str, str]) -> None:
        env = {
            n: v
            for n, v in env.items()
            if not n.startswith(("ENVCTL_", "COLUMNS", "LINES", "PYTHON"))
        }
        with tally.one("environments"):
            result = run(*line.split(), env={**env, **person})
            assert result.code in (0, 1, 3)
            shown = SGR.sub("", result.out) if person else result.out
            assert "export" in line or "\x1b" not in shown

    explore()
