"""NVSHMEM, HCCL, UCX and PyTorch's process groups: communication libraries other than NCCL."""

from __future__ import annotations

from functools import partial

from sglang_envctl.registry.documents import HCCL, NVSHMEM, TORCH_NCCL, UCX
from sglang_envctl.registry.types import Bool, Choice, Int, List, Text
from sglang_envctl.registry.variable import Outside, Read, Section, Variable

SECTION = Section(
    slug="networks", title="NVSHMEM, HCCL, UCX", heading="Environment Variables", aside=True
)

_WITH_NVSHMEM = Outside(needs="software that uses NVSHMEM, such as DeepEP")
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
    reads=(Read(reader="unknown", where="HCCL in CANN"),),
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
        summary="Network interface for the bootstrap of NVSHMEM's processes",
        details=(
            "If DeepEP hangs at startup on several nodes, set it to the same interface as "
            "NCCL_SOCKET_IFNAME. The interface is used only during startup; data uses the "
            "InfiniBand cards."
        ),
        example="eth0",
    ),
    _nvshmem(
        name="NVSHMEM_REMOTE_TRANSPORT",
        type=Choice(("ibrc", "ucx", "libfabric", "ibdevx", "none"), open=True),
        default="ibrc",
        summary="Transport that NVSHMEM uses to reach other nodes",
        details=(
            "Set it to none to use only NVLink. Since 0.5.23, SGLang sets it to none for "
            "--moe-a2a-backend flashinfer_megamoe on one node, unless you set the variable."
        ),
        example="libfabric",
    ),
    _switch(
        name="NVSHMEM_IB_ENABLE_IBGDA",
        default="false",
        summary="Let GPUs start InfiniBand transfers themselves",
        details=(
            "Leave it unset for DeepEP, which sets it to 1 itself in its low-latency mode and "
            "between nodes; the driver must support it. Only the first character is read: 0, n "
            "and f mean false, and off means true."
        ),
        example="1",
    ),
    _switch(
        name="NVSHMEM_DISABLE_LOCAL_ONLY_PROXY",
        default="false",
        summary="Start no proxy thread if NVSHMEM uses only NVLink",
        details=(
            "Set it to 1 to save a busy-waiting thread; this also turns off the timeouts on the "
            "device. When SGLang sets NVSHMEM_REMOTE_TRANSPORT to none, it also sets this "
            "variable to 1, unless you set it."
        ),
        example="1",
    ),
    _switch(
        name="NVSHMEM_ENABLE_NIC_PE_MAPPING",
        default="false",
        summary="Assign network cards to processes by a list, not by distance",
        details=(
            "Set it to 1 to use NVSHMEM_HCA_LIST or NVSHMEM_HCA_PE_MAPPING; if neither is set, "
            "NVSHMEM then assigns the cards round-robin. If it is unset, each process uses the "
            "card closest to its GPU."
        ),
        example="1",
    ),
    _nvshmem(
        name="NVSHMEM_HCA_LIST",
        type=List(),
        summary="InfiniBand or RoCE cards that NVSHMEM uses",
        details=(
            "Also set NVSHMEM_ENABLE_NIC_PE_MAPPING=1; otherwise this list is not read. Give "
            "comma-separated cards and ports, as in mlx5_1:1; ^ before an item excludes it."
        ),
        example="mlx5_0:1,mlx5_1:1",
    ),
    _nvshmem(
        name="NVSHMEM_HCA_PE_MAPPING",
        type=List(),
        summary="Number of processes that each network card serves",
        details=(
            "Also set NVSHMEM_ENABLE_NIC_PE_MAPPING=1; otherwise this list is not read. Each item "
            "is card, port and number of processes: mlx5_0:1:2 assigns port 1 of mlx5_0 to the "
            "first two processes."
        ),
        example="mlx5_0:1:2,mlx5_1:1:2",
    ),
    _nvshmem(
        name="NVSHMEM_IB_GID_INDEX",
        type=Int(minimum=-1),
        default="-1",
        summary="Index of the GID (address) of the RoCE card that NVSHMEM uses",
        details=(
            "Choose the index from the output of show_gids; with -1, NVSHMEM chooses one. NVSHMEM "
            "does not read NCCL_IB_GID_INDEX."
        ),
        example="3",
    ),
    _nvshmem(
        name="NVSHMEM_IB_TRAFFIC_CLASS",
        type=Int(minimum=0, maximum=255),
        default="0",
        summary="Traffic class of NVSHMEM's packets on RoCE",
        details=(
            "Match it to the configuration of the network switches, which classify packets by "
            "traffic class. Give all ranks of an engine the same value."
        ),
        example="160",
    ),
    _nvshmem(
        name="NVSHMEM_QP_DEPTH",
        type=Int(minimum=1),
        default="1024",
        summary="Depth of NVSHMEM's queue pairs",
        details=(
            "Leave it unset: SGLang increases a smaller value to 1024, or to what the number of "
            "dispatched tokens requires, before it starts DeepEP. A value that is not an integer "
            "raises ValueError."
        ),
        example="4096",
    ),
    _hccl(
        name="HCCL_IF_IP",
        type=Text(),
        summary="IP address of this host for HCCL's initial connections",
        details=(
            "Do not put it in a file that several hosts share: each host needs its own address. It "
            "takes precedence over HCCL_SOCKET_IFNAME."
        ),
        example="10.0.0.5",
    ),
    _hccl(
        name="HCCL_CONNECT_TIMEOUT",
        type=Int(minimum=120, maximum=7200, unit="seconds"),
        default="120",
        summary="Seconds that HCCL waits for the other NPUs to connect",
        details=(
            "Raise it if ranks load weights at very different speeds. HCCL waits 20 more seconds "
            "to report the failure to the other ranks."
        ),
        example="1200",
    ),
    _hccl(
        name="HCCL_EXEC_TIMEOUT",
        type=Int(minimum=0, unit="seconds"),
        summary="Seconds that HCCL waits for the other NPUs in a collective",
        details=(
            "Set it higher than the longest pause of the slowest rank. The default is 1836 since "
            "CANN 7.0; older versions use 600 or 1800. Atlas training and inference products "
            "other than A2 and A3 round the value down to a multiple of 68."
        ),
        example="1800",
    ),
    _ucx(
        name="UCX_NET_DEVICES",
        type=List(),
        default="all",
        summary="Network devices that UCX uses, including in NIXL",
        details=(
            "Give a card and port, as in mlx5_0:1, or an interface for TCP; ucx_info -d lists "
            "both. If it is set, SGLang logs a warning and ignores --disaggregation-ib-device for "
            "NIXL, so all GPUs share these cards."
        ),
        example="mlx5_0:1,mlx5_1:1",
    ),
    _ucx(
        name="UCX_TLS",
        type=List(),
        default="all",
        summary="Transports that UCX may use",
        details=(
            "Include cuda, or cuda_copy and cuda_ipc: without them, UCX cannot transfer GPU "
            "memory. Give comma-separated names: rc, tcp, cuda, sm and others; ^ before the list "
            "excludes them."
        ),
        example="rc,cuda_copy,cuda_ipc",
    ),
    _torch(
        name="TORCH_NCCL_ASYNC_ERROR_HANDLING",
        type=Int(choices=(0, 1, 2, 3)),
        default="3",
        summary="Handling of failed and timed-out collectives in PyTorch",
        details=(
            "Do not set it to 0: PyTorch then does nothing after a failure, and the rank hangs. "
            "With 3, PyTorch ends the process; with 1, it aborts the communicator and then ends "
            "the process; with 2, it only aborts the communicator. The name without TORCH_ is "
            "deprecated."
        ),
        example="3",
    ),
    _torch(
        name="TORCH_NCCL_BLOCKING_WAIT",
        type=Bool(),
        summary="Block while waiting for a collective, and raise an error at its timeout",
        details=(
            "Use it to debug hangs, not in production. It shows which collective hangs, but makes "
            "every collective slower."
        ),
        example="1",
    ),
    _torch(
        name="TORCH_NCCL_HEARTBEAT_TIMEOUT_SEC",
        type=Int(minimum=0, unit="seconds"),
        summary="Seconds without a heartbeat of PyTorch's watchdog before the process aborts",
        details=(
            "Raise it if the server compiles or loads for a very long time while the watchdog is "
            "blocked. TORCH_NCCL_ENABLE_MONITORING=0 turns the abort off."
        ),
        example="1800",
    ),
)
