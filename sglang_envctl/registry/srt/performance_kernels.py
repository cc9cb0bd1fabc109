"""SGLang's serving runtime: attention and communication kernels."""

from __future__ import annotations

from functools import partial

from sglang_envctl.registry.documents import SRT_REFERENCE
from sglang_envctl.registry.srt.performance import SECTION
from sglang_envctl.registry.types import Bool, Choice, Float, Int
from sglang_envctl.registry.variable import Outside, Read, Variable

_variable = partial(Variable, section=SECTION, owner="sglang", documents=(SRT_REFERENCE,))

VARIABLES = (
    _variable(
        name="SGLANG_IS_FLASHINFER_AVAILABLE",
        type=Bool(),
        default="true",
        summary="Allow the use of FlashInfer where it is installed",
        details=(
            "Set it to 0 to avoid a broken or mismatched FlashInfer: SGLang then chooses another "
            "attention backend, and FlashInfer backends fail if selected. When the variable is "
            "on, FlashInfer is used if the package is installed and the GPU is from NVIDIA; no "
            "value enables FlashInfer if the package is missing. To keep it on, write 1; the "
            "values yes and on and an empty string disable it."
        ),
        example="0",
    ),
    _variable(
        name="SGLANG_FLASHINFER_AUTOTUNE_CACHE",
        type=Bool(),
        default="true",
        summary="Reuse FlashInfer's tuning results from earlier starts",
        details=(
            "Set it to 0 to find out whether stale tuning results make the server slow. With 0, "
            "the server tunes at every start and writes the results to a runs directory, without "
            "changing the file that later starts use. To discard bad results permanently, delete "
            "the cache directory. Results are stored under SGLANG_CACHE_DIR by FlashInfer "
            "version, GPU and model, one file per rank."
        ),
        example="0",
        relations=(
            Outside(
                needs="a FlashInfer backend with autotuning",
                note="without one, it has no effect",
            ),
        ),
    ),
    _variable(
        name="SGLANG_SKIP_P2P_CHECK",
        type=Bool(),
        default="false",
        summary="Trust the driver about GPU peer access instead of testing it",
        details=(
            "Set it to 1 if the test is slow or hangs and you know that peer access works on the "
            "host. Because some drivers report access that does not work, the test copies "
            "memory between all pairs of GPUs in child processes and caches the result. If you "
            "skip the test and the driver is wrong, answers are corrupted or the custom "
            "all-reduce hangs. Only 1 skips the test; true and yes silently count as off."
        ),
        example="1",
    ),
    _variable(
        name="SGLANG_CHUNKED_PREFIX_CACHE_THRESHOLD",
        type=Int(minimum=0, unit="tokens"),
        default="8192",
        summary="Minimum cached prefix tokens for chunked attention in DeepSeek prefill",
        details=(
            "If the total number of cached prefix tokens in a prefill batch reaches the value, "
            "ordinary attention over chunks of the prefix is used, which is faster for long "
            "prefixes. Otherwise, the absorbed form of MLA is used, unless there is no prefix. "
            "With 0, the length of the prefix never selects the absorbed form. The script "
            "sglang.compile_deep_gemm sets it to 0 for its own process."
        ),
        example="4096",
        relations=(
            Outside(
                needs="a model with DeepSeek's attention (MLA)",
                note="--disable-chunked-prefix-cache disables it",
            ),
            Outside(
                needs=(
                    "the flashinfer, fa3, flashmla or intel_xpu attention backend in prefill, or "
                    "fa4 on SM100 and SM110 GPUs"
                ),
                note=(
                    "trtllm_mla, cutedsl_mla, aiter, triton, DSA and fa4 on other GPUs ignore it"
                ),
            ),
        ),
    ),
    _variable(
        name="SGLANG_MAX_KV_CHUNK_CAPACITY",
        type=Int(minimum=1, unit="tokens"),
        default="131072",
        summary="Maximum tokens per chunk of the cached prefix in DeepSeek prefill",
        details=(
            "Halve it if long shared prefixes exhaust GPU memory: it limits the workspace into "
            "which a chunk's keys and values are unpacked. The capacity is divided among the "
            "requests of a batch and also determines which prefills run in one piece. A value "
            "below the batch size leaves empty chunks and causes a ZeroDivisionError."
        ),
        example="65536",
        relations=(Outside(needs="a model with DeepSeek's attention (MLA)"),),
    ),
    _variable(
        name="SGLANG_FUSED_MLA_ENABLE_ROPE_FUSION",
        type=Bool(),
        default="1",
        summary="Compute rotary embedding inside the fused MLA decode kernel on ROCm",
        details=(
            "Set it to 0 if decoding on an AMD GPU gives wrong results; the rotary embedding is "
            "then computed in a separate step. Only 1 keeps the fusion on; true and yes silently "
            "disable it. Only the fused MLA decode path reads the variable, in every forward "
            "pass. Since 0.5.16 that path has no effect, because it requires the aiter attention "
            "backend, whose own code never selects it."
        ),
        example="0",
        relations=(
            Outside(
                needs="an AMD GPU and SGLANG_ROCM_FUSED_DECODE_MLA=1",
                note=(
                    "the fused decode path is off by default, does not exist on CUDA, and cannot "
                    "be reached since 0.5.16"
                ),
            ),
        ),
        discrepancies=(
            (
                "The docs do not mention that it applies only to a decode path on AMD, which "
                "SGLANG_ROCM_FUSED_DECODE_MLA must enable."
            ),
        ),
    ),
    _variable(
        name="SGLANG_DISABLE_FA4_WARMUP",
        type=Bool(),
        default="false",
        owner="sglang-kernel",
        summary="Skip the FlashAttention 4 warmup (no effect since 0.5.10)",
        details=(
            "Remove it if you run 0.5.10 or later: the kernel package (sglang-kernel 0.4.1 in "
            "0.5.10) has no warmup to skip. In releases 0.5.5 to 0.5.9 (sgl-kernel 0.3.16.post5 "
            "to 0.3.21), the variable skips a warmup that runs several shapes through the kernels "
            "at first use and takes time and memory."
        ),
        example="1",
        reads=(
            Read(
                reader="raw.lower-in:1|true|yes|on",
                where="sgl_kernel/_fa4_interface.py",
                since="0.5.5",
                until="0.5.9",
                default=False,
            ),
        ),
        discrepancies=(
            (
                "The docs say it skips the warmup; since 0.5.10 neither SGLang nor the kernel "
                "package that it pins reads it."
            ),
        ),
    ),
    _variable(
        name="SGLANG_NCCL_ALL_GATHER_IN_OVERLAP_SCHEDULER_SYNC_BATCH",
        type=Bool(),
        default="false",
        summary="Synchronize batches of data-parallel ranks over NCCL instead of gloo",
        details=(
            "Try it if gloo is slow, for example between hosts. With data-parallel attention, all"
            " ranks exchange their batch sizes before every step. Gloo exchanges the sizes on the"
            " CPU and does not wait for the GPU; NCCL itself is faster but waits for work queued "
            "on the GPU, which reduces the benefit of the overlap scheduler. With "
            "--disable-overlap-schedule, NCCL is used regardless of the value."
        ),
        example="1",
        relations=(
            Outside(
                needs="--enable-dp-attention or --attn-dp-size above 1",
                note="with one rank, there is nothing to synchronize since 0.5.19",
            ),
        ),
    ),
    _variable(
        name="SGLANG_SYMM_MEM_PREALLOC_GB_SIZE",
        type=Int(minimum=-1, unit="GB"),
        default="-1",
        summary="GPU memory in GiB reserved at startup for NCCL's symmetric memory",
        details=(
            "Reserve one large block if symmetric memory runs out later: PyTorch never merges the"
            " free gaps of a memory pool. The memory is reserved on every GPU, in addition to the"
            " KV cache. Zero and negative values reserve nothing. Write a whole number: 0.5 logs "
            "a warning and counts as -1."
        ),
        example="4",
        relations=(
            Outside(
                needs="--enable-symm-mem",
                note="with the flag and without the variable, the server reserves 4 GiB",
            ),
        ),
        discrepancies=(
            (
                "The docs give -1 as the default; with --enable-symm-mem, which the variable "
                "needs, the server uses 4 if you do not set it."
            ),
        ),
    ),
    _variable(
        name="SGLANG_CUSTOM_ALLREDUCE_ALGO",
        type=Choice(("oneshot", "1stage", "twoshot", "2stage")),
        default=None,
        owner="sglang-kernel",
        summary="Algorithm of the custom all-reduce: one stage or two",
        details=(
            "Leave it unset unless you have measured: the kernel uses one stage for two GPUs and "
            "for small messages, and two stages for large ones. oneshot and 1stage name the same "
            "algorithm, as do twoshot and 2stage. Any other value, including uppercase, raises a "
            "RuntimeError in the first all-reduce. The kernel package reads it, not SGLang, since "
            "sglang-kernel 0.4.0; SGLang 0.5.10 is the first to pin such a version. Since 0.5.12 "
            "SGLang prefers its own all-reduce, which does not read it, unless "
            "SGLANG_OPT_USE_CUSTOM_ALL_REDUCE_V2 is 0."
        ),
        example="1stage",
        relations=(
            Outside(
                needs="the custom all-reduce of sglang-kernel on NVIDIA GPUs",
                note=(
                    "it is not read with --disable-custom-all-reduce or with other backends, such "
                    "as the default since 0.5.12 (CustomAllReduceV2)"
                ),
            ),
        ),
        reads=(
            Read(
                reader="sglang-kernel.all-reduce",
                where="sgl-kernel/csrc/allreduce/custom_all_reduce.cuh",
                since="0.5.10",
                default_rule="one stage for two GPUs or small messages, else two",
            ),
        ),
    ),
    _variable(
        name="SGLANG_SKIP_SOFTMAX_PREFILL_THRESHOLD_SCALE_FACTOR",
        type=Float(minimum=0),
        default=None,
        summary="Factor for skipping attention blocks of little weight in prefill (TRT-LLM)",
        details=(
            "If it is above 0, blocks whose scores are far enough below the maximum are skipped, "
            "which speeds up long prompts and slightly changes the result. With a larger factor, "
            "which is divided by the context length, more blocks are skipped. Find a useful value"
            " by testing your own model. On SM120 GPUs, the trtllm_mha backend refuses to start "
            "with a factor above 0."
        ),
        example="1000",
        relations=(
            Outside(
                needs=(
                    "--attention-backend trtllm_mha, trtllm_mla or cutedsl_mla, or TRT-LLM or "
                    "FlashInfer kernels for DSA"
                ),
                note="other backends ignore it",
            ),
        ),
    ),
    _variable(
        name="SGLANG_SKIP_SOFTMAX_DECODE_THRESHOLD_SCALE_FACTOR",
        type=Float(minimum=0),
        default=None,
        summary="Factor for skipping attention blocks of little weight in decode (TRT-LLM)",
        details=(
            "Tune it separately from SGLANG_SKIP_SOFTMAX_PREFILL_THRESHOLD_SCALE_FACTOR, which "
            "works the same way in prefill. Increase it more cautiously, because errors "
            "accumulate over a long answer. If it is unset or 0, no attention block is skipped."
        ),
        example="500",
        relations=(
            Outside(
                needs=(
                    "--attention-backend trtllm_mha, trtllm_mla or cutedsl_mla, or TRT-LLM or "
                    "FlashInfer kernels for DSA"
                ),
                note="other backends ignore it",
            ),
        ),
    ),
    _variable(
        name="SGLANG_USE_SGL_FA3_KERNEL",
        type=Bool(),
        default="true",
        summary="Use FlashAttention 3 from SGLang's kernel package",
        details=(
            "Set it to 0 to try a newer FlashAttention without a new build of SGLang's kernels. "
            "With 0, SGLang loads the kernel with Hugging Face's kernels package: from the local "
            "cache if there is a lock file under SGLANG_CACHE_DIR, otherwise with a download. If "
            "loading fails, SGLang logs a warning and uses the packaged kernel."
        ),
        example="0",
        relations=(
            Outside(
                needs="FlashAttention 3",
                note=(
                    "the fa3 attention backend, DSA, vision encoders and the diffusion server use "
                    "it on GPUs that support it"
                ),
            ),
        ),
    ),
)
