"""SGLang: hardware platforms and their plugins, CPUs and Apple's Metal among them."""

from __future__ import annotations

from functools import partial

from sglang_envctl.registry.documents import APPLE_METAL, CPU_SERVER, PLUGIN_SYSTEM
from sglang_envctl.registry.types import Bool, Int, List, Text
from sglang_envctl.registry.variable import (
    Computed,
    Condition,
    EffectiveWhen,
    Outside,
    Read,
    Section,
    Variable,
)

PLUGINS = Section(slug="plugin-system", title="SGLang: plugins", heading="SGLang Plugin System")
CPUS = Section(slug="cpu-server", title="SGLang: CPU servers", heading="CPU Servers")
METAL = Section(slug="apple-metal", title="SGLang: Apple Metal", heading="Apple Silicon with Metal")

_OFF = Computed(words="disabled by default", rule="off")
_WITH_MLX = EffectiveWhen(condition=Condition("SGLANG_USE_MLX", "true"))

_metal = partial(Variable, section=METAL, owner="sglang", documents=(APPLE_METAL,))

VARIABLES = (
    Variable(
        name="SGLANG_PLATFORM",
        section=PLUGINS,
        owner="sglang",
        documents=(PLUGIN_SYSTEM,),
        type=Text(),
        summary="The platform plugin to run on, by the name of its entry point",
        details=(
            "Unset, SGLang loads every installed platform plugin and takes the one that finds its "
            "hardware; two that do stop the start and ask for this variable. Set, only the named "
            "plugin is imported, and a name that is not installed, or hardware that is not there, "
            "stops the start with RuntimeError: nothing falls back to CUDA. cuda, npu and the "
            "like are built in and are no plugins, so they are not found here. General plugins "
            "from the packages of other platforms are skipped. Empty counts as unset; blanks "
            "around the name are part of it."
        ),
        example="my_accelerator",
        relations=(
            Outside(
                needs="a package with that entry point",
                note="in the group sglang.srt.platforms",
            ),
        ),
    ),
    Variable(
        name="SGLANG_USE_CPU_ENGINE",
        section=PLUGINS,
        owner="sglang",
        documents=(PLUGIN_SYSTEM, CPU_SERVER),
        type=Bool(),
        summary="Serve on the processor",
        details=(
            "It has to be 1, exactly so: true and yes leave it off without a word, and SGLang "
            "goes on to look for a GPU. Where no platform plugin takes over, it comes before the "
            "GPUs of the machine. Set it with --device cpu on an x86 processor with AMX, or on "
            "64-bit ARM; on another one the kernels are missing."
        ),
        example="1",
        relations=(Outside(needs="--device cpu"),),
    ),
    Variable(
        name="SGLANG_CPU_OMP_THREADS_BIND",
        section=CPUS,
        owner="sglang",
        documents=(CPU_SERVER,),
        type=List(separator="|", strips=False),
        summary="The processor cores that each rank's threads are bound to",
        details=(
            "Core ranges, one for each tensor-parallel rank, separated by |: 0-31|32-63. Quote it "
            "in a shell, where | is a pipe. Unset, or all, every rank gets the cores of one NUMA "
            "node, and more ranks than nodes stop the start. When it is set, SGLang no longer "
            "knows how much memory a rank may take: give --max-total-tokens, or run out. Fewer "
            "ranges than ranks stop the start too. Leave out the cores that the system needs."
        ),
        example="0-31|32-63",
        relations=(
            Outside(needs="SGLANG_USE_CPU_ENGINE=1 and --device cpu"),
            Outside(needs="--max-total-tokens", note="memory is no longer worked out by rank"),
        ),
        reads=(
            Read(
                reader="raw.split:|",
                where="sglang/multimodal_gen/runtime/managers/cpu_worker.py:39",
                default="all",
                default_rule="all: the cores of one NUMA node for each rank",
            ),
        ),
    ),
    _metal(
        name="SGLANG_MLX_USE_CUSTOM_ROPE",
        type=Bool(),
        default=_OFF,
        summary="Rotate positions and write the KV cache with SGLang's own Metal kernel",
        details=(
            "An experiment that saves a launch for each layer. Models whose rotary embedding is "
            "scaled (YaRN, Llama 3) or does not cover the whole head fall back to MLX's operator, "
            "in silence; look for the line Metal RoPE kernel ENABLED in the log."
        ),
        example="1",
        relations=(_WITH_MLX,),
    ),
    _metal(
        name="SGLANG_MLX_FUSE_SWIGLU",
        type=Bool(),
        default=_OFF,
        summary="Compute the gate and SwiGLU of experts in one Metal kernel",
        details=(
            "For mixture-of-experts models; the log says how many blocks were patched, and 0 means "
            "that the model has none that fit. Results differ in the last bits from the separate "
            "operators."
        ),
        example="1",
        relations=(_WITH_MLX,),
    ),
    _metal(
        name="SGLANG_MLX_CLEAR_CACHE_STEPS",
        type=Int(unit="decode steps"),
        default="256",
        summary="How often MLX gives the buffers back that it keeps for reuse",
        details=(
            "Counted in decode steps. MLX keeps freed buffers without a limit, so on a machine "
            "with little memory a smaller number prevents swapping; a larger one saves "
            "allocations. 0 and negative numbers never clear. SGLANG_MLX_CACHE_LIMIT_GB, which "
            "the page does not list, caps the same memory."
        ),
        example="64",
        relations=(_WITH_MLX,),
    ),
)
