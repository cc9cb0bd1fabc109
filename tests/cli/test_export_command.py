"""`envctl export`: the effective environment as text that a launcher reads."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest

from sglang_envctl.exports import FORMATS, documents
from tests.harness import Write, child, run

PROD = "SGLANG_CACHE_DIT_ENABLED=true\nAPP_NAME='my shop'\nPATH=/opt/bin\nSGLANG_CACHE_DIT_FN=2\n"


@pytest.fixture(autouse=True)
def _file(write: Write) -> None:
    write("prod.env", PROD)


def out(*args: str, **options: object) -> str:
    return run("export", "-q", *args, **options).out  # type: ignore[arg-type]


def test_of_explicit_layers_every_assignment_documented_names_first() -> None:
    assert out("-e", "prod.env") == (
        "SGLANG_CACHE_DIT_ENABLED=true\nSGLANG_CACHE_DIT_FN=2\nAPP_NAME='my shop'\n"
    )


def test_shell_and_json() -> None:
    document = json.loads(out("-e", "prod.env", "--format", "json"))

    assert out("-e", "prod.env", "APP_NAME", "--format", "shell") == "export APP_NAME='my shop'\n"
    assert document["settings"][0] == {
        "name": "SGLANG_CACHE_DIT_ENABLED",
        "raw": "true",
        "origin": {"source": "prod.env", "file": "prod.env", "line": 1, "key": None},
    }


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["PATH"], "PATH=/opt/bin\n"),
        (
            ["*"],
            "SGLANG_CACHE_DIT_ENABLED=true\nSGLANG_CACHE_DIT_FN=2\nPATH=/opt/bin\nAPP_NAME='my shop'\n",
        ),
        (["SGLANG_*_FN", "APP_NAME"], "SGLANG_CACHE_DIT_FN=2\nAPP_NAME='my shop'\n"),
    ],
)
def test_what_belongs_to_the_system_only_when_it_is_named(names: list[str], expected: str) -> None:
    assert expected == out("-e", "prod.env", *names)


def test_what_is_left_out_for_belonging_to_the_system_is_said() -> None:
    said = "left out, as system variables: PATH; export them with NAME or '*'"

    assert said in run("export", "-e", "prod.env").err
    for named in (["PATH"], ["*"], ["APP_NAME"], ["--section", "cache-dit"]):
        assert "left out" not in run("export", "-e", "prod.env", *named).err


def test_of_the_process_only_names_that_sglang_knows() -> None:
    env = {
        "SGLANG_CACHE_DIT_FN": "2",
        "SGLANG_LOG_MS": "1",
        "HF_HUB_OFFLINE": "1",
        "HOME": "/root",
        "PATH": "/bin",
        "EDITOR": "vi",
        "HOSTNAME": "pod-1",
        "GITHUB_ACTIONS": "true",
    }

    assert out(env=env) == "SGLANG_CACHE_DIT_FN=2\nHF_HUB_OFFLINE=1\nSGLANG_LOG_MS=1\n"
    assert out("PATH", env=env) == "PATH=/bin\n"
    assert out("--inherit", "-e", "prod.env", "SGLANG_LOG_MS", "APP_*", env=env) == (
        "SGLANG_LOG_MS=1\nAPP_NAME='my shop'\n"
    )


def test_secrets_are_written(write: Write) -> None:
    write("s.env", "API_TOKEN=hunter22\n")

    assert out("-e", "s.env") == "API_TOKEN=hunter22\n"


def test_all_puts_in_the_defaults() -> None:
    with_defaults = out("-e", "prod.env", "--all").splitlines()

    assert "SGLANG_CACHE_DIT_BN=0" in with_defaults
    assert "SGLANG_CACHE_DIT_FN=2" in with_defaults
    assert not [line for line in with_defaults if line.startswith("SGLANG_S3_BUCKET_NAME")]


def test_the_defaults_it_puts_in_change_nothing(write: Write) -> None:
    write("all.env", out("--all"))

    assert run("diff", "all.env", "defaults", "-q") == (0, "", "")
    assert run("check", "all.env", "-q").code == 0


@pytest.mark.parametrize("form", [form for form in FORMATS if not documents(form)])
def test_with_errors_it_writes_nothing_and_says_why(write: Write, form: str) -> None:
    write("bad.env", "SGLANG_CACHE_DIT_ENABLED=true\nSGLANG_CACHE_DIT_FN=one\nTOKEN=hunter22\n")
    args = ("export", "-e", "bad.env", "--format", form)
    refused, insisted = run(*args, "-o", "x"), run(*args, "-o", "y", "--no-check")
    finding, last = refused.err.splitlines()

    assert (refused.code, refused.out) == (1, "")
    assert not Path("x").exists()
    assert finding.startswith("bad.env:2: error crashes SGLANG_CACHE_DIT_FN: ")
    assert last == (
        "envctl: nothing written: 1 error in bad.env; fix them, or export anyway with --no-check"
    )
    assert insisted.code == 0
    assert "one" in Path("y").read_text(encoding="utf-8")


def test_warnings_do_not_keep_it_from_writing(write: Write) -> None:
    write("warn.env", "SGLANG_DIFFUSION_TORCH_PROFILER_DIR=traces\n")

    assert out("-e", "warn.env") == "SGLANG_DIFFUSION_TORCH_PROFILER_DIR=traces\n"


def test_what_a_format_cannot_carry_is_refused_by_name(write: Write) -> None:
    write("x.env", "A='$'\nB='${A}{A}'\nC='${A}{C}'\nD=1\n")
    result = run("export", "-e", "x.env")

    assert (result.code, result.out) == (1, "")
    assert [line.split()[3] for line in result.err.splitlines()] == ["B", "C"]


def test_what_only_the_start_will_know_can_be_left_out(write: Write) -> None:
    manifest = (
        "kind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, env: [{name: A, value: '1'}, "
        "{name: IP, valueFrom: {fieldRef: {fieldPath: status.podIP}}}]}]}\n"
    )
    write("pod.yaml", manifest)
    refused = run("export", "-e", "pod.yaml", "--format", "docker")
    written = run("export", "-e", "pod.yaml", "--format", "docker", "--skip-unknown", "-q")

    assert (refused.code, refused.out) == (1, "")
    assert (written.code, written.out) == (0, "A=1\n")
    assert written.complaint == "left out, known only at startup: IP"


def test_a_file_is_whole_and_readable_by_its_owner_only() -> None:
    os.umask(0o022)
    Path("out.env").write_text("old\n", encoding="utf-8")
    Path("out.env").chmod(0o644)
    result = run("export", "-e", "prod.env", "-o", "out.env")
    written = Path("out.env")

    assert (result.code, result.out) == (0, "")
    assert result.err.startswith("envctl: 3 variables written as dotenv\n")
    assert stat.S_IMODE(written.stat().st_mode) == 0o600
    assert written.read_text(encoding="utf-8") == out("-e", "prod.env")
    assert sorted(os.listdir()) == ["out.env", "prod.env"]


def test_what_cannot_be_written_leaves_the_file_that_was_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    Path("out.env").write_text("old\n", encoding="utf-8")
    monkeypatch.setattr(os, "replace", fail)
    result = run("export", "-e", "prod.env", "-o", "out.env")

    assert result.code == 3
    assert result.complaint == "out.env: no space left on device"
    assert Path("out.env").read_text(encoding="utf-8") == "old\n"
    assert sorted(os.listdir()) == ["out.env", "prod.env"]


def test_a_link_is_followed() -> None:
    Path("link.env").symlink_to("real.env")
    run("export", "-e", "prod.env", "-o", "link.env")

    assert Path("link.env").is_symlink()
    assert Path("real.env").is_file()


def test_a_dash_is_standard_output() -> None:
    assert out("-e", "prod.env", "-o", "-") == out("-e", "prod.env")


def test_export_into_dot_env_never_reads_the_file_it_overwrites(write: Write) -> None:
    write(".env", "SGLANG_CACHE_DIT_FN=9\n")
    with Path(".env").open("wb") as target:
        result = child("export", env={"SGLANG_CACHE_DIT_BN": "3"}, stdout=target)

    assert result.code == 0
    assert Path(".env").read_text(encoding="utf-8") == "SGLANG_CACHE_DIT_BN=3\n"


@pytest.mark.parametrize("link", ["prod.env", "./prod.env", "soft.env", "chain.env", "hard.env"])
@pytest.mark.parametrize("spec", ["prod.env", "dotenv:prod.env"])
def test_an_input_is_never_overwritten_under_any_of_its_names(spec: str, link: str) -> None:
    Path("soft.env").symlink_to("prod.env")
    Path("chain.env").symlink_to("soft.env")
    Path("hard.env").hardlink_to("prod.env")
    before = sorted(os.listdir())
    result = run("export", "--no-check", "-e", spec, "-o", link)

    assert result.code == 2
    assert result.complaint == f"--output: {link} is one of the inputs; name another file"
    assert Path("prod.env").read_text(encoding="utf-8") == PROD
    assert sorted(os.listdir()) == before


def test_nor_is_the_registry(write: Write) -> None:
    declared = '[[variable]]\nname = "ACME_BATCH"\ntype = "int"\nsummary = "Requests at once"\n'
    write("own.toml", declared)
    result = run("export", "--registry", "own.toml", "-e", "prod.env", "-o", "own.toml")

    assert result.code == 2
    assert Path("own.toml").read_text(encoding="utf-8") == declared


@pytest.mark.parametrize(
    ("sections", "expected"),
    [
        (["cache-dit"], ["SGLANG_CACHE_DIT_ENABLED", "SGLANG_CACHE_DIT_FN"]),
        (["other"], ["APP_NAME"]),
        (["cache-dit", "other"], ["SGLANG_CACHE_DIT_ENABLED", "SGLANG_CACHE_DIT_FN", "APP_NAME"]),
        (["maca"], []),
    ],
)
def test_sections_narrow_it_down(sections: list[str], expected: list[str]) -> None:
    options = [word for slug in sections for word in ("--section", slug)]
    lines = out("-e", "prod.env", *options).splitlines()

    assert [line.partition("=")[0] for line in lines] == expected


def test_sections_and_names_both_count() -> None:
    assert out("-e", "prod.env", "--section", "cache-dit", "*_FN") == "SGLANG_CACHE_DIT_FN=2\n"
    assert run("export", "-e", "prod.env", "--section", "other", "*_FN").complaint == (
        "no variable that is set matches *_FN"
    )


@pytest.mark.parametrize("name", ["Sglang", "a_b", "-a", "a-", "", "a" * 64, "a\x1b[31m", "a: b"])
def test_a_name_that_kubernetes_would_not_take(name: str) -> None:
    result = run("export", "-e", "prod.env", "--name", name)

    assert result.code == 2
    assert result.complaint.startswith("--name: ")


UNLIKE = "A='it\\'s \"x\"'\nB='x y'\nC=\"it's $HOME\"\nD=x\n"


def test_it_names_what_other_programs_read_otherwise(write: Write) -> None:
    write("x.env", UNLIKE)
    lines = run("export", "-e", "x.env").err.splitlines()

    assert lines == [
        "envctl: node would read this file differently from python-dotenv: A; --for refuses that",
        "envctl: shell and compose would read this file differently from python-dotenv: C; --for "
        "refuses that",
        "envctl: 4 variables written as dotenv",
    ]
    assert run("export", "-q", "-e", "x.env").err.count("differently") == 2
    assert run("export", "-e", "x.env", "--format", "shell").err.count("\n") == 1


@pytest.mark.parametrize(
    ("dialects", "refused"),
    [
        (["shell"], {"C": "shell"}),
        (["node"], {"A": "node"}),
        (["node", "shell"], {"A": "node", "C": "shell"}),
        (["node,shell"], {"A": "node", "C": "shell"}),
        (["docker"], {"A": "docker", "B": "docker", "C": "docker"}),
    ],
)
def test_what_has_to_be_read_the_same_is_refused(
    write: Write, dialects: list[str], refused: dict[str, str]
) -> None:
    write("x.env", UNLIKE)
    result = run("export", "-q", "-e", "x.env", *(f"--for={one}" for one in dialects))
    said = [
        f"envctl: nothing written: {name} cannot be written as dotenv: {dialect} would read it "
        "differently"
        for name, dialect in refused.items()
    ]

    assert (result.code, [line for line in result.err.splitlines() if "nothing" in line]) == (
        int(bool(refused)),
        said,
    )


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--for", "sh"], "--for: 'sh' is not one of "),
        (["--for", "node", "--format", "shell"], "--for applies only to .env files: use it with "),
    ],
)
def test_dialects_that_make_no_sense(options: list[str], said: str) -> None:
    result = run("export", "-e", "prod.env", *options)

    assert (result.code, result.complaint[: len(said)]) == (2, said)
