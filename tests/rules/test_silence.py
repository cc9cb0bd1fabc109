"""An environment that works gives no error and no warning."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sglang_envctl.environment import Assignment, Layer, Origin
from sglang_envctl.rules import Finding
from tests.tables import table

Judge = Callable[..., tuple[Finding, ...]]
DATA = Path(__file__).parents[1] / "data" / "env"
WORKING = (
    "cache-dit",
    "cache-dit-bins",
    "cache-dit-by-request",
    "crash-debugging",
    "diffusion-server",
    "flagcx",
    "flagos",
    "flagos-reference",
    "kubernetes",
    "login-shell",
    "login-shell-proxy",
    "maca",
    "neighbours",
    "template",
)
# The MetaX page misprints a name, and nothing reads it as printed.
TOLD = {"maca": [("not-read", "SGLANG_EXPERT_DISTRIBUTION_RECORD_DIR")]}


def _loud(findings: tuple[Finding, ...]) -> list[tuple[str, str]]:
    return [(f.rule, f.name) for f in findings if f.severity != "info"]


@table("name", WORKING)
def test_file_that_works(name: str, judge: Judge) -> None:
    text = (DATA / f"{name}.env").read_text(encoding="utf-8")
    assert _loud(judge(text)) == TOLD.get(name, [])


@table("name", WORKING)
def test_process_that_works(name: str, judge: Judge, judge_layers: Judge) -> None:
    lines = (DATA / f"{name}.env").read_text(encoding="utf-8").splitlines()
    pairs = (line.removeprefix("export ").partition("=") for line in lines if "=" in line)
    origin = Origin("process")
    values = {key: value.strip("\"'") for key, _, value in pairs if not key.startswith("#")}
    found = tuple(Assignment(key, value, origin) for key, value in values.items())
    layer = Layer("process", "process", found)
    assert _loud(judge_layers(layer)) == TOLD.get(name, [])


@pytest.mark.parametrize("name", ["neighbours", "login-shell", "login-shell-proxy"])
def test_foreign_names_are_not_even_mentioned(name: str, judge: Judge) -> None:
    assert judge((DATA / f"{name}.env").read_text(encoding="utf-8")) == ()


@table(
    "text",
    [
        # The examples of the FlagOS page, one command each.
        "SGLANG_FL_PREFER=reference",
        'SGLANG_FL_PER_OP="rms_norm=vendor|flagos;silu_and_mul=flagos"',
        "SGLANG_FL_OOT_BLACKLIST=RotaryEmbedding",
        "USE_FLAGGEMS=0",
        "SGLANG_FL_CONFIG=./my_config.yaml\nSGLANG_FL_PREFER=reference",
        # What its tables name as values.
        "SGLANG_FL_OOT_ENABLED=0",
        "SGLANG_FL_PER_OP=rms_norm=vendor|flagos;silu_and_mul=reference;",
        "SGLANG_FL_DENY_VENDORS=cuda,ascend",
        "SGLANG_FL_DIST_BACKEND=hccl",
        "SGLANG_FL_PLATFORM=cuda",
        "SGLANG_FL_LOG_LEVEL=debug",
        # Master switches turned off beside what depends on them.
        "USE_FLAGGEMS=0\nSGLANG_FLAGGEMS_RECORD=1\nSGLANG_FLAGGEMS_LOG_PATH=/var/log/aten.log",
        "SGLANG_FL_OOT_ENABLED=0\nSGLANG_FL_PREFER=vendor",
        "SGLANG_FL_DIST_BACKEND=nccl\nFLAGCX_PATH=/opt/FlagCX",
        # Values in the words of people.
        "SGLANG_CLOUD_STORAGE_TYPE=off",
        "SGLANG_FL_PLATFORM=auto",
        "DYN_LOG=info,",
        "NVSHMEM_SYMMETRIC_SIZE=3GB",
        "NVSHMEM_SYMMETRIC_SIZE=.5g",
        "SGLANG_S3_ENDPOINT_URL=HTTPS://S3.example.org\nSGLANG_CLOUD_STORAGE_TYPE=S3\n"
        "SGLANG_S3_BUCKET_NAME=media",
        "SGLANG_KERNEL_API_LOGLEVEL=10\nSGLANG_KERNEL_API_DUMP_INCLUDE=???",
        "SGLANG_USE_MLX=Y",
    ],
)
def test_text_that_works(text: str, judge: Judge) -> None:
    assert _loud(judge(text)) == []
