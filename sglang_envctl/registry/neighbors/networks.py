"""NVSHMEM, HCCL, UCX and PyTorch's process groups: what carries data beside NCCL."""

from __future__ import annotations

from functools import partial

from sglang_envctl.registry.documents import HCCL, NVSHMEM, TORCH_NCCL, UCX
from sglang_envctl.registry.types import Bool, Choice, Int, List, Text
from sglang_envctl.registry.variable import Outside, Read, Section, Variable

SECTION = Section(
    slug="networks", title="NVSHMEM, HCCL, UCX", heading="Environment Variables", aside=True
)

_WITH_NVSHMEM = Outside(needs="something that uses NVSHMEM, such as DeepEP")
_DEFS = "NVSHMEM env_defs.h"

_nvshmem = partial(
    Variable,
    section=SECTION,
    owner="nvshmem",
    documents=(NVSHMEM,),
    relations=(_WITH_NVSHMEM,),
    reads=(Read(reader="unknown", where=_DEFS),),
)
_switch = partial(_nvshmem, type=Bool(), reads=(Read(reader="nvshmem.bool", where=_DEFS),))
_hccl = partial(
    Variable,
    section=SECTION,
    owner="hccl",
    documents=(HCCL,),
    reads=(Read(reader="unknown", where="HCCL in CANN, not examined"),),
)
_ucx = partial(
    Variable,
    section=SECTION,
    owner="ucx",
    documents=(UCX,),
    reads=(Read(reader="unknown", where="UCX"),),
)
_torch = partial(
    Variable,
    section=SECTION,
    owner="torch",
    documents=(TORCH_NCCL,),
    reads=(Read(reader="unknown", where="torch/csrc/distributed/c10d, ProcessGroupNCCL"),),
)

