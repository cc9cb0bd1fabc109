"""SGLang's serving runtime: DeepSeek sparse attention (DSA), and its deprecated NSA names."""

from __future__ import annotations

from functools import partial

from sglang_envctl.registry.documents import SRT_REFERENCE
from sglang_envctl.registry.types import Bool, Choice, Int
from sglang_envctl.registry.variable import Outside, Read, Section, Variable

SECTION = Section(
    slug="srt-dsa",
    title="SGLang: DeepSeek sparse attention",
    heading="DSA Backend Configuration (For DeepSeek V3.2)",
)

_SRT = "sglang/srt"
_NSA = f"{_SRT}/layers/attention/nsa"
_WITH_FLASHINFER = Outside(needs="--dsa-topk-backend flashinfer", note="other backends ignore it")

_variable = partial(Variable, section=SECTION, owner="sglang", documents=(SRT_REFERENCE,))

VARIABLES = (
    _variable(
        name="SGLANG_DSA_FUSE_TOPK",
        type=Bool(),
        default="true",
        summary="Select tokens and look up their cache pages in one kernel",
        details=(
            "Keep it on, except for debugging or if --dsa-topk-backend torch requires 0. Sparse "
            "attention ranks the cached tokens and reads only the best ones; the fused kernel "
            "returns their cache addresses directly. The server disables fusion itself on Intel "
            "GPUs and, with a warning, in some configurations with separate prefill and decode."
        ),
        example="0",
    ),
    _variable(
        name="SGLANG_DSA_TOPK_FLASHINFER_DETERMINISTIC",
        type=Bool(),
        default="false",
        summary="Make FlashInfer's top-k token selection deterministic",
        details=(
            "Set it to 1 if answers must be reproducible; the deterministic kernel is slower. If "
            "it is off, tokens with equal scores can be selected or ordered differently from run "
            "to run, which can change the answer. The rest of the computation must be "
            "deterministic too: see --enable-deterministic-inference."
        ),
        example="1",
        relations=(_WITH_FLASHINFER,),
    ),
    _variable(
        name="SGLANG_DSA_TOPK_FLASHINFER_TIE_BREAK",
        type=Choice(("small", "large"), exact=False),
        default=None,
        summary="Tie-breaking order of FlashInfer's top-k selection: earlier or later token first",
        details=(
            "The value small prefers the earlier token, and large the later one. Either determines "
            "which of the tokens with equal scores are selected; for a fixed order of these, "
            "SGLANG_DSA_TOPK_FLASHINFER_DETERMINISTIC must be on. For no preference, remove the "
            "line: any other value, including an empty string, raises a RuntimeError. The error "
            "occurs when an attention layer first ranks tokens, not when arguments are parsed."
        ),
        example="small",
        relations=(_WITH_FLASHINFER,),
    ),
    _variable(
        name="SGLANG_DSA_ENABLE_MTP_PRECOMPUTE_METADATA",
        type=Bool(),
        default="true",
        summary="Prepare the metadata of all draft steps at once (no effect since 0.5.15)",
        details=(
            "Remove it if you run 0.5.15 or later, where the metadata is always prepared at "
            "once. The draft steps of multi-token prediction share most of their metadata; in "
            "0.5.13 and 0.5.14, a value of 0 makes each step prepare its own, for debugging. "
            "Earlier releases use the name SGLANG_NSA_ENABLE_MTP_PRECOMPUTE_METADATA."
        ),
        example="1",
        discrepancies=(
            "The docs still list it; releases after 0.5.14 neither read nor declare it.",
        ),
    ),
    _variable(
        name="SGLANG_USE_FUSED_METADATA_COPY",
        type=Bool(),
        default="true",
        summary="Copy metadata for CUDA graphs in one kernel (no effect since 0.5.15)",
        details=(
            "Remove it if you run 0.5.15 or later, which does not read it. From 0.5.9 to 0.5.14, "
            "set it to 0 to find out whether the fused kernel causes an error: the batch's "
            "metadata is then copied piece by piece before a CUDA graph is replayed."
        ),
        example="1",
        discrepancies=(
            "The docs still list it; releases after 0.5.14 neither read nor declare it.",
        ),
    ),
    _variable(
        name="SGLANG_DSA_PREFILL_DENSE_ATTN_KV_LEN_THRESHOLD",
        type=Int(minimum=0, unit="tokens"),
        default="2048",
        summary="Maximum context length for dense instead of sparse attention in prefill",
        details=(
            "Leave it unset unless you have measured: the default is the model's own index_topk, "
            "up to which dense attention gives the same result and is faster. Above that number, "
            "dense attention can be slower. SGLang logs a warning if the variable is set, "
            "regardless of its value. With 0, prefill is always sparse. The threshold is used only "
            "on Hopper, data center Blackwell and MI350 GPUs, and never with context parallelism "
            "or in a CUDA graph for prefill."
        ),
        example="2048",
        reads=(
            Read(
                reader="srt.int",
                where=f"{_SRT}/layers/attention/dsa_backend.py:4072",
                since="0.5.13",
                default_rule="the model's index_topk, which is 2048 for DeepSeek V3.2",
            ),
        ),
    ),
    _variable(
        name="SGLANG_DSA_TOPK_BROADCAST",
        type=Bool(),
        default="false",
        summary="Use rank 0's token selection on all tensor-parallel ranks",
        details=(
            "Use it if ranks select different tokens, which degrades the result: rounding "
            "differences can make their rankings differ. It is experimental and adds one "
            "broadcast per layer. Up to 0.5.18 it needs PyNCCL with CUDA graphs."
        ),
        example="1",
        relations=(
            Outside(
                needs="tensor parallelism in attention",
                note="a single rank has nothing to synchronize",
            ),
        ),
    ),
    _variable(
        name="SGLANG_NSA_FUSE_TOPK",
        type=Bool(),
        default=None,
        summary="Fused token selection (deprecated name of SGLANG_DSA_FUSE_TOPK)",
        details=(
            "Use SGLANG_DSA_FUSE_TOPK instead if you run 0.5.13 or later. Releases up to "
            "0.5.12.post1 know only this name. From 0.5.13 to 0.5.20 it applies if "
            "SGLANG_DSA_FUSE_TOPK is not set and logs a deprecation warning; 0.5.21 and later "
            "silently ignore it."
        ),
        example="0",
        replaced_by="SGLANG_DSA_FUSE_TOPK",
    ),
    _variable(
        name="SGLANG_NSA_ENABLE_MTP_PRECOMPUTE_METADATA",
        type=Bool(),
        default=None,
        summary="Metadata of all draft steps at once (deprecated, no effect since 0.5.15)",
        details=(
            "Remove it if you run 0.5.15 or later, where the metadata is always prepared at once "
            "and neither name is read. Releases 0.5.7 to 0.5.12.post1 know only this name. In "
            "0.5.13 and 0.5.14 it applies if SGLANG_DSA_ENABLE_MTP_PRECOMPUTE_METADATA is not "
            "set."
        ),
        example="1",
        discrepancies=(
            (
                "The docs recommend SGLANG_DSA_ENABLE_MTP_PRECOMPUTE_METADATA instead; since "
                "0.5.15 the code reads neither."
            ),
        ),
        replaced_by="SGLANG_DSA_ENABLE_MTP_PRECOMPUTE_METADATA",
    ),
    _variable(
        name="SGLANG_NSA_PREFILL_DENSE_ATTN_KV_LEN_THRESHOLD",
        type=Int(minimum=0, unit="tokens"),
        default=None,
        summary="Maximum context length for dense attention in prefill (deprecated name)",
        details=(
            "Use SGLANG_DSA_PREFILL_DENSE_ATTN_KV_LEN_THRESHOLD instead if you run 0.5.13 or "
            "later. Releases 0.5.10 to 0.5.12.post1 know only this name. From 0.5.13 to 0.5.20 it"
            " applies if the SGLANG_DSA_ name is not set and logs a deprecation warning; 0.5.21 "
            "and later silently ignore it."
        ),
        example="2048",
        reads=(
            Read(
                reader="srt.int",
                where=f"{_NSA}_backend.py:2223",
                since="0.5.10",
                until="0.5.12.post1",
                default_rule="the model's index_topk, which is 2048 for DeepSeek V3.2",
            ),
        ),
        replaced_by="SGLANG_DSA_PREFILL_DENSE_ATTN_KV_LEN_THRESHOLD",
    ),
)
