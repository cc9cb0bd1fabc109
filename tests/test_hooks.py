"""The hooks for pre-commit: they run what they say, on files that are environments."""

from __future__ import annotations

import os
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


@pytest.mark.real
@pytest.mark.slow
@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="pre-commit installs from a repository")
def test_the_real_pre_commit_runs_a_hook_of_this_checkout(tmp_path: Path, write: Write) -> None:
    program = need("pre-commit")
    write("a.env", BAD)
    subprocess.run(["git", "init", "-q", "."], check=True)
    subprocess.run(["git", "add", "a.env"], check=True)
    ended = subprocess.run(
        [program, "try-repo", ROOT, "envctl-check", "--files", "a.env"],
        env={**os.environ, "PRE_COMMIT_HOME": str(tmp_path / "home")},
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )

    assert ended.returncode == 1, ended.stdout
    assert "a.env:1: error misread USE_FLAGGEMS" in ended.stdout


def test_the_package_can_be_run_by_its_own_name() -> None:
    """uvx and pipx run look for a script with the name of the package."""
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    scripts = dict(re.findall(r'^([\w-]+) = "(\S+:main)"', text, re.MULTILINE))

    assert scripts["sglang-envctl"] == scripts["envctl"] == "sglang_envctl.__main__:main"
