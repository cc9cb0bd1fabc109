"""Network interfaces for the libraries that connect the nodes."""

from __future__ import annotations

from collections.abc import Iterator

from sglang_envctl.environment import Assignment
from sglang_envctl.rules.rule import Finding, Rule, Subject
from sglang_envctl.text.escape import visible

INTERFACE_PATTERN = Rule(
    slug="interface-pattern",
    severity="error",
    summary="An NCCL pattern where an exact interface name is required",
    why=(
        "NCCL and HCCL read ^docker0 as all but this one, and =eth0 as exactly this one. Gloo and "
        "TensorPipe look for an interface with that literal name, find none, and start-up fails "
        "with Unable to find address."
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
        "lo reaches only this host. One library of the job then waits for peers that it can never "
        "reach, while the others are connected, and times out many minutes later."
    ),
    fix="Name the interface that connects the nodes, in all of these variables.",
    wrong="NCCL_SOCKET_IFNAME=eth0\nGLOO_SOCKET_IFNAME=lo\n",
    right="NCCL_SOCKET_IFNAME=eth0\nGLOO_SOCKET_IFNAME=eth0\n",
)
GLOO_INTERFACE = Rule(
    slug="gloo-interface",
    severity="warning",
    summary="Several nodes, an interface for NCCL, and none for Gloo",
    why=(
        "SGLang opens a Gloo group next to each NCCL group. Without an interface Gloo uses the "
        "address that the host name resolves to, often 127.0.1.1 from /etc/hosts or a management "
        "network, and start-up hangs. Reported only if a variable shows that there is more than "
        "one node."
    ),
    fix="Set GLOO_SOCKET_IFNAME to the same interface.",
    wrong="NNODES=2\nNCCL_SOCKET_IFNAME=bond0\n",
    right="NNODES=2\nNCCL_SOCKET_IFNAME=bond0\nGLOO_SOCKET_IFNAME=bond0\n",
)

RULES = (INTERFACE_PATTERN, LOOPBACK_INTERFACE, GLOO_INTERFACE)

MATCHING = ("NCCL_SOCKET_IFNAME", "HCCL_SOCKET_IFNAME", "MCCL_SOCKET_IFNAME")
"""They accept a prefix of a name, ^ for all others, and = for an exact name."""
EXACT = ("GLOO_SOCKET_IFNAME", "TP_SOCKET_IFNAME")
"""They accept only exact names."""
LOOKS_AT = (*MATCHING, *EXACT)

_NODE_COUNTS = (
    "NNODES", "NUM_NODES", "PET_NNODES", "LWS_GROUP_SIZE", "SLURM_NNODES", "SLURM_JOB_NUM_NODES",
)  # fmt: skip
_NODE_RANKS = ("NODE_RANK", "PET_NODE_RANK", "LWS_WORKER_INDEX", "SLURM_NODEID")


def check(subject: Subject) -> Iterator[Finding]:
    """Findings about interfaces, from the environment alone."""
    named = list(subject.nonempty(*LOOKS_AT))
    if not named:
        return
    nodes = shown_nodes(subject)
    for assignment in named:
        yield from _pattern(assignment)
    # A rank alone may number servers that are one node each.
    yield from _loopback(named, nodes if nodes in _NODE_COUNTS else "")
    if nodes:
        yield from _gloo(subject, nodes)


def shown_nodes(subject: Subject) -> str:
    """The variable that shows that there is more than one node; empty if none does."""
    for least, names in ((2, _NODE_COUNTS), (1, _NODE_RANKS)):
        for assignment in subject.nonempty(*names):
            text = assignment.raw.strip()
            if text.isascii() and text.isdigit() and int(text[:9]) >= least:
                return assignment.name
    return ""


def entries(assignment: Assignment) -> list[str]:
    """The interfaces of a list, without surrounding whitespace."""
    return [entry for entry in map(str.strip, assignment.raw.split(",")) if entry]


def _pattern(assignment: Assignment) -> Iterator[Finding]:
    first = assignment.raw.strip()
    if assignment.name in EXACT and first[0] in "^=":
        rest = visible(first.lstrip("^="))
        message = f"{first[0]} has a meaning for NCCL only: there is no interface with that name"
        help_ = f"write {rest}" if first.startswith("=") and rest else "name the interface to use"
        yield INTERFACE_PATTERN.at(assignment.origin, assignment.name, message, help_)


def _is_loopback(assignment: Assignment) -> bool:
    return {entry.lstrip("=") for entry in entries(assignment)} == {"lo"}


def _loopback(named: list[Assignment], nodes: str) -> Iterator[Finding]:
    # NCCL's ^lo is the opposite, and names no interface to compare with.
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
                f"set, with several nodes ({nodes}), but GLOO_SOCKET_IFNAME is not: "
                "Gloo uses the address that the host name resolves to"
            )
            help_ = "set GLOO_SOCKET_IFNAME to the same interface"
            yield GLOO_INTERFACE.at(assignment.origin, assignment.name, message, help_)
            return
