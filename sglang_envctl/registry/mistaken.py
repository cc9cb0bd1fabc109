"""Names that users write but no software reads, and the names that they mean.

Each name is exported in public scripts. Spelling suggestions do not find the real name, because a
whole word differs, or the order of the words.
"""

from __future__ import annotations

MISTAKEN: dict[str, str] = {
    "GLOO_TCP_IFNAME": "GLOO_SOCKET_IFNAME",
    "MC_IB_GID_INDEX": "MC_GID_INDEX",
    "NCCL_DISABLE_IB": "NCCL_IB_DISABLE",
    "NCCL_DISABLE_P2P": "NCCL_P2P_DISABLE",
    "NCCL_IFNAME": "NCCL_SOCKET_IFNAME",
    "SGLANG_DISABLE_SHM_MM": "",
    "SGLANG_DISAGG_TRANSFER_BACKEND": "--disaggregation-transfer-backend",
}
"""The intended name, by the written name; empty if there is none."""
