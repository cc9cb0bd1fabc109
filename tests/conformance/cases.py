"""Which probe puts a variable to the code that reads it, and what an unset one is worked out from."""

from __future__ import annotations

from typing import NamedTuple

from sglang_envctl.readers import srt
from sglang_envctl.registry import load
from sglang_envctl.registry.variable import Read, Variable

_BY_NAME = {
    "SGLANG_DIFFUSION_TORCH_PROFILER_DIR": "diffusion.profiler",
    "SGLANG_CACHE_DIT_SCM_PRESET": "diffusion.scm_preset",
    "SGLANG_CACHE_DIT_SCM_POLICY": "diffusion.scm_policy",
    "SGLANG_CACHE_DIT_SCM_COMPUTE_BINS": "diffusion.scm_bins",
    "SGLANG_CACHE_DIT_SCM_CACHE_BINS": "diffusion.scm_bins",
    "SGLANG_CLOUD_STORAGE_TYPE": "storage.enabled",
    "SGLANG_S3_BUCKET_NAME": "storage.bucket",
    "SGLANG_S3_ENDPOINT_URL": "storage.endpoint",
    "SGLANG_S3_REGION_NAME": "storage.region",
    "SGLANG_S3_ACCESS_KEY_ID": "storage.credential",
    "SGLANG_S3_SECRET_ACCESS_KEY": "storage.credential",
    "SGLANG_KERNEL_API_LOGDEST": "runtime.kernel_log_file",
}
_BY_FILE = {
    "sglang/multimodal_gen/envs.py": "diffusion.table",
    "sglang/multimodal_gen/runtime/platforms/rocm.py": "diffusion.table",
    "sglang/multimodal_gen/runtime/utils/logging_utils.py": "diffusion.table",
    "sglang/multimodal_gen/runtime/utils/model_overlay.py": "diffusion.cache_root",
    "sglang/multimodal_gen/runtime/server_args/server_args.py": "diffusion.true_only",
    "sglang/multimodal_gen/runtime/platforms/cuda.py": "diffusion.fp4",
    "sglang/multimodal_gen/runtime/platforms/plugins.py": "runtime.diffusion_plugins",
    "sglang/kernels/kernel_api_logging.py": "runtime.kernel_log",
    "sglang/kernel_api_logging.py": "runtime.kernel_log",
    "sglang/srt/plugins/__init__.py": "runtime.plugins",
    "sglang/srt/kernel_plugins/nvidia/binding.py": "runtime.nvidia_plugin",
    "sglang/srt/hardware_backend/mlx/runtime.py": "runtime.mlx",
    "sglang/srt/utils/tensor_bridge.py": "runtime.mlx",
    "sglang/srt/environ.py": "runtime.declared",
}
_BY_READER = {
    "srt.get-bool": "plain.helped",
    "srt.get-int": "plain.helped",
    "srt": "runtime.declared",
    "raw": "plain.spelled",
    "diffusion.bool": "plain.helped_in_diffusion",
}
"""For what is read wherever it is used, by the name of a reader or its first word."""
_A2A = "SGLANG_FLASHINFER_NUM_MAX_DISPATCH_TOKENS_PER_RANK"
LEFT_OUT = {
    # Read in two places of one release with a default of their own each, or one worked out there.
    (_A2A, "srt.get-int"),
    ("SGLANG_CPU_OMP_THREADS_BIND", "raw.split:|"),
    ("SGLANG_DISAGGREGATION_THREAD_POOL_SIZE", "srt.get-int"),
    ("MOONCAKE_GLOBAL_SEGMENT_SIZE", "raw.int"),
    ("SGLANG_TORCH_PROFILER_DIR", "raw.text"),
    # Turned round, taken apart or compared in another statement than the one that fetches it.
    ("SGLANG_BLOCK_NONZERO_RANK_CHILDREN", "raw.not-equals:0"),
    ("SGLANG_DSA_TOPK_FLASHINFER_TIE_BREAK", "raw.lower-only:large|small"),
    ("SGLANG_ENCODER_MM_RECEIVER_MODE", "raw.only:grpc|http"),
    ("SGLANG_PP_LAYER_PARTITION", "raw.split-int:,"),
    ("SGLANG_IS_IN_CI", "raw.lower-in:1|true"),
    ("SGLANG_USE_CPU_ENGINE", "raw.is-one"),
}
"""What no probe can put to the code by itself."""
_S3 = {"SGLANG_CLOUD_STORAGE_TYPE": "s3", "SGLANG_S3_BUCKET_NAME": "bucket"}


def variables() -> tuple[Variable, ...]:
    """The documented names that SGLang itself reads, or is said to read."""
    return tuple(v for v in load().variables if v.owner in ("sglang", "sglang-diffusion"))


def probe(variable: Variable, read: Read) -> str:
    """The child's method that reads the variable as this entry says; "" where none does."""
    file, reader = read.where.partition(":")[0], read.reader
    if (variable.name, reader) in LEFT_OUT or not file.startswith("sglang/"):
        return ""
    if (variable.name, reader) == ("SGLANG_PORT", "raw.int"):
        return "plain.open_port"
    family = reader.partition(".")[0]
    by_file = "" if family == "raw" else _BY_FILE.get(file)
    by_reader = _BY_READER.get(reader) or _BY_READER.get(family, "")
    return _BY_NAME.get(variable.name) or by_file or by_reader


def given(variable: Variable) -> dict[str, str]:
    """What else has to be set for anything to look at the variable."""
    if variable.name.startswith(("SGLANG_S3_", "SGLANG_CLOUD_")):
        return {name: text for name, text in _S3.items() if name != variable.name}
    return {}


