"""SGLang: quantised weights and activations."""

from __future__ import annotations

from functools import partial

from sglang_envctl.registry.documents import SRT_REFERENCE
from sglang_envctl.registry.srt import declared
from sglang_envctl.registry.types import Bool, List
from sglang_envctl.registry.variable import (
    Condition,
    EffectiveWhen,
    Outside,
    Read,
    Section,
    Variable,
)

SECTION = Section(slug="srt-quantization", title="SGLang: quantisation", heading="Quantization")

_FP8 = "sglang/srt/layers/quantization/fp8.py"
_DIFFUSION_FP8 = "sglang/multimodal_gen/runtime/layers/quantization/fp8.py"
_SCALES_PER_TOKEN = EffectiveWhen(
    condition=Condition("SGLANG_FLASHINFER_NVFP4_PER_TOKEN_ACTIVATION", "true"),
    unless="a model or a quantisation that scales per token of itself (nvfp4_online, Muse Spark)",
)

_variable = partial(Variable, section=SECTION, owner="sglang", documents=(SRT_REFERENCE,))

VARIABLES = (
    _variable(
        name="SGLANG_INT4_WEIGHT",
        type=Bool(),
        default="false",
        summary="Load the experts of an FP8 model as INT4 weights, on AMD GPUs",
        details=(
            "On ROCm the expert weights of an FP8 checkpoint are then held as packed INT4, and "
            "AITER's kernels compute on them; the checkpoint has to have been made for that. On "
            "NVIDIA nothing looks at it. It is read when the module is imported, so it has to be "
            "in the environment before the server starts. Only 1 and true switch it on: yes is "
            "taken for false with one warning in the log."
        ),
        example="1",
        relations=(Outside(needs="an AMD GPU and a checkpoint with INT4 experts"),),
        reads=(
            Read(reader="srt.get-bool", where=f"{_FP8}:148", default=False),
            Read(
                reader="diffusion.bool",
                where=f"{_DIFFUSION_FP8}:81",
                since="0.5.10",
                default=False,
                effect="imports AITER's kernels in the diffusion server",
            ),
        ),
        discrepancies=(
            "The page speaks of quantising weights; the code loads weights that are INT4 already, "
            "of mixture-of-experts layers on ROCm only.",
        ),
    ),
    _variable(
        name="SGLANG_FORCE_FP8_MARLIN",
        type=Bool(),
        default="false",
        summary="Run FP8 linear layers through the Marlin kernels on any NVIDIA GPU",
        details=(
            "Marlin keeps the weights in FP8 and multiplies in 16 bit. GPUs without FP8 units get "
            "it anyway; set this to compare, or to get round a fault of the native FP8 kernels. "
            "From 0.5.17 checkpoints of ModelOpt obey it too, by another reader: yes and y then "
            "count as true there, while the other FP8 checkpoints take them for false. Write 1."
        ),
        example="1",
        relations=(Outside(needs="an NVIDIA GPU"),),
        reads=(
            Read(reader="srt.get-bool", where=f"{_FP8}:516", default=False),
            declared("bool", 1181, False, since="0.5.17")._replace(
                effect="chooses Marlin for ModelOpt's FP8 checkpoints"
            ),
            Read(
                reader="diffusion.bool",
                where=f"{_DIFFUSION_FP8}:168",
                since="0.5.10",
                default=False,
                effect="chooses Marlin in the diffusion server",
            ),
        ),
    ),
    _variable(
        name="SGLANG_NVFP4_CKPT_FP8_GEMM_IN_ATTN",
        type=Bool(),
        default="false",
        summary="Cast the 16-bit attention projection of a DeepSeek NVFP4 checkpoint to FP8",
        details=(
            "DeepSeek checkpoints in NVFP4 leave q_b_proj in BF16. With this on, the loader "
            "quantises it to FP8 in blocks of 128 by 128, as DeepSeek's own FP8 checkpoints have "
            "it: faster, at some cost in accuracy, and the start takes longer. With EAGLE the "
            "draft layer's projections are cast as well."
        ),
        example="1",
        relations=(Outside(needs="a DeepSeek checkpoint in NVFP4 (--quantization modelopt_fp4)"),),
    ),
    _variable(
        name="SGLANG_MOE_NVFP4_DISPATCH",
        type=Bool(),
        default="false",
        summary="Send tokens to their experts as NVFP4 instead of 16 bit",
        details=(
            "A quarter of the bytes cross the wire, and the experts compute on what arrived. It "
            "goes with the FlashInfer MoE runners for NVFP4 weights. SGLang switches it on by "
            "itself, with a warning, when the all-to-all back-end is flashinfer and the weights "
            "are NVFP4: set it to 0 if you do not want that. From 0.5.20 the option "
            "--flashinfer-a2a-dispatch-type does the same, and SGLang refuses to start when both "
            "are given, even if this one says 0. Its name was once "
            "SGLANG_CUTEDSL_MOE_NVFP4_DISPATCH; 0.5.20 is the last release that understands it."
        ),
        example="1",
        relations=(
            Outside(needs="--moe-runner-backend flashinfer_cutlass or flashinfer_cutedsl"),
            Outside(
                needs="no --flashinfer-a2a-dispatch-type",
                note="from 0.5.20, setting both stops the start with ValueError",
            ),
        ),
        discrepancies=(
            "The page says the default is off; the code switches it on for NVFP4 weights with "
            "--moe-a2a-backend flashinfer unless the variable is set.",
        ),
    ),
    _variable(
        name="SGLANG_FLASHINFER_NVFP4_PER_TOKEN_ACTIVATION",
        type=Bool(),
        default="false",
        summary="Scale NVFP4 activations per token in FlashInfer's MoE kernels",
        details=(
            "Each token gets an FP32 scale of its own, and the activation scale that the "
            "checkpoint stores is taken for 1; that costs a little time and keeps outliers from "
            "spoiling a whole batch. For Muse Spark in NVFP4, SGLang sets it by itself. With "
            "--moe-a2a-backend deepep and the flashinfer_cutedsl runner the server refuses to "
            "start. A checkpoint that is not NVFP4 yet wants --quantization nvfp4_online instead."
        ),
        example="1",
        relations=(Outside(needs="a serialised NVFP4 checkpoint and a FlashInfer MoE runner"),),
    ),
    _variable(
        name="FLASHINFER_NVFP4_4OVER6",
        owner="flashinfer",
        type=Bool(),
        default="false",
        summary="Choose between two NVFP4 block scales, 4 and 6, by which errs less",
        details=(
            "A setting of FlashInfer's own quantiser, which SGLang reads as well so that its "
            "global scale fits. SGLang takes true, 1, yes and y; any other text but false, 0, no "
            "and n warns and is off. From 0.5.19 the diffusion kernels read it by another rule: "
            "everything that is not empty, 0, false, no or off is on, and switches a fused "
            "kernel off. Write 1 or 0 and all agree. It also keeps the fast path for SM120 "
            "(FlashInfer CUTLASS) from being used."
        ),
        example="1",
        relations=(_SCALES_PER_TOKEN,),
        reads=(
            declared("bool", 1261, False, since="0.5.13"),
            Read(
                reader="raw.strip-lower-not-in:|0|false|no|off",
                where="sglang/kernels/kda_kernels/norm_scale_shift_jit.py:336",
                since="0.5.19",
                default=False,
                effect="keeps diffusion models from one fused kernel",
            ),
        ),
    ),
    _variable(
        name="FLASHINFER_NVFP4_4OVER6_E4M3_USE_256",
        owner="flashinfer",
        type=Bool(),
        default="false",
        summary="With 4over6, take 256 as the largest E4M3 scale instead of 448",
        details=(
            "FlashInfer quantises with this limit, and SGLang divides by it: both have to see the "
            "same value, so set it in the environment of the server and not in one process only. "
            "Without FLASHINFER_NVFP4_4OVER6 nothing looks at it. While a checkpoint is quantised "
            "at load (nvfp4_online) SGLang sets both for itself and restores them afterwards."
        ),
        example="1",
        relations=(EffectiveWhen(condition=Condition("FLASHINFER_NVFP4_4OVER6", "true")),),
        reads=(declared("bool", 1262, False, since="0.5.13"),),
    ),
    _variable(
        name="SGLANG_NVFP4_CKPT_FP8_NEXTN_MOE",
        type=Bool(),
        default="false",
        summary="Cast the draft layer's 16-bit experts of a DeepSeek NVFP4 checkpoint to FP8",
        details=(
            "The layer for multi-token prediction is BF16 in these checkpoints. With EAGLE and "
            "this on, its experts are cast to FP8 at load and run by DeepGEMM behind DeepEP, "
            "which SGLang then chooses for the draft model: --ep-size has to be more than 1, or "
            "the server stops. Off, the layer runs in Triton as it is."
        ),
        example="1",
        relations=(
            Outside(needs="--quantization modelopt_fp4 and --speculative-algorithm EAGLE"),
            Outside(needs="--ep-size above 1", note="otherwise the start ends in ValueError"),
        ),
    ),
    _variable(
        name="SGLANG_QUANT_ALLOW_DOWNCASTING",
        type=Bool(),
        default="false",
        summary="Let a weight lose precision when it is copied to a narrower parameter",
        details=(
            "The loader refuses to copy, say, FP32 into BF16: ValueError, Downcasting not "
            "allowed. That is nearly always a checkpoint that does not fit the quantisation asked "
            "for, so look there first. With this on the copy is made, and what is lost is lost "
            "without a further word."
        ),
        example="1",
    ),
    _variable(
        name="SGLANG_FP8_IGNORED_LAYERS",
        type=List(),
        default='""',
        summary="Layers that FP8 quantisation leaves alone",
        details=(
            "Names separated by commas, blanks around them dropped; they are added to those that "
            "the checkpoint's configuration lists. A name matches as the checkpoint's own do, so "
            "copy the form from there (model.layers.0.mlp.gate_proj). A name that matches "
            "nothing is not mentioned. For FP4 there is SGLANG_FP4_IGNORED_LAYERS, which the "
            "page does not list."
        ),
        example="model.layers.0.mlp.gate_proj,lm_head",
    ),
)
