"""The configuration of a project: where it is found, what it may say, and what wins."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sglang_envctl.config.keys import KEYS
from sglang_envctl.rules import rules
from tests.harness import Result, Write, run

CRASH = "SGLANG_CACHE_DIT_ENABLED=true\nSGLANG_CACHE_DIT_FN=one\n"
RELATIVE = "SGLANG_DIFFUSION_TORCH_PROFILER_DIR=traces\n"


def found(*args: str, env: dict[str, str] | None = None) -> list[tuple[str, str, str]]:
    """Severity, rule and source of every finding."""
    document = json.loads(run("check", *args, "--format", "json", env=env).out)
    return [(f["severity"], f["rule"], f["origin"]["source"]) for f in document["findings"]]


def in_force(*args: str, env: dict[str, str] | None = None) -> dict[str, tuple[Any, str]]:
    """Each key with its value and where that comes from."""
    document = json.loads(run("config", *args, "--format", "json", env=env).out)
    return {one["key"]: (one["value"], one["origin"]) for one in document["settings"]}


@pytest.fixture(autouse=True)
def _sources(write: Write) -> None:
    write("a.env", CRASH + RELATIVE)


def test_without_a_file_everything_is_a_default() -> None:
    values = in_force()

    assert {origin for _, origin in values.values()} == {"default"}
    assert values["fail-on"] == ("error", "default")
    assert run("config").complaint == "no configuration file in this folder or above"


def test_a_baseline_is_relative_to_the_file_that_names_it(
    write: Write, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    write("envctl.toml", "baseline = 'known.json'")
    (tmp_path / "deploy").mkdir()
    monkeypatch.chdir(tmp_path / "deploy")

    assert run("check", "../a.env", "--update-baseline").code == 0
    assert (tmp_path / "known.json").exists()
    assert run("check", "../a.env").code == 0
    assert run("check", "../a.env", env={"ENVCTL_BASELINE": "none.json"}).code == 3
    assert run("check", "../a.env", "--no-config").code == 1


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("envctl.toml", "fail-on = 'warning'"),
        ("pyproject.toml", "[tool.envctl]\nfail-on = 'warning'"),
        ("pyproject.toml", "[ tool . 'envctl' ]\nfail-on = 'warning'"),
        ("pyproject.toml", "tool = {envctl = {fail-on = 'warning'}}"),
    ],
)
def test_a_file_here_or_above_is_read(
    name: str, text: str, write: Write, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    write(name, text)
    assert in_force()["fail-on"] == ("warning", name)

    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / "deep" / "pyproject.toml").write_text("[project]\nname = 'x'\n", "utf-8")
    monkeypatch.chdir(tmp_path / "deep" / "er")
    assert in_force()["fail-on"] == ("warning", f"../../{name}")


def test_envctl_toml_comes_before_pyproject(write: Write) -> None:
    write("pyproject.toml", "[tool.envctl]\nfail-on = 'info'")
    write("envctl.toml", "fail-on = 'warning'")

    assert in_force()["fail-on"] == ("warning", "envctl.toml")


def test_the_command_line_wins_then_the_variable_then_the_file(write: Write) -> None:
    write("envctl.toml", "ignore = ['crashes']\nsglang = '0.5.20'")
    env = {"ENVCTL_IGNORE": "relative-path, misread", "ENVCTL_SGLANG": "0.5.21"}

    assert found("a.env") == [("warning", "relative-path", "a.env")]
    assert found("a.env", env=env) == [("error", "crashes", "a.env")]
    assert len(found("a.env", "--ignore", "misread", env=env)) == 2
    for args, used, release in (
        ([], {}, "0.5.20"),
        ([], env, "0.5.21"),
        (["--sglang", "0.5.22"], env, "0.5.22"),
    ):
        assert f"SGLang {release}" in run("check", "a.env", *args, env=used).err


def test_no_config_uses_neither(write: Write) -> None:
    write("envctl.toml", "ignore = ['crashes']")
    env = {"ENVCTL_IGNORE": "relative-path"}

    assert len(found("a.env", "--no-config", env=env)) == 2
    assert {origin for _, origin in in_force("--no-config", env=env).values()} == {"default"}


def test_a_file_can_be_named(write: Write) -> None:
    write("envctl.toml", "ignore = ['crashes']")
    write("other.toml", "ignore = ['relative-path']")

    assert [rule for _, rule, _ in found("a.env", "--config", "other.toml")] == ["crashes"]
    assert [r for _, r, _ in found("a.env", env={"ENVCTL_CONFIG": "other.toml"})] == ["crashes"]


EFFECTS = {
    "select = 'crashes'": [("error", "crashes")],
    "select = ['crashes', 'misread']": [("error", "crashes")],
    "ignore = ['crashes']": [("warning", "relative-path")],
    "per-file-ignores = {'a.*' = ['crashes']}": [("warning", "relative-path")],
    "per-file-ignores = {'*.env' = ['crashes', 'relative-path']}": [],
    "per-file-ignores = {'b.env' = ['crashes']}": [
        ("error", "crashes"),
        ("warning", "relative-path"),
    ],
    "severity = {crashes = 'info', relative-path = 'error'}": [
        ("info", "crashes"),
        ("error", "relative-path"),
    ],
}


@pytest.mark.parametrize("text", EFFECTS)
def test_what_a_project_makes_of_findings(text: str, write: Write) -> None:
    write("envctl.toml", text)

    assert [(severity, rule) for severity, rule, _ in found("a.env")] == EFFECTS[text]


@pytest.mark.parametrize(("lowest", "code"), [("error", 0), ("warning", 1), ("info", 1)])
def test_what_fails(lowest: str, code: int, write: Write) -> None:
    write("warn.env", RELATIVE)
    write("envctl.toml", f"fail-on = '{lowest}'")

    assert run("check", "warn.env").code == code
    assert run("check", "warn.env", "--fail-on", "error").code == 0


def test_dialects_must_agree(write: Write) -> None:
    write("b.env", "APP='x'\n")
    write("envctl.toml", "dialects = ['dotenv', 'docker']")

    assert [rule for _, rule, _ in found("b.env")] == ["dialects-disagree"]


@pytest.mark.parametrize("pattern", ["old", "old/", "old/*", "*.bak.env", "old/sub/x.bak.env"])
def test_what_is_excluded_is_not_looked_for(pattern: str, write: Write, tmp_path: Path) -> None:
    (tmp_path / "old" / "sub").mkdir(parents=True)
    (tmp_path / "old" / "sub" / "x.bak.env").write_text(CRASH, "utf-8")
    write("envctl.toml", f"exclude = ['{pattern}']\nselect = 'crashes'")

    assert found(".") == [("error", "crashes", "./a.env")]
    assert len(found(".", "old/sub/x.bak.env")) == 2


REGISTRY = "[[variable]]\nname = 'ACME_QUEUE'\nrequired = true\n"


def test_registries_are_relative_to_the_file(
    write: Write, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    write("acme.toml", REGISTRY)
    write("envctl.toml", "registries = ['acme.toml']\nselect = ['missing-required']")
    (tmp_path / "sub").mkdir()
    monkeypatch.chdir(tmp_path / "sub")

    assert found("../a.env") == [("error", "missing-required", "../a.env")]


def test_a_registry_file_can_require_a_variable(write: Write) -> None:
    write("acme.toml", REGISTRY)
    write("b.env", "ACME_QUEUE=x\n")
    layers = ["-e", "a.env", "-e", "b.env", "--select", "missing-required"]

    assert found("a.env", "--registry", "acme.toml", "--select", "missing-required") == [
        ("error", "missing-required", "a.env")
    ]
    assert found(*layers, "--registry", "acme.toml") == []


ENVIRONMENTS = """
[[tool.envctl.environments]]
name = "prod"
sources = ["deploy/node1.env", "deploy/node2.env"]
layers = ["base.env"]
release = "0.5.20"
required = ["ACME_QUEUE"]

