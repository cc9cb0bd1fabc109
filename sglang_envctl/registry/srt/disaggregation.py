"""SGLang: prefill and decode on separate servers."""

from __future__ import annotations

from functools import partial

from sglang_envctl.registry.documents import PD_DISAGGREGATION
from sglang_envctl.registry.srt import declared
from sglang_envctl.registry.types import Bool, Choice, Float, Int
from sglang_envctl.registry.variable import (
    Computed,
    Condition,
    EffectiveWhen,
    Outside,
    Read,
    Section,
    Variable,
)

SECTION = Section(
    slug="pd-disaggregation", title="SGLang: PD disaggregation", heading="PD Disaggregation"
)

_CONN = "sglang/srt/disaggregation/mooncake/conn.py"
_MORI = "sglang/srt/disaggregation/mori/conn.py"
_ON_PREFILL = Outside(needs="--disaggregation-mode prefill")
_ON_DECODE = Outside(needs="--disaggregation-mode decode")
_THREADS = "min(max(4, int(0.5 * cpu_count) // 8), 12)"

_variable = partial(Variable, section=SECTION, owner="sglang", documents=(PD_DISAGGREGATION,))


def _before_0_5_8(line: int, default: object) -> Read:
    """The Mooncake backend's read in the releases before the variable is declared."""
    return Read(
        reader="srt.get-int",
        where=f"{_CONN}:{line}",
        since="0.4.9.post1",
        until="0.5.7",
        default=default,
    )


def _in_mori_0_5_9(line: int, default: object) -> Read:
    return Read(
        reader="srt.get-int",
        where=f"{_MORI}:{line}",
        since="0.5.9",
        until="0.5.9",
        default=default,
        effect="applies to the MoRI backend",
    )


