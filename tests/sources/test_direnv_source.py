"""Reading a .envrc of direnv."""

from __future__ import annotations

import pytest

from sglang_envctl.sources import direnv
from sglang_envctl.sources.context import Context
from sglang_envctl.sources.load import read_one
from tests.harness import Write

TEXT = """# shellcheck shell=bash
source_up
use flake . --impure
export HF_HOME="$PWD/cache"
export SGLANG_USE_AITER=1
LOCAL=1
layout python3
PATH_add bin
dotenv_if_exists .env.local
"""


def test_exports_of_the_script(write: Write) -> None:
    write(".envrc", TEXT)
    found = read_one(".envrc", Context())
    assert found.kind == "direnv"
    assert [(a.origin.line, a.name) for a in found.assignments] == [
        (4, "HF_HOME"),
        (5, "SGLANG_USE_AITER"),
    ]
    assert [(n.origin.line, n.rule, n.facts["reason"]) for n in found.notes] == [
        (line, "not-followed", f"direnv's {name} may set more")
        for line, name in ((2, "source_up"), (3, "use"), (7, "layout"), (9, "dotenv_if_exists"))
    ]
    assert found.unseen


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("dotenv=1\n", 0),
        ("echo dotenv\n", 0),
        ("  dotenv\n", 1),
        ("# use nix\n", 0),
        ("user=1\n", 0),
        ("[ -f x ] && source_env x\n", 1),
        ("echo # ; use nix\n", 0),
    ],
)
def test_functions_of_direnv(text: str, count: int) -> None:
    (found,) = direnv.layers(".envrc", text.encode(), Context())
    assert len(found.notes) == count


@pytest.mark.parametrize(
    ("path", "head", "matches"),
    [
        (".envrc", "", True),
        ("a/.envrc.local", "", True),
        ("", "#!/usr/bin/env bash\nlayout python\n", True),
        ("", "#!/bin/bash\nexport A=1\n", False),
        (".env", "", False),
        ("x.envrc", "", False),
    ],
)
def test_matches(path: str, head: str, matches: bool) -> None:
    assert direnv.matches(path, head.encode()) is matches
