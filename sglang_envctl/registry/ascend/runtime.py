"""SGLang's own variables on Ascend NPUs."""

from __future__ import annotations

from functools import partial

from sglang_envctl.registry.documents import ASCEND, ASCEND_OPTIMIZATION
from sglang_envctl.registry.types import Bool
from sglang_envctl.registry.variable import Outside, Requires, Section, Variable

SECTION = Section(
    slug="ascend", title="Ascend: SGLang's switches", heading="Directly Used in SGLang"
)
OPTIMIZATION = Section(
    slug="ascend-optimization",
    title="Ascend: optimization",
    heading="Ascend NPU Optimization",
    note=(
        "Documented for Ascend; SGLANG_SCHEDULER_SKIP_ALL_GATHER and "
        "SGLANG_ENABLE_OVERLAP_PLAN_STREAM work on other hardware as well."
    ),
)

_ON_ASCEND = Outside(needs="an Ascend NPU", note="ignored on other hardware")

_variable = partial(
    Variable, section=SECTION, owner="sglang", documents=(ASCEND, ASCEND_OPTIMIZATION)
)
_optimization = partial(
    Variable, section=OPTIMIZATION, owner="sglang", documents=(ASCEND_OPTIMIZATION,)
)

VARIABLES = (
    _variable(
        name="SGLANG_NPU_USE_MLAPO",
        type=Bool(),
        default="false",
        summary="Use one fused operator to prepare MLA attention on Ascend",
        details=(
            "Set it together with SGLANG_USE_FIA_NZ, as the guides do, for DeepSeek and related "
            "models. If it is on, projection, norm, rotary embedding and the KV cache write run "
            "as one operator in decode. The first use converts the weights to another layout, "
            "which takes memory. Only 1 and true enable it; yes logs a warning and counts as "
            "false."
        ),
        example="1",
        relations=(_ON_ASCEND, Outside(needs="a model with MLA")),
    ),
    _variable(
        name="SGLANG_USE_FIA_NZ",
        type=Bool(),
        default="false",
        summary="Keep the KV cache of MLA models in Ascend's NZ layout",
        details=(
            "Set the same value on prefill and decode servers. The attention operator reads the "
            "NZ layout faster. Releases 0.5.7 to 0.5.20 raise AssertionError unless "
            "SGLANG_NPU_USE_MLAPO is on too. Since 0.5.21 neither variable needs the other, so "
            "the layout also works for models without the fused operator. Only 1 and true enable "
            "it; yes logs a warning and counts as false."
        ),
        example="1",
        relations=(
            _ON_ASCEND,
            Requires(
                other="SGLANG_NPU_USE_MLAPO",
                truthy=True,
                level="info",
                consequence=(
                    "0.5.7 to 0.5.20 do not start without it; since 0.5.21 it is not needed, "
                    "although the docs require it"
                ),
            ),
        ),
        discrepancies=(
            (
                "The docs say it must be set together with SGLANG_NPU_USE_MLAPO; since 0.5.21 the "
                "code treats them independently."
            ),
        ),
    ),
    _variable(
        name="SGLANG_NPU_USE_MULTI_STREAM",
        type=Bool(),
        default="false",
        summary="Compute shared and routed experts in parallel on two NPU streams",
        details=(
            "Use it with small batches, where the gain is largest. The second stream's "
            "intermediate results take memory. DeepSeek, GLM and Qwen MoE models read the "
            "variable, and so does the sparse attention indexer of DeepSeek V3.2."
        ),
        example="1",
        relations=(
            Outside(
                needs="an Ascend NPU",
                note="it also gives DeepSeek and GLM models a second stream on AMD GPUs",
            ),
            Outside(needs="a mixture-of-experts model"),
        ),
        discrepancies=(
            (
                "The docs mention only DeepSeek models; the code also uses it for GLM and Qwen "
                "MoE models."
            ),
        ),
    ),
    _variable(
        name="SGLANG_NPU_DISABLE_ACL_FORMAT_WEIGHT",
        type=Bool(),
        default="false",
        summary="Keep weights in their plain layout instead of Ascend's NZ layout",
        details=(
            "Set it with expert rebalancing (EPLB) or external weight updates: both move weights "
            "and can fail with the NZ layout. By default, SGLang casts matrices to this layout "
            "(FRACTAL_NZ) at load, because Ascend multiplies them faster. Leave the variable off "
            "for weights in packed FP4, which give wrong results or fail without the NZ layout."
        ),
        example="1",
        relations=(_ON_ASCEND,),
    ),
    _optimization(
        name="SGLANG_SCHEDULER_SKIP_ALL_GATHER",
        type=Bool(),
        summary="Skip the exchange of batch information between data-parallel ranks",
        details=(
            "Set it only if the load is even by design: ranks that disagree hang in the next "
            "collective, or fail. With DP attention, it saves a collective call and the wait "
            "before each step; with one rank, nothing is exchanged anyway since 0.5.19. It also "
            "works on other hardware than Ascend. SGLang sets it itself with --dwdp-size. While "
            "it is on, DSpark's compact verification uses a fixed graph size instead of one "
            "agreed between ranks."
        ),
        example="1",
        relations=(
            Outside(needs="--enable-dp-attention or --attn-dp-size above 1"),
            Outside(needs="an even load"),
        ),
    ),
    _optimization(
        name="SGLANG_ENABLE_OVERLAP_PLAN_STREAM",
        type=Bool(),
        summary="Prepare speculative steps on a separate stream, in parallel with the target model",
        details=(
            "If it is on, SGLang plans the next attention call while the target model still runs."
            " Do not set it if you combine LoRA and speculative decoding other than NGRAM: since "
            "0.5.19 SGLang then does not start, because the planning would not wait for the "
            "adapters. All published Ascend "
            "settings for EAGLE set it; it also works with CUDA."
        ),
        example="1",
        relations=(
            Outside(needs="speculative decoding"),
            Outside(
                needs="no LoRA",
                note=(
                    "since 0.5.19 SGLang does not start with both, except with NGRAM (ValueError)"
                ),
            ),
        ),
    ),
    _optimization(
        name="SGLANG_USE_AG_AFTER_QLORA",
        type=Bool(),
        summary="Gather activations after the low-rank query projection (Q-LoRA)",
        details=(
            "Set it only for models with a low-rank query projection, such as DeepSeek V3.2 on "
            "Ascend. Few other models are rejected with a ValueError; for the rest, SGLang can "
            "skip a gather that they need. The activations are smaller after that projection, so "
            "fewer bytes are moved between NPUs. Releases 0.5.6.post2 to 0.5.9 do not read the "
            "variable. It is read once, at import."
        ),
        example="1",
        relations=(
            Outside(
                needs="an Ascend NPU",
                note="it is not ignored on other hardware, where SGLang can skip a gather too",
            ),
            Outside(needs="a model with a low-rank query projection (q_lora_rank)"),
        ),
    ),
)
