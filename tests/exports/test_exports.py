"""Every format is tested, refuses what none can carry, and is valid without any assignments."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import sglang_envctl.exports
from sglang_envctl.exports import FORMATS, documents, refusals
from tests.exports.values import assignments, carried, exported
from tests.tables import table

ASSIGNING = [form for form in FORMATS if not documents(form)]
NOTHING = {
    "docker-args": "",
    "compose": "services:sglang:environment:{}",
    "kubernetes": 'apiVersion: v1kind: ConfigMapmetadata:name: "sglang"data:{}',
    "json": '{"schema": 1,"release": "0.5.23","settings": []}',
    "yaml": "{}",
}
"""What a format writes for no assignments, if that is more than comments."""
HERE = Path(__file__).parent
MODULES = Path(sglang_envctl.exports.__file__).parent


def stems(folder: Path, pattern: str) -> set[str]:
    return {path.stem.removeprefix("test_") for path in folder.glob(pattern)}


def test_a_format_is_a_module_and_its_test() -> None:
    modules = stems(MODULES, "*.py") - {"__init__", "payload", "shellwords", "wanted"}
    assert {form.replace("-", "_") for form in FORMATS} == modules
    assert modules <= stems(HERE, "test_*.py")


@table("form", FORMATS)
def test_what_every_format_is_tested_for(form: str) -> None:
    text = (HERE / f"test_{form.replace('-', '_')}.py").read_text("utf-8")
    assert re.search(r"^def test_\w+_(is|are)_read_back", text, re.MULTILINE)


TOO_LONG = "Linux limits a variable to 131,071 bytes"


@table("form", [form for form in ASSIGNING if form != "json"])
@table("letter", ["x", "é"])
def test_no_format_carries_what_no_program_can_be_started_with(form: str, letter: str) -> None:
    room = 131_071 - len("V0=")
    fits = letter * (room // len(letter.encode()))

    if form == "docker":
        return  # its lines are shorter
    assert TOO_LONG not in refusals(assignments([fits]), form).values()
    assert refusals(assignments([fits + letter]), form) == {"V0": TOO_LONG}


@table("form", [form for form in ASSIGNING if form != "json"])
@table(
    ("raw", "why"),
    [
        ("x\0y", "the value contains a NUL character"),
        ("x\ud800", "the value (contains half of a surrogate pair|is not UTF-8)"),
    ],
)
def test_no_format_carries_what_no_environment_can_contain(form: str, raw: str, why: str) -> None:
    refused = refusals(assignments([raw, "fine"]), form)
    assert list(refused) == ["V0"]
    assert re.fullmatch(why, refused["V0"])


@table("form", FORMATS)
def test_no_assignments_give_output_that_sets_nothing(form: str) -> None:
    lines = exported(form, []).decode().splitlines()
    text = "".join(line.strip() for line in lines if not line.startswith("#"))
    assert text == NOTHING.get(form, "")


@pytest.mark.slow
@table("form", FORMATS)
def test_refusing_takes_linear_time(form: str) -> None:
    hostile = ["${" * 60_000, "${a:" * 30_000, "${a:-" * 25_000, " " * 120_000 + "\\"]
    refusals(assignments(hostile), form)
    exported(form, carried(form, hostile))