[[tool.envctl.environments]]
name = "shared"
layers = ["base.env"]
release = ["0.5.20", "0.5.23"]
"""


def test_check_alone_checks_what_the_project_names(
    write: Write, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "deploy").mkdir()
    write("pyproject.toml", ENVIRONMENTS)
    write("base.env", RELATIVE)
    write("deploy/node1.env", "ACME_QUEUE=1\n")
    write("deploy/node2.env", "SGLANG_CACHE_DIT_FN=one\nSGLANG_CACHE_DIT_ENABLED=true\n")

    assert found() == [
        ("warning", "relative-path", "base.env"),
        ("error", "missing-required", "deploy/node2.env"),
        ("error", "crashes", "deploy/node2.env"),
    ]
    assert "checked against SGLang 0.5.20 and 0.5.23)" in run("check").err
    monkeypatch.chdir(tmp_path / "deploy")
    assert ("error", "crashes", "../deploy/node2.env") in found()
    assert found("node1.env") == []


def test_export_and_run_judge_as_the_project_does(write: Write) -> None:
    assert run("export", "-e", "a.env").code == 1
    write("envctl.toml", "ignore = ['crashes']")
    assert run("export", "-e", "a.env").code == 0
    write("envctl.toml", "severity = {crashes = 'warning'}")
    assert run("export", "-e", "a.env").code == 0


SEVERITY = "envctl.toml: severity: "


def test_what_is_about_to_be_used_is_right_for_each_release(write: Write) -> None:
    write("b.env", "SGLANG_CUTLASS_MOE=1\n")
    write("envctl.toml", "sglang = ['0.5.10', '0.5.23']\nseverity = {not-read = 'error'}")
    refused = run("export", "-e", "b.env")

    assert refused.code == 1
    assert "(only in SGLang 0.5.23)" in refused.err
    assert run("export", "-e", "b.env", "--sglang", "0.5.10").code == 0


WRONG = {
    "ignroe = []": "envctl.toml: unknown key 'ignroe'; did you mean ignore?",
    "zzz = 1": "envctl.toml: unknown key 'zzz'; keys are sglang, registries, ",
    "ignore = 1": "envctl.toml: ignore: must be a list of strings",
    "ignore = [1]": "envctl.toml: ignore: must be a list of strings",
    "ignore = ['crashs']": "envctl.toml: ignore: unknown rule 'crashs'; did you mean crashes?",
    "severity = {crashs = 'info'}": SEVERITY + "unknown rule 'crashs'; did you mean crashes?",
    "severity = {crashes = 'fatal'}": SEVERITY + "crashes: must be one of error, warning, info",
    "severity = 'info'": "envctl.toml: severity: must be a table",
    "per-file-ignores = {'*.env' = ['x']}": "envctl.toml: per-file-ignores: *.env: unknown rule 'x'",
    "baseline = ['a', 'b']": "envctl.toml: baseline: must be the path of a file",
    "fail-on = 'none'": "envctl.toml: fail-on: must be one of error, warning, info",
    "dialects = ['dotenv']": "envctl.toml: dialects: must name two dialects or more",
    "dialects = ['dotenv', 'dockr']": "envctl.toml: dialects: unknown dialect 'dockr'; did you",
    "sglang = 'newest'": "envctl.toml: sglang: 'newest' is not a version of SGLang",
    "environments = 1": "envctl.toml: environments: must be [[environments]] tables",
    "[[environments]]": "envctl.toml: environments: each environment needs a name",
    "[[environments]]\nname = 'a'": "envctl.toml: environments: a: needs sources or layers",
    "[[environments]]\nname = 'a'\nsorces = ['x']": (
        "envctl.toml: environments: a: unknown key 'sorces'; did you mean sources?"
    ),
    "[[environments]]\nname = 'a'\nsources = [1]": (
        "envctl.toml: environments: a: sources: must be a list of strings"
    ),
    "registries = ['none.toml']": "none.toml: no such file",
    "fail-on = ": "envctl.toml: invalid TOML: ",
    '"\\u001b[31m" = 1': r"envctl.toml: unknown key '\x1b[31m'",
}


@pytest.mark.parametrize("text", WRONG)
def test_what_makes_no_sense_is_an_error(text: str, write: Write) -> None:
    write("envctl.toml", text)
    result = run("check", "a.env")

    assert result.code in (2, 3)
    assert result.out == ""
    assert result.complaint.startswith(WRONG[text])


def test_everything_that_makes_no_sense_is_told(write: Write) -> None:
    wrong = ("ignroe = []", "severity = 'info'", "fail-on = 'none'")
    write("envctl.toml", "\n".join(wrong))
    told = run("check", "a.env").err.splitlines()

    assert told == [f"envctl: {WRONG[line]}" for line in wrong]


VARIABLES = {
    "ENVCTL_SGLNG": ("1", "unknown variable 'ENVCTL_SGLNG'; did you mean ENVCTL_SGLANG?"),
    "ENVCTL_SGLANG": ("new", "ENVCTL_SGLANG: sglang: 'new' is not a version of SGLang"),
    "ENVCTL_SELECT": ("crashs", "ENVCTL_SELECT: unknown rule 'crashs'; did you mean crashes?"),
    "ENVCTL_FAIL_ON": ("never", "ENVCTL_FAIL_ON: must be one of error, warning, info"),
    "ENVCTL_CONFIG": ("none.toml", "none.toml: no such file"),
}


@pytest.mark.parametrize("name", VARIABLES)
def test_a_variable_that_makes_no_sense_is_an_error(name: str) -> None:
    value, message = VARIABLES[name]

    assert run("check", "a.env", env={name: value}).complaint.startswith(message)


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("ENVCTL_SGLANG", "0.5.20,0.5.23", ["0.5.20", "0.5.23"]),
        ("ENVCTL_REGISTRIES", "a.toml:b c.toml", ["a.toml", "b c.toml"]),
        ("ENVCTL_FAIL_ON", "info", "info"),
        ("ENVCTL_DIALECTS", "docker, dotenv", ["docker", "dotenv"]),
        ("ENVCTL_EXCLUDE", "old,*.bak", ["old", "*.bak"]),
    ],
)
def test_a_variable_holds_several_words(name: str, value: str, expected: object) -> None:
    key = name.removeprefix("ENVCTL_").lower().replace("_", "-")

    assert in_force(env={name: value})[key] == (expected, name)


def test_config_is_one_line_a_value(write: Write) -> None:
    write("envctl.toml", "severity = {crashes = 'info'}\nselect = ['crashes']\n")
    lines = run("config").out.splitlines()

    assert "severity\tcrashes: info\tenvctl.toml" in lines
    assert "select\tcrashes\tenvctl.toml" in lines
    assert all(line.count("\t") == 2 for line in lines)


def test_every_rule_can_be_named(write: Write) -> None:
    write("envctl.toml", f"select = {sorted(rules())}")

    assert isinstance(run("check", "a.env"), Result)
    assert in_force()["select"][0] == sorted(rules())


VALUES = st.recursive(
    st.booleans()
    | st.integers(-3, 3)
    | st.floats(allow_nan=False)
    | st.sampled_from(["", "misread", "a.env", "0.5.20", "info", "docker", "\x1b[31m", "*", "["])
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["misread", "*.env", "name", "sources", "x"]), inner, max_size=3
        )
    ),
    max_leaves=5,
)


@pytest.mark.slow
@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.sampled_from([*KEYS, "x"]), VALUES)
def test_any_value_of_a_key_is_taken_or_refused_in_a_line(
    write: Write, key: str, value: Any
) -> None:
    write("envctl.toml", f"{key} = {_toml(value)}\n")
    for args in (["config"], ["check", "a.env"]):
        result = run(*args)

        assert result.code in (0, 1, 2, 3), result.err
        if result.code > 1:
            assert result.err.startswith("envctl: ")


def _toml(value: Any) -> str:
    """A value as TOML."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(k)} = {_toml(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, float):
        return f"{value:f}"
    return json.dumps(value) if not isinstance(value, str) else _quoted(value)


def _quoted(text: str) -> str:
    escaped = (c if c.isalnum() and c.isascii() else f"\\U{ord(c):08x}" for c in text)
    return f'"{"".join(escaped)}"'
