"""SGLang's serving runtime: options for single models and kernels, most of them on AMD."""

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
            "Attention, MoE, quantized GEMMs, normalization and sampling then go through AITER, and "
            "for several quantizations there is no other way on AMD. SGLang's ROCm images set it; "
            "elsewhere than on ROCm it changes nothing. Write 1: some sixty places read it, most "
            "of them by a grammar that takes only true, 1, false and 0, and with yes one half of "
            "the server uses AITER and the other does not. In 0.5.8 to 0.5.10.post1 one place "
            "wants a whole number and raises ValueError on true."
        ),
        example="1",
        relations=(
            Outside(needs="an AMD GPU with ROCm", note="on other hardware it changes nothing"),
            Outside(
                needs="the aiter package", note="missing, modules that use it raise ImportError"
            ),
        ),
        reads=(
            Read(
                reader="raw.int-bool",
                where=f"{_SRT}/layers/moe/moe_runner/triton.py:35",
                since="0.5.8",
                until="0.5.10.post1",
                default=False,
                effect="the Triton MoE runner",
            ),
            Read(
                reader="srt.get-bool",
                where=f"{_SRT}/layers/moe/topk.py:146",
                default=False,
                effect="most kernels: attention, MoE, sampling",
            ),
            Read(
                reader="srt.bool",
                where=f"{_SRT}/layers/quantization/fp8.py:149",
                since="0.5.8",
                default=False,
                effect="FP8 quantization and some kernels",
            ),
            Read(
                reader="diffusion.bool",
                where="sglang/multimodal_gen/runtime/layers/layernorm.py:37",
                since="0.5.10",
                until="0.5.15.post1",
                default=False,
                effect="normalization in the diffusion server",
            ),
        ),
    ),
    _variable(
        name="SGLANG_ROCM_USE_MULTI_STREAM",
        summary="Compute shared and routed experts side by side on ROCm",
        details=(
            "Gives DeepSeek V2 to V4 and their relatives a second GPU stream for the shared experts. "
            "HIP offers four hardware queues by default, and with no fifth one the second stream "
            "waits in line and nothing is gained. With MoRI's expert parallelism, use "
            "--deepep-mode low_latency too: otherwise communication takes the compute units that "
            "the second stream was to fill, which the log says in a warning."
        ),
        example="1",
        relations=(
            Outside(needs="an AMD GPU with ROCm", note="CUDA has the second stream anyway"),
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
                effect="the second stream",
            ),
            Read(
                reader="srt.get-bool",
                where=f"{_SRT}/layers/moe/token_dispatcher/moriep.py:1633",
                since="0.5.12",
                default=False,
                effect="the warning about --deepep-mode",
            ),
        ),
    ),
    _variable(
        name="SGLANG_MOE_PADDING",
        summary="Pad MoE weights by 128 elements to spread them over memory channels",
        details=(
            "Helps FP8 MoE models with Triton kernels on AMD, at the price of a little memory; with "
            "AITER the padding is always there. Write 1 and not true: the size of the padding is "
            "read as a whole number when the MoE module is imported, and any word raises ValueError "
            "there, also on NVIDIA. The other reader, which does the padding, would have taken "
            "true."
        ),
        example="1",
        relations=(
            Outside(
                needs="an FP8 MoE model on an AMD GPU, without AITER",
                note="elsewhere the weights stay as they are, though the value is still parsed",
            ),
        ),
        reads=(
            Read(
                reader="raw.int-bool",
                where=f"{_SRT}/layers/moe/utils.py:1050",
                default=False,
                effect="how large the padding is",
            ),
            Read(
                reader="srt.get-bool",
                where=f"{_SRT}/layers/quantization/fp8.py:2928",
                default=False,
                effect="whether weights are padded",
            ),
        ),
        discrepancies=(
            "The page gives false as the default; written out, false raises ValueError: only 0 works.",
        ),
    ),
    _variable(
        name="SGLANG_CUTLASS_MOE",
        summary="Meant to choose CUTLASS for FP8 MoE on Blackwell; replaced by a flag",
        details=(
            "Up to 0.5.17 it has the effect of --moe-runner-backend cutlass and a warning says that "
            "it is going. Releases 0.5.18 to 0.5.20 only warn, and later ones do not know it: the "
            "server then picks the back-end by itself, so pass the flag. A draft model has "
            "--speculative-moe-runner-backend of its own."
        ),
        example="1",
        discrepancies=(
            "The page still lists it, marked as deprecated; releases after 0.5.17 do not act on it.",
        ),
        replaced_by="--moe-runner-backend cutlass",
    ),
)
