"""SGLang on Ascend NPUs: its own switches."""

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
    title="Ascend: optimisation",
    heading="Ascend NPU Optimization",
    note="Documented for Ascend; the first two work on other hardware as well.",
)

_ON_ASCEND = Outside(needs="an Ascend NPU", note="elsewhere nothing looks at it")

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
        summary="Prepare MLA attention with one fused operator on Ascend",
        details=(
            "For DeepSeek and its relatives: projection, norm, rotary embedding and the write to "
            "the KV cache run as one operator in decode. The guides set it together with "
            "SGLANG_USE_FIA_NZ. The weights are laid out anew for it at the first use, which "
            "takes memory. Only 1 and true switch it on; yes is false, with a warning."
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
            "The attention operator reads that layout faster. Releases 0.5.7 to 0.5.20 stop with "
            "an AssertionError when SGLANG_NPU_USE_MLAPO is not on as well; from 0.5.21 either "
            "works alone, so that models without the fused operator can have the layout too. "
            "Between a prefill and a decode server the setting has to be the same. Only 1 and "
            "true switch it on; yes is false, with a warning."
        ),
        example="1",
        relations=(
            _ON_ASCEND,
            Requires(
                other="SGLANG_NPU_USE_MLAPO",
                truthy=True,
                level="info",
                consequence=(
                    "both pages ask for it, and 0.5.7 to 0.5.20 do not start without; from 0.5.21 "
                    "the layout works alone"
                ),
            ),
        ),
        discrepancies=(
            "The pages say it must go with SGLANG_NPU_USE_MLAPO; from 0.5.21 the code keeps the "
            "two apart.",
        ),
    ),
    _variable(
        name="SGLANG_NPU_USE_MULTI_STREAM",
        type=Bool(),
        default="false",
        summary="Compute shared and routed experts side by side on two NPU streams",
        details=(
            "Shared and routed experts do not wait for one another; the sparse attention indexer "
            "of DeepSeek V3.2 takes a second stream as well. DeepSeek, GLM and Qwen MoE models "
            "ask for it. It gains most when batches are small, and takes memory for the second "
            "stream's intermediate results."
        ),
        example="1",
        relations=(_ON_ASCEND, Outside(needs="a mixture-of-experts model")),
        discrepancies=(
            "The pages speak of DeepSeek models; in the code GLM and Qwen MoE models obey it too.",
        ),
    ),
    _variable(
        name="SGLANG_NPU_DISABLE_ACL_FORMAT_WEIGHT",
        type=Bool(),
        default="false",
        summary="Leave weights in their plain layout instead of Ascend's NZ",
        details=(
            "By default matrices are cast to FRACTAL_NZ at load, which Ascend multiplies faster. "
            "Expert rebalancing (EPLB) and weight updates from outside move weights around and can "
            "break on that layout: switch the cast off there. Weights in packed FP4 need the "
            "layout, and give wrong results or fail without it."
        ),
        example="1",
        relations=(_ON_ASCEND,),
    ),
    _optimization(
        name="SGLANG_SCHEDULER_SKIP_ALL_GATHER",
        type=Bool(),
        summary="Let data-parallel ranks schedule without telling one another their batches",
        details=(
            "With DP attention the ranks exchange before each step who has what to do, which costs "
            "a collective call and a wait. Skipping it is safe only where the load is even by "
            "construction: ranks that disagree hang in the next collective, or fail. With one rank "
            "nothing is exchanged anyway. It is not only for Ascend. SGLang sets it by itself with "
            "--dwdp-size, and DSpark's compact verification plans differently with it."
        ),
        example="1",
        relations=(Outside(needs="--enable-dp-attention, and even load"),),
    ),
    _optimization(
        name="SGLANG_ENABLE_OVERLAP_PLAN_STREAM",
        type=Bool(),
        summary="Prepare speculative steps on a stream of their own, beside the target model",
        details=(
            "The plan of the next attention call is made while the target model still runs. "
            "Published Ascend settings for EAGLE all set it; it works with CUDA as well. With "
            "LoRA and speculative decoding SGLang refuses to start, because the plan would not "
            "wait for the adapters."
        ),
        example="1",
        relations=(
            Outside(needs="speculative decoding"),
            Outside(needs="no LoRA", note="together they stop the start with ValueError"),
        ),
    ),
    _optimization(
        name="SGLANG_USE_AG_AFTER_QLORA",
        type=Bool(),
        summary="Gather activations after the low-rank query projection, when they are smaller",
        details=(
            "DeepSeek's query goes through a narrow projection (Q-LoRA); gathering behind it moves "
            "fewer bytes between NPUs. A model without that projection stops with ValueError. "
            "It was made for DeepSeek V3.2 on Ascend. Releases 0.5.6.post2 to 0.5.9 do not read "
            "it. It is read once, at import."
        ),
        example="1",
        relations=(_ON_ASCEND, Outside(needs="a model with q_lora_rank")),
    ),
)
