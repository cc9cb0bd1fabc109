"""The public pages that document the variables."""

from __future__ import annotations

from sglang_envctl.registry.variable import Document

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
    note="A table without defaults; much of it is worded as a guess.",
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
    title="SGLang: optimization on Ascend NPUs",
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
    title="SGLang: CUDA graphs for multimodal encoders",
    url="https://docs.sglang.io/docs/advanced_features/cuda_graph_for_multi_modal_encoder",
)
COMPILE_CACHE = Document(
    id="compile-cache",
    title="SGLang: torch.compile cache",
    url="https://docs.sglang.io/docs/references/torch_compile_cache",
)
NCCL = Document(
    id="nccl",
    title="NCCL: environment variables",
    url="https://docs.nvidia.com/deeplearning/nccl/user-guide/docs/env.html",
)
NVSHMEM = Document(
    id="nvshmem",
    title="NVSHMEM: environment variables",
    url="https://docs.nvidia.com/nvshmem/api/gen/env.html",
)
HCCL = Document(
    id="hccl",
    title="CANN: HCCL environment variables",
    url=(
        "https://www.hiascend.com/document/detail/en/canncommercial/800/apiref/envvar/"
        "envref_07_0075.html"
    ),
)
UCX = Document(
    id="ucx",
    title="UCX: frequently asked questions",
    url="https://openucx.readthedocs.io/en/master/faq.html",
)
TORCH_NCCL = Document(
    id="torch-nccl",
    title="PyTorch: ProcessGroupNCCL environment variables",
    url="https://docs.pytorch.org/docs/stable/torch_nccl_environment_variables.html",
)
TORCH_CUDA = Document(
    id="torch-cuda",
    title="PyTorch: CUDA environment variables",
    url="https://docs.pytorch.org/docs/stable/cuda_environment_variables.html",
)
TORCH_CACHES = Document(
    id="torch-caches",
    title="PyTorch: compile-time caching configuration",
    url=(
        "https://docs.pytorch.org/tutorials/recipes/"
        "torch_compile_caching_configuration_tutorial.html"
    ),
)
TORCH_EXTENSIONS = Document(
    id="torch-extensions",
    title="PyTorch: torch.utils.cpp_extension",
    url="https://docs.pytorch.org/docs/stable/cpp_extension.html",
)
TORCH_THREADS = Document(
    id="torch-threads",
    title="PyTorch: threading environment variables",
    url="https://docs.pytorch.org/docs/stable/threading_environment_variables.html",
)
CUDA = Document(
    id="cuda",
    title="CUDA: environment variables",
    url=(
        "https://docs.nvidia.com/cuda/cuda-c-programming-guide/"
        "index.html#cuda-environment-variables"
    ),
)
NVIDIA_CONTAINERS = Document(
    id="nvidia-containers",
    title="NVIDIA Container Toolkit: specialized configurations",
    url=(
        "https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/"
        "docker-specialized.html"
    ),
)
ROCM = Document(
    id="rocm",
    title="ROCm: GPU isolation",
    url="https://rocm.docs.amd.com/en/latest/conceptual/gpu-isolation.html",
)
CANN_DEVICES = Document(
    id="cann-devices",
    title="CANN: ASCEND_RT_VISIBLE_DEVICES",
    url=(
        "https://www.hiascend.com/document/detail/en/canncommercial/800/apiref/envvar/"
        "envref_07_0028.html"
    ),
)
LEVEL_ZERO = Document(
    id="level-zero",
    title="oneAPI Level Zero: environment variables",
    url=(
        "https://oneapi-src.github.io/level-zero-spec/level-zero/latest/core/"
        "PROG.html#environment-variables"
    ),
)
TRITON = Document(
    id="triton",
    title="Triton: README",
    url="https://github.com/triton-lang/triton/blob/main/README.md",
)
DEEPGEMM = Document(
    id="deepgemm",
    title="DeepGEMM: README",
    url="https://github.com/deepseek-ai/DeepGEMM/blob/main/README.md",
)
XDG = Document(
    id="xdg",
    title="XDG Base Directory Specification",
    url="https://specifications.freedesktop.org/basedir-spec/latest/",
)
HUGGING_FACE = Document(
    id="hugging-face",
    title="huggingface_hub: environment variables",
    url="https://huggingface.co/docs/huggingface_hub/package_reference/environment_variables",
)
TOKENIZERS = Document(
    id="tokenizers",
    title="Tokenizers: README",
    url="https://github.com/huggingface/tokenizers/blob/main/README.md",
)
PROXIES = Document(
    id="proxies",
    title="Python: urllib.request",
    url="https://docs.python.org/3/library/urllib.request.html#urllib.request.getproxies",
)
HTTPX = Document(
    id="httpx",
    title="HTTPX: environment variables",
    url="https://www.python-httpx.org/environment_variables/",
)
OPENMP = Document(
    id="openmp",
    title="GNU libgomp: environment variables",
    url="https://gcc.gnu.org/onlinedocs/libgomp/Environment-Variables.html",
)
BOTO3 = Document(
    id="boto3",
    title="Boto3: configuration",
    url="https://docs.aws.amazon.com/boto3/latest/guide/configuration.html",
)
RUNAI = Document(
    id="runai",
    title="Run:ai Model Streamer: environment variables",
    url="https://github.com/run-ai/runai-model-streamer/blob/master/docs/src/env-vars.md",
)
MOONCAKE = Document(
    id="mooncake",
    title="Mooncake: transfer engine",
    url="https://kvcache-ai.github.io/Mooncake/design/transfer-engine/index.html",
)
MOONCAKE_PYTHON = Document(
    id="mooncake-python",
    title="Mooncake: store Python API",
    url="https://kvcache-ai.github.io/Mooncake/api-reference/python/mooncake-store.html",
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
    NCCL,
    NVSHMEM,
    HCCL,
    UCX,
    TORCH_NCCL,
    TORCH_CUDA,
    TORCH_CACHES,
    TORCH_EXTENSIONS,
    TORCH_THREADS,
    CUDA,
    NVIDIA_CONTAINERS,
    ROCM,
    CANN_DEVICES,
    LEVEL_ZERO,
    TRITON,
    DEEPGEMM,
    XDG,
    HUGGING_FACE,
    TOKENIZERS,
    PROXIES,
    HTTPX,
    OPENMP,
    BOTO3,
    RUNAI,
    MOONCAKE,
    MOONCAKE_PYTHON,
)
