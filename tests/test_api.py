"""What a launcher can call, and that the command line says the same."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

import sglang_envctl as envctl
from sglang_envctl.errors import SourceError, UsageError
from tests.harness import Write, run

Sources = tuple["str | Mapping[str, str]", ...]
BASE = "SGLANG_CACHE_DIT_ENABLED=true\nSGLANG_CACHE_DIT_FN=2\n"


@pytest.fixture(autouse=True)
def _files(write: Write) -> None:
    write("base.env", BASE)
    write("bad.env", "SGLANG_CACHE_DIT_FN=one\nUSE_FLAGGEMS=on\n")


@pytest.mark.parametrize(
    ("sources", "expected"),
    [
        (("base.env",), {"SGLANG_CACHE_DIT_ENABLED": "true", "SGLANG_CACHE_DIT_FN": "2"}),
        (
            ("base.env", {"SGLANG_CACHE_DIT_FN": "4"}),
            {"SGLANG_CACHE_DIT_ENABLED": "true", "SGLANG_CACHE_DIT_FN": "4"},
        ),
        (({"A": "1"}, {"A": "2"}), {"A": "2"}),
    ],
    ids=["a file", "a mapping on top", "two mappings"],
)
def test_read(sources: Sources, expected: dict[str, str]) -> None:
    found = envctl.read(*sources).effective

    assert {name: assignment.raw for name, assignment in found.items()} == expected


def test_read_without_sources_is_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SGLANG_CACHE_DIT_FN", "3")

    assert envctl.read().effective["SGLANG_CACHE_DIT_FN"].raw == "3"


@pytest.mark.parametrize(
    ("source", "error", "message"),
    [
        ("no.env", SourceError, "no.env: no such file"),
        ("", UsageError, "a source has an empty name; name a file, - or process"),
    ],
)
def test_what_cannot_be_read_raises(source: str, error: type[Exception], message: str) -> None:
    with pytest.raises(error) as caught:
        envctl.read(source)
    assert str(caught.value) == message


@pytest.mark.parametrize("release", ["0.5.6", "0.5.23"])
def test_settle_says_what_a_release_makes_of_it(release: str) -> None:
    setting = envctl.settle(envctl.read("base.env"), sglang=release).get("SGLANG_CACHE_DIT_FN")
    read = release != "0.5.6"

    assert setting is not None
    assert (setting.value, setting.outcome) == ((2, "accepted") if read else (None, "ignored"))


@pytest.mark.parametrize(
    ("select", "ignore", "rules"),
    [
        ((), (), {"crashes", "misread"}),
        (("misread",), (), {"misread"}),
        ((), ("crashes", "no-effect"), {"misread"}),
    ],
)
def test_check_finds(select: tuple[str, ...], ignore: tuple[str, ...], rules: set[str]) -> None:
    found = envctl.check(envctl.read("bad.env"), sglang="0.5.23", select=select, ignore=ignore)

    assert {finding.rule for finding in found} == rules


def test_the_command_line_finds_the_same() -> None:
    found = envctl.check(envctl.read("bad.env"), sglang="0.5.23")
    told = json.loads(run("check", "bad.env", "--sglang", "0.5.23", "--format", "json").out)

    assert [(f["rule"], f["name"], f["message"]) for f in told["findings"]] == [
        (f.rule, f.name, f.message) for f in found
    ]


@pytest.mark.parametrize("form", ["dotenv", "shell", "docker", "kubernetes", "yaml"])
def test_export_is_what_the_command_line_writes(form: str) -> None:
    text = envctl.export(envctl.read("base.env"), form)

    assert text == run("export", "-e", "base.env", "--format", form).out


def test_export_refuses_what_a_format_cannot_carry() -> None:
    with pytest.raises(ValueError, match=r"^KEY cannot be written as docker: .*line"):
        envctl.export(envctl.read({"KEY": "two\nlines"}), "docker")


def test_an_unknown_attribute_is_an_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        envctl.nothing  # noqa: B018
