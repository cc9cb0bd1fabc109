"""Find out which nodes must agree on a value, and which names always differ between nodes."""

from __future__ import annotations

import re

from sglang_envctl.registry.scopes import SCOPES, Scope

_BY_NATURE = re.compile(
    r"HOST(?:NAME)?|(?:MY_|NODE_|HOST_|POD_)(?:IP|IPS|NAME|UID)|POD_INDEX|NODENAME|K8S_NODE_NAME"
    r"|(?:(?:GLOBAL|NODE|LOCAL|GROUP|ROLE)_)?RANK|JOB_COMPLETION_INDEX"
    r"|LWS_WORKER_INDEX|TPU_WORKER_ID|DYN_SYSTEM_PORT"
    r"|SLURM(?:D_NODENAME|_PROCID|_NODEID|_LOCALID|_TASK_PID|_GTIDS|_CPUS_ON_NODE|_LAUNCH_NODE_IPADDR)"
    r"|OMPI_COMM_WORLD_(?:LOCAL_|NODE_)?RANK|PMI_RANK|PMIX_RANK|PALS_RANKID|MV2_COMM_WORLD_RANK"
)
"""The names that launchers set to a different value on each node or in each process."""


def scope(name: str) -> Scope:
    """Return which nodes must agree on the value of a name."""
    return SCOPES.get(name) or ("node" if _BY_NATURE.fullmatch(name) else "")
