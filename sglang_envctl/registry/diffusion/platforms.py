"""SGLang Diffusion: platform-specific settings for Apple MPS, ROCm and NVFP4 on CUDA."""

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
            "Set it only on a Mac with a complete MLX stack: since 0.5.19 the language-model "
            "server raises RuntimeError at startup if the stack is incomplete, including on "
            "Linux. Since 0.5.19 the diffusion server does not read it. In 0.5.10 to 0.5.18 it "
            "gives the diffusion server fused Metal kernels for norm operations and the "
            "language-model server its MLX backend, but is silently ignored if mlx cannot be "
            "imported. Write 1 or true; on, t and surrounding whitespace, which the other "
            "diffusion switches accept, raise a Python warning and count as false here. The value"
            " is read once per process."
        ),
        example="1",
        relations=(
            Outside(
                needs="a Mac with a Metal device that PyTorch sees as MPS",
                note="since 0.5.19, RuntimeError at startup without one",
            ),
            Outside(
                needs="mlx; since 0.5.19 at least 0.32.0, with a stable PyTorch 2.13",
                note=(
                    "without it, or with another version, RuntimeError since 0.5.19; silently "
                    "ignored before"
                ),
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
                "The docs say it enables fused Metal kernels for norm operations on MPS; since "
                "0.5.19 no diffusion code and no kernel reads it."
            ),
            (
                "The docs list it with the diffusion switches, which accept on, t and surrounding "
                "whitespace; the code reads these as false here."
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
            "Try it if VAE decoding takes a large part of the request time. If it is on, SGLang "
            "replaces every affine GroupNorm in a VAE with AITER's kernel and the same weights "
            "when the VAE is loaded. The log reports how many modules were replaced, if any. If "
            "replacing fails, SGLang logs a warning with a traceback instead, and modules already"
            " replaced stay replaced. An unknown value logs a warning and counts as false."
        ),
        example="1",
        relations=(
            Outside(needs="an AMD GPU with ROCm", note="other platforms do not read it"),
            Outside(
                needs="the aiter package",
                note="without it, a warning is logged and the VAE remains unchanged",
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
            "Set it to true for a server that generates the same sizes repeatedly; with changing "
            "sizes, the first request of each new size is slow. If it is on, SGLang sets "
            "torch.backends.cudnn.benchmark when a VAE is loaded, for the rest of the process. On"
            " ROCm, this makes MIOpen try its algorithms for each new input shape and keep the "
            "best. An unknown value logs a warning and counts as false."
        ),
        example="1",
        relations=(Outside(needs="an AMD GPU with ROCm", note="other platforms do not read it"),),
        discrepancies=(
            (
                "The docs say it tunes the VAE's convolution layers; the code sets the flag for "
                "the whole process, so it also affects other convolutions."
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
        summary="FlashInfer backend for matrix multiplication with NVFP4 checkpoints",
        details=(
            "Leave it unset unless the default fails or is slow on your GPU. The default is "
            "trtllm since 0.5.13, but auto on GPUs of compute capability 12.x since 0.5.19; "
            "before 0.5.13 it was CUTLASS from sgl_kernel or, without that, cudnn on Blackwell "
            "(10.x) and auto elsewhere. The value is read once per process, and its flashinfer_ "
            "prefix makes no difference. An empty string, surrounding whitespace or an unknown "
            "value logs a warning and selects FlashInfer's default. Without FlashInfer, releases "
            "up to 0.5.15 use CUTLASS from sgl_kernel; later releases fail when the first NVFP4 "
            "layer runs."
        ),
        example="cutlass",
        relations=(
            Outside(needs="a CUDA GPU", note="other platforms do not read it"),
            Outside(needs="an NVFP4 checkpoint", note="other checkpoints do not use these kernels"),
            Outside(
                needs="the flashinfer package",
                note="since 0.5.16 NVFP4 layers raise RuntimeError without it",
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
                effect="any value also gives FlashInfer precedence over CUTLASS from sgl_kernel",
            ),
            Read(
                reader="diffusion.fp4-backend-0.5.10",
                where=f"{_CUDA}:126",
                since="0.5.10",
                until="0.5.10.post1",
                default_rule="CUTLASS from sgl_kernel; without it cudnn on Blackwell, else auto",
                effect="read only where sgl_kernel has no CUTLASS multiplication for FP4",
            ),
        ),
        discrepancies=(
            (
                "The docs list no values; the code accepts auto, cudnn, cutlass and trtllm, "
                "the last three also with the prefix flashinfer_; 0.5.10 accepts only auto "
                "and cudnn."
            ),
            (
                "The docs say the default is not set; since 0.5.13 the code uses trtllm or auto "
                "if the variable is unset."
            ),
        ),
    ),
)
