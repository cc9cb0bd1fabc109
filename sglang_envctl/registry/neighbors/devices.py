"""Variables that select the GPUs and NPUs of a process, and CUDA's own settings."""

from __future__ import annotations

from functools import partial

from sglang_envctl.registry.documents import (
    CANN_DEVICES,
    CUDA,
    LEVEL_ZERO,
    NVIDIA_CONTAINERS,
    ROCM,
    TORCH_CUDA,
)
from sglang_envctl.registry.types import Choice, Int, List, Path, Text
from sglang_envctl.registry.variable import Outside, Read, Section, Variable

SECTION = Section(slug="devices", title="Devices", heading="Environment Variables", aside=True)

_ON_AMD = Outside(needs="an AMD GPU")
_COUNTED_TWICE = (
    "ROCR_VISIBLE_DEVICES is applied first and renumbers its GPUs from 0; the other list then "
    "uses these new numbers"
)

_variable = partial(Variable, section=SECTION)
_cuda = partial(
    _variable,
    owner="cuda",
    documents=(CUDA, TORCH_CUDA),
    reads=(Read(reader="unknown", where="CUDA runtime and driver"),),
)
_rocm = partial(
    _variable,
    owner="rocm",
    documents=(ROCM,),
    reads=(Read(reader="unknown", where="ROCm runtime"),),
)

