"""What the page of a variable says first, and what it says of values to avoid."""

from __future__ import annotations

import json

import pytest

from sglang_envctl.releases import RELEASES, load
from tests.harness import Write, run

POLL = "SGLANG_SCHEDULER_MAX_RECV_PER_POLL"


def blocks(*args: str) -> dict[str, list[str]]:
    page = json.loads(run("explain", *args, "--format", "json").out)
    return {block["heading"]: block["paragraphs"] + block["items"] for block in page["blocks"]}


def test_findings_about_the_value_come_right_after_it(write: Write) -> None:
    write("a.env", f"{POLL}=0\n")
    found = blocks(POLL, "-e", "a.env")
    assert list(found)[:2] == ["In this environment", "What envctl check says"]
    (said,) = found["What envctl check says"]
    assert said.startswith("error harmful-value: the server accepts no requests")


def test_values_to_avoid() -> None:
    assert blocks(POLL)["Values to avoid"] == [
        "0: the server accepts no requests and never answers: write -1 for no limit"
    ]
    assert blocks("NCCL_IB_TIMEOUT")["Values to avoid"][0].startswith("0: ")
    assert "Values to avoid" not in blocks("SGLANG_USE_CUDA_IPC_TRANSPORT", "--sglang", "0.5.15")
    assert "Values to avoid" in blocks("SGLANG_USE_CUDA_IPC_TRANSPORT", "--sglang", "0.5.16")


@pytest.mark.parametrize("command", ["show", "explain"])
def test_names_that_check_judges_are_known(command: str) -> None:
    names = sorted(n for n in load().read_names(RELEASES[-1]) if n.startswith("SGLANG_"))
    for name in names[:: len(names) // 20]:
        assert run(command, name).code == 0


@pytest.mark.parametrize(
    ("name", "fix"),
    [
        ("SGLANG_TP_SIZE", "it is the option --tp-size of the server"),
        ("SGLANG_FORCE_SHUTDOWN", "did you mean SGL_FORCE_SHUTDOWN?"),
        ("MC_IB_GID_INDEX", "did you mean MC_GID_INDEX?"),
        ("SGLANG_LOGGING_LEVEL", "it is the option --log-level of the server"),
        ("crahses", "did you mean crashes?"),
    ],
)
def test_name_that_is_none(name: str, fix: str) -> None:
    result = run("explain", name)
    assert result.code == 2
    assert result.err.strip().endswith(fix)


def test_name_of_other_software_without_an_entry() -> None:
    page = run("explain", "MCCL_SOCKET_IFNAME").out
    assert "Variable of MetaX's collective library." in page
    assert "envctl does not validate this value." in page
