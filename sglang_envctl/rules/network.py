"""Check the network interfaces of the libraries that connect the nodes."""

from __future__ import annotations

from collections.abc import Iterator

from sglang_envctl.environment import Assignment
from sglang_envctl.rules.known.command import Command
from sglang_envctl.rules.rule import Finding, Rule, Subject
from sglang_envctl.text.escape import visible

INTERFACE_PATTERN = Rule(
    slug="interface-pattern",
    severity="error",
    summary="An NCCL pattern where an exact interface name is required",
    why=(
        "NCCL and HCCL read ^docker0 as every interface except docker0, and =eth0 as exactly "
        "eth0. Gloo and TensorPipe look for an interface with that literal name and find none: "
        "Gloo fails at startup with 'Unable to find address', and TensorPipe logs a warning and "
        "uses 127.0.0.1, which reaches no other host."
    ),
    fix="Write only the name of the interface.",
    wrong="GLOO_SOCKET_IFNAME=^docker0\n",
    right="GLOO_SOCKET_IFNAME=eth0\n",
)
LOOPBACK_INTERFACE = Rule(
    slug="loopback-interface",
    severity="warning",
    summary="The loopback interface together with a real one, or with several nodes",
    why=(
        "lo reaches only this host. A library that uses it waits for peers that it can never "
        "reach, while the other libraries are connected, and times out many minutes later."
    ),
    fix="Set all variables that name an interface to the one that connects the nodes.",
    wrong="NCCL_SOCKET_IFNAME=eth0\nGLOO_SOCKET_IFNAME=lo\n",
    right="NCCL_SOCKET_IFNAME=eth0\nGLOO_SOCKET_IFNAME=eth0\n",
)
GLOO_INTERFACE = Rule(
    slug="gloo-interface",
    severity="warning",
    summary="Several nodes, an interface for NCCL, and none for Gloo",
    why=(
        "SGLang opens a Gloo group for each NCCL group. If no interface is set, Gloo uses the "
        "address that the host name resolves to, often 127.0.1.1 from /etc/hosts or an address "
        "in a management network. If the other nodes cannot reach it, startup hangs or fails. The "
        "rule reports this only if --nnodes or a variable shows that there is more than one node."
    ),
    fix="Set GLOO_SOCKET_IFNAME to the interface that NCCL uses.",
    wrong="NNODES=2\nNCCL_SOCKET_IFNAME=bond0\n",
    right="NNODES=2\nNCCL_SOCKET_IFNAME=bond0\nGLOO_SOCKET_IFNAME=bond0\n",
)

CARDS_DIFFER = Rule(
    slug="cards-differ",
    severity="warning",
    summary="NCCL and NVSHMEM are set to use different network cards",
    why=(
        "Both variables list the network cards that connect the nodes. If no card is in both "
        "lists, one of the lists comes from another machine: NCCL then falls back to slow "
        "sockets, or NVSHMEM fails because it finds none of its cards."
    ),
    fix="Name cards of this machine in both variables; ibv_devices lists them.",
    wrong="NCCL_IB_HCA=mlx5_0,mlx5_5\nNVSHMEM_HCA_PE_MAPPING=mlx5_1:1:2,mlx5_7:1:2\n",
    right="NCCL_IB_HCA=mlx5_1,mlx5_7\nNVSHMEM_HCA_PE_MAPPING=mlx5_1:1:2,mlx5_7:1:2\n",
)

RULES = (INTERFACE_PATTERN, LOOPBACK_INTERFACE, GLOO_INTERFACE, CARDS_DIFFER)

MATCHING = ("NCCL_SOCKET_IFNAME", "HCCL_SOCKET_IFNAME", "MCCL_SOCKET_IFNAME")
"""Variables that accept a prefix of a name, ^ for all others, and = for an exact name."""
EXACT = ("GLOO_SOCKET_IFNAME", "TP_SOCKET_IFNAME")
"""Variables that accept only exact names."""
_NCCL_CARDS = "NCCL_IB_HCA"
_NVSHMEM_CARDS = ("NVSHMEM_HCA_PE_MAPPING", "NVSHMEM_HCA_LIST")
LOOKS_AT = (*MATCHING, *EXACT, *_NVSHMEM_CARDS)

_NODE_COUNTS = (
    "NNODES", "NUM_NODES", "PET_NNODES", "LWS_GROUP_SIZE", "SLURM_NNODES", "SLURM_JOB_NUM_NODES",
)  # fmt: skip
_NODES = "--nnodes"
_NODE_RANKS = ("NODE_RANK", "PET_NODE_RANK", "LWS_WORKER_INDEX", "SLURM_NODEID")


