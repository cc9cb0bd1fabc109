"""SGLang's serving runtime: DeepGEMM, FP8 matrix kernels compiled at run time."""

from __future__ import annotations

from functools import partial

from sglang_envctl.registry.documents import SRT_REFERENCE
from sglang_envctl.registry.types import Bool, Int, Path
from sglang_envctl.registry.variable import (
    Computed,
    Condition,
    EffectiveWhen,
    Outside,
    Read,
    Section,
    Variable,
)

SECTION = Section(
    slug="srt-deepgemm",
    title="SGLang: DeepGEMM",
    heading="DeepGEMM Configuration (Advanced Optimization)",
)

_SRT = "sglang/srt"
_COMPILE = f"{_SRT}/layers/deep_gemm_wrapper/compile_utils.py"
_ONLY_WITH_DEEPGEMM = EffectiveWhen(condition=Condition("SGLANG_ENABLE_JIT_DEEPGEMM", "true"))
_ONLY_WITH_PRECOMPILATION = EffectiveWhen(
    condition=Condition("SGLANG_JIT_DEEPGEMM_PRECOMPILE", "true")
)

_variable = partial(Variable, section=SECTION, owner="sglang", documents=(SRT_REFERENCE,))

VARIABLES = (
    _variable(
        name="SGLANG_ENABLE_JIT_DEEPGEMM",
        type=Bool(),
        default="true",
        summary="Use DeepGEMM kernels where the GPU and the installed package support them",
        details=(
            "Set it to 0 to avoid kernel compilation at startup, or to find out whether DeepGEMM "
            "causes a wrong result. Even when it is on, SGLang silently uses other kernels if "
            "the GPU does not support DeepGEMM or deep_gemm cannot be imported. Some models and "
            "MoE backends have no alternative and refuse to start without DeepGEMM. The script "
            "sglang.compile_deep_gemm enables it regardless of this variable."
        ),
        example="0",
        relations=(
            Outside(
                needs=(
                    "an NVIDIA GPU (Hopper or later) or a Moore Threads GPU (SM version 31 or "
                    "later)"
                ),
                note="on other GPUs, DeepGEMM is off",
            ),
            Outside(needs="the deep_gemm package", note="without it, DeepGEMM is off"),
        ),
    ),
    _variable(
        name="SGLANG_JIT_DEEPGEMM_PRECOMPILE",
        type=Bool(),
        default="true",
        summary="Compile all of a model's DeepGEMM kernels at startup instead of on first use",
        details=(
            "Keep it on in production, and fill the cache ahead of time by running python3 -m "
            "sglang.compile_deep_gemm with the server's own arguments, which also works for "
            "images and shared disks. The first start of a model compiles for ten minutes or "
            "more; later starts find the kernels in SGLANG_DG_CACHE_DIR. With 0 the server starts "
            "immediately, but each new batch size can block all requests for seconds while a "
            "kernel is compiled."
        ),
        example="0",
        relations=(_ONLY_WITH_DEEPGEMM,),
    ),
    _variable(
        name="SGLANG_JIT_DEEPGEMM_COMPILE_WORKERS",
        type=Int(minimum=1, unit="workers"),
        default="4",
        summary="Number of DeepGEMM kernels compiled in parallel (has no effect)",
        details=(
            "Remove it: one rank per host compiles the kernels one after the other. To shorten "
            "the wait, set SGLANG_JIT_DEEPGEMM_FAST_WARMUP=1 or fill the cache ahead of time "
            "with sglang.compile_deep_gemm. Releases 0.5.3 to 0.5.22 declare the name without "
            "reading it, and 0.5.23 drops the declaration."
        ),
        example="8",
        discrepancies=(
            ("The docs say it sets the number of workers; no release up to 0.5.23 reads it."),
        ),
    ),
    _variable(
        name="SGLANG_IN_DEEPGEMM_PRECOMPILE_STAGE",
        type=Bool(),
        default="false",
        summary="Mark the process as the DeepGEMM compilation script (internal)",
        details=(
            "Do not set it: sglang.compile_deep_gemm sets it for its own process. In a server, "
            "the variable hides the warning about long compilation and makes all ranks wait for "
            "each other around each DeepEP exchange, which slows down every forward pass. "
            "Releases before 0.5.7 read only SGL_IN_DEEPGEMM_PRECOMPILE_STAGE."
        ),
    ),
    _variable(
        name="SGLANG_DG_CACHE_DIR",
        type=Path(directory=True),
        default=Computed(
            words="~/.cache/deep_gemm", rule="SGLANG_CACHE_DIR/deep_gemm since 0.5.18"
        ),
        summary="Cache directory for compiled DeepGEMM kernels",
        details=(
            "Use a disk that survives the container, and share it between servers with the same "
            "model, GPU and package versions: a cold cache costs ten minutes at startup. SGLang "
            "copies the path to DG_JIT_CACHE_DIR and overwrites a value set there; ~ is not "
            "expanded. The package that 0.5.20 and later pin reads a list separated by colons, "
            "writes to the first directory only, and fails with an error at the first kernel if "
            "the value is an empty string. Since 0.5.18 the default is under SGLANG_CACHE_DIR, "
            "so an upgrade recompiles everything unless you set the previous directory."
        ),
        example="/data/cache/deep_gemm",
        reads=(
            Read(
                reader="srt.text",
                where=f"{_COMPILE}:51",
                since="0.5.18",
                default_rule="SGLANG_CACHE_DIR/deep_gemm",
            ),
            Read(
                reader="raw.text",
                where=f"{_COMPILE}:40",
                since="0.5.4.post1",
                until="0.5.17",
                default_rule="~/.cache/deep_gemm",
            ),
        ),
        discrepancies=(
            (
                "The docs give ~/.cache/deep_gemm as the default; since 0.5.18 the code uses "
                "SGLANG_CACHE_DIR/deep_gemm, or ~/.cache/sglang/deep_gemm if that variable is not "
                "set."
            ),
        ),
    ),
    _variable(
        name="SGLANG_DG_USE_NVRTC",
        type=Bool(),
        default="false",
        summary="Compile DeepGEMM kernels with NVRTC (no effect with the package that 0.5.23 pins)",
        details=(
            "Remove it, unless you install another DeepGEMM: the package that SGLang 0.5.20 and "
            "later pin compiles with nvcc only and does not read the value. SGLang copies it to "
            "DG_JIT_USE_NVRTC and overwrites a value set there. This name is read since 0.5.23; "
            "older releases read SGL_DG_USE_NVRTC and pass its value on unchanged. Where NVRTC "
            "is used, SGLang's own notes warn of slower kernels and slower compilation."
        ),
        example="1",
        discrepancies=(
            (
                "The docs do not mention that releases before 0.5.23 ignore it and read "
                "SGL_DG_USE_NVRTC."
            ),
            (
                "The docs describe compilation with NVRTC; sgl-deep-gemm, the package that SGLang "
                "pins, contains no NVRTC compiler since its version 0.2.0."
            ),
        ),
    ),
    _variable(
        name="SGLANG_USE_DEEPGEMM_BMM",
        type=Bool(),
        default="false",
        summary="Use DeepGEMM for the batched matrix products of MLA attention",
        details=(
            "Use it for checkpoints with 128-by-128 quantization blocks on Hopper; on data center "
            "Blackwell GPUs it has no effect on DeepSeek and LongCat models. If it is on, the "
            "absorbed projection weights stay in FP8 blocks instead of being converted to BF16 "
            "when the model is loaded. Releases before 0.5.19 read only SGL_USE_DEEPGEMM_BMM; "
            "from 0.5.19 to 0.5.22 most models, such as DeepSeek and LongCat, still read only "
            "that name."
        ),
        example="1",
        relations=(
            _ONLY_WITH_DEEPGEMM,
            Outside(
                needs="a Hopper GPU", note="most models use BF16 on data center Blackwell GPUs"
            ),
        ),
        discrepancies=(
            (
                "The docs do not mention that releases before 0.5.19 ignore it and read "
                "SGL_USE_DEEPGEMM_BMM, as most models do up to 0.5.22."
            ),
        ),
    ),
    _variable(
        name="SGLANG_JIT_DEEPGEMM_FAST_WARMUP",
        type=Bool(),
        default="false",
        summary="Compile only a few thousand typical DeepGEMM kernels at startup",
        details=(
            "Set it to 1 to shorten the first start from about half an hour to minutes. With 1, "
            "the warmup covers every batch size up to 1024 and larger sizes in growing steps up "
            "to the prefill chunk: about three thousand kernels instead of sixteen thousand or "
            "more. Other sizes are compiled when a request first needs them, which delays that "
            "request."
        ),
        example="1",
        relations=(_ONLY_WITH_PRECOMPILATION,),
    ),
)
