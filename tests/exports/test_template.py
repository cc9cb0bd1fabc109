"""A template sets nothing; once uncommented, every line sets a valid value."""

from __future__ import annotations

import re

import pytest
from dotenv import dotenv_values

from sglang_envctl.exports import render
from sglang_envctl.exports.payload import Snapshot
from sglang_envctl.registry import load
from tests.consumers import SHELLS, by_systemd, sourced
from tests.harness import Write, run

pytestmark = pytest.mark.real

HOSTILE = """
[[variable]]
name = "ACME_KEY"
type = "text"
summary = "One\\nB=2 \\u001b[31m two"
default = "x\\nC=3"
example = "y\\nD=4"
secret = true

[[variable]]
name = "ACME_PATH"
type = "text"
summary = "A path"
example = "it's \\\\ a # b"
"""


@pytest.fixture(scope="module")
def whole() -> str:
    return render(Snapshot((), "0.5.23", variables=load().variables), "template")


def out(*args: str) -> str:
    return run("export", "-q", "--format", "template", *args).out


def uncommented(text: str) -> str:
    return re.sub(r"^#(?=\w+=)", "", text, flags=re.MULTILINE)


def test_nothing_is_set(whole: str, write: Write) -> None:
    file = write("example.env", whole)
    assert dotenv_values(file) == {}
    assert by_systemd(whole.encode()) == {}
    assert run("check", "example.env", "-q") == (0, "", "")


@pytest.mark.parametrize("shell", SHELLS)
def test_shells_find_nothing_either(shell: str, whole: str) -> None:
    read, before = sourced(shell, whole.encode()), sourced(shell, b"")
    assert read.keys() == before.keys()


def test_variables_are_read_back_once_they_are_uncommented(whole: str, write: Write) -> None:
    file = write("example.env", uncommented(whole))
    read = dotenv_values(file)
    assert list(read) == [variable.name for variable in load().variables]
    assert all(not read[variable.name] for variable in load().variables if variable.secret)


def test_no_value_is_wrong_once_it_is_uncommented(whole: str, write: Write) -> None:
    lines = [line for line in uncommented(whole).splitlines() if re.match(r"\w+=.", line)]
    write("example.env", "".join(f"{line}\n" for line in lines))
    found = run("check", "example.env", "-q").out
    assert not re.search(r"\b(crashes|defaulted|misread|invalid-value)\b", found)


@pytest.mark.parametrize(
    ("args", "names"),
    [
        (["SGLANG_CACHE_DIT_FN"], ["SGLANG_CACHE_DIT_FN"]),
        (["*_FN"], ["SGLANG_CACHE_DIT_FN", "SGLANG_CACHE_DIT_SECONDARY_FN"]),
        (["--section", "cache-dit", "*_FN"], ["SGLANG_CACHE_DIT_FN"]),
        (["PATH"], ["PATH"]),
    ],
)
def test_variables_are_selected_as_in_any_export(args: list[str], names: list[str]) -> None:
    assert re.findall(r"^#(\w+)=", out(*args), re.MULTILINE) == names


def test_ambient_variables_only_if_named() -> None:
    names = re.findall(r"^#(\w+)=", out(), re.MULTILINE)
    assert set(names) == {v.name for v in load().variables if not v.ambient}


def test_the_entry_of_a_variable() -> None:
    assert out("SGLANG_CACHE_DIT_FN").splitlines()[3:] == [
        "## Diffusion: Cache-DiT",
        "",
        "# Number of leading transformer blocks that every step computes",
        "# Allowed: whole number (at least 1, in blocks)",
        "# Default: 1",
        "#SGLANG_CACHE_DIT_FN=1",
    ]


def test_the_environment_and_its_errors_do_not_matter(write: Write) -> None:
    write("bad.env", "SGLANG_CACHE_DIT_FN=one\nSGLANG_S3_SECRET_ACCESS_KEY=hunter22\n")
    result = run("export", "--format", "template", "-e", "bad.env")
    assert result.code == 0
    assert result.out == out()
    assert re.fullmatch(r"envctl: \d+ variables written as template\n", result.err)


def test_an_undocumented_name() -> None:
    result = run("export", "--format", "template", "NOPE")
    assert (result.code, result.complaint) == (2, "no variable that is documented matches NOPE")


def test_declared_texts_stay_in_comments(write: Write) -> None:
    write("own.toml", HOSTILE)
    text = out("--registry", "own.toml", "ACME_*")
    assert dotenv_values(write("own.env", text)) == {}
    assert "\x1b" not in text
    assert [line for line in text.splitlines() if re.match(r"#\w", line)] == [
        "#ACME_KEY=",
        '#ACME_PATH="it\'s \\ a # b"',
    ]
