"""SGLang's serving runtime: addresses, logs, time limits and directories."""

from __future__ import annotations

from functools import partial

from sglang_envctl.registry.documents import SRT_REFERENCE
from sglang_envctl.registry.types import Bool, Float, Int, List, Path, Text
from sglang_envctl.registry.variable import Computed, Outside, Read, Section, Variable

SECTION = Section(slug="srt-general", title="SGLang: general", heading="General Configuration")

_SRT = "sglang/srt"

_variable = partial(Variable, section=SECTION, owner="sglang", documents=(SRT_REFERENCE,))

VARIABLES = (
    _variable(
        name="SGLANG_USE_MODELSCOPE",
        type=Bool(),
        default="false",
        summary="Download models from ModelScope instead of Hugging Face",
        details=(
            "Set it to true: the benchmark client accepts only true, and the weight loader only 1 "
            "and true. The code that resolves the paths of the model, the tokenizer and the draft "
            "model also accepts yes and y since 0.5.11, and downloads them before the loader runs; "
            "in earlier releases, yes takes some files from each hub. The variable applies to "
            "models given by ID, including their configuration and tokenizer; local directories "
            "are not affected."
        ),
        example="true",
        relations=(
            Outside(
                needs="the modelscope package",
                note="without it, the server stops with an ImportError",
            ),
        ),
        reads=(
            Read(
                reader="srt.get-bool",
                where=f"{_SRT}/model_loader/loader.py:461",
                since="0.4.5.post3",
                default=False,
                effect="selects where weights come from if their path is not local yet",
            ),
            Read(
                reader="srt.bool",
                where=f"{_SRT}/arg_groups/serving_hook.py:672",
                since="0.5.11",
                default=False,
                effect=(
                    "selects where the model, the tokenizer and the diffusion server's models "
                    "come from"
                ),
            ),
            Read(
                reader="srt.bool",
                where=f"{_SRT}/configs/model_config.py:719",
                since="0.5.6.post2",
                until="0.5.10.post1",
                default=False,
                effect=(
                    "selects where the configuration and the diffusion server's models come from"
                ),
            ),
        ),
    ),
    _variable(
        name="SGLANG_HOST_IP",
        type=Text(),
        default="0.0.0.0",  # noqa: S104 - the documented default
        summary="Address of this host that SGLang gives to other processes",
        details=(
            "Set it if a host has several networks and SGLang picks the wrong one; the symptom "
            "is a peer that hangs while connecting. To set the HTTP server's listening address, "
            "pass --host instead. Prefill and decode servers, transfer engines and the message "
            "queue between nodes publish this address for their peers. If the variable is unset, "
            "SGLang tries HOST_IP, then the network cards, then the route to the outside. The "
            "value is not validated, and 0.0.0.0 makes peers connect to themselves."
        ),
        example="10.0.0.5",
        reads=(
            Read(
                reader="raw.text-or-unset",
                where=f"{_SRT}/utils/network.py:417",
                default_rule="HOST_IP, else the first address found on a network card or route",
            ),
        ),
        discrepancies=(
            "The docs call it the server's host address; the HTTP server listens only on --host.",
            (
                "The docs give 0.0.0.0 as the default; if the variable is unset, the code looks "
                "for an address of this host, and only the message queue between nodes uses "
                "0.0.0.0 if it finds none."
            ),
        ),
    ),
    _variable(
        name="SGLANG_PORT",
        type=Int(minimum=1, maximum=65535),
        default=Computed(
            words="auto-detected", rule="a free port that the operating system chooses"
        ),
        summary="First port in the search for free internal ports",
        details=(
            "Use it to keep traffic between SGLang's own processes within a range that a firewall "
            "or host network allows, and give each server on a host its own range. To set the "
            "HTTP port, pass --port instead. Sockets use the first free port from this one "
            "upward, and the shared-memory queue uses one of the first eight. Up to 0.5.14, a "
            "value that is not a whole number raises a ValueError when the first port is needed; "
            "later releases log a warning and let the operating system choose."
        ),
        example="40000",
        reads=(
            Read(
                reader="srt.int",
                where=f"{_SRT}/utils/network.py:28",
                since="0.5.15",
                default_rule="a free port that the operating system chooses",
            ),
            Read(
                reader="raw.int",
                where=f"{_SRT}/utils/network.py:18",
                since="0.4.4.post3",
                until="0.5.14",
                default_rule="a free port that the operating system chooses",
            ),
        ),
        discrepancies=(
            (
                "The docs call it the server's port; the HTTP server listens on --port, and the "
                "code uses this number only to start its search for internal ports."
            ),
        ),
    ),
    _variable(
        name="SGLANG_LOGGING_CONFIG_PATH",
        type=Path(exists=True),
        default=None,
        summary="JSON logging configuration that replaces SGLang's own",
        details=(
            "Provide JSON for logging.config.dictConfig; YAML and INI fail. The file replaces the "
            "whole configuration: --log-level then sets only the level of the HTTP server's own "
            "log, and the rank prefix of each line is gone, so include the process name in your "
            "format. If the file does not exist, every process stops at startup with an error "
            "message. A relative path is resolved against the working directory, ~ is not "
            "expanded, and an empty string counts as unset."
        ),
        example="/etc/sglang/logging.json",
        reads=(
            Read(
                reader="raw.path-or-unset",
                where=f"{_SRT}/utils/common.py:2619",
                since="0.4.4.post2",
            ),
        ),
    ),
    _variable(
        name="SGLANG_LOG_REQUEST_HEADERS",
        type=List(),
        default=None,
        summary="Additional HTTP headers to write to the request log",
        details=(
            "Do not list headers with credentials, such as Authorization and Cookie: the values "
            "are logged in plain text. Give case-insensitive names, separated by commas; they are"
            " logged in addition to x-smg-routing-key, which is always logged. Headers that a "
            "request lacks are omitted. The value is read once, when the server is imported."
        ),
        example="x-request-id,x-tenant",
        relations=(Outside(needs="--log-requests", note="without it, no requests are logged"),),
    ),
    _variable(
        name="SGLANG_HEALTH_CHECK_TIMEOUT",
        type=Int(minimum=1, unit="seconds"),
        default="20",
        summary="Seconds a health probe waits for server activity before it returns 503",
        details=(
            "Set it lower than the prober's own timeout, and increase it if long prefills make a "
            "busy server appear unresponsive. The probe succeeds as soon as the scheduler or the "
            "detokenizer sends anything, so only a stalled server reaches the limit. Write a "
            "whole number: 20.5, 20s or an empty string raises a ValueError when the HTTP server "
            "is imported."
        ),
        example="60",
    ),
    _variable(
        name="SGLANG_EPLB_HEATMAP_COLLECTION_INTERVAL",
        type=Int(minimum=0, unit="forward passes"),
        default="0",
        summary="Forward passes between samples of the expert load metric; 0 disables it",
        details=(
            "Use a large interval on a loaded server: for every sample, the first rank iterates "
            "over all layers and ranks in Python. The samples go to the Prometheus histogram "
            "sglang:eplb_gpu_physical_count, for a heat map of layers and GPUs; also pass "
            "--enable-metrics, without which the server does not expose it. A value that is not "
            "a number silently counts as 0."
        ),
        example="100",
        relations=(
            Outside(
                needs="--expert-balancedness-report-mode other than off",
                note="up to 0.5.17 the flag is --enable-expert-distribution-metrics",
            ),
        ),
    ),
    _variable(
        name="SGLANG_FORWARD_UNKNOWN_TOOLS",
        type=Bool(),
        default="false",
        summary="Pass on calls to tools that the request did not declare",
        details=(
            "Set it to 1 if the client can handle calls to unknown tools. By default such a call "
            "is dropped with a warning in the log, and the client receives an answer without a "
            "tool call. Which tool call parsers support this depends on the release."
        ),
        example="1",
        relations=(
            Outside(needs="--tool-call-parser", note="without it, tool calls are not parsed"),
        ),
    ),
    _variable(
        name="SGLANG_REQ_WAITING_TIMEOUT",
        type=Float(unit="seconds"),
        default="-1",
        summary="Seconds a request may wait in the queue before it is dropped; -1 means no limit",
        details=(
            "Write seconds, not milliseconds as in the deprecated SGLANG_QUEUED_TIMEOUT_MS: "
            "30000 copied unchanged is a limit of more than eight hours. Fractions are allowed, "
            "and zero and negative values mean no limit. A request that waits longer ends with "
            'the error "Request waiting timeout reached": status 503, or an error event in a '
            "streamed answer. From 0.5.9 to 0.5.20 a value under the deprecated name is divided "
            "by 1000 and overrides this one; later releases do not know that name."
        ),
        example="30",
    ),
    _variable(
        name="SGLANG_REQ_RUNNING_TIMEOUT",
        type=Float(unit="seconds"),
        default="-1",
        summary="Seconds a request may run before it is stopped; -1 means no limit",
        details=(
            "Write seconds, not milliseconds as in the deprecated SGLANG_FORWARD_TIMEOUT_MS. The "
            "time counts from the request's first forward pass; fractions are allowed, and zero "
            "and negative values mean no limit. A request that runs longer ends with the error "
            '"Request running timeout reached": status 503, or an error event in the middle of a '
            "streamed answer. From 0.5.9 to 0.5.20 a value under the deprecated name is divided "
            "by 1000 and overrides this one."
        ),
        example="600",
    ),
    _variable(
        name="SGLANG_CACHE_DIR",
        type=Path(directory=True, expands_home=True),
        default="~/.cache/sglang",
        summary="Directory for SGLang's compiled, tuned and downloaded files",
        details=(
            "Use a disk that survives a restart; otherwise every new container compiles again. "
            "The directory holds torch.compile results, FlashInfer tuning, GPU peer access "
            "records, streamed model files and, in recent releases, the kernel caches of Triton, "
            "Inductor and DeepGEMM. Models from Hugging Face are not stored here; move them with "
            "HF_HOME. Write an absolute path: since 0.5.11 some code does not expand ~ and "
            "creates a directory named ~ in the working directory. An empty string does not "
            "count as unset: caches are then created in the working directory."
        ),
        example="/data/cache/sglang",
        reads=(
            Read(
                reader="srt.text",
                where=f"{_SRT}/compilation/backend.py:408",
                since="0.5.11",
                default_rule=".cache/sglang in the home directory",
            ),
            Read(
                reader="raw.path",
                where=f"{_SRT}/compilation/backend.py:397",
                since="0.5.3.post2",
                until="0.5.10.post1",
                default="~/.cache/sglang/",
            ),
        ),
        discrepancies=(
            (
                "The docs say it caches model weights; the code stores only streamed model files "
                "there, and weights from Hugging Face go to that library's own cache."
            ),
        ),
    ),
    _variable(
        name="SGLANG_PREFETCH_BLOCK_SIZE_MB",
        type=Int(minimum=1, unit="MB"),
        default="16",
        summary="Block size in MB for reading checkpoints into the page cache before loading",
        details=(
            "Increase it for storage with high latency; each reading thread needs this much "
            "memory. Before the workers map the weights, threads read the files sequentially in "
            "blocks of this size, so network storage receives long reads instead of page faults. "
            "The value is not validated: 0 stops the prefetch immediately."
        ),
        example="64",
        relations=(
            Outside(
                needs="--weight-loader-prefetch-checkpoints",
                note="without it, checkpoints are not prefetched",
            ),
        ),
    ),
)
