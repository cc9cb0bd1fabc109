"""Multi-node deployments such as SGLang's own docs have: what drifts is told, and nothing is an error.

Retyped from the LeaderWorkerSet and RoleBasedGroup examples for DeepSeek with prefill and decode apart
(docs/references/multi_node_deployment), which are known to run.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

import pytest

from sglang_envctl.rules import Finding
from tests.harness import Write, run

Judge = Callable[..., tuple[Finding, ...]]

NETWORK = {
    "NVSHMEM_HCA_PE_MAPPING": "mlx5_bond_0:1:2,mlx5_bond_1:1:2",
    "NVSHMEM_IB_GID_INDEX": "3",
    "NVSHMEM_ENABLE_NIC_PE_MAPPING": "1",
    "NCCL_IB_QPS_PER_CONNECTION": "8",
    "NCCL_IB_SPLIT_DATA_ON_QPS": "1",
    "NCCL_NET_PLUGIN": "none",
    "NCCL_IB_TC": "136",
    "NCCL_MIN_NCHANNELS": "4",
    "NCCL_IB_SL": "5",
    "NCCL_IB_HCA": "^=mlx5_0,mlx5_5,mlx5_6",
}
PREFILL = {**NETWORK, "SGLANG_SET_CPU_AFFINITY": "true", "SGLANG_ENABLE_JIT_DEEPGEMM": "1"}
PREFILL_LEADER = {**PREFILL, "MC_TE_METRIC": "false"}
PREFILL_WORKER = {
    **PREFILL,
    "MC_TE_METRIC": "true",
    "NVSHMEM_IB_TRAFFIC_CLASS": "16",
    "CUDA_LAUNCH_BLOCKING": "0",
    "SGLANG_MOONCAKE_TRANS_THREAD": "8",
    "SGLANG_CHUNKED_PREFIX_CACHE_THRESHOLD": "0",
}
DECODE = {
    **NETWORK,
    "MC_TE_METRIC": "true",
    "SGLANG_MOONCAKE_TRANS_THREAD": "16",
    "SGLANG_ENABLE_JIT_DEEPGEMM": "1",
}
DECODE_LEADER = {**DECODE, "CUDA_LAUNCH_BLOCKING": "0"}
DECODE_WORKER = {**DECODE, "NVSHMEM_IB_TRAFFIC_CLASS": "16"}
PREFILL_DRIFT = {
    "MC_TE_METRIC": "differs-between-ranks",
    "NVSHMEM_IB_TRAFFIC_CLASS": "set-on-some-nodes",
    "CUDA_LAUNCH_BLOCKING": "set-on-some-nodes",
    "SGLANG_MOONCAKE_TRANS_THREAD": "set-on-some-nodes",
    "SGLANG_CHUNKED_PREFIX_CACHE_THRESHOLD": "set-on-some-nodes",
}
DECODE_DRIFT = {
    "CUDA_LAUNCH_BLOCKING": "set-on-some-nodes",
    "NVSHMEM_IB_TRAFFIC_CLASS": "set-on-some-nodes",
}


def container(mode: str, env: Mapping[str, str]) -> object:
    command = [
        "python3", "-m", "sglang.launch_server", "--model-path", "/models/m",
        "--disaggregation-mode", mode, "--moe-a2a-backend", "deepep", "--enable-dp-attention",
        "--dp-size", "16", "--tp", "16", "--dist-init-addr", "$(LWS_LEADER_ADDRESS):20102",
        "--nnodes", "$(LWS_GROUP_SIZE)", "--node-rank", "$(LWS_WORKER_INDEX)",
    ]  # fmt: skip
    index = "metadata.labels['leaderworkerset.sigs.k8s.io/worker-index']"
    own = {"name": "LWS_WORKER_INDEX", "valueFrom": {"fieldRef": {"fieldPath": index}}}
    values = [{"name": name, "value": value} for name, value in env.items()]
    image = "lmsysorg/sglang:latest"
    return {"name": "sglang", "image": image, "command": command, "env": [*values, own]}


def template(mode: str, env: Mapping[str, str]) -> object:
    return {"spec": {"containers": [container(mode, env)]}}


def lws(mode: str, leader: Mapping[str, str], worker: Mapping[str, str]) -> str:
    return json.dumps(
        {
            "apiVersion": "leaderworkerset.x-k8s.io/v1",
            "kind": "LeaderWorkerSet",
            "metadata": {"name": f"deepseek-{mode}"},
            "spec": {
                "leaderWorkerTemplate": {
                    "leaderTemplate": template(mode, leader),
                    "workerTemplate": template(mode, worker),
                    "size": 2,
                }
            },
        }
    )


def rbg() -> str:
    """One group of prefill and decode, each an engine of its own."""

    def role(mode: str, env: Mapping[str, str]) -> object:
        patch = {"spec": {"containers": [container(mode, {})]}}
        whole = {"size": 1, "patchLeaderTemplate": patch, "patchWorkerTemplate": {}}
        return {"name": mode, "leaderWorkerSet": whole, "template": template(mode, env)}

    timeouts = {
        "prefill": {"SGLANG_DISAGGREGATION_BOOTSTRAP_TIMEOUT": "1000000000"},
        "decode": {"SGLANG_DISAGGREGATION_WAITING_TIMEOUT": "100000000"},
    }
    roles = [role(mode, {**NETWORK, **own}) for mode, own in timeouts.items()]
    return json.dumps(
        {
            "apiVersion": "workloads.x-k8s.io/v1alpha1",
            "kind": "RoleBasedGroup",
            "metadata": {"name": "deepseek"},
            "spec": {"roles": roles},
        }
    )


@pytest.mark.parametrize(
    ("manifest", "drift"),
    [
        (lws("prefill", PREFILL_LEADER, PREFILL_WORKER), PREFILL_DRIFT),
        (lws("decode", DECODE_LEADER, DECODE_WORKER), DECODE_DRIFT),
        (lws("decode", DECODE_LEADER, DECODE_LEADER), {}),
        (rbg(), {}),
    ],
    ids=["lws prefill", "lws decode", "lws without drift", "rbg"],
)
def test_what_drifts_is_told_and_nothing_is_an_error(
    manifest: str, drift: Mapping[str, str], write: Write
) -> None:
    write("deploy/engine.yaml", manifest)

    result = run("check", "deploy", "--format", "json")
    found = json.loads(result.out)["findings"]

    between = ("differs-between-ranks", "set-on-some-nodes")
    assert {f["name"]: f["rule"] for f in found if f["rule"] in between} == drift
    assert [f for f in found if f["severity"] != "info"] == []
    assert result.code == 0


def test_prefill_and_decode_are_two_engines(write: Write) -> None:
    write("deploy/p.yaml", lws("prefill", PREFILL_LEADER, PREFILL_LEADER))
    write("deploy/d.yaml", lws("decode", DECODE_LEADER, DECODE_LEADER))

    found = json.loads(run("check", "deploy", "--format", "json").out)["findings"]

    assert {f["rule"] for f in found} <= {"unknown-variable"}


def test_a_difference_that_breaks_the_engine_is_the_only_error(judge: Judge) -> None:
    worker = {**PREFILL_WORKER, "SGLANG_ENABLE_JIT_DEEPGEMM": "0"}
    found = judge(lws("prefill", PREFILL_LEADER, worker), kind="kubernetes")

    errors = [(f.rule, f.name) for f in found if f.severity == "error"]
    assert errors == [("differs-between-ranks", "SGLANG_ENABLE_JIT_DEEPGEMM")]
