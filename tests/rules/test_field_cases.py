"""Small inputs after public reports, each with the right word about it."""

from __future__ import annotations

from collections.abc import Callable

from sglang_envctl.rules import Finding
from tests.tables import table

Judge = Callable[..., tuple[Finding, ...]]
SERVER = "python3 -m sglang.launch_server --model-path m\n"
SITE = "SGLANG_HOST=h SGLANG_PORT=30000 SGLANG_LOG_LEVEL=info SGLANG_TP_SIZE=8"
CARDS = "NCCL_IB_HCA=mlx5_0,mlx5_5 NVSHMEM_HCA_PE_MAPPING=mlx5_1:1:2,mlx5_7:1:2"
AITER = "SGLANG_USE_AITER=false SGLANG_ROCM_FUSED_DECODE_MLA=false"


def exported(assignments: str) -> str:
    return "".join(f"export {assignment}\n" for assignment in assignments.split())


@table(
    ("kind", "text", "release", "loud"),
    [
        ("shell", exported("MC_IB_GID_INDEX=0 MC_FOCRE_MNNVL=1") + SERVER, "0.5.20",
         [("MC_IB_GID_INDEX", "warning"), ("MC_FOCRE_MNNVL", "warning")]),
        ("shell", exported("TMPDIR=/dev/shm/x SGLANG_USE_AITER=1") + SERVER, "0.5.20",
         [("TMPDIR", "warning")]),
        ("shell", exported(AITER) + SERVER, "0.5.20", []),
        ("shell", exported("NVSHMEM_IB_GID_INDEX=3 NVSHMEM_HCA_LIST=mlx5_0,mlx5_1") + SERVER,
         "0.5.20", []),
        ("shell", exported(CARDS) + SERVER, "0.5.20", [("NVSHMEM_HCA_PE_MAPPING", "warning")]),
        ("shell", f"SGLANG_USE_CUDA_IPC_TRANSPORT=1 {SERVER}", "0.5.20",
         [("SGLANG_USE_CUDA_IPC_TRANSPORT", "warning")]),
        ("dotenv", "SGLANG_DISAGGREGATION_SAMPLING_MASK_MAX_TOKENS=4096\n", "0.5.23",
         [("SGLANG_DISAGGREGATION_SAMPLING_MASK_MAX_TOKENS", "error")]),
        ("shell", "export SGLANG_DISABLE_SHM_MM=1\nray start --head\n", "0.5.20",
         [("SGLANG_DISABLE_SHM_MM", "warning")]),
        ("shell", "export SGLANG_TP_SIZE=${SGLANG_TP_SIZE:-1}\n", "0.5.23", []),
        ("dotenv", SITE.replace(" ", "\n"), "0.5.6",
         [("SGLANG_HOST", "warning"), ("SGLANG_PORT", "warning"), ("SGLANG_LOG_LEVEL", "warning"),
          ("SGLANG_TP_SIZE", "warning")]),
        ("dotenv", "SGLANG_SCHEDULER_MAX_RECV_PER_POLL=0\n", "0.5.23",
         [("SGLANG_SCHEDULER_MAX_RECV_PER_POLL", "error")]),
        ("dotenv", "SGLANG_ENABLE_DETERMINISTIC_INFERENCE=1\n", "0.5.5",
         [("SGLANG_ENABLE_DETERMINISTIC_INFERENCE", "warning")]),
        ("dotenv", "DG_JIT_USE_NVRTC=1\nCUDA_DEVICE_MAX_CONNECTIONS=1\n", "0.5.23",
         [("DG_JIT_USE_NVRTC", "warning")]),
        ("dotenv", "SGLANG_DEEPEP_NUM_MAX_DISPATCH_TOKENS_PER_RANK=2048\n", "0.5.23", []),
        ("dotenv", "SGLANG_CACHE_DIT_ENABLED=true\nSGLANG_CACHE_DIT_WARMUP=-1\n", "0.5.23", []),
        ("dotenv", "SGLANG_DISAGGREGATION_THREAD_POOL_SIZE=2\n", "0.5.23", []),
        ("dotenv", "SGLANG_USE_MODELSCOPE=yes\n", "0.5.23", [("SGLANG_USE_MODELSCOPE", "error")]),
        ("dotenv", "SGLANG_SKIP_SGL_KERNEL_VERSION_CHECK=yes\n", "0.5.23",
         [("SGLANG_SKIP_SGL_KERNEL_VERSION_CHECK", "error")]),
        ("dotenv", "HCCL_BUFFSIZE=800\n", "0.5.23", []),
        ("dotenv", "SGLANG_LOGGING_LEVEL=debug\n", "0.5.23", [("SGLANG_LOGGING_LEVEL", "warning")]),
    ],
)  # fmt: skip
def test_verdict(
    kind: str, text: str, release: str, loud: list[tuple[str, str]], judge: Judge
) -> None:
    found = judge(text, kind=kind, release=release)
    assert [(f.name, f.severity) for f in found if f.severity != "info"] == loud
