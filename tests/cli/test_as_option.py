"""`--as DIALECT` and `--dialects`: how the .env files that are given are read."""

from __future__ import annotations

import json

import pytest

from tests.harness import Write, run

TEXT = "SGLANG_DIFFUSION_CACHE_ROOT='/data' # c\n"


@pytest.mark.parametrize(
    ("dialect", "raw"),
    [("dotenv", "/data"), ("docker", "'/data' # c"), ("systemd", "/data# c"), ("node", "/data")],
)
def test_show(write: Write, dialect: str, raw: str) -> None:
    write("a.env", TEXT)
    shown = run("show", "--set", "-e", "a.env", "--as", dialect, "--format", "json").out

    assert [s["raw"] for s in json.loads(shown)["settings"]] == [raw]


def test_explain(write: Write) -> None:
    write("a.env", TEXT)

    assert "'/data' # c" in run(
        "explain", "SGLANG_DIFFUSION_CACHE_ROOT", "-e", "a.env", "--as", "docker"
    ).out  # fmt: skip


def test_export(write: Write) -> None:
    write("a.env", "A='x'\n")

    assert run("export", "-e", "a.env", "--as", "docker").out == "A=\"'x'\"\n"


def test_diff(write: Write) -> None:
    write("a.env", "A='x'\n")
    write("b.env", "A=\"'x'\"\n")

    assert run("diff", "a.env", "b.env").code == 1
    assert "\"'x'\"" in run("diff", "a.env", "b.env", "--as", "docker").out


def test_check_and_the_layers_underneath(write: Write) -> None:
    write("base.env", "SGLANG_CACHE_DIT_ENABLED='true'\n")
    write("a.env", "A=1\n")

    assert run("check", "-e", "base.env", "a.env").code == 0
    result = run("check", "-e", "base.env", "a.env", "--as", "docker")
    assert result.code == 1
    assert "base.env:1: error misread SGLANG_CACHE_DIT_ENABLED" in result.out


def test_no_dialect_touches_the_process() -> None:
    env = {"SGLANG_DIFFUSION_CACHE_ROOT": "/data # x"}

    assert run("show", "--set", "--as", "compose", env=env) == run("show", "--set", env=env)


def test_dialects_are_compared_only_when_named(write: Write) -> None:
    write("a.env", "APP='x'\n")
    result = run("check", "a.env", "--dialects", "dotenv,docker", "--dialects", "compose")

    assert run("check", "a.env").out == ""
    assert result.out == (
        "a.env:1: warning dialects-disagree APP: dotenv: x; docker: 'x'; compose: x "
        "(write a value on which all of them agree)\n"
    )
    assert result.code == 0


def test_nothing_of_a_secret_is_printed(write: Write) -> None:
    write("a.env", "API_TOKEN='hunter22'\nexport B=\"$API_TOKEN\"\n")

    for options in ("--as=docker", "--as=systemd", "--dialects=dotenv,docker,compose,systemd,node"):
        result = run("check", "a.env", options)
        assert "hunter22" not in result.out + result.err


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ("--as dokcer", "invalid value for '--as': 'dokcer' is not one of dotenv, docker, "),
        ("--dialects docker", "--dialects needs two or more dialects: name another one"),
        ("--dialects docker,x", "--dialects: 'x' is not one of dotenv, docker, "),
    ],
)
def test_wrong_usage(write: Write, options: str, complaint: str) -> None:
    write("a.env", TEXT)
    result = run("check", "a.env", *options.split())

    assert result.code == 2
    assert result.complaint.startswith(complaint)
