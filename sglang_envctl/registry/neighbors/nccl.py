"""NCCL: variables used in SGLang's guides and multi-node setups. RCCL reads the same names."""

from __future__ import annotations

from functools import partial

from sglang_envctl.registry.documents import NCCL
from sglang_envctl.registry.types import Choice, Int, List, Path, Text
from sglang_envctl.registry.variable import Outside, Read, Section, Variable

SECTION = Section(slug="nccl", title="NCCL and RCCL", heading="Environment Variables", aside=True)

_BETWEEN_NODES = Outside(needs="more than one node")
_VERBS = Outside(needs="InfiniBand or RoCE between nodes")
_SWITCH = Int(choices=(0, 1))

_variable = partial(
    Variable,
    section=SECTION,
    owner="nccl",
    documents=(NCCL,),
    reads=(Read(reader="unknown", where="NCCL"),),
)
_number = partial(_variable, reads=(Read(reader="nccl.int", where="NCCL, src/misc/param.cc"),))
_level = partial(_variable, reads=(Read(reader="nccl.level", where="NCCL, src/graph/paths.cc"),))

VARIABLES = (
    _variable(
        name="NCCL_SOCKET_IFNAME",
        type=List(strips=False),
        summary="Network interfaces for NCCL's socket connections",
        details=(
            "Give comma-separated prefixes: eth0 also matches eth0.100, so write =eth0 for "
            "exactly that interface. ^docker,lo excludes the listed prefixes; write = or ^ once, "
            "before the list. If no interface matches, NCCL fails with an error. If it is unset, "
            "NCCL prefers ib*, then any interface except docker, lo and virbr. With InfiniBand, "
            "the first handshake still uses this interface."
        ),
        example="=eth0",
        relations=(
            Outside(needs="GLOO_SOCKET_IFNAME as well, if there are several nodes"),
            Outside(needs="an interface with this name on the host"),
        ),
        reads=(Read(reader="nccl.interfaces", where="NCCL, src/misc/socket.cc"),),
    ),
    _variable(
        name="NCCL_SOCKET_FAMILY",
        type=Choice(("AF_INET", "AF_INET6")),
        summary="IP version (IPv4 or IPv6) for NCCL's sockets",
        details=(
            "Write AF_INET or AF_INET6 exactly; NCCL ignores any other value. If it is unset, NCCL "
            "uses the first address that it finds on the interface."
        ),
        example="AF_INET",
    ),
    _variable(
        name="NCCL_IB_HCA",
        type=List(),
        summary="InfiniBand or RoCE cards, and their ports, that NCCL uses",
        details=(
            "Give comma-separated prefixes of the card names that ibv_devices prints, with an "
            "optional :port. mlx5 matches all mlx5 cards; =mlx5_1 matches only that card, not "
            "mlx5_10. ^ before the list excludes the listed cards. If no card matches, the "
            "traffic uses sockets, which are many times slower. NCCL_DEBUG=INFO shows what NCCL "
            "chose."
        ),
        example="=mlx5_0,mlx5_1",
        relations=(_VERBS,),
        reads=(Read(reader="unknown", where="NCCL, src/transport/net_ib/init.cc"),),
    ),
    _number(
        name="NCCL_IB_DISABLE",
        type=_SWITCH,
        default="0",
        summary="Use sockets instead of InfiniBand and RoCE",
        details=(
            "Set it to 1 to work around a broken fabric; communication between nodes then becomes "
            "much slower. Write a number: true is read as 0, and InfiniBand stays on."
        ),
        example="1",
        relations=(_BETWEEN_NODES,),
    ),
    _number(
        name="NCCL_IB_TIMEOUT",
        type=Int(minimum=0, maximum=31),
        default="20",
        summary="Timeout of an InfiniBand packet, as an exponent of 2",
        details=(
            "Use 22 or 23 on large fabrics, as guides recommend. The timeout before each of "
            "NCCL_IB_RETRY_CNT retries is 4.096 microseconds times 2 to the power of this value; "
            "with 0, NCCL waits forever. The default is 20 since NCCL 2.23; it was 18 before, and"
            " 14 before 2.14."
        ),
        example="22",
        relations=(_VERBS,),
    ),
    _number(
        name="NCCL_IB_RETRY_CNT",
        type=Int(minimum=0, maximum=7),
        default="7",
        summary="Number of retries of an InfiniBand packet",
        details=(
            "Lower it to detect a broken link sooner: with the defaults, 7 retries and "
            "NCCL_IB_TIMEOUT=20, detection takes about 30 seconds. The cards support at most 7 "
            "retries."
        ),
        example="7",
        relations=(_VERBS,),
    ),
    _number(
        name="NCCL_IB_TC",
        type=Int(minimum=-1, maximum=255),
        default="0",
        summary="Traffic class of NCCL's packets on InfiniBand or RoCE",
        details=(
            "Match it to the configuration of the network switches, which classify RoCE packets "
            "by traffic class. A wrong value causes lost packets and timeouts under load."
        ),
        example="106",
        relations=(_VERBS,),
    ),
    _number(
        name="NCCL_IB_SL",
        type=Int(minimum=-1, maximum=15),
        default="0",
        summary="Service level of NCCL's packets on InfiniBand",
        details=(
            "Choose a level that the configuration of the fabric defines; adaptive routing may "
            "require a particular level. For RoCE, set NCCL_IB_TC instead."
        ),
        example="1",
        relations=(_VERBS,),
    ),
    _number(
        name="NCCL_IB_QPS_PER_CONNECTION",
        type=Int(minimum=1, maximum=128),
        default="1",
        summary="Number of queue pairs per connection between two ranks",
        details=(
            "Raise it on a multi-level fabric: more queue pairs distribute the traffic over its "
            "paths. More than 4 or 8 brings little benefit, and each queue pair uses memory on "
            "the network card."
        ),
        example="4",
        relations=(_VERBS,),
    ),
    _level(
        name="NCCL_NET_GDR_LEVEL",
        type=Choice(("LOC", "PIX", "PXB", "PHB", "SYS"), open=True),
        summary="Maximum distance between GPU and network card for GPU Direct RDMA",
        details=(
            "Set it to LOC to turn GPU Direct RDMA off; PIX allows one PCI switch, PXB several "
            "switches, PHB the same CPU, and SYS any distance. Use uppercase: NCCL ignores sys. "
            "NCCL still accepts the numbers of older configurations."
        ),
        example="SYS",
        relations=(Outside(needs="network cards and drivers with GPU Direct RDMA"),),
    ),
    _number(
        name="NCCL_P2P_DISABLE",
        type=_SWITCH,
        summary="Turn off peer-to-peer (P2P) access between GPUs of one host",
        details=(
            "Set it to 1 to work around hangs caused by PCI access control (ACS) or an IOMMU; the "
            "traffic then goes through host memory, which is slower. Write a number: true is read "
            "as 0."
        ),
        example="1",
    ),
    _level(
        name="NCCL_P2P_LEVEL",
        type=Choice(("LOC", "NVL", "PIX", "PXB", "PHB", "SYS"), open=True),
        summary="Maximum distance between two GPUs for peer-to-peer (P2P) access",
        details=(
            "Use NVL to allow it only over NVLink, PIX or PXB over PCI switches, PHB within one "
            "CPU, SYS at any distance, and LOC never. Write the level in uppercase: NCCL silently "
            "ignores other spellings. If it is unset, NCCL chooses a level for the host."
        ),
        example="NVL",
    ),
    _number(
        name="NCCL_SHM_DISABLE",
        type=_SWITCH,
        default="0",
        summary="Turn off shared memory between processes of one host",
        details=(
            "If /dev/shm is too small, enlarge it (--shm-size) instead of setting this variable "
            "to 1. With 1, traffic that GPUs cannot exchange directly uses the network."
        ),
        example="1",
    ),
    _number(
        name="NCCL_CROSS_NIC",
        type=Int(choices=(0, 1, 2)),
        default="2",
        summary="Allow a ring to use different network cards on different nodes",
        details=(
            "Use 0 for fabrics with one switch per card: a ring then uses the same card on all "
            "nodes. Use 1 for cards on a common switch: a ring may then change cards between "
            "nodes. With 2, a ring stays on one card unless changing cards makes it faster."
        ),
        example="0",
        relations=(_BETWEEN_NODES,),
    ),
    _variable(
        name="NCCL_NET_PLUGIN",
        type=Text(),
        summary="Network plugin that NCCL loads",
        details=(
            "Set it to none to use only the built-in network code, for example in an image that "
            "has a plugin for another network. Otherwise, give the name or the suffix of a "
            "library: foo loads libnccl-net-foo.so. If the library cannot be loaded, NCCL "
            "continues without it."
        ),
        example="none",
    ),
    _variable(
        name="NCCL_DEBUG",
        type=Choice(("VERSION", "WARN", "INFO", "TRACE"), exact=False, also=("ABORT", "NONE")),
        summary="NCCL's log level",
        details=(
            "Set it to INFO first if nodes cannot reach each other: NCCL then logs the "
            "interfaces, cards and paths that it chose. WARN logs only errors. TRACE requires a "
            "build with tracing. The overhead is small as long as there are no errors."
        ),
        example="INFO",
    ),
    _variable(
        name="NCCL_DEBUG_SUBSYS",
        type=List(),
        default="INIT,BOOTSTRAP,ENV",
        summary="Subsystems that NCCL_DEBUG=INFO logs",
        details=(
            "Set NCCL_DEBUG to INFO or TRACE too; otherwise this variable has no effect. Give "
            "comma-separated names: INIT, NET, GRAPH, COLL, P2P, SHM, ENV, ALL and others; ^ "
            "before the whole list excludes the listed subsystems."
        ),
        example="INIT,NET",
    ),
    _variable(
        name="NCCL_DEBUG_FILE",
        type=Path(),
        summary="Log file for NCCL's messages, instead of standard output",
        details=(
            "Include %h (host name) and %p (process ID), or all ranks overwrite the same file. ~ is "
            "not expanded."
        ),
        example="/var/log/nccl.%h.%p",
    ),
    _number(
        name="NCCL_CUMEM_ENABLE",
        type=_SWITCH,
        summary="Let NCCL allocate memory with CUDA's cuMem API",
        details=(
            "Set it to 1 for NCCL_MNNVL_ENABLE and symmetric memory, which require it. The value "
            "1 uses more memory. SGLang always sets it to 1 with --enable-symm-mem. Otherwise "
            "SGLang sets it to 0 on most hosts, unless you set the variable."
        ),
        example="1",
    ),
    _number(
        name="NCCL_NVLS_ENABLE",
        type=Int(choices=(0, 1, 2)),
        default="2",
        summary="Offload reductions to NVSwitch (NVLink SHARP)",
        details=(
            "Set it to 0 if a GPU lacks the memory that NVLS needs, because NCCL then fails with "
            "1 and, except in 2.27 and 2.28, also with 2. SGLang always sets the variable to 1 "
            "with --enable-nccl-nvls or --enable-symm-mem. Otherwise SGLang sets it to 0, unless "
            "you set the variable."
        ),
        example="1",
        relations=(Outside(needs="third-generation NVSwitch and Hopper or newer GPUs"),),
    ),
    _number(
        name="NCCL_MNNVL_ENABLE",
        type=Int(choices=(0, 1, 2)),
        default="2",
        summary="Use NVLink between nodes (multi-node NVLink)",
        details=(
            "Set it for racks such as GB200 NVL72, with NCCL_CUMEM_ENABLE and a running IMEX "
            "domain. If NVLink between nodes is not available, NCCL fails if the value is 1, and "
            "continues without it if the value is 2. SGLang sets it to 1 for several nodes of "
            "such a rack, unless you set the variable."
        ),
        example="1",
        relations=(Outside(needs="NVLink between the nodes, and IMEX"),),
    ),
    _number(
        name="NCCL_GRAPH_MIXING_SUPPORT",
        type=_SWITCH,
        summary="Support collectives inside and outside CUDA graphs at the same time",
        details=(
            "Do not set it to 0 if two graphs, or a graph and a launch outside the graph, use the "
            "same communicator at the same time. Otherwise, 0 saves NCCL some work. If --dcp-size "
            "is greater than 1, SGLang sets it to 0, unless you set the variable; with "
            "--enable-symm-mem, SGLang always sets it."
        ),
        example="0",
    ),
    _number(
        name="NCCL_GRAPH_REGISTER",
        type=_SWITCH,
        summary="Register the buffers of collectives captured in CUDA graphs",
        details=(
            "Leave it unset: since 0.5.23 SGLang then sets it to 0 if CUDA graphs run over several "
            "GPUs, because their replay can hang with 1. If you set another value, SGLang only "
            "logs a warning. From 0.5.20 to 0.5.22, SGLang sets it in rarer cases."
        ),
        example="0",
    ),
    _variable(
        name="NCCL_ALGO",
        type=Text(),
        summary="Algorithms that NCCL may use",
        details=(
            "Leave it unset in most cases. Otherwise, give comma-separated, case-insensitive "
            "names such as Ring and Tree; since NCCL 2.24 also per function, as in "
            "allreduce:tree. SGLang sets it to allreduce:tree for deterministic inference on "
            "several NVIDIA GPUs."
        ),
        example="Ring",
    ),
    _variable(
        name="NCCL_PROTO",
        type=Text(),
        summary="Protocols that NCCL may use",
        details=(
            "Leave it unset, as NCCL's docs advise: LL128 corrupts data where it is not "
            "supported. Values are comma-separated and case-insensitive: LL, LL128 and Simple; ^ "
            "before the list excludes them."
        ),
        example="^LL128",
    ),
    _number(
        name="NCCL_MIN_NCHANNELS",
        type=Int(minimum=0),
        summary="Minimum number of channels that NCCL opens",
        details=(
            "A higher number can make transfers faster. Each channel uses a block of CUDA "
            "threads, so more channels leave less of the GPU for the model. NCCL's docs call the "
            "variable outdated since 2.17. Since 0.5.18, SGLang sets the variable, with "
            "NCCL_MAX_NCHANNELS, for deterministic inference on several NVIDIA GPUs."
        ),
        example="16",
    ),
    _number(
        name="NCCL_MAX_NCHANNELS",
        type=Int(minimum=0),
        summary="Maximum number of channels that NCCL opens",
        details=(
            "Lower it to leave more of the GPU for the model; collectives then become slower. "
            "NCCL's docs call the variable outdated since 2.17."
        ),
        example="16",
    ),
)
