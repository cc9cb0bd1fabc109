"""SGLang: hardware platforms and their plugins, including CPUs and Apple's Metal."""

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
        summary="Platform plugin to use, by the name of its entry point",
        details=(
            "Set it if two installed plugins both find their hardware, which otherwise stops the "
            "server at startup. If it is unset or empty, SGLang loads every platform plugin that "
            "SGLANG_PLUGINS allows and uses the one that finds its hardware. If it is set, only the "
            "named plugin is imported, and a missing plugin or missing hardware stops the server "
            "with a RuntimeError; there is no fallback to CUDA. Built-in platforms such as cuda and "
            "npu are not plugins and cannot be named here, and general plugins from other "
            "platforms' packages are skipped. Whitespace around the name is not stripped."
        ),
        example="my_accelerator",
        relations=(
            Outside(
                needs="a package with that entry point",
                note="the entry point group is sglang.srt.platforms",
            ),
        ),
    ),
    Variable(
        name="SGLANG_USE_CPU_ENGINE",
        section=PLUGINS,
        owner="sglang",
        documents=(PLUGIN_SYSTEM, CPU_SERVER),
        type=Bool(),
        summary="Run the server on the CPU",
        details=(
            "Set it to exactly 1; true and yes silently leave it off, and SGLang then looks for a"
            " GPU. --device is then cpu by default. Use an x86 processor with AMX or 64-bit ARM; "
            "other processors are not recognized, and an x86 processor without AMX has no fast "
            "kernels: SGLang logs a warning and uses the torch_native attention backend. The "
            "variable takes precedence over the host's GPUs, but not over a platform plugin."
        ),
        example="1",
        relations=(
            Outside(needs="an x86 processor or 64-bit ARM"),
            Outside(needs="no other --device than cpu"),
        ),
    ),
    Variable(
        name="SGLANG_CPU_OMP_THREADS_BIND",
        section=CPUS,
        owner="sglang",
        documents=(CPU_SERVER,),
        type=List(separator="|", strips=False),
        summary="CPU cores for the threads of each tensor-parallel rank",
        details=(
            "Give one core range per rank, separated by |, for example 0-31|32-63, and quote the "
            "value in a shell. Leave out the cores that the system needs. Also set "
            "--max-total-tokens: if the variable is set, SGLang does not compute the memory per "
            "rank and can run out of memory. If the variable is unset or set to all, each rank "
            "uses the cores of one NUMA node. The server stops at startup if there are fewer "
            "ranges than ranks (up to 0.5.18 and in the diffusion server, also if there are more), "
            "or if the variable is unset or all and there are more ranks than NUMA nodes."
        ),
        example="0-31|32-63",
        relations=(Outside(needs="SGLANG_USE_CPU_ENGINE=1"),),
        reads=(
            Read(
                reader="raw.split:|",
                where="sglang/srt/utils/numa_utils.py:459",
                since="0.4.9",
                default="all",
                default_rule="all: the cores of one NUMA node for each rank",
            ),
            Read(
                reader="raw.split:|",
                where="sglang/multimodal_gen/runtime/managers/cpu_worker.py:39",
                since="0.5.11",
                default="all",
                default_rule="all: the cores of one NUMA node for each rank",
                effect=(
                    "binds the threads of the diffusion server, which stops unless there are as "
                    "many ranges as ranks"
                ),
            ),
        ),
    ),
    _metal(
        name="SGLANG_MLX_USE_CUSTOM_ROPE",
        type=Bool(),
        default=_OFF,
        summary="Use SGLang's Metal kernel for rotary embedding and KV cache writes",
        details=(
            'Check that the log contains "Metal RoPE kernel ENABLED". Models whose rotary '
            "embedding is scaled (YaRN, Llama 3) or does not cover the whole head, and models with "
            "a sliding window, silently keep MLX's operator. The kernel saves one launch per layer "
            "and is experimental."
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
            "Use it for mixture-of-experts models, and check the log for the number of patched "
            "blocks: 0 means that the model has no compatible blocks. The results differ in the "
            "last bits from those of the separate operators."
        ),
        example="1",
        relations=(_WITH_MLX,),
    ),
    _metal(
        name="SGLANG_MLX_CLEAR_CACHE_STEPS",
        type=Int(unit="decode steps"),
        default="256",
        summary="Decode steps between releases of MLX's cached buffers",
        details=(
            "Use a smaller number on a host with little memory to prevent swapping: MLX keeps "
            "freed buffers for reuse, by default up to its limit for all memory. A larger number "
            "saves allocations; 0 and negative numbers never release the buffers. "
            "SGLANG_MLX_CACHE_LIMIT_GB, which the docs do not list, limits the same memory."
        ),
        example="64",
        relations=(_WITH_MLX,),
    ),
)
