"""The public pages that document the variables."""

from __future__ import annotations

from sglang_envctl.registry.model import Document

DIFFUSION = Document(
    id="diffusion",
    title="SGLang Diffusion: environment variables",
    url="https://docs.sglang.io/docs/sglang-diffusion/environment_variables",
)
DIFFUSION_OLDER = Document(
    id="diffusion-older",
    title="SGLang Diffusion: environment variables, older page",
    url="https://docs.sglang.io/diffusion/environment_variables.html",
    note="Covers MLX, Cache-DiT, cloud storage and crash debugging only.",
)
DIFFUSION_SOURCE = Document(
    id="diffusion-source",
    title="SGLang Diffusion: environment variables, page in the repository",
    url="https://github.com/sgl-project/sglang/blob/main/docs/diffusion/environment_variables.md",
    note="Covers Cache-DiT and cloud storage only.",
)
FLAGOS = Document(
    id="flagos",
    title="sglang-plugin-FL: dispatch through environment variables",
    url=(
        "https://docs.flagos.io/projects/sglang-plugin-FL/en/latest/dispatch_user_guide/"
        "dispatch-through-environment-variables.html"
    ),
)
MACA = Document(
    id="maca",
    title="MetaX SGLang container: environment variables explained (in Chinese)",
    url=None,
    note="A table without defaults; much of it is marked as guesswork by its own wording.",
)
SRT_REFERENCE = Document(
    id="srt-reference",
    title="SGLang: environment variables",
    url="https://docs.sglang.io/docs/references/environment_variables",
)
PD_DISAGGREGATION = Document(
    id="pd-disaggregation",
    title="SGLang: PD disaggregation",
    url="https://docs.sglang.io/docs/advanced_features/pd_disaggregation",
)
DSPARK = Document(
    id="dspark",
    title="SGLang: DSpark speculative decoding",
    url="https://docs.sglang.io/docs/advanced_features/dspark",
)
SPECULATIVE_DECODING = Document(
    id="speculative-decoding",
    title="SGLang: speculative decoding",
    url="https://docs.sglang.io/docs/advanced_features/speculative_decoding",
)
PLUGIN_SYSTEM = Document(
    id="plugin-system",
    title="SGLang: plugin system",
    url="https://docs.sglang.io/docs/hardware-platforms/plugin",
)
CPU_SERVER = Document(
    id="cpu-server",
    title="SGLang: CPU servers",
    url="https://docs.sglang.io/docs/hardware-platforms/cpu_server",
)
APPLE_METAL = Document(
    id="apple-metal",
    title="SGLang: Apple Silicon with Metal",
    url="https://docs.sglang.io/docs/hardware-platforms/apple_metal",
)
AMD_GPU = Document(
    id="amd-gpu",
    title="SGLang: AMD GPUs",
    url="https://docs.sglang.io/docs/hardware-platforms/amd_gpu",
)
ASCEND = Document(
    id="ascend",
    title="SGLang: environment variables on Ascend NPUs",
    url=(
        "https://docs.sglang.io/docs/hardware-platforms/ascend-npus/"
        "ascend_npu_environment_variables"
    ),
)
ASCEND_OPTIMIZATION = Document(
    id="ascend-optimization",
    title="SGLang: optimisation on Ascend NPUs",
    url="https://docs.sglang.io/docs/hardware-platforms/ascend-npus/ascend_npu_optimization",
)
REQUEST_TRACING = Document(
    id="request-tracing",
    title="SGLang: production request tracing",
    url="https://docs.sglang.io/docs/references/production_request_trace",
)
PROFILING = Document(
    id="profiling",
    title="SGLang: benchmark and profiling",
    url="https://docs.sglang.io/docs/developer_guide/benchmark_and_profiling",
)
DEBUG_MODE = Document(
    id="debug-mode",
    title="SGLang: debug mode",
    url="https://docs.sglang.io/docs/developer_guide/debug_mode",
)
HICACHE = Document(
    id="hicache",
    title="SGLang: HiCache best practices",
    url="https://docs.sglang.io/docs/advanced_features/hicache_best_practices",
)
EPD = Document(
    id="epd",
    title="SGLang: EPD disaggregation",
    url="https://docs.sglang.io/docs/advanced_features/epd_disaggregation",
)
OBJECT_STORAGE = Document(
    id="object-storage",
    title="SGLang: loading models from object storage",
    url="https://docs.sglang.io/docs/advanced_features/object_storage",
)
DYNAMIC_BATCHING = Document(
    id="dynamic-batching",
    title="SGLang Diffusion: inference batching",
    url="https://docs.sglang.io/docs/sglang-diffusion/dynamic_batching",
)
VIT_CUDA_GRAPH = Document(
    id="vit-cuda-graph",
    title="SGLang: CUDA graph for multi-modal encoders",
    url="https://docs.sglang.io/docs/advanced_features/cuda_graph_for_multi_modal_encoder",
)
COMPILE_CACHE = Document(
    id="compile-cache",
    title="SGLang: cache for torch.compile",
    url="https://docs.sglang.io/docs/references/torch_compile_cache",
)

DOCUMENTS = (
    DIFFUSION,
    DIFFUSION_OLDER,
    DIFFUSION_SOURCE,
    FLAGOS,
    MACA,
    SRT_REFERENCE,
    PD_DISAGGREGATION,
    DSPARK,
    SPECULATIVE_DECODING,
    PLUGIN_SYSTEM,
    CPU_SERVER,
    APPLE_METAL,
    AMD_GPU,
    ASCEND,
    ASCEND_OPTIMIZATION,
    REQUEST_TRACING,
    PROFILING,
    DEBUG_MODE,
    HICACHE,
    EPD,
    OBJECT_STORAGE,
    DYNAMIC_BATCHING,
    VIT_CUDA_GRAPH,
    COMPILE_CACHE,
)
