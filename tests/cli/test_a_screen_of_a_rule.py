"""However wrong a file is, a rule shows at most a screen of it and counts the rest."""

from __future__ import annotations

import pytest

from tests.harness import Write, run

LINES = 300
FILES = {
    "x.env": ("", "SGLANG_NOPE_{}=1"),
    "x.sh": ("", "export A={}"),
    "y.sh": ("", "source missing{}.sh"),
    "z.sh": ("#!/bin/sh", "export A{}=$'x'"),
    "pod.yaml": (
        "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n  - name: c\n    env:",
        "    - {{name: A{0}, value: {0}}}",
    ),
    "compose.yaml": ("services:\n  s:\n    environment:", "    - SGLANG_X{0}: {0}"),
    "ci.yml": ("jobs:", "  j{}:\n    env: {{SGLANG_NOPE: '1'}}"),
    "x.service": ("[Service]", "Environment=A{}=1 B"),
    "x.container": ("[Container]", "Environment=A{}=1 B"),
    "Dockerfile": ("FROM x", "ENV A{} = 1"),
    "x.fish": ("", "source a{}.fish"),
    "x.ps1": ("", ". a{}.ps1"),
    "Makefile": ("export A=1", "include a{}.mk"),
    "justfile": ("", "import 'a{}.just'"),
    "x.py": ("import os\nos.environ['A'] = '1'", "os.environ.update(f{}())"),
    ".envrc": ("export A=1", "source_env a{}"),
}


@pytest.mark.parametrize("name", FILES)
def test_the_rest_is_counted(write: Write, name: str) -> None:
    first, line = FILES[name]
    write(name, "\n".join([first, *map(line.format, range(LINES))]) + "\n")
    shown = run("check", name).out.splitlines()

    assert len(shown) <= 25
    assert any("more" in each for each in shown)
