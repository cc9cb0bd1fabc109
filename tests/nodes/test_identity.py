"""Which node an environment is from."""

from __future__ import annotations

import pytest

from sglang_envctl.environment import Node
from sglang_envctl.nodes.identity import common, identify, launcher

SERVER = ("python3", "-m", "sglang.launch_server", "--model-path", "m")


@pytest.mark.parametrize(
    ("values", "command", "node"),
    [
        ({}, (), Node()),
        ({"HOSTNAME": "gpu-7"}, SERVER, Node("gpu-7")),
        ({"HOSTNAME": "c7", "SLURMD_NODENAME": "gpu-7", "SLURM_NODEID": "3", "SLURM_PROCID": "24"}, (),
         Node("gpu-7", "3")),
        ({"LWS_WORKER_INDEX": "1", "LWS_LEADER_ADDRESS": "lws-0.lws"}, (),
         Node("", "1", "", "lws-0.lws")),
        ({"RANK": "9"}, (*SERVER, "--node-rank", "1", "--dist-init-addr=h:5000"),
         Node("", "1", "", "h:5000")),
        ({}, (*SERVER, "--disaggregation-mode", "prefill"), Node("", "", "prefill")),
        ({}, ("python3", "-m", "sglang_router.launch_router"), Node("", "", "router")),
    ],
)  # fmt: skip
def test_identity(values: dict[str, str], command: tuple[str, ...], node: Node) -> None:
    assert identify(values, command) == node


def test_what_is_known_without_them_wins() -> None:
    assert identify({"HOSTNAME": "c1"}, host="gpu-1", release="0.5.23") == Node(
        "gpu-1", release="0.5.23"
    )


def test_what_differs_between_nodes_is_no_part_of_the_command() -> None:
    command = (*SERVER, "--node-rank", "3", "--host=10.0.0.3", "--tp", "16", "--port", "1", "--x")
    assert common(command) == (*SERVER, "--tp", "16", "--x")


def test_what_the_launcher_says() -> None:
    values = {"SLURM_JOB_ID": "7", "RANK": "1", "LWS_NAME": "x", "HF_TOKEN": "t", "SLURM_CONF": "c"}
    assert launcher(values) == {"LWS_NAME": "x", "RANK": "1", "SLURM_JOB_ID": "7"}
