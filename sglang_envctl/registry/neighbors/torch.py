"""PyTorch's allocator, and the caches of what is compiled."""

from __future__ import annotations

from functools import partial

from sglang_envctl.registry.documents import (
    DEEPGEMM,
    TORCH_CACHES,
    TORCH_CUDA,
    TORCH_EXTENSIONS,
    TRITON,
    XDG,
)
from sglang_envctl.registry.types import Int, List, Path
from sglang_envctl.registry.variable import Outside, Read, Section, Variable

SECTION = Section(
    slug="torch",
    title="PyTorch, Triton, DeepGEMM",
    heading="CUDA Environment Variables",
    aside=True,
)

_TWO_NAMES = "PyTorch looks at one of the names only, and which comes first depends on its version"

_variable = partial(Variable, section=SECTION)
_torch = partial(
    _variable,
    owner="torch",
    documents=(TORCH_CUDA,),
    reads=(Read(reader="unknown", where="PyTorch, AllocatorConfig.cpp"),),
)
_deepgemm = partial(
    _variable,
    owner="deepgemm",
    documents=(DEEPGEMM,),
    reads=(Read(reader="unknown", where="DeepGEMM, csrc/jit/compiler.hpp"),),
)


def _not_with(*others: str) -> tuple[Outside, ...]:
    return tuple(Outside(needs=f"no {name} beside it", note=_TWO_NAMES) for name in others)


