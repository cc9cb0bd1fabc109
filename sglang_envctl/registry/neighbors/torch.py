"""PyTorch's memory allocator, and compilers and their caches."""

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
from sglang_envctl.registry.types import Bool, Int, List, Path
from sglang_envctl.registry.variable import Outside, Read, Section, Variable

SECTION = Section(
    slug="torch",
    title="PyTorch, Triton, DeepGEMM",
    heading="CUDA Environment Variables",
    aside=True,
)

_TWO_NAMES = "PyTorch reads only one of the names; which one depends on its version"

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
    return tuple(Outside(needs=f"no {name}", note=_TWO_NAMES) for name in others)


VARIABLES = (
    _torch(
        name="PYTORCH_ALLOC_CONF",
        type=List(),
        summary="Settings of PyTorch's memory allocator, for all kinds of devices",
        details=(
            "With SGLang up to 0.5.10.post1, use the deprecated name, PYTORCH_CUDA_ALLOC_CONF: "
            "PyTorch 2.8 (SGLang up to 0.5.5.post3) does not read the new name, and 2.9 (SGLang "
            "up to 0.5.10.post1) reads it but ignores expandable_segments. The value is "
            "comma-separated key:value pairs; an unknown key stops the program. "
            "expandable_segments:True reduces fragmentation, because segments can grow in place."
        ),
        example="expandable_segments:True",
        relations=_not_with("PYTORCH_CUDA_ALLOC_CONF", "PYTORCH_HIP_ALLOC_CONF"),
    ),
    _torch(
        name="PYTORCH_CUDA_ALLOC_CONF",
        type=List(),
        summary="Settings of PyTorch's memory allocator (deprecated name)",
        details=(
            "Write comma-separated key:value pairs, as in PYTORCH_ALLOC_CONF. All PyTorch "
            "releases read this name; some log a warning that it is deprecated. Do not use "
            "expandable_segments:True with Mooncake's memory pools: the two are not compatible. "
            "Since 0.5.20, SGLang's diffusion server sets the variable to "
            "expandable_segments:True on devices that share their memory with the host, unless "
            "you set it."
        ),
        example="expandable_segments:True",
        relations=_not_with("PYTORCH_ALLOC_CONF"),
    ),
    _torch(
        name="PYTORCH_HIP_ALLOC_CONF",
        type=List(),
        summary="Settings of PyTorch's memory allocator on AMD GPUs",
        details=(
            "Use PYTORCH_CUDA_ALLOC_CONF instead, which works everywhere. PyTorch for ROCm reads "
            "this name if PYTORCH_CUDA_ALLOC_CONF is not set. The value is comma-separated "
            "key:value pairs."
        ),
        example="expandable_segments:True",
        relations=(*_not_with("PYTORCH_ALLOC_CONF"), Outside(needs="an AMD GPU")),
    ),
    _variable(
        name="TORCHINDUCTOR_FX_GRAPH_CACHE",
        owner="torch",
        documents=(TORCH_CACHES,),
        type=Bool(),
        summary="On-disk cache of the graphs that torch.compile compiles",
        details=(
            "Set it to 0 to compile again at every start; if it is unset or 1, compiled graphs are "
            "stored in TORCHINDUCTOR_CACHE_DIR for the next start. Since PyTorch 2.7 (SGLang "
            "0.4.7), only 0 and an empty string turn the cache off; in earlier versions, every "
            "value except 1 does."
        ),
        example="1",
        reads=(
            Read(
                reader="torch.config",
                where="PyTorch 2.7 and later, torch._inductor.config",
                since="0.4.7",
                default=True,
            ),
            Read(
                reader="torch.is-one",
                where="PyTorch up to 2.6, torch._inductor.config",
                until="0.4.6.post5",
                default=True,
            ),
        ),
    ),
    _variable(
        name="TORCH_CUDA_ARCH_LIST",
        owner="torch",
        documents=(TORCH_EXTENSIONS,),
        type=List(separator=";"),
        summary="GPU architectures that extensions are compiled for",
        details=(
            "List every architecture on which the extension must run, separated by semicolons or "
            "spaces, such as 9.0 or 8.0;9.0+PTX. On an architecture that is missing, the "
            'extension fails at run time ("no kernel image is available"). The list is used only '
            "when something is compiled, but images often set it at build time and keep it."
        ),
        example="9.0;10.0",
        reads=(Read(reader="unknown", where="PyTorch, torch/utils/cpp_extension.py"),),
    ),
    _variable(
        name="TORCH_EXTENSIONS_DIR",
        owner="torch",
        documents=(TORCH_EXTENSIONS,),
        type=Path(directory=True),
        summary="Build directory for extensions that PyTorch compiles on first use",
        details=(
            "If startup hangs, look for a lock file here: a lock left by a killed process blocks "
            "the next process forever. The default is in ~/.cache/torch_extensions. SGLang's "
            "loader of C++ extensions also uses this directory."
        ),
        example="/data/torch-extensions",
        reads=(Read(reader="unknown", where="PyTorch, torch/utils/cpp_extension.py"),),
    ),
    _variable(
        name="TRITON_CACHE_DIR",
        owner="triton",
        documents=(TRITON,),
        type=Path(directory=True),
        summary="Cache directory for kernels compiled by Triton",
        details=(
            "Use a local disk: on a network file system, ranks that compile at the same time can "
            "interfere with each other. The default is .triton/cache in TRITON_HOME; since "
            "0.5.18, it is SGLANG_CACHE_DIR/triton. With piecewise CUDA graphs that inductor "
            "compiles (the default compiler is eager), SGLang overwrites the value with another "
            "directory. The diffusion server treats it as it treats TORCHINDUCTOR_CACHE_DIR."
        ),
        example="/data/triton",
        reads=(Read(reader="unknown", where="triton/knobs.py"),),
    ),
    _variable(
        name="TRITON_HOME",
        owner="triton",
        documents=(TRITON,),
        type=Path(directory=True),
        summary="Parent directory of Triton's .triton directory",
        details=(
            "Set it if the home directory, which is the default, is full or read-only, as in many "
            "containers. Set TRITON_CACHE_DIR to move only the cache, which since 0.5.18 is in "
            "SGLANG_CACHE_DIR instead of this directory."
        ),
        example="/data",
        reads=(Read(reader="unknown", where="triton/knobs.py"),),
    ),
    _deepgemm(
        name="DG_JIT_CACHE_DIR",
        type=Path(directory=True),
        summary="Cache directory for kernels compiled by DeepGEMM",
        details=(
            "Set SGLANG_DG_CACHE_DIR instead: SGLang overwrites DG_JIT_CACHE_DIR with the value "
            "or the default of SGLANG_DG_CACHE_DIR. Without SGLang, DeepGEMM uses .deep_gemm in "
            "the home directory."
        ),
        example="/data/deep-gemm",
    ),
    _deepgemm(
        name="DG_JIT_USE_NVRTC",
        type=Int(choices=(0, 1)),
        default="0",
        summary="Compile DeepGEMM's kernels with NVRTC instead of NVCC",
        details=(
            "Set SGLANG_DG_USE_NVRTC instead: SGLang overwrites this variable with the value or "
            "the default of SGLANG_DG_USE_NVRTC. NVRTC needs no CUDA toolkit, but some kernels "
            "run slower."
        ),
        example="1",
    ),
    _deepgemm(
        name="DG_JIT_DEBUG",
        type=Int(choices=(0, 1)),
        default="0",
        summary="Log what DeepGEMM compiles",
        details=(
            "With 1, DeepGEMM prints the kernels, their settings and the compiler's messages. "
            "Write a number, because the behavior is undefined for other values."
        ),
        example="1",
    ),
    _deepgemm(
        name="DG_JIT_NVCC_COMPILER",
        type=Path(exists=True),
        summary="Path of the NVCC that DeepGEMM uses",
        details=(
            "Set it if PyTorch finds no CUDA toolkit; otherwise the first kernel fails to "
            "compile. The default is the NVCC of the CUDA toolkit that PyTorch finds."
        ),
        example="/usr/local/cuda/bin/nvcc",
    ),
    _variable(
        name="XDG_CACHE_HOME",
        owner="xdg",
        documents=(XDG,),
        type=Path(directory=True, absolute=True),
        ambient=True,
        summary="Base directory for the caches of programs",
        details=(
            "Use an absolute path: the standard says that relative paths are ignored, but not all "
            "programs ignore them. The directory contains Hugging Face's cache, unless HF_HOME is "
            "set, and some of SGLang's caches. The default is ~/.cache."
        ),
        example="/data/cache",
        reads=(Read(reader="unknown", where="many programs"),),
    ),
)