VARIABLES = (
    _variable(
        name="SGLANG_DISAGGREGATION_THREAD_POOL_SIZE",
        type=Int(minimum=1),
        default=Computed(
            words="int(0.75 * os.cpu_count()) // 8, larger than 4 and less than 12",
            rule=f"{_THREADS}, where cpu_count is that of the host, not of the container",
        ),
        summary="Threads per prefill rank that send KV cache",
        details=(
            "Keep it at or above SGLANG_DISAGGREGATION_QUEUE_SIZE: with the Mooncake and Ascend "
            "backends, fewer threads than queues stop a prefill server with an AssertionError. "
            "Other backends do not use it on prefill servers. The threads are divided among the "
            "queues, rounded down: 6 threads and 4 queues give one thread per queue. The default "
            "depends on the number of processors on the whole host: 4 threads with up to 79 "
            "processors, 12 with 192 or more. On decode servers, the variable limits the calls "
            "that recompute a retracted request, and the default is 16."
        ),
        example="12",
        relations=(
            Outside(needs="--disaggregation-mode prefill or decode"),
            Outside(needs="at most this many queues (SGLANG_DISAGGREGATION_QUEUE_SIZE)"),
        ),
        reads=(
            declared("int", 753, since="0.5.8", default_rule=_THREADS),
            Read(
                reader="srt.get-int",
                where=f"{_CONN}:173",
                since="0.4.7",
                until="0.5.7",
                default_rule=_THREADS,
            ),
        ),
        discrepancies=(
            "The docs compute the default with a factor of 0.75; the code uses 0.5.",
            "The docs say larger than 4 and less than 12; the code also allows 4 and 12.",
        ),
    ),
    _variable(
        name="SGLANG_DISAGGREGATION_QUEUE_SIZE",
        type=Int(minimum=1),
        default="4",
        summary="Number of queues for KV transfers to decode servers",
        details=(
            "Increase it if one slow receiver delays the others: queues run in parallel, but "
            "transfers to the same decode ranks pass through one queue in order. With 1, all "
            "transfers run in order of arrival. MoRI does not use it. The Mooncake backend needs "
            "at least as many threads as queues (SGLANG_DISAGGREGATION_THREAD_POOL_SIZE); "
            "otherwise the server stops at startup."
        ),
        example="4",
        relations=(_ON_PREFILL,),
    ),
    _variable(
        name="SGLANG_DISAGGREGATION_BOOTSTRAP_TIMEOUT",
        type=Int(minimum=0, unit="seconds"),
        default="300",
        summary="Seconds a prefill server waits for the decode server's KV cache address",
        details=(
            "Increase it if requests wait in a queue on the decode side, because that time counts "
            "too. When the timeout expires, the request is aborted and its cache is freed. With a "
            "longer timeout, prefill keeps the memory of its requests longer after a decode "
            "server fails. With --disaggregation-decode-allocation-policy prefill_complete, the "
            "time counts from the end of the prefill."
        ),
        example="600",
        relations=(_ON_PREFILL,),
        reads=(
            declared("int", 759, 300, since="0.5.8"),
            _in_mori_0_5_9(199, 300),
            _before_0_5_8(198, 300),
        ),
    ),
    _variable(
        name="SGLANG_DISAGGREGATION_BOOTSTRAP_ENTRY_CLEANUP_INTERVAL",
        type=Int(minimum=0, unit="seconds"),
        default="120",
        summary="Seconds between cleanups of the bootstrap server's table, and maximum entry age",
        details=(
            "Set it higher than the time that requests wait between the prefill server and the "
            "decode server; otherwise a late request no longer finds its rank. The bootstrap "
            "server records which data-parallel rank took a request, and at this interval deletes"
            " the entries that are older than the interval. With 0, the cleanup runs without a "
            "pause and keeps a core busy."
        ),
        example="120",
        relations=(_ON_PREFILL,),
    ),
    _variable(
        name="SGLANG_DISAGGREGATION_HEARTBEAT_INTERVAL",
        type=Float(unit="seconds"),
        default="5.0",
        summary="Seconds between a decode server's heartbeats to its prefill servers",
        details=(
            "Increase it if busy prefill servers answer late. Values below 2 silently count as 2."
            " A prefill server is considered dead after "
            "SGLANG_DISAGGREGATION_HEARTBEAT_MAX_FAILURE consecutive failures, which takes about "
            "ten seconds with the defaults, 5 seconds and 2 failures."
        ),
        example="10",
        relations=(_ON_DECODE,),
        discrepancies=("The docs give no lower limit; the code uses at least 2 seconds.",),
    ),
    _variable(
        name="SGLANG_DISAGGREGATION_HEARTBEAT_MAX_FAILURE",
        type=Int(),
        default="2",
        summary="Consecutive missed heartbeats after which a prefill server is considered dead",
        details=(
            "Increase it if healthy prefill servers are considered dead: with the defaults, 2 "
            "failures and SGLANG_DISAGGREGATION_HEARTBEAT_INTERVAL=5, a pause of ten seconds, "
            "such as a long garbage collection, is enough. If a server is considered dead, all "
            "requests that wait for it fail. Values below 1 silently count as 1."
        ),
        example="3",
        relations=(_ON_DECODE,),
        discrepancies=("The docs give no lower limit; the code uses at least 1.",),
    ),
    _variable(
        name="SGLANG_DISAGGREGATION_WAITING_TIMEOUT",
        type=Int(minimum=0, unit="seconds"),
        default="300",
        summary="Seconds a decode server waits for the KV cache of an accepted request",
        details=(
            "Increase it if long prompts wait for a busy prefill server: guides for long "
            "contexts set 3600. Increase SGLANG_DISAGGREGATION_BOOTSTRAP_TIMEOUT on the prefill "
            "side as well. When the timeout expires, the request is aborted and its memory is "
            "freed. The staging buffer uses this timeout too."
        ),
        example="600",
        relations=(
            Outside(
                needs="--disaggregation-mode decode",
                note=(
                    "a prefill server reads it only with "
                    "--disaggregation-decode-allocation-policy prefill_complete"
                ),
            ),
        ),
        reads=(
            declared("int", 763, 300, since="0.5.8"),
            _in_mori_0_5_9(204, 300),
            _before_0_5_8(223, 300),
        ),
    ),
    _variable(
        name="MC_FORCE_MNNVL",
        owner="mooncake",
        type=Bool(),
        summary="Make Mooncake transfer data over NVLink between nodes instead of RDMA",
        details=(
            "To return to RDMA, remove the variable: Mooncake's engine only checks whether the "
            "name is set, so 0 and false force NVLink too. Only Mooncake builds with multi-node "
            "NVLink, for racks such as NVL72, act on it, and without a network card these builds "
            "always use NVLink. The wheels of Mooncake 0.3.13.post1 and 0.3.14 are built without "
            "it: they log a warning and use RDMA or TCP. The KV cache is reachable this way only "
            "with SGLANG_MOONCAKE_CUSTOM_MEM_POOL=NVLINK."
        ),
        example="1",
        relations=(
            Outside(needs="a Mooncake build with MNNVL, and NVLink between the nodes"),
            Outside(needs="SGLANG_MOONCAKE_CUSTOM_MEM_POOL=NVLINK"),
        ),
        reads=(Read(reader="unknown", where="Mooncake, transfer_engine_impl.cpp"),),
        discrepancies=(
            (
                "The docs show MC_FORCE_MNNVL=True, as for a Boolean, but do not mention that "
                "Mooncake's engine only checks whether the name is set, so False also enables it."
            ),
            (
                "The docs prefer --disaggregation-transport; no release up to 0.5.23 has that "
                "option."
            ),
        ),
    ),
    _variable(
        name="SGLANG_DISAGGREGATION_NIXL_BACKEND",
        type=Choice(("UCX", "LIBFABRIC"), open=True),
        default="UCX",
        summary="NIXL plugin that transfers the KV cache",
        details=(
            "Use UCX for InfiniBand and RoCE and LIBFABRIC for EFA on AWS; any other installed "
            "NIXL plugin also works. The name is case-sensitive and is passed to NIXL unchanged: "
            "ucx is not UCX, and an unknown plugin stops the server. Pass plugin options in "
            "SGLANG_DISAGGREGATION_NIXL_BACKEND_PARAMS as a JSON object with string values."
        ),
        example="LIBFABRIC",
        relations=(Outside(needs="--disaggregation-transfer-backend nixl"),),
    ),
    _variable(
        name="ENABLE_ASCEND_TRANSFER_WITH_MOONCAKE",
        type=Bool(),
        summary="Transfer the KV cache between Ascend NPUs with Mooncake",
        details=(
            "Set it only with a Mooncake build for Ascend. Mooncake then uses its ascend "
            "protocol, adds the NPU number to the host name, and ignores MOONCAKE_PROTOCOL. "
            "Without such a build, use Ascend's own backend (--disaggregation-transfer-backend "
            "ascend), which uses MemFabric and needs ASCEND_MF_STORE_URL."
        ),
        example="true",
        relations=(Outside(needs="--disaggregation-transfer-backend mooncake, on Ascend NPUs"),),
    ),
    _variable(
        name="ASCEND_NPU_PHY_ID",
        type=Int(minimum=-1),
        summary="Physical number of the NPU on its host, if a container renumbers it",
        details=(
            "Set it in a container that sees only some NPUs: Mooncake's ascend protocol needs "
            "the physical number, but with only NPU 5 visible SGLang would pass 0. If it is "
            "unset or -1, SGLang's own number is used. One value applies to all workers of a "
            "process tree, so use one NPU per container. A value that is not a number logs a "
            "warning and counts as unset."
        ),
        example="5",
        relations=(
            EffectiveWhen(
                condition=Condition("ENABLE_ASCEND_TRANSFER_WITH_MOONCAKE", "true"),
                unless="other software in the container that reads it",
            ),
        ),
    ),
)
