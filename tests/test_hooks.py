"""The hooks for pre-commit: they run what they say, on files that are environments."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.consumers import need
from tests.harness import ROOT, Write, run

HOOKS: list[dict[str, Any]] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
BAD = "USE_FLAGGEMS=on\n"


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: str(hook["id"]))
def test_a_hook_runs_a_check_that_fails_for_errors(hook: dict[str, Any], write: Write) -> None:
    file = write("a.env", f"{BAD}SGLANG_CACHE_DIT_ENABLED=true\nSGLANG_CACHE_DIT_FN=one\n")
    program, *args = hook["entry"].split()
    result = run(*args, "a.env")

    assert program == "envctl"
    assert result.code == 1
    assert (BAD in file.read_text("utf-8")) is (hook["id"] == "envctl-check")


@pytest.mark.parametrize(
    ("path", "meant"),
    [
        (".env", True),
        ("env", True),
        ("deploy/.env.prod", True),
        ("deploy/prod.env", True),
        ("environment.py", False),
        ("env/readme.md", False),
    ],
)
def test_hooks_look_at_environment_files(path: str, meant: bool) -> None:
    assert {bool(re.search(hook["files"], path)) for hook in HOOKS} == {meant}


@pytest.mark.real
@pytest.mark.slow
def test_the_real_pre_commit_takes_the_hooks(tmp_path: Path) -> None:
    program = need("pre-commit")
    subprocess.run([program, "validate-manifest", ROOT / ".pre-commit-hooks.yaml"], check=True)
