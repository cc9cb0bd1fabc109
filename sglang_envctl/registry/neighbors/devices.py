"""Which GPUs and NPUs a process sees, and how CUDA treats them."""

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
    "the lower layer of ROCm hides GPUs first and numbers the rest from 0, and the layer above "
    "counts among these"
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
        summary="The GPUs that the process sees, in this order",
        details=(
            "Numbers, or UUIDs that begin with GPU- or MIG-, separated by commas; the server "
            "counts from 0 among them, --base-gpu-id too. The list ends at the first item that "
            "cannot be read, in silence: all means no GPU at all, and so does an empty text. "
            "SGLang sets it anew for each of its processes."
        ),
        example="0,1,2,3",
        relations=(Outside(needs="no ROCR_VISIBLE_DEVICES beside it", note=_COUNTED_TWICE),),
        reads=(Read(reader="torch.devices", where="torch/cuda/__init__.py, as the driver does"),),
    ),
    _cuda(
        name="CUDA_DEVICE_ORDER",
        type=Choice(("FASTEST_FIRST", "PCI_BUS_ID")),
        default="FASTEST_FIRST",
        summary="How CUDA numbers the GPUs",
        details=(
            "PCI_BUS_ID numbers them as nvidia-smi does. On machines with different GPUs SGLang "
            "warns if it is anything else, since the numbers of tools then mean other cards."
        ),
        example="PCI_BUS_ID",
    ),
    _cuda(
        name="CUDA_LAUNCH_BLOCKING",
        type=Int(choices=(0, 1)),
        default="0",
        summary="Run every kernel to its end before the next one starts",
        details=(
            "An error then points at the kernel that caused it. The server is many times slower, "
            "and CUDA graphs hide what happens inside them: add --disable-cuda-graph."
        ),
        example="1",
    ),
    _cuda(
        name="CUDA_DEVICE_MAX_CONNECTIONS",
        documents=(CUDA,),
        type=Int(minimum=1, maximum=32),
        default="8",
        summary="Hardware queues between a process and its GPU",
        details=(
            "SGLang's server sets it to 8 at start, whatever stands here. Training frameworks "
            "write 1, and it comes along with their images."
        ),
        example="8",
    ),
    _cuda(
        name="CUDA_MODULE_LOADING",
        documents=(CUDA, TORCH_CUDA),
        type=Choice(("DEFAULT", "LAZY", "EAGER")),
        default="LAZY",
        summary="Load kernels when they are first needed, or all at start",
        details=(
            "LAZY starts faster and takes less memory; EAGER takes both before the first request "
            "rather than during it. LAZY is the default from CUDA 12.2 on Linux."
        ),
        example="LAZY",
    ),
    _cuda(
        name="CUDA_CACHE_PATH",
        documents=(CUDA,),
        type=Path(directory=True),
        summary="Directory where the driver keeps kernels that it compiled from PTX",
        details=(
            "Unset, it is .nv/ComputeCache in the home directory. Containers that start afresh "
            "compile again unless it lies on a volume."
        ),
        example="/data/cuda-cache",
    ),
    _variable(
        name="NVIDIA_VISIBLE_DEVICES",
        owner="nvidia-container-toolkit",
        documents=(NVIDIA_CONTAINERS,),
        type=Text(),
        summary="The GPUs that a container is given",
        details=(
            "all, none, void, or numbers and UUIDs separated by commas. The container runtime reads "
            "it when it makes the container; inside, and to CUDA, it means nothing, so "
            "it cannot narrow the GPUs of a server that runs already."
        ),
        example="all",
        reads=(Read(reader="unknown", where="NVIDIA Container Toolkit"),),
    ),
    _rocm(
        name="HIP_VISIBLE_DEVICES",
        type=List(),
        summary="The AMD GPUs that a HIP program sees",
        details=(
            "Numbers separated by commas. HIP takes CUDA_VISIBLE_DEVICES where it is unset; "
            "SGLang looks at and sets the latter only, so write that one, or both alike."
        ),
        example="0,1,2,3",
        relations=(
            _ON_AMD,
            Outside(needs="no ROCR_VISIBLE_DEVICES beside it", note=_COUNTED_TWICE),
        ),
    ),
    _rocm(
        name="ROCR_VISIBLE_DEVICES",
        type=List(),
        summary="The AMD GPUs that any ROCm program sees",
        details=(
            "Numbers or UUIDs separated by commas. It works below HIP: what it leaves is numbered "
            "from 0, and HIP_VISIBLE_DEVICES or CUDA_VISIBLE_DEVICES counts among that."
        ),
        example="0,1,2,3",
        relations=(
            _ON_AMD,
            Outside(needs="no CUDA_VISIBLE_DEVICES beside it", note=_COUNTED_TWICE),
            Outside(needs="no HIP_VISIBLE_DEVICES beside it", note=_COUNTED_TWICE),
        ),
    ),
    _rocm(
        name="GPU_DEVICE_ORDINAL",
        type=List(),
        summary="The AMD GPUs that a HIP or OpenCL program sees",
        details=(
            "An older name of the layer below HIP; numbers separated by commas. "
            "Prefer CUDA_VISIBLE_DEVICES, which SGLang knows."
        ),
        example="0,2",
        relations=(_ON_AMD,),
    ),
    _variable(
        name="ASCEND_RT_VISIBLE_DEVICES",
        owner="cann",
        documents=(CANN_DEVICES,),
        type=List(item=Int(minimum=0), strips=False),
        summary="The Ascend NPUs that the process sees",
        details=(
            "Numbers in ascending order, separated by commas without blanks: at the first other "
            "character CANN stops reading, so 1, 2 is 1. The server counts from 0 among them. "
            "ASCEND_VISIBLE_DEVICES is another name, for the container runtime."
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
        summary="The Intel GPUs, or parts of them, that the process sees",
        details=(
            "Numbers separated by commas, with .n for a tile. SGLang reads it to bind processes to "
            "the processor next to the GPU."
        ),
        example="0,1",
        relations=(Outside(needs="an Intel GPU"),),
        reads=(Read(reader="unknown", where="oneAPI Level Zero"),),
    ),
)
