"""SGLang: quantized weights and activations."""

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

SECTION = Section(slug="srt-quantization", title="SGLang: quantization", heading="Quantization")

_FP8 = "sglang/srt/layers/quantization/fp8.py"
_DIFFUSION_FP8 = "sglang/multimodal_gen/runtime/layers/quantization/fp8.py"

_BY_FLASHINFER = Read(
    reader="raw.is-one", where="FlashInfer, envUtils.cpp", since="0.5.13", default=False
)
_GLOBAL_SCALE = "selects the global scale that SGLang computes"

_variable = partial(Variable, section=SECTION, owner="sglang", documents=(SRT_REFERENCE,))

VARIABLES = (
    _variable(
        name="SGLANG_INT4_WEIGHT",
        type=Bool(),
        default="false",
        summary="Load the experts of an FP8 model as INT4 weights on AMD GPUs",
        details=(
            "Use it on ROCm with a checkpoint that has INT4 experts: their weights then stay "
            "packed as INT4, and AITER's kernels compute on them. On NVIDIA GPUs it has no "
            "effect. Set it before the server starts, because it is read at import. Write 1 or "
            "true; yes counts as false, with one warning in the log."
        ),
        example="1",
        relations=(Outside(needs="an AMD GPU and a checkpoint with INT4 experts"),),
        reads=(
            Read(reader="srt.get-bool", where=f"{_FP8}:148", since="0.4.6.post1", default=False),
            Read(
                reader="diffusion.bool",
                where=f"{_DIFFUSION_FP8}:81",
                since="0.5.10",
                default=False,
                effect="imports AITER's kernels in the diffusion server",
            ),
        ),
        discrepancies=(
            (
                "The docs say it quantizes weights; the code loads weights that are already "
                "INT4, only for mixture-of-experts layers on ROCm."
            ),
        ),
    ),
    _variable(
        name="SGLANG_FORCE_FP8_MARLIN",
        type=Bool(),
        default="false",
        summary="Run FP8 linear layers with the Marlin kernels on any NVIDIA GPU",
        details=(
            "Use it for comparison, or to work around a bug in the native FP8 kernels; Ampere "
            "GPUs, which lack FP8 units, always use Marlin. Marlin keeps the weights in FP8 and "
            "multiplies in a 16-bit format. Write 1, because since 0.5.17 the code for ModelOpt "
            "checkpoints also accepts yes and y, which the code for other FP8 checkpoints reads as "
            "false."
        ),
        example="1",
        relations=(Outside(needs="an NVIDIA GPU"),),
        reads=(
            Read(reader="srt.get-bool", where=f"{_FP8}:516", since="0.4.5.post3", default=False),
            declared("bool", 1181, False, since="0.5.17")._replace(
                effect="selects Marlin for ModelOpt's FP8 checkpoints"
            ),
            Read(
                reader="diffusion.bool",
                where=f"{_DIFFUSION_FP8}:168",
                since="0.5.10",
                default=False,
                effect="selects Marlin in the diffusion server",
            ),
        ),
    ),
    _variable(
        name="SGLANG_NVFP4_CKPT_FP8_GEMM_IN_ATTN",
        type=Bool(),
        default="false",
        summary="Cast the 16-bit attention projection of a DeepSeek NVFP4 checkpoint to FP8",
        details=(
            "Use it for faster attention at some cost in accuracy and startup time. DeepSeek "
            "checkpoints in NVFP4 leave q_b_proj in BF16; if the variable is on, the loader "
            "quantizes it to FP8 in blocks of 128 by 128, like DeepSeek's own FP8 checkpoints. "
            "With EAGLE, the draft layer's projections are cast as well."
        ),
        example="1",
        relations=(Outside(needs="a DeepSeek checkpoint in NVFP4 (--quantization modelopt_fp4)"),),
    ),
    _variable(
        name="SGLANG_MOE_NVFP4_DISPATCH",
        type=Bool(),
        default="false",
        summary="Send tokens to their experts in NVFP4 instead of a 16-bit format",
        details=(
            "Set it to 0 to prevent NVFP4 dispatch: if the variable is unset, SGLang enables it "
            "with a warning when the all-to-all backend is flashinfer and the weights are NVFP4. "
            "NVFP4 dispatch sends a quarter of the bytes, and the experts compute on the NVFP4 "
            "values. Use it with the FlashInfer MoE runners for NVFP4 weights. Since 0.5.20 "
            "--flashinfer-a2a-dispatch-type does the same, and SGLang refuses to start if both "
            "are set, even if this variable is 0. The deprecated name "
            "SGLANG_CUTEDSL_MOE_NVFP4_DISPATCH works up to 0.5.20."
        ),
        example="1",
        relations=(
            Outside(
                needs="--moe-runner-backend flashinfer_cutlass, flashinfer_cutedsl, "
                "flashinfer_trtllm, flashinfer_trtllm_routed or auto"
            ),
            Outside(
                needs="no --flashinfer-a2a-dispatch-type",
                note="since 0.5.20, setting both stops the server at startup with a ValueError",
            ),
        ),
        discrepancies=(
            (
                "The docs say the default is off; the code enables it for NVFP4 weights with "
                "--moe-a2a-backend flashinfer unless the variable is set."
            ),
        ),
    ),
    _variable(
        name="SGLANG_FLASHINFER_NVFP4_PER_TOKEN_ACTIVATION",
        type=Bool(),
        default="false",
        summary="Scale NVFP4 activations per token in FlashInfer's MoE kernels",
        details=(
            "Use it if outliers reduce the accuracy of whole batches; it costs a little time. If "
            "it is on, each token has its own FP32 scale, and the checkpoint's activation scale "
            "counts as 1. SGLang sets it itself for Muse Spark in NVFP4. With --moe-a2a-backend "
            "deepep and the flashinfer_cutedsl runner, the server refuses to start. For a "
            "checkpoint that is not NVFP4 yet, use --quantization nvfp4_online instead."
        ),
        example="1",
        relations=(
            Outside(
                needs=(
                    "a serialized NVFP4 checkpoint and the flashinfer_trtllm, "
                    "flashinfer_trtllm_routed, flashinfer_cutedsl or flashinfer_megamoe MoE runner"
                )
            ),
        ),
    ),
    _variable(
        name="FLASHINFER_NVFP4_4OVER6",
        owner="flashinfer",
        type=Bool(),
        default="false",
        summary="Choose between NVFP4 block scales 4 and 6 by the smaller error",
        details=(
            "Write 1 or 0, because other values are not read consistently: FlashInfer, whose "
            "quantizer it controls, reads only 1 as true. SGLang reads it too, so that its global "
            "scale matches, but also reads true, yes and y as true, with a warning for any other "
            "value except false, 0, no and n. Since 0.5.19 the diffusion kernels read everything "
            "except an empty string, 0, false, no and off as true. When it is on, the fast path "
            "for SM120 (FlashInfer CUTLASS) and two fused diffusion kernels are not used."
        ),
        example="1",
        reads=(
            _BY_FLASHINFER,
            declared("bool", 1261, False, since="0.5.13")._replace(effect=_GLOBAL_SCALE),
            Read(
                reader="raw.strip-lower-not-in:|0|false|no|off",
                where="sglang/kernels/kda_kernels/norm_scale_shift_jit.py:336",
                since="0.5.19",
                default=False,
                effect="disables two fused kernels for diffusion models",
            ),
        ),
    ),
    _variable(
        name="FLASHINFER_NVFP4_4OVER6_E4M3_USE_256",
        owner="flashinfer",
        type=Bool(),
        default="false",
        summary="Use 256, not 448, as the largest E4M3 scale if FLASHINFER_NVFP4_4OVER6 is on",
        details=(
            "Set it in the server's environment, not in a single process: FlashInfer quantizes "
            "with the limit and SGLang divides by it, so both must use the same value. Write 1, "
            "the only value that FlashInfer reads as true. It has no effect without "
            "FLASHINFER_NVFP4_4OVER6. During quantization at load (nvfp4_online), releases 0.5.18 "
            "to 0.5.22 set both variables and restore them afterward; 0.5.23 reads neither there."
        ),
        example="1",
        relations=(EffectiveWhen(condition=Condition("FLASHINFER_NVFP4_4OVER6", "true")),),
        reads=(
            _BY_FLASHINFER,
            declared("bool", 1262, False, since="0.5.13")._replace(effect=_GLOBAL_SCALE),
        ),
    ),
    _variable(
        name="SGLANG_NVFP4_CKPT_FP8_NEXTN_MOE",
        type=Bool(),
        default="false",
        summary="Cast the draft layer's 16-bit experts of a DeepSeek NVFP4 checkpoint to FP8",
        details=(
            "On NVIDIA GPUs, also pass --speculative-moe-runner-backend deep_gemm: without "
            "DeepGEMM nothing is cast. On AMD GPUs SGLang selects DeepGEMM and DeepEP for the "
            "draft model itself, and stops unless --ep-size is above 1. The variable applies with "
            "EAGLE, also under its name NEXTN: the layer for multi-token prediction is BF16 in "
            "these checkpoints, and its experts are cast to FP8 at load."
        ),
        example="1",
        relations=(
            Outside(needs="--quantization modelopt_fp4 and --speculative-algorithm EAGLE or NEXTN"),
            Outside(
                needs="--ep-size above 1 on AMD GPUs",
                note="otherwise, the server stops at startup with a ValueError",
            ),
        ),
    ),
    _variable(
        name="SGLANG_QUANT_ALLOW_DOWNCASTING",
        type=Bool(),
        default="false",
        summary="Allow a weight to lose precision when copied to a narrower parameter",
        details=(
            "Check first whether the checkpoint matches the requested quantization: a mismatch is "
            'nearly always the cause of the ValueError "Downcasting not allowed". By default the '
            "loader refuses to copy, for example, FP32 into BF16. With the variable on, "
            "precision is silently lost."
        ),
        example="1",
    ),
    _variable(
        name="SGLANG_FP8_IGNORED_LAYERS",
        type=List(),
        default='""',
        summary="Layers to exclude from FP8 quantization",
        details=(
            "Give names separated by commas, in the form that the checkpoint uses, for example "
            "model.layers.0.mlp; surrounding whitespace is stripped. Name all parts of a fused "
            "layer (gate_proj and up_proj; q_proj, k_proj and v_proj) or the module that contains "
            "them: the server stops with a ValueError if only some are named. The names are added "
            "to the layers that the checkpoint's configuration lists, and a name that matches "
            "nothing is silently ignored. For FP4, use SGLANG_FP4_IGNORED_LAYERS, which the docs "
            "do not list."
        ),
        example="model.layers.0.mlp.gate_proj,model.layers.0.mlp.up_proj",
    ),
)