VARIABLES = (
    _torch(
        name="PYTORCH_ALLOC_CONF",
        type=List(),
        summary="Settings of PyTorch's memory allocator, for every kind of device",
        details=(
            "key:value, several separated by commas; expandable_segments:True lets segments grow "
            "in place and fragments memory less. It is the newer name of PYTORCH_CUDA_ALLOC_CONF; "
            "older PyTorch does not know it, and 2.9 was reported to drop expandable_segments "
            "from it. An unknown key stops the program."
        ),
        example="expandable_segments:True",
        relations=_not_with("PYTORCH_CUDA_ALLOC_CONF", "PYTORCH_HIP_ALLOC_CONF"),
    ),
    _torch(
        name="PYTORCH_CUDA_ALLOC_CONF",
        type=List(),
        summary="Settings of PyTorch's memory allocator, under its older name",
        details=(
            "key:value, several separated by commas, as in PYTORCH_ALLOC_CONF. Some releases of "
            "PyTorch warn that the name is outdated; all of them know it. SGLang's diffusion "
            "server sets expandable_segments:True itself where it tunes itself, and Mooncake's own "
            "memory pools do not go with it."
        ),
        example="expandable_segments:True",
        relations=_not_with("PYTORCH_ALLOC_CONF"),
    ),
    _torch(
        name="PYTORCH_HIP_ALLOC_CONF",
        type=List(),
        summary="Settings of PyTorch's memory allocator on AMD GPUs, under their own name",
        details=(
            "PyTorch for ROCm takes it where PYTORCH_CUDA_ALLOC_CONF is not set. key:value, "
            "several separated by commas; write PYTORCH_CUDA_ALLOC_CONF, which works everywhere."
        ),
        example="expandable_segments:True",
        relations=(*_not_with("PYTORCH_ALLOC_CONF"), Outside(needs="an AMD GPU")),
    ),
    _variable(
        name="TORCHINDUCTOR_FX_GRAPH_CACHE",
        owner="torch",
        documents=(TORCH_CACHES,),
        type=Int(choices=(0, 1)),
        summary="Keep what torch.compile made of a graph on disk",
        details=(
            "1 keeps it in TORCHINDUCTOR_CACHE_DIR for the next start; every other text keeps "
            "nothing. Newer PyTorch does so by itself."
        ),
        example="1",
        reads=(Read(reader="torch.is-one", where="PyTorch, torch._inductor.config"),),
    ),
    _variable(
        name="TORCH_CUDA_ARCH_LIST",
        owner="torch",
        documents=(TORCH_EXTENSIONS,),
        type=List(separator=";"),
        summary="The kinds of GPU that extensions are compiled for",
        details=(
            "Such as 9.0 or 8.0;9.0+PTX, separated by semicolons or blanks. It matters while "
            "something is compiled: images set it at build time, and it stays. What is left out "
            "fails at run time with no kernel image is available."
        ),
        example="9.0;10.0",
        reads=(Read(reader="unknown", where="PyTorch, torch/utils/cpp_extension.py"),),
    ),
    _variable(
        name="TORCH_EXTENSIONS_DIR",
        owner="torch",
        documents=(TORCH_EXTENSIONS,),
        type=Path(directory=True),
        summary="Directory of extensions that are compiled when first used",
        details=(
            "Unset, it lies in ~/.cache/torch_extensions. SGLang's loader of C++ extensions "
            "follows it. A lock that a killed process left there makes the next one wait for ever."
        ),
        example="/data/torch-extensions",
        reads=(Read(reader="unknown", where="PyTorch, torch/utils/cpp_extension.py"),),
    ),
    _variable(
        name="TRITON_CACHE_DIR",
        owner="triton",
        documents=(TRITON,),
        type=Path(directory=True),
        summary="Directory of the kernels that Triton has compiled",
        details=(
            "Unset, it is .triton/cache in TRITON_HOME. On a network file system many ranks that "
            "compile at once can trip over each other; a local disk is safer. Piecewise CUDA "
            "graphs overwrite it with a directory of their own."
        ),
        example="/data/triton",
        reads=(Read(reader="unknown", where="triton/knobs.py"),),
    ),
    _variable(
        name="TRITON_HOME",
        owner="triton",
        documents=(TRITON,),
        type=Path(directory=True),
        summary="Directory that Triton makes its .triton in",
        details=(
            "Unset, it is the home directory, which is full or read-only in many containers. "
            "TRITON_CACHE_DIR moves the cache alone."
        ),
        example="/data",
        reads=(Read(reader="unknown", where="triton/knobs.py"),),
    ),
    _deepgemm(
        name="DG_JIT_CACHE_DIR",
        type=Path(directory=True),
        summary="Directory of the kernels that DeepGEMM has compiled",
        details=(
            "SGLang overwrites it with SGLANG_DG_CACHE_DIR, or a directory of its own choice: "
            "set that name instead. On its own DeepGEMM uses .deep_gemm in the home directory."
        ),
        example="/data/deep-gemm",
    ),
    _deepgemm(
        name="DG_JIT_USE_NVRTC",
        type=Int(choices=(0, 1)),
        default="0",
        summary="Compile DeepGEMM's kernels with NVRTC rather than NVCC",
        details=(
            "SGLang overwrites it with what SGLANG_DG_USE_NVRTC says. NVRTC compiles faster, and "
            "some kernels run slower."
        ),
        example="1",
    ),
    _deepgemm(
        name="DG_JIT_DEBUG",
        type=Int(choices=(0, 1)),
        default="0",
        summary="Let DeepGEMM tell what it compiles",
        details=(
            "It prints the kernels, their settings and the compiler's messages. DeepGEMM expects "
            "a number here; what it makes of a word is undefined."
        ),
        example="1",
    ),
    _deepgemm(
        name="DG_JIT_NVCC_COMPILER",
        type=Path(),
        summary="The NVCC that DeepGEMM compiles with",
        details=(
            "Unset, it is that of the CUDA toolkit which PyTorch finds. Images without a toolkit "
            "have none, and the first kernel fails."
        ),
        example="/usr/local/cuda/bin/nvcc",
    ),
    _variable(
        name="XDG_CACHE_HOME",
        owner="xdg",
        documents=(XDG,),
        type=Path(directory=True, absolute=True),
        ambient=True,
        summary="Directory that programs keep their caches below",
        details=(
            "Hugging Face's cache lies in it unless HF_HOME says otherwise, and so do some of "
            "SGLang's. Unset, it is ~/.cache. Relative paths are to be ignored, and not all "
            "programs do so."
        ),
        example="/data/cache",
        reads=(Read(reader="unknown", where="many programs"),),
    ),
)
