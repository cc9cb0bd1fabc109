"""Identify the node of an environment, by the variables of its launcher and the command line of its
server.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sglang_envctl.environment import Node

RANKS = (
    "LWS_WORKER_INDEX", "SLURM_NODEID", "NODE_RANK", "GROUP_RANK", "SLURM_PROCID",
    "OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK", "RANK",
)  # fmt: skip
"""The variables in which launchers store the number of a node or process, those of the node first."""
ENGINES = ("LWS_LEADER_ADDRESS", "MASTER_ADDR")
"""The variables in which launchers store the address at which the ranks of one engine connect."""
LAUNCHERS = ("LWS_", "SLURM_JOB_ID", "SLURM_STEP_ID", "OMPI_COMM_WORLD_", "RAY_JOB_ID")
"""The prefixes of variables that identify a node within its job."""


def identify(
    values: Mapping[str, str], command: Sequence[str] = (), *, host: str = "", release: str = ""
) -> Node:
    """Return the node that an environment and a command line describe; the command line takes
    precedence.
    """
    router = any("sglang_router" in word or word == "sglang-router" for word in command)
    return Node(
        host=values.get("SLURMD_NODENAME") or host or values.get("HOSTNAME", ""),
        rank=option(command, "--node-rank") or _first(values, RANKS),
        role="router" if router else option(command, "--disaggregation-mode"),
        engine=option(command, "--dist-init-addr", "--nccl-init-addr") or _first(values, ENGINES),
        release=release,
    )


def launcher(values: Mapping[str, str]) -> dict[str, str]:
    """Return the variables of the launcher that identify the node."""
    return {n: v for n, v in sorted(values.items()) if n in RANKS or n.startswith(LAUNCHERS)}


BY_NATURE = ("--node-rank", "--host", "--port", "--nccl-port")
"""The server options that differ on each node."""


def common(command: Sequence[str]) -> tuple[str, ...]:
    """Return a command line without the parts that always differ between nodes."""
    found: list[str] = []
    value_follows = False
    for word in command:
        name, equals, _ = word.partition("=")
        if not value_follows and name not in BY_NATURE:
            found.append(word)
        value_follows = name in BY_NATURE and not equals
    return tuple(found)


def option(command: Sequence[str], *names: str) -> str:
    """Return the last value of an option in a command line; empty if the option is not passed."""
    found = ""
    for word, following in zip(command, (*command[1:], ""), strict=False):
        given, equals, value = word.partition("=")
        if given in names:
            found = value if equals else following
    return found


def _first(values: Mapping[str, str], names: Sequence[str]) -> str:
    return next((values[name] for name in names if values.get(name)), "")
