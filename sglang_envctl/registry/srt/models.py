"""SGLang's serving runtime: options for specific models and kernels, most of them for AMD."""

from __future__ import annotations

from functools import partial

from sglang_envctl.registry.documents import SRT_REFERENCE
from sglang_envctl.registry.types import Bool
from sglang_envctl.registry.variable import Outside, Read, Section, Variable

SECTION = Section(
    slug="srt-model-options", title="SGLang: model options", heading="Model-Specific Options"
)

_SRT = "sglang/srt"

_variable = partial(
    Variable,
    section=SECTION,
    owner="sglang",
    documents=(SRT_REFERENCE,),
    type=Bool(),
    default="false",
)

VARIABLES = (
    _variable(
        name="SGLANG_USE_AITER",
        summary="Use AMD's AITER kernels on ROCm",
        details=(
            "Set it to 1: most of the roughly sixty places that read it accept only true, 1, "
            "false and 0, so with yes only parts of the server use AITER. It applies to "
            "attention, MoE, quantized GEMMs, normalization and sampling; several quantization "
            "methods on AMD require it. SGLang's ROCm images set it; on other platforms it has no "
            "effect. In 0.5.8 to 0.5.10.post1 the Triton MoE runner needs a whole number and "
            "raises a ValueError on true."
        ),
        example="1",
        relations=(
            Outside(needs="an AMD GPU with ROCm", note="on other hardware it has no effect"),
            Outside(
                needs="the aiter package",
                note="without it, modules that use it raise an ImportError",
            ),
        ),
        reads=(
            Read(
                reader="raw.int-bool",
                where=f"{_SRT}/layers/moe/moe_runner/triton.py:35",
                since="0.5.8",
                until="0.5.10.post1",
                default=False,
                effect="enables AITER in the Triton MoE runner",
            ),
            Read(
                reader="srt.get-bool",
                where=f"{_SRT}/layers/moe/topk.py:146",
                since="0.4.7",
                default=False,
                effect="enables AITER in most kernels: attention, MoE, sampling",
            ),
            Read(
                reader="srt.bool",
                where=f"{_SRT}/layers/quantization/fp8.py:149",
                since="0.5.8",
                default=False,
                effect="enables AITER in FP8 quantization and some kernels",
            ),
            Read(
                reader="diffusion.bool",
                where="sglang/multimodal_gen/runtime/layers/quantization/fp8.py:66",
                since="0.5.10",
                until="0.5.15.post1",
                default=False,
                effect="enables AITER in the diffusion server",
            ),
        ),
    ),
    _variable(
        name="SGLANG_ROCM_USE_MULTI_STREAM",
        summary="Compute shared and routed experts in parallel on ROCm",
        details=(
            "If it is on, DeepSeek V2 to V4 and related models use a second GPU stream for the "
            "shared experts. Also set GPU_MAX_HW_QUEUES to 5 or more: with HIP's default of four "
            "hardware queues the second stream waits, and there is no gain. With the first "
            "version of MoRI's expert parallelism, also pass --deepep-mode low_latency, which the "
            "second version does not have: otherwise communication occupies the compute units "
            "that the second stream needs, and SGLang logs a warning."
        ),
        example="1",
        relations=(
            Outside(needs="an AMD GPU with ROCm", note="on CUDA the second stream is always on"),
            Outside(
                needs="GPU_MAX_HW_QUEUES of 5 or more",
                note="HIP's default of 4 leaves no queue for the second stream",
            ),
        ),
        reads=(
            Read(
                reader="srt.bool",
                where=f"{_SRT}/models/deepseek_v2.py:2957",
                since="0.5.12",
                default=False,
                effect="enables the second stream",
            ),
            Read(
                reader="srt.get-bool",
                where=f"{_SRT}/layers/moe/token_dispatcher/moriep.py:1633",
                since="0.5.12",
                default=False,
                effect="enables the warning about --deepep-mode",
            ),
        ),
    ),
    _variable(
        name="SGLANG_MOE_PADDING",
        summary="Pad MoE weights by 128 elements to spread them over memory channels",
        details=(
            "Write 1 instead of true, because the MoE module reads the padding size as a whole "
            "number at import, and any word raises a ValueError there, even on NVIDIA. Only the "
            "code that adds the padding accepts true. Padding speeds up FP8 MoE models with "
            "Triton kernels on AMD for a little extra memory; with AITER this variable has no "
            "effect."
        ),
        example="1",
        relations=(
            Outside(
                needs="an FP8 MoE model on an AMD GPU, without AITER",
                note="otherwise, the weights are not padded; without AITER the value is still parsed",
            ),
        ),
        reads=(
            Read(
                reader="raw.int-bool",
                where=f"{_SRT}/layers/moe/utils.py:1050",
                since="0.4.6.post1",
                default=False,
                effect="sets the padding size",
            ),
            Read(
                reader="srt.get-bool",
                where=f"{_SRT}/layers/quantization/fp8.py:2928",
                since="0.4.6.post1",
                default=False,
                effect="enables the padding of weights",
            ),
        ),
        discrepancies=(
            (
                "The docs give false as the default; the code raises a ValueError if it is set to "
                "false, so write 0."
            ),
        ),
    ),
    _variable(
        name="SGLANG_CUTLASS_MOE",
        summary="CUTLASS for FP8 MoE on Blackwell (deprecated, no effect since 0.5.18)",
        details=(
            "Pass --moe-runner-backend cutlass instead. Up to 0.5.17 this variable has the same "
            "effect and logs a deprecation warning; 0.5.18 to 0.5.20 only log the warning, and "
            "later releases do not know it and choose the backend themselves. Draft models have "
            "their own flag, --speculative-moe-runner-backend."
        ),
        example="1",
        discrepancies=("The docs still list it, as deprecated; since 0.5.18 it has no effect.",),
        replaced_by="--moe-runner-backend cutlass",
    ),
)
