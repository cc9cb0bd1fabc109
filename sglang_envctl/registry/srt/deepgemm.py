"""SGLang's serving runtime: DeepGEMM, the FP8 matrix kernels compiled at run time."""

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
        summary="Use DeepGEMM's kernels where the GPU and the package allow it",
        details=(
            "On means: if the hardware can and deep_gemm imports; where either is missing, other "
            "kernels take over without a message. Set 0 to avoid the compilation at start, or to "
            "see whether DeepGEMM is behind a wrong result. Some models and MoE back-ends have no "
            "other way and then refuse to start. The script sglang.compile_deep_gemm turns it on, "
            "whatever you set."
        ),
        example="0",
        relations=(
            Outside(
                needs="an NVIDIA GPU of Hopper or later, or a Moore Threads one from 31 on",
                note="elsewhere DeepGEMM is off",
            ),
            Outside(needs="the deep_gemm package", note="missing, DeepGEMM is off"),
        ),
    ),
    _variable(
        name="SGLANG_JIT_DEEPGEMM_PRECOMPILE",
        type=Bool(),
        default="true",
        summary="Compile all of a model's DeepGEMM kernels at start, not at first use",
        details=(
            "The first start of a model takes ten minutes or more for it, later ones find the "
            "kernels in SGLANG_DG_CACHE_DIR. With 0 the server is up at once and requests pay: each "
            "new batch size may stop all of them for seconds while a kernel is compiled. Running "
            "python3 -m sglang.compile_deep_gemm with the server's own arguments fills the cache "
            "ahead of time, which suits images and shared disks."
        ),
        example="0",
        relations=(_ONLY_WITH_DEEPGEMM,),
    ),
    _variable(
        name="SGLANG_JIT_DEEPGEMM_COMPILE_WORKERS",
        type=Int(minimum=1, unit="workers"),
        default="4",
        summary="Meant to set how many kernels are compiled at once; has no effect",
        details=(
            "Kernels are compiled one after the other, by one rank of each machine, and no setting "
            "changes that. To shorten the wait, set SGLANG_JIT_DEEPGEMM_FAST_WARMUP=1, or fill the "
            "cache ahead of time with sglang.compile_deep_gemm. Releases 0.5.5 to 0.5.22 declare "
            "the name without reading it, and 0.5.23 dropped the declaration."
        ),
        example="8",
        discrepancies=(
            "The page says it sets the number of workers; no release from 0.5.5 to 0.5.23 reads it.",
        ),
    ),
    _variable(
        name="SGLANG_IN_DEEPGEMM_PRECOMPILE_STAGE",
        type=Bool(),
        default="false",
        summary="Marks the process as the script that compiles DeepGEMM's kernels",
        details=(
            "sglang.compile_deep_gemm sets it for itself; there is no reason to set it by hand. A "
            "server that carries it hides the warning about long compilation and waits for all "
            "ranks around each DeepEP exchange, which costs speed with every forward pass. Releases "
            "before 0.5.7 know it only as SGL_IN_DEEPGEMM_PRECOMPILE_STAGE."
        ),
        example="0",
    ),
    _variable(
        name="SGLANG_DG_CACHE_DIR",
        type=Path(directory=True),
        default=Computed(
            words="~/.cache/deep_gemm", rule="deep_gemm below SGLANG_CACHE_DIR, from 0.5.18 on"
        ),
        summary="Directory of compiled DeepGEMM kernels",
        details=(
            "Keep it on a disk that survives the container, and share it between servers of the "
            "same model, GPU and package versions: a cold cache costs ten minutes at start. SGLang "
            "copies it to DG_JIT_CACHE_DIR, so a value you set there yourself is overwritten. The "
            "path is used as it is, ~ included, and the empty text puts kernels below the working "
            "directory. From 0.5.18 the default moved below SGLANG_CACHE_DIR: after an upgrade "
            "everything is compiled again unless you name the old place."
        ),
        example="/data/cache/deep_gemm",
        reads=(
            Read(
                reader="srt.text",
                where=f"{_COMPILE}:51",
                since="0.5.18",
                default_rule="deep_gemm below SGLANG_CACHE_DIR",
            ),
            Read(
                reader="raw.text",
                where=f"{_COMPILE}:40",
                until="0.5.17",
                default_rule="~/.cache/deep_gemm",
            ),
        ),
        discrepancies=(
            (
                "The page gives ~/.cache/deep_gemm as the default; from 0.5.18 it is deep_gemm "
                "below SGLANG_CACHE_DIR, which is ~/.cache/sglang/deep_gemm where that is not set."
            ),
        ),
    ),
    _variable(
        name="SGLANG_DG_USE_NVRTC",
        type=Bool(),
        default="false",
        summary="Compile DeepGEMM kernels with NVRTC instead of nvcc",
        details=(
            "An experiment for machines without the CUDA toolkit; SGLang's own notes warn of slower "
            "kernels and of slower compilation. SGLang copies it to DG_JIT_USE_NVRTC, so a value "
            "you set there yourself is overwritten. Only 0.5.23 reads this name: older releases "
            "look at SGL_DG_USE_NVRTC, hand its text on unchanged, and take nothing from here."
        ),
        example="1",
        discrepancies=(
            (
                "The page does not say that releases before 0.5.23 ignore it and read "
                "SGL_DG_USE_NVRTC."
            ),
        ),
    ),
    _variable(
        name="SGLANG_USE_DEEPGEMM_BMM",
        type=Bool(),
        default="false",
        summary="Do batched matrix products of MLA attention with DeepGEMM",
        details=(
            "Keeps the absorbed projection weights in FP8 blocks instead of turning them back into "
            "BF16 when the model is loaded. It concerns checkpoints with 128 by 128 blocks on "
            "Hopper; on Blackwell it is passed over. Releases before 0.5.19 read "
            "SGL_USE_DEEPGEMM_BMM and nothing under this name."
        ),
        example="1",
        relations=(
            _ONLY_WITH_DEEPGEMM,
            Outside(needs="a Hopper GPU", note="Blackwell uses BF16 whatever this says"),
        ),
        discrepancies=(
            (
                "The page does not say that releases before 0.5.19 ignore it and read "
                "SGL_USE_DEEPGEMM_BMM."
            ),
        ),
    ),
    _variable(
        name="SGLANG_JIT_DEEPGEMM_FAST_WARMUP",
        type=Bool(),
        default="false",
        summary="Compile a few thousand typical kernels at start instead of all",
        details=(
            "Covers every batch size up to 1024 and, above that, sizes in growing steps up to the "
            "chunk of a prefill: some three thousand instead of sixteen thousand and more. The "
            "start then takes minutes, not half an hour. A size that was left out is compiled when "
            "a request first needs it, which shows as one slow answer."
        ),
        example="1",
        relations=(_ONLY_WITH_PRECOMPILATION,),
    ),
)
