"""The README shows what the program prints."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
BLOCK = re.compile(r"```console\n\$ (envctl [^\n]*)\n(.*?)```", re.DOTALL)


def _run(command: str) -> str:
    environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "PYTHONPATH": str(ROOT)}
    run = subprocess.run(
        [sys.executable, "-m", "sglang_envctl", *shlex.split(command)[1:]],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return re.sub(r"#[0-9a-f]{6}\b", "#3fa9c1", run.stdout + run.stderr)


def test_examples_print_what_the_readme_shows(regen: bool) -> None:
    text = README.read_text(encoding="utf-8")
    shown = BLOCK.findall(text)
    printed = [(command, _run(command)) for command, _ in shown]
    if regen:
        outputs = dict(printed)
        new = BLOCK.sub(lambda m: f"```console\n$ {m[1]}\n{outputs[m[1]]}```", text)
        README.write_text(new, encoding="utf-8")
        pytest.skip("README rewritten")

    assert shown == printed


@pytest.mark.parametrize("command", ["show", "explain", "check", "diff", "export", "audit"])
def test_every_command_has_an_example(command: str) -> None:
    commands = {block[0].split()[1] for block in BLOCK.findall(README.read_text(encoding="utf-8"))}

    assert command in commands
