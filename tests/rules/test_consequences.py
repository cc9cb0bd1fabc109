"""Values that code accepts and that hang or harm: in which releases, and with which options."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sglang_envctl.environment import Assignment, Environment, Layer, Origin, stack
from sglang_envctl.registry.consequences import CONSEQUENCES
from sglang_envctl.rules import Finding, rules
from sglang_envctl.rules.known.command import Command
from tests.tables import table

Judge = Callable[..., tuple[Finding, ...]]
NOISE = "undocumented test-only"


@table(
    ("text", "rule", "severity"),
    [
        ("SGLANG_SCHEDULER_MAX_RECV_PER_POLL=0", "harmful-value", "error"),
        ("SGLANG_HOST_IP=0.0.0.0", "harmful-value", "warning"),
        ("SGLANG_PORT=30000", "documented-otherwise", "warning"),
        ("SGLANG_LOG_REQUEST_HEADERS=x-trace, Authorization", "harmful-value", "warning"),
        ("SGLANG_DISAGGREGATION_SAMPLING_MASK_MAX_TOKENS=4096", "crashes", "error"),
        ("SGLANG_USE_CUDA_IPC_TRANSPORT=1", "renamed", "warning"),
        ("SGLANG_ENABLE_DETERMINISTIC_INFERENCE=1", "no-effect", "warning"),
        ("DG_JIT_USE_NVRTC=1", "no-effect", "warning"),
        ("CUDA_DEVICE_MAX_CONNECTIONS=1", "no-effect", "info"),
        ("MC_INTRA_NVLINK=1", "no-effect", "warning"),
        ("TORCH_NCCL_ASYNC_ERROR_HANDLING=0", "harmful-value", "warning"),
        ("TORCH_NCCL_HEARTBEAT_TIMEOUT_SEC=0", "harmful-value", "info"),
        ("NCCL_IB_TIMEOUT=0", "harmful-value", "warning"),
        ("STREAMS_PER_DEVICE=16", "harmful-value", "info"),
        ("INF_NAN_MODE_ENABLE=0", "harmful-value", "info"),
        (
            "SGLANG_CACHE_DIT_ENABLED=true\nSGLANG_CACHE_DIT_WARMUP=-1",
            "documented-otherwise",
            "info",
        ),
        ("SGLANG_USE_AITER=1\nTMPDIR=/dev/shm/x", "harmful-value", "warning"),
    ],
)
def test_value_with_a_consequence(text: str, rule: str, severity: str, judge: Judge) -> None:
    assert [(f.rule, f.severity) for f in judge(text, ignore=NOISE)] == [(rule, severity)]


@table(
    ("text", "release"),
    [
        ("SGLANG_SCHEDULER_MAX_RECV_PER_POLL=-1", "0.5.23"),
        ("SGLANG_SCHEDULER_MAX_RECV_PER_POLL=64", "0.5.23"),
        ("SGLANG_HOST_IP=10.0.0.5", "0.5.23"),
        ("INF_NAN_MODE_ENABLE=1", "0.5.23"),
        ("SGLANG_PORT=tcp://10.0.0.1:30000", "0.5.23"),
        ("SGLANG_USE_CUDA_IPC_TRANSPORT=1", "0.5.15"),
        ("SGLANG_DISAGGREGATION_SAMPLING_MASK_MAX_TOKENS=4096", "0.5.19"),
        ("CUDA_DEVICE_MAX_CONNECTIONS=8", "0.5.23"),
        ("CUDA_DEVICE_MAX_CONNECTIONS=4", "0.5.4"),
        ("MC_INTRANODE_NVLINK=1", "0.5.23"),
        ("MC_INTRA_NVLINK=0", "0.5.23"),
        ("DG_JIT_USE_NVRTC=1", "0.4.6"),
        ("TMPDIR=/dev/shm/x", "0.5.23"),
        ("SGLANG_USE_AITER=0\nTMPDIR=/dev/shm/x", "0.5.23"),
        ("SGLANG_USE_AITER=1\nTMPDIR=/dev/shmx", "0.5.23"),
    ],
)
def test_value_without_one(text: str, release: str, judge: Judge) -> None:
    ignore = f"{NOISE} service-link"
    assert judge(text, release=release, ignore=ignore) == ()


NONE = "SGLANG_SCHEDULER_RECV_SKIPPER_WEIGHT_NONE=0"
QUEUE = "TASK_QUEUE_ENABLE=2"
COORDINATION = "SGLANG_ENABLE_DP_SPEC_PREFILL_COORDINATION=1"
PIPELINE = "SGLANG_ENABLE_PP_SPEC=1"
DISPATCH = "SGLANG_MOE_NVFP4_DISPATCH=1"
DRAFT = "SGLANG_NVFP4_CKPT_FP8_NEXTN_MOE=1"
PLAN = "SGLANG_ENABLE_OVERLAP_PLAN_STREAM=1"
CORES = "SGLANG_CPU_OMP_THREADS_BIND="


@table(
    ("text", "options", "severities"),
    [
        (NONE, None, ["info"]),
        (NONE, "", []),
        (NONE, "--scheduler-recv-interval 1", []),
        (NONE, "--scheduler-recv-interval 4", ["error"]),
        (QUEUE, None, ["info"]),
        (QUEUE, "--disaggregation-mode decode", ["warning"]),
        (QUEUE, "--disaggregation-mode decode --disable-cuda-graph", []),
        (QUEUE, "--disaggregation-mode prefill", []),
        ("SGLANG_PORT=30000", "--port 8000", []),
        ("NCCL_NVLS_ENABLE=0", None, []),
        ("UCX_NET_DEVICES=mlx5_0:1", None, []),
        ("UCX_NET_DEVICES=mlx5_0:1", "--disaggregation-ib-device mlx5_1", []),
        ("UCX_NET_DEVICES=mlx5_0:1",
         "--disaggregation-transfer-backend nixl --disaggregation-ib-device mlx5_1", ["warning"]),
        ("SGLANG_DISAGG_STAGING_BUFFER=1", "--disaggregation-mode prefill --chunked-prefill-size -1",
         ["error"]),
        ("SGLANG_DISAGG_STAGING_BUFFER=1", "--disaggregation-mode prefill --chunked-prefill-size 8192",
         []),
        ("SGLANG_DISAGG_STAGING_BUFFER=1", "--disaggregation-mode decode --chunked-prefill-size -1", []),
        (PLAN, "--enable-lora --speculative-algorithm EAGLE", ["error"]),
        (PLAN, "--enable-lora --speculative-algorithm NGRAM", []),
        (PLAN, "--enable-lora", []),
        (CORES + "0-31", "--device cpu", ["info"]),
        (CORES + "all", "--device cpu", ["info"]),
        (CORES + "all", "--device cpu --max-total-tokens 9000", []),
        ("SGLANG_USE_CPU_ENGINE=1", "--device cuda", ["warning"]),
        ("SGLANG_USE_CPU_ENGINE=1", "--device cpu", []),
        ("SGLANG_USE_CPU_ENGINE=1", "--tp-size 2", []),
        ("SGLANG_PORT=30000", "--host 0.0.0.0", ["warning"]),
        (DISPATCH, "--flashinfer-a2a-dispatch-type nvfp4", ["error"]),
        (DISPATCH, "", []),
        (DRAFT, "", ["info"]),
        (DRAFT, "--ep-size 8", []),
        ("SGLANG_LOG_SCHEDULER_STATUS_TARGET=stdout", None, ["info"]),
        ("SGLANG_LOG_SCHEDULER_STATUS_TARGET=stdout", "", ["error"]),
        ("SGLANG_LOG_SCHEDULER_STATUS_TARGET=stdout", "--enable-metrics", []),
        (COORDINATION, "", ["error"]),
        (COORDINATION, "--speculative-algorithm EAGLE", []),
        ("SGLANG_DISAGG_STAGING_BUFFER=1",
         "--disaggregation-mode prefill --disaggregation-transfer-backend mori", ["error"]),
        ("SGLANG_DISAGG_STAGING_BUFFER=1", "--disaggregation-mode prefill", []),
        ("SGLANG_DISAGG_STAGING_BUFFER=1", "--enable-kv-cache-sharding", ["error"]),
        ("SGLANG_DISAGG_STAGING_BUFFER=1", "--disaggregation-mode decode --chunked-prefill-size -1",
         []),
        ("SGLANG_RUST_SERVER=1", "--enable-watermark", ["error"]),
        ("SGLANG_RUST_SERVER=1", "", []),
        ("SGLANG_EXPERIMENTAL_LORA_OPTI=1", "--lora-backend triton_v2", ["error"]),
        (PIPELINE, "--pp-size 2 --speculative-algorithm EAGLE --disaggregation-mode prefill",
         ["error"]),
        (PIPELINE, "--pp-size 2 --speculative-algorithm EAGLE", []),
        ("NCCL_GRAPH_REGISTER=1", "--tp-size 8", ["warning"]),
        ("NCCL_GRAPH_REGISTER=1", "--tp-size 8 --disable-cuda-graph", []),
        ("NCCL_GRAPH_REGISTER=1", "", []),
        ("NCCL_GRAPH_REGISTER=0", "--tp-size 8", []),
    ],
)  # fmt: skip
def test_consequence_that_takes_options(
    text: str, options: str | None, severities: list[str], judge_layers: Judge
) -> None:
    name, raw = text.split("=")
    layer = Layer(
        "a.sh", "shell", (Assignment(name, raw, Origin("a.sh", "a.sh", 1)),), selector="1"
    )
    if options is not None:
        layer = layer._replace(command=("python3", "-m", "sglang.launch_server", *options.split()))
    found = judge_layers(layer, ignore=f"{NOISE} no-effect")
    assert [f.severity for f in found] == severities


def test_every_consequence_names_a_rule_and_ends_in_no_period() -> None:
    for declared in CONSEQUENCES.values():
        for one in declared:
            assert one.rule in rules()
            assert one.says
            assert not one.says.endswith(".")
            assert not one.help.endswith(".")


def _environment(*words: str) -> Environment:
    return stack([Layer("a", "shell", command=words)])


@table(
    ("words", "needs", "expected"),
    [
        ("sglang serve --nnodes 2", "--nnodes above 1", True),
        ("sglang serve --nnodes=1", "--nnodes above 1", False),
        ("sglang serve", "--nnodes above 1", False),
        ("sglang serve --nnodes", "--nnodes above 1", None),
        ("", "--nnodes above 1", None),
        ("mooncake_master --nnodes 2", "--nnodes above 1", None),
        ("/opt/sglang/launch_server.py --nnodes 2", "--nnodes above 1", True),
        ("sglang serve --config a.yaml", "--enable-trace", None),
        ("sglang serve --config a.yaml --enable-trace", "--enable-trace", True),
        ("sglang serve", "--enable-trace", False),
        ("sglang serve", "no --enable-trace", True),
        ("sglang serve --moe-a2a-backend mori", "--moe-a2a-backend deepep or mori", True),
        ("sglang serve --moe-a2a-backend none", "--moe-a2a-backend deepep, nixl or mori", False),
        ("sglang serve", "--moe-a2a-backend deepep", None),
        ("sglang serve", "--enable-trace and --otlp-traces-endpoint", False),
        ("sglang serve --x a --x b", "--x b", True),
        ("sglang serve --ep 4", "--ep-size above 1", True),
        ("sglang serve", "--y or --attn-dp-size above 1", False),
        ("sglang serve --y", "--y or --attn-dp-size above 1", True),
        ("sglang serve --attn-dp-size 8", "--y or --attn-dp-size above 1", True),
        ("sglang serve --config a.yaml", "--y or --attn-dp-size above 1", None),
        ("sglang serve --y", "--y or --z and --x", False),
        ("sglang serve", "hardware of some kind", None),
    ],
)
def test_what_a_command_line_meets(words: str, needs: str, expected: bool | None) -> None:
    assert Command(_environment(*words.split())).meets(needs) is expected


def test_text_for_a_shell_is_a_command_line_too() -> None:
    text = "exec python3 -m sglang.launch_server --nnodes 2 --tp-size $TP"
    command = Command(_environment("sh", "-c", text))
    assert command.meets("--nnodes above 1") is True
    assert command.meets("--tp-size above 1") is None
    assert command.meets("--enable-trace") is None


@pytest.mark.parametrize(
    ("options", "severities"),
    [("--moe-runner-backend triton", ["info"]), ("--moe-runner-backend auto", []), ("", [])],
)
def test_option_that_takes_precedence(
    options: str, severities: list[str], judge_layers: Judge
) -> None:
    assignment = Assignment("SGLANG_USE_AITER", "1", Origin("a.sh", "a.sh", 1))
    command = ("sglang", "serve", *options.split())
    layer = Layer("a.sh", "shell", (assignment,), selector="1", command=command)
    assert [f.severity for f in judge_layers(layer, rules=("no-effect",))] == severities


@pytest.mark.parametrize(
    ("options", "severities"),
    [("--enable-nccl-nvls", ["warning"]), ("--enable-symm-mem", ["warning"]), ("--tp-size 8", [])],
)
def test_option_that_overwrites_a_variable(
    options: str, severities: list[str], judge_layers: Judge
) -> None:
    assignment = Assignment("NCCL_NVLS_ENABLE", "0", Origin("a.sh", "a.sh", 1))
    command = ("sglang", "serve", *options.split())
    layer = Layer("a.sh", "shell", (assignment,), selector="1", command=command)
    assert [f.severity for f in judge_layers(layer, rules=("no-effect",))] == severities
