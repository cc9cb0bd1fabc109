"""Values that code accepts, but that hardly anyone intends.

Each effect was found in the code or the docs of the software. A value that its reader rejects,
misreads or replaces is not declared here, because the reader reports it. Names without an entry may
have consequences too.
"""

from typing import Literal, NamedTuple, TypeAlias

from sglang_envctl.registry.variable import Level

Test: TypeAlias = Literal[
    "set", "true", "equals", "below", "above", "not one of", "has word", "within"
]


class Consequence(NamedTuple):
    """The effect of some values of a variable."""

    test: Test
    """How to tell these values; `within` is a directory that a path is in."""
    operand: str | float | tuple[str | float, ...] = ""
    says: str = ""
    """What happens; continues a sentence that begins with the name of the variable."""
    help: str = ""
    level: Level = "warning"
    rule: str = "harmful-value"
    """The rule that reports it."""
    since: str = ""
    until: str = ""
    needs: str = ""
    """The command-line options that it requires, as `rules.known.command` reads them."""
    unsure: Level | None = "info"
    """The level where the command line is not known, if anything is said then; where it is known to have
    other options, nothing is."""
    not_in: tuple[str, ...] = ()
    """Kinds of sources in which there is another reason to write the value."""
    while_true: str = ""
    """Another variable that must be on."""


