"""Many environments compared: grouped by meaning, outliers first."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from tests.harness import Write, run


def snapshot(node: Mapping[str, str], **values: str) -> str:
    settings = [{"name": name, "raw": raw} for name, raw in values.items()]
    return json.dumps({"schema": 1, "node": dict(node), "settings": settings})


def node(write: Write, number: int, *, role: str = "", rank: str = "", **values: str) -> None:
    own = {"SGLANG_HEALTH_CHECK_TIMEOUT": "2", "SGLANG_HOST_IP": f"10.0.0.{number}"}
    identity = {"host": f"gpu{number}", "role": role, "rank": rank}
    write(f"nodes/{number}.json", snapshot(identity, **{**own, **values}))


def lines(*args: str) -> list[str]:
    return run("diff", "-q", *args).out.splitlines()


def test_nodes_that_agree_are_grouped_and_outliers_come_first(write: Write) -> None:
    for number in range(1, 9):
        odd = {"NCCL_DEBUG": "INFO"} if number in (2, 3) else {}
        node(write, number, SGLANG_HEALTH_CHECK_TIMEOUT="3" if number == 5 else "2", **odd)

    result = run("diff", "nodes")

    assert result.code == 1
    assert result.out.splitlines() == [
        "SGLANG_HEALTH_CHECK_TIMEOUT\tchanged\tgpu[1-4,6-8]: 2\tgpu5: 3",
        "NCCL_DEBUG\tadded\tgpu[1,4-8]: unset\tgpu[2-3]: INFO",
    ]
    assert result.err.startswith("envctl: 2 differences between 8 nodes (checked against SGLang ")


def test_what_differs_by_nature_is_left_out(write: Write) -> None:
    for number in range(1, 5):
        node(write, number, NCCL_SOCKET_IFNAME=f"eth{number}", LWS_WORKER_INDEX=str(number))

    assert run("diff", "nodes").code == 0


def test_another_kind_of_network_is_told(write: Write) -> None:
    for number in range(1, 5):
        node(write, number, GLOO_SOCKET_IFNAME="lo" if number == 4 else f"ens{number}")

    assert lines("nodes") == ["GLOO_SOCKET_IFNAME\tchanged\tgpu[1-3]: ens1\tgpu4: lo"]


def test_equal_meanings_differ_only_as_written(write: Write) -> None:
    for number in range(1, 5):
        node(write, number, SGLANG_CACHE_DIT_ENABLED="true" if number == 1 else "1")

    assert lines("nodes") == []
    assert lines("nodes", "--raw") == [
        "SGLANG_CACHE_DIT_ENABLED\tspelling\tgpu[2-4]: true (written as 1)\tgpu1: true"
    ]


def test_nodes_are_compared_with_those_of_their_role(write: Write) -> None:
    for number in range(1, 9):
        role = "prefill" if number < 5 else "decode"
        fn = {"prefill": "2", "decode": "4"}[role]
        node(write, number, role=role, SGLANG_HEALTH_CHECK_TIMEOUT="9" if number == 8 else fn)

    document = json.loads(run("diff", "nodes", "--by", "role", "--format", "json").out)

    found = [
        (c["part"], [(v["value"], v["nodes"]) for v in c["values"]]) for c in document["changes"]
    ]
    assert found == [
        ("decode", [(4, ["gpu5", "gpu6", "gpu7"]), (9, ["gpu8"])]),
        ("between roles", [(2, ["prefill"]), (4, ["decode"])]),
    ]


def test_what_prefill_and_decode_may_have_different_is_told_within_a_role_only(
    write: Write,
) -> None:
    name = "SGLANG_DISAGGREGATION_WAITING_TIMEOUT"
    for number in range(1, 7):
        role, raw = ("prefill", "300") if number < 4 else ("decode", "600")
        node(write, number, role=role, **{name: "700" if number == 6 else raw})

    assert lines("nodes", "--by", "role") == [f"{name}\tchanged\tgpu[4-5]: 600\tgpu6: 700"]


def test_roles_by_name(write: Write) -> None:
    for number in range(1, 5):
        node(write, number, SGLANG_HEALTH_CHECK_TIMEOUT=str(number // 3))

    assert lines("nodes", "--group", "p=gpu[12]", "--group", "d=gpu*") == [
        "SGLANG_HEALTH_CHECK_TIMEOUT\tchanged\tp: 0\td: 1"
    ]
    result = run("diff", "nodes", "--group", "p")
    assert (result.code, result.complaint) == (
        2, "--group: p is not NAME=PATTERN, as in decode=gpu-2*"
    )  # fmt: skip


def test_hosts_that_repeat_are_told_apart(write: Write) -> None:
    for number, rank in enumerate("0123"):
        identity = {"host": "gpu", "rank": rank if number else ""}
        write(f"nodes/{number}.json", snapshot(identity, NCCL_DEBUG="WARN" if number else "INFO"))

    assert lines("nodes") == ["NCCL_DEBUG\tchanged\tgpu/[1-3]: WARN\tgpu: INFO"]


def test_what_cannot_be_read_is_named_and_the_rest_compared(write: Write) -> None:
    for number in range(1, 5):
        node(write, number, NCCL_DEBUG=str(number // 4))
    write("nodes/5.json", '{"schema": 1, "settings": [{"name": "A", "raw": "1", "origin": 7}]}')
    write("nodes/6.json", '{"schema": 1, "settings": {}}')

    result = run("diff", "nodes")

    assert result.code == 3
    assert "NCCL_DEBUG" in result.out
    assert "nodes/5.json: settings[0].origin is not a place" in result.err
    assert "nodes/6.json: is JSON of envctl, but not a snapshot" in result.err


def test_secrets_stay_masked_and_still_tell_same_from_different(write: Write) -> None:
    for number in range(1, 5):
        node(write, number, HF_TOKEN="hf_otherothersecret" if number == 4 else "hf_onesecretforall")

    result = run("diff", "nodes")

    assert "secret" not in result.out
    assert result.out.count("#") == 2


@pytest.mark.parametrize("number", [3, 4])
def test_up_to_three_sources_have_a_column_each(write: Write, number: int) -> None:
    for i in range(number):
        write(f"{i}.env", f"NCCL_DEBUG=INFO\nAPP={i // 2}\n")

    columns = {
        3: ["APP\tchanged\t0.env: 0\t1.env: 0\t2.env: 1"],
        4: ["APP\tchanged\t[0-1].env: 0\t[2-3].env: 1"],
    }
    assert lines(*(f"{i}.env" for i in range(number))) == columns[number]
