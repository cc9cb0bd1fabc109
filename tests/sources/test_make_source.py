"""Reading Makefiles, compared with GNU make."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from sglang_envctl.environment import Layer
from sglang_envctl.sources import make
from sglang_envctl.sources.context import Context
from sglang_envctl.sources.load import read_one
from tests.consumers import need
from tests.harness import Write, run
from tests.tables import table

OUTER = {"OUT": "o"}
CONTEXT = Context(process=OUTER)
UNKNOWN = "<computed when it runs>"


def makefile(text: str) -> Layer:
    (layer,) = make.layers("Makefile", text.encode(), CONTEXT)
    return layer


def environment(layer: Layer) -> dict[str, str]:
    return {a.name: a.text for a in layer.assignments}


# Lines, and what the commands of a rule get.
LINES: dict[str, dict[str, str]] = {
    "export A = 1": {"A": "1"},
    "export A := 1": {"A": "1"},
    "export A ::= 1": {"A": "1"},
    "  export  A  =  1": {"A": "1"},
    "A=1\nexport A": {"A": "1"},
    "A=1\nB=2\nexport A B": {"A": "1", "B": "2"},
    "A=1": {},
    "export\nA=1\nB=2": {"A": "1", "B": "2"},
    "export\nA=1\nunexport A": {},
    "export A = 1   # c": {"A": "1   "},
    "export A = 1  ": {"A": "1  "},
    "export A = a\\#b": {"A": "a#b"},
    "export A = a$$b": {"A": "a$b"},
    'export A = "x y"': {"A": '"x y"'},
    "R=/d\nexport A=$(R)/x": {"A": "/d/x"},
    "R=1\nexport A=${R}$R": {"A": "11"},
    "export A = $(R)\nR=1": {"A": "1"},
    "R=$$x\nexport A := $(R)": {"A": "$x"},
    "export A ?= 1": {"A": "1"},
    "export OUT ?= 1": {"OUT": "o"},
    "OUT=2": {"OUT": "2"},
    "OUT += 2": {"OUT": "o 2"},
    "export A = 1\nA += 2": {"A": "1 2"},
    "export A=1 B=2": {"A": "1 B=2"},
    "export A = x \\\n   y": {"A": "x y"},
    "override export A = 1": {"A": "1"},
    "A=1\nexport A\nA=2": {"A": "2"},
    "ifdef OUT\nexport A=1\nendif": {"A": "1"},
    "ifdef OUT\n\texport A=1\nendif": {"A": "1"},
    "export A =": {"A": ""},
    "export A = http://h:1/": {"A": "http://h:1/"},
    "export A = $(shell echo 1)": {"A": UNKNOWN},
    "export A != echo 1": {"A": UNKNOWN},
    "export A = $(subst a,b,aa)": {"A": UNKNOWN},
    "export A = x$(NONE)": {"A": UNKNOWN},
    "B=OUT\nexport A = $($(B))": {"A": UNKNOWN},
    "ifdef X\nexport A=1\nelse\nexport A=2\nendif": {"A": "<set under a condition (line 4)>"},
}


@table("text", LINES)
def test_exports(text: str) -> None:
    assert environment(makefile(f"{text}\nall:\n\t@true\n")) == LINES[text]


@pytest.mark.real
@pytest.mark.parametrize(
    "text", [t for t, e in LINES.items() if not any("<" in v for v in e.values())]
)
def test_make_agrees(text: str, tmp_path: Path) -> None:
    (tmp_path / "Makefile").write_text(f"{text}\nall:\n\t@/usr/bin/env -0\n", encoding="utf-8")
    done = subprocess.run(
        [need("make"), "-s", "-C", str(tmp_path), "all"],
        env={"PATH": os.environ["PATH"], **OUTER},
        capture_output=True,
        check=True,
    )
    got = dict(entry.split("=", 1) for entry in done.stdout.decode().split("\0") if "=" in entry)
    expected = {**OUTER, **LINES[text]}
    assert {name: got[name] for name in ("A", "B", "OUT") if name in got} == expected


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("x:\n\tA=1 python -m x", 2),
        ("x:\n\techo", 0),
        ("all: export A = 1", 1),
        ("define A\nexport B=1\nendef", 1),
        ("export $(shell cat .env)", 1),
        ("include none.mk", 1),
    ],
)
def test_what_is_not_read_is_named(text: str, line: int) -> None:
    found = makefile(f"{text}\n")
    assert [(n.origin.line, n.rule) for n in found.notes] == [(line, "not-followed")] * bool(line)
    assert environment(found) == {}


def test_included_file(write: Write) -> None:
    write(".env", "A=1\n")
    write("Makefile", "include .env\nexport\nB=2\n")
    found = read_one("Makefile", CONTEXT)
    assert [f"{a.origin} {a.name}={a.raw}" for a in found.assignments] == [
        ".env:1 A=1",
        "Makefile:3 B=2",
    ]
    write("Makefile", "include Makefile\nexport A=1\n")
    assert environment(read_one("Makefile", CONTEXT)) == {"A": "1"}


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    [
        "".join(f"A{i} = $(A{i + 1})$(A{i + 1})\n" for i in range(60)) + "A60=x\nexport",
        "A=$(A)\nexport",
    ],
    ids=["doubling", "itself"],
)
def test_work_is_bounded(text: str) -> None:
    assert makefile(text).assignments[0].unknown


@pytest.mark.parametrize(
    ("path", "matches"),
    [
        ("Makefile", True),
        ("a/makefile", True),
        ("GNUmakefile", True),
        ("x.mk", True),
        ("make", False),
    ],
)
def test_matches(path: str, matches: bool) -> None:
    assert make.matches(path, b"") is matches


def test_findings(write: Write) -> None:
    write("Makefile", "# c\nexport SGLANG_ENABLE_JIT_DEEPGEM := 1\n")
    assert run("check", "-q", "Makefile").out.startswith("Makefile:2: ")
