"""What differs between environments, by meaning."""

from __future__ import annotations

from sglang_envctl.compare import differences
from sglang_envctl.environment import Assignment, Layer, Origin, stack
from sglang_envctl.registry import load
from sglang_envctl.settings import Settings, settle
from sglang_envctl.sources.context import Context
from sglang_envctl.sources.dotenv.dialects.dotenv import read
from tests.tables import table


def _settle(text: str, release: str = "0.5.23") -> Settings:
    return settle(stack([read("x.env", text.encode(), Context())]), load(), release)


def _diff(*texts: str) -> list[tuple[str, str]]:
    return [(d.name, d.kind) for d in differences([_settle(text) for text in texts])]


@table(
    ("texts", "expected"),
    [
        (("", ""), []),
        (("USE_FLAGGEMS=1", "USE_FLAGGEMS=1"), []),
        # One meaning, two texts.
        (("USE_FLAGGEMS=1", "USE_FLAGGEMS=true"), [("USE_FLAGGEMS", "spelling")]),
        (("USE_FLAGGEMS=1", ""), [("USE_FLAGGEMS", "spelling")]),
        (("USE_FLAGGEMS=on", "USE_FLAGGEMS=0"), [("USE_FLAGGEMS", "spelling")]),
        (("NVSHMEM_SYMMETRIC_SIZE=1g", "NVSHMEM_SYMMETRIC_SIZE=1024m"),
         [("NVSHMEM_SYMMETRIC_SIZE", "spelling")]),
        (("SGLANG_DIFFUSION_TARGET_DEVICE=cuda", "SGLANG_DIFFUSION_TARGET_DEVICE=cpu"),
         [("SGLANG_DIFFUSION_TARGET_DEVICE", "spelling")]),
        (("SGLANG_CACHE_DIT_SECONDARY_FN=1", ""), [("SGLANG_CACHE_DIT_SECONDARY_FN", "spelling")]),
        (("SGLANG_PLUGINS=a, b", "SGLANG_PLUGINS=a,b"), [("SGLANG_PLUGINS", "spelling")]),
        # Two meanings.
        (("USE_FLAGGEMS=1", "USE_FLAGGEMS=0"), [("USE_FLAGGEMS", "changed")]),
        (("", "USE_FLAGGEMS=0"), [("USE_FLAGGEMS", "added")]),
        (("USE_FLAGGEMS=0", ""), [("USE_FLAGGEMS", "removed")]),
        (("SGLANG_CACHE_DIT_RDT=nan", "SGLANG_CACHE_DIT_RDT=nan"), []),
        (("SGLANG_CACHE_DIT_TS_ORDER=1", "SGLANG_CACHE_DIT_TS_ORDER=2"),
         [("SGLANG_CACHE_DIT_TS_ORDER", "changed"),
          ("SGLANG_CACHE_DIT_SECONDARY_TS_ORDER", "changed")]),
        (("", "SGLANG_CACHE_DIT_MC=9"),
         [("SGLANG_CACHE_DIT_MC", "added"), ("SGLANG_CACHE_DIT_SECONDARY_MC", "changed")]),
        (("", "FLAGCX_PATH=/x"), [("SGLANG_FL_DIST_BACKEND", "changed"), ("FLAGCX_PATH", "added")]),
        # What raises, and what nobody knows how to read, is compared as text.
        (("SGLANG_CACHE_DIT_WARMUP=a", "SGLANG_CACHE_DIT_WARMUP=b"),
         [("SGLANG_CACHE_DIT_WARMUP", "changed"), ("SGLANG_CACHE_DIT_SECONDARY_WARMUP", "changed")]),
        (("MACA_DIRECT_DISPATCH=1", "MACA_DIRECT_DISPATCH=true"),
         [("MACA_DIRECT_DISPATCH", "changed")]),
        # Names of one's own, by text.
        (("APP=1", "APP=true"), [("APP", "changed")]),
        (("APP=1", ""), [("APP", "removed")]),
        (("B=1\nA=1", "A=1\nB=1"), []),
        # More than two.
        (("APP=1", "APP=1", "APP=2"), [("APP", "changed")]),
        (("APP=1", "APP=2", ""), [("APP", "changed")]),
        (("APP=1", "", ""), [("APP", "removed")]),
        (("", "APP=2", ""), [("APP", "added")]),
        (("USE_FLAGGEMS=1", "USE_FLAGGEMS=yes", ""), [("USE_FLAGGEMS", "spelling")]),
    ],
)  # fmt: skip
def test_differences(texts: tuple[str, ...], expected: list[tuple[str, str]]) -> None:
    assert _diff(*texts) == expected


def test_documented_names_come_first_in_registry_order() -> None:
    names = [name for name, _ in _diff("", "ZED=1\nAPP=1\nDYN_LOG=off\nUSE_FLAGGEMS=0\n")]
    assert names == ["USE_FLAGGEMS", "DYN_LOG", "APP", "ZED"]


def test_difference_holds_both_sides() -> None:
    (found,) = differences([_settle("USE_FLAGGEMS=0"), _settle("")])
    assert [setting and setting.value for setting in found.settings] == [False, True]
    assert [text and text.raw for text in found.assignments] == ["0", None]
    (other,) = differences([_settle("APP=0"), _settle("")])
    assert other.settings == (None, None)


def test_names_of_the_machine_are_compared_where_a_file_sets_them() -> None:
    machine = (Assignment("HOME", "/root", Origin("process")), Assignment("APP", "1", Origin("p")))
    process = settle(stack([Layer("process", "process", machine)]), load(), "0.5.23")
    assert [(d.name, d.kind) for d in differences([process, _settle("APP=2")])] == [
        ("APP", "changed")
    ]


def test_defaults_that_changed_from_one_release_to_the_next() -> None:
    found = {d.name: d.kind for d in differences([_settle("", "0.5.9"), _settle("", "0.5.10")])}
    assert found["SGLANG_USE_RUNAI_MODEL_STREAMER"] == "added"
    found = {d.name: d.kind for d in differences([_settle("", "0.5.12"), _settle("", "0.5.23")])}
    assert found["SGLANG_DIFFUSION_CACHE_ROOT"] == "changed"
