"""Reading justfiles; the expectations are what just 1.x gives its recipes."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from sglang_envctl.environment import Layer
from sglang_envctl.sources import just
from sglang_envctl.sources.context import Context
from tests.consumers import need
from tests.harness import Write, run
from tests.tables import table

UNKNOWN = "<computed when it runs>"


def justfile(text: str) -> Layer:
    (layer,) = just.layers("justfile", text.encode(), Context())
    return layer


def environment(layer: Layer) -> dict[str, str]:
    return {a.name: a.text for a in layer.assignments}


# Lines, and what a recipe gets.
LINES: dict[str, dict[str, str]] = {
    'export A := "1"': {"A": "1"},
    "export A := 'a\\n'": {"A": "a\\n"},
    r'export A := "a\tb\\\""': {"A": 'a\tb\\"'},
    r'export A := "\u{41}"': {"A": "A"},
    'R := "/d"\nexport A := R': {"A": "/d"},
    'R := "/d"\nexport A := R + "/x" + \'y\'': {"A": "/d/xy"},
    'export A := R\nR := "1"': {"A": "1"},
    'set export\nA := "1"': {"A": "1"},
    'set export := true\nA := "1"': {"A": "1"},
    'set export := false\nA := "1"': {},
    'A := "1"': {},
    'export A := "a#b" # c': {"A": "a#b"},
    'export A := ""': {"A": ""},
    'export A := "$HOME"': {"A": "$HOME"},
    '[private]\nexport A := "1"': {"A": "1"},
    'export A := env("HOME")': {"A": UNKNOWN},
    "export A := `echo 1`": {"A": UNKNOWN},
    'export A := "a" / "b"': {"A": UNKNOWN},
    "export A := 'x\ny'\nexport B := \"2\"": {"A": UNKNOWN, "B": "2"},
    'export A := """\n  x\n"""\nexport B := "2"': {"A": UNKNOWN, "B": "2"},
    "export A := x'~/a'": {"A": UNKNOWN},
}


@table("text", LINES)
def test_exports(text: str) -> None:
    assert environment(justfile(f"{text}\n\nall:\n    @true\n")) == LINES[text]


@pytest.mark.real
@pytest.mark.parametrize("text", [t for t, e in LINES.items() if UNKNOWN not in e.values()])
def test_just_agrees(text: str, tmp_path: Path) -> None:
    program = need("just")
    file = tmp_path / "justfile"
    file.write_text(f"{text}\n\nall:\n    @/usr/bin/env -0\n", encoding="utf-8")
    done = subprocess.run(
        [program, "-f", str(file), "all"],
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        check=True,
    )
    got = dict(entry.split("=", 1) for entry in done.stdout.decode().split("\0") if "=" in entry)
    assert {name: got[name] for name in ("A", "B") if name in got} == LINES[text]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("set dotenv-load", 1),
        ("set dotenv-load := false", 0),
        ("import 'x.just'", 1),
        ("serve:\n    SGLANG_USE_AITER=1 python -m sglang.launch_server", 2),
        ("serve:\n    echo", 0),
    ],
)
def test_what_is_not_read_is_named(text: str, line: int) -> None:
    found = justfile(f"{text}\n").notes
    assert [(n.origin.line, n.rule) for n in found] == [(line, "not-followed")] * bool(line)


def test_variables_that_need_each_other() -> None:
    assert environment(justfile("export A := B\nB := A\n")) == {"A": UNKNOWN}


@pytest.mark.parametrize("path", ["justfile", "a/Justfile", ".justfile", "x.just"])
def test_matches(path: str) -> None:
    assert just.matches(path, b"")


def test_findings(write: Write) -> None:
    write("justfile", 'export SGLANG_ENABLE_JIT_DEEPGEM := "1"\n')
    assert run("check", "-q", "justfile").out.startswith("justfile:1: ")
