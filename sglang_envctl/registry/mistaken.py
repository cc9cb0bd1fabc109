"""Names that people write and no software reads, and what they mean.

Each was seen in public scripts, issues or guides. No rule of spelling leads to the real name: a word
is another one, or stands where the sister library has it.
"""

from __future__ import annotations

MISTAKEN: dict[str, str] = {
    "GLOO_IFNAME": "GLOO_SOCKET_IFNAME",
    "GLOO_TCP_IFNAME": "GLOO_SOCKET_IFNAME",
    "MC_IB_GID_INDEX": "MC_GID_INDEX",
    "MC_ROCE_GID_INDEX": "MC_GID_INDEX",
    "MOONCAKE_GID_INDEX": "MC_GID_INDEX",
    "NCCL_DISABLE_IB": "NCCL_IB_DISABLE",
    "NCCL_DISABLE_P2P": "NCCL_P2P_DISABLE",
    "NCCL_DISABLE_SHM": "NCCL_SHM_DISABLE",
    "NCCL_GID_INDEX": "NCCL_IB_GID_INDEX",
    "NCCL_IFNAME": "NCCL_SOCKET_IFNAME",
    "NVSHMEM_GID_INDEX": "NVSHMEM_IB_GID_INDEX",
    "SGLANG_CONTEXT_LEN": "--context-length",
    "SGLANG_DISABLE_SHM_MM": "",
    "SGLANG_DP": "--dp-size",
    "SGLANG_EP": "--ep-size",
    "SGLANG_GPU_MEMORY_UTILIZATION": "--mem-fraction-static",
    "SGLANG_MAX_MODEL_LEN": "--context-length",
    "SGLANG_MEM_FRACTION": "--mem-fraction-static",
    "SGLANG_PP": "--pp-size",
    "SGLANG_TP": "--tp-size",
    "SGLANG_VISIBLE_DEVICES": "CUDA_VISIBLE_DEVICES",
}
"""The name or option that is meant, by what is written; empty where there is none."""
