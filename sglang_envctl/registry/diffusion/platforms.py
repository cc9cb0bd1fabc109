"""SGLang Diffusion: settings for one kind of hardware: Apple MPS, ROCm, NVFP4 on CUDA."""

from __future__ import annotations

from functools import partial

from sglang_envctl.registry.documents import DIFFUSION, DIFFUSION_OLDER
from sglang_envctl.registry.types import Bool, Choice
from sglang_envctl.registry.variable import Outside, Read, Section, Variable

APPLE_MPS = Section(
    slug="apple-mps",
    title="Diffusion: Apple MPS",
    heading="Platform-Specific / Apple MPS",
)
ROCM = Section(
    slug="rocm",
    title="Diffusion: ROCm",
    heading="Platform-Specific / ROCm (AMD GPUs)",
)
QUANTIZATION = Section(
    slug="quantization",
    title="Diffusion: quantization",
    heading="Platform-Specific / Quantization",
)

_SRT = "sglang/srt"
_ROOT = "sglang/multimodal_gen"
_CUDA = f"{_ROOT}/runtime/platforms/cuda.py"

_diffusion = partial(Variable, owner="sglang-diffusion", documents=(DIFFUSION,))

VARIABLES = (
    Variable(
        name="SGLANG_USE_MLX",
        type=Bool(),
        section=APPLE_MPS,
        owner="sglang",
        documents=(DIFFUSION, DIFFUSION_OLDER),
        summary="Use Apple's MLX on a Mac instead of plain PyTorch",
        details=(
            "What it switches changed. In 0.5.10 to 0.5.18 it gives the diffusion server fused "
            "Metal kernels for norm operations and the language-model server its MLX backend, and "
            "it is ignored without a message where mlx cannot be imported. From 0.5.19 it concerns "
            "the language-model server alone, which refuses to start with a RuntimeError wherever "
            "the MLX stack is incomplete, on a Linux machine too. Its words for true and false are "
            "the language-model server's: on, t and blanks around a word, which the other "
            "diffusion switches accept, give a Python warning here and count as false. Read once "
            "per process."
        ),
        example="1",
        relations=(
            Outside(
                needs="a Mac with a Metal device that PyTorch sees as MPS",
                note="from 0.5.19 a RuntimeError at start says so where it is missing",
            ),
            Outside(
                needs="mlx, from 0.5.19 at least 0.32.0 and with a stable PyTorch 2.13",
                note="missing or of another version: RuntimeError from 0.5.19, ignored before",
            ),
        ),
        reads=(
            Read(
                reader="srt.bool",
                where=f"{_SRT}/hardware_backend/mlx/runtime.py:66",
                since="0.5.19",
                default=False,
                effect="switches the language-model server to MLX; the diffusion server ignores it",
            ),
            Read(
                reader="srt.bool",
                where=f"{_SRT}/utils/tensor_bridge.py:40",
                since="0.5.10",
                until="0.5.18",
                default=False,
            ),
        ),
        discrepancies=(
            (
                "The page says it enables fused Metal kernels for norm operations on MPS; from "
                "0.5.19 no diffusion code and no kernel reads it."
            ),
            (
                "The page lists it with the diffusion switches; unlike them, the code does not "
                "accept on, t or blanks around a word."
            ),
        ),
    ),
    _diffusion(
        name="SGLANG_USE_ROCM_VAE",
        type=Bool(),
        section=ROCM,
        default="false",
        summary="Use AITER's GroupNorm in the VAE on AMD GPUs",
        details=(
            "When a VAE is loaded, every affine GroupNorm in it is replaced by AITER's kernel with "
            "the same weights; try it when decoding is a large part of the request. The log counts "
            "the replaced modules and says nothing when the VAE has none, so silence means no "
            "gain. A failure is a warning with a traceback in the log; modules changed before it "
            "stay changed. A misspelt text warns and is false."
        ),
        example="1",
        relations=(
            Outside(needs="an AMD GPU with ROCm", note="other platforms do not look at it"),
            Outside(
                needs="the aiter package",
                note="missing, a warning is logged and the VAE stays as it is",
            ),
        ),
    ),
    _diffusion(
        name="SGLANG_USE_ROCM_CUDNN_BENCHMARK",
        type=Bool(),
        section=ROCM,
        default="false",
        summary="Let MIOpen search for the fastest convolutions on AMD GPUs",
        details=(
            "Sets torch.backends.cudnn.benchmark, which on ROCm makes MIOpen try its algorithms "
            "for every new shape of input and keep the best. Worth it for a server that makes the "
            "same sizes again and again; with ever-changing sizes each new one is slow the first "
            "time. It is set when a VAE is loaded and stays set. A misspelt text warns and is "
            "false."
        ),
        example="1",
        relations=(
            Outside(needs="an AMD GPU with ROCm", note="other platforms do not look at it"),
        ),
        discrepancies=(
            (
                "The page says it tunes the VAE's convolution layers; the code sets the flag for "
                "the whole process, other convolutions included."
            ),
        ),
    ),
    _diffusion(
        name="SGLANG_DIFFUSION_FLASHINFER_FP4_GEMM_BACKEND",
        type=Choice(
            (
                "auto",
                "cudnn",
                "cutlass",
                "trtllm",
                "flashinfer_cudnn",
                "flashinfer_cutlass",
                "flashinfer_trtllm",
            ),
            exact=False,
            open=True,
        ),
        section=QUANTIZATION,
        summary="Choose FlashInfer's matrix multiplication for NVFP4 checkpoints",
        details=(
            "Leave it unset unless the default fails or is slow on your GPU. The flashinfer_ "
            "prefix changes nothing. Blanks around a word are not dropped, so a word with a blank "
            "or the empty text is unknown: the log warns and the default is used. The default is "
            "trtllm from 0.5.13, save auto on GPUs of compute capability 12.x from 0.5.19; before "
            "0.5.13 it was cudnn on Blackwell (10.x) and auto elsewhere. Up to 0.5.15, CUTLASS "
            "from sgl_kernel stands in where FlashInfer is missing; later releases fail when the "
            "first NVFP4 layer runs. Read once per process."
        ),
        example="cutlass",
        relations=(
            Outside(needs="a CUDA GPU", note="other platforms do not look at it"),
            Outside(needs="an NVFP4 checkpoint", note="other checkpoints do not use these kernels"),
            Outside(
                needs="the flashinfer package",
                note="from 0.5.16 NVFP4 layers raise RuntimeError without it",
            ),
        ),
        reads=(
            Read(
                reader="diffusion.fp4-backend",
                where=f"{_CUDA}:626",
                since="0.5.19",
                default_rule="trtllm; auto on GPUs of compute capability 12.x",
            ),
            Read(
                reader="diffusion.fp4-backend",
                where=f"{_CUDA}:431",
                since="0.5.13",
                until="0.5.18",
                default="trtllm",
            ),
            Read(
                reader="diffusion.fp4-backend",
                where=f"{_CUDA}:126",
                since="0.5.11",
                until="0.5.12.post1",
                default_rule="CUTLASS from sgl_kernel; without it cudnn on Blackwell, else auto",
                effect="set to anything, it also puts FlashInfer before CUTLASS from sgl_kernel",
            ),
            Read(
                reader="diffusion.fp4-backend-0.5.10",
                where=f"{_CUDA}:126",
                since="0.5.10",
                until="0.5.10.post1",
                default_rule="CUTLASS from sgl_kernel; without it cudnn on Blackwell, else auto",
                effect="looked at only where sgl_kernel has no CUTLASS multiplication for FP4",
            ),
        ),
        discrepancies=(
            (
                "The page lists no values; the code takes auto, cudnn, cutlass and trtllm, the "
                "last three also with flashinfer_ in front, and in 0.5.10 auto and cudnn only."
            ),
            "The page says the default is not set; from 0.5.13 unset acts as trtllm or auto.",
        ),
    ),
)