CONSEQUENCES: dict[str, tuple[Consequence, ...]] = {
    "SGLANG_SCHEDULER_MAX_RECV_PER_POLL": (
        Consequence(
            "equals",
            0,
            "the server accepts no requests and never answers",
            "write -1 for no limit",
            "error",
        ),
    ),
    "SGLANG_SCHEDULER_RECV_SKIPPER_WEIGHT_NONE": (
        Consequence(
            "equals",
            0,
            "with --scheduler-recv-interval above 1, an idle server never accepts a request",
            "write 1",
            "error",
            needs="--scheduler-recv-interval above 1",
        ),
    ),
    "SGLANG_SCHEDULER_RECV_SKIPPER_WEIGHT_DECODE": (
        Consequence(
            "equals",
            0,
            (
                "with --scheduler-recv-interval above 1, a server that only decodes accepts no "
                "requests"
            ),
            "write 1",
            needs="--scheduler-recv-interval above 1",
        ),
    ),
    "SGLANG_HOST_IP": (
        Consequence(
            "equals",
            ("0.0.0.0", "::"),  # noqa: S104
            "peers get this address and connect to themselves",
            "write an address that peers can reach; the HTTP server listens on --host",
        ),
        Consequence(
            "equals",
            ("127.0.0.1", "localhost", "::1"),
            "peers on other hosts get this address and connect to themselves",
            "write an address that peers can reach",
            needs="--nnodes above 1",
        ),
    ),
    "SGLANG_PORT": (
        Consequence(
            "set",
            says=(
                "not the HTTP port: SGLang searches for free internal ports from this number upward"
            ),
            help="to set the HTTP port, pass --port",
            rule="documented-otherwise",
            needs="no --port",
            unsure="warning",
            not_in=(
                "kubernetes",
            ),  # a pod sets it to override what a Service called sglang injects
        ),
    ),
    "SGLANG_IN_DEEPGEMM_PRECOMPILE_STAGE": (
        Consequence(
            "true",
            says=(
                "slows down a server with DeepEP: only sglang.compile_deep_gemm needs it, and sets "
                "it itself"
            ),
            help="remove it",
        ),
    ),
    "SGLANG_LOG_REQUEST_HEADERS": (
        Consequence(
            "has word",
            ("authorization", "cookie", "x-api-key", "proxy-authorization"),
            "these headers are credentials: with --log-requests, the log shows their values",
            "list no header that contains a credential",
        ),
    ),
    "SGLANG_USE_CUDA_IPC_TRANSPORT": (
        Consequence(
            "set",
            says="deprecated; SGLang still reads it and logs a warning",
            help="use --mm-feature-transport",
            rule="renamed",
            since="0.5.16",
        ),
    ),
    "SGLANG_USE_AITER": (
        Consequence(
            "true",
            says="has no effect on MoE layers: --moe-runner-backend triton selects their kernels",
            help="to use AITER for MoE layers, pass --moe-runner-backend auto or aiter",
            level="info",
            rule="no-effect",
            since="0.5.11",
            needs="--moe-runner-backend triton",
            unsure=None,
        ),
    ),
    "SGLANG_IS_FIRST_RANK_ON_NODE": (
        Consequence(
            "set",
            says="no effect on a server, which overwrites it as soon as a worker knows its GPU",
            help="remove it",
            rule="no-effect",
        ),
    ),
    "DG_JIT_CACHE_DIR": (
        Consequence(
            "set",
            says=(
                "no effect: SGLang overwrites it with SGL_DG_CACHE_DIR or the default of that "
                "variable"
            ),
            help="use SGL_DG_CACHE_DIR",
            rule="no-effect",
            since="0.4.6.post4",
            until="0.5.4",
        ),
        Consequence(
            "set",
            says=(
                "no effect: SGLang overwrites it with SGLANG_DG_CACHE_DIR or the default of that "
                "variable"
            ),
            help="use SGLANG_DG_CACHE_DIR",
            rule="no-effect",
            since="0.5.4.post1",
        ),
    ),
    "DG_JIT_USE_NVRTC": (
        Consequence(
            "set",
            says=(
                "no effect: SGLang overwrites it with SGL_DG_USE_NVRTC or the default of that "
                "variable"
            ),
            help="use SGL_DG_USE_NVRTC",
            rule="no-effect",
            since="0.4.6.post4",
            until="0.5.22",
        ),
        Consequence(
            "set",
            says=(
                "no effect: SGLang overwrites it with SGLANG_DG_USE_NVRTC or the default of that "
                "variable"
            ),
            help="use SGLANG_DG_USE_NVRTC",
            rule="no-effect",
            since="0.5.23",
        ),
    ),
    "SGLANG_DEEPEP_NUM_MAX_DISPATCH_TOKENS_PER_RANK": (
        Consequence(
            "above",
            1024,
            "above 1024, SGLang stops with an AssertionError if --moe-a2a-backend is deepep",
            "write 1024 or less",
            "error",
            "beyond-limit",
            needs="--moe-a2a-backend deepep",
        ),
    ),
    "SGLANG_DISAGGREGATION_BOOTSTRAP_ENTRY_CLEANUP_INTERVAL": (
        Consequence(
            "equals",
            0,
            "the cleanup runs without a pause and keeps a core busy",
            "write a number of seconds",
        ),
    ),
    "SGLANG_DISAGGREGATION_HEARTBEAT_INTERVAL": (
        Consequence("below", 2, "counts as 2, the shortest interval", "write 2 or more", "info"),
    ),
    "SGLANG_DISAGGREGATION_HEARTBEAT_MAX_FAILURE": (
        Consequence("below", 1, "counts as 1", "write 1 or more", "info"),
    ),
    "SGLANG_CACHE_DIT_WARMUP": (
        Consequence("below", 0, "counts as 0", "write 0", "info", "documented-otherwise"),
    ),
    "SGLANG_CACHE_DIT_SECONDARY_WARMUP": (
        Consequence("below", 0, "counts as 0", "write 0", "info", "documented-otherwise"),
    ),
    "SGLANG_OTLP_EXPORTER_MAX_EXPORT_BATCH_SIZE": (
        Consequence(
            "above",
            2048,
            "the server stops at startup if tracing is on and OTEL_BSP_MAX_QUEUE_SIZE is smaller",
            "write 2048 or less",
            needs="--enable-trace",
        ),
    ),
    "SGLANG_NVFP4_CKPT_FP8_NEXTN_MOE": (
        Consequence(
            "true",
            says="on AMD GPUs, the server stops at startup unless --ep-size is above 1",
            help="pass --ep-size",
            level="info",
            since="0.5.10",
            needs="no --ep-size",
        ),
    ),
    "SGLANG_MOE_NVFP4_DISPATCH": (
        Consequence(
            "set",
            says="the server stops at startup if --flashinfer-a2a-dispatch-type is passed too",
            help="remove it",
            level="error",
            since="0.5.20",
            needs="--flashinfer-a2a-dispatch-type",
        ),
    ),
    "SGLANG_USE_CPU_ENGINE": (
        Consequence(
            "true",
            says="contradicts the command line, which passes another --device",
            help="pass --device cpu",
            needs="--device other than cpu",
            unsure=None,
        ),
    ),
    "SGLANG_LOGGING_CONFIG_PATH": (
        Consequence(
            "set",
            says=(
                "replaces the whole logging configuration, so --log-level sets only the level of "
                "the HTTP server's own log"
            ),
            help="set the level in the file",
            level="info",
            needs="--log-level",
            unsure=None,
        ),
    ),
    "MC_INTRA_NVLINK": (
        Consequence(
            "true",
            says="no effect: Mooncake reads MC_INTRANODE_NVLINK, not the name in its docs",
            help="use MC_INTRANODE_NVLINK",
            rule="no-effect",
        ),
    ),
    "UCX_NET_DEVICES": (
        Consequence(
            "set",
            says="takes precedence: NIXL ignores --disaggregation-ib-device",
            help="keep the variable or the option, not both",
            needs="--disaggregation-transfer-backend nixl and --disaggregation-ib-device",
            unsure=None,
        ),
    ),
    "NCCL_NVLS_ENABLE": (
        Consequence(
            "equals",
            (1, "1"),
            "no effect: a server without --enable-nccl-nvls overwrites it with 0",
            "pass --enable-nccl-nvls",
            rule="no-effect",
            since="0.4.10.post2",
            until="0.5.4.post2",
            needs="no --enable-nccl-nvls and no --enable-symm-mem",
            unsure=None,
        ),
        Consequence(
            "equals",
            (0, "0"),
            "no effect: --enable-nccl-nvls overwrites it with 1",
            "keep the variable or the option, not both",
            rule="no-effect",
            since="0.4.10.post2",
            needs="--enable-nccl-nvls",
            unsure=None,
        ),
        Consequence(
            "equals",
            (0, "0"),
            "no effect: --enable-symm-mem overwrites it with 1",
            "keep the variable or the option, not both",
            rule="no-effect",
            since="0.5.4.post3",
            needs="--enable-symm-mem",
            unsure=None,
        ),
    ),
    "NCCL_GRAPH_REGISTER": (
        Consequence(
            "equals",
            (1, "1"),
            "replay of CUDA graphs over several GPUs can hang; SGLang only logs a warning",
            "remove it: SGLang then sets it to 0",
            needs="--tp-size above 1 and no --disable-cuda-graph",
            since="0.5.23",
        ),
    ),
    "NCCL_CUMEM_ENABLE": (
        Consequence(
            "equals",
            (0, "0"),
            "no effect: --enable-symm-mem overwrites it with 1",
            "keep the variable or the option, not both",
            rule="no-effect",
            since="0.5.4.post3",
            needs="--enable-symm-mem",
            unsure=None,
        ),
    ),
    "SGLANG_FLASHINFER_NVFP4_PER_TOKEN_ACTIVATION": (
        Consequence(
            "true",
            says="the server stops at startup with DeepEP and the flashinfer_cutedsl runner",
            help="remove it",
            level="error",
            since="0.5.18",
            needs="--moe-a2a-backend deepep and --moe-runner-backend flashinfer_cutedsl",
            unsure=None,
        ),
    ),
    "SGLANG_ENABLE_OVERLAP_PLAN_STREAM": (
        Consequence(
            "true",
            says="the server stops at startup, because LoRA is combined with a draft model",
            help="remove it",
            level="error",
            since="0.5.19",
            needs="--enable-lora and --speculative-algorithm other than NGRAM",
            unsure=None,
        ),
    ),
    "SGLANG_LOG_SCHEDULER_STATUS_TARGET": (
        Consequence(
            "set",
            says="the server stops at startup with a ValueError unless --enable-metrics is passed",
            help="pass --enable-metrics",
            level="error",
            since="0.5.10",
            needs="no --enable-metrics",
        ),
    ),
    "SGLANG_ENABLE_DP_SPEC_PREFILL_COORDINATION": (
        Consequence(
            "true",
            says="the server stops at startup without --speculative-algorithm EAGLE, EAGLE3 or DSPARK",
            help="remove it, or pass --speculative-algorithm",
            level="error",
            needs="no --speculative-algorithm",
        ),
    ),
    "SGLANG_EXPERIMENTAL_LORA_OPTI": (
        Consequence(
            "true",
            says=(
                "the server stops at startup, because --lora-backend triton_v2 excludes this "
                "optimization"
            ),
            help="remove it, or remove --lora-backend triton_v2",
            level="error",
            needs="--lora-backend triton_v2",
            unsure=None,
        ),
    ),
    "SGLANG_RUST_SERVER": (
        Consequence(
            "true",
            says="the server stops at startup, because --enable-watermark needs the Python server",
            help="remove it, or remove --enable-watermark",
            level="error",
            needs="--enable-watermark",
            unsure=None,
        ),
    ),
    "SGLANG_ENABLE_PP_SPEC": (
        Consequence(
            "true",
            says="the server stops at startup, because --disaggregation-mode excludes this feature",
            help="remove it, or remove --disaggregation-mode",
            level="error",
            needs="--pp-size above 1 and --speculative-algorithm EAGLE and "
            "--disaggregation-mode prefill or decode",
            unsure=None,
        ),
    ),
    "SGLANG_DISAGG_STAGING_BUFFER": (
        Consequence(
            "true",
            says=(
                "the server stops at startup, because staging needs the transfer backend mooncake "
                "or nixl"
            ),
            help="pass --disaggregation-transfer-backend mooncake or nixl",
            level="error",
            since="0.5.12",
            needs="--disaggregation-mode prefill or decode and "
            "--disaggregation-transfer-backend ascend, fake or mori",
            unsure=None,
        ),
        Consequence(
            "true",
            says="the server stops at startup, because --enable-kv-cache-sharding excludes staging",
            help="remove it, or remove --enable-kv-cache-sharding",
            level="error",
            needs="--enable-kv-cache-sharding",
            unsure=None,
        ),
        Consequence(
            "true",
            says="a prefill server stops at startup, because staging needs chunked prefill",
            help="pass a --chunked-prefill-size that is a multiple of the page size",
            level="error",
            since="0.5.17",
            needs="--disaggregation-mode prefill and --chunked-prefill-size -1",
            unsure=None,
        ),
    ),
    "SGLANG_CPU_OMP_THREADS_BIND": (
        Consequence(
            "set",
            says="the memory per rank is not computed, so SGLang may run out of memory",
            help="pass --max-total-tokens",
            level="info",
            needs="no --max-total-tokens",
        ),
    ),
    "SGLANG_MLX_CLEAR_CACHE_STEPS": (
        Consequence("below", 1, "SGLang never releases freed buffers", level="info"),
    ),
    "SGLANG_MORI_MOE_MAX_INPUT_TOKENS": (
        Consequence(
            "above",
            0,
            "tokens beyond this number are silently dropped, and the answers are then wrong",
            level="info",
        ),
    ),
    "SGLANG_QUANT_ALLOW_DOWNCASTING": (
        Consequence(
            "true", says="weights are silently converted to a lower precision", level="info"
        ),
    ),
    "SGLANG_VIT_ENABLE_CUDA_GRAPH": (
        Consequence(
            "true",
            says=(
                "supported only by the vision encoders of Qwen2.5-VL, Qwen3-VL, InternVL and "
                "Kimi-K3: models with other encoders may fail on an image"
            ),
            level="info",
        ),
    ),
    "SGLANG_ENABLE_STRICT_MEM_CHECK_DURING_IDLE": (
        Consequence(
            "equals",
            False,
            "a leak of the KV cache is only logged, until memory is exhausted",
            level="info",
        ),
    ),
    "SGLANG_RECORD_STEP_TIME": (
        Consequence("true", says="a list in memory grows until the server stops", level="info"),
    ),
    "SGLANG_DSPARK_ENABLE_SPS_RECORD": (
        Consequence("true", says="up to 200,000 records are kept in memory", level="info"),
    ),
    "SGLANG_KERNEL_API_LOGLEVEL": (
        Consequence(
            "above",
            9,
            "saves the inputs and outputs of every kernel call, which quickly fills a disk",
            level="info",
        ),
    ),
    "SGLANG_FL_PREFER": (
        Consequence(
            "equals",
            ("reference",),
            ("operations without a reference implementation run another one, contrary to the docs"),
            level="info",
            rule="documented-otherwise",
        ),
    ),
    "CUDA_LAUNCH_BLOCKING": (
        Consequence("equals", (1, "1"), "makes the server many times slower", level="info"),
    ),
    "ASCEND_LAUNCH_BLOCKING": (
        Consequence(
            "equals",
            (True, "1"),
            "makes the server many times slower and makes NPU graphs fail",
            level="info",
        ),
    ),
    "TASK_QUEUE_ENABLE": (
        Consequence(
            "equals",
            (2, "2"),
            "torch_npu raises an error for 2 during graph capture, which a decode server does",
            "write 1 on a decode server",
            needs="--disaggregation-mode decode and no --disable-cuda-graph",
        ),
    ),
    "INF_NAN_MODE_ENABLE": (
        Consequence(
            "equals",
            (False, "0"),
            "torch_npu raises an error on Atlas A2 and A3 unless INF_NAN_MODE_FORCE_DISABLE is 1",
            "write 1",
            "info",
        ),
    ),
    "STREAMS_PER_DEVICE": (
        Consequence(
            "not one of",
            ("8", "32"),
            "torch_npu accepts only 8 and 32, and resets other numbers to its default",
            "write 32",
            "info",
        ),
    ),
    "TORCH_NCCL_ASYNC_ERROR_HANDLING": (
        Consequence("equals", (0, "0"), "a rank hangs forever after an error", "write 3"),
    ),
    "TORCH_NCCL_HEARTBEAT_TIMEOUT_SEC": (
        Consequence(
            "equals",
            (0, "0"),
            "the process aborts at once, unless TORCH_NCCL_ENABLE_MONITORING=0 is set",
            level="info",
        ),
    ),
    "TORCH_NCCL_BLOCKING_WAIT": (
        Consequence("true", says="makes every collective slower", level="info"),
    ),
    "NCCL_IB_TIMEOUT": (
        Consequence(
            "equals", (0, "0"), "waits forever for a peer that is lost", "write 20 or more"
        ),
    ),
    "TMPDIR": (
        Consequence(
            "within",
            "/dev/shm",  # noqa: S108
            "on ROCm, worker processes fail with false memory errors if temporary files are in /dev/shm",
            "use a directory on a disk",
            while_true="SGLANG_USE_AITER",
        ),
    ),
}
"""The known consequences of each variable."""
