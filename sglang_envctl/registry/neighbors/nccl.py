"""NCCL: variables that SGLang's guides, and multi-node set-ups, give it. RCCL reads the same names."""

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
        summary="Network interfaces that NCCL makes its connections over",
        details=(
            "Items are prefixes: eth takes eth0 and eth1, and eth0 takes eth0.100 too, so write "
            "=eth0 for one interface alone. ^docker,lo takes all but these; the mark stands once, "
            "in front of the list. Unset, NCCL prefers ib*, then anything but docker, lo and "
            "virbr. If none fits, NCCL stops with an error. Over InfiniBand it is still the way "
            "of the first handshake."
        ),
        example="=eth0",
        relations=(
            Outside(needs="GLOO_SOCKET_IFNAME beside it, where there are several nodes"),
            Outside(needs="an interface of this name on the machine"),
        ),
        reads=(Read(reader="nccl.interfaces", where="NCCL, src/misc/socket.cc"),),
    ),
    _variable(
        name="NCCL_SOCKET_FAMILY",
        type=Choice(("AF_INET", "AF_INET6")),
        summary="Only IPv4 or only IPv6 for NCCL's sockets",
        details=(
            "Unset, NCCL takes whichever address it finds first on the interface. It compares the "
            "words letter by letter; any other text is as if nothing were set."
        ),
        example="AF_INET",
    ),
    _variable(
        name="NCCL_IB_HCA",
        type=List(),
        summary="InfiniBand or RoCE cards that NCCL uses, and their ports",
        details=(
            "Prefixes of card names as ibv_devices prints them, each with :port if wanted: mlx5 "
            "takes all of that kind, =mlx5_1 only that one and not mlx5_10. ^ in front of the "
            "list leaves these out. A list that fits no card sends the traffic over sockets, many "
            "times slower; NCCL_DEBUG=INFO shows which it took."
        ),
        example="=mlx5_0,mlx5_1",
        relations=(_VERBS,),
        reads=(Read(reader="unknown", where="NCCL, src/transport/net_ib/init.cc"),),
    ),
    _number(
        name="NCCL_IB_DISABLE",
        type=_SWITCH,
        default="0",
        summary="Leave InfiniBand and RoCE alone and use sockets",
        details=(
            "1 is a way past a broken fabric and costs most of the speed between nodes. Only "
            "numbers are understood: true is 0, and InfiniBand stays on."
        ),
        example="1",
        relations=(_BETWEEN_NODES,),
    ),
    _number(
        name="NCCL_IB_TIMEOUT",
        type=Int(minimum=0, maximum=31),
        default="20",
        summary="Time-out of an InfiniBand packet, as a power of two",
        details=(
            "4.096 microseconds times 2 to this power, before each of NCCL_IB_RETRY_CNT repeats. "
            "0 waits for ever. The default was 18 before NCCL 2.23, and 14 before 2.14; guides for "
            "large fabrics write 22 or 23."
        ),
        example="22",
        relations=(_VERBS,),
    ),
    _number(
        name="NCCL_IB_RETRY_CNT",
        type=Int(minimum=0, maximum=7),
        default="7",
        summary="How often an InfiniBand packet is sent again",
        details=(
            "Together with NCCL_IB_TIMEOUT it says how long a broken link stays unnoticed: about "
            "30 seconds with both defaults. The card counts to 7 at the most."
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
            "Switches sort RoCE packets by it, so it has to fit their set-up. A wrong one shows as "
            "lost packets and time-outs under load."
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
            "The fabric's own configuration gives the levels their meaning; adaptive routing may "
            "ask for a certain one. RoCE looks at NCCL_IB_TC rather."
        ),
        example="1",
        relations=(_VERBS,),
    ),
    _number(
        name="NCCL_IB_QPS_PER_CONNECTION",
        type=Int(minimum=1, maximum=128),
        default="1",
        summary="Queue pairs for each connection between two ranks",
        details=(
            "More of them spread the traffic over the paths of a fabric with several levels. Each "
            "takes memory of the card, and beyond 4 or 8 little is gained."
        ),
        example="4",
        relations=(_VERBS,),
    ),
    _level(
        name="NCCL_NET_GDR_LEVEL",
        type=Choice(("LOC", "PIX", "PXB", "PHB", "SYS"), open=True),
        summary="How far apart a GPU and a network card may be to exchange data directly",
        details=(
            "LOC switches GPU Direct RDMA off, PIX allows one PCI switch, PXB several, PHB one "
            "processor, SYS everything. Capitals matter: sys is as good as unset. Older files "
            "hold numbers, which NCCL still takes."
        ),
        example="SYS",
        relations=(Outside(needs="cards and drivers with GPU Direct RDMA"),),
    ),
    _number(
        name="NCCL_P2P_DISABLE",
        type=_SWITCH,
        summary="Do not let GPUs of one machine read each other's memory",
        details=(
            "1 sends their traffic through host memory: slower, and a way past hangs where PCI "
            "access control (ACS) or an IOMMU breaks direct access. NCCL reads the number with C's "
            "strtol: true is 0."
        ),
        example="1",
    ),
    _level(
        name="NCCL_P2P_LEVEL",
        type=Choice(("LOC", "NVL", "PIX", "PXB", "PHB", "SYS"), open=True),
        summary="How far apart two GPUs may be to read each other's memory",
        details=(
            "NVL allows it over NVLink only, PIX and PXB over PCI switches, PHB over one "
            "processor, SYS everywhere, LOC never. Unset, NCCL decides by the machine. Words in "
            "small letters are ignored without a word."
        ),
        example="NVL",
    ),
    _number(
        name="NCCL_SHM_DISABLE",
        type=_SWITCH,
        default="0",
        summary="Do not use shared memory between processes of one machine",
        details=(
            "With 1 the traffic that GPUs cannot exchange directly takes the network. It hides a "
            "/dev/shm that is too small; a larger one (--shm-size) is the better cure."
        ),
        example="1",
    ),
    _number(
        name="NCCL_CROSS_NIC",
        type=Int(choices=(0, 1, 2)),
        default="2",
        summary="Whether a ring may leave on one card and arrive on another",
        details=(
            "0 keeps to one rail, for fabrics with a switch for each card; 1 allows crossing, for "
            "cards on a common switch. 2 crosses only where it has to."
        ),
        example="0",
        relations=(_BETWEEN_NODES,),
    ),
    _variable(
        name="NCCL_NET_PLUGIN",
        type=Text(),
        summary="The network plugin that NCCL loads",
        details=(
            "A library's name, or the end of one: foo loads libnccl-net-foo.so. none keeps to "
            "what is built in, which helps where an image brings a plugin for another network. "
            "If the library cannot be loaded NCCL goes on without it."
        ),
        example="none",
    ),
    _variable(
        name="NCCL_DEBUG",
        type=Choice(("VERSION", "WARN", "INFO", "TRACE"), exact=False, also=("ABORT", "NONE")),
        summary="How much NCCL tells",
        details=(
            "WARN names errors, INFO also the interfaces, cards and paths that it chose: the first "
            "thing to set when nodes do not find each other. TRACE needs a build with tracing. It "
            "costs little while nothing goes wrong."
        ),
        example="INFO",
    ),
    _variable(
        name="NCCL_DEBUG_SUBSYS",
        type=List(),
        default="INIT,BOOTSTRAP,ENV",
        summary="The parts of NCCL that NCCL_DEBUG=INFO speaks of",
        details=(
            "INIT, NET, GRAPH, COLL, P2P, SHM, ENV, ALL and others, separated by commas; a ^ in "
            "front leaves one out. Without NCCL_DEBUG=INFO or TRACE it changes nothing."
        ),
        example="INIT,NET",
    ),
    _variable(
        name="NCCL_DEBUG_FILE",
        type=Path(),
        summary="File that NCCL's messages go to, instead of standard output",
        details=(
            "%h stands for the host and %p for the process; without them all ranks write over "
            "each other. ~ is not the home directory."
        ),
        example="/var/log/nccl.%h.%p",
    ),
    _number(
        name="NCCL_CUMEM_ENABLE",
        type=_SWITCH,
        summary="Let NCCL allocate by CUDA's cuMem functions",
        details=(
            "SGLang sets it: 1 with --enable-symm-mem whatever stands here, and otherwise 0 on "
            "most machines where you did not set it. 1 takes more memory and is what "
            "NCCL_MNNVL_ENABLE and symmetric memory need."
        ),
        example="1",
    ),
    _number(
        name="NCCL_NVLS_ENABLE",
        type=Int(choices=(0, 1, 2)),
        default="2",
        summary="Let NVSwitch add up (NVLink SHARP)",
        details=(
            "SGLang sets it to 0 where you did not set it, and to 1 with --enable-nccl-nvls or "
            "--enable-symm-mem whatever stands here. NVLS takes memory on every GPU, and NCCL "
            "fails where that cannot be had."
        ),
        example="1",
        relations=(Outside(needs="NVSwitch of the third generation, and Hopper or newer"),),
    ),
    _number(
        name="NCCL_MNNVL_ENABLE",
        type=Int(choices=(0, 1, 2)),
        default="2",
        summary="Use NVLink between nodes",
        details=(
            "For racks such as GB200 NVL72, with NCCL_CUMEM_ENABLE and a running IMEX domain. 1 "
            "fails where it is not to be had, 2 does without. SGLang sets 1 on several nodes of "
            "such a rack unless you set it."
        ),
        example="1",
        relations=(Outside(needs="NVLink between the nodes, and IMEX"),),
    ),
    _number(
        name="NCCL_GRAPH_MIXING_SUPPORT",
        type=_SWITCH,
        summary="Let collectives of CUDA graphs and others be under way at once",
        details=(
            "0 spares NCCL some work, and is wrong where a graph and a launch outside it share a "
            "communicator at the same time. SGLang sets 0 with --dcp-size above 1."
        ),
        example="0",
    ),
    _number(
        name="NCCL_GRAPH_REGISTER",
        type=_SWITCH,
        summary="Register the buffers of captured collectives",
        details=(
            "It makes collectives in CUDA graphs faster. Where SGLang moves the graphs' memory, "
            "it sets 0 unless you did, and warns if you set anything else: replay can hang."
        ),
        example="0",
    ),
    _variable(
        name="NCCL_ALGO",
        type=Text(),
        summary="The algorithms that NCCL may choose from",
        details=(
            "Names separated by commas, such as Ring and Tree, in any case; from 2.24 also per "
            "function, as in allreduce:tree. SGLang sets allreduce:tree for deterministic "
            "inference on several GPUs. Leave the choice to NCCL otherwise."
        ),
        example="Ring",
    ),
    _variable(
        name="NCCL_PROTO",
        type=Text(),
        summary="The protocols that NCCL may choose from",
        details=(
            "LL, LL128 and Simple, in any case, separated by commas; ^ in front leaves them out. "
            "NCCL's page advises against it: LL128 where it is not supported corrupts data."
        ),
        example="^LL128",
    ),
    _number(
        name="NCCL_MIN_NCHANNELS",
        type=Int(minimum=0),
        summary="The fewest channels that NCCL opens",
        details=(
            "Each channel is a block of CUDA threads, so more of them move data faster and leave "
            "less of the GPU to the model. NCCL's page calls it outdated. SGLang sets it, with "
            "NCCL_MAX_NCHANNELS, for deterministic inference."
        ),
        example="16",
    ),
    _number(
        name="NCCL_MAX_NCHANNELS",
        type=Int(minimum=0),
        summary="The most channels that NCCL opens",
        details=(
            "Fewer channels leave more of the GPU to the model and slow the collectives down. "
            "NCCL's page calls it outdated since 2.17."
        ),
        example="16",
    ),
)
