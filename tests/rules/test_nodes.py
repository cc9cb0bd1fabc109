"""The ranks of one engine, checked with each other."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from sglang_envctl.rules import Finding
from tests.harness import Write, run
from tests.tables import table

Judge = Callable[..., tuple[Finding, ...]]
LWS = (
    "apiVersion: leaderworkerset.x-k8s.io/v1\nkind: LeaderWorkerSet\nmetadata: {name: e}\nspec:\n"
    "  leaderWorkerTemplate:\n"
    "    leaderTemplate: {spec: {containers: [{name: c, image: %s, env: [%s]}]}}\n"
    "    workerTemplate: {spec: {containers: [{name: c, image: %s, env: [%s]}]}}\n"
)
IMAGE = "lmsysorg/sglang:v0.5.23-cu129"


def entry(name: str, value: object) -> str:
    return f"{{name: {name}, value: '{value}'}}"


MLX, OTHER_MLX = entry("SGLANG_USE_MLX", 1), entry("SGLANG_USE_MLX", 0)
TOKENS = "SGLANG_DEEPEP_NUM_MAX_DISPATCH_TOKENS_PER_RANK"


@table(
    ("leader", "worker", "expected"),
    [
        (MLX, MLX, []),
        (MLX, OTHER_MLX, [("differs-between-ranks", "info")]),
        (MLX, "", [("set-on-some-nodes", "info")]),
        ("", MLX, [("set-on-some-nodes", "info")]),
        (entry("SGLANG_USE_MLX", "true"), MLX, []),
        (entry("TZ", "UTC"), entry("TZ", "CET"), []),
        (entry("NCCL_SOCKET_IFNAME", "eth0"), entry("NCCL_SOCKET_IFNAME", "ens3"), []),
        (entry("CUDA_VISIBLE_DEVICES", "0,1"), entry("CUDA_VISIBLE_DEVICES", "2,3"), []),
        (entry("SGLANG_HOST_IP", "10.0.0.1"), entry("SGLANG_HOST_IP", "10.0.0.2"), []),
        (entry("SGLANG_HOST_IP", "10.0.0.1"), entry("SGLANG_HOST_IP", "10.0.0.1"),
         [("same-on-all-nodes", "warning")]),
        (entry(TOKENS, 64), entry(TOKENS, 128), [("differs-between-ranks", "error")]),
        (entry(TOKENS, 64), "", [("set-on-some-nodes", "error")]),
        (entry("NCCL_PROTO", "Simple"), "", [("set-on-some-nodes", "error")]),
        (entry("NCCL_DEBUG", "WARN"), entry("NCCL_DEBUG", "INFO"),
         [("differs-between-ranks", "info")]),
    ],
)  # fmt: skip
def test_leader_and_worker(
    leader: str, worker: str, expected: list[tuple[str, str]], judge: Judge
) -> None:
    found = judge(LWS % (IMAGE, leader, IMAGE, worker), kind="kubernetes")
    assert [(f.rule, f.severity) for f in found] == expected


@pytest.mark.parametrize(
    ("leader", "worker", "expected"),
    [
        ("SGL_ENABLE_JIT_DEEPGEMM", "SGL_ENABLE_JIT_DEEPGEMM", []),
        ("SGL_ENABLE_JIT_DEEPGEMM", "SGLANG_ENABLE_JIT_DEEPGEMM", []),
        ("SGL_ENABLE_JIT_DEEPGEMM", "TZ", [("set-on-some-nodes", "SGLANG_ENABLE_JIT_DEEPGEMM")]),
    ],
)
def test_deprecated_names_are_compared_under_the_new_one(
    leader: str, worker: str, expected: list[tuple[str, str]], judge: Judge
) -> None:
    found = judge(LWS % (IMAGE, entry(leader, 0), IMAGE, entry(worker, 0)), kind="kubernetes")
    assert [(f.rule, f.name) for f in found if f.rule != "renamed"] == expected


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        (IMAGE, []),
        ("lmsysorg/sglang:latest", []),
        ("registry.example/sglang:v0.5.20", []),
        ("lmsysorg/sglang:v0.5.22", ["release-differs"]),
        ("docker.io/lmsysorg/sglang:v0.5.10.post1-rocm", ["release-differs"]),
    ],
)
def test_releases_of_ranks(image: str, expected: list[str], judge: Judge) -> None:
    found = judge(LWS % (IMAGE, MLX, image, MLX), kind="kubernetes")
    assert [f.rule for f in found] == expected


def test_a_comment_silences_a_rank(judge: Judge) -> None:
    text = LWS % (IMAGE, MLX, IMAGE, OTHER_MLX)
    assert (
        judge(f"{text.rstrip()}  # envctl: ignore[differs-between-ranks]\n", kind="kubernetes")
        == ()
    )


def test_snapshots_of_one_engine_are_checked_with_each_other(write: Write) -> None:
    for number in range(4):
        write(
            f"env/{number}.json",
            json.dumps(
                {
                    "schema": 1,
                    "node": {"host": f"gpu{number}", "engine": "gpu0:5000", "release": "0.5.23"},
                    "settings": [{"name": TOKENS, "raw": "64" if number else "128"}],
                }
            ),
        )
    result = run("check", "env", "-q")

    assert result.code == 1
    assert result.out == (
        f"env/0.json: error differs-between-ranks {TOKENS}: gpu[1-3] has another value, but all ranks "
        "of an engine must have the same one (on gpu0) (give all ranks the same value)\n"
    )


def test_environments_of_different_engines_may_differ(write: Write) -> None:
    for number in range(2):
        node = {"host": f"gpu{number}", "engine": f"gpu{number}:5000"}
        settings = [{"name": TOKENS, "raw": str(64 + number)}]
        write(f"{number}.json", json.dumps({"schema": 1, "node": node, "settings": settings}))

    assert run("check", "0.json", "1.json").code == 0