GRAMMARS = {
    "EnvBool": srt.env_bool,
    "EnvInt": srt.env_int,
    "EnvFloat": srt.env_float,
    "EnvStr": srt.env_text,
    "EnvTuple": srt.env_tuple,
    "EnvJSON": srt.env_json,
    "get_bool_env_var": srt.get_bool,
    "get_int_env_var": srt.get_int,
}
"""How the runtime's other names are read: the class or function, and our reader."""
FIRST = {"EnvTuple": "0.5.6", "EnvJSON": "0.5.16"}
QUIET = ("get_int_env_var", "srt.get-int")
"""What falls back to the default without a warning."""


class Unset(NamedTuple):
    """What the code goes on with when a variable is unset and the rest is so."""

    name: str
    probe: str
    given: dict[str, str]
    value: object
    since: str = ""
    until: str = ""

    @property
    def as_read_by(self) -> str:
        """The probe of the variable itself; a GPU is no part of the environment."""
        return self.probe.removesuffix("_blackwell")


_CACHE_ROOT = "SGLANG_DIFFUSION_CACHE_ROOT"
_PROFILER = "SGLANG_DIFFUSION_TORCH_PROFILER_DIR"
_FP4 = "SGLANG_DIFFUSION_FLASHINFER_FP4_GEMM_BACKEND"
_DEEPGEMM = "SGLANG_DG_CACHE_DIR"
_OLD_FP4 = {"since": "0.5.10", "until": "0.5.12.post1"}


def _secondary(suffix: str, text: str, value: object, default: object) -> tuple[Unset, Unset]:
    name, table = f"SGLANG_CACHE_DIT_SECONDARY_{suffix}", "diffusion.table"
    return (
        Unset(name, table, {f"SGLANG_CACHE_DIT_{suffix}": text}, value),
        Unset(name, table, {}, default),
    )


_THREADS = "SGLANG_DISAGGREGATION_THREAD_POOL_SIZE"

COMPUTED = (
    Unset(_THREADS, "runtime.declared", {}, None, since="0.5.8"),
    Unset("SGLANG_HICACHE_DECODE_OFFLOAD_STRIDE", "runtime.declared", {}, None, since="0.5.10"),
    Unset("SGLANG_USE_CUSTOM_TRITON_KERNEL_CACHE", "runtime.declared", {}, False),
    Unset(_CACHE_ROOT, "diffusion.table", {"XDG_CACHE_HOME": "/xdg"}, "/xdg/sgl_diffusion"),
    Unset(_CACHE_ROOT, "diffusion.table", {}, "/home/somebody/.cache/sgl_diffusion"),
    Unset(_CACHE_ROOT, "diffusion.table", {"XDG_CACHE_HOME": ""}, "sgl_diffusion"),
    Unset(_PROFILER, "diffusion.profiler", {"SGLANG_TORCH_PROFILER_DIR": "/traces"}, "/traces"),
    Unset(_PROFILER, "diffusion.profiler", {}, "./logs"),
    Unset("SGLANG_DIFFUSION_ATTENTION_CONFIG", "diffusion.table", {}, None),
    Unset(_FP4, "diffusion.fp4", {}, "trtllm", since="0.5.13"),
    Unset(_FP4, "diffusion.fp4_blackwell", {}, "auto", since="0.5.19"),
    Unset(_FP4, "diffusion.fp4_blackwell", {}, "trtllm", since="0.5.13", until="0.5.18"),
    Unset(_FP4, "diffusion.fp4", {}, "auto", **_OLD_FP4),
    Unset(_FP4, "diffusion.fp4_blackwell", {}, "cudnn", **_OLD_FP4),
    Unset("SGLANG_S3_REGION_NAME", "storage.region", _S3, None),
    Unset("SGLANG_PLUGINS", "runtime.plugins", {}, None),
    Unset("SGLANG_PLUGINS", "runtime.diffusion_plugins", {}, None),
    Unset("SGLANG_PLUGINS", "runtime.nvidia_plugin", {}, None),
    *_secondary("FN", "8", 8, 1),
    *_secondary("BN", "8", 8, 0),
    *_secondary("WARMUP", "8", 8, 4),
    *_secondary("RDT", "0.5", 0.5, 0.24),
    *_secondary("MC", "-1", -1, 3),
    *_secondary("TAYLORSEER", "yes", True, False),
    *_secondary("TS_ORDER", "2", 2, 1),
    *(Unset(name, "runtime.declared", {}, None) for name in ("SGLANG_PORT", _A2A)),
    Unset("SGLANG_PORT", "plain.open_port", {}, 0),
    Unset("SGLANG_HOST_IP", "plain.spelled", {"HOST_IP": "10.0.0.5"}, "10.0.0.5"),
    Unset("SGLANG_HOST_IP", "plain.spelled", {}, ""),
    Unset("SGLANG_CACHE_DIR", "runtime.declared", {}, "/home/somebody/.cache/sglang"),
    Unset(_DEEPGEMM, "runtime.declared", {"SGLANG_CACHE_DIR": "/cache"}, "/cache/deep_gemm"),
    Unset(_DEEPGEMM, "runtime.declared", {}, "/home/somebody/.cache/sglang/deep_gemm"),
    Unset(_DEEPGEMM, "plain.spelled", {}, "/home/somebody/.cache/deep_gemm"),
    # Fields with a default that the code looks past: it asks first whether the name is set.
    Unset("SGLANG_DEEPEP_LL_COMBINE_SEND_NUM_SMS", "runtime.declared", {}, 32),
    Unset("SGLANG_DSA_PREFILL_DENSE_ATTN_KV_LEN_THRESHOLD", "runtime.declared", {}, 2048),
    Unset("SGLANG_NSA_PREFILL_DENSE_ATTN_KV_LEN_THRESHOLD", "runtime.declared", {}, 2048),
)
"""Every default that the registry calls computed, in the cases its rule names."""
