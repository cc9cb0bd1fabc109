"""What the code does with a value, where it is easy to get wrong: each row was looked up in a wheel."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sglang_envctl.rules import Finding
from tests.tables import table

Judge = Callable[..., tuple[Finding, ...]]

MERGE = "SGLANG_DIFFUSION_LORA_MERGE_FP32"
MASK = "SGLANG_DISAGGREGATION_SAMPLING_MASK_MAX_TOKENS"
BALANCEDNESS = "SGLANG_ENABLE_EPLB_BALANCEDNESS_METRIC"
CHANNELS = "SGLANG_DIFFUSION_VAE_CHANNELS_LAST_3D"
SOCKET = "SGLANG_WEIGHT_CACHE_SOCKET_TEMPLATE"
OTLP = "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL"
# (release, assignment, rules of the findings that are no mere information)
ROWS: tuple[tuple[str, str, list[str]], ...] = (
    # `if os.getenv(NAME, "1") != "1": return False`: 1 merges in FP32, all else does not.
    ("0.5.23", f"{MERGE}=1", []),
    ("0.5.23", f"{MERGE}=0", []),
    ("0.5.11", f"{MERGE}=1", []),
    ("0.5.23", f"{MERGE}=true", ["misread"]),
    *((release, "SGLANG_ROCM_SMALLM_MOE=0", []) for release in ("0.5.21", "0.5.22")),
    ("0.5.22", "SGLANG_ROCM_SMALLM_MOE=1", []),
    ("0.5.22", "SGLANG_ROCM_SMALLM_MOE=false", ["misread"]),
    ("0.5.19", "SGLANG_DISABLE_SM120_FP8_GEMV=1", []),
    ("0.5.23", "SGLANG_RUN_PI05_E2E=1", []),
    ("0.5.23", "SGLANG_TEST_FLUX3_IMAGE=1", []),
    ("0.5.13", "SGLANG_RUN_JIT_KERNEL_PERF_TESTS=1", []),
    *((release, f"{CHANNELS}=auto", []) for release in ("0.5.13", "0.5.23")),
    ("0.5.23", f"{CHANNELS}=maybe", ["misread"]),
    # Compiled parts, and tests, read these.
    ("0.5.23", "SGLANG_TONIC_PAYLOAD=1", []),
    ("0.5.23", "SGLANG_DEBUG_C128_ONLINE_GUARD=1", []),
    ("0.5.23", "SGLANG_DEBUG_C128_ONLINE_SYNC_H2D=1", []),
    ("0.5.23", "SGLANG_DEBUG_C128_ONLINE_NO_H2D=1", []),
    ("0.5.23", "SGLANG_OPT_FUSED_MOE_ACTIVATION_VEC=4", []),
    ("0.5.23", "SGLANG_OPT_FUSED_MOE_ACTIVATION_QUANT_FUSE=1", []),
    ("0.5.23", "SGLANG_IS_IN_CI_AMD=true", []),
    # Empty is unset, or the default.
    *(
        ("0.5.23", f"{name}=", [])
        for name in (
            *("HF_HUB_OFFLINE", "HF_HUB_DISABLE_XET", "HF_XET_HIGH_PERFORMANCE"),
            *("HF_HUB_ENABLE_HF_TRANSFER", "SGLANG_LOCAL_IP_NIC", "SGLANG_JIT_CACHE_DIR"),
            *("SGLANG_LTX2_TWO_STAGE_DEVICE_MODE", "SGLANG_DISTRIBUTED_INIT_METHOD_OVERRIDE"),
            *("SGLANG_NCCL_SO_PATH", "SGLANG_DIFFUSION_NCCL_SO_PATH"),
            *("SGLANG_LORA_DENSE_CONFIG_DIR", "SGLANG_LORA_MOE_CONFIG_DIR"),
            *("SGLANG_BUCKET_EVICTION_DURATION", "SGLANG_HICACHE_HOST_NUMA_NODE"),
        )
    ),
    ("0.5.23", "SGLANG_USE_RUNAI_MODEL_STREAMER=", ["empty-value"]),
    # The code raises.
    *(
        ("0.5.23", f"{name}=abc", ["crashes"])
        for name in (
            *("SGLANG_DEEPGEMM_STANDARD_LAYOUT", "SGLANG_NPU_HICACHE_MAMBA_IO", OTLP),
            *("SGLANG_BUCKET_EVICTION_DURATION", "SGLANG_BUCKET_LOAD_BACK_DURATION"),
            *("SGLANG_EXPERT_CACHE_VRAM_MIB", "SGLANG_EXPERT_STAGE_SLOTS"),
            *("SGLANG_AITER_MLA_DECODE_BACKEND", "UMBP_LAYER_GROUP"),
        )
    ),
    ("0.5.23", "SGLANG_DEEPGEMM_STANDARD_LAYOUT=Compact", []),
    # Refused by a function, a table or an enumeration that gets the value.
    *(
        ("0.5.23", text, result)
        for good, bad in (
            ("SGLANG_INVARIANT_CHECK=2", "SGLANG_INVARIANT_CHECK=7"),
            ("SGLANG_ROLE_NAMESPACES=Record", "SGLANG_ROLE_NAMESPACES=on"),
            ("SGLANG_DIFFUSION_CFG_GATE_STEP=0.5", "SGLANG_DIFFUSION_CFG_GATE_STEP=30"),
            (f"{SOCKET}=run/{{device_uuid}}.sock", f"{SOCKET}=run/weights.sock"),
        )
        for text, result in ((good, []), (bad, ["crashes"]))
    ),
    *((r, "SGLANG_ENCODER_MM_RECEIVER_MODE=zmq", ["crashes"]) for r in ("0.5.10", "0.5.23")),
    ("0.5.23", "SGLANG_ZMQ_ALLOWED_PEERS=10.0.0.5", []),
    ("0.5.23", "SGLANG_BUCKET_EVICTION_DURATION=0.1,0.5,1", []),
    ("0.5.23", f"{OTLP}=http/protobuf", []),
    ("0.5.23", "SGLANG_SKIP_SGL_KERNEL_VERSION_CHECK=yes", ["misread"]),
    # Replaced by a default that is what was meant: the server does what its author wants.
    *((r, "SGLANG_OPT_USE_TOPK_V2=on", []) for r in ("0.5.22", "0.5.23")),
    ("0.5.22", "SGLANG_OPT_USE_TOPK_V2=off", ["defaulted"]),
    ("0.5.22", "SGLANG_OPT_USE_TOPK_V2=abc", ["defaulted"]),
    ("0.5.10", "SGLANG_FLASHINFER_FORCE_POSIX_FD_TRANSPORT=abc", ["defaulted"]),
    # What every server does with a name that is set: raise, or overwrite it with an option.
    *(("0.5.23", f"{MASK}={value}", ["crashes"]) for value in ("5", "abc", "")),
    ("0.5.19", f"{MASK}=5", []),
    ("0.5.20", f"{BALANCEDNESS}=1", ["crashes"]),
    ("0.5.10", f"{BALANCEDNESS}=1", []),
    ("0.5.23", "SGLANG_ENABLE_DETERMINISTIC_INFERENCE=1", ["no-effect"]),
    ("0.5.23", "SGLANG_ENABLE_DETERMINISTIC_INFERENCE=0", []),
    ("0.5.23", "SGLANG_IS_FIRST_RANK_ON_NODE=0", ["no-effect"]),
    ("0.5.23", "SGLANG_IS_FIRST_RANK_ON_NODE=1", []),
    ("0.5.5", "SGLANG_MAMBA_SSM_DTYPE=bfloat16", ["no-effect"]),
    ("0.5.10", "SGLANG_MAMBA_SSM_DTYPE=bfloat16", []),
    ("0.4.6", "NCCL_NVLS_ENABLE=1", ["no-effect"]),
    ("0.4.6", "CUDA_DEVICE_MAX_CONNECTIONS=4", []),
    ("0.5.23", "NCCL_NVLS_ENABLE=1", []),
    ("0.5.20", "SGLANG_MORI_FP8_COMB=1", ["renamed"]),
    # Deprecated, and the code says so only where it is on.
    *(
        ("0.5.23", f"SGLANG_DEEPEP_BF16_DISPATCH={v}", r)
        for v, r in (("1", ["renamed"]), ("0", []))
    ),
    *(("0.5.8", f"SGLANG_CUTLASS_MOE={v}", r) for v, r in (("true", ["renamed"]), ("false", []))),
    # `int(float(...))`, and conversions that code goes on after.
    ("0.5.23", "VIDEO_MAX_PIXELS=1.5e6", []),
    ("0.5.23", "VIDEO_MAX_PIXELS=abc", ["crashes"]),
    ("0.5.23", "SGLANG_DIFFUSION_BCG_MAX_ENTRIES=abc", ["invalid-value"]),
    ("0.5.23", "MINIMAX_NPU_PREFILL_BSQ=abc", ["invalid-value"]),
    ("0.5.20", "MINIMAX_H3_VAE_DECODER_TEMPORAL_CAT_DTYPE=off", []),
    ("0.5.20", "MINIMAX_H3_VAE_DECODER_TEMPORAL_CAT_DTYPE=abc", ["crashes"]),
    # A value of the right type that code refuses, and one that another back-end may take.
    *(
        ("0.5.23", assignment, ["crashes"])
        for assignment in (
            *("SGLANG_DSV4_FLYDSL_DECODE_SOURCE=abc", "SGLANG_DSA_TOPK_FLASHINFER_TIE_BREAK=abc"),
            *("SGLANG_MLA_DEDUP_CHUNK_TOKENS=0", "SGLANG_MLX_CACHE_LIMIT_GB=-1"),
            *(
                "SGLANG_DEEPGEMM_MASKED_MEMORY_BUDGET_FRACTION=1.5",
                "SGLANG_COMPACTION_MAX_PAGES_PER_MOVE=0",
            ),
            "SGLANG_TRTLLM_MHA_DECODE_SEQ_LEN_SPLITS=0",
        )
    ),
    *(
        ("0.5.23", assignment, [])
        for assignment in (
            *(
                "SGLANG_DSV4_FLYDSL_DECODE_SOURCE=aiter",
                "SGLANG_DSA_TOPK_FLASHINFER_TIE_BREAK=Large",
            ),
            *("SGLANG_MLA_DEDUP_CHUNK_TOKENS=1", "SGLANG_MLX_CACHE_LIMIT_GB=0"),
            *("SGLANG_DEEPGEMM_MASKED_MEMORY_BUDGET_FRACTION=1", "SGLANG_RUST_BUILD_MODE=abc"),
            *("SGLANG_RAGGED_VERIFY_MODE=compact", "SGLANG_DSV4_KV_LAYOUT=v4"),
        )
    ),
    # Only tests read these: no server stops.
    ("0.5.7", "SGLANG_DENOISE_AGG_TOLERANCE=on", []),
    ("0.5.13.post1", "SGLANG_DISAGG_STARTUP_TIMEOUT=yes", []),
    # Only a release that reads a name judges its value.
    ("0.4.6", "SGLANG_FORWARD_UNKNOWN_TOOLS=maybe", ["not-read"]),
    ("0.4.6", "SGLANG_ENABLE_JIT_DEEPGEMM=1", ["not-read"]),
    ("0.4.6", "SGL_ENABLE_JIT_DEEPGEMM=1", []),
    ("0.4.4", "SGLANG_ALLOW_OVERWRITE_LONGER_CONTEXT_LEN=yes", ["misread"]),
    # Names without a prefix, documented nowhere; a single word is everybody's.
    ("0.5.23", "ASCEND_USE_FIA=yes", ["misread"]),
    ("0.5.23", "FLA_USE_FAST_OPS=1", []),
    ("0.5.23", "CI=1", []),
)


@table(("release", "assignment", "expected"), ROWS)
def test_verdict(release: str, assignment: str, expected: list[str], judge: Judge) -> None:
    found = judge(assignment, release=release)
    assert [f.rule for f in found if f.severity != "info"] == expected


@pytest.mark.parametrize(
    ("release", "options", "severities"),
    [
        ("0.5.23", "", ["warning"]),  # one stage, as is the default: the list is not looked at
        ("0.5.23", "--pp-size 2", ["error"]),
        ("0.5.23", '"$@"', ["error"]),  # nobody knows
        ("0.5.18", "", ["error"]),
    ],
)
def test_a_partition_of_layers_is_for_several_stages(
    release: str, options: str, severities: list[str], judge: Judge
) -> None:
    script = (
        "export SGLANG_PP_LAYER_PARTITION=abc\n"
        f"python -m sglang.launch_server --model-path m {options}\n"
    )
    found = judge(script, kind="shell", release=release)

    assert [f.severity for f in found if f.rule == "crashes"] == severities
