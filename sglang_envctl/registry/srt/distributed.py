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
        summary="Keep nodes other than the first waiting inside the call that starts the engine",
        details=(
            "On node 0 the engine returns when it is ready. On the others it waits until its "
            "workers end, which is what a command line wants. Whoever builds an Engine in Python "
            "on every node and wants to go on sets it to 0, exactly so: false and no are taken "
            "for 1 without a word, and the program hangs where it should have returned."
        ),
        example="0",
        relations=(Outside(needs="--nnodes above 1", note="node 0 never waits here"),),
        reads=(
            Read(
                reader="raw.not-equals:0",
                where="sglang/srt/entrypoints/engine.py:1250",
                default=True,
            ),
        ),
        discrepancies=(
            "The page gives 1 as the default, as if it were a switch; the code compares with the "
            "text 0 and takes every other text, false too, for on.",
        ),
    ),
    _variable(
        name="SGLANG_IS_FIRST_RANK_ON_NODE",
        type=Bool(),
        default="true",
        summary="Whether this process is the one that compiles DeepGEMM kernels for its node",
        details=(
            "The server works this out for itself: once a worker knows its GPU, the one on the "
            "first GPU of the node compiles and the others wait for the cache. What is set here "
            "holds only until then, and for programs that use the wrapper without a server. "
            "Releases before 0.5.7 declare the name and do nothing with it."
        ),
        example="false",
        relations=(Outside(needs="DeepGEMM"),),
        discrepancies=(
            "The page presents it as a fact that one states; the server overwrites it with what "
            "it finds when the GPU of the worker is known.",
        ),
    ),
    _variable(
        name="SGLANG_PP_LAYER_PARTITION",
        type=List(item=Int(minimum=0)),
        summary="How many layers each pipeline stage takes",
        details=(
            "Whole numbers separated by commas, one for each stage: as many as --pp-size says, "
            "and their sum is the model's number of layers; otherwise every worker stops with "
            "ValueError. Unset, layers are spread evenly and the last stages take one more each. "
            "Give the first and the last stage less: they hold the embedding and the head. "
            "With --pp-size 1 the text is not even parsed. An empty text is not unset: it raises."
        ),
        example="15,16,16,14",
        relations=(Outside(needs="--pp-size above 1"),),
    ),
    _variable(
        name="SGLANG_ONE_VISIBLE_DEVICE_PER_PROCESS",
        type=Bool(),
        default="false",
        summary="Show each worker its own GPU only, as device 0",
        details=(
            "Each worker is started with CUDA_VISIBLE_DEVICES, or what the platform has for it, "
            "narrowed to one device. Meant for libraries that touch device 0 whatever they are "
            "told and leave a few hundred megabytes of every worker there. A library that needs "
            "to see the neighbours' devices, for peer-to-peer copies, will not like it."
        ),
        example="1",
    ),
    _variable(
        name="SGLANG_RAY_BUNDLE_INDICES",
        type=List(item=Int(minimum=0)),
        summary="Which bundles of a Ray placement group the ranks go to, in order",
        details=(
            "Numbers separated by commas, one for each rank, without repeats and below the number "
            "of bundles; anything else stops the start with ValueError. Unset or empty, rank n "
            "takes bundle n. Only a placement group of your own is asked: where SGLang makes the "
            "group, the text is not looked at."
        ),
        example="0,1,2,7",
        relations=(Outside(needs="Ray, and a placement group made by the caller"),),
    ),
)
