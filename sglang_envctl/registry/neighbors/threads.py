"""Thread settings of the libraries that compute on the CPU."""

from __future__ import annotations

from functools import partial

from sglang_envctl.registry.documents import OPENMP, TORCH_THREADS
from sglang_envctl.registry.types import Choice, Int, List, Text
from sglang_envctl.registry.variable import Read, Section, Variable

SECTION = Section(
    slug="threads", title="Threads", heading="Threading Environment Variables", aside=True
)

_openmp = partial(
    Variable,
    section=SECTION,
    owner="openmp",
    documents=(OPENMP,),
    reads=(Read(reader="unknown", where="libgomp, or Intel's OpenMP runtime"),),
)

VARIABLES = (
    _openmp(
        name="OMP_NUM_THREADS",
        documents=(OPENMP, TORCH_THREADS),
        type=List(item=Int(minimum=1)),
        summary="Number of threads per parallel region, in every process",
        details=(
            "Set it on GPU servers, usually to a number from 1 to 16. If it is unset, a process "
            "that computes on the CPU starts one thread per core, and several such processes "
            "compete for the cores; but torchrun sets it to 1 if it is unset and several processes "
            "start on the node. On GPUs, SGLang's language-model server limits PyTorch to one "
            "thread per rank when it loads the model, regardless of the value; since 0.5.17, a "
            "diffusion worker uses at most 16 threads if the variable is unset. Comma-separated "
            "numbers apply to nested regions."
        ),
        example="8",
    ),
    _openmp(
        name="OMP_PROC_BIND",
        type=Choice(("true", "false", "primary", "master", "close", "spread"), open=True),
        summary="Binding of OpenMP threads to cores",
        details=(
            "Leave it unset if a host runs several ranks: with binding, their threads can end "
            "up on the same cores. On CPU servers, SGLang binds its processes itself "
            "(SGLANG_CPU_OMP_THREADS_BIND)."
        ),
        example="close",
    ),
    _openmp(
        name="GOMP_CPU_AFFINITY",
        type=Text(),
        summary="Cores to which GNU OpenMP binds its threads",
        details=(
            "Give each rank its own value: with one value for all, all ranks run on the same "
            "cores. Write numbers and ranges, as in 0-15 or 0 3 1-2."
        ),
        example="0-15",
    ),
    Variable(
        name="MKL_NUM_THREADS",
        section=SECTION,
        owner="mkl",
        documents=(TORCH_THREADS,),
        type=Int(minimum=1),
        summary="Number of threads of Intel's math library (oneMKL)",
        details=(
            "Set OMP_NUM_THREADS instead: GPU servers hardly use Intel's library. For this "
            "library only, MKL_NUM_THREADS takes precedence over OMP_NUM_THREADS."
        ),
        example="8",
        reads=(Read(reader="unknown", where="Intel oneMKL"),),
    ),
)
