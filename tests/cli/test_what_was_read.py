"""What `envctl check` says about how much it read."""

from __future__ import annotations

import json

import pytest

from sglang_envctl.reports.counts import MOST_LISTED
from tests.harness import Write, run

POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n"
SERVER = "    - {name: server, env: [{name: SGLANG_USE_AITER, value: '1'}]}\n"
SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec: {}\n"


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"a.env": "A=1\nB=2\n"}, "no problems in a.env (2 variables checked against SGLang "),
        ({"a.env": "A=1\nA=1\n"}, "1 info in a.env (1 variable checked against SGLang "),
        ({"a.env": ""}, "no environment found in a.env (0 variables checked against SGLang "),
        ({"a.env": "# none\n"}, "no environment found in a.env (0 variables "),
        ({"a.yaml": SERVICE}, "no environment found in a.yaml (0 variables "),
        ({"a.env": "A=1\n", "b.env": "B=1\n"}, "no problems in 2 sources (2 variables "),
    ],
)
def test_the_summary_counts_the_variables(write: Write, files: dict[str, str], said: str) -> None:
    for name, text in files.items():
        write(name, text)
    result = run("check", *files, "--sglang", "0.5.23")

    assert (result.code, result.complaint[: len(said)]) == (0, said)


def test_a_service_or_container_without_an_environment_is_named(write: Write) -> None:
    write("pod.yaml", f"{POD}{SERVER}    - {{name: side}}\n")
    result = run("check", "pod.yaml", "--sglang", "0.5.23")

    assert result.code == 0
    assert result.err.splitlines() == [
        "envctl: no environment found in pod.yaml#pod/p/side",
        "envctl: no problems in pod.yaml (1 variable checked against SGLang 0.5.23, as requested)",
    ]


def test_of_many_sources_without_an_environment_a_few_are_named(write: Write) -> None:
    names = [f"{number}.env" for number in range(8)]
    for name in names:
        write(name, "" if name != "7.env" else "A=1\n")

    assert run("check", *names).err.splitlines()[0] == (
        f"envctl: no environment found in {', '.join(names[:5])} and 2 more"
    )


@pytest.mark.parametrize(
    ("env", "said"),
    [
        ({}, "nothing to check in the current environment (0 variables "),
        ({"PATH": "/bin", "HOME": "/root"}, "nothing to check in the current environment (0 "),
        ({"SGLANG_USE_AITER": "1", "PATH": "/bin"}, "no problems in the current environment (1 "),
    ],
)
def test_what_the_current_environment_sets(env: dict[str, str], said: str) -> None:
    result = run("check", "--sglang", "0.5.23", env=env)

    assert (result.code, result.complaint[: len(said)]) == (0, said)


def test_json_has_the_counts_of_each_source(write: Write) -> None:
    write("a.env", "A=1\nB=2\n")
    write("pod.yaml", f"{POD}{SERVER}    - {{name: side}}\n")
    result = run("check", "a.env", "pod.yaml", "none.env", "--format", "json")

    assert result.code == 3
    assert json.loads(result.out)["sources"] == [
        {"source": "a.env", "variables": 2, "unchecked": 2},
        {"source": "pod.yaml#pod/p/server", "variables": 1, "unchecked": 0},
        {"source": "pod.yaml#pod/p/side", "variables": 0, "unchecked": 0},
        {"source": "none.env", "variables": None, "unchecked": 0},
    ]


def test_the_layers_underneath_count(write: Write) -> None:
    write("base.env", "A=1\nB=2\n")
    write("a.env", "B=3\nC=1\n")

    assert " (3 variables checked " in run("check", "a.env", "-e", "base.env").err
    assert " (2 variables checked " in run("check", "-e", "base.env").err


@pytest.mark.parametrize(
    ("name", "data", "what"),
    [
        (
            "README.md",
            "# Title\n\nSome text.\n\n    A=1\n\nMore text.\n",
            "contains no environment",
        ),
        ("program", b"\x7fELF\0\0A=1\0", "contains no environment"),
        ("x.yaml", "a:\n  b: [1, 2\n", "this is YAML, and contains no environment"),
        ("t.yaml", "{{- if .Values.x }}\nenv:\n  A: 1\n{{- end }}\n", "line 1: a Helm template"),
        ("x.json", '{"a": {"b": 1}}', "this is JSON, and contains no environment"),
        ("tool.ini", "; settings\n[main]\nsize = 3\n", "contains no environment"),
    ],
)
def test_a_file_of_another_kind_is_one_line(
    name: str, data: str | bytes, what: str, write: Write
) -> None:
    write(name, data)
    result = run("check", name)

    assert result.code == 3
    assert result.out.startswith(f"{name}: error unreadable: {what}")
    assert result.out.count("\n") == 1


