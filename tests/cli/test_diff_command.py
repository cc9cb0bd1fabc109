"""`envctl diff`: what differs between environments, by meaning."""

from __future__ import annotations

import json
import re

import pytest

from tests.harness import Write, run


def lines(*args: str, **options: object) -> list[str]:
    return run("diff", "-q", *args, **options).out.splitlines()  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def _files(write: Write) -> None:
    write("a.env", "SGLANG_CACHE_DIT_ENABLED=1\nSGLANG_CACHE_DIT_FN=1\nAPP=x\n")
    write("b.env", "SGLANG_CACHE_DIT_ENABLED=true\nAPP=y\n")
    write("c.env", "SGLANG_CACHE_DIT_ENABLED=false\nNEW=1\n")


def test_one_and_true_mean_the_same_and_so_do_unset_and_the_default() -> None:
    result = run("diff", "a.env", "b.env")

    assert result.out == "APP\tchanged\ta.env: x\tb.env: y\n"
    assert result.err.startswith(
        "envctl: 1 difference, 2 more in spelling only (--raw lists them) (checked against SGLang "
    )


def test_raw_compares_texts() -> None:
    assert lines("a.env", "b.env", "--raw") == [
        "SGLANG_CACHE_DIT_ENABLED\tspelling\ta.env: true (written as 1)\tb.env: true",
        "SGLANG_CACHE_DIT_FN\tspelling\ta.env: 1\tb.env: 1 (default)",
        "APP\tchanged\ta.env: x\tb.env: y",
    ]


def test_against_the_defaults() -> None:
    assert lines("c.env", "defaults") == ["NEW\tremoved\tc.env: 1\tdefaults: unset"]


def test_three_sources() -> None:
    assert lines("a.env", "b.env", "c.env") == [
        "SGLANG_CACHE_DIT_ENABLED\tchanged\ta.env: true (written as 1)\tb.env: true\tc.env: false",
        "APP\tchanged\ta.env: x\tb.env: y\tc.env: unset",
        "NEW\tadded\ta.env: unset\tb.env: unset\tc.env: 1",
    ]


def test_layers_lie_under_every_source(write: Write) -> None:
    write("base.env", "APP=z\n")

    assert lines("-e", "base.env", "c.env", "defaults") == [
        "NEW\tremoved\tc.env: 1\tdefaults: unset"
    ]


def test_the_process_is_a_source() -> None:
    assert lines("c.env", "process", env={"NEW": "1", "EDITOR": "vi"}) == []
    assert lines("process", "defaults", env={"SGLANG_CACHE_DIT_FN": "3"}) == [
        "SGLANG_CACHE_DIT_FN\tremoved\tprocess: 3\tdefaults: 1 (default)",
        "SGLANG_CACHE_DIT_SECONDARY_FN\tchanged\tprocess: 3 (fallback)\tdefaults: 1 (default)",
    ]


def test_a_value_that_crashes_says_so(write: Write) -> None:
    write("d.env", "SGLANG_CACHE_DIT_FN=one\n")

    assert lines("d.env", "defaults")[0] == (
        "SGLANG_CACHE_DIT_FN\tremoved\td.env: one (crashes)\tdefaults: 1 (default)"
    )


FINGERPRINT = r"\*{8} #([0-9a-f]{6})"


@pytest.mark.parametrize(("other", "same"), [("hunter22", True), ("hunter23", False)])
def test_of_secrets_a_fingerprint_tells_same_from_different(
    write: Write, other: str, same: bool
) -> None:
    write("s.env", "API_TOKEN=hunter22\nX=1\n")
    write("t.env", f"API_TOKEN={other}\n")
    write("u.env", "")
    marks = re.findall(FINGERPRINT, "\n".join(lines("s.env", "t.env", "u.env")))

    assert len(marks) == 2
    assert same == (marks[0] == marks[1])


def test_a_difference_in_the_hidden_part_of_an_address_is_seen(write: Write) -> None:
    write("s.env", "APP=https://u:hunter22@h/\n")
    write("t.env", "APP=https://u:hunter23@h/\n")
    (line,) = lines("s.env", "t.env")
    values = [cell.split(": ", 1)[1] for cell in line.split("\t")[2:]]

    assert "hunter" not in line
    assert values[0] != values[1]
    assert all(re.fullmatch(r"https://\*{8}@h/ #[0-9a-f]{6}", value) for value in values)


def test_a_fingerprint_cannot_be_looked_up_in_the_next_run(write: Write) -> None:
    write("s.env", "API_TOKEN=hunter22\n")
    first, second = (re.findall(FINGERPRINT, lines("s.env", "defaults")[0]) for _ in range(2))

    assert first != second


