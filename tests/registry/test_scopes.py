"""Who must agree on a value."""

from __future__ import annotations

from sglang_envctl.nodes.scope import scope
from sglang_envctl.registry import load
from sglang_envctl.registry.scopes import SCOPES
from sglang_envctl.releases import load as releases
from sglang_envctl.releases import newest
from tests.tables import table


def test_every_name_is_one_that_something_reads() -> None:
    read = releases().read_names(newest())

    assert [name for name in SCOPES if name not in load().listed and name not in read] == []


@table(
    ("name", "who"),
    [
        ("SGLANG_SCHEDULER_SKIP_ALL_GATHER", "engine"),
        ("SGLANG_INT4_WEIGHT", "engine"),
        ("NCCL_PROTO", "engine"),
        ("SGLANG_CACHE_DIT_SECONDARY_FN", "engine"),
        ("SGLANG_DISAGGREGATION_WAITING_TIMEOUT", "role"),
        ("CUDA_VISIBLE_DEVICES", "node"),
        ("LWS_WORKER_INDEX", "node"),
        ("NCCL_IB_HCA", "network"),
        # A switch of the network classifies by it; SGLang's own example has it on one rank only.
        ("NVSHMEM_IB_TRAFFIC_CLASS", ""),
        ("NCCL_DEBUG", ""),
        ("HF_HOME", ""),
        ("APP", ""),
    ],
)
def test_scope(name: str, who: str) -> None:
    assert scope(name) == who
