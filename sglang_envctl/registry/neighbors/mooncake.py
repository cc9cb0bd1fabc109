"""Mooncake's transfer engine: the MC_ variables that PD disaggregation and HiCache setups use."""

from __future__ import annotations

from functools import partial

from sglang_envctl.registry.documents import MOONCAKE, MOONCAKE_PYTHON
from sglang_envctl.registry.types import Bool, Choice, Int, List
from sglang_envctl.registry.variable import FallsBackTo, Outside, Read, Section, Variable

SECTION = Section(
    slug="mooncake", title="Mooncake: transfer engine", heading="Transfer Engine", aside=True
)

_RDMA = Outside(needs="RDMA network cards")
_CONFIG = "Mooncake, mooncake-transfer-engine/src/config.cpp"
_ENGINE = "Mooncake, transfer_engine_impl.cpp"

_variable = partial(
    Variable,
    section=SECTION,
    owner="mooncake",
    documents=(MOONCAKE,),
    reads=(Read(reader="unknown", where=_ENGINE),),
)
_number = partial(
    _variable, relations=(_RDMA,), reads=(Read(reader="mooncake.positive-int", where=_CONFIG),)
)

VARIABLES = (
    _variable(
        name="MC_FORCE_TCP",
        type=Bool(),
        summary="Use TCP even if there are RDMA network cards",
        details=(
            "Set it to 1 to force TCP, or remove it: Mooncake's published engine checks only "
            "whether the variable is set, so 0 and false force TCP too. SGLang itself recognizes "
            "only 1, and sets it for the mooncake_tcp backend."
        ),
        example="1",
        reads=(Read(reader="raw.presence", where=_ENGINE),),
    ),
    _variable(
        name="MC_FORCE_HCA",
        type=Bool(),
        summary="Require RDMA network cards, and fail if there are none",
        details=(
            "Set it to detect missing RDMA cards: if it is unset, Mooncake falls back to TCP, "
            "which is much slower. Mooncake's engine checks only whether the variable is set, so "
            "remove it instead of writing 0. Older versions of Mooncake ignore it."
        ),
        example="1",
        relations=(_RDMA,),
        reads=(Read(reader="raw.presence", where=_ENGINE),),
    ),
    _variable(
        name="MC_INTRA_NVLINK",
        type=Bool(),
        summary="Use NVLink between the GPUs of one host (has no effect)",
        details=(
            "Use MC_INTRANODE_NVLINK instead, for prefill and decode servers on the same host: "
            "Mooncake's engine reads only that name, since 0.3.9. No version up to 0.3.14 acts on "
            "the documented name. According to Mooncake's docs, it cannot be combined with "
            "MC_FORCE_MNNVL."
        ),
        example="1",
        reads=(
            Read(reader="raw.text-or-unset", where="Mooncake, mooncake-common/src/environ.cpp"),
        ),
        discrepancies=(
            "The docs describe it; Mooncake's engine reads MC_INTRANODE_NVLINK instead.",
        ),
    ),
    _number(
        name="MC_GID_INDEX",
        type=Int(minimum=0, maximum=255),
        default="3",
        summary="Index of the GID (address) of the RoCE card that Mooncake uses",
        details=(
            "Choose the index from the output of show_gids. If it is unset, Mooncake uses "
            "NCCL_IB_GID_INDEX, or else chooses an index itself (0 before Mooncake 0.3.8). "
            "Numbers outside 0 to 255 are ignored with a warning."
        ),
        example="3",
        relations=(_RDMA, FallsBackTo(other="NCCL_IB_GID_INDEX")),
        reads=(Read(reader="mooncake.int", where=_CONFIG),),
        discrepancies=(
            (
                "The docs give 3 as the default; since Mooncake 0.3.8 the code chooses an index "
                "itself."
            ),
        ),
    ),
    _variable(
        name="MC_IB_TC",
        type=Int(minimum=-1, maximum=255),
        default="-1",
        summary="Traffic class of Mooncake's packets",
        details=(
            "Match it to the configuration of the network switches, which classify packets by "
            "traffic class. If it is unset, the card chooses. Values outside 0 to 255, even the "
            "documented -1, are ignored with a warning."
        ),
        example="160",
        relations=(_RDMA,),
        reads=(Read(reader="unknown", where=_CONFIG),),
    ),
    _number(
        name="MC_MTU",
        type=Int(choices=(512, 1024, 2048, 4096), unit="bytes"),
        default="4096",
        summary="Maximum packet size (MTU) of Mooncake's connections",
        details=(
            "Lower it if the switches between the nodes have a smaller limit. Numbers other than "
            "512, 1024, 2048 and 4096 are ignored, and an error is logged."
        ),
        example="4096",
    ),
    _number(
        name="MC_NUM_QP_PER_EP",
        type=Int(minimum=1, maximum=255),
        default="2",
        summary="Number of queue pairs per connection",
        details=(
            "Raise it for many small transfers. Numbers outside 1 to 255 are ignored with a "
            "warning."
        ),
        example="4",
    ),
    _number(
        name="MC_WORKERS_PER_CTX",
        type=Int(minimum=1, maximum=8),
        default="2",
        summary="Number of worker threads per network card",
        details=(
            "Raise it only if CPU cores are free, because more threads use more cores. Numbers "
            "above 8 are ignored with a warning."
        ),
        example="4",
    ),
    _number(
        name="MC_SLICE_SIZE",
        type=Int(minimum=1, unit="bytes"),
        default="65536",
        summary="Size in bytes of the slices into which a transfer is split",
        details=(
            "Raise it to save CPU time, or lower it to distribute the slices better over several "
            "cards. 0 and values that are not numbers are ignored with a warning."
        ),
        example="262144",
    ),
    _number(
        name="MC_RETRY_CNT",
        type=Int(minimum=1, maximum=127),
        default="9",
        summary="Number of retries of a failed transfer",
        details=(
            "Raise it if transfers fail: each retry may use another path. Numbers outside 1 to "
            "127 are ignored with a warning."
        ),
        example="9",
    ),
    _variable(
        name="MC_LOG_LEVEL",
        type=Choice(("TRACE", "INFO", "WARNING", "ERROR")),
        default="INFO",
        summary="Mooncake's log level",
        details=(
            "Write the level in uppercase: Mooncake ignores every other spelling. TRACE logs "
            "every transfer."
        ),
        example="WARNING",
        reads=(Read(reader="unknown", where=_CONFIG),),
    ),
    _variable(
        name="MC_TE_METRIC",
        type=Bool(),
        summary="Log the throughput of the transfer engine",
        details=(
            "Set it to 1 to log a line every few seconds. 1, true, yes and on enable it "
            "(case-insensitive); every other value disables it."
        ),
        example="1",
        reads=(Read(reader="raw.lower-in:1|true|yes|on", where=_ENGINE),),
    ),
    _variable(
        name="MC_TE_FILTERS",
        type=List(),
        summary="Network cards that Mooncake may use",
        details=(
            "Give comma-separated card names; Mooncake uses no other cards. If it is unset, "
            "Mooncake uses all cards that it finds, even those that cannot reach the peer."
        ),
        example="mlx5_0,mlx5_1",
        relations=(_RDMA,),
    ),
    _variable(
        name="MC_TCP_ENABLE_CONNECTION_POOL",
        type=Bool(),
        summary="Keep TCP connections open between transfers",
        details=(
            "Set it to 1 to reuse connections; if it is unset, Mooncake opens a new one for each "
            "transfer. 0, false and no disable the pool (case-insensitive); every other value "
            "enables it, even off."
        ),
        example="true",
        reads=(
            Read(
                reader="raw.lower-not-in:0|false|no",
                where="Mooncake, tcp_transport/tcp_transport.cpp",
            ),
        ),
    ),
    _variable(
        name="MC_MS_AUTO_DISC",
        documents=(MOONCAKE_PYTHON,),
        type=Int(choices=(0, 1)),
        summary="Discover the network cards of Mooncake's store automatically",
        details=(
            "Set it to 1 to discover the cards and ignore MOONCAKE_DEVICE. With 0, you must name "
            "the cards yourself. Any other value is ignored with a warning, but before Mooncake "
            "0.3.12 one that does not begin with a number stops the store."
        ),
        example="1",
        reads=(Read(reader="unknown", where="Mooncake, mooncake-store/src/client_service.cpp"),),
    ),
)
