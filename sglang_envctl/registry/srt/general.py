"""SGLang's serving runtime: addresses, logs, time limits, where things are kept."""

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
            "A model that is named by its id comes from ModelScope, its configuration and tokenizer "
            "too; a model that is a local directory is not affected. Write 1 or true: the weight "
            "loader knows only these two, while the places that fetch the configuration also take "
            "yes and y, so that with yes the configuration comes from one hub and the weights from "
            "the other. The benchmark client asks for itself and accepts nothing but true."
        ),
        example="true",
        relations=(
            Outside(
                needs="the modelscope package",
                note="without it the download fails with ImportError",
            ),
        ),
        reads=(
            Read(
                reader="srt.get-bool",
                where=f"{_SRT}/model_loader/loader.py:461",
                default=False,
                effect="where weights come from",
            ),
            Read(
                reader="srt.bool",
                where=f"{_SRT}/configs/model_config.py:1754",
                since="0.5.6.post2",
                default=False,
                effect="where the configuration comes from, and the diffusion server's models",
            ),
        ),
    ),
    _variable(
        name="SGLANG_HOST_IP",
        type=Text(),
        default="0.0.0.0",  # noqa: S104 - what the page says
        summary="The address that this machine tells other processes to reach it under",
        details=(
            "Not the address the HTTP server listens on; that is --host. Prefill and decode servers, "
            "transfer engines and the message queue between nodes publish this address so that "
            "peers connect to it. Set it where a machine has several networks and the guess picks "
            "the wrong one: the symptom is a peer that hangs while it connects. Unset, HOST_IP is "
            "asked, then the network cards, then the route to the outside. The text is used as it "
            "is, without a look whether it is an address, and 0.0.0.0 sends peers to themselves."
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
            "The page calls it the server's host address; the HTTP server listens on --host alone.",
            (
                "The page gives 0.0.0.0 as the default; unset, the code looks for an address of "
                "this machine and never comes to 0.0.0.0."
            ),
        ),
    ),
    _variable(
        name="SGLANG_PORT",
        type=Int(minimum=1, maximum=65535),
        default=Computed(
            words="auto-detected", rule="a free port of the operating system's choice"
        ),
        summary="Port number from which SGLang searches for free internal ports",
        details=(
            "The HTTP port is --port; this one concerns sockets between SGLang's own processes. They "
            "take the first free port from here upwards, and the shared-memory queue binds one of "
            "the next eight. Use it to keep internal traffic inside a range that a firewall or a "
            "host network knows, and give each server on one machine a range of its own. Up to "
            "0.5.14 a text that is no number raises ValueError when the first port is wanted; "
            "later releases warn and let the operating system choose."
        ),
        example="40000",
        reads=(
            Read(
                reader="srt.int",
                where=f"{_SRT}/utils/network.py:28",
                since="0.5.15",
                default_rule="a free port of the operating system's choice",
            ),
            Read(
                reader="raw.int",
                where=f"{_SRT}/utils/network.py:18",
                until="0.5.14",
                default_rule="a free port of the operating system's choice",
            ),
        ),
        discrepancies=(
            (
                "The page calls it the server's port; the code takes it as the start of the search "
                "for internal ports, and the HTTP server listens on --port."
            ),
        ),
    ),
    _variable(
        name="SGLANG_LOGGING_CONFIG_PATH",
        type=Path(),
        default=None,
        summary="JSON file for Python's logging, in place of SGLang's own set-up",
        details=(
            "The file holds what logging.config.dictConfig takes, as JSON; YAML and INI fail. It "
            "replaces the whole set-up: --log-level no longer counts, and the prefix with the rank "
            "in front of each line is gone, so name the process in your format. A file that does "
            "not exist stops every process at its start with a message that says so. The path "
            "counts from the working directory and ~ is taken literally; empty is unset."
        ),
        example="/etc/sglang/logging.json",
        reads=(Read(reader="raw.path-or-unset", where=f"{_SRT}/utils/common.py:2619"),),
    ),
    _variable(
        name="SGLANG_LOG_REQUEST_HEADERS",
        type=List(),
        default=None,
        summary="More HTTP headers to write into the request log",
        details=(
            "Names separated by commas, in any case; they join x-smg-routing-key, which is logged "
            "anyway. A header that a request lacks is left out of its line. Values appear in clear "
            "text, so keep authorization and cookies off this list. Read once when the server is "
            "imported."
        ),
        example="x-request-id,x-tenant",
        relations=(Outside(needs="--log-requests", note="without it no request is logged at all"),),
    ),
    _variable(
        name="SGLANG_HEALTH_CHECK_TIMEOUT",
        type=Int(minimum=1, unit="seconds"),
        default="20",
        summary="How long a health probe waits for a sign of life before it answers 503",
        details=(
            "The probe is answered as soon as the scheduler or the detokenizer sends anything, so "
            "only a server that stands still uses the time up. Keep it below the time limit of "
            "whoever probes, or the probe is cut off before it can say 503; raise it where long "
            "prefills make a busy server look dead. It must be a whole number: 20.5, 20s or the "
            "empty text raises ValueError when the HTTP server is imported."
        ),
        example="60",
    ),
    _variable(
        name="SGLANG_EPLB_HEATMAP_COLLECTION_INTERVAL",
        type=Int(minimum=0, unit="forward passes"),
        default="0",
        summary="Forward passes between two samples of the expert load metric; 0 is off",
        details=(
            "Feeds the Prometheus histogram sglang:eplb_gpu_physical_count, from which a heat map of "
            "layer against GPU can be drawn. Every sample walks all layers and ranks in Python on "
            "the first rank, so take a large interval on a server that carries load. A text that is "
            "no number is 0 without a word."
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
            "A model sometimes calls a tool that is not on the request's list. By default the call "
            "is dropped with a warning in the log, and a client that waits for it sees an answer "
            "without any tool call; with this on it gets the call and decides for itself. Which "
            "tool call parsers honour it differs from release to release."
        ),
        example="1",
        relations=(Outside(needs="--tool-call-parser", note="without it no call is parsed"),),
    ),
    _variable(
        name="SGLANG_REQ_WAITING_TIMEOUT",
        type=Float(unit="seconds"),
        default="-1",
        summary="Seconds a request may wait in the queue before it is dropped; -1 is no limit",
        details=(
            "A request that has waited longer ends with status 503 and the words Request waiting "
            "timeout reached. Any value up to 0 means no limit, and fractions are allowed. It takes "
            "the place of SGLANG_QUEUED_TIMEOUT_MS, which counted milliseconds: 30000 copied over "
            "unchanged is a limit of more than eight hours. From 0.5.9 to 0.5.20 the old name is "
            "still copied here, divided by 1000, and wins; later releases do not know it."
        ),
        example="30",
    ),
    _variable(
        name="SGLANG_REQ_RUNNING_TIMEOUT",
        type=Float(unit="seconds"),
        default="-1",
        summary="Seconds a request may run before it is stopped; -1 is no limit",
        details=(
            "Counted from the request's first forward pass; one that runs longer ends with status "
            "503 and the words Request running timeout reached, also in the middle of a streamed "
            "answer. Any value up to 0 means no limit, and fractions are allowed. It takes the place "
            "of SGLANG_FORWARD_TIMEOUT_MS, which counted milliseconds; from 0.5.9 to 0.5.20 that "
            "name is still copied here, divided by 1000, and wins."
        ),
        example="600",
    ),
    _variable(
        name="SGLANG_CACHE_DIR",
        type=Path(directory=True, expands_home=True),
        default="~/.cache/sglang",
        summary="Directory for what SGLang compiles, tunes and downloads for itself",
        details=(
            "Holds torch.compile results, FlashInfer tuning, the record of GPU peer access, "
            "streamed model files, and in late releases the kernel caches of Triton, Inductor and "
            "DeepGEMM as well. Put it on a disk that survives a restart, or every cold container "
            "pays for the compilation again. Models from Hugging Face are not here: HF_HOME moves "
            "those. Write the path out: from 0.5.11 on some readers turn ~ into the home directory "
            "and others make a directory of that name where the server was started. The empty text "
            "is not unset; caches then land in the working directory."
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
                until="0.5.10.post1",
                default="~/.cache/sglang/",
            ),
        ),
        discrepancies=(
            (
                "The page says it caches model weights; the code keeps only streamed model files "
                "there, and weights from Hugging Face go to that library's own cache."
            ),
        ),
    ),
    _variable(
        name="SGLANG_PREFETCH_BLOCK_SIZE_MB",
        type=Int(minimum=1, unit="MB"),
        default="16",
        summary="Block size for reading checkpoints into the page cache ahead of loading",
        details=(
            "Before the workers map the weights, a thread reads the files from one end to the other "
            "in blocks of this size, so that network storage sees long reads instead of page "
            "faults. Larger blocks help storage with a high latency and cost that much memory for "
            "each reading thread. Nothing checks the number: 0 ends the reading at once."
        ),
        example="64",
        relations=(
            Outside(
                needs="--weight-loader-prefetch-checkpoints",
                note="without it checkpoints are not read ahead",
            ),
        ),
    ),
)
