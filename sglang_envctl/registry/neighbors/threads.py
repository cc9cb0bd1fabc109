"""Threads of the libraries that compute on the processor."""

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
        summary="Threads of each parallel region, in every process",
        details=(
            "Every rank has its own, so eight ranks with all cores each fight for them; 1 to 16 is "
            "usual beside GPUs. Several numbers separated by commas are for nested regions. "
            "Unset, it is the number of cores. torchrun sets 1."
        ),
        example="8",
    ),
    _openmp(
        name="OMP_PROC_BIND",
        type=Choice(("true", "false", "primary", "master", "close", "spread"), open=True),
        summary="Whether OpenMP's threads stay on their cores",
        details=(
            "Bound threads of several ranks can end up on the same cores. SGLang binds its "
            "processes itself on CPU servers (SGLANG_CPU_OMP_THREADS_BIND)."
        ),
        example="close",
    ),
    _openmp(
        name="GOMP_CPU_AFFINITY",
        type=Text(),
        summary="The cores that GNU's OpenMP binds its threads to",
        details=(
            "Numbers and ranges, as in 0-15 or 0 3 1-2. Every rank reads the same text, so one for "
            "all of them puts all on the same cores."
        ),
        example="0-15",
    ),
    Variable(
        name="MKL_NUM_THREADS",
        section=SECTION,
        owner="mkl",
        documents=(TORCH_THREADS,),
        type=Int(minimum=1),
        summary="Threads of Intel's math library",
        details=(
            "It comes before OMP_NUM_THREADS, for this library alone. On a GPU server hardly "
            "anything runs there."
        ),
        example="8",
        reads=(Read(reader="unknown", where="Intel oneMKL"),),
    ),
)
