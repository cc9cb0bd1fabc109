"""SGLang Diffusion: the server's own settings, more than half of which nothing uses."""

from __future__ import annotations

from functools import partial

from sglang_envctl.registry.documents import DIFFUSION
from sglang_envctl.registry.types import Bool, Choice, Path
from sglang_envctl.registry.variable import Outside, Read, Section, Variable

SECTION = Section(
    slug="diffusion-runtime",
    title="Diffusion: runtime",
    heading="Runtime",
    note="Six of these eleven have no effect in any release from 0.5.5 to 0.5.23.",
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
        summary="Meant to choose the device that inference runs on; has no effect",
        details=(
            "The server looks for hardware by itself and never asks this variable. Releases 0.5.6 "
            "to 0.5.22 declare it without using it, and 0.5.23 dropped the declaration; 0.5.5 has "
            "it as SGL_DIFFUSION_TARGET_DEVICE, also unused. From 0.5.13 on, "
            "SGLANG_DIFFUSION_PLATFORM_OVERRIDE does what this name promises: it takes the same "
            "words in any case, xpu only in later releases, and an unknown word stops the start. "
            "Before 0.5.13 nothing in the environment chooses the device type."
        ),
        example="cuda",
        discrepancies=(
            "The page says it sets the inference device; no release from 0.5.5 to 0.5.23 reads it.",
        ),
        replaced_by="SGLANG_DIFFUSION_PLATFORM_OVERRIDE",
    ),
    _variable(
        name="SGLANG_DIFFUSION_ATTENTION_BACKEND",
        type=Choice(("fa", "torch_sdpa", "sage_attn"), open=True),
        summary="Meant to override the attention backend; has no effect",
        details=(
            "Choose the backend on the command line instead: --attention-backend for the whole "
            "server, --component-attention-backends for single parts of a pipeline. The only code "
            "that ever looked here is a log line on ROCm in 0.5.7, which prints the value and goes "
            "on. In 0.5.6 the same line asks for a name that was never declared and raises "
            "AttributeError on ROCm, whether this is set or not. A function that could have "
            "applied the value exists up to 0.5.20, but nothing calls it."
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
                "The page says it overrides the attention backend; setting it changes nothing in "
                "any release from 0.5.5 to 0.5.23."
            ),
        ),
        replaced_by="--attention-backend",
    ),
    _variable(
        name="SGLANG_DIFFUSION_ATTENTION_CONFIG",
        type=Path(expands_home=True),
        summary="JSON file with the mask strategy of sliding tile attention",
        details=(
            "Serves one attention backend only: sliding tile attention in its inference mode, "
            "which opens the file at the start of denoising. From 0.5.9 the attention layers take "
            "the same file from --attention-backend-config instead, so name it in both places. "
            "Without that option's mask_strategy_file_path the layers fail with a TypeError from "
            "open(); with a null there, the message is that this variable is not set, even when it "
            "is. A relative path counts from the working directory, and the empty text is a file "
            "name that cannot be opened. Release 0.5.5 knows it as SGL_DIFFUSION_ATTENTION_CONFIG; "
            "that old name, where still set, overwrites this one."
        ),
        example="/models/wan/mask_strategy.json",
        relations=(
            Outside(
                needs="--attention-backend sliding_tile_attn",
                note="no other backend looks at the file; it needs CUDA and the st_attn package",
            ),
            Outside(
                needs="STA_mode and mask_strategy_file_path in --attention-backend-config",
                note=(
                    "from 0.5.9: STA_mode=STA_INFERENCE and a file of the same form; before, "
                    "--STA-mode, which is STA_inference unless set"
                ),
            ),
        ),
        reads=(
            Read(
                reader="diffusion.path",
                where=f"{_ENVS}:207",
                since="0.5.6",
                default_rule="nothing: sliding tile attention raises ValueError",
            ),
        ),
        discrepancies=(
            "The page says JSON or YAML; the code reads JSON and fails on YAML (JSONDecodeError).",
            (
                "The page calls it the configuration of the attention backend; the code uses it "
                "for sliding tile attention alone."
            ),
            (
                "The page does not say that from 0.5.9 the attention layers ignore it and take "
                "mask_strategy_file_path from --attention-backend-config."
            ),
        ),
    ),
    _variable(
        name="SGLANG_DIFFUSION_STAGE_LOGGING",
        type=Bool(),
        default="false",
        summary="Record how long each stage and denoising step of a request takes",
        details=(
            "Appends one JSON line per request to performance.log, in the directory that "
            "SGLANG_PERF_LOG_DIR names or else in .cache/logs beside site-packages; a directory "
            "that cannot be written costs the record and a warning on stderr. Warm-up requests are "
            "left out from 0.5.9 on. --perf-dump-path, or perf_dump_path in a request, turns the "
            "same timing on. The clock does not wait for the GPU, so add "
            "SGLANG_DIFFUSION_SYNC_STAGE_PROFILING=1 (0.5.8 on) before trusting single steps. From "
            "0.5.22 a true value also makes --async-output-save wait for each result. The old name "
            "SGL_DIFFUSION_STAGE_LOGGING, where still set, overwrites this one; under it, 0.5.5 "
            "crashes on words such as true."
        ),
        example="1",
        discrepancies=(
            (
                "The page says it enables per-stage timing logs; the log lines with each stage's "
                "duration appear without it, and what it adds is a record in performance.log."
            ),
        ),
    ),
    _variable(
        name="SGLANG_DIFFUSION_SERVER_DEV_MODE",
        type=Bool(),
        default="false",
        summary="Meant to open HTTP endpoints for debugging; has no effect",
        details=(
            "No endpoint of the diffusion server depends on it. Releases 0.5.6 to 0.5.22 declare "
            "it without using it, and 0.5.23 dropped the declaration; 0.5.5 has it as "
            "SGL_DIFFUSION_SERVER_DEV_MODE, also unused. No other variable or flag took its place."
        ),
        example="1",
        discrepancies=(
            "The page promises endpoints for development; the code has none that this switches on.",
        ),
    ),
    _variable(
        name="SGLANG_DIFFUSION_TORCH_PROFILER_DIR",
        type=Path(absolute=True, directory=True, expands_home=True),
        summary="Directory that torch profiler traces are written to",
        details=(
            "Comes before SGLANG_TORCH_PROFILER_DIR, which comes before ./logs; empty counts as "
            "unset. The directory is made when a profile starts; if it cannot be made, the trace "
            "is lost with an error in the log and the request still succeeds. A leading ~ is the "
            "home directory in 0.5.23 only: 0.5.11 to 0.5.22 make a directory called ~ where the "
            "server was started. Releases 0.5.6 to 0.5.10 do not look here. The old name "
            "SGL_DIFFUSION_TORCH_PROFILER_DIR, where still set, overwrites this one."
        ),
        example="/var/log/sglang/traces",
        relations=(
            Outside(
                needs="--profile, or profile in the request",
                note="without it nothing is profiled and the directory is not even made",
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
            "The page says that setting it enables profiling; in the code it only names the place.",
            "The page says the path is absolute; the code accepts a relative one.",
            "The page does not say that releases before 0.5.11 ignore it.",
        ),
    ),
    _variable(
        name="SGLANG_DIFFUSION_CACHE_ROOT",
        type=Path(directory=True, expands_home=True),
        default="~/.cache/sgl_diffusion",
        summary="Directory above the diffusion server's caches on disk",
        details=(
            "Holds materialized model overlays, the torch.compile caches of Inductor and Triton, "
            "merged LoRA weights and converted VAE decoder weights; point it at a large disk that "
            "survives a restart. TORCHINDUCTOR_CACHE_DIR and TRITON_CACHE_DIR keep their place "
            "when you set them to something outside the temporary directory. The empty text is not "
            "unset: caches then land in the working directory. From 0.5.10 it moves model "
            "overlays, from 0.5.14 the compile caches, from 0.5.19 the rest; 0.5.6 to 0.5.9 ignore "
            "it. The old name SGL_DIFFUSION_CACHE_ROOT, where still set, overwrites this one."
        ),
        example="/data/cache/sgl_diffusion",
        reads=(
            Read(
                reader="diffusion.path",
                where=f"{_ENVS}:195",
                since="0.5.14",
                default_rule="sgl_diffusion in XDG_CACHE_HOME, else ~/.cache/sgl_diffusion",
            ),
            Read(
                reader="diffusion.path",
                where=f"{_ROOT}/runtime/utils/model_overlay.py:110",
                since="0.5.10",
                until="0.5.18",
                default="~/.cache/sgl_diffusion",
                effect="the place of materialized model overlays",
            ),
        ),
        discrepancies=(
            (
                "The page says the default is ~/.cache/sgl_diffusion; the code takes "
                "$XDG_CACHE_HOME/sgl_diffusion where XDG_CACHE_HOME is set."
            ),
            (
                "The page names one root; from 0.5.14 to 0.5.18 model overlays ignore "
                "XDG_CACHE_HOME and the compile caches follow it, so an unset root can be two."
            ),
            "The page does not say that releases before 0.5.10 ignore it.",
        ),
    ),
    _variable(
        name="SGLANG_DIFFUSION_CONFIG_ROOT",
        type=Path(directory=True, expands_home=True),
        default="~/.config/sgl_diffusion",
        summary="Meant to say where configuration files lie; has no effect",
        details=(
            "No release reads a configuration file from this directory or from its default. Name a "
            "file of command-line options with --config instead. Releases 0.5.6 to 0.5.22 declare "
            "the variable without using it, and 0.5.23 dropped the declaration; 0.5.5 has it as "
            "SGL_DIFFUSION_CONFIG_ROOT, also unused."
        ),
        example="/etc/sgl_diffusion",
        discrepancies=(
            "The page calls it the root of configuration files; the code reads none from there.",
        ),
        replaced_by="--config",
    ),
    _variable(
        name="SGLANG_DIFFUSION_LOGGING_LEVEL",
        type=Choice(("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"), exact=False, open=True),
        default="INFO",
        summary="Meant to set the default logging level; has no effect",
        details=(
            "Pass --log-level debug instead: it sets the level of the server's root logger, takes "
            "any case, and stops the start with an AttributeError on a word that Python's logging "
            "does not know. Up to 0.5.21 this variable is copied into a logging configuration that "
            "no code applies; 0.5.22 only declares it, and 0.5.23 does not know it. Release 0.5.5 "
            "has it as SGL_DIFFUSION_LOGGING_LEVEL, with as little effect."
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
                "The page says it sets the default logging level; DEBUG makes no release from "
                "0.5.5 to 0.5.23 say more."
            ),
        ),
        replaced_by="--log-level",
    ),
    _variable(
        name="SGLANG_DIFFUSION_WORKER_MULTIPROC_METHOD",
        type=Choice(("fork", "spawn")),
        default="fork",
        summary="Meant to choose how worker processes start; has no effect",
        details=(
            "Workers are always spawned, which is what CUDA needs: a forked child cannot use the "
            "parent's CUDA context. Neither a variable nor a flag changes that. Releases 0.5.6 to "
            "0.5.20 declare the variable without using it, and 0.5.21 dropped the declaration; "
            "0.5.5 has it as SGL_DIFFUSION_WORKER_MULTIPROC_METHOD, also unused."
        ),
        example="spawn",
        discrepancies=(
            "The page gives fork as the default; the code starts workers with spawn, always.",
        ),
    ),
    _variable(
        name="SGLANG_USE_RUNAI_MODEL_STREAMER",
        type=Bool(),
        default="true",
        summary="Read safetensors weights with Run:ai's model streamer",
        details=(
            "The streamer reads checkpoint files in parallel and is often the faster way to a GPU; "
            "set 0 when it fails on your storage or hangs, and the files are memory-mapped "
            "instead. Beware of the empty text and of typing errors: both mean off, although unset "
            "means on, and only the typing error is mentioned in the log. From 0.5.19, weights "
            "bound for host memory are always mapped, because the streamer would copy them into "
            "memory that cannot be dropped. From 0.5.18, nor does a load stream that wants only "
            "part of a checkpoint. From 0.5.16 the log names the streamer when it is at work."
        ),
        example="0",
        relations=(
            Outside(
                needs="the runai_model_streamer package",
                note="it comes with sglang[diffusion]; missing, files are mapped without a message",
            ),
            Outside(
                needs="safetensors files read whole (0.5.18 on), straight to the GPU (0.5.19 on)",
                note="other loads use the memory-mapped reader, whatever this says",
            ),
        ),
        discrepancies=(
            "The page gives true as the default; in the code an empty or misspelt text is false.",
            (
                "The page does not say that 0.5.7 to 0.5.9 only declare it: the streamer is then "
                "used wherever it is installed, save on ROCm in 0.5.7 and 0.5.8."
            ),
            "The page does not say that from 0.5.19 loads into host memory never stream.",
        ),
    ),
)