def test_show_secrets(write: Write) -> None:
    write("s.env", "API_TOKEN=hunter22\n")

    assert lines("s.env", "defaults", "--show-secrets") == [
        "API_TOKEN\tremoved\ts.env: hunter22\tdefaults: unset"
    ]


def test_the_same_file_twice_does_not_differ() -> None:
    assert run("diff", "a.env", "a.env", "-q") == (0, "", "")


def test_one_value_for_each_source() -> None:
    document = json.loads(run("diff", "a.env", "c.env", "a.env", "--format", "json").out)

    assert {len(change["values"]) for change in document["changes"]} == {3}


def test_releases_differ_in_names_gone_come_and_changed() -> None:
    found = {
        line.split("\t")[0]: line.split("\t")[1:]
        for line in lines("release:0.5.12", "release:0.5.23", "--all")
    }

    assert found["SGLANG_NSA_FUSE_TOPK"] == [
        "removed", "release:0.5.12: true (default)", "release:0.5.23: not read",
        "renamed to SGLANG_DSA_FUSE_TOPK",
    ]  # fmt: skip
    assert found["SGLANG_DSA_FUSE_TOPK"] == [
        "added", "release:0.5.12: not read", "release:0.5.23: true (default)", "not read before",
    ]  # fmt: skip
    assert found["ASCEND_MF_TRANSFER_PROTOCOL"][0] == "changed"
    assert "SGLANG_LOG_GC" not in found


def test_an_upgrade_shows_what_becomes_of_an_environment(write: Write) -> None:
    write("prod.env", "SGLANG_FORWARD_TIMEOUT_MS=1500\nSGLANG_LOG_GC=1\n")

    found = {
        line.split("\t")[0]: line.split("\t")[1:]
        for line in lines("release:0.5.20", "release:0.5.23", "-e", "prod.env")
    }

    assert found["SGLANG_REQ_RUNNING_TIMEOUT"] == [
        "changed", "release:0.5.20: 1.5", "release:0.5.23: -1 (default)",
        "SGLANG_FORWARD_TIMEOUT_MS is no longer read",
    ]  # fmt: skip
    assert "SGLANG_LOG_GC" not in found
    # What is not set comes in where one of the two releases does not read it.
    everything = lines("release:0.5.20", "release:0.5.23", "-e", "prod.env", "--all")
    assert [line.split("\t")[1] for line in everything if "SGLANG_DG_USE_NVRTC" in line] == [
        "added"
    ]


def test_a_release_and_itself_do_not_differ() -> None:
    assert run("diff", "release:0.5.23", "release:0.5.23").code == 0


def test_no_release(write: Write) -> None:
    result = run("diff", "release:one", "defaults")

    assert (result.code, result.out) == (2, "")
    assert result.err.startswith(
        "envctl: release:one: 'one' is not a version of SGLang; the newest "
    )


def test_a_value_that_is_not_used_is_not_called_a_spelling(write: Write) -> None:
    write("a.env", "SGLANG_DISAGGREGATION_BOOTSTRAP_TIMEOUT=10m\nSGLANG_USE_MLX=0\n")
    result = run("diff", "a.env", "defaults")

    assert result.err.startswith(
        "envctl: no differences, 1 more in spelling only, 1 more in values without effect "
        "(--raw lists them) ("
    )


def test_an_export_of_the_environment_does_not_differ_from_it(write: Write) -> None:
    env = {
        "PATH": "/bin",
        "LD_LIBRARY_PATH": "/lib",
        "PYTHONPATH": "/x",
        "HOME": "/root",
        "CI": "1",
    }
    env |= {"SGLANG_PORT": "30000", "HF_TOKEN": "hf_x", "CUDA_VISIBLE_DEVICES": "0,1"}
    write("a.env", run("export", env=env).out)

    assert run("diff", "process", "a.env", env=env)[:2] == (0, "")
    write("a.env", "PATH=/usr/bin\n")
    assert "PATH\tchanged" in run("diff", "process", "a.env", env=env).out


@pytest.mark.parametrize("release", ["9", "0.5.99", "0.5.20.post7", "0.1", "0.0.0.dev0"])
def test_a_release_of_which_nothing_is_known_is_refused(release: str) -> None:
    result = run("diff", "release:0.5.20", f"release:{release}")

    assert (result.code, result.out) == (2, "")
    assert result.complaint.startswith(f"release:{release}: envctl has no data about this release")


