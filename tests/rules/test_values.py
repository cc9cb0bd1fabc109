"""What is said about a value: one thing, the most telling."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sglang_envctl.environment import Assignment, Layer, Origin
from sglang_envctl.rules import Finding
from tests.tables import table

Judge = Callable[..., tuple[Finding, ...]]
VALUE_RULES = (
    "plugin-fails-to-load",
    "crashes",
    "misread",
    "defaulted",
    "invalid-value",
    "out-of-bounds",
    "relative-path",
    "empty-value",
    "placeholder",
    "documented-otherwise",
)
ON = "SGLANG_CACHE_DIT_ENABLED=true\n"
S3 = "SGLANG_CLOUD_STORAGE_TYPE=s3\nSGLANG_S3_BUCKET_NAME=media\n"
LOG = "SGLANG_KERNEL_API_LOGLEVEL=10\n"
REC = "SGLANG_FLAGGEMS_RECORD=1\n"

FIRES = [
    # crashes
    ("crashes", "error", f"{ON}SGLANG_CACHE_DIT_FN=one"),
    ("crashes", "error", f"{ON}SGLANG_CACHE_DIT_FN=1.0"),
    ("crashes", "error", f"{ON}SGLANG_CACHE_DIT_FN="),
    ("crashes", "error", f"{ON}SGLANG_CACHE_DIT_RDT=0,24"),
    ("crashes", "error", f"{ON}SGLANG_CACHE_DIT_SECONDARY_MC="),
    ("crashes", "error", f"{ON}SGLANG_CACHE_DIT_SCM_PRESET=Fast"),
    ("crashes", "error", f"{ON}SGLANG_CACHE_DIT_SCM_PRESET="),
    ("crashes", "error", f"{S3}SGLANG_S3_ENDPOINT_URL=minio:9000"),
    ("crashes", "error", f"{S3}SGLANG_S3_ENDPOINT_URL=http://minio_1:9000"),
    ("crashes", "error", f"{S3}SGLANG_S3_REGION_NAME=us_east_1"),
    ("crashes", "error", f"{LOG}SGLANG_KERNEL_API_LOGDEST="),
    ("crashes", "error", f"{LOG}SGLANG_KERNEL_API_LOGDEST=~/kernels.log"),
    ("plugin-fails-to-load", "error", "SGLANG_FL_PREFER=cuda"),
    ("crashes", "error", "NVSHMEM_SYMMETRIC_SIZE='3 g'"),
    ("crashes", "error", "NATS_SERVER=tls://nats:4222"),
    ("crashes", "error", "ETCD_ENDPOINTS="),
    # misread
    ("misread", "error", "USE_FLAGGEMS=on"),
    ("misread", "error", "SGLANG_FL_OOT_ENABLED=2"),
    ("misread", "error", "SGLANG_FL_STRICT=true"),
    ("misread", "error", f"{REC}SGLANG_FLAGGEMS_LOG_ONCE=y"),
    ("misread", "error", "SGLANG_FL_LOG_LEVEL=WARN"),
    ("misread", "error", "SGLANG_FL_LOG_LEVEL='ERROR '"),
    ("misread", "error", "SGLANG_FL_PER_OP=rms_norm:vendor"),
    ("misread", "error", "SGLANG_FL_DIST_BACKEND=FLAGCX"),
    ("misread", "error", "SGLANG_FL_PLATFORM=mthreads"),
    ("misread", "error", "SGLANG_PLUGINS=all"),
    ("misread", "error", "SGLANG_PLUGINS=' '"),
    ("misread", "error", f"{ON}SGLANG_CACHE_DIT_TAYLORSEER=2"),
    ("misread", "error", f"{ON}SGLANG_CACHE_DIT_SCM_POLICY=STATIC"),
    ("misread", "error", "SGLANG_CACHE_DIT_ENABLED='\"true\"'"),
    ("misread", "error", "SGLANG_CLOUD_STORAGE_TYPE=minio"),
    ("misread", "error", "SGLANG_KERNEL_API_LOGLEVEL=-1"),
    ("misread", "error", f"{LOG}SGLANG_KERNEL_API_LOGDEST=STDOUT"),
    ("misread", "error", "TORCHDYNAMO_DISABLE=true"),
    ("misread", "error", "FLASHINFER_NVFP4_4OVER6=true"),
    ("misread", "error", "FLASHINFER_NVFP4_4OVER6=1\nFLASHINFER_NVFP4_4OVER6_E4M3_USE_256=y"),
    ("misread", "error", "NVSHMEM_DISABLE_CUDA_VMM=off"),
    ("misread", "error", "DYN_LOG=warning"),
    ("misread", "error", "GLOO_SOCKET_IFNAME=e"),
    # defaulted
    ("defaulted", "error", "SGLANG_USE_MLX=on"),
    ("defaulted", "error", "SGLANG_USE_MLX=' 1'"),
    ("defaulted", "error", "SGLANG_DIFFUSION_FLASHINFER_FP4_GEMM_BACKEND=cublas"),
    ("defaulted", "error", "SGLANG_KERNEL_API_LOGLEVEL=debug"),
    ("defaulted", "error", f"{ON}SGLANG_CACHE_DIT_SCM_COMPUTE_BINS=8,\n"
                           "SGLANG_CACHE_DIT_SCM_CACHE_BINS=1"),
    ("defaulted", "error", "DYN_LOG='info, debug'"),
    # invalid-value
    ("invalid-value", "error", f"{ON}SGLANG_CACHE_DIT_TS_ORDER=3"),
    ("invalid-value", "error", "SGLANG_FL_DIST_BACKEND=gloo"),
    ("invalid-value", "error", "SGLANG_FL_PER_OP=rms_norm=vendr"),
    ("invalid-value", "error", "RUSTUP_DIST_SERVER=mirror"),
    ("invalid-value", "error", "ETCD_ENDPOINTS='http://a:1, http://b:1'"),
    ("invalid-value", "error", "GLOO_SOCKET_IFNAME='bond0 '"),
    ("invalid-value", "error", "DYN_LOG=info,warning"),
    ("invalid-value", "warning", "MACA_DIRECT_DISPATCH=perhaps"),
    ("invalid-value", "warning", "MACA_GRAPH_LAUNCH_QUEUE_POLICY=fifo"),
    # out-of-bounds
    ("out-of-bounds", "error", f"{ON}SGLANG_CACHE_DIT_FN=0"),
    ("out-of-bounds", "error", f"{ON}SGLANG_CACHE_DIT_BN=-1"),
    ("out-of-bounds", "error", f"{ON}SGLANG_CACHE_DIT_RDT=nan"),
    ("out-of-bounds", "error", f"{ON}SGLANG_CACHE_DIT_RDT=-0.1"),
    ("out-of-bounds", "error", f"{ON}SGLANG_CACHE_DIT_SECONDARY_MC=-2"),
    # relative-path
    ("relative-path", "warning", "SGLANG_DIFFUSION_TORCH_PROFILER_DIR=traces"),
    ("relative-path", "warning", "SGLANG_FL_CONFIG=~/flagos.yaml"),
    ("relative-path", "warning", "SGLANG_FL_DISPATCH_LOG=~/dispatch.log"),
    ("relative-path", "warning", f"{LOG}SGLANG_KERNEL_API_DUMP_DIR=~/dumps"),
    # empty-value
    ("empty-value", "warning", "SGLANG_USE_RUNAI_MODEL_STREAMER="),
    ("empty-value", "warning", "SGLANG_DIFFUSION_CACHE_ROOT="),
    ("empty-value", "info", "SGLANG_USE_MLX="),
    ("empty-value", "warning", f"{S3}SGLANG_S3_ACCESS_KEY_ID="),
    ("empty-value", "warning", "FLAGCX_PATH="),
    ("empty-value", "warning", "NVSHMEM_DISABLE_CUDA_VMM="),
    # placeholder
    ("placeholder", "error", f"{S3}SGLANG_S3_REGION_NAME=<region>"),
    ("placeholder", "error", f"{S3}SGLANG_S3_ENDPOINT_URL=https://<account>.example.com"),
    ("placeholder", "error", f"{S3}SGLANG_S3_ACCESS_KEY_ID=xxx\nSGLANG_S3_SECRET_ACCESS_KEY=ok-1"),
    ("placeholder", "error", "MACA_PATH=changeme"),
    ("placeholder", "error", "MACA_PATH='CHANGE ME'"),
    ("placeholder", "error", "MACA_PATH={{ maca_path }}"),
    ("placeholder", "error", "MACA_PATH=..."),
    ("placeholder", "error", "MACA_PATH=your-path-here"),
    ("placeholder", "error", "MACA_PATH=TODO"),
    ("placeholder", "error", "MACA_PATH='***'"),
    # documented-otherwise
    ("documented-otherwise", "warning", "SGLANG_FL_STRICT=1"),
    ("documented-otherwise", "warning", "SGLANG_FL_STRICT=0"),
    ("documented-otherwise", "info", "SGLANG_FL_PLATFORM=cuda"),
]  # fmt: skip

SILENT = [
    f"{ON}SGLANG_CACHE_DIT_FN=' 1_0 '",
    f"{ON}SGLANG_CACHE_DIT_RDT=1e-1",
    f"{ON}SGLANG_CACHE_DIT_RDT=inf",
    f"{ON}SGLANG_CACHE_DIT_MC=-1",
    f"{ON}SGLANG_CACHE_DIT_SCM_PRESET=none",
    f"{ON}SGLANG_CACHE_DIT_SCM_POLICY=Dynamic",
    f"{ON}SGLANG_CACHE_DIT_SCM_POLICY=",
    f"{ON}SGLANG_CACHE_DIT_TAYLORSEER=",
    "SGLANG_CACHE_DIT_ENABLED=ON",
    "SGLANG_CACHE_DIT_ENABLED=",
    "SGLANG_USE_MLX=No",
    "SGLANG_USE_RUNAI_MODEL_STREAMER=f",
    "SGLANG_DIFFUSION_CACHE_ROOT=~/cache",
    "SGLANG_DIFFUSION_TORCH_PROFILER_DIR=",
    "SGLANG_DIFFUSION_TORCH_PROFILER_DIR=~/traces",
    f"{LOG}SGLANG_KERNEL_API_LOGDEST=/var/log/%i.log",
    f"{LOG}SGLANG_KERNEL_API_DUMP_INCLUDE=",
    "SGLANG_KERNEL_API_LOGLEVEL=7",
    "SGLANG_FL_STRICT=",
    "SGLANG_FL_PREFER=",
    "SGLANG_FL_LOG_LEVEL=' info '",
    "SGLANG_FL_PLATFORM=Nvidia",
    "SGLANG_FL_DENY_VENDORS=,",
    "SGLANG_FL_PER_OP=rms_norm=vendor|;",
    "SGLANG_FL_DIST_BACKEND=mccl",
    "SGLANG_FL_DIST_BACKEND=' nccl '",
    "USE_FLAGGEMS=",
    "USE_FLAGGEMS=off",
    "SGLANG_PLUGINS=",
    "SGLANG_PLUGINS=__none__",
    "TORCHDYNAMO_DISABLE=false",
    "TORCHDYNAMO_DISABLE=",
    "NVSHMEM_DISABLE_CUDA_VMM=no",
    "NVSHMEM_SYMMETRIC_SIZE=1073741824",
    "GLOO_SOCKET_IFNAME=",
    "MACA_DIRECT_DISPATCH=",
    "MACA_PATH=/opt/x_y",
    "MACA_PATH=/opt/maca-todo",
    "RUSTUP_DIST_SERVER=",
    "LD_LIBRARY_PATH=",
    f"{S3}SGLANG_S3_ACCESS_KEY_ID=xx\nSGLANG_S3_SECRET_ACCESS_KEY=todo-list",
    # Switched off, and empty: nothing to say.
    "SGLANG_S3_ACCESS_KEY_ID=",
    "SGLANG_KERNEL_API_DUMP_DIR=",
]


@table(("rule", "severity", "text"), FIRES)
def test_value_fires_one_rule(rule: str, severity: str, text: str, judge: Judge) -> None:
    found = [(f.rule, f.severity) for f in judge(text, *VALUE_RULES)]
    assert found == [(rule, severity)]


@table("text", SILENT)
def test_value_that_is_fine(text: str, judge: Judge) -> None:
    assert judge(text, *VALUE_RULES) == ()


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("SGLANG_S3_REGION_NAME=us_east_1", "crashes"),
        ("SGLANG_S3_REGION_NAME=<region>", "placeholder"),
        ("SGLANG_KERNEL_API_LOGDEST=STDOUT", "misread"),
        (f"{ON}SGLANG_CACHE_DIT_SCM_COMPUTE_BINS=8\nSGLANG_CACHE_DIT_SCM_CACHE_BINS=1\n"
         "SGLANG_CACHE_DIT_SCM_PRESET=Fast", "crashes"),
    ],
)  # fmt: skip
def test_what_nothing_looks_at_now_is_a_warning_at_most(text: str, rule: str, judge: Judge) -> None:
    assert [(f.rule, f.severity) for f in judge(text, *VALUE_RULES)] == [(rule, "warning")]


@table(
    ("text", "help_"),
    [
        ("USE_FLAGGEMS=on", "write 1"),
        ("TORCHDYNAMO_DISABLE='1 '", "write 1"),
        ("NVSHMEM_DISABLE_CUDA_VMM=off", "write 0"),
        ("SGLANG_USE_MLX=maybe", "write 1 or 0"),
        ("SGLANG_CACHE_DIT_SCM_PRESET=Medium", "write medium"),
        ("SGLANG_FL_LOG_LEVEL=WARN", "write WARNING"),
        ("SGLANG_FL_PREFER=cuda", "allowed: flagos, vendor or reference"),
        ("SGLANG_KERNEL_API_LOGLEVEL=9.5", "allowed: whole number: 0, 1, 3, 5 or 10"),
        ("DYN_LOG=warning", "did you mean warn?"),
        ("SGLANG_FL_STRICT=true", "envctl explain SGLANG_FL_STRICT says what it does"),
        ("SGLANG_PLUGINS=all", ""),
        ("MACA_PATH=<path>", "fill it in, or remove the line"),
        ("SGLANG_CACHE_DIT_RDT=-1", "allowed: number (at least 0.0)"),
        ("SGLANG_CACHE_DIT_ENABLED=1", "write true"),
        ("SGLANG_CACHE_DIT_ENABLED=yes", "write true"),
        ("SGLANG_USE_MODELSCOPE=yes", "write 1"),
        ("SGLANG_SKIP_SGL_KERNEL_VERSION_CHECK=yes", "write 1"),
        ("MC_FORCE_TCP=0", "remove the line"),
        ("MC_FORCE_HCA=0", "remove the line"),
    ],
)
def test_help(text: str, help_: str, judge: Judge) -> None:
    found = [f.help for f in judge(text, *VALUE_RULES, "readers-disagree")]
    assert found == [help_]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SGLANG_CACHE_DIT_ENABLED=1", "true (its main use), false (warns about combined sequence and "
                                       "tensor parallelism)"),
        ("FLAGCX_PATH='/opt '", "/opt  (its main use), /opt (decides between flagcx and nccl in the "
                                "startup banner, nothing else)"),
    ],
)  # fmt: skip
def test_readers_that_disagree(text: str, expected: str, judge: Judge) -> None:
    found = [(f.severity, f.message) for f in judge(text, "readers-disagree")]
    assert found == [("info", f"read in different ways: {expected}")]


@table(
    "text",
    [
        "SGLANG_CACHE_DIT_ENABLED=True",
        "SGLANG_CACHE_DIT_ENABLED=0",
        "SGLANG_CACHE_DIT_ENABLED=",
        "SGLANG_CACHE_DIT_RDT=nan",
        "SGLANG_PLUGINS=sglang_fl",
        "FLAGCX_PATH=",
        "FLAGCX_PATH=/opt/FlagCX",
        "SGLANG_FL_DIST_BACKEND=flagcx",
    ],
)
def test_readers_that_agree(text: str, judge: Judge) -> None:
    assert judge(text, "readers-disagree") == ()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("SGLANG_USE_MODELSCOPE=yes", "; another place reads it as true (selects where the "),
        (
            "SGLANG_SKIP_SGL_KERNEL_VERSION_CHECK=yes",
            "; another place reads it as true (sglang/srt",
        ),
        ("SGLANG_MOE_PADDING=true", "raises ValueError; another place reads it as true"),
    ],
)
def test_what_another_place_makes_of_a_wrong_value_is_said_with_it(
    text: str, told: str, judge: Judge
) -> None:
    (found,) = judge(text, ignore="undocumented")
    assert found.severity == "error"
    assert told in found.message


@pytest.mark.parametrize(
    "text", ["HCCL_BUFFSIZE=800", "SGLANG_MOE_PADDING=1", "SGLANG_CACHE_DIT_DMD=true"]
)
def test_places_that_make_the_same_of_a_value_do_not_disagree(text: str, judge: Judge) -> None:
    assert judge(text, "readers-disagree") == ()


@pytest.mark.parametrize(
    ("options", "severity"),
    [
        ("--disaggregation-transfer-backend mori", "error"),
        ("--disaggregation-transfer-backend nixl", "warning"),
        (None, "error"),
    ],
)
def test_limit_of_a_backend_that_the_command_line_does_not_use(
    options: str | None, severity: str, judge_layers: Judge
) -> None:
    assignment = Assignment("SGLANG_MORI_NUM_WORKERS", "0", Origin("a.sh", "a.sh", 1))
    layer = Layer("a.sh", "shell", (assignment,), selector="1")
    if options:
        layer = layer._replace(command=("sglang", "serve", *options.split()))
    found = judge_layers(layer, rules=("out-of-bounds",))
    assert [f.severity for f in found] == [severity]
