"""SGLang's serving runtime: memory pools and the scheduler's estimates."""

from __future__ import annotations

from functools import partial

from sglang_envctl.registry.documents import SRT_REFERENCE
from sglang_envctl.registry.types import Bool, Choice, Int
from sglang_envctl.registry.variable import Computed, Outside, Read, Section, Variable

SECTION = Section(slug="srt-memory", title="SGLang: memory", heading="Memory Management")

_SRT = "sglang/srt"

_variable = partial(Variable, section=SECTION, owner="sglang", documents=(SRT_REFERENCE,))

VARIABLES = (
    _variable(
        name="SGLANG_DEBUG_MEMORY_POOL",
        type=Bool(),
        default="false",
        summary="Check the KV cache's bookkeeping after every allocation and release",
        details=(
            "Set it to 1 to find memory corruption, but not in production: the checks wait for "
            "the GPU, which greatly reduces throughput. If it is on, the page allocator verifies "
            "that no page is allocated or freed twice, and the server stops at the first error. "
            "With --page-size 1 a server usually has another allocator, without these checks. Do "
            "not write yes or y, because the page allocator does not accept them, although the "
            "pools for state-space layers do."
        ),
        example="1",
        reads=(
            Read(
                reader="srt.get-bool",
                where=f"{_SRT}/mem_cache/allocator/paged.py:154",
                since="0.4.5.post3",
                default=False,
                effect="enables the checks of the page allocator",
            ),
            Read(
                reader="srt.bool",
                where=f"{_SRT}/mem_cache/memory_pool.py:666",
                since="0.5.15",
                default=False,
                effect="enables the checks of the pools for state-space layers",
            ),
        ),
    ),
    _variable(
        name="SGLANG_CLIP_MAX_NEW_TOKENS_ESTIMATION",
        type=Int(minimum=1, unit="tokens"),
        default="4096",
        summary="Maximum new tokens per request that the scheduler plans for",
        details=(
            "Lower it to run more requests at once; if answers are long, requests are then "
            "retracted and recomputed. Because clients often request far more tokens than they "
            "use, the scheduler reserves at most this many tokens per request; the answer may "
            "still reach the requested length. Write a whole number; otherwise the scheduler "
            "fails at import with a ValueError, even on decode servers, whose own code falls back"
            " to the default."
        ),
        example="2048",
        reads=(
            Read(
                reader="raw.int",
                where=f"{_SRT}/managers/schedule_policy.py:90",
                default=4096,
                effect="limits the admission of requests",
            ),
            Read(
                reader="srt.int",
                where=f"{_SRT}/disaggregation/decode.py:150",
                since="0.5.10",
                default=4096,
                effect="limits the admission of requests on a decode server",
            ),
            Read(
                reader="srt.get-int",
                where=f"{_SRT}/disaggregation/decode.py:73",
                since="0.5.1",
                until="0.5.9",
                default=4096,
                effect="limits the admission of requests on a decode server",
            ),
        ),
    ),
    _variable(
        name="SGLANG_DETOKENIZER_MAX_STATES",
        type=Int(minimum=1, unit="requests"),
        default=Computed(words="Default value based on system", rule="65536, on every system"),
        summary="Maximum number of unfinished requests that the detokenizer tracks",
        details=(
            "Increase it if more than 65536 requests run at once, which happens with large "
            "offline batches. The detokenizer keeps a state for each request from its first "
            "output until the request ends. Above the limit the oldest state is dropped: if that "
            "request is in the same batch of outputs, the detokenizer stops with a RuntimeError "
            "that names this variable; otherwise, the request silently loses part of its text. A "
            "value that is not a whole number raises a ValueError when the detokenizer is "
            "imported."
        ),
        example="131072",
        discrepancies=(
            "The docs say the default depends on the system; the code always uses 65536.",
        ),
    ),
    _variable(
        name="SGLANG_ENABLE_TP_MEMORY_INBALANCE_CHECK",
        type=Bool(),
        default="true",
        summary="Refuse to start if the GPUs of a group differ in free memory",
        details=(
            "Set it to 0 to start with a warning instead of an error. Before loading the model, "
            "each rank compares its free memory with the lowest in its group; a difference of "
            "more than a tenth stops the server with a RuntimeError, because the fullest GPU "
            "limits the KV cache. The usual cause is another process on the fullest GPU. Up to "
            "0.5.6.post2 the variable is SGL_DISABLE_TP_MEMORY_INBALANCE_CHECK, with the opposite "
            "meaning; 0.5.18 to 0.5.20 read SGLANG_DISABLE_TP_MEMORY_INBALANCE_CHECK, inverted."
        ),
        example="0",
    ),
    _variable(
        name="SGLANG_MOONCAKE_CUSTOM_MEM_POOL",
        type=Choice(
            ("NVLINK", "BAREX", "INTRA_NODE_NVLINK", "true"), also=("True", "TRUE"), exact=True
        ),
        default=None,
        summary="Allocate the KV cache so that Mooncake can send it over NVLink or Barex",
        details=(
            "Use NVLINK or true for racks such as GB200 NVL72, and INTRA_NODE_NVLINK for prefill "
            "and decode on one host. To disable it, remove the line: other values, such as "
            "nvlink, 1 and false, select no pool but still count as set, so the server "
            "needlessly disables memory optimizations. Write the pool names in uppercase. If "
            "Mooncake's allocator cannot be imported, SGLang logs a warning and transfers use "
            "the normal path. Releases up to 0.5.5 read the value as a Boolean."
        ),
        example="NVLINK",
        relations=(
            Outside(
                needs="--disaggregation-transfer-backend mooncake",
                note="the pool is for Mooncake's transfers",
            ),
            Outside(needs="the mooncake package with its NVLink or Barex allocator"),
        ),
        discrepancies=(
            (
                "The docs list the values that enable the pool but do not mention that some code "
                "only checks whether the variable is set and treats every other value, even false, "
                "as on."
            ),
        ),
    ),
)
