"""SGLang: prefill and decode on servers of their own."""

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
    """Where only the Mooncake back-end asked."""
    return Read(reader="srt.get-int", where=f"{_CONN}:{line}", until="0.5.7", default=default)


def _in_mori_0_5_9(line: int, default: object) -> Read:
    return Read(
        reader="srt.get-int",
        where=f"{_MORI}:{line}",
        since="0.5.9",
        until="0.5.9",
        default=default,
        effect="the same for the MoRI back-end",
    )


VARIABLES = (
    _variable(
        name="SGLANG_DISAGGREGATION_THREAD_POOL_SIZE",
        type=Int(minimum=1),
        default=Computed(
            words="int(0.75 * os.cpu_count()) // 8, larger than 4 and less than 12",
            rule=f"{_THREADS}, cpu_count being the machine's, not the container's",
        ),
        summary="Threads of each prefill rank that send KV cache",
        details=(
            "They are shared out over the queues, rounded down: 6 threads and 4 queues make one "
            "thread each. Fewer threads than SGLANG_DISAGGREGATION_QUEUE_SIZE queues stop the "
            "server with an AssertionError, so raise both together. The default counts the "
            "processors of the whole machine: 4 up to 79 of them, and 12 from 192 on. On decode "
            "servers the number bounds the calls that recompute a retracted request, 16 unless "
            "set."
        ),
        example="12",
        relations=(
            _ON_PREFILL,
            Outside(needs="at least as many threads as SGLANG_DISAGGREGATION_QUEUE_SIZE"),
        ),
        reads=(
            declared("int", 753, since="0.5.8", default_rule=_THREADS),
            Read(
                reader="srt.get-int",
                where=f"{_CONN}:173",
                until="0.5.7",
                default_rule=_THREADS,
            ),
        ),
        discrepancies=(
            "The page computes the default with a factor of 0.75; the code has 0.5.",
            "The page says larger than 4 and less than 12; the code allows 4 and 12.",
        ),
    ),
    _variable(
        name="SGLANG_DISAGGREGATION_QUEUE_SIZE",
        type=Int(minimum=1),
        default="4",
        summary="Queues that KV transfers to the decode servers are spread over",
        details=(
            "Each decode server's transfers go through one queue in order, and queues run side by "
            "side: more of them keep one slow receiver from holding up the rest. With 1, "
            "everything goes in order of arrival. The Mooncake back-end wants at least as many "
            "threads as queues (SGLANG_DISAGGREGATION_THREAD_POOL_SIZE), or it stops at start."
        ),
        example="4",
        relations=(_ON_PREFILL,),
    ),
    _variable(
        name="SGLANG_DISAGGREGATION_BOOTSTRAP_TIMEOUT",
        type=Int(minimum=0, unit="seconds"),
        default="300",
        summary="How long a prefill server waits for decode to say where the KV cache goes",
        details=(
            "When it runs out, the request is aborted and its cache freed. Behind a queue on the "
            "decode side requests wait here, so long queues need more; the price is that after a "
            "decode server died, prefill holds the memory of its requests that much longer. With "
            "decode allocation after prefill, this and SGLANG_DISAGGREGATION_WAITING_TIMEOUT are "
            "added up."
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
        summary="How often, and after what age, the bootstrap server forgets where requests went",
        details=(
            "The bootstrap server remembers which data-parallel rank took a request. Every so many "
            "seconds it drops the entries that are older than the same number of seconds. Make it "
            "longer than requests wait between the two servers, or a late one no longer finds its "
            "rank. 0 sweeps without a pause and keeps a core busy."
        ),
        example="120",
        relations=(_ON_PREFILL,),
    ),
    _variable(
        name="SGLANG_DISAGGREGATION_HEARTBEAT_INTERVAL",
        type=Float(unit="seconds"),
        default="5.0",
        summary="How often a decode server asks its prefill servers whether they are alive",
        details=(
            "Less than 2 is taken for 2, in silence. A prefill server counts as gone after "
            "SGLANG_DISAGGREGATION_HEARTBEAT_MAX_FAILURE answers in a row failed to come, so the "
            "defaults notice a dead one after about ten seconds. Raise it where prefill servers "
            "are busy enough to answer late."
        ),
        example="10",
        relations=(_ON_DECODE,),
        discrepancies=("The page names no lower limit; the code never goes below 2 seconds.",),
    ),
    _variable(
        name="SGLANG_DISAGGREGATION_HEARTBEAT_MAX_FAILURE",
        type=Int(),
        default="2",
        summary="Missed heartbeats in a row after which a prefill server counts as gone",
        details=(
            "All requests that wait for that server are then failed. Less than 1 is taken for 1, "
            "in silence. With 2 and the default interval a pause of ten seconds, a long garbage "
            "collection for example, is enough: raise it if healthy servers get dropped."
        ),
        example="3",
        relations=(_ON_DECODE,),
        discrepancies=("The page names no lower limit; the code never goes below 1.",),
    ),
    _variable(
        name="SGLANG_DISAGGREGATION_WAITING_TIMEOUT",
        type=Int(minimum=0, unit="seconds"),
        default="300",
        summary="How long a decode server waits for the KV cache of a request it has accepted",
        details=(
            "When it runs out, the request is aborted and its memory freed. Long prompts behind a "
            "busy prefill server need more: guides for long contexts set 3600. The staging buffer "
            "obeys it too. Raise SGLANG_DISAGGREGATION_BOOTSTRAP_TIMEOUT on the prefill side with "
            "it."
        ),
        example="600",
        relations=(_ON_DECODE,),
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
        summary="Make Mooncake carry data over NVLink between nodes, not over its network cards",
        details=(
            "Read by Mooncake's transfer engine in builds with multi-node NVLink, for racks such "
            "as NVL72; other builds take no notice. The published engine only asks whether the "
            "name is set, so 0 and false force NVLink as well: to go back to RDMA, take it out of "
            "the environment. Without a network card NVLink is chosen anyway. The KV cache has to "
            "come from SGLANG_MOONCAKE_CUSTOM_MEM_POOL=NVLINK to be reachable that way. The page "
            "now recommends --disaggregation-transport nvlink instead."
        ),
        example="1",
        relations=(
            Outside(needs="a Mooncake build with MNNVL, and NVLink between the nodes"),
            Outside(needs="SGLANG_MOONCAKE_CUSTOM_MEM_POOL=NVLINK"),
        ),
        reads=(Read(reader="unknown", where="Mooncake, transfer_engine_impl.cpp"),),
        discrepancies=(
            "The page writes MC_FORCE_MNNVL=True as if it were a switch; Mooncake's published "
            "engine asks only whether the name is set.",
        ),
    ),
    _variable(
        name="SGLANG_DISAGGREGATION_NIXL_BACKEND",
        type=Choice(("UCX", "LIBFABRIC"), open=True),
        default="UCX",
        summary="The NIXL plugin that carries the KV cache",
        details=(
            "UCX suits InfiniBand and RoCE, LIBFABRIC the EFA cards of AWS; any other installed "
            "NIXL plugin may be named. The text goes to NIXL as it stands, capitals included: "
            "ucx is not UCX, and NIXL stops the server if it has no such plugin. Options for the "
            "plugin go into SGLANG_DISAGGREGATION_NIXL_BACKEND_PARAMS as a JSON object of texts."
        ),
        example="LIBFABRIC",
        relations=(Outside(needs="--disaggregation-transfer-backend nixl"),),
    ),
    _variable(
        name="ENABLE_ASCEND_TRANSFER_WITH_MOONCAKE",
        type=Bool(),
        summary="Carry the KV cache between Ascend NPUs with Mooncake",
        details=(
            "The Mooncake engine then speaks its ascend protocol and names each NPU behind the "
            "host; MOONCAKE_PROTOCOL is not looked at. It needs a Mooncake built for Ascend. "
            "Without it, Ascend's own back-end (--disaggregation-transfer-backend ascend) uses "
            "MemFabric and wants ASCEND_MF_STORE_URL."
        ),
        example="true",
        relations=(Outside(needs="--disaggregation-transfer-backend mooncake, on Ascend NPUs"),),
    ),
    _variable(
        name="ASCEND_NPU_PHY_ID",
        type=Int(minimum=-1),
        summary="Number of the NPU on its host, where a container numbers it otherwise",
        details=(
            "Mooncake's ascend protocol has to know the physical device; in a container that was "
            "given NPU 5 alone, SGLang would say 0. Unset, or -1, it is the number that SGLang "
            "uses. One number serves all workers of a process tree, so it fits one NPU a "
            "container. A text that is no number warns and counts as unset."
        ),
        example="5",
        relations=(
            EffectiveWhen(
                condition=Condition("ENABLE_ASCEND_TRANSFER_WITH_MOONCAKE", "true"),
                unless="other software of the container that reads it",
            ),
        ),
    ),
)
