"""Real names of other software that have no entry, so that names similar to them are reported as
typos.
"""

from __future__ import annotations

UNDESCRIBED = dict.fromkeys(
    (
        "MCCL_ALGOS",
        "MCCL_BUFFSIZE",
        "MCCL_DEBUG",
        "MCCL_IB_GID_INDEX",
        "MCCL_IB_HCA",
        "MCCL_MAX_NCHANNELS",
        "MCCL_NET_GDR_LEVEL",
        "MCCL_P2P_LEVEL",
        "MCCL_PROTOS",
        "MCCL_SOCKET_IFNAME",
    ),
    "MetaX's collective library",
)
"""The software that reads each name, according to public launch scripts and its logs."""

OTHER_PREFIXES = ("CCL_", "CNCL_", "ISHMEM_", "OMPI_", "SHMEM_")
"""The prefixes of further software, which resemble those of documented software."""
