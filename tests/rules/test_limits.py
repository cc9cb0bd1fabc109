"""Numbers beside one another, and numbers out of anything."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sglang_envctl.environment import Assignment, Layer, Origin
from sglang_envctl.rules import Finding
from sglang_envctl.rules.limits import RULES
from tests.tables import table

Judge = Callable[..., tuple[Finding, ...]]
SLUGS = tuple(rule.slug for rule in RULES)
QUEUES, POOL = "SGLANG_DISAGGREGATION_QUEUE_SIZE", "SGLANG_DISAGGREGATION_THREAD_POOL_SIZE"
TOKENS = "SGLANG_DEEPEP_NUM_MAX_DISPATCH_TOKENS_PER_RANK"
ROUNDS, ROUND_TOKENS = "DEEPEP_NORMAL_LONG_SEQ_ROUND", "DEEPEP_NORMAL_LONG_SEQ_PER_ROUND_TOKENS"
STREAMS = "SGLANG_ROCM_USE_MULTI_STREAM"


@table(
    ("lines", "expected"),
    [
        (f"{POOL}=4 {QUEUES}=8", [("queues-exceed-pool", "info", POOL)]),
        (f"{POOL}=2", [("queues-exceed-pool", "info", POOL)]),
        (f"{QUEUES}=13", [("queues-exceed-pool", "info", QUEUES)]),
        (f"{QUEUES}=12", [("queues-exceed-pool", "info", QUEUES)]),
        (f"{QUEUES}=5", [("queues-exceed-pool", "info", QUEUES)]),
        (f"{TOKENS}=1025", [("beyond-limit", "info", TOKENS)]),
        (f"{ROUNDS}=17 {ROUND_TOKENS}=8192", [("beyond-limit", "error", ROUNDS)]),
        (f"{STREAMS}=1", [("hardware-queues", "warning", STREAMS)]),
        (f"{STREAMS}=1 GPU_MAX_HW_QUEUES=4", [("hardware-queues", "warning", STREAMS)]),
        ("NVSHMEM_SYMMETRIC_SIZE=1t", [("magnitude", "warning", "NVSHMEM_SYMMETRIC_SIZE")]),
        ("HCCL_BUFFSIZE=1073741824", [("magnitude", "warning", "HCCL_BUFFSIZE")]),
        ("OMP_NUM_THREADS=99999", [("magnitude", "warning", "OMP_NUM_THREADS")]),
    ],
)
def test_fires(lines: str, expected: list[tuple[str, str, str]], judge: Judge) -> None:
    found = judge(lines.replace(" ", "\n"), *SLUGS)
    assert [(f.rule, f.severity, f.name) for f in found] == expected


@table(
    "lines",
    [
        f"{POOL}=8 {QUEUES}=8",
        f"{POOL}=4",
        f"{QUEUES}=4",
        f"{POOL}=many {QUEUES}=8",
        f"{TOKENS}=1024",
        f"{TOKENS}=many",
        f"{ROUNDS}=16 {ROUND_TOKENS}=8192",
        f"{ROUNDS}=64",
        f"{STREAMS}=0",
        f"{STREAMS}=1 GPU_MAX_HW_QUEUES=5",
        "GPU_MAX_HW_QUEUES=2",
        "NVSHMEM_SYMMETRIC_SIZE=1023g",
        "HCCL_BUFFSIZE=4096",
        "OMP_NUM_THREADS=256 MKL_NUM_THREADS=auto",
        f"OMP_NUM_THREADS={'9' * 400}",
    ],
)
def test_is_silent(lines: str, judge: Judge) -> None:
    assert judge(lines.replace(" ", "\n"), *SLUGS) == ()


PREFILL = "--disaggregation-mode prefill"


@table(
    ("lines", "options", "severities"),
    [
        (f"{POOL}=4 {QUEUES}=8", PREFILL, ["error"]),
        (f"{POOL}=2", f"{PREFILL} --disaggregation-transfer-backend=mooncake", ["error"]),
        (f"{QUEUES}=13", PREFILL, ["error"]),
        (f"{QUEUES}=12", PREFILL, ["info"]),
        (f"{POOL}=4 {QUEUES}=8", f"{PREFILL} --disaggregation-transfer-backend nixl", []),
        (f"{POOL}=4 {QUEUES}=8", "--disaggregation-mode decode", []),
        (f"{POOL}=4 {QUEUES}=8", "--tp-size 8", []),
        (f"{POOL}=4 {QUEUES}=8", "--config server.yaml", ["info"]),
        (f"{TOKENS}=2048", "--moe-a2a-backend deepep", ["error"]),
        (f"{TOKENS}=2048", "--moe-a2a-backend ascend_fuseep", []),
        (f"{TOKENS}=2048", "--tp-size 8", ["info"]),
        (f"{TOKENS}=1024", "--moe-a2a-backend deepep", []),
    ],
)
def test_limit_of_one_backend_is_an_error_where_that_backend_is_known_to_be_in_use(
    lines: str, options: str, severities: list[str], judge_layers: Judge
) -> None:
    command = ("python3", "-m", "sglang.launch_server", *options.split())
    pairs = (line.split("=") for line in lines.split())
    assignments = tuple(Assignment(name, raw, Origin("a.sh", "a.sh", 1)) for name, raw in pairs)
    found = judge_layers(
        Layer("a.sh", "shell", assignments, selector="1", command=command), rules=SLUGS
    )
    assert [f.severity for f in found] == severities


@pytest.mark.parametrize(
    ("line", "options", "fires"),
    [
        ("SGLANG_PP_LAYER_PARTITION=20,21,20", "--pp-size 4", True),
        ("SGLANG_PP_LAYER_PARTITION=20,21,20,20,5", "--pipeline-parallel-size 4", True),
        ("SGLANG_PP_LAYER_PARTITION=20,21,20,20", "--pp-size 4", False),
        ("SGLANG_PP_LAYER_PARTITION=20,21", "--tp-size 8", False),
        ("SGLANG_CPU_OMP_THREADS_BIND=0-31", "--tp-size 2", True),
        ("SGLANG_CPU_OMP_THREADS_BIND=0-31|32-63|64-95", "--tp-size 2", False),
        ("SGLANG_CPU_OMP_THREADS_BIND=all", "--tp-size 2", False),
    ],
)
def test_list_with_an_item_for_each_rank(
    line: str, options: str, fires: bool, judge_layers: Judge
) -> None:
    name, raw = line.split("=")
    command = ("sglang", "serve", *options.split())
    assignment = Assignment(name, raw, Origin("a.sh", "a.sh", 1))
    found = judge_layers(
        Layer("a.sh", "shell", (assignment,), selector="1", command=command), rules=("crashes",)
    )
    assert bool(found) is fires


@table(
    ("release", "threads", "cpus"),
    [("0.5.23", 5, 80), ("0.5.4", 12, 192), ("0.5.3.post2", 5, 54), ("0.5.3.post2", 12, 128)],
)
def test_cpus_that_give_the_pool_enough_threads(
    release: str, threads: int, cpus: int, judge: Judge
) -> None:
    (found,) = judge(f"{QUEUES}={threads}\n", *SLUGS, release=release)
    assert found.message.endswith(f"fewer than {cpus} CPUs")
