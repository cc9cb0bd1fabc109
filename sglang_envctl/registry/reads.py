"""The reads of variables whose entries leave them to the release data.

Written by `python -m sglang_envctl.devtools.registry`.
"""

from __future__ import annotations

from sglang_envctl.registry.variable import Read

# fmt: off
READS: dict[str, tuple[Read, ...]] = {
    "SGLANG_DIFFUSION_STAGE_LOGGING": (
        Read("diffusion.bool", "sglang/multimodal_gen/envs.py:293", since="0.5.6", default=False),
    ),
    "SGLANG_USE_RUNAI_MODEL_STREAMER": (
        Read("diffusion.bool", "sglang/multimodal_gen/envs.py:438", since="0.5.10", default=True),
    ),
    "SGLANG_USE_ROCM_VAE": (
        Read("diffusion.bool", "sglang/multimodal_gen/envs.py:512", since="0.5.10", default=False),
    ),
    "SGLANG_USE_ROCM_CUDNN_BENCHMARK": (
        Read("diffusion.bool", "sglang/multimodal_gen/envs.py:514", since="0.5.11", default=False),
    ),
    "SGLANG_CACHE_DIT_TAYLORSEER": (
        Read(
            "diffusion.bool",
            "sglang/multimodal_gen/envs.py:405",
            since="0.5.6.post1",
            default=False,
        ),
    ),
    "SGLANG_S3_ACCESS_KEY_ID": (
        Read(
            "raw.text",
            "sglang/multimodal_gen/runtime/entrypoints/openai/storage.py:36",
            since="0.5.8",
        ),
    ),
    "SGLANG_S3_SECRET_ACCESS_KEY": (
        Read(
            "raw.text",
            "sglang/multimodal_gen/runtime/entrypoints/openai/storage.py:37",
            since="0.5.8",
        ),
    ),
    "SGLANG_USE_MODELSCOPE": (
        Read(
            "raw.lower-equals:true",
            "sglang/benchmark/utils.py:30",
            until="0.4.5.post2",
            default=False,
        ),
    ),
    "SGLANG_PORT": (
        Read("raw.text", "sglang/srt/utils.py:1603", until="0.4.4.post2"),
    ),
    "SGLANG_LOG_REQUEST_HEADERS": (
        Read("srt.tuple", "sglang/srt/environ.py:356", since="0.5.9", default=[]),
    ),
    "SGLANG_HEALTH_CHECK_TIMEOUT": (
        Read(
            "raw.int",
            "sglang/srt/entrypoints/http_server.py:218",
            since="0.4.3.post3",
            default=20,
        ),
    ),
    "SGLANG_EPLB_HEATMAP_COLLECTION_INTERVAL": (
        Read(
            "srt.get-int",
            "sglang/srt/eplb/expert_distribution.py:857",
            since="0.5.5.post1",
            default=0,
        ),
    ),
    "SGLANG_FORWARD_UNKNOWN_TOOLS": (
        Read("srt.bool", "sglang/srt/environ.py:804", since="0.5.4.post3", default=False),
    ),
    "SGLANG_REQ_WAITING_TIMEOUT": (
        Read("srt.float", "sglang/srt/environ.py:685", since="0.5.9", default=-1),
    ),
    "SGLANG_REQ_RUNNING_TIMEOUT": (
        Read("srt.float", "sglang/srt/environ.py:686", since="0.5.9", default=-1),
    ),
    "SGLANG_PREFETCH_BLOCK_SIZE_MB": (
        Read("srt.int", "sglang/srt/environ.py:313", since="0.5.11", default=16),
    ),
    "SGLANG_ENABLE_TORCH_INFERENCE_MODE": (
        Read("srt.get-bool", "sglang/srt/utils/common.py:1491", since="0.4.5.post3", default=False),
        Read(
            "raw.lower-in:1|true",
            "sglang/srt/utils.py:137",
            since="0.4.4.post2",
            until="0.4.5.post2",
            default=False,
        ),
    ),
    "SGLANG_ENABLE_TORCH_COMPILE": (
        Read(
            "raw.lower-in:1|true",
            "sglang/srt/layers/quantization/fp8_utils.py:293",
            since="0.4.5.post2",
            until="0.4.5.post2",
            default=False,
        ),
        Read(
            "raw.lower-in:1|true|yes",
            "sglang/srt/layers/quantization/fp8_utils.py:409",
            since="0.4.4.post2",
            until="0.4.5.post1",
            default=False,
        ),
    ),
    "SGLANG_SET_CPU_AFFINITY": (
        Read(
            "raw.lower-in:1|true",
            "sglang/bench_one_batch.py:436",
            until="0.4.5.post2",
            default=False,
        ),
    ),
    "SGLANG_ALLOW_OVERWRITE_LONGER_CONTEXT_LEN": (
        Read("srt.bool", "sglang/srt/environ.py:320", since="0.5.3", default=False),
        Read(
            "srt.get-bool",
            "sglang/srt/configs/model_config.py:186",
            since="0.5.1",
            until="0.5.2",
            default=False,
        ),
        Read(
            "srt.get-bool",
            "sglang/srt/configs/model_config.py:163",
            since="0.4.5.post3",
            until="0.4.10.post2",
            default=True,
        ),
        Read(
            "raw.lower-in:1|true",
            "sglang/srt/configs/model_config.py:104",
            since="0.4.4",
            until="0.4.5.post2",
            default=True,
        ),
        Read(
            "raw.lower-in:1|true",
            "sglang/srt/configs/model_config.py:83",
            until="0.4.3.post4",
            default=False,
        ),
    ),
    "SGLANG_DISABLE_CONSECUTIVE_PREFILL_OVERLAP": (
        Read("srt.bool", "sglang/srt/environ.py:693", since="0.5.5.post2", default=False),
    ),
    "SGLANG_SCHEDULER_MAX_RECV_PER_POLL": (
        Read("srt.int", "sglang/srt/environ.py:681", since="0.5.6", default=-1),
    ),
    "SGLANG_DATA_PARALLEL_BUDGET_INTERVAL": (
        Read("srt.int", "sglang/srt/environ.py:226", since="0.5.7", until="0.5.7", default=1),
    ),
    "SGLANG_SCHEDULER_RECV_SKIPPER_WEIGHT_DEFAULT": (
        Read("srt.int", "sglang/srt/environ.py:675", since="0.5.6", default=1000),
    ),
    "SGLANG_SCHEDULER_RECV_SKIPPER_WEIGHT_DECODE": (
        Read("srt.int", "sglang/srt/environ.py:676", since="0.5.6", default=1),
    ),
    "SGLANG_SCHEDULER_RECV_SKIPPER_WEIGHT_NONE": (
        Read("srt.int", "sglang/srt/environ.py:678", since="0.5.6", default=1),
    ),
    "SGLANG_MM_BUFFER_SIZE_MB": (
        Read("srt.int", "sglang/srt/environ.py:1601", since="0.5.6.post1", default=0),
    ),
    "SGLANG_MM_PRECOMPUTE_HASH": (
        Read("srt.bool", "sglang/srt/environ.py:1602", since="0.5.7", default=False),
    ),
    "SGLANG_IS_FLASHINFER_AVAILABLE": (
        Read("srt.get-bool", "sglang/srt/utils/common.py:393", since="0.4.5.post3", default=True),
        Read("raw.lower-in:1|true", "sglang/srt/utils.py:128", until="0.4.5.post2", default=True),
    ),
    "SGLANG_FLASHINFER_AUTOTUNE_CACHE": (
        Read("srt.bool", "sglang/srt/environ.py:1278", since="0.5.13", default=True),
    ),
    "SGLANG_SKIP_P2P_CHECK": (
        Read(
            "raw.is-one",
            "sglang/srt/distributed/device_communicators/custom_all_reduce_utils.py:430",
            default=False,
        ),
    ),
    "SGLANG_CHUNKED_PREFIX_CACHE_THRESHOLD": (
        Read("srt.int", "sglang/srt/environ.py:723", since="0.5.7", default=8192),
    ),
    "SGLANG_MAX_KV_CHUNK_CAPACITY": (
        Read("srt.int", "sglang/srt/environ.py:724", since="0.5.12", default=131072),
    ),
    "SGLANG_FUSED_MLA_ENABLE_ROPE_FUSION": (
        Read(
            "raw.is-one",
            "sglang/srt/models/deepseek_common/attention_forward_methods/forward_mla_fused_rope_rocm.py:47",
            since="0.4.3.post3",
            default=True,
        ),
    ),
    "SGLANG_NCCL_ALL_GATHER_IN_OVERLAP_SCHEDULER_SYNC_BATCH": (
        Read("srt.bool", "sglang/srt/environ.py:713", since="0.5.8", default=False),
    ),
    "SGLANG_SYMM_MEM_PREALLOC_GB_SIZE": (
        Read("srt.int", "sglang/srt/environ.py:2127", since="0.5.9", default=-1),
    ),
    "SGLANG_SKIP_SOFTMAX_PREFILL_THRESHOLD_SCALE_FACTOR": (
        Read("srt.float", "sglang/srt/environ.py:1265", since="0.5.10"),
    ),
    "SGLANG_SKIP_SOFTMAX_DECODE_THRESHOLD_SCALE_FACTOR": (
        Read("srt.float", "sglang/srt/environ.py:1266", since="0.5.10"),
    ),
    "SGLANG_USE_SGL_FA3_KERNEL": (
        Read("srt.bool", "sglang/srt/environ.py:1496", since="0.5.11", default=True),
    ),
    "SGLANG_ENABLE_JIT_DEEPGEMM": (
        Read("srt.bool", "sglang/srt/environ.py:1348", since="0.5.3.post2", default=True),
    ),
    "SGLANG_JIT_DEEPGEMM_PRECOMPILE": (
        Read("srt.bool", "sglang/srt/environ.py:1369", since="0.5.3.post2", default=True),
    ),
    "SGLANG_IN_DEEPGEMM_PRECOMPILE_STAGE": (
        Read("srt.bool", "sglang/srt/environ.py:1371", since="0.5.7", default=False),
    ),
    "SGLANG_DG_USE_NVRTC": (
        Read("srt.bool", "sglang/srt/environ.py:1374", since="0.5.23", default=False),
    ),
    "SGLANG_USE_DEEPGEMM_BMM": (
        Read("srt.bool", "sglang/srt/environ.py:1375", since="0.5.19", default=False),
    ),
    "SGLANG_JIT_DEEPGEMM_FAST_WARMUP": (
        Read("srt.bool", "sglang/srt/environ.py:1370", since="0.5.8.post1", default=False),
    ),
    "SGLANG_DEEPEP_NUM_MAX_DISPATCH_TOKENS_PER_RANK": (
        Read(
            "srt.int perhaps <=1024",
            "sglang/srt/environ.py:1439",
            since="0.5.6.post1",
            default=128,
        ),
        Read(
            "srt.get-int",
            "sglang/srt/layers/moe/token_dispatcher/deepep.py:311",
            since="0.4.7",
            until="0.5.6",
            default=128,
        ),
    ),
    "SGLANG_BLACKWELL_OVERLAP_SHARED_EXPERTS_OUTSIDE_SBO": (
        Read("srt.bool", "sglang/srt/environ.py:1446", since="0.5.8", default=False),
    ),
    "SGLANG_MORI_FP8_COMB": (
        Read(
            "srt.get-bool",
            "sglang/srt/layers/moe/token_dispatcher/moriep.py:528",
            since="0.5.10",
            until="0.5.20",
            default=False,
        ),
    ),
    "SGLANG_MORI_DISPATCH_INTER_KERNEL_SWITCH_THRESHOLD": (
        Read(
            "srt.get-int",
            "sglang/srt/layers/moe/token_dispatcher/moriep.py:283",
            since="0.5.9",
            default=256,
        ),
    ),
    "SGLANG_MORI_MOE_MAX_INPUT_TOKENS": (
        Read("srt.int", "sglang/srt/environ.py:944", since="0.5.22", default=0),
        Read(
            "srt.get-int",
            "sglang/srt/layers/moe/moe_runner/aiter.py:495",
            since="0.5.11",
            until="0.5.21",
            default=0,
        ),
    ),
    "SGLANG_MORI_QP_PER_TRANSFER": (
        Read("srt.int", "sglang/srt/environ.py:910", since="0.5.13", default=4),
        Read(
            "srt.get-int",
            "sglang/srt/disaggregation/mori/conn.py:300",
            since="0.5.12",
            until="0.5.12.post1",
            default=4,
        ),
        Read(
            "srt.get-int",
            "sglang/srt/disaggregation/mori/conn.py:219",
            since="0.5.9",
            until="0.5.11",
            default=1,
        ),
    ),
    "SGLANG_MORI_POST_BATCH_SIZE": (
        Read("srt.int", "sglang/srt/environ.py:915", since="0.5.13", default=-1),
        Read(
            "srt.get-int",
            "sglang/srt/disaggregation/mori/conn.py:307",
            since="0.5.9",
            until="0.5.12.post1",
            default=-1,
        ),
    ),
    "SGLANG_MORI_NUM_WORKERS": (
        Read("srt.int", "sglang/srt/environ.py:919", since="0.5.13", default=4),
        Read(
            "srt.get-int",
            "sglang/srt/disaggregation/mori/conn.py:314",
            since="0.5.12",
            until="0.5.12.post1",
            default=4,
        ),
        Read(
            "srt.get-int",
            "sglang/srt/disaggregation/mori/conn.py:233",
            since="0.5.9",
            until="0.5.11",
            default=1,
        ),
    ),
    "SGLANG_DSA_FUSE_TOPK": (
        Read("srt.bool", "sglang/srt/environ.py:1978", since="0.5.13", default=True),
    ),
    "SGLANG_DSA_TOPK_FLASHINFER_DETERMINISTIC": (
        Read("srt.bool", "sglang/srt/environ.py:1981", since="0.5.13", default=False),
    ),
    "SGLANG_DSA_TOPK_FLASHINFER_TIE_BREAK": (
        Read("raw.lower-only:large|small", "sglang/srt/environ.py:1982", since="0.5.13"),
    ),
    "SGLANG_DSA_ENABLE_MTP_PRECOMPUTE_METADATA": (
        Read("srt.bool", "sglang/srt/environ.py:585", since="0.5.13", until="0.5.14", default=True),
    ),
    "SGLANG_USE_FUSED_METADATA_COPY": (
        Read("srt.bool", "sglang/srt/environ.py:595", since="0.5.9", until="0.5.14", default=True),
    ),
    "SGLANG_DSA_TOPK_BROADCAST": (
        Read("srt.bool", "sglang/srt/environ.py:1987", since="0.5.13", default=False),
    ),
    "SGLANG_NSA_FUSE_TOPK": (
        Read(
            "srt.bool",
            "sglang/srt/environ.py:427",
            since="0.5.8",
            until="0.5.12.post1",
            default=True,
        ),
        Read(
            "srt.get-bool",
            "sglang/srt/layers/attention/nsa/utils.py:14",
            since="0.5.3",
            until="0.5.7",
            default=True,
        ),
    ),
    "SGLANG_NSA_ENABLE_MTP_PRECOMPUTE_METADATA": (
        Read(
            "srt.bool",
            "sglang/srt/environ.py:428",
            since="0.5.8",
            until="0.5.12.post1",
            default=True,
        ),
        Read(
            "srt.get-bool",
            "sglang/srt/layers/attention/nsa/utils.py:23",
            since="0.5.7",
            until="0.5.7",
            default=True,
        ),
    ),
    "SGLANG_DEBUG_MEMORY_POOL": (
        Read(
            "raw.lower-in:1|true",
            "sglang/srt/mem_cache/paged_allocator.py:185",
            since="0.4.4",
            until="0.4.5.post2",
            default=False,
        ),
    ),
    "SGLANG_DETOKENIZER_MAX_STATES": (
        Read(
            "raw.int",
            "sglang/srt/managers/detokenizer_manager.py:73",
            since="0.4.1.post7",
            default=65536,
        ),
    ),
    "SGLANG_ENABLE_TP_MEMORY_INBALANCE_CHECK": (
        Read("srt.bool", "sglang/srt/environ.py:500", since="0.5.7", default=True),
    ),
    "SGLANG_MOONCAKE_CUSTOM_MEM_POOL": (
        Read("srt.text", "sglang/srt/environ.py:864", since="0.5.5.post1"),
        Read(
            "srt.get-bool",
            "sglang/srt/disaggregation/mooncake/conn.py:204",
            since="0.4.8",
            until="0.5.5",
            default=False,
        ),
    ),
    "SGLANG_CUTLASS_MOE": (
        Read(
            "srt.bool",
            "sglang/srt/environ.py:863",
            since="0.5.11",
            until="0.5.17",
            default=False,
        ),
        Read(
            "srt.get-bool",
            "sglang/srt/server_args.py:2705",
            since="0.4.7",
            until="0.5.10.post1",
            default=False,
        ),
    ),
    "SGLANG_FORCE_FP8_MARLIN": (
        Read(
            "raw.lower-in:1|true",
            "sglang/srt/layers/quantization/fp8.py:195",
            since="0.4.0.post1",
            until="0.4.5.post2",
            default=False,
        ),
    ),
    "SGLANG_NVFP4_CKPT_FP8_GEMM_IN_ATTN": (
        Read("srt.bool", "sglang/srt/environ.py:1186", since="0.5.6.post1", default=False),
        Read(
            "srt.get-bool",
            "sglang/srt/models/deepseek_v2.py:2837",
            since="0.5.4",
            until="0.5.6",
            default=False,
        ),
    ),
    "SGLANG_MOE_NVFP4_DISPATCH": (
        Read("srt.bool", "sglang/srt/environ.py:1185", since="0.5.6", default=False),
    ),
    "SGLANG_FLASHINFER_NVFP4_PER_TOKEN_ACTIVATION": (
        Read("srt.bool", "sglang/srt/environ.py:1243", since="0.5.13", default=False),
    ),
    "SGLANG_NVFP4_CKPT_FP8_NEXTN_MOE": (
        Read("srt.bool", "sglang/srt/environ.py:1187", since="0.5.7", default=False),
    ),
    "SGLANG_QUANT_ALLOW_DOWNCASTING": (
        Read("srt.bool", "sglang/srt/environ.py:1191", since="0.5.10", default=False),
    ),
    "SGLANG_FP8_IGNORED_LAYERS": (
        Read("srt.text perhaps ?", "sglang/srt/environ.py:1195", since="0.5.10", default=""),
    ),
    "SGLANG_IS_FIRST_RANK_ON_NODE": (
        Read("srt.bool", "sglang/srt/environ.py:789", since="0.5.7", default=True),
    ),
    "SGLANG_PP_LAYER_PARTITION": (
        Read("raw.split-int:,", "sglang/srt/distributed/utils.py:118"),
    ),
    "SGLANG_ONE_VISIBLE_DEVICE_PER_PROCESS": (
        Read("srt.bool", "sglang/srt/environ.py:783", since="0.5.4", default=False),
    ),
    "SGLANG_RAY_BUNDLE_INDICES": (
        Read("srt.text perhaps ?", "sglang/srt/environ.py:785", since="0.5.13", default=""),
    ),
    "SGLANG_TOOL_STRICT_LEVEL": (
        Read("srt.int", "sglang/srt/environ.py:812", since="0.5.4.post3", default=0),
    ),
    "SGLANG_DISAGG_STAGING_BUFFER": (
        Read("srt.bool", "sglang/srt/environ.py:859", since="0.5.10", default=False),
    ),
    "SGLANG_DISAGG_STAGING_BUFFER_SIZE_MB": (
        Read("srt.int", "sglang/srt/environ.py:479", since="0.5.10", until="0.5.16", default=64),
    ),
    "SGLANG_DISAGG_STAGING_POOL_SIZE_MB": (
        Read("srt.int", "sglang/srt/environ.py:860", since="0.5.10", default=4096),
    ),
    "SGLANG_STAGING_USE_TORCH": (
        Read("srt.bool", "sglang/srt/environ.py:863", since="0.5.18", default=False),
        Read(
            "raw.truthy",
            "sglang/srt/disaggregation/common/staging_buffer.py:28",
            since="0.5.10",
            until="0.5.17",
            default=False,
        ),
    ),
    "SGLANG_DISAGGREGATION_QUEUE_SIZE": (
        Read("srt.int", "sglang/srt/environ.py:754", since="0.5.8", default=4),
        Read(
            "srt.get-int",
            "sglang/srt/disaggregation/mooncake/conn.py:177",
            since="0.4.7",
            until="0.5.7",
            default=4,
        ),
    ),
    "SGLANG_DISAGGREGATION_BOOTSTRAP_TIMEOUT": (
        Read(
            "srt.get-int",
            "sglang/srt/disaggregation/mooncake/conn.py:189",
            since="0.4.8.post1",
            until="0.4.9",
            default=120,
        ),
        Read(
            "srt.get-int",
            "sglang/srt/disaggregation/mooncake/conn.py:183",
            since="0.4.7",
            until="0.4.8",
            default=30,
        ),
    ),
    "SGLANG_DISAGGREGATION_BOOTSTRAP_ENTRY_CLEANUP_INTERVAL": (
        Read("srt.int", "sglang/srt/environ.py:772", since="0.5.10", default=120),
    ),
    "SGLANG_DISAGGREGATION_HEARTBEAT_INTERVAL": (
        Read("srt.float", "sglang/srt/environ.py:761", since="0.5.8", default=5.0),
        Read(
            "raw.float",
            "sglang/srt/disaggregation/mooncake/conn.py:213",
            since="0.4.7",
            until="0.5.7",
            default=5.0,
        ),
    ),
    "SGLANG_DISAGGREGATION_HEARTBEAT_MAX_FAILURE": (
        Read("srt.int", "sglang/srt/environ.py:762", since="0.5.8", default=2),
        Read(
            "srt.get-int",
            "sglang/srt/disaggregation/mooncake/conn.py:217",
            since="0.4.7",
            until="0.5.7",
            default=2,
        ),
    ),
    "SGLANG_DISAGGREGATION_NIXL_BACKEND": (
        Read("srt.text perhaps ?", "sglang/srt/environ.py:766", since="0.5.9", default="UCX"),
    ),
    "ENABLE_ASCEND_TRANSFER_WITH_MOONCAKE": (
        Read("srt.bool", "sglang/srt/environ.py:869", since="0.5.6.post1", default=False),
        Read(
            "srt.get-bool",
            "sglang/srt/disaggregation/mooncake/transfer_engine.py:167",
            since="0.4.9.post2",
            until="0.5.6",
            default=False,
        ),
    ),
    "ASCEND_NPU_PHY_ID": (
        Read("srt.int", "sglang/srt/environ.py:870", since="0.5.6.post1", default=-1),
    ),
    "SGLANG_TORCH_PROFILER_DIR": (
        Read("raw.text", "sglang/benchmark/offline_throughput.py:265", until="0.4.3.post2"),
    ),
    "SGLANG_PROFILE_WITH_STACK": (
        Read(
            "srt.get-bool",
            "sglang/srt/entrypoints/grpc_server.py:102",
            since="0.4.7",
            default=True,
        ),
    ),
    "SGLANG_PROFILE_RECORD_SHAPES": (
        Read(
            "srt.get-bool",
            "sglang/srt/entrypoints/grpc_server.py:105",
            since="0.5.5",
            default=True,
        ),
    ),
    "SGLANG_OTLP_EXPORTER_SCHEDULE_DELAY_MILLIS": (
        Read("srt.int", "sglang/srt/environ.py:475", since="0.5.18", default=500),
        Read(
            "srt.get-int",
            "sglang/srt/observability/trace.py:202",
            since="0.5.4.post2",
            until="0.5.17",
            default=500,
        ),
    ),
    "SGLANG_OTLP_EXPORTER_MAX_EXPORT_BATCH_SIZE": (
        Read("srt.int", "sglang/srt/environ.py:476", since="0.5.18", default=64),
        Read(
            "srt.get-int",
            "sglang/srt/observability/trace.py:205",
            since="0.5.4.post2",
            until="0.5.17",
            default=64,
        ),
    ),
    "SGLANG_TRACE_LEVEL": (
        Read("srt.get-int", "sglang/srt/observability/trace.py:82", since="0.5.12", default=3),
    ),
    "SGLANG_WAIT_WEIGHTS_READY_TIMEOUT": (
        Read("raw.int", "sglang/srt/entrypoints/http_server.py:219", since="0.5.4", default=120),
    ),
    "SGLANG_DISABLE_OUTLINES_DISK_CACHE": (
        Read(
            "srt.get-bool",
            "sglang/srt/constrained/outlines_jump_forward.py:41",
            since="0.4.5.post3",
            default=True,
        ),
        Read(
            "raw.lower-in:1|true",
            "sglang/srt/constrained/outlines_jump_forward.py:41",
            since="0.4.5.post2",
            until="0.4.5.post2",
            default=True,
        ),
    ),
    "SGLANG_HICACHE_NIXL_USE_DIRECT_IO": (
        Read("srt.bool", "sglang/srt/environ.py:848", since="0.5.13", default=True),
    ),
    "SGLANG_HUGEPAGE_SIZE": (
        Read("srt.text", "sglang/srt/environ.py:849", since="0.5.13", default=""),
    ),
    "SGLANG_IS_IN_CI": (
        Read(
            "raw.lower-in:1|true",
            "sglang/benchmark/serving.py:1520",
            until="0.4.4.post3",
            default=False,
        ),
    ),
    "SGLANG_TEST_RETRACT": (
        Read("srt.bool", "sglang/srt/environ.py:423", since="0.5.3", default=False),
        Read(
            "srt.get-bool",
            "sglang/srt/managers/scheduler.py:198",
            since="0.4.5.post3",
            until="0.5.2",
            default=False,
        ),
        Read(
            "raw.lower-in:1|true",
            "sglang/srt/managers/scheduler.py:141",
            until="0.4.5.post2",
            default=False,
        ),
    ),
    "SGLANG_TEST_RETRACT_NO_PREFILL_BS": (
        Read("srt.int", "sglang/srt/environ.py:425", since="0.5.4.post2", default=2147483648),
    ),
    "SGLANG_RECORD_STEP_TIME": (
        Read("srt.bool", "sglang/srt/environ.py:465", since="0.5.11", default=False),
        Read(
            "srt.get-bool",
            "sglang/srt/observability/scheduler_metrics_mixin.py:44",
            since="0.4.5.post3",
            until="0.5.10.post1",
            default=False,
        ),
        Read(
            "raw.lower-in:1|true",
            "sglang/srt/managers/scheduler.py:142",
            since="0.4.3.post3",
            until="0.4.5.post2",
            default=False,
        ),
    ),
    "SGLANG_TEST_REQUEST_TIME_STATS": (
        Read(
            "srt.get-bool",
            "sglang/srt/observability/metrics_collector.py:54",
            since="0.4.6.post4",
            default=False,
        ),
    ),
    "SGLANG_DEBUG_SYMM_MEM": (
        Read("srt.bool", "sglang/srt/environ.py:2128", since="0.5.11", default=False),
    ),
    "SGLANG_ENABLE_STRICT_MEM_CHECK_DURING_IDLE": (
        Read("srt.bool", "sglang/srt/environ.py:502", since="0.5.5.post3", default=True),
    ),
    "SGLANG_RAGGED_VERIFY_MODE": (
        Read("srt.text perhaps ?", "sglang/srt/environ.py:1572", since="0.5.16", default="static"),
    ),
    "SGLANG_PREP_IN_CUDA_GRAPH": (
        Read(
            "srt.bool",
            "sglang/srt/environ.py:1268",
            since="0.5.12",
            until="0.5.17",
            default=True,
        ),
    ),
    "SGLANG_DSPARK_ENABLE_SPS_RECORD": (
        Read("srt.bool", "sglang/srt/environ.py:549", since="0.5.16", default=False),
    ),
    "SGLANG_NGRAM_FORCE_GREEDY_VERIFY": (
        Read(
            "srt.bool",
            "sglang/srt/environ.py:676",
            since="0.5.5.post3",
            until="0.5.13.post1",
            default=False,
        ),
    ),
    "SGLANG_NPU_USE_MLAPO": (
        Read(
            "srt.get-bool",
            "sglang/srt/hardware_backend/npu/attention/mla_preprocess.py:22",
            since="0.5.3",
            default=False,
        ),
    ),
    "SGLANG_USE_FIA_NZ": (
        Read(
            "srt.get-bool",
            "sglang/srt/hardware_backend/npu/attention/mla_preprocess.py:34",
            since="0.5.7",
            default=False,
        ),
    ),
    "SGLANG_NPU_USE_MULTI_STREAM": (
        Read("srt.bool", "sglang/srt/environ.py:1127", since="0.5.7", default=False),
    ),
    "SGLANG_NPU_DISABLE_ACL_FORMAT_WEIGHT": (
        Read("srt.bool", "sglang/srt/environ.py:1120", since="0.5.6.post1", default=False),
    ),
    "SGLANG_SCHEDULER_SKIP_ALL_GATHER": (
        Read("srt.bool", "sglang/srt/environ.py:682", since="0.5.7", default=False),
    ),
    "SGLANG_ENABLE_OVERLAP_PLAN_STREAM": (
        Read("srt.bool", "sglang/srt/environ.py:1553", since="0.5.4", default=False),
    ),
    "SGLANG_USE_AG_AFTER_QLORA": (
        Read("srt.bool", "sglang/srt/environ.py:1147", since="0.5.10", default=False),
        Read(
            "srt.get-bool",
            "sglang/srt/layers/attention/nsa/nsa_indexer.py:984",
            since="0.5.3",
            until="0.5.6.post1",
            default=False,
        ),
    ),
    "ASCEND_MF_STORE_URL": (
        Read(
            "raw.text",
            "sglang/srt/disaggregation/ascend/transfer_engine.py:44",
            since="0.4.9.post2",
        ),
    ),
    "SGLANG_PLATFORM": (
        Read("srt.text perhaps ?", "sglang/srt/environ.py:2136", since="0.5.11", default=""),
    ),
    "SGLANG_USE_CPU_ENGINE": (
        Read("raw.is-one", "sglang/srt/platforms/__init__.py:50", since="0.4.8", default=False),
    ),
    "SGLANG_MLX_USE_CUSTOM_ROPE": (
        Read("srt.bool", "sglang/srt/environ.py:1109", since="0.5.13", default=False),
    ),
    "SGLANG_MLX_FUSE_SWIGLU": (
        Read("srt.bool", "sglang/srt/environ.py:1110", since="0.5.14", default=False),
    ),
    "SGLANG_MLX_CLEAR_CACHE_STEPS": (
        Read("srt.int", "sglang/srt/environ.py:1113", since="0.5.14", default=256),
    ),
    "MOONCAKE_TE_META_DATA_SERVER": (
        Read("srt.text", "sglang/srt/environ.py:885", since="0.5.6", default="P2PHANDSHAKE"),
        Read(
            "raw.text",
            "sglang/srt/mem_cache/storage/mooncake_store/mooncake_store.py:97",
            since="0.4.10",
            until="0.5.5.post3",
            default="P2PHANDSHAKE",
        ),
    ),
    "MOONCAKE_PROTOCOL": (
        Read("srt.text", "sglang/srt/environ.py:887", since="0.5.13", default="rdma"),
        Read(
            "srt.text",
            "sglang/srt/environ.py:317",
            since="0.5.6",
            until="0.5.12.post1",
            default="tcp",
        ),
        Read(
            "raw.text",
            "sglang/srt/mem_cache/storage/mooncake_store/mooncake_store.py:103",
            since="0.4.10",
            until="0.5.5.post3",
            default="tcp",
        ),
    ),
    "MOONCAKE_DEVICE": (
        Read("srt.text", "sglang/srt/environ.py:888", since="0.5.6", default=""),
        Read(
            "raw.text",
            "sglang/srt/mem_cache/storage/mooncake_store/mooncake_store.py:104",
            since="0.5.3.post2",
            until="0.5.5.post3",
            default="",
        ),
        Read(
            "raw.text",
            "sglang/srt/mem_cache/storage/mooncake_store/mooncake_store.py:76",
            since="0.4.10",
            until="0.5.3.post1",
            default="auto",
        ),
    ),
    "MOONCAKE_MASTER": (
        Read("srt.text", "sglang/srt/environ.py:882", since="0.5.6"),
        Read(
            "raw.text",
            "sglang/srt/mem_cache/storage/mooncake_store/mooncake_store.py:105",
            since="0.4.10",
            until="0.5.5.post3",
        ),
    ),
    "SGLANG_ENCODER_MM_RECEIVER_MODE": (
        Read("raw.only:grpc|http", "sglang/srt/environ.py:1687", since="0.5.10", default="http"),
    ),
    "SGLANG_VIT_ENABLE_CUDA_GRAPH": (
        Read("srt.bool", "sglang/srt/environ.py:1603", since="0.5.7", default=False),
    ),
}