@pytest.mark.parametrize("form", ["text", "full", "github", "markdown"])
def test_a_rule_that_repeats_itself_is_counted_for_people(write: Write, form: str) -> None:
    write("a.env", "SGLANG_USE_AITER=1\n" + "no assignment\n" * 312)
    result = run("check", "a.env", "--format", form)

    assert result.out.count("unparsed-line") == MOST_LISTED + 1
    assert "and 292 more from here on" in result.out
    assert result.complaint.startswith("312 errors in a.env (1 variable ")


def test_a_rule_that_is_just_over_the_limit_is_listed(write: Write) -> None:
    write("a.env", "no assignment\n" * (MOST_LISTED + 1))
    lines = run("check", "a.env").out.splitlines()

    assert len(lines) == MOST_LISTED + 1
    assert "more from here on" not in lines[-1]


def test_programs_get_every_finding(write: Write) -> None:
    write("a.env", "no assignment\n" * 312)

    assert len(json.loads(run("check", "a.env", "--format", "json").out)["findings"]) == 312
    assert run("check", "a.env", "--statistics").out.startswith("312\terror\tunparsed-line")


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        (
            "a.yaml",
            "a: 1\n" * 50,
            "this is YAML, and contains no environment in a format that envctl",
        ),
        (
            "a.json",
            '{"a": [1, 2]}',
            "this is JSON, and contains no environment in a format that envctl",
        ),
        ("a.toml", "a = 1\n", "this is TOML, and contains no environment in a format that envctl"),
        (
            "a.md",
            "# Title\n\nSome words.\n" * 50,
            "contains no environment in a format that envctl",
        ),
        ("a.yaml", "env:\n  {{- x }}: [\n", "line 2: invalid YAML"),
    ],
)
def test_a_file_of_no_kind_is_one_finding(write: Write, name: str, text: str, reason: str) -> None:
    write(name, text)
    result = run("check", name)

    assert result.code == 3
    assert result.out.startswith(f"{name}: error unreadable: {reason}")
    assert result.out.count("\n") == 1


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "OMP_NUM_THREADS=4\nNCCL_ALGO=Ring\nOWN=1\n",
            "(3 variables checked {}; 3 values not checked)",
        ),
        ("OMP_NUM_THREADS=4\nSGLANG_USE_MLX=1\n", "(2 variables checked {}; 1 value not checked)"),
        ("SGLANG_USE_MLX=1\nSGLANG_LOG_GC=1\nHF_HUB_OFFLINE=1\n", "(3 variables checked {})"),
        ("NCCL_DEBG=INFO\n", "(1 variable checked {})"),
    ],
)
def test_values_that_nothing_is_known_about_are_counted(text: str, told: str, write: Write) -> None:
    write("a.env", text)
    err = run("check", "a.env", "--sglang", "0.5.23").err

    assert told.format("against SGLang 0.5.23, as requested") in err


def test_values_known_only_at_start_up_are_counted_as_not_checked(write: Write) -> None:
    write("a.sh", "#!/bin/sh\nexport SGLANG_LOG_GC=$(gc) SGLANG_USE_MLX=1\n")

    assert "(2 variables checked against" in (err := run("check", "a.sh").err)
    assert "; 1 value not checked)" in err


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("job.nomad", 'job "x" {\n  env {\n    A_B = "1"\n    C_D = "2"\n  }\n}\n'),
        ("main.tf", 'locals {\n  a = "1"\n  b = "2"\n}\n'),
        ("docker-bake.hcl", 'target "x" {\n  args = {\n    A = "1"\n  }\n  tags = ["x"]\n}\n'),
    ],
)
def test_blocks_in_braces_are_no_env_file(name: str, text: str, write: Write) -> None:
    write(name, text)
    result = run("check", name)

    assert result.code == 3
    assert "contains no environment in a format that envctl supports" in result.out


def test_a_directory_reports_what_it_passed_over(write: Write) -> None:
    for name, text in {
        "a.env": "A=1\n",
        "README.md": "# Title\n",
        "docs/NOTES.md": "# Title\n",
        "config.yaml": "a: 1\n",
        "broken.yaml": "env: [\n",
        "LICENSE": "Anybody may ...\n",
    }.items():
        write(name, text)
    result = run("check", ".", "--sglang", "0.5.23")

    assert result.code == 0
    assert result.err.splitlines() == [
        "envctl: passed over 5 files: 2 .md, 1 without a suffix, 1 YAML that cannot be parsed, 1 YAML "
        "without an environment",
        "envctl: no problems in . (1 variable checked against SGLang 0.5.23, as requested; 1 value not "
        "checked)",
    ]


def test_a_directory_of_nothing_is_no_pass(write: Write) -> None:
    write("deploy/config.yaml", "a: 1\n")
    result = run("check", "deploy")

    assert result.code == 3
    assert result.out == "deploy: error unreadable: no file under it holds an environment\n"
