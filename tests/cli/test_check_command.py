"""`envctl check`: does every value mean what its author thinks?"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.harness import Write, run

CRASH = "SGLANG_CACHE_DIT_ENABLED=true\nSGLANG_CACHE_DIT_FN=one\n"


def found(*args: str, **options: object) -> list[tuple[str, int | None, str]]:
    """Source, line and rule of every finding."""
    document = json.loads(run("check", *args, "--format", "json", **options).out)  # type: ignore[arg-type]
    return [(f["origin"]["source"], f["origin"]["line"], f["rule"]) for f in document["findings"]]


def test_each_source_is_judged_on_its_own(write: Write) -> None:
    write("a.env", "SGLANG_CLOUD_STORAGE_TYPE=s3\n")
    write("b.env", "SGLANG_S3_BUCKET_NAME=media\n")

    assert ("a.env", 1, "missing-companion") in found("a.env", "b.env")
    assert ("a.env", 1, "missing-companion") not in found("-e", "a.env", "-e", "b.env")


def test_layers_lie_under_each_source(write: Write) -> None:
    write("base.env", "SGLANG_S3_BUCKET_NAME=media\nSGLANG_CLOUD_STORAGE_TYPE=s3\nA=/x\n")
    write("a.env", "SGLANG_CLOUD_STORAGE_TYPE=s3\n")
    write("b.env", "SGLANG_DIFFUSION_CACHE_ROOT=${A}/cache\n")

    assert found("-e", "base.env", "a.env", "b.env") == []


def test_what_is_wrong_in_a_layer_is_said_once(write: Write) -> None:
    write("base.env", CRASH)
    write("a.env", "")
    write("b.env", "")

    assert found("-e", "base.env", "a.env", "b.env") == [("base.env", 2, "crashes")]


def test_a_layer_is_read_once_for_all_sources(write: Write) -> None:
    write("a.env", "")
    write("b.env", "")

    assert found("-e", "-", "a.env", "b.env", stdin=CRASH.encode()) == [("-", 2, "crashes")]


def test_one_that_cannot_be_read_stops_none_of_the_others(write: Write) -> None:
    write("a.env", CRASH)
    write("b.env", CRASH)
    result = run("check", "a.env", "missing.env", "b.env")

    assert found("a.env", "missing.env", "b.env") == [
        ("a.env", 2, "crashes"),
        ("missing.env", None, "unreadable"),
        ("b.env", 2, "crashes"),
    ]
    assert result.code == 3
    assert "missing.env: error unreadable: no such file\n" in result.out
    assert result.err.startswith("envctl: 3 errors in 3 sources (")


def test_a_layer_that_cannot_be_read_leaves_nothing_to_judge(write: Write) -> None:
    write("a.env", CRASH)

    assert found("-e", "missing.env", "a.env") == [("missing.env", None, "unreadable")]


@pytest.mark.parametrize(
    ("options", "rules"),
    [
        ("", ["carriage-returns", "relative-path", "crashes"]),
        ("--select crashes", ["crashes"]),
        ("--select crashes,relative-path", ["relative-path", "crashes"]),
        ("--select crashes --select relative-path", ["relative-path", "crashes"]),
        ("--ignore crashes", ["carriage-returns", "relative-path"]),
        ("--select crashes --ignore crashes", []),
    ],
)
def test_select_and_ignore(write: Write, options: str, rules: list[str]) -> None:
    write("a.env", f"SGLANG_DIFFUSION_TORCH_PROFILER_DIR=traces\r\n{CRASH}")

    assert rules == [rule for _, _, rule in found("a.env", *options.split())]


def test_without_a_source_this_shell_is_judged() -> None:
    env = {"SGLANG_CACHE_DIT_ENABLED": "true", "SGLANG_CACHE_DIT_FN": "one"}
    result = run("check", env=env)

    assert result.code == 1
    assert result.out.startswith("process: error crashes SGLANG_CACHE_DIT_FN: ")


def test_inherit_puts_this_shell_underneath(write: Write) -> None:
    write("a.env", "SGLANG_CLOUD_STORAGE_TYPE=s3\n")
    env = {"SGLANG_S3_BUCKET_NAME": "media"}

    assert run("check", "a.env", env=env).code == 1
    assert run("check", "a.env", "--inherit", env=env).code == 0


def test_an_environment_without_fault_is_silence_and_one_line(write: Write) -> None:
    write("a.env", "SGLANG_CACHE_DIT_ENABLED=true\n")

    assert run("check", "a.env", "--sglang", "0.5.23") == (
        0,
        "",
        "envctl: no problems in a.env (1 variable checked against SGLang 0.5.23, as requested)\n",
    )


def test_validate_is_check(write: Write) -> None:
    write("a.env", CRASH)

    assert run("validate", "a.env") == run("check", "a.env")


def test_a_secret_of_one_source_is_hidden_in_the_others(write: Write) -> None:
    write("a.env", "API_TOKEN=hunter22\n")
    write("b.env", "SGLANG_CACHE_DIT_ENABLED=true\nSGLANG_CACHE_DIT_FN=hunter22\n")
    out = run("check", "a.env", "b.env").out

    assert "b.env:2: error crashes" in out
    assert "hunter22" not in out


BROKEN = "apiVersion: v1\nkind: Pod\nspec: [\n"
POD = (
    "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n  - name: c\n"
    "    envFrom: [{configMapRef: {name: settings}}]\n"
)
SETTINGS = (
    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata:\n  USE_FLAGGEMS: 'on'\n"
)


def test_a_directory_is_every_source_under_it(write: Write) -> None:
    write("a.env", "USE_FLAGGEMS=on\n")
    write("b.yaml", BROKEN)
    write("c.yaml", POD)
    write("d.yaml", SETTINGS)
    write("e.yaml", "values: {}\n")
    result = run("check", ".", "--quiet")

    places = [line.split(": ")[0] for line in result.out.splitlines()]
    assert (result.code, places) == (3, ["./a.env:1", "./b.yaml", "./d.yaml:5"])
    assert "line 3: " in result.out


def test_files_of_one_check_complete_each_other(write: Write) -> None:
    write("c.yaml", POD)
    write("d.yaml", SETTINGS)

    assert run("check", "c.yaml").out == ""
    assert "d.yaml:5: error misread USE_FLAGGEMS" in run("check", "c.yaml", "d.yaml").out


def test_a_directory_without_sources_is_unreadable(write: Write) -> None:
    write("notes.txt", "A=1\n")
    result = run("check", ".")

    assert (result.code, result.out) == (
        3,
        ".: error unreadable: no file under it looks like a source\n",
    )


def test_what_is_a_part_of_another_source_is_not_judged_alone(write: Write) -> None:
    write("compose.yaml", "services: {web: {env_file: s3.env, environment: [USE_FLAGGEMS=on]}}\n")
    write("s3.env", "SGLANG_S3_BUCKET_NAME=media\nSGLANG_CLOUD_STORAGE_TYPE=off\nUSE_FLAGGEMS=on\n")
    write("more.env", "USE_FLAGGEMS=on\n")
    lines = run("check", ".", "--select", "misread").out.splitlines()

    assert [line.split(": ")[0] for line in lines] == ["./compose.yaml:1", "./more.env:1"]
    assert "s3.env:3: error misread" in run("check", "compose.yaml", "s3.env").out


def test_machine_is_looked_at_only_when_asked_for(write: Write) -> None:
    write("a.env", "GLOO_SOCKET_IFNAME=no-such-if0\n")

    assert found("a.env") == []
    assert found("a.env", "--host") == [("a.env", 1, "interface-absent")]


MIXED = {
    "error": "SGLANG_CACHE_DIT_ENABLED=true\nSGLANG_CACHE_DIT_FN=one\n",
    "warning": "SGLANG_DIFFUSION_TORCH_PROFILER_DIR=traces\n",
    "info": "SGLANG_CACHE_DIT_ENABLED=1\n",
    "nothing": "SGLANG_CACHE_DIT_ENABLED=true\n",
}
"""A file whose worst finding is of each severity."""


@pytest.mark.parametrize(
    ("options", "failing"),
    [
        ("", ["error"]),
        ("--fail-on error", ["error"]),
        ("--strict", ["error", "warning"]),
        ("--fail-on warning", ["error", "warning"]),
        ("--fail-on info", ["error", "warning", "info"]),
        ("--fail-on info --strict", ["error", "warning", "info"]),
        ("--fail-on info --exit-zero", []),
    ],
)
def test_what_fails_a_build_is_a_choice(write: Write, options: str, failing: list[str]) -> None:
    for worst, text in MIXED.items():
        write(f"{worst}.env", text)
    codes = {worst: run("check", f"{worst}.env", *options.split()).code for worst in MIXED}

    assert codes == {worst: int(worst in failing) for worst in MIXED}


def test_exit_zero_is_not_for_what_could_not_be_read() -> None:
    assert run("check", "missing.env", "--exit-zero").code == 3


def test_statistics_count_the_findings_of_each_rule(write: Write) -> None:
    write("a.env", f"{CRASH}SGLANG_CACHE_DIT_BN=two\nSGLANG_DIFFUSION_TORCH_PROFILER_DIR=traces\n")
    result = run("check", "a.env", "--statistics")
    rows = [line.split("\t")[:3] for line in result.out.splitlines()]

    assert rows == [["2", "error", "crashes"], ["1", "warning", "relative-path"]]
    assert result.code == 1
    document = json.loads(run("check", "a.env", "--statistics", "--format", "json").out)
    assert [[str(s["count"]), s["severity"], s["rule"]] for s in document["statistics"]] == rows


def test_a_rollout_is_checked_against_both_releases(write: Write) -> None:
    write("a.env", f"SGLANG_CUTLASS_MOE=1\n{CRASH}")
    old, new = "0.5.10", "0.5.23"
    both = run("check", "a.env", "--sglang", old, "--sglang", new, "--sglang", old)
    alone = {release: run("check", "a.env", "--sglang", release).out for release in (old, new)}

    assert both.err.endswith(f"checked against SGLang {old} and {new})\n")
    lines = both.out.splitlines()
    assert [line for line in lines if " crashes " in line] == [alone[new].splitlines()[-1]]
    for release, out in alone.items():
        marked = {line.replace(f" (only in SGLang {release})", "") for line in lines}
        assert set(out.splitlines()) <= marked
    assert any(f"(only in SGLang {new})" in line for line in lines)


def test_a_suppression_that_one_environment_needs_is_not_unused(write: Write) -> None:
    silenced = "      USE_FLAGGEMS: 'on' # envctl: ignore[misread]\n"
    write(
        "compose.yaml",
        f"services:\n  a:\n    environment:\n{silenced}  b:\n    environment:\n{silenced}"
        "  c:\n    environment:\n      USE_FLAGGEMS: '1' # envctl: ignore[misread]\n",
    )

    assert found("compose.yaml") == [("compose.yaml#c", 10, "unused-suppression")]


@pytest.mark.parametrize("options", ["--select crashes", "--ignore misread", "--select misread"])
def test_a_suppression_is_unused_only_if_its_rule_was_applied(write: Write, options: str) -> None:
    write("a.env", "USE_FLAGGEMS=1 # envctl: ignore[misread]\n")

    assert found("a.env", *options.split()) == []


def test_a_suppression_for_one_of_two_releases_is_used(write: Write) -> None:
    write("a.env", "SGLANG_CUTLASS_MOE=0 # envctl: ignore[not-read]\n")
    releases = ["--sglang", "0.5.10", "--sglang", "0.5.23"]

    assert [rule for _, _, rule in found("a.env", *releases)] == []


@pytest.mark.parametrize(
    ("args", "code"),
    [
        ("--require SGLANG_CACHE_DIT_ENABLED", 1),
        ("a.env --require SGLANG_CACHE_DIT_ENABLED", 0),
        ("a.env --require SGLANG_CACHE_DIT_ENABLED --require HF_TOKEN", 1),
    ],
)
def test_a_name_can_be_required(args: str, code: int, write: Write) -> None:
    write("a.env", "SGLANG_CACHE_DIT_ENABLED=true\n")

    assert run("check", *args.split()).code == code


def test_a_baseline_leaves_only_what_is_new(write: Write, tmp_path: Path) -> None:
    write("a.env", CRASH)
    options = ["a.env", "--baseline", "base.json"]

    assert run("check", *options).complaint == (
        "base.json: no such file; write it with --update-baseline"
    )
    written = run("check", *options, "--update-baseline")
    assert (written.code, written.out) == (0, "")
    assert "1 known finding written to base.json; later checks leave them out" in written.err
    assert "1 known finding in base.json left out" in run("check", *options).err
    write("a.env", f"# moved\n{CRASH}SGLANG_CACHE_DIT_BN=two\n")
    assert found(*options) == [("a.env", 4, "crashes")]
    assert run("check", str(tmp_path / "a.env"), "--baseline", "base.json").out.count("\n") == 1
    write("a.env", "SGLANG_CACHE_DIT_ENABLED=true\n")
    assert "; 1 known finding fixed: --update-baseline removes" in run("check", *options).err


def test_a_baseline_never_hides_what_could_not_be_read(write: Write) -> None:
    options = ["missing.env", "--baseline", "base.json"]

    assert run("check", *options, "--update-baseline").code == 3
    assert found(*options) == [("missing.env", None, "unreadable")]


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"findings": [1]}', '{"findings": 1}', "[" * 9999]
)
def test_what_is_no_baseline_is_refused(text: str, write: Write) -> None:
    write("a.env", CRASH)
    write("base.json", text)
    result = run("check", "a.env", "--baseline", "base.json")

    assert (result.code, result.complaint) == (3, "base.json: is not a baseline that envctl wrote")


def test_a_baseline_in_the_checked_directory_is_no_source(write: Write) -> None:
    write("a.env", CRASH)
    options = [".", "--baseline", "base.json"]

    assert run("check", *options, "--update-baseline").code == 0
    assert run("check", *options).code == 0
    assert run("check", *options, "--update-baseline").code == 0


def test_a_baseline_keeps_what_is_known_of_files_that_are_not_checked(write: Write) -> None:
    write("a.env", CRASH)
    write("b.env", CRASH)
    options = ["--baseline", "base.json"]
    run("check", "a.env", "b.env", *options, "--update-baseline")

    assert "fixed" not in run("check", "a.env", *options).err
    assert run("check", "a.env", *options, "--update-baseline").code == 0
    assert run("check", "b.env", *options).code == 0


@pytest.mark.parametrize(
    ("file", "complaint"),
    [
        ("a.env", "--baseline: a.env is one of the inputs; name another file"),
        ("other", "other: is not a baseline that envctl wrote"),
    ],
)
def test_a_baseline_is_written_onto_nothing_else(file: str, complaint: str, write: Write) -> None:
    write("a.env", CRASH)
    write("other", "kept\n")
    before = Path(file).read_text("utf-8")
    result = run("check", "a.env", "--baseline", file, "--update-baseline")

    assert result.complaint == complaint
    assert Path(file).read_text("utf-8") == before


def test_updating_needs_a_file_to_update(write: Write) -> None:
    write("a.env", CRASH)

    assert run("check", "a.env", "--update-baseline").code == 2