VARIABLES = (
    _cuda(
        name="CUDA_VISIBLE_DEVICES",
        type=List(),
        summary="GPUs that are visible to the process, in the listed order",
        details=(
            "Give comma-separated numbers, or UUIDs that begin with GPU- or MIG-. The list "
            "silently ends at the first invalid item, so the word all and an empty string both "
            "mean no GPU. The server, including --base-gpu-id, numbers the listed GPUs from 0. "
            "With SGLANG_ONE_VISIBLE_DEVICE_PER_PROCESS, SGLang sets the variable again for each "
            "of its processes."
        ),
        example="0,1,2,3",
        relations=(Outside(needs="no ROCR_VISIBLE_DEVICES", note=_COUNTED_TWICE),),
        reads=(Read(reader="torch.devices", where="torch/cuda/__init__.py, as the driver does"),),
    ),
    _cuda(
        name="CUDA_DEVICE_ORDER",
        type=Choice(("FASTEST_FIRST", "PCI_BUS_ID")),
        default="FASTEST_FIRST",
        summary="Order in which CUDA numbers the GPUs",
        details=(
            "Set it to PCI_BUS_ID to get the same numbers as nvidia-smi; with another value, a "
            "number may mean another GPU than in nvidia-smi. The diffusion server logs a warning "
            "for any other value on hosts with different GPU models. With "
            "SGLANG_ONE_VISIBLE_DEVICE_PER_PROCESS, the language-model server logs this warning on "
            "every host."
        ),
        example="PCI_BUS_ID",
    ),
    _cuda(
        name="CUDA_LAUNCH_BLOCKING",
        type=Int(choices=(0, 1)),
        default="0",
        summary="Wait for each kernel to finish before launching the next one",
        details=(
            "Use it only for debugging: errors are reported at the kernel that caused them, but "
            "the server is many times slower. Add --disable-cuda-graph, because CUDA graphs hide "
            "the kernels inside them."
        ),
        example="1",
    ),
    _cuda(
        name="CUDA_DEVICE_MAX_CONNECTIONS",
        documents=(CUDA,),
        type=Int(minimum=1, maximum=32),
        default="8",
        summary="Number of hardware queues between a process and its GPU",
        details=(
            "Remove it from a server's environment: SGLang sets it at startup, to 8 (to 4 in "
            "releases up to 0.5.4). Images of training frameworks often set it to 1."
        ),
        example="8",
    ),
    _cuda(
        name="CUDA_MODULE_LOADING",
        documents=(CUDA, TORCH_CUDA),
        type=Choice(("DEFAULT", "LAZY", "EAGER"), also=("AUTO",)),
        default="LAZY",
        summary="Load kernels when they are first needed, or all at startup",
        details=(
            "Use LAZY for a faster start and less memory, or EAGER to spend the time and memory "
            "before the first request rather than during it. On Linux, LAZY is the default since "
            "CUDA 12.2. SGLang up to 0.5.18 sets it to AUTO at startup, regardless of this value."
        ),
        example="LAZY",
    ),
    _cuda(
        name="CUDA_CACHE_PATH",
        documents=(CUDA,),
        type=Path(directory=True),
        summary="Cache directory for kernels that the driver compiles from PTX",
        details=(
            "Put it on a persistent volume; otherwise each new container compiles the kernels "
            "again. The default is .nv/ComputeCache in the home directory; since 0.5.18, SGLang "
            "sets it to SGLANG_CACHE_DIR/nv if it is unset."
        ),
        example="/data/cuda-cache",
    ),
    _variable(
        name="NVIDIA_VISIBLE_DEVICES",
        owner="nvidia-container-toolkit",
        documents=(NVIDIA_CONTAINERS,),
        type=Text(),
        summary="GPUs that the container runtime adds to a container",
        details=(
            "To limit the GPUs of a server, set CUDA_VISIBLE_DEVICES instead: CUDA and SGLang do "
            "not read this variable. The container runtime reads it when it creates the "
            "container. Values are all, none, void, or comma-separated numbers and UUIDs."
        ),
        example="all",
        reads=(Read(reader="unknown", where="NVIDIA Container Toolkit"),),
    ),
    _rocm(
        name="HIP_VISIBLE_DEVICES",
        type=List(),
        summary="AMD GPUs that are visible to HIP programs",
        details=(
            "Set CUDA_VISIBLE_DEVICES instead, or both to the same comma-separated numbers. "
            "SGLang reads and sets only CUDA_VISIBLE_DEVICES, which HIP reads if "
            "HIP_VISIBLE_DEVICES is unset."
        ),
        example="0,1,2,3",
        relations=(
            _ON_AMD,
            Outside(needs="no ROCR_VISIBLE_DEVICES", note=_COUNTED_TWICE),
        ),
    ),
    _rocm(
        name="ROCR_VISIBLE_DEVICES",
        type=List(),
        summary="AMD GPUs that are visible to all ROCm programs",
        details=(
            "Give comma-separated numbers or UUIDs. The ROCm runtime applies this list before "
            "HIP's lists: the remaining GPUs are renumbered from 0, and HIP_VISIBLE_DEVICES or "
            "CUDA_VISIBLE_DEVICES uses these new numbers."
        ),
        example="0,1,2,3",
        relations=(
            _ON_AMD,
            Outside(needs="no CUDA_VISIBLE_DEVICES", note=_COUNTED_TWICE),
            Outside(needs="no HIP_VISIBLE_DEVICES", note=_COUNTED_TWICE),
        ),
    ),
    _rocm(
        name="GPU_DEVICE_ORDINAL",
        type=List(),
        summary="AMD GPUs that are visible to HIP and OpenCL programs",
        details=(
            "Use CUDA_VISIBLE_DEVICES instead, which SGLang reads. This name is older and belongs "
            "to the layer below HIP; it takes comma-separated numbers."
        ),
        example="0,2",
        relations=(_ON_AMD,),
    ),
    _variable(
        name="ASCEND_RT_VISIBLE_DEVICES",
        owner="cann",
        documents=(CANN_DEVICES,),
        type=List(item=Int(minimum=0), strips=False),
        summary="Ascend NPUs that are visible to the process",
        details=(
            "Give comma-separated numbers in ascending order, without spaces: CANN ignores the "
            'rest of the value after any other character, so "1, 2" is read as 1. The server '
            "numbers these NPUs from 0. ASCEND_VISIBLE_DEVICES is a different variable, for the "
            "container runtime."
        ),
        example="0,1,2,3",
        relations=(Outside(needs="an Ascend NPU"),),
        reads=(Read(reader="ascend.devices", where="CANN, as its page says"),),
    ),
    _variable(
        name="ZE_AFFINITY_MASK",
        owner="level-zero",
        documents=(LEVEL_ZERO,),
        type=List(),
        summary="Intel GPUs or tiles that are visible to the process",
        details=(
            "Give comma-separated GPU numbers; 0.1 is tile 1 of GPU 0. SGLang also reads the "
            "variable, to bind each process to the CPU closest to its GPU."
        ),
        example="0,1",
        relations=(Outside(needs="an Intel GPU"),),
        reads=(Read(reader="unknown", where="oneAPI Level Zero"),),
    ),
)
