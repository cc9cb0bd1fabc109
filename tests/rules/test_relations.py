"""Variables that need, exclude or switch off one another."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sglang_envctl.environment import Assignment, Layer, Origin
from sglang_envctl.rules import Finding
from sglang_envctl.sources.context import Context
from sglang_envctl.sources.dotenv.dialects.dotenv import read
from tests.tables import table

Judge = Callable[..., tuple[Finding, ...]]
RULES = ("conflict", "missing-companion", "no-effect", "incomplete-pair")
S3 = "SGLANG_CLOUD_STORAGE_TYPE=s3\nSGLANG_S3_BUCKET_NAME=media\n"
ON = "SGLANG_CACHE_DIT_ENABLED=true\n"
BINS = "SGLANG_CACHE_DIT_SCM_COMPUTE_BINS=8\nSGLANG_CACHE_DIT_SCM_CACHE_BINS=1\n"

FIRES = [
    ("conflict", "error", "SGLANG_FL_OOT_WHITELIST=TopK\nSGLANG_FL_OOT_BLACKLIST=RMSNorm"),
    ("conflict", "error", "SGLANG_FL_FLAGOS_WHITELIST=mm\nSGLANG_FL_FLAGOS_BLACKLIST=mm"),
    ("conflict", "error", "SGLANG_FL_FLAGOS_BLACKLIST=mm\nSGLANG_FL_FLAGOS_WHITELIST=,"),
    ("missing-companion", "error", "SGLANG_CLOUD_STORAGE_TYPE=s3"),
    ("missing-companion", "error", "SGLANG_CLOUD_STORAGE_TYPE=S3\nSGLANG_S3_BUCKET_NAME="),
    ("missing-companion", "error", f"{S3}SGLANG_S3_ACCESS_KEY_ID=a-key-1"),
    ("missing-companion", "error", f"{S3}SGLANG_S3_SECRET_ACCESS_KEY=a-secret-1"),
    ("missing-companion", "warning", "SGLANG_FL_DIST_BACKEND=flagcx"),
    ("missing-companion", "warning", f"{ON}SGLANG_CACHE_DIT_SCM_COMPUTE_BINS=8,3"),
    ("missing-companion", "warning", f"{ON}SGLANG_CACHE_DIT_SCM_CACHE_BINS=1\n"
                                     "SGLANG_CACHE_DIT_SCM_COMPUTE_BINS="),
    ("no-effect", "warning", "SGLANG_S3_BUCKET_NAME=media"),
    ("no-effect", "warning", "SGLANG_FLAGGEMS_LOG_PATH=/var/log/aten.log"),
    ("no-effect", "warning", "SGLANG_KERNEL_API_LOGDEST=stderr"),
    ("no-effect", "info", "SGLANG_KERNEL_API_LOGDEST=stderr\nSGLANG_KERNEL_API_LOGLEVEL=0"),
    ("no-effect", "info", "SGLANG_KERNEL_API_LOGLEVEL=5\nSGLANG_KERNEL_API_DUMP_DIR=/dumps"),
    ("no-effect", "info", "USE_FLAGGEMS=0\nSGLANG_FL_FLAGOS_BLACKLIST=mm"),
    ("no-effect", "info", "SGLANG_FL_OOT_ENABLED=0\nSGLANG_FL_PREFER=vendor"),
    ("no-effect", "info", "FLAGCX_PATH=/opt/FlagCX\nSGLANG_FL_DIST_BACKEND=nccl"),
    ("no-effect", "info", "SGLANG_CACHE_DIT_FN=2"),
    ("no-effect", "info", f"{ON}SGLANG_CACHE_DIT_TS_ORDER=2"),
    ("no-effect", "warning", f"{ON}{BINS}SGLANG_CACHE_DIT_SCM_PRESET=fast"),
    ("no-effect", "warning", "SGLANG_FL_CONFIG=/etc/flagos.yaml\nSGLANG_FL_PLATFORM=ascend"),
    ("incomplete-pair", "info", "RUSTUP_UPDATE_ROOT=https://mirror.example.org/rustup"),
    ("incomplete-pair", "info", "MACA_GRAPH_LAUNCH_QUEUE_POLICY=3"),
]  # fmt: skip

SILENT = [
    "FLASHINFER_NVFP4_4OVER6=1",
    "SGLANG_FL_OOT_WHITELIST=TopK",
    "SGLANG_FL_OOT_WHITELIST=TopK\nSGLANG_FL_OOT_BLACKLIST=",
    "SGLANG_FL_OOT_WHITELIST=TopK\nSGLANG_FL_OOT_BLACKLIST=','",
    "SGLANG_FL_FLAGOS_WHITELIST=mm\nSGLANG_FL_FLAGOS_BLACKLIST=' '",
    "SGLANG_FL_OOT_WHITELIST=TopK\nSGLANG_FL_FLAGOS_BLACKLIST=mm",
    "SGLANG_CLOUD_STORAGE_TYPE=none",
    S3,
    f"{S3}SGLANG_S3_ACCESS_KEY_ID=\nSGLANG_S3_SECRET_ACCESS_KEY=",
    f"{S3}SGLANG_S3_ACCESS_KEY_ID=a-key-1\nSGLANG_S3_SECRET_ACCESS_KEY=a-secret-1",
    "SGLANG_S3_BUCKET_NAME=",
    "SGLANG_FL_DIST_BACKEND=flagcx\nFLAGCX_PATH=/opt/FlagCX",
    "SGLANG_FL_DIST_BACKEND=nccl",
    "FLAGCX_PATH=/opt/FlagCX",
    "FLAGCX_PATH=/opt/FlagCX\nSGLANG_FL_DIST_BACKEND=",
    f"{ON}{BINS}",
    f"{ON}SGLANG_CACHE_DIT_SCM_COMPUTE_BINS=8\nSGLANG_CACHE_DIT_SCM_CACHE_BINS=1",
    f"{ON}SGLANG_CACHE_DIT_SCM_PRESET=fast\nSGLANG_CACHE_DIT_SCM_COMPUTE_BINS=",
    f"{ON}SGLANG_CACHE_DIT_TAYLORSEER=1\nSGLANG_CACHE_DIT_TS_ORDER=2",
    "SGLANG_KERNEL_API_LOGLEVEL=12\nSGLANG_KERNEL_API_DUMP_DIR=/dumps",
    "SGLANG_KERNEL_API_LOGLEVEL=-1\nSGLANG_KERNEL_API_LOGDEST=stderr",
    "SGLANG_FLAGGEMS_RECORD=yes\nSGLANG_FLAGGEMS_LOG_PATH=/var/log/aten.log",
    "SGLANG_FL_CONFIG=\nSGLANG_FL_PLATFORM=ascend",
    "SGLANG_FL_CONFIG=/etc/flagos.yaml\nSGLANG_FL_PREFER=reference",
    "MACA_GRAPH_LAUNCH_QUEUE_POLICY=3\nMCDBG_GRAPH_LAUNCH_QUEUE_POLICY=3",
]


@table(("rule", "severity", "text"), FIRES)
def test_relation_that_is_broken(rule: str, severity: str, text: str, judge: Judge) -> None:
    assert [(f.rule, f.severity) for f in judge(text, *RULES)] == [(rule, severity)]


@table("text", SILENT)
def test_relation_that_holds(text: str, judge: Judge) -> None:
    assert judge(text, *RULES) == ()


def test_yaml_file_that_every_variable_overrides(judge: Judge) -> None:
    text = (
        "SGLANG_FL_CONFIG=/etc/flagos.yaml\nSGLANG_FL_PREFER=vendor\nSGLANG_FL_STRICT=1\n"
        "SGLANG_FL_PER_OP=topk=vendor\nSGLANG_FL_OOT_BLACKLIST=TopK\n"
        "SGLANG_FL_FLAGOS_BLACKLIST=mm\nSGLANG_FL_DENY_VENDORS=cuda\n"
    )
    assert judge(text, "no-effect") == ()
    found = judge(f"{text}SGLANG_FL_ALLOW_VENDORS=ascend\n", "no-effect")
    assert [(f.name, f.severity) for f in found] == [("SGLANG_FL_CONFIG", "warning")]


@pytest.mark.parametrize(
    ("text", "name", "line"),
    [
        ("SGLANG_FL_OOT_WHITELIST=a\nSGLANG_FL_OOT_BLACKLIST=b", "SGLANG_FL_OOT_BLACKLIST", 2),
        ("SGLANG_FL_OOT_BLACKLIST=b\nSGLANG_FL_OOT_WHITELIST=a", "SGLANG_FL_OOT_WHITELIST", 2),
    ],
)
def test_conflict_is_told_once_at_the_later_line(
    text: str, name: str, line: int, judge: Judge
) -> None:
    assert [(f.name, f.origin.line) for f in judge(text, "conflict")] == [(name, line)]


@pytest.mark.parametrize(
    ("text", "message", "help_"),
    [
        (
            "SGLANG_CLOUD_STORAGE_TYPE=s3",
            "needs SGLANG_S3_BUCKET_NAME, which is not set: cloud storage is silently disabled",
            "set SGLANG_S3_BUCKET_NAME",
        ),
        (
            "SGLANG_S3_BUCKET_NAME=media",
            "has no effect: it is read only while SGLANG_CLOUD_STORAGE_TYPE is s3",
            "set SGLANG_CLOUD_STORAGE_TYPE=s3",
        ),
        (
            "SGLANG_KERNEL_API_DUMP_DIR=/dumps",
            "has no effect: it is read only while SGLANG_KERNEL_API_LOGLEVEL is 10 or more",
            "set SGLANG_KERNEL_API_LOGLEVEL=10",
        ),
        (
            "SGLANG_KERNEL_API_LOGDEST=stderr",
            "has no effect: it is read only while SGLANG_KERNEL_API_LOGLEVEL is not 0",
            "set SGLANG_KERNEL_API_LOGLEVEL=1",
        ),
        (
            "SGLANG_FL_CONFIG=/etc/flagos.yaml\nSGLANG_FL_PLATFORM=ascend",
            "has no effect: SGLANG_FL_CONFIG overrides it",
            "remove one of the two",
        ),
        (
            f"{ON}{BINS}SGLANG_CACHE_DIT_SCM_PRESET=fast",
            "has no effect: SGLANG_CACHE_DIT_SCM_COMPUTE_BINS and SGLANG_CACHE_DIT_SCM_CACHE_BINS "
            "override it",
            "remove one of the two",
        ),
        (
            "MACA_GRAPH_LAUNCH_QUEUE_POLICY=3",
            "set without MCDBG_GRAPH_LAUNCH_QUEUE_POLICY, which is usually set with it",
            "",
        ),
    ],
)
def test_message_and_help(text: str, message: str, help_: str, judge: Judge) -> None:
    assert [(f.message, f.help) for f in judge(text, *RULES)] == [(message, help_)]


@pytest.mark.parametrize(
    "text",
    [
        "SGLANG_CLOUD_STORAGE_TYPE=s3",
        "SGLANG_S3_BUCKET_NAME=media",
        f"{S3}SGLANG_S3_ACCESS_KEY_ID=a-key-1",
    ],
)
def test_what_is_missing_may_come_from_where_nobody_could_look(
    text: str, judge: Judge, judge_layers: Judge
) -> None:
    layer = read("test.env", text.encode(), Context())

    assert judge_layers(layer)
    assert judge_layers(layer._replace(unseen="Secret storage")) == ()


@table(
    ("text", "options", "severities"),
    [
        ("SGLANG_TRACE_LEVEL=2", "--enable-trace --otlp-traces-endpoint localhost:4317", []),
        ("SGLANG_TRACE_LEVEL=2", "--enable-trace", []),
        ("SGLANG_TRACE_LEVEL=2", "--host 0.0.0.0", ["info"]),
        ("SGLANG_SCHEDULER_SKIP_ALL_GATHER=1", "--tp-size 8 --attn-dp-size 8", []),
        ("SGLANG_SCHEDULER_SKIP_ALL_GATHER=1", "--tp-size 8 --dp-size 8 --enable-dp-attention", []),
        ("SGLANG_SCHEDULER_SKIP_ALL_GATHER=1", "--tp-size 8", ["info"]),
        ("SGLANG_HUGEPAGE_SIZE=2MB", "--disaggregation-mode decode", []),
        (
            "SGLANG_HICACHE_DECODE_OFFLOAD_STRIDE=256",
            "--disaggregation-decode-enable-offload-kvcache --hicache-storage-backend file",
            [],
        ),
        ("SGLANG_TRACE_LEVEL=2", "--config server.yaml", []),
        ("SGLANG_MORI_NUM_WORKERS=8", "--disaggregation-transfer-backend mori", []),
        ("SGLANG_MORI_NUM_WORKERS=8", "--disaggregation-transfer-backend nixl", ["info"]),
        ("SGLANG_DISAGGREGATION_WAITING_TIMEOUT=600", "--disaggregation-mode prefill", ["info"]),
        ("SGLANG_CACHE_DIT_ENABLED=true", "--enable-breakable-cuda-graph", ["warning"]),
        ("SGLANG_CACHE_DIT_ENABLED=true", "", []),
    ],
)
def test_option_that_a_known_command_line_lacks(
    text: str, options: str, severities: list[str], judge_layers: Judge
) -> None:
    name, raw = text.split("=")
    command = ("python3", "-m", "sglang.launch_server", *options.split())
    layer = Layer("a.sh", "shell", (Assignment(name, raw, Origin("a.sh")),), command=command)
    found = judge_layers(layer._replace(selector="1"))
    assert [(f.rule, f.severity) for f in found] == [("no-effect", s) for s in severities]