def check(subject: Subject) -> Iterator[Finding]:
    """Yield findings about interfaces and cards, from the environment and the command line alone."""
    yield from _cards(subject)
    named = list(subject.nonempty(*LOOKS_AT))
    if not named:
        return
    nodes = shown_nodes(subject)
    for assignment in named:
        yield from _pattern(assignment)
    # A rank alone is no evidence, because it may number servers of one node each.
    yield from _loopback(named, nodes if nodes not in _NODE_RANKS else "")
    if nodes:
        yield from _gloo(subject, nodes)


def shown_nodes(subject: Subject) -> str:
    """Return the option or variable that shows that there is more than one node; empty if none does."""
    if Command(subject.settings.environment).meets(f"{_NODES} above 1"):
        return _NODES
    for least, names in ((2, _NODE_COUNTS), (1, _NODE_RANKS)):
        for assignment in subject.nonempty(*names):
            text = assignment.raw.strip()
            if text.isascii() and text.isdigit() and int(text[:9]) >= least:
                return assignment.name
    return ""


def entries(assignment: Assignment) -> list[str]:
    """Return the interfaces of a list, without surrounding whitespace."""
    return [entry for entry in map(str.strip, assignment.raw.split(",")) if entry]


def _pattern(assignment: Assignment) -> Iterator[Finding]:
    first = assignment.raw.strip()
    if assignment.name in EXACT and first[0] in "^=":
        rest = visible(first.lstrip("^="))
        message = f"{first[0]} has a meaning for NCCL only: there is no interface with that name"
        help_ = f"write {rest}" if first.startswith("=") and rest else "name the interface to use"
        yield INTERFACE_PATTERN.at(assignment.origin, assignment.name, message, help_)


def _cards(subject: Subject) -> Iterator[Finding]:
    """Report a list of NVSHMEM's cards that contains none of the cards that NCCL may use."""
    for nccl in subject.nonempty(_NCCL_CARDS):
        for assignment in subject.nonempty(*_NVSHMEM_CARDS):
            cards = [entry.partition(":")[0] for entry in entries(assignment)]
            if "^" not in nccl.raw + assignment.raw and not any(_allows(nccl, c) for c in cards):
                message = f"names none of the cards in {_NCCL_CARDS}"
                yield CARDS_DIFFER.at(
                    assignment.origin,
                    assignment.name,
                    message,
                    "name the same cards in both variables",
                )


def _allows(nccl: Assignment, card: str) -> bool:
    """Return whether a list of prefixes, or of names after =, includes a card."""
    allowed = [entry.removeprefix("=").partition(":")[0] for entry in entries(nccl)]
    return card in allowed if nccl.raw.strip().startswith("=") else card.startswith(tuple(allowed))


def _is_loopback(assignment: Assignment) -> bool:
    return {entry.lstrip("=") for entry in entries(assignment)} == {"lo"}


def _loopback(named: list[Assignment], nodes: str) -> Iterator[Finding]:
    # NCCL's ^lo excludes the loopback interface, and names no other interface.
    others = [a.name for a in named if not _is_loopback(a) and not a.raw.strip().startswith("^")]
    reason = f"{nodes} shows several nodes" if nodes else ""
    reason = f"{others[0]} names a real interface" if others else reason
    for assignment in named:
        if reason and _is_loopback(assignment):
            message = f"names the loopback interface, which reaches no other host, but {reason}"
            help_ = "name the interface that connects the nodes"
            yield LOOPBACK_INTERFACE.at(assignment.origin, assignment.name, message, help_)


def _gloo(subject: Subject, nodes: str) -> Iterator[Finding]:
    settings = subject.settings
    if "GLOO_SOCKET_IFNAME" in settings.environment.effective:
        return
    if any(layer.unseen for layer in settings.environment.layers):
        return
    for assignment in subject.nonempty("NCCL_SOCKET_IFNAME", "MCCL_SOCKET_IFNAME"):
        if not assignment.raw.strip().startswith("^"):
            message = (
                f"set for several nodes ({nodes}), but GLOO_SOCKET_IFNAME is not set: "
                "Gloo uses the address that the host name resolves to"
            )
            help_ = "set GLOO_SOCKET_IFNAME to the same interface"
            yield GLOO_INTERFACE.at(assignment.origin, assignment.name, message, help_)
            return
