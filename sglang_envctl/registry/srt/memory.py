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
            "The page allocator then makes sure that no page is handed out twice, and the server "
            "stops at the first one that is. The checks copy index lists to the host and wait for "
            "the GPU, which costs a good part of the throughput: use it to find corruption, not in "
            "production. Write 1: the allocator does not know yes and y, which the newer pools do."
        ),
        example="1",
        reads=(
            Read(
                reader="srt.get-bool",
                where=f"{_SRT}/mem_cache/allocator/paged.py:154",
                default=False,
                effect="checks of the page allocator",
            ),
            Read(
                reader="srt.bool",
                where=f"{_SRT}/mem_cache/memory_pool.py:666",
                since="0.5.15",
                default=False,
                effect="checks of the pools for state-space layers",
            ),
        ),
    ),
    _variable(
        name="SGLANG_CLIP_MAX_NEW_TOKENS_ESTIMATION",
        type=Int(minimum=1, unit="tokens"),
        default="4096",
        summary="Most new tokens the scheduler reckons with for one request",
        details=(
            "Clients often ask for far more tokens than they use, and a scheduler that kept room for "
            "all of them would admit few requests. It therefore plans with at most this many; the "
            "answer itself may still grow to what the client asked for. Lower it for more requests "
            "at once; if answers really are long, requests are then retracted and computed again. "
            "The scheduler takes a whole number or fails at import with ValueError, while a decode "
            "server's own copy falls back to the default."
        ),
        example="2048",
        reads=(
            Read(
                reader="raw.int",
                where=f"{_SRT}/managers/schedule_policy.py:90",
                default=4096,
                effect="admission of requests",
            ),
            Read(
                reader="srt.int",
                where=f"{_SRT}/disaggregation/decode.py:150",
                since="0.5.10",
                default=4096,
                effect="admission on a decode server",
            ),
            Read(
                reader="srt.get-int",
                where=f"{_SRT}/disaggregation/decode.py:73",
                until="0.5.9",
                default=4096,
                effect="admission on a decode server",
            ),
        ),
    ),
    _variable(
        name="SGLANG_DETOKENIZER_MAX_STATES",
        type=Int(minimum=1, unit="requests"),
        default=Computed(words="Default value based on system", rule="65536, on every system"),
        summary="How many unfinished requests the detokenizer remembers",
        details=(
            "Every request that streams has a state here until it ends. When there are more, the "
            "oldest is thrown out, and its next token stops the detokenizer with a RuntimeError that "
            "names this variable. Raise it if you run more than 65536 requests at once, which "
            "happens with large offline batches. Anything but a whole number raises ValueError when "
            "the module is imported."
        ),
        example="131072",
        discrepancies=(
            "The page says the default depends on the system; in the code it is 65536 everywhere.",
        ),
    ),
    _variable(
        name="SGLANG_ENABLE_TP_MEMORY_INBALANCE_CHECK",
        type=Bool(),
        default="true",
        summary="Refuse to start when GPUs of one group differ in free memory",
        details=(
            "Before the model is loaded, each rank compares its free memory with the least that any "
            "rank of the group has. A tenth less stops the start with a RuntimeError, because the "
            "fullest GPU decides how large the KV cache can be; usually another process sits on "
            "it. Set 0 to start all the same with a warning. Up to 0.5.6.post2 the switch had the "
            "opposite sense, as SGLANG_DISABLE_TP_MEMORY_INBALANCE_CHECK; from 0.5.18 to 0.5.20 "
            "that name is still taken, turned round."
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
            "NVLINK, or true, is for racks joined by NVLink such as GB200 NVL72; INTRA_NODE_NVLINK "
            "is for prefill and decode on one machine. Spell the names in capitals: nvlink, 1 and "
            "false choose no pool, and yet count as set, so that the server gives up memory "
            "optimizations for a pool it does not have. To switch it off, remove the line. If "
            "Mooncake's allocator cannot be imported, a warning is all that happens and transfers "
            "go the ordinary way. Release 0.5.5 knows only true and false."
        ),
        example="NVLINK",
        relations=(
            Outside(
                needs="--disaggregation-transfer-backend mooncake",
                note="no other transfer back-end uses the pool",
            ),
            Outside(needs="the mooncake package with its NVLink or Barex allocator"),
        ),
        discrepancies=(
            (
                "The page lists what switches the pool on; in the code any other text, false too, "
                "counts as set in the places that only ask whether it is."
            ),
        ),
    ),
)