SIDES = ("release:0.5.10", "release:0.5.23")


@pytest.mark.parametrize(
    ("narrowed", "names"),
    [
        (["SGLANG_NSA_FUSE_TOPK"], ["SGLANG_NSA_FUSE_TOPK"]),
        (["SGLANG_?SA_FUSE_TOPK"], ["SGLANG_DSA_FUSE_TOPK", "SGLANG_NSA_FUSE_TOPK"]),
        (["ASCEND_MF_TRANSFER_PROTOCOL"], ["ASCEND_MF_TRANSFER_PROTOCOL"]),
        (["SGLANG_PORT", "--section", "srt-dsa"], []),
        (["SGLANG_?SA_FUSE_TOPK", "--section", "srt-deepep"], []),
    ],
)
def test_names_and_sections_narrow_a_comparison_down(narrowed: list[str], names: list[str]) -> None:
    found = [line.split("\t")[0] for line in lines(*SIDES, *narrowed)]

    assert sorted(found) == names


def test_they_narrow_down_files_and_nodes_too(write: Write) -> None:
    write("d.env", "APP=z\nNEW=2\n")

    assert [line.split("\t")[0] for line in lines("a.env", "b.env", "APP")] == ["APP"]
    four = lines("a.env", "b.env", "c.env", "d.env", "AP?")
    assert [line.split("\t")[0] for line in four] == ["APP"]


def test_a_name_that_is_none_is_refused() -> None:
    result = run("diff", *SIDES, "SGLANG_NSA_FUSE_TOPPK")

    assert (result.code, result.out) == (2, "")
    assert result.complaint.startswith("no variable here is called SGLANG_NSA_FUSE_TOPPK; did you")


def test_undocumented_names_only_on_request() -> None:
    usual, everything = run("diff", *SIDES), run("diff", *SIDES, "--all")
    more = len(everything.out.splitlines()) - len(usual.out.splitlines())

    assert "SGLANG_DG_USE_NVRTC" in usual.out
    assert "GITHUB_WORKFLOW_REF" not in usual.out
    assert more > 100
    assert f", {more} more of undocumented names (--all lists them) (" in usual.err


@pytest.mark.parametrize(
    ("value", "sides", "cause"),
    [
        ("SGLANG_NSA_FUSE_TOPK=0", SIDES, "renamed to SGLANG_DSA_FUSE_TOPK"),
        ("SGLANG_CUTLASS_MOE=1", SIDES, "no longer read"),
        ("SGLANG_FORWARD_TIMEOUT_MS=1500", SIDES, "SGLANG_FORWARD_TIMEOUT_MS is no longer read"),
        ("SGLANG_SET_CPU_AFFINITY=yes", SIDES, "accepted now"),
        ("SGLANG_SET_CPU_AFFINITY=yes", SIDES[::-1], "misread now"),
        ("SGLANG_DG_USE_NVRTC=1", SIDES, "not read before"),
        ("SGLANG_LOG_REQUEST_HEADERS=x-id", ("release:0.4.6", "release:0.5.9"), "not read before"),
    ],
)
def test_a_value_says_why_it_changes(value: str, sides: tuple[str, str], cause: str) -> None:
    found = [line.split("\t")[-1] for line in lines(*sides, "--set", value)]
    document = json.loads(run("diff", *sides, "--set", value, "--format", "json").out)

    assert found == [cause]
    assert [change["cause"] for change in document["changes"]] == [cause]


def test_a_value_lies_over_the_layers(write: Write) -> None:
    write("base.env", "APP=z\n")

    assert lines("-e", "base.env", "--set", "APP=x", "a.env", "defaults", "APP") == []


@pytest.mark.parametrize("given", ["APP", "=1"])
def test_no_value(given: str) -> None:
    result = run("diff", *SIDES, "--set", given)

    assert (result.code, result.complaint) == (2, f"--set: {given} is not NAME=VALUE")


def test_an_upgrade_is_about_the_names_that_are_set(write: Write) -> None:
    write("a.env", "SGLANG_CUTLASS_MOE=1\nSGLANG_CACHE_DIT_FN=2\n")
    sides = ("release:0.5.10", "release:0.5.23", "-e", "a.env")
    result = run("diff", *sides)
    everything = run("diff", *sides, "--all")

    assert [line.split("\t")[0] for line in result.out.splitlines()] == ["SGLANG_CUTLASS_MOE"]
    more = len(everything.out.splitlines()) - 1
    assert f", {more} more of names that are not set (--all lists them) (" in result.err
    assert "SGLANG_CUTLASS_MOE" in everything.out
