"""What an environment names, against made-up machines."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sglang_envctl.environment import Layer, stack
from sglang_envctl.registry import load
from sglang_envctl.rules import Finding
from sglang_envctl.rules.host import RULES, named
from sglang_envctl.settings import settle
from sglang_envctl.sources.context import Context
from sglang_envctl.sources.dotenv.dialects.dotenv import read
from sglang_envctl.sources.host import Host
from tests.tables import table

Judge = Callable[..., tuple[Finding, ...]]
SLUGS = tuple(rule.slug for rule in RULES)
HOST = Host(
    interfaces=("lo", "bond0", "bond0.12", "eth0", "ib0", "ib1"),
    paths={
        "/data": "directory",
        "/etc/envctl.yaml": "file",
        "/": "directory",
        "/etc": "directory",
        "/etc/new.yaml": "absent",
        "/gone/new.yaml": "absent",
        "/gone": "absent",
        "/closed": "hidden",
        "conf/a.yaml": "file",
        "gone/a.yaml": "absent",
        "gone": "absent",
    },
    taken=frozenset({22}),
    addresses=frozenset({"10.0.0.5"}),
    address="10.0.0.5",
    devices={"CUDA": 4, "ASCEND": 8},
)
CACHE, CONFIG = "SGLANG_DIFFUSION_CACHE_ROOT", "SGLANG_FL_CONFIG"
PROXY = "http_proxy=http://p:1\n"


def _told(judge: Judge, text: str, **how: object) -> list[tuple[str, str]]:
    found = judge(text, *SLUGS, host=HOST, **how)
    return [(f.rule, f.severity) for f in found]


@table(
    ("text", "expected"),
    [
        ("NCCL_SOCKET_IFNAME=eth1", [("interface-absent", "error")]),
        ("NCCL_SOCKET_IFNAME==bond", [("interface-absent", "error")]),
        ("HCCL_SOCKET_IFNAME=enp,ens", [("interface-absent", "error")]),
        ("GLOO_SOCKET_IFNAME=bond", [("interface-absent", "error")]),
        ("GLOO_SOCKET_IFNAME=eth0,eth1", [("interface-absent", "error")]),
        ("TP_SOCKET_IFNAME=ib7", [("interface-absent", "error")]),
        ("SGLANG_LOCAL_IP_NIC=ib7", [("interface-absent", "error")]),
        (f"{CACHE}=/etc/envctl.yaml", [("path-on-host", "error")]),
        (f"{CONFIG}=/data", [("path-on-host", "error")]),
        (f"{CONFIG}=/etc/new.yaml", [("path-on-host", "info")]),
        (f"{CONFIG}=/gone/new.yaml", [("path-on-host", "warning")]),
        (f"{CACHE}=/gone", [("path-on-host", "info")]),
        ("SGLANG_LOGGING_CONFIG_PATH=/etc/new.yaml", [("path-on-host", "error")]),
        ("SGLANG_LOGGING_CONFIG_PATH=gone/a.yaml", [("path-on-host", "warning")]),
        (f"{CACHE}=conf/a.yaml", [("path-on-host", "warning")]),
        ("NCCL_SOCKET_IFNAME=ib", [("interfaces-matched", "info")]),
        ("HCCL_SOCKET_IFNAME=eth,ib", [("interfaces-matched", "info")]),
        ("SGLANG_GRPC_PORT=22", [("port-taken", "warning")]),
        ("SGLANG_HOST_IP=10.0.0.6", [("address-elsewhere", "error")]),
        ("HOST_IP=fd00::6", [("address-elsewhere", "error")]),
        ("CUDA_VISIBLE_DEVICES=2,3,4,5", [("device-absent", "error")]),
        ("ASCEND_RT_VISIBLE_DEVICES=8", [("device-absent", "error")]),
        (f"{PROXY}no_proxy=127.0.0.1", [("own-address-proxied", "info")]),
    ],
)
def test_fires(text: str, expected: list[tuple[str, str]], judge: Judge) -> None:
    assert _told(judge, text) == expected
    assert judge(text, *SLUGS) == ()  # unless the machine was looked at


@table(
    "text",
    [
        "NCCL_SOCKET_IFNAME=bond",
        "NCCL_SOCKET_IFNAME==bond0",
        "NCCL_SOCKET_IFNAME=ib0,eth0",
        "NCCL_SOCKET_IFNAME=^docker0",
        "NCCL_SOCKET_IFNAME=",
        "NCCL_SOCKET_IFNAME=,",
        "GLOO_SOCKET_IFNAME=bond0.12,eth0",
        "GLOO_SOCKET_IFNAME=^lo",  # another rule's business
        f"{CACHE}=/data",
        f"{CACHE}=/closed",
        f"{CACHE}=relative",
        f"{CONFIG}=/etc/envctl.yaml",
        f"{CONFIG}=conf/a.yaml",
        "SGLANG_LOGGING_CONFIG_PATH=/etc/envctl.yaml",
        "NCCL_SOCKET_IFNAME==ib0",
        "NCCL_SOCKET_IFNAME=^ib",
        f"{CONFIG}=/never/asked/for",
        "SGLANG_GRPC_PORT=30100",
        "SGLANG_GRPC_PORT=many",
        "SGLANG_HOST_IP=10.0.0.5",
        "SGLANG_HOST_IP=node-5",
        "CUDA_VISIBLE_DEVICES=0,3",
        "CUDA_VISIBLE_DEVICES=GPU-1a",
        "CUDA_VISIBLE_DEVICES=-1",
        "MUSA_VISIBLE_DEVICES=9",
        f"{PROXY}no_proxy=127.0.0.1,10.0.0.0/24",
        f"{PROXY}no_proxy=*",
        f"{PROXY}no_proxy=localhost",  # another rule's business
    ],
)
def test_is_silent(text: str, judge: Judge) -> None:
    assert _told(judge, text) == []


def test_machine_that_tells_nothing_is_blamed_for_nothing(judge: Judge) -> None:
    text = f"NCCL_SOCKET_IFNAME=eth9\nCUDA_VISIBLE_DEVICES=9\n{CACHE}=/x\n"
    assert judge(text, *SLUGS, host=Host()) == ()


def test_container_has_interfaces_and_paths_of_its_own(judge: Judge) -> None:
    text = "services:\n  a:\n    environment:\n      GLOO_SOCKET_IFNAME: ib7\n"
    assert _told(judge, text, kind="compose") == []


def test_what_a_running_process_listens_on_is_not_taken(judge_layers: Judge) -> None:
    layer = read("a.env", b"SGLANG_GRPC_PORT=22\n", Context())

    assert judge_layers(layer, rules=SLUGS, host=HOST)
    assert judge_layers(layer._replace(kind="pid"), rules=SLUGS, host=HOST) == ()


def test_only_what_is_named_is_looked_for() -> None:
    text = f"{CONFIG}=/etc/new.yaml\nSGLANG_GRPC_PORT=22\nHOST_IP=10.0.0.6\nNOTE=/x\nPORT=80\n"
    settings = settle(stack([read("a.env", text.encode(), Context())]), load(), "0.5.23")

    assert named(settings) == (("/etc/new.yaml", "/etc"), (22,), ("10.0.0.6",))


@pytest.mark.parametrize(
    ("options", "devices", "fires"),
    [
        ("--tp-size 8", {"CUDA": 4}, True),
        ("--tp-size 8 --nnodes 2", {"CUDA": 4}, False),
        ("--tp-size 8", {}, False),
        ("--tp-size 8", {"CUDA": 4, "ASCEND": 8}, False),
    ],
)
def test_ranks_of_a_command_and_the_devices_of_the_host(
    options: str, devices: dict[str, int], fires: bool, judge_layers: Judge
) -> None:
    command = ("python3", "-m", "sglang.launch_server", *options.split())
    layer = Layer("a.sh", "shell", selector="1", command=command)
    found = judge_layers(layer, rules=SLUGS, host=Host(devices=devices))
    assert [f.rule for f in found] == ["device-absent"] * fires
