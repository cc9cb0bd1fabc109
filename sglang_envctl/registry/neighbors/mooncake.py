"""Mooncake's transfer engine: MC_ names that PD disaggregation and HiCache set-ups give it."""

from __future__ import annotations

from functools import partial

from sglang_envctl.registry.documents import MOONCAKE, MOONCAKE_PYTHON
from sglang_envctl.registry.types import Bool, Choice, Int, List
from sglang_envctl.registry.variable import FallsBackTo, Outside, Read, Section, Variable

SECTION = Section(
    slug="mooncake", title="Mooncake: transfer engine", heading="Transfer Engine", aside=True
)

_RDMA = Outside(needs="network cards with RDMA")
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
    _variable, relations=(_RDMA,), reads=(Read(reader="mooncake.int", where=_CONFIG),)
)

VARIABLES = (
    _variable(
        name="MC_FORCE_TCP",
        type=Bool(),
        summary="Carry data over TCP even where there are cards with RDMA",
        details=(
            "The published engine asks only whether the name is set, so 0 and false force TCP as "
            "well. SGLang compares it with 1, and sets that with the back-end mooncake_tcp: write "
            "1, or take the name out."
        ),
        example="1",
        reads=(Read(reader="raw.presence", where=_ENGINE),),
    ),
    _variable(
        name="MC_FORCE_HCA",
        type=Bool(),
        summary="Insist on cards with RDMA, and fail where there are none",
        details=(
            "Without it the engine takes TCP where it finds no card, and the server is slow rather "
            "than broken. It is a setting of newer Mooncake."
        ),
        example="1",
        relations=(_RDMA,),
    ),
    _variable(
        name="MC_INTRA_NVLINK",
        type=Bool(),
        summary="Use NVLink between the GPUs of one machine",
        details=(
            "For prefill and decode servers on the same machine. Mooncake's page says that it does "
            "not go with MC_FORCE_MNNVL."
        ),
        example="1",
    ),
    _number(
        name="MC_GID_INDEX",
        type=Int(minimum=0, maximum=255),
        default="3",
        summary="Which address of a RoCE card Mooncake uses",
        details=(
            "show_gids lists them. Mooncake takes NCCL_IB_GID_INDEX where this is unset. Numbers "
            "out of range are ignored with a warning."
        ),
        example="3",
        relations=(_RDMA, FallsBackTo(other="NCCL_IB_GID_INDEX")),
    ),
    _variable(
        name="MC_IB_TC",
        type=Int(minimum=-1, maximum=255),
        default="-1",
        summary="Traffic class of Mooncake's packets",
        details=(
            "Switches sort packets by it, so it has to fit their set-up. -1 leaves it to the card."
        ),
        example="160",
        relations=(_RDMA,),
        reads=(Read(reader="unknown", where=_CONFIG),),
    ),
    _number(
        name="MC_MTU",
        type=Int(choices=(512, 1024, 2048, 4096), unit="bytes"),
        default="4096",
        summary="Largest packet of Mooncake's connections",
        details=(
            "Lower it where the switches between the nodes take less. Any other number is logged "
            "as an error and ignored."
        ),
        example="4096",
    ),
    _number(
        name="MC_NUM_QP_PER_EP",
        type=Int(minimum=1, maximum=255),
        default="2",
        summary="Queue pairs for each connection",
        details=(
            "More of them help many small transfers. Numbers out of range are ignored with a "
            "warning."
        ),
        example="4",
    ),
    _number(
        name="MC_WORKERS_PER_CTX",
        type=Int(minimum=1, maximum=8),
        default="2",
        summary="Threads that serve each card",
        details="More of them cost cores of the host. Numbers above 8 are ignored with a warning.",
        example="4",
    ),
    _number(
        name="MC_SLICE_SIZE",
        type=Int(minimum=1, unit="bytes"),
        default="65536",
        summary="Pieces that a transfer is cut into",
        details=(
            "Larger ones cost the host less, smaller ones spread over the cards better. 0 and text "
            "are ignored with a warning."
        ),
        example="262144",
    ),
    _number(
        name="MC_RETRY_CNT",
        type=Int(minimum=1, maximum=127),
        default="9",
        summary="How often a failed transfer is tried again",
        details=(
            "Each try may take another path. Numbers out of range are ignored with a warning."
        ),
        example="9",
    ),
    _variable(
        name="MC_LOG_LEVEL",
        type=Choice(("TRACE", "INFO", "WARNING", "ERROR")),
        default="INFO",
        summary="How much Mooncake logs",
        details=(
            "Capitals matter: the engine compares the word letter by letter, and takes no notice "
            "of others. TRACE names every transfer."
        ),
        example="WARNING",
        reads=(Read(reader="unknown", where=_CONFIG),),
    ),
    _variable(
        name="MC_TE_METRIC",
        type=Bool(),
        summary="Let the engine report how much it carries",
        details=(
            "A line in the log every few seconds. 1, true, yes and on switch it on, in any case; "
            "every other text leaves it off."
        ),
        example="1",
        reads=(Read(reader="raw.lower-in:1|true|yes|on", where=_ENGINE),),
    ),
    _variable(
        name="MC_TE_FILTERS",
        type=List(),
        summary="The only cards that Mooncake uses",
        details=(
            "Card names separated by commas; all others are left alone. Unset, it takes every card "
            "it finds, those that do not reach the peer among them."
        ),
        example="mlx5_0,mlx5_1",
        relations=(_RDMA,),
    ),
    _variable(
        name="MC_TCP_ENABLE_CONNECTION_POOL",
        type=Bool(),
        summary="Keep TCP connections open between transfers",
        details=(
            "0, false and no switch it off, in any case; every other text, off too, switches it "
            "on. Without it every transfer opens a connection of its own."
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
        summary="Whether Mooncake's store looks for cards itself",
        details=(
            "1 looks and takes no notice of MOONCAKE_DEVICE; 0 does not look, so that the cards "
            "have to be named. Any other text is ignored with a warning."
        ),
        example="1",
        reads=(Read(reader="unknown", where="Mooncake, mooncake-store/src/client_service.cpp"),),
    ),
)
