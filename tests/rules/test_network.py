"""Interfaces: what fires, and above all what does not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sglang_envctl.environment import Assignment, Layer, Origin
from sglang_envctl.rules import Finding
from sglang_envctl.rules.network import RULES
from sglang_envctl.sources.context import Context
from sglang_envctl.sources.dotenv.dialects.dotenv import read
from tests.tables import table

Judge = Callable[..., tuple[Finding, ...]]
SLUGS = tuple(rule.slug for rule in RULES)


def _found(judge: Judge, lines: str) -> list[tuple[str, str]]:
    return [(f.rule, f.name.partition("_")[0]) for f in judge(lines.replace(" ", "\n"), *SLUGS)]


@table(
    ("lines", "expected"),
    [
        ("GLOO_SOCKET_IFNAME=^lo", [("interface-pattern", "GLOO")]),
        ("TP_SOCKET_IFNAME==eth0", [("interface-pattern", "TP")]),
        ("NCCL_SOCKET_IFNAME=lo GLOO_SOCKET_IFNAME=eth0", [("loopback-interface", "NCCL")]),
        ("NCCL_SOCKET_IFNAME==lo TP_SOCKET_IFNAME=eth0", [("loopback-interface", "NCCL")]),
        ("HCCL_SOCKET_IFNAME=lo GLOO_SOCKET_IFNAME=lo NNODES=2",
         [("loopback-interface", "HCCL"), ("loopback-interface", "GLOO")]),
        ("NCCL_SOCKET_IFNAME=eth0 LWS_GROUP_SIZE=2", [("gloo-interface", "NCCL")]),
        ("NCCL_SOCKET_IFNAME=eth0 SLURM_JOB_NUM_NODES=4", [("gloo-interface", "NCCL")]),
        ("NCCL_SOCKET_IFNAME=eth0 NODE_RANK=1", [("gloo-interface", "NCCL")]),
        ("MCCL_SOCKET_IFNAME=eth0 NCCL_SOCKET_IFNAME=eth0 NODE_RANK=1",
         [("gloo-interface", "NCCL")]),
    ],
)  # fmt: skip
def test_fires(lines: str, expected: list[tuple[str, str]], judge: Judge) -> None:
    assert _found(judge, lines) == expected


@table(
    "lines",
    [
        "NCCL_SOCKET_IFNAME=eth0",
        "NCCL_SOCKET_IFNAME=^lo,docker0 GLOO_SOCKET_IFNAME=eth0",
        "NCCL_SOCKET_IFNAME==eth0 GLOO_SOCKET_IFNAME=eth0",
        "HCCL_SOCKET_IFNAME=lo GLOO_SOCKET_IFNAME=lo",
        "HCCL_SOCKET_IFNAME=lo GLOO_SOCKET_IFNAME=lo NNODES=1 NODE_RANK=0",
        # Data over InfiniBand, the rest over Ethernet: usual, and meant.
        "NCCL_SOCKET_IFNAME=ib0 GLOO_SOCKET_IFNAME=eth0 TP_SOCKET_IFNAME=eth0 NNODES=2",
        "NCCL_SOCKET_IFNAME=eth GLOO_SOCKET_IFNAME=eth0,eth1 NNODES=2",
        "NCCL_SOCKET_IFNAME=^docker0 NNODES=2",
        "NCCL_SOCKET_IFNAME= GLOO_SOCKET_IFNAME= NNODES=2",
        "NCCL_SOCKET_IFNAME=eth0 NNODES=two NODE_RANK=-1 LWS_GROUP_SIZE=",
        "NCCL_SOCKET_IFNAME=eth0 SLURM_NNODES=1 SLURM_NODEID=0 LWS_WORKER_INDEX=0",
        "NCCL_SOCKET_IFNAME=eth0 WORLD_SIZE=8 RANK=3",  # of processes, not of nodes
        "NNODES=2 NODE_RANK=1",
    ],
)
def test_is_silent(lines: str, judge: Judge) -> None:
    assert _found(judge, lines) == []


def test_what_is_missing_may_come_from_where_nobody_could_look(judge_layers: Judge) -> None:
    layer = read("a.env", b"NNODES=2\nNCCL_SOCKET_IFNAME=eth0\n", Context())

    assert judge_layers(layer, rules=SLUGS)
    assert judge_layers(layer._replace(unseen="ConfigMap network"), rules=SLUGS) == ()


def test_number_of_nodes_that_is_known_only_at_the_start_shows_nothing(judge_layers: Judge) -> None:
    layer = read("a.env", b"LWS_GROUP_SIZE=2\nNCCL_SOCKET_IFNAME=eth0\n", Context())
    size, interface = layer.assignments
    late = layer._replace(assignments=(size._replace(unknown="valueFrom"), interface))

    assert judge_layers(late, rules=SLUGS) == ()


@pytest.mark.parametrize(
    ("lines", "fires"),
    [
        ("NCCL_IB_HCA=mlx5_0,mlx5_5 NVSHMEM_HCA_PE_MAPPING=mlx5_1:1:2,mlx5_7:1:2", True),
        ("NCCL_IB_HCA==mlx5_1 NVSHMEM_HCA_LIST=mlx5_10:1", True),
        ("NCCL_IB_HCA=mlx5_1 NVSHMEM_HCA_LIST=mlx5_10:1", False),
        ("NCCL_IB_HCA=mlx5 NVSHMEM_HCA_LIST=mlx5_0,mlx5_1", False),
        ("NCCL_IB_HCA=mlx5_0,mlx5_1 NVSHMEM_HCA_LIST=mlx5_1:1", False),
        ("NCCL_IB_HCA=^mlx5_0 NVSHMEM_HCA_LIST=mlx5_0", False),
        ("NVSHMEM_IB_GID_INDEX=3 NVSHMEM_HCA_LIST=mlx5_0,mlx5_1", False),
    ],
)
def test_cards_of_nccl_and_nvshmem(lines: str, fires: bool, judge: Judge) -> None:
    found = judge(lines.replace(" ", "\n"), "cards-differ")
    assert [f.severity for f in found] == ["warning"] * fires


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ("--nnodes 2 --node-rank 0", ["HCCL_SOCKET_IFNAME", "GLOO_SOCKET_IFNAME"]),
        ("--nnodes=1", []),
        ("--tp-size 8", []),
    ],
)
def test_command_that_starts_one_of_several_nodes(
    options: str, expected: list[str], judge_layers: Judge
) -> None:
    names = ("HCCL_SOCKET_IFNAME", "GLOO_SOCKET_IFNAME")
    assignments = tuple(
        Assignment(name, "lo", Origin("a.sh", "a.sh", line)) for line, name in enumerate(names)
    )
    command = ("python3", "-m", "sglang.launch_server", *options.split())
    layer = Layer("a.sh", "shell", assignments, selector="1", command=command)
    found = [(f.rule, f.severity, f.name) for f in judge_layers(layer)]
    assert found == [("loopback-interface", "warning", name) for name in expected]
