"""Interfaces: what the libraries that connect the nodes are told to use."""

from __future__ import annotations

from collections.abc import Iterator

from sglang_envctl.environment import Assignment
from sglang_envctl.rules.rule import Finding, Rule, Subject
from sglang_envctl.text.escape import visible

INTERFACE_PATTERN = Rule(
    slug="interface-pattern",
    severity="error",
    summary="A pattern of NCCL's where an interface's own name is wanted",
    why=(
        "NCCL and HCCL take ^docker0 for all but this one, and =eth0 for exactly this one. Gloo and "
        "TensorPipe look for an interface of that very name, find none, and the start fails with "
        "Unable to find address."
    ),
    fix="Write the interface's name alone.",
    wrong="GLOO_SOCKET_IFNAME=^docker0\n",
    right="GLOO_SOCKET_IFNAME=eth0\n",
)
LOOPBACK_INTERFACE = Rule(
    slug="loopback-interface",
    severity="warning",
    summary="The loopback interface beside a real one, or with several nodes",
    why=(
        "lo reaches this host and no other. One library of the job then waits for peers that it can "
        "never reach, while the others are connected; it ends in a time-out many minutes later."
    ),
    fix="Name the interface that the nodes reach one another by, in all of them.",
    wrong="NCCL_SOCKET_IFNAME=eth0\nGLOO_SOCKET_IFNAME=lo\n",
    right="NCCL_SOCKET_IFNAME=eth0\nGLOO_SOCKET_IFNAME=eth0\n",
)
GLOO_INTERFACE = Rule(
    slug="gloo-interface",
    severity="warning",
    summary="Several nodes, an interface for NCCL, and none for Gloo",
    why=(
        "SGLang opens a Gloo group beside each group of NCCL. Without a name Gloo takes the address "
        "that the host's own name stands for, often 127.0.1.1 of /etc/hosts or a management network, "
        "and the start hangs. Told only where a variable shows that there is more than one node."
    ),
    fix="Set GLOO_SOCKET_IFNAME to the same interface.",
    wrong="NNODES=2\nNCCL_SOCKET_IFNAME=bond0\n",
    right="NNODES=2\nNCCL_SOCKET_IFNAME=bond0\nGLOO_SOCKET_IFNAME=bond0\n",
)

RULES = (INTERFACE_PATTERN, LOOPBACK_INTERFACE, GLOO_INTERFACE)

MATCHING = ("NCCL_SOCKET_IFNAME", "HCCL_SOCKET_IFNAME", "MCCL_SOCKET_IFNAME")
"""They take the beginning of a name, ^ for all others, and = for exactly this one."""
EXACT = ("GLOO_SOCKET_IFNAME", "TP_SOCKET_IFNAME")
"""They take interfaces by their whole names."""

_NODE_COUNTS = (
    "NNODES", "NUM_NODES", "PET_NNODES", "LWS_GROUP_SIZE", "SLURM_NNODES", "SLURM_JOB_NUM_NODES",
)  # fmt: skip
_NODE_RANKS = ("NODE_RANK", "PET_NODE_RANK", "LWS_WORKER_INDEX", "SLURM_NODEID")


def check(subject: Subject) -> Iterator[Finding]:
    """Findings about interfaces, from the texts alone."""
    named = list(subject.given(*MATCHING, *EXACT))
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
        for assignment in subject.given(*names):
            text = assignment.raw.strip()
            if text.isascii() and text.isdigit() and int(text[:9]) >= least:
                return assignment.name
    return ""


def entries(assignment: Assignment) -> list[str]:
    """The interfaces of a list, without the blanks around them."""
    return [entry for entry in map(str.strip, assignment.raw.split(",")) if entry]


def _pattern(assignment: Assignment) -> Iterator[Finding]:
    first = assignment.raw.strip()
    if assignment.name in EXACT and first[0] in "^=":
        rest = visible(first.lstrip("^="))
        message = f"{first[0]} has a meaning for NCCL only: no interface is called by that name"
        mend = f"write {rest}" if first.startswith("=") and rest else "name the interface to use"
        yield INTERFACE_PATTERN.at(assignment.origin, assignment.name, message, mend)


def _is_loopback(assignment: Assignment) -> bool:
    return {entry.lstrip("=") for entry in entries(assignment)} == {"lo"}


def _loopback(named: list[Assignment], nodes: str) -> Iterator[Finding]:
    # NCCL's ^lo is the very opposite, and names nothing to compare with.
    others = [a.name for a in named if not _is_loopback(a) and not a.raw.strip().startswith("^")]
    reason = f"{nodes} shows several nodes" if nodes else ""
    reason = f"{others[0]} names a real interface" if others else reason
    for assignment in named:
        if reason and _is_loopback(assignment):
            message = f"names the loopback, which reaches no other host, while {reason}"
            mend = "name the interface that the nodes share"
            yield LOOPBACK_INTERFACE.at(assignment.origin, assignment.name, message, mend)


def _gloo(subject: Subject, nodes: str) -> Iterator[Finding]:
    settings = subject.settings
    if "GLOO_SOCKET_IFNAME" in settings.environment.effective:
        return
    if any(layer.unseen for layer in settings.environment.layers):
        return
    for assignment in subject.given("NCCL_SOCKET_IFNAME", "MCCL_SOCKET_IFNAME"):
        if not assignment.raw.strip().startswith("^"):
            message = (
                f"is set, {nodes} shows several nodes, and GLOO_SOCKET_IFNAME is not set: "
                "Gloo goes by the host's name"
            )
            mend = "set GLOO_SOCKET_IFNAME to the same interface"
            yield GLOO_INTERFACE.at(assignment.origin, assignment.name, message, mend)
            return
