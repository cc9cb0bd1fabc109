"""SGLang: processes, devices and pipeline stages."""

from __future__ import annotations

from functools import partial

from sglang_envctl.registry.documents import SRT_REFERENCE
from sglang_envctl.registry.types import Bool, Int, List
from sglang_envctl.registry.variable import Outside, Read, Section, Variable

SECTION = Section(
    slug="srt-distributed", title="SGLang: distributed", heading="Distributed Computing"
)

_variable = partial(Variable, section=SECTION, owner="sglang", documents=(SRT_REFERENCE,))

VARIABLES = (
    _variable(
        name="SGLANG_BLOCK_NONZERO_RANK_CHILDREN",
        type=Bool(),
        default="1",
        summary="Block the call that starts an engine, on all nodes but the first, until workers exit",
        details=(
            "Set it to exactly 0 if you create an Engine in Python on every node and the program "
            "must then continue. By default, the call returns on node 0 once the engine is ready; "
            "on other nodes it waits for the workers to exit, which suits the command line. Any "
            "other value, including false and no, silently counts as 1, and the program blocks in "
            "the call."
        ),
        example="0",
        relations=(Outside(needs="--nnodes above 1", note="node 0 never waits"),),
        reads=(
            Read(
                reader="raw.not-equals:0",
                where="sglang/srt/entrypoints/engine.py:1250",
                since="0.4.1.post7",
                default=True,
            ),
        ),
        discrepancies=(
            (
                "The docs present it as a Boolean; the code compares the value with 0 and reads "
                "every other value, including false, as on."
            ),
        ),
    ),
    _variable(
        name="SGLANG_IS_FIRST_RANK_ON_NODE",
        type=Bool(),
        default="true",
        summary="Mark this process as the one that compiles DeepGEMM kernels on its node",
        details=(
            "Do not set it for a server: the server overwrites the value as soon as a worker "
            "knows its GPU. The variable marks the worker on the node's first GPU, the only one "
            "that compiles kernels ahead of time. Until the server overwrites it, and in programs "
            "that use the DeepGEMM wrapper without a server, your value decides only whether a "
            "warning about the compilation is logged. Releases before 0.5.7 declare the name but "
            "do not use it."
        ),
        example="false",
        relations=(Outside(needs="DeepGEMM"),),
        discrepancies=(
            (
                "The docs present it as a setting; the server overwrites it once the worker's "
                "GPU is known."
            ),
        ),
    ),
    _variable(
        name="SGLANG_PP_LAYER_PARTITION",
        type=List(item=Int(minimum=0)),
        summary="Number of layers in each pipeline stage",
        details=(
            "Give one whole number per pipeline stage, separated by commas. Their sum must be the "
            "model's number of layers; otherwise every worker stops with a ValueError. The first "
            "and last stages need fewer layers, because they also hold the embedding and the "
            "head. If the variable is unset, layers are distributed evenly, and the last stages "
            "take any remaining ones; an empty string raises an error. With --pp-size 1 the value "
            "is not parsed; up to 0.5.18 it is, and a list for several stages raises a ValueError."
        ),
        example="15,16,16,14",
        relations=(Outside(needs="--pp-size above 1"),),
    ),
    _variable(
        name="SGLANG_ONE_VISIBLE_DEVICE_PER_PROCESS",
        type=Bool(),
        default="false",
        summary="Show each worker only its own GPU, as device 0",
        details=(
            "If it is on, each worker starts with CUDA_VISIBLE_DEVICES set to one device, also on "
            "ROCm; on NPUs, Intel GPUs and CPUs it has no effect. Use it if a library always "
            "allocates memory on device 0, which can waste a few hundred megabytes per worker "
            "there. Libraries that need to see neighboring devices, for peer-to-peer copies, may "
            "fail."
        ),
        example="1",
    ),
    _variable(
        name="SGLANG_RAY_BUNDLE_INDICES",
        type=List(item=Int(minimum=0)),
        summary="Ray placement group bundles for the ranks, in order",
        details=(
            "Give one number per rank, separated by commas; each must be unique and smaller than "
            "the number of bundles. Anything else stops the server at startup with a ValueError. "
            "If the variable is unset or empty, rank n uses bundle n. It applies only to a "
            "placement group that you create; if SGLang creates the group, the value is ignored."
        ),
        example="0,1,2,7",
        relations=(Outside(needs="Ray, and a placement group made by the caller"),),
    ),
)
