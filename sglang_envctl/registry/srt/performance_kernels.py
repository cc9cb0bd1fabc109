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
        summary="Whether FlashInfer may be used where it is installed",
        details=(
            "On, the default, means: if the package is there and the GPU is NVIDIA's. Set 0 to "
            "keep SGLang away from a FlashInfer that is broken or does not match; another attention "
            "back-end is then chosen by itself, and back-ends of that name fail. No value makes "
            "FlashInfer appear where it is not installed. Beware of yes, on and the empty text: "
            "they mean off here."
        ),
        example="0",
    ),
    _variable(
        name="SGLANG_FLASHINFER_AUTOTUNE_CACHE",
        type=Bool(),
        default="true",
        summary="Use FlashInfer's tuning results from earlier starts",
        details=(
            "Results lie below SGLANG_CACHE_DIR, by FlashInfer version, GPU and model, one file for "
            "each rank. With 0 the server tunes anew at every start and writes the result beside "
            "the others, in runs, without touching the file that later starts use: good for finding "
            "out whether a stale result is what makes it slow. To be rid of bad results for ever, "
            "delete the directory."
        ),
        example="0",
        relations=(
            Outside(
                needs="a FlashInfer back-end that tunes itself",
                note="without one there is nothing to tune",
            ),
        ),
    ),
    _variable(
        name="SGLANG_SKIP_P2P_CHECK",
        type=Bool(),
        default="false",
        summary="Believe the driver about GPU peer access instead of trying it",
        details=(
            "The trial copies memory between all pairs of GPUs in child processes and keeps the "
            "result in the cache directory; it exists because some drivers promise access that "
            "does not work. Skip it where it takes long or hangs, and you know the machine. A "
            "promise that is not kept then shows as wrong text or a hang in the custom all-reduce. "
            "Only 1 skips: true and yes are taken for no, in silence."
        ),
        example="1",
    ),
    _variable(
        name="SGLANG_CHUNKED_PREFIX_CACHE_THRESHOLD",
        type=Int(minimum=0, unit="tokens"),
        default="8192",
        summary="Cached tokens from which DeepSeek's prefill reads them in chunks",
        details=(
            "Counts the cached prefix tokens of a prefill batch together. From here on, ordinary "
            "attention over chunks of the prefix is used, which is faster for long prefixes; below "
            "it, the absorbed form of MLA, unless there is no prefix at all. 0 takes chunks always. "
            "The script sglang.compile_deep_gemm sets 0 for itself."
        ),
        example="4096",
        relations=(
            Outside(
                needs="a model with DeepSeek's attention (MLA)",
                note="--disable-chunked-prefix-cache switches it off altogether",
            ),
        ),
    ),
    _variable(
        name="SGLANG_MAX_KV_CHUNK_CAPACITY",
        type=Int(minimum=1, unit="tokens"),
        default="131072",
        summary="Most tokens in one chunk of a DeepSeek prefill's cached prefix",
        details=(
            "Bounds the workspace that a chunk's keys and values are unpacked into: halve it when "
            "long shared prefixes run out of GPU memory. It is divided among the requests of a "
            "batch, and also decides which prefills are small enough to be done in one go. A number "
            "below the size of the batch leaves chunks of nothing and a ZeroDivisionError."
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
            "Set 0 to compute it in a step of its own, when decoding goes wrong on an AMD GPU. Only "
            "1 is on: true and yes switch it off in silence. It is looked up in every forward pass "
            "of that path, and of no other."
        ),
        example="0",
        relations=(
            Outside(
                needs="an AMD GPU and SGLANG_ROCM_FUSED_DECODE_MLA=1",
                note="the fused decode path is off by default, and CUDA does not have it",
            ),
        ),
        discrepancies=(
            (
                "The page does not say that it concerns one decode path on AMD alone, which "
                "SGLANG_ROCM_FUSED_DECODE_MLA must switch on."
            ),
        ),
    ),
    _variable(
        name="SGLANG_DISABLE_FA4_WARMUP",
        type=Bool(),
        default="false",
        owner="sglang-kernel",
        summary="Meant to skip the warm-up of FlashAttention 4; no recent release reads it",
        details=(
            "The warm-up ran several shapes through the kernels at first use, which took time and "
            "memory. It was part of sgl-kernel, up to the 0.3.21 that SGLang 0.5.9 pins; in "
            "sglang-kernel 0.4.1, pinned by 0.5.10, it is gone and there is nothing left to skip."
        ),
        example="1",
        reads=(
            Read(
                reader="raw.lower-in:1|true|yes|on",
                where="sgl_kernel/_fa4_interface.py",
                until="0.5.9",
                default=False,
            ),
        ),
        discrepancies=(
            (
                "The page says it skips the warm-up; from 0.5.10 on neither SGLang nor the kernel "
                "package it pins reads it."
            ),
        ),
    ),
    _variable(
        name="SGLANG_NCCL_ALL_GATHER_IN_OVERLAP_SCHEDULER_SYNC_BATCH",
        type=Bool(),
        default="false",
        summary="Let data-parallel ranks agree on their batches over NCCL instead of gloo",
        details=(
            "With data-parallel attention, all ranks exchange the sizes of their batches before "
            "every step. Gloo does it on the CPU, past the GPU's queue; NCCL is faster by itself "
            "but waits for the work queued there, which is what overlap is meant to avoid. Worth a "
            "trial when gloo is slow, as between hosts. Without overlap, NCCL is used anyway."
        ),
        example="1",
        relations=(
            Outside(needs="--enable-dp-attention", note="otherwise there is nothing to agree on"),
        ),
    ),
    _variable(
        name="SGLANG_SYMM_MEM_PREALLOC_GB_SIZE",
        type=Int(minimum=-1, unit="GB"),
        default="-1",
        summary="GPU memory reserved at start for NCCL's symmetric memory",
        details=(
            "PyTorch never joins the holes of a memory pool, so taking one large piece ahead of "
            "time keeps it from running out later. 0 and below reserve nothing. The memory is taken "
            "on every GPU, beside the KV cache. Whole numbers only: 0.5 gives a warning and the "
            "default."
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
                "The page gives -1 as the default; where --enable-symm-mem makes the variable "
                "matter, the server sets 4 unless you set it."
            ),
        ),
    ),
    _variable(
        name="SGLANG_CUSTOM_ALLREDUCE_ALGO",
        type=Choice(("oneshot", "1stage", "twoshot", "2stage")),
        default=None,
        owner="sglang-kernel",
        summary="Force the custom all-reduce to exchange in one step or in two",
        details=(
            "oneshot and 1stage are two names of one algorithm, twoshot and 2stage of the other. By "
            "itself the kernel takes one step for two GPUs and for small messages, two steps for "
            "large ones, and measuring is the only good reason to interfere. The kernel package "
            "reads it, not SGLang: sgl-kernel does not know it up to 0.3.21, which 0.5.9 pins; "
            "sglang-kernel does from the 0.4.1 of 0.5.10 to the 0.4.10 of 0.5.23. Any other word "
            "raises a RuntimeError in the first all-reduce, in capitals too."
        ),
        example="1stage",
        relations=(
            Outside(
                needs="the custom all-reduce of sglang-kernel on NVIDIA GPUs",
                note="--disable-custom-all-reduce, and other back-ends, leave it unread",
            ),
        ),
        reads=(
            Read(
                reader="sglang-kernel.all-reduce",
                where="sgl-kernel/csrc/allreduce/custom_all_reduce.cuh",
                since="0.5.10",
                default_rule="one step for two GPUs or small messages, else two",
            ),
        ),
    ),
    _variable(
        name="SGLANG_SKIP_SOFTMAX_PREFILL_THRESHOLD_SCALE_FACTOR",
        type=Float(minimum=0),
        default=None,
        summary="Let TRT-LLM attention skip blocks of little weight while it prefills",
        details=(
            "Blocks whose scores lie far enough below the maximum are left out, which is faster on "
            "long prompts and changes the result a little; a greater factor leaves out more. The "
            "factor is divided by the context length, and useful values come from trials with your "
            "own model. Unset and 0 compute everything. On SM120 GPUs the trtllm_mha back-end "
            "refuses to start with a factor above 0."
        ),
        example="1000",
        relations=(
            Outside(
                needs="--attention-backend trtllm_mha or trtllm_mla, or TRT-LLM kernels for DSA",
                note="other back-ends do not look at it",
            ),
        ),
    ),
    _variable(
        name="SGLANG_SKIP_SOFTMAX_DECODE_THRESHOLD_SCALE_FACTOR",
        type=Float(minimum=0),
        default=None,
        summary="Let TRT-LLM attention skip blocks of little weight while it decodes",
        details=(
            "The same as its counterpart for prefill, for the tokens of the answer. Errors add up "
            "over a long answer, so tune this one with more care, and apart from the other. Unset "
            "and 0 compute everything."
        ),
        example="500",
        relations=(
            Outside(
                needs="--attention-backend trtllm_mha or trtllm_mla, or TRT-LLM kernels for DSA",
                note="other back-ends do not look at it",
            ),
        ),
    ),
    _variable(
        name="SGLANG_USE_SGL_FA3_KERNEL",
        type=Bool(),
        default="true",
        summary="Take FlashAttention 3 from SGLang's kernel package",
        details=(
            "With 0, the kernel is loaded through the kernels package from Hugging Face, or from a "
            "lock file below SGLANG_CACHE_DIR, so the start needs the network or a filled cache. "
            "If that fails, a warning is logged and the packaged kernel is used after all. Useful "
            "to try a newer FlashAttention without a new build."
        ),
        example="0",
        relations=(
            Outside(
                needs="the fa3 attention back-end", note="other back-ends do not load the kernel"
            ),
        ),
    ),
)