VARIABLES = (
    _nvshmem(
        name="NVSHMEM_BOOTSTRAP_UID_SOCK_IFNAME",
        type=Text(),
        summary="Network interface that NVSHMEM's processes find each other over",
        details=(
            "Only the start goes over it; data take the InfiniBand cards. Where DeepEP hangs at "
            "start on several nodes, name the interface that NCCL_SOCKET_IFNAME names."
        ),
        example="eth0",
    ),
    _nvshmem(
        name="NVSHMEM_REMOTE_TRANSPORT",
        type=Choice(("ibrc", "ucx", "libfabric", "ibdevx", "none"), open=True),
        default="ibrc",
        summary="How NVSHMEM reaches other nodes",
        details=(
            "none keeps it to NVLink. SGLang sets none, unless you set it, for expert parallelism "
            "that stays within NVLink."
        ),
        example="libfabric",
    ),
    _switch(
        name="NVSHMEM_IB_ENABLE_IBGDA",
        default="false",
        summary="Let GPUs start InfiniBand transfers themselves",
        details=(
            "DeepEP's low-latency mode needs it between nodes, with a driver that allows it. Only "
            "the first character counts: 0, n and f are false, off is true."
        ),
        example="1",
    ),
    _switch(
        name="NVSHMEM_DISABLE_LOCAL_ONLY_PROXY",
        default="false",
        summary="Start no proxy thread where NVLink is all there is",
        details=(
            "It spares a thread that would spin, and with it the device's own time-outs. SGLang "
            "sets 1, unless you set it, where it sets NVSHMEM_REMOTE_TRANSPORT to none."
        ),
        example="1",
    ),
    _switch(
        name="NVSHMEM_ENABLE_NIC_PE_MAPPING",
        default="false",
        summary="Give each process its cards by list, not by distance",
        details=(
            "Unset, NVSHMEM takes the card that is closest to the GPU. With 1 it goes by "
            "NVSHMEM_HCA_LIST or NVSHMEM_HCA_PE_MAPPING, and hands the cards out in turn if "
            "neither is set."
        ),
        example="1",
    ),
    _nvshmem(
        name="NVSHMEM_HCA_LIST",
        type=List(),
        summary="InfiniBand or RoCE cards that NVSHMEM uses",
        details=(
            "Card and port, as in mlx5_1:1, separated by commas; ^ in front leaves one out. It is "
            "looked at only with NVSHMEM_ENABLE_NIC_PE_MAPPING=1."
        ),
        example="mlx5_0:1,mlx5_1:1",
    ),
    _nvshmem(
        name="NVSHMEM_HCA_PE_MAPPING",
        type=List(),
        summary="Which card serves how many processes",
        details=(
            "Card, port and number of processes: mlx5_0:1:2 gives the first two processes port 1 "
            "of mlx5_0. It is looked at only with NVSHMEM_ENABLE_NIC_PE_MAPPING=1."
        ),
        example="mlx5_0:1:2,mlx5_1:1:2",
    ),
    _nvshmem(
        name="NVSHMEM_IB_GID_INDEX",
        type=Int(minimum=-1),
        default="-1",
        summary="Which address of a RoCE card NVSHMEM uses",
        details=(
            "show_gids lists them; -1 lets NVSHMEM look for one. It is NVSHMEM's own: "
            "NCCL_IB_GID_INDEX has no say here."
        ),
        example="3",
    ),
    _nvshmem(
        name="NVSHMEM_IB_TRAFFIC_CLASS",
        type=Int(minimum=0, maximum=255),
        default="0",
        summary="Traffic class of NVSHMEM's packets on RoCE",
        details=(
            "Switches sort packets by it, so it has to fit their set-up. All ranks of one engine "
            "need the same."
        ),
        example="160",
    ),
    _nvshmem(
        name="NVSHMEM_QP_DEPTH",
        type=Int(minimum=1),
        default="1024",
        summary="Entries of each of NVSHMEM's queue pairs",
        details=(
            "SGLang reads it before it starts DeepEP and raises it to 1024, or to what the number "
            "of dispatched tokens needs, if it is less. A text that is no whole number raises "
            "ValueError there."
        ),
        example="4096",
    ),
    _hccl(
        name="HCCL_IF_IP",
        type=Text(),
        summary="Address of this host that HCCL makes its first connections from",
        details=(
            "It comes before HCCL_SOCKET_IFNAME. Each host has its own, so it does not belong in "
            "a file that all share."
        ),
        example="10.0.0.5",
    ),
    _hccl(
        name="HCCL_CONNECT_TIMEOUT",
        type=Int(minimum=120, maximum=7200, unit="seconds"),
        default="120",
        summary="How long HCCL waits for the other NPUs to connect",
        details=(
            "Raise it where ranks load weights at very different speeds. HCCL adds 20 seconds, in "
            "which it tells the others why it gave up."
        ),
        example="1200",
    ),
    _hccl(
        name="HCCL_EXEC_TIMEOUT",
        type=Int(minimum=0, unit="seconds"),
        summary="How long HCCL waits for the other NPUs in a collective",
        details=(
            "Older CANN rounds it down to a multiple of 68, and its default is 600 or 1800 by "
            "version. It has to cover the slowest rank's longest pause."
        ),
        example="1800",
    ),
    _ucx(
        name="UCX_NET_DEVICES",
        type=List(),
        default="all",
        summary="Network devices that UCX uses, NIXL's back-end among them",
        details=(
            "Card and port, as in mlx5_0:1, or an interface for TCP; ucx_info -d lists them. If "
            "it is set, SGLang warns that it ignores --disaggregation-ib-device for NIXL, so that "
            "all GPUs share these cards."
        ),
        example="mlx5_0:1,mlx5_1:1",
    ),
    _ucx(
        name="UCX_TLS",
        type=List(),
        default="all",
        summary="Transports that UCX may use",
        details=(
            "rc, tcp, cuda_copy, cuda_ipc, sm and others, separated by commas; ^ in front of the "
            "list leaves them out. A list without cuda_copy and cuda_ipc cannot move GPU memory."
        ),
        example="rc,cuda_copy,cuda_ipc",
    ),
    _torch(
        name="TORCH_NCCL_ASYNC_ERROR_HANDLING",
        type=Int(choices=(0, 1, 2, 3)),
        default="3",
        summary="What PyTorch does when a collective fails or takes too long",
        details=(
            "3 ends the process, 1 aborts the communicator first, 2 only aborts it, and 0 does "
            "nothing, so that the rank hangs. PyTorch's older name without TORCH_ is outdated."
        ),
        example="3",
    ),
    _torch(
        name="TORCH_NCCL_BLOCKING_WAIT",
        type=Bool(),
        summary="Make waiting for a collective block, and raise at its time-out",
        details=(
            "It points at the collective that hangs, and costs speed on every one. Use it to look "
            "for a hang rather than in production."
        ),
        example="1",
    ),
    _torch(
        name="TORCH_NCCL_HEARTBEAT_TIMEOUT_SEC",
        type=Int(minimum=1, unit="seconds"),
        summary="How long PyTorch's watchdog may be silent before the process is aborted",
        details=(
            "A server that compiles or loads for very long while the watchdog is stuck may need "
            "more. TORCH_NCCL_ENABLE_MONITORING=0 switches the abortion off."
        ),
        example="1800",
    ),
)
