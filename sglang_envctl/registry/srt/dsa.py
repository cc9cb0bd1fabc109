"""SGLang's serving runtime: DeepSeek's sparse attention (DSA), and its names of NSA times."""

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
_WITH_FLASHINFER = Outside(
    needs="--dsa-topk-backend flashinfer", note="the other back-ends do not look at it"
)

_variable = partial(Variable, section=SECTION, owner="sglang", documents=(SRT_REFERENCE,))

VARIABLES = (
    _variable(
        name="SGLANG_DSA_FUSE_TOPK",
        type=Bool(),
        default="true",
        summary="Choose tokens and look up their pages in one kernel",
        details=(
            "Sparse attention ranks the cached tokens and reads only the best; fused, the ranking "
            "yields addresses in the cache at once. Set 0 to do it in two steps, for debugging or "
            "because --dsa-topk-backend torch asks for it. The server itself turns the fusion off "
            "on Intel GPUs, and for some set-ups of prefill and decode apart, with a warning."
        ),
        example="0",
    ),
    _variable(
        name="SGLANG_DSA_TOPK_FLASHINFER_DETERMINISTIC",
        type=Bool(),
        default="false",
        summary="Make FlashInfer choose the same tokens every time",
        details=(
            "Without it, tokens with nearly equal scores can come out differently from run to run, "
            "and so can the answer. The deterministic kernel is slower. For answers that repeat, "
            "everything else must be deterministic too: see --enable-deterministic-inference."
        ),
        example="1",
        relations=(_WITH_FLASHINFER,),
    ),
    _variable(
        name="SGLANG_DSA_TOPK_FLASHINFER_TIE_BREAK",
        type=Choice(("small", "large"), exact=False),
        default=None,
        summary="Which of two tokens with equal scores FlashInfer prefers",
        details=(
            "small prefers the earlier token, large the later one, and either makes the choice "
            "deterministic. Any other text, the empty one included, raises RuntimeError, not at "
            "start but in the first attention layer that ranks tokens. To have no preference, "
            "remove the line."
        ),
        example="small",
        relations=(_WITH_FLASHINFER,),
    ),
    _variable(
        name="SGLANG_DSA_ENABLE_MTP_PRECOMPUTE_METADATA",
        type=Bool(),
        default="true",
        summary="Meant to prepare the metadata of all draft steps at once; now always so",
        details=(
            "With multi-token prediction, the draft steps share most of their metadata. In 0.5.13 "
            "and 0.5.14 a 0 has each step make its own, for debugging; earlier releases call it "
            "SGLANG_NSA_ENABLE_MTP_PRECOMPUTE_METADATA, and from 0.5.15 there is no switch any "
            "more."
        ),
        example="1",
        discrepancies=(
            "The page still lists it; releases after 0.5.14 neither read nor declare it.",
        ),
    ),
    _variable(
        name="SGLANG_USE_FUSED_METADATA_COPY",
        type=Bool(),
        default="true",
        summary="Meant to copy metadata for CUDA graphs in one kernel; has no effect any more",
        details=(
            "Before a CUDA graph is replayed, the batch's metadata is copied to where the graph "
            "looks for it. From 0.5.9 to 0.5.14 a 0 makes the copies one by one, which helps "
            "to find out whether the fused kernel is at fault. From 0.5.15 no variable decides."
        ),
        example="1",
        discrepancies=(
            "The page still lists it; releases after 0.5.14 neither read nor declare it.",
        ),
    ),
    _variable(
        name="SGLANG_DSA_PREFILL_DENSE_ATTN_KV_LEN_THRESHOLD",
        type=Int(minimum=0, unit="tokens"),
        default="2048",
        summary="Context length up to which a prefill uses dense instead of sparse attention",
        details=(
            "As long as a context has no more tokens than sparse attention would choose anyway, "
            "dense attention gives the same result and is faster. Unset, the server writes the "
            "model's own number here (index_topk), so leave it alone unless you measure; above "
            "that number dense attention computes more than the model was trained to see, and a "
            "warning says so. 0 keeps prefills sparse. It is looked at on Hopper, Blackwell and "
            "MI350 GPUs, and never with context parallelism."
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
        summary="Let one rank choose the tokens for all tensor-parallel ranks",
        details=(
            "Every rank ranks the same tokens, and tiny differences in rounding can make them "
            "choose differently, which spoils the result bit by bit. With this on, all take rank "
            "0's choice. It is an experiment, and slower by one broadcast in every layer; under "
            "CUDA graphs it needs PyNCCL."
        ),
        example="1",
        relations=(
            Outside(needs="tensor parallelism in attention", note="one rank alone always agrees"),
        ),
    ),
    _variable(
        name="SGLANG_NSA_FUSE_TOPK",
        type=Bool(),
        default=None,
        summary="Old name of the switch that fuses the choice of tokens",
        details=(
            "Releases up to 0.5.12.post1 know only this name. From 0.5.13 to 0.5.20 it stands in "
            "where SGLANG_DSA_FUSE_TOPK is not set, with a deprecation warning; 0.5.21 and later "
            "ignore it without one."
        ),
        example="0",
        replaced_by="SGLANG_DSA_FUSE_TOPK",
    ),
    _variable(
        name="SGLANG_NSA_ENABLE_MTP_PRECOMPUTE_METADATA",
        type=Bool(),
        default=None,
        summary="Old name of the switch for preparing the metadata of draft steps",
        details=(
            "Releases 0.5.7 to 0.5.12.post1 know only this name. In 0.5.13 and 0.5.14 it stands in "
            "where SGLANG_DSA_ENABLE_MTP_PRECOMPUTE_METADATA is not set. From 0.5.15 both are gone: "
            "the metadata is always prepared at once, so remove the line."
        ),
        example="1",
        discrepancies=(
            (
                "The page offers SGLANG_DSA_ENABLE_MTP_PRECOMPUTE_METADATA in its place; from "
                "0.5.15 the code reads neither."
            ),
        ),
        replaced_by="SGLANG_DSA_ENABLE_MTP_PRECOMPUTE_METADATA",
    ),
    _variable(
        name="SGLANG_NSA_PREFILL_DENSE_ATTN_KV_LEN_THRESHOLD",
        type=Int(minimum=0, unit="tokens"),
        default=None,
        summary="Old name of the length up to which a prefill uses dense attention",
        details=(
            "Releases 0.5.10 to 0.5.12.post1 know only this name. From 0.5.13 to 0.5.20 it stands "
            "in where SGLANG_DSA_PREFILL_DENSE_ATTN_KV_LEN_THRESHOLD is not set, with a "
            "deprecation warning; 0.5.21 and later ignore it without one."
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
