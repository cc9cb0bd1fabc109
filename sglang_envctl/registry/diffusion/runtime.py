"""SGLang Diffusion: runtime settings, more than half of which have no effect."""

from __future__ import annotations

from functools import partial

from sglang_envctl.registry.documents import DIFFUSION
from sglang_envctl.registry.types import Bool, Choice, Path
from sglang_envctl.registry.variable import Outside, Read, Section, Variable

SECTION = Section(
    slug="diffusion-runtime",
    title="Diffusion: runtime",
    heading="Runtime",
    note="Six of these eleven variables have no effect in any release from 0.5.5 to 0.5.23.",
)

_ROOT = "sglang/multimodal_gen"
_ENVS = f"{_ROOT}/envs.py"

_variable = partial(
    Variable,
    section=SECTION,
    owner="sglang-diffusion",
    documents=(DIFFUSION,),
)

VARIABLES = (
    _variable(
        name="SGLANG_DIFFUSION_TARGET_DEVICE",
        type=Choice(("cuda", "rocm", "xpu", "npu", "musa", "mps", "cpu")),
        default="cuda",
        summary="Device that inference runs on (has no effect)",
        details=(
            "With 0.5.13 or later, set SGLANG_DIFFUSION_PLATFORM_OVERRIDE instead. That variable "
            "accepts the same values, case-insensitively (xpu since 0.5.20), and an unknown value "
            "stops the server at startup. Before 0.5.13 no environment variable chooses the "
            "device type: the server detects the hardware itself. Releases 0.5.6 to 0.5.22 "
            "declare this variable without using it, and 0.5.23 drops the declaration. In 0.5.5 "
            "its name is SGL_DIFFUSION_TARGET_DEVICE, also unused."
        ),
        example="cuda",
        discrepancies=(
            "The docs say that it sets the inference device; no release from 0.5.5 to 0.5.23 "
            "reads it.",
        ),
        replaced_by="SGLANG_DIFFUSION_PLATFORM_OVERRIDE",
    ),
    _variable(
        name="SGLANG_DIFFUSION_ATTENTION_BACKEND",
        type=Choice(("fa", "torch_sdpa", "sage_attn"), open=True),
        summary="Attention backend (has no effect)",
        details=(
            "Choose the backend on the command line instead: --attention-backend for the whole "
            "server, --component-attention-backends for single components of a pipeline. The only "
            "code that reads this variable is a log line on ROCm in 0.5.7, which prints the "
            "value. In 0.5.6 the same line reads an undeclared name and raises AttributeError on "
            "ROCm, whether or not this variable is set. A function that could apply the value "
            "exists up to 0.5.20, but nothing calls it."
        ),
        example="fa",
        reads=(
            Read(
                reader="diffusion.text",
                where=f"{_ROOT}/runtime/platforms/rocm.py:98",
                since="0.5.7",
                until="0.5.7",
                inert=True,
                effect="printed in a log line on ROCm",
            ),
        ),
        discrepancies=(
            (
                "The docs say it overrides the attention backend; in the code it changes nothing "
                "in any release from 0.5.5 to 0.5.23."
            ),
        ),
        replaced_by="--attention-backend",
    ),
    _variable(
        name="SGLANG_DIFFUSION_ATTENTION_CONFIG",
        type=Path(expands_home=True, exists=True),
        summary="JSON file with the mask strategy for sliding tile attention",
        details=(
            "Since 0.5.9, also name the file in --attention-backend-config as "
            "mask_strategy_file_path: the attention layers read it from there. Without that key "
            "the layers raise TypeError from open(); if the key is null, they report that this "
            "variable is not set, even when it is. The variable is read only at the start of "
            "denoising, by sliding tile attention in its inference mode. A relative path is "
            "resolved against the working directory, and an empty string is a file name that "
            "cannot be opened. The deprecated name SGL_DIFFUSION_ATTENTION_CONFIG, the only one "
            "that 0.5.5 reads, overrides this one if it is still set."
        ),
        example="/models/wan/mask_strategy.json",
        relations=(
            Outside(
                needs="--attention-backend sliding_tile_attn",
                note=(
                    "no other backend reads the file; this backend also needs CUDA and the "
                    "st_attn package"
                ),
            ),
            Outside(
                needs="STA_mode and mask_strategy_file_path in --attention-backend-config",
                note=(
                    "since 0.5.9: STA_mode=STA_INFERENCE and a file in the same format; before "
                    "0.5.9: --STA-mode, which defaults to STA_inference"
                ),
            ),
        ),
        reads=(
            Read(
                reader="diffusion.path",
                where=f"{_ENVS}:207",
                since="0.5.6",
                default_rule="none: sliding tile attention raises ValueError",
            ),
        ),
        discrepancies=(
            "The docs say JSON or YAML; the code reads JSON and raises JSONDecodeError on YAML.",
            (
                "The docs call it the configuration of the attention backend; the code uses it for "
                "sliding tile attention only."
            ),
            (
                "The docs do not mention that since 0.5.9 the attention layers ignore it and read "
                "mask_strategy_file_path from --attention-backend-config."
            ),
        ),
    ),
    _variable(
        name="SGLANG_DIFFUSION_STAGE_LOGGING",
        type=Bool(),
        default="false",
        summary="Record the duration of each stage and denoising step of a request",
        details=(
            "Set it to 1 to append one JSON line per request to performance.log in "
            "SGLANG_PERF_LOG_DIR (default: .cache/logs next to site-packages); if the directory "
            "is not writable, the record is lost with a warning on stderr. Before you rely on the"
            " times of single steps, set SGLANG_DIFFUSION_SYNC_STAGE_PROFILING=1 (since 0.5.8), "
            "because the timer does not wait for the GPU. --perf-dump-path, or perf_dump_path in "
            "a request, enables the same timing (since 0.5.9 not for warmup requests). Since "
            "0.5.22 a true value also makes --async-output-save wait for each result. The "
            "deprecated name SGL_DIFFUSION_STAGE_LOGGING overrides this one if it is still set; "
            "0.5.5 reads only that name and crashes on values such as true."
        ),
        example="1",
        discrepancies=(
            (
                "The docs say it enables per-stage timing logs; the code logs each stage's "
                "duration regardless, and a true value only adds a record in performance.log."
            ),
        ),
    ),
    _variable(
        name="SGLANG_DIFFUSION_SERVER_DEV_MODE",
        type=Bool(),
        default="false",
        summary="Enable HTTP endpoints for debugging (has no effect)",
        details=(
            "Remove it: no endpoint of the diffusion server depends on it, and no other variable "
            "or flag replaces it. Releases 0.5.6 to 0.5.22 declare it without using it, and "
            "0.5.23 drops the declaration. In 0.5.5 its name is SGL_DIFFUSION_SERVER_DEV_MODE, "
            "also unused."
        ),
        example="1",
        discrepancies=(
            (
                "The docs say it enables endpoints for development; the code has no endpoint that "
                "depends on it."
            ),
        ),
    ),
    _variable(
        name="SGLANG_DIFFUSION_TORCH_PROFILER_DIR",
        type=Path(absolute=True, directory=True, expands_home=True),
        summary="Directory for torch profiler traces",
        details=(
            "Give an absolute path: a leading ~ is expanded only in 0.5.23, and 0.5.11 to 0.5.22 "
            "create a directory named ~ in the working directory. This variable takes precedence "
            "over SGLANG_TORCH_PROFILER_DIR, which takes precedence over ./logs; an empty string "
            "counts as unset. The directory is created when a profile starts; if that fails, the "
            "trace is lost with an error in the log and the request still succeeds. Releases "
            "0.5.6 to 0.5.10 ignore this variable. The deprecated name "
            "SGL_DIFFUSION_TORCH_PROFILER_DIR overrides this one if it is still set."
        ),
        example="/var/log/sglang/traces",
        relations=(
            Outside(
                needs="--profile, or profile in the request",
                note="without it, nothing is profiled and the directory is not created",
            ),
        ),
        reads=(
            Read(
                reader="diffusion.path-or-unset",
                where=f"{_ENVS}:257",
                since="0.5.23",
                default_rule="SGLANG_TORCH_PROFILER_DIR, else ./logs",
            ),
            Read(
                reader="raw.path-or-unset",
                where=f"{_ROOT}/runtime/utils/profiler.py:43",
                since="0.5.11",
                until="0.5.22",
                default_rule="SGLANG_TORCH_PROFILER_DIR, else ./logs",
            ),
        ),
        discrepancies=(
            (
                "The docs say that setting it enables profiling; the code uses it only as the "
                "output directory."
            ),
            "The docs say the path is absolute; the code accepts a relative one.",
            "The docs do not mention that releases before 0.5.11 ignore it.",
        ),
    ),
    _variable(
        name="SGLANG_DIFFUSION_CACHE_ROOT",
        type=Path(directory=True, expands_home=True),
        default="~/.cache/sgl_diffusion",
        summary="Root directory of the diffusion server's on-disk caches",
        details=(
            "Use a large disk that survives a restart: the directory holds materialized model "
            "overlays, the torch.compile caches of Inductor and Triton, merged LoRA weights and "
            "converted VAE decoder weights. An empty string does not count as unset: caches are "
            "then created in the working directory. SGLang keeps TORCHINDUCTOR_CACHE_DIR and "
            "TRITON_CACHE_DIR if you set them to a path outside the temporary directory. This "
            "variable applies to model overlays since 0.5.10, to the compile caches since 0.5.14 "
            "and to the rest since 0.5.19; 0.5.6 to 0.5.9 ignore it. The deprecated name "
            "SGL_DIFFUSION_CACHE_ROOT overrides this one if it is still set."
        ),
        example="/data/cache/sgl_diffusion",
        reads=(
            Read(
                reader="diffusion.path",
                where=f"{_ENVS}:195",
                since="0.5.14",
                default_rule="$XDG_CACHE_HOME/sgl_diffusion, else ~/.cache/sgl_diffusion",
            ),
            Read(
                reader="diffusion.path",
                where=f"{_ROOT}/runtime/utils/model_overlay.py:110",
                since="0.5.10",
                until="0.5.18",
                default="~/.cache/sgl_diffusion",
                effect="sets the directory of materialized model overlays",
            ),
        ),
        discrepancies=(
            (
                "The docs say the default is ~/.cache/sgl_diffusion; the code uses "
                "$XDG_CACHE_HOME/sgl_diffusion if XDG_CACHE_HOME is set."
            ),
            (
                "The docs describe one root; from 0.5.14 to 0.5.18 there can be two without this "
                "variable, because model overlays ignore XDG_CACHE_HOME and the compile caches "
                "follow it."
            ),
            "The docs do not mention that releases before 0.5.10 ignore it.",
        ),
    ),
    _variable(
        name="SGLANG_DIFFUSION_CONFIG_ROOT",
        type=Path(directory=True, expands_home=True),
        default="~/.config/sgl_diffusion",
        summary="Directory of configuration files (has no effect)",
        details=(
            "Pass a file of command-line options with --config instead: no release reads "
            "configuration files from this directory or from its default. Releases 0.5.6 to "
            "0.5.22 declare this variable without using it, and 0.5.23 drops the declaration. In "
            "0.5.5 its name is SGL_DIFFUSION_CONFIG_ROOT, also unused."
        ),
        example="/etc/sgl_diffusion",
        discrepancies=(
            "The docs call it the root of configuration files; the code reads none from there.",
        ),
        replaced_by="--config",
    ),
    _variable(
        name="SGLANG_DIFFUSION_LOGGING_LEVEL",
        type=Choice(("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"), exact=False, open=True),
        default="INFO",
        summary="Default logging level (has no effect)",
        details=(
            "Pass --log-level debug instead: the option sets the level of the server's root "
            "logger, is case-insensitive, and raises AttributeError at startup for a level that "
            "Python's logging does not know. Up to 0.5.21 this variable is copied into a logging "
            "configuration that no code applies; 0.5.22 only declares it, and 0.5.23 does not "
            "know it. In 0.5.5 its name is SGL_DIFFUSION_LOGGING_LEVEL, also without effect."
        ),
        example="DEBUG",
        reads=(
            Read(
                reader="diffusion.text",
                where=f"{_ROOT}/runtime/utils/logging_utils.py:25",
                since="0.5.6",
                until="0.5.21",
                default="INFO",
                inert=True,
                effect="stored in a logging configuration that is never applied",
            ),
        ),
        discrepancies=(
            (
                "The docs say it sets the default logging level; in the code DEBUG adds no log "
                "output in any release from 0.5.5 to 0.5.23."
            ),
        ),
        replaced_by="--log-level",
    ),
    _variable(
        name="SGLANG_DIFFUSION_WORKER_MULTIPROC_METHOD",
        type=Choice(("fork", "spawn")),
        default="fork",
        summary="Start method of worker processes (has no effect)",
        details=(
            "Remove it: workers are always spawned, because a forked child cannot use the "
            "parent's CUDA context. No variable or flag changes that. Releases 0.5.6 to 0.5.20 "
            "declare this variable without using it, and 0.5.21 drops the declaration. In 0.5.5 "
            "its name is SGL_DIFFUSION_WORKER_MULTIPROC_METHOD, also unused."
        ),
        example="spawn",
        discrepancies=("The docs give fork as the default; the code always uses spawn.",),
    ),
    _variable(
        name="SGLANG_USE_RUNAI_MODEL_STREAMER",
        type=Bool(),
        default="true",
        summary="Read safetensors weights with the Run:ai Model Streamer",
        details=(
            "Set it to 0 if the streamer fails on your storage or hangs: files are then "
            "memory-mapped. By default the streamer reads checkpoint files in parallel, which is "
            "often the faster way to load weights onto a GPU. An empty string or an unknown value"
            " disables the streamer although it is on by default, and only the unknown value is "
            "logged. Since 0.5.18, loads that need only part of a checkpoint do not stream; since"
            " 0.5.19, neither do loads into host memory, because the streamer would copy the "
            "weights into memory that cannot be reclaimed. Since 0.5.16 the log names the "
            "streamer when it is in use."
        ),
        example="0",
        relations=(
            Outside(
                needs="the runai_model_streamer package",
                note=(
                    "it is part of sglang[diffusion]; without it, files are silently memory-mapped"
                ),
            ),
            Outside(
                needs=(
                    "loads of whole safetensors files (since 0.5.18), directly to the GPU "
                    "(since 0.5.19)"
                ),
                note="other loads are memory-mapped regardless of this variable",
            ),
        ),
        discrepancies=(
            (
                "The docs give true as the default but do not mention that the code reads an "
                "empty string or an unknown value as false."
            ),
            (
                "The docs do not mention that 0.5.7 to 0.5.9 only declare it: the streamer is then "
                "used wherever it is installed, except on ROCm in 0.5.7 and 0.5.8."
            ),
            "The docs do not mention that since 0.5.19 loads into host memory never stream.",
        ),
    ),
)
