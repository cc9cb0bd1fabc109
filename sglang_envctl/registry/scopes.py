"""Which nodes must agree on the value of a variable.

A name is listed only if code or docs of the software show that a difference breaks something
(`engine`), or that values differ for a good reason (the other scopes). A variable has no scope if
only one process reads it, if it affects only time or space (logs, profiles, caches, downloads,
timeouts), or if the scope is unknown; its difference has severity info.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

Scope: TypeAlias = Literal["engine", "role", "node", "network", ""]
"""`engine`: all ranks of an engine must agree. `role`: prefill and decode may differ. `node`:
always differs (addresses, ranks, devices). `network`: names of interfaces or cards, which depend on
the host, so only the kind of network must agree. Empty: unknown.
"""

_ENGINE = (
    # Sizes of buffers that ranks write into each other's memory, and rounds of that exchange.
    "SGLANG_DEEPEP_NUM_MAX_DISPATCH_TOKENS_PER_RANK",
    "SGLANG_FLASHINFER_NUM_MAX_DISPATCH_TOKENS_PER_RANK",
    "SGLANG_MORI_NUM_MAX_DISPATCH_TOKENS_PER_RANK",
    "SGLANG_MORI_PREALLOC_MAX_RECV_TOKENS",
    "DEEPEP_NORMAL_LONG_SEQ_PER_ROUND_TOKENS",
    "DEEPEP_NORMAL_LONG_SEQ_ROUND",
    "DEEPEP_NORMAL_COMBINE_ENABLE_LONG_SEQ",
    # NVSHMEM's heap, NCCL's windows and HCCL's communicators: registered collectively, of one size.
    "NVSHMEM_SYMMETRIC_SIZE",
    "SGLANG_SYMM_MEM_PREALLOC_GB_SIZE",
    "HCCL_BUFFSIZE",
    # The number format in which a token is sent to its expert (layers/moe/token_dispatcher). DeepEP
    # sends FP8 where the receiver has DeepGEMM or AITER, else 16 bits.
    "SGLANG_DEEPEP_BF16_DISPATCH",
    "SGLANG_MOE_NVFP4_DISPATCH",
    "SGLANG_MORI_DISPATCH_DTYPE",
    "SGLANG_MORI_FP8_COMB",
    "DEEP_NORMAL_MODE_USE_INT8_QUANT",
    "SGLANG_ENABLE_JIT_DEEPGEMM",
    # Both sides of an exchange run the same kernel, algorithm and protocol. Each rank of NCCL and HCCL
    # chooses them from its own environment.
    "SGLANG_MORI_DISPATCH_INTER_KERNEL_SWITCH_THRESHOLD",
    "SGLANG_CUSTOM_ALLREDUCE_ALGO",
    "NCCL_ALGO",
    "NCCL_PROTO",
    "NCCL_MIN_NCHANNELS",
    "NCCL_MAX_NCHANNELS",
    "HCCL_OP_EXPANSION_MODE",
    "NVSHMEM_IB_ENABLE_IBGDA",
    "SGLANG_FL_DIST_BACKEND",
    # Collectives that some ranks would enter and others not, or in another group (dp_attn.py,
    # dsa_indexer.py, deepseek_v2_attention_mla_npu.py).
    "SGLANG_NCCL_ALL_GATHER_IN_OVERLAP_SCHEDULER_SYNC_BATCH",
    "SGLANG_SCHEDULER_SKIP_ALL_GATHER",
    "SGLANG_DSA_TOPK_BROADCAST",
    "SGLANG_USE_AG_AFTER_QLORA",
    "SGLANG_PP_LAYER_PARTITION",
    "SGLANG_USE_CPU_ENGINE",
    "SGLANG_PLATFORM",
    # Each rank schedules on its own, and all have to decide the same: "the collectives hang"
    # (scheduler.py), "the recv decision must be identical on every rank" (recv_skipper.py).
    "SGLANG_SCHEDULER_RECV_SKIPPER_WEIGHT_DEFAULT",
    "SGLANG_SCHEDULER_RECV_SKIPPER_WEIGHT_DECODE",
    "SGLANG_SCHEDULER_RECV_SKIPPER_WEIGHT_NONE",
    "SGLANG_DISABLE_CONSECUTIVE_PREFILL_OVERLAP",
    "SGLANG_CLIP_MAX_NEW_TOKENS_ESTIMATION",
    "SGLANG_INIT_NEW_TOKEN_RATIO",
    "SGLANG_MIN_NEW_TOKEN_RATIO_FACTOR",
    "SGLANG_NEW_TOKEN_RATIO_DECAY_STEPS",
    "SGLANG_RETRACT_DECODE_STEPS",
    "SGLANG_TEST_RETRACT",
    "SGLANG_TEST_RETRACT_NO_PREFILL_BS",
    "SGLANG_RAGGED_VERIFY_MODE",
    # Number format and layout of weights: ranks have parts of one tensor, and EPLB moves experts
    # between them as they are in memory.
    "SGLANG_USE_AITER",
    "SGLANG_MOE_PADDING",
    "SGLANG_INT4_WEIGHT",
    "SGLANG_FORCE_FP8_MARLIN",
    "SGLANG_FP8_IGNORED_LAYERS",
    "SGLANG_NVFP4_CKPT_FP8_GEMM_IN_ATTN",
    "SGLANG_NVFP4_CKPT_FP8_NEXTN_MOE",
    "SGLANG_FLASHINFER_NVFP4_PER_TOKEN_ACTIVATION",
    "FLASHINFER_NVFP4_4OVER6",
    "FLASHINFER_NVFP4_4OVER6_E4M3_USE_256",
    "SGLANG_NPU_DISABLE_ACL_FORMAT_WEIGHT",
    # Layout and path of the KV cache that prefill sends to decode: every rank talks to ranks of the
    # other side, which all have one of them.
    "SGLANG_USE_FIA_NZ",
    "SGLANG_DISAGG_STAGING_BUFFER",
    "SGLANG_DISAGGREGATION_NIXL_BACKEND",
    "SGLANG_MOONCAKE_CUSTOM_MEM_POOL",
    "ENABLE_ASCEND_TRANSFER_WITH_MOONCAKE",
    "ASCEND_MF_STORE_URL",
    "MC_FORCE_MNNVL",
    "MC_FORCE_TCP",
    # A shared store: "the same on all nodes" (Mooncake's docs).
    "MOONCAKE_PROTOCOL",
    "MOONCAKE_TE_META_DATA_SERVER",
    "MOONCAKE_MASTER",
    # Cache-DiT: a step that one rank computes and another skips leaves a collective waiting.
    "SGLANG_CACHE_DIT_ENABLED",
    *(
        f"SGLANG_CACHE_DIT_{which}{what}"
        for which in ("", "SECONDARY_")
        for what in ("FN", "BN", "WARMUP", "RDT", "MC", "TAYLORSEER", "TS_ORDER")
    ),
    "SGLANG_CACHE_DIT_SCM_PRESET",
    "SGLANG_CACHE_DIT_SCM_POLICY",
    "SGLANG_CACHE_DIT_SCM_COMPUTE_BINS",
    "SGLANG_CACHE_DIT_SCM_CACHE_BINS",
)
_ROLE = (
    # Read on the prefill side only, or on the decode side only (disaggregation/).
    "SGLANG_DISAGGREGATION_THREAD_POOL_SIZE",
    "SGLANG_DISAGGREGATION_QUEUE_SIZE",
    "SGLANG_DISAGGREGATION_BOOTSTRAP_TIMEOUT",
    "SGLANG_DISAGGREGATION_BOOTSTRAP_ENTRY_CLEANUP_INTERVAL",
    "SGLANG_DISAGGREGATION_HEARTBEAT_INTERVAL",
    "SGLANG_DISAGGREGATION_HEARTBEAT_MAX_FAILURE",
    "SGLANG_DISAGGREGATION_WAITING_TIMEOUT",
    "SGLANG_DISAGG_STAGING_BUFFER_SIZE_MB",
    "SGLANG_DISAGG_STAGING_POOL_SIZE_MB",
    "SGLANG_HICACHE_DECODE_OFFLOAD_STRIDE",
    "SGLANG_ENCODER_MM_RECEIVER_MODE",
    # Variables for a step that the other side never runs.
    "SGLANG_CHUNKED_PREFIX_CACHE_THRESHOLD",
    "SGLANG_MAX_KV_CHUNK_CAPACITY",
    "SGLANG_DSA_PREFILL_DENSE_ATTN_KV_LEN_THRESHOLD",
    "SGLANG_SKIP_SOFTMAX_PREFILL_THRESHOLD_SCALE_FACTOR",
    "SGLANG_SKIP_SOFTMAX_DECODE_THRESHOLD_SCALE_FACTOR",
)
_NODE = (
    "SGLANG_HOST_IP",
    "HCCL_IF_IP",
    "SGLANG_IS_FIRST_RANK_ON_NODE",
    "SGLANG_RAY_BUNDLE_INDICES",
    "SGLANG_CPU_OMP_THREADS_BIND",
    "GOMP_CPU_AFFINITY",
    "CUDA_VISIBLE_DEVICES",
    "NVIDIA_VISIBLE_DEVICES",
    "HIP_VISIBLE_DEVICES",
    "ROCR_VISIBLE_DEVICES",
    "GPU_DEVICE_ORDINAL",
    "ASCEND_RT_VISIBLE_DEVICES",
    "ASCEND_NPU_PHY_ID",
    "ZE_AFFINITY_MASK",
)
_NETWORK = (
    "GLOO_SOCKET_IFNAME",
    "NCCL_SOCKET_IFNAME",
    "NCCL_IB_HCA",
    "HCCL_SOCKET_IFNAME",
    "NVSHMEM_BOOTSTRAP_UID_SOCK_IFNAME",
    "NVSHMEM_HCA_LIST",
    "NVSHMEM_HCA_PE_MAPPING",
    "UCX_NET_DEVICES",
    "MOONCAKE_DEVICE",
    "MC_TE_FILTERS",
)

SCOPES: dict[str, Scope] = {
    **dict.fromkeys(_ENGINE, "engine"),
    **dict.fromkeys(_ROLE, "role"),
    **dict.fromkeys(_NODE, "node"),
    **dict.fromkeys(_NETWORK, "network"),
}
