"""Names that nothing documents: which are misspelt, which are known all the same, which are foreign."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from sglang_envctl.environment import Assignment, Layer, Origin
from sglang_envctl.registry import load as load_registry
from sglang_envctl.releases import load as load_releases
from sglang_envctl.rules import Finding
from sglang_envctl.rules.service_links import is_service_link
from tests.tables import table

Judge = Callable[..., tuple[Finding, ...]]


def _told(findings: tuple[Finding, ...]) -> list[tuple[str, str, str]]:
    return [(f.rule, f.severity, f.message) for f in findings]


@table(
    ("written", "meant"),
    [
        ("SGLANG_CACHE_DIT_ENABELD", "SGLANG_CACHE_DIT_ENABLED"),
        ("SGLANG_CACHE_DTI_ENABLED", "SGLANG_CACHE_DIT_ENABLED"),
        ("SGLANG_CACHEDIT_ENABLED", "SGLANG_CACHE_DIT_ENABLED"),
        ("SGLANG_CACHE__DIT_ENABLED", "SGLANG_CACHE_DIT_ENABLED"),
        ("SGLANG__CACHE_DIT_ENABLED_", "SGLANG_CACHE_DIT_ENABLED"),
        ("SGLANG-CACHE-DIT-ENABLED", "SGLANG_CACHE_DIT_ENABLED"),
        ("SGLANGCACHE_DIT_ENABLED", "SGLANG_CACHE_DIT_ENABLED"),
        ("SG_LANG_CACHE_DIT_ENABLED", "SGLANG_CACHE_DIT_ENABLED"),
        ("sglang_cache_dit_enabled", "SGLANG_CACHE_DIT_ENABLED"),
        ("Sglang_Cache_Dit_Enabled", "SGLANG_CACHE_DIT_ENABLED"),
        ("SLGANG_CACHE_DIT_ENABLED", "SGLANG_CACHE_DIT_ENABLED"),
        ("SGLAN_CACHE_DIT_ENABLED", "SGLANG_CACHE_DIT_ENABLED"),
        ("SGL_CACHE_DIT_ENABELD", "SGLANG_CACHE_DIT_ENABLED"),
        ("SGLANG_DIT_CACHE_ENABLED", "SGLANG_CACHE_DIT_ENABLED"),
        ("SGLANG_S3_BUCKET", "SGLANG_S3_BUCKET_NAME"),
        ("SGLANG_S3_BUKET_NAME", "SGLANG_S3_BUCKET_NAME"),
        ("SGLANG_KERNEL_API_LOG_LEVEL", "SGLANG_KERNEL_API_LOGLEVEL"),
        ("SGLANG_FL_OOT_BLACKLST", "SGLANG_FL_OOT_BLACKLIST"),
        ("SGLANG_PLUGIN", "SGLANG_PLUGINS"),
        # Documented nowhere, read all the same: offered, and told by case.
        ("SGLANG_EXPERT_DISTRIBUTION_RECODER_DIR", "SGLANG_EXPERT_DISTRIBUTION_RECORDER_DIR"),
        ("sglang_torch_profiler_dir", "SGLANG_TORCH_PROFILER_DIR"),
    ],
)
def test_misspelt_name_is_an_error_that_names_the_right_one(
    written: str, meant: str, judge: Judge
) -> None:
    found = [(f.rule, f.severity, f.name) for f in judge(f"{written}=x", "unknown-variable")]
    assert found == [("unknown-variable", "error", written)]
    message = judge(f"{written}=x", "unknown-variable")[0].message
    assert message.startswith(f"unknown variable: no SGLang code reads it; did you mean {meant}")


@table(
    ("written", "meant"),
    [
        ("NVSHMEM_SYMETRIC_SIZE", "NVSHMEM_SYMMETRIC_SIZE"),
        ("NVSHEM_SYMMETRIC_SIZE", "NVSHMEM_SYMMETRIC_SIZE"),
        ("GLOO_SOCKET_IFNAMES", "GLOO_SOCKET_IFNAME"),
        ("MACA_SMALL_PAGE_SIZE_ENABLE", "MACA_SMALL_PAGESIZE_ENABLE"),
        ("TRITON_ENABLE_MACA_CHAIN_DOT_OPTS", "TRITON_ENABLE_MACA_CHAIN_DOT_OPT"),
        ("ETCD_ENDPOINT", "ETCD_ENDPOINTS"),
        ("USE_FLAG_GEMS", "USE_FLAGGEMS"),
        ("FLAGGEMS_RECORD", "SGLANG_FLAGGEMS_RECORD"),
        ("FLAGCX_PAHT", "FLAGCX_PATH"),
    ],
)
def test_near_miss_in_a_foreign_namespace_is_a_warning(
    written: str, meant: str, judge: Judge
) -> None:
    message = f"unknown variable: no SGLang code reads it; did you mean {meant}?"
    assert _told(judge(f"{written}=x")) == [("unknown-variable", "warning", message)]


@table(
    "name",
    [
        "SGLANG_FL_DISPATCH_DEBUG",
        "FLAGCX_DEBUG",
        "FLAGGEMS_DB_URL",
        "NVSHMEM_MAX_TEAMS",
        "NVSHMEM_DISABLE_NVLS",
        "SHMEM_SYMMETRIC_SIZE",
        "ISHMEM_SYMMETRIC_SIZE",
        "TRITON_DISABLE_MACA_COMPILER_INT8_OPT",
        "PYTORCH_DISABLE_PG_HIGH_PRIORITY_STREAM",
        "NATS_AUTH_TOKEN",
        "DYN_LOGGING_CONFIG_PATH",
        "CACHE_DIT_ENABLED",
        "MY_SGLANG_CACHE_DIT_ENABLED",
        "PATHS",
        "LD_LIBRARY_PATHS",
        "_",
        "A" * 5000,
    ],
)
def test_name_of_other_software_is_not_mentioned(name: str, judge: Judge) -> None:
    assert judge(f"{name}=x") == ()


SIBLINGS = Path(__file__).parents[1] / "data" / "sibling-names.txt"


def test_real_names_beside_documented_ones_are_not_taken_for_slips(judge: Judge) -> None:
    names = SIBLINGS.read_text(encoding="utf-8").split()
    documented = {variable.name for variable in load_registry().variables}

    assert len(names) > 500
    assert documented.isdisjoint(names)
    assert judge("".join(f"{name}=1\n" for name in names)) == ()


@table(
    ("written", "meant"),
    [
        ("NCCL_SOCKET_IFNAM", "NCCL_SOCKET_IFNAME"),
        ("NCCL_SOKCET_IFNAME", "NCCL_SOCKET_IFNAME"),
        ("CUDA_VISBLE_DEVICES", "CUDA_VISIBLE_DEVICES"),
        ("CUDA_VISIBLE_DEVICE", "CUDA_VISIBLE_DEVICES"),
        ("OMP_NUM_THREAD", "OMP_NUM_THREADS"),
        ("HF_HUB_OFLINE", "HF_HUB_OFFLINE"),
        ("HF_HUBOFFLINE", "HF_HUB_OFFLINE"),
        ("PYTORCH_CUDA_ALLOC_CONFIG", None),
        ("AWS_REGIONS", None),
        ("NCCL_MIM_NCHANNELS", None),
        ("nccl_socket_ifname", None),
        ("MCCL_SOKCET_IFNAME", "MCCL_SOCKET_IFNAME"),
        ("MCCL_SOCKET_IFNAME", None),
        ("ROC_VISIBLE_DEVICES", "ROCR_VISIBLE_DEVICES"),
        ("NCL_SOCKET_IFNAME", "NCCL_SOCKET_IFNAME"),
        ("CDUA_VISIBLE_DEVICES", "CUDA_VISIBLE_DEVICES"),
        ("ZIP_VISIBLE_DEVICES", None),
        ("NVIDIA_VISIBLE_DEVICES", None),
        ("OMPI_NUM_THREADS", None),
    ],
)
def test_one_letter_of_a_long_word_is_a_slip_in_a_neighbours_name(
    written: str, meant: str | None, judge: Judge
) -> None:
    message = f"unknown variable: no SGLang code reads it; did you mean {meant}?"
    expected = [("unknown-variable", "warning", message)] if meant else []
    assert _told(judge(f"{written}=1")) == expected


@pytest.mark.slow
@pytest.mark.parametrize("release", load_releases().releases)
def test_no_name_that_a_release_reads_is_unknown_to_it(release: str, judge_layers: Judge) -> None:
    names = sorted(load_releases().read_names(release))
    for raw in ("x", "1"):
        given = tuple(Assignment(name, raw, Origin("x.env")) for name in names)
        layer = Layer("x.env", "dotenv", given)
        assert judge_layers(layer, rules=("unknown-variable",), release=release) == ()


@pytest.mark.parametrize(
    "name",
    [
        "SGLANG_ACME_GATEWAY_QUOTA",
        "SGLANG_ACME_LOG_LEVEL",
        "SGLANG_JAX_IS_IN_CI",
        "SGL_ROUTER_PORT",
    ],
)
def test_name_that_resembles_nothing_is_information_only(name: str, judge: Judge) -> None:
    message = "unknown variable: not documented, and similar to no name that SGLang reads"
    told = _told(judge(f"{name}=x"))
    assert told == [("unknown-variable", "info", message)]


def test_name_one_word_away_from_an_undocumented_one_is_a_guess(judge: Judge) -> None:
    message = (
        "unknown variable: no SGLang code reads it; did you mean SGLANG_EXTERNAL_MODEL_PACKAGE?"
    )
    told = _told(judge("SGLANG_EXTERNAL_MODEL_CODE_PACKAGE=x"))
    assert told == [("unknown-variable", "warning", message)]


@pytest.mark.parametrize("name", ["SGLANG_IS_IN_CI_ACME", "SGLANG_CACHE_DIT_ENABLED_V2"])
def test_known_name_with_a_word_after_it_may_be_one_of_a_fork(name: str, judge: Judge) -> None:
    meant = name.rpartition("_")[0]
    message = f"unknown variable: no SGLang code reads it; did you mean {meant}?"
    assert _told(judge(f"{name}=x")) == [("unknown-variable", "info", message)]


@table(
    ("name", "raw", "expected"),
    [
        ("SGLANG_SERVICE_HOST", "10.0.0.1", True),
        ("SGLANG_SERVICE_PORT", "30000", True),
        ("SGLANG_SERVICE_PORT_HTTP", "30000", True),
        ("SGLANG_PORT", "tcp://10.0.0.1:30000", True),
        ("SGLANG_PORT", "30000", False),
        ("SGLANG_PORT_80_TCP", "tcp://10.0.0.1:80", True),
        ("SGLANG_PORT_80_TCP_ADDR", "10.0.0.1", True),
        ("SGLANG_PORT_80_TCP_PORT", "80", True),
        ("SGLANG_PORT_80_TCP_PROTO", "tcp", True),
        ("SGLANG_PORT_53_UDP_ADDR", "10.0.0.1", True),
        ("SGLANG_PORT_38412_SCTP", "sctp://10.0.0.1:38412", True),
        ("SGLANG_CACHE_DIT_SERVICE_HOST", "10.0.0.1", True),
        ("SGLANG_CACHE_DIT_ENABLED", "tcp://10.0.0.1:80", False),
        ("SGLANG_HOST", "10.0.0.1", False),
        ("sglang_service_host", "10.0.0.1", False),
    ],
)
def test_names_that_kubernetes_injects(name: str, raw: str, expected: bool) -> None:
    assert is_service_link(name, raw) is expected


@pytest.mark.parametrize(
    ("text", "release", "expected"),
    [
        (
            "SGLANG_DIFFUSION_TARGET_DEVICE=cuda",
            "0.5.23",
            "has no effect: SGLang 0.5.23 does not read it",
        ),
        (
            "SGLANG_DIFFUSION_LOGGING_LEVEL=DEBUG",
            "0.5.21",
            "has no effect: SGLang 0.5.21 reads it and does nothing with it",
        ),
        *(
            (
                "SGLANG_SCHEDULER_RECV_SKIPPER_WEIGHT_TARGET_VERIFY=3",
                release,
                f"has no effect: SGLang {release} reads it and does nothing with it",
            )
            for release in ("0.5.6", "0.5.23")
        ),
        (
            "SGLANG_PLUGINS=sglang_fl",
            "0.5.10.post1",
            "has no effect: SGLang 0.5.10.post1 does not read it; read since 0.5.11",
        ),
        (
            "SGLANG_CACHE_DIT_ENABLED=true",
            "0.5.6",
            "has no effect: SGLang 0.5.6 does not read it; read since 0.5.6.post1",
        ),
        (
            "SGLANG_DIFFUSION_PLATFORM_OVERRIDE=cuda",
            "0.5.12",
            "has no effect: SGLang 0.5.12 does not read it; read since 0.5.13",
        ),
        (
            "SGLANG_ENABLE_CP_V2=1",
            "0.5.23",
            "has no effect: SGLang 0.5.23 does not read it; read from 0.5.14 to 0.5.19",
        ),
    ],
)
def test_name_that_this_release_does_not_read(
    text: str, release: str, expected: str, judge: Judge
) -> None:
    assert _told(judge(text, release=release)) == [("not-read", "warning", expected)]


@pytest.mark.parametrize(
    "text", ["SGLANG_PLUGINS=sglang_fl", "SGLANG_DIFFUSION_CACHE_ROOT=/data", "USE_FLAGGEMS=1"]
)
def test_name_that_this_release_reads(text: str, judge: Judge) -> None:
    assert judge(text, "not-read") == ()


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("SGLANG_LOG_GC=true", "srt/environ.py"),
        ("SGLANG_CACHE_DIT_DMD=true", "multimodal_gen/envs.py"),
        ("SGLANG_DIFFUSION_PLATFORM_OVERRIDE=cuda", "multimodal_gen/"),
        ("SGLANG_FLASHINFER_USE_PAGED=true", "srt/environ.py"),
    ],
)
def test_undocumented_name_that_is_read(text: str, where: str, judge: Judge) -> None:
    (found,) = judge(text)
    assert (found.rule, found.severity) == ("undocumented", "info")
    assert where in found.message


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SGLANG_LOG_GC=on", "defaulted"),
        ("SGLANG_REQ_WAITING_TIMEOUT=<seconds>", "placeholder"),
        ("SGLANG_CACHE_DIT_DMD=nope", "misread"),
        ("SGLANG_PORT=http", "defaulted"),
    ],
)
def test_undocumented_name_is_judged_with_its_reader(
    text: str, expected: str, judge: Judge
) -> None:
    assert [f.rule for f in judge(text) if f.severity == "error"] == [expected]


def test_service_link_that_sglang_reads_as_its_own(judge: Judge) -> None:
    (found,) = judge("SGLANG_PORT=tcp://10.96.0.12:30000")
    assert (found.rule, found.severity) == ("service-link", "info")


@pytest.mark.slow
def test_20_000_unknown_names_are_judged(judge: Judge) -> None:
    text = "".join(f"SGLANG_CACHE_DIT_ENABLD_{n}_{n * 7}=x\n" for n in range(20_000))
    assert len(judge(text, "unknown-variable")) == 20_000


def _verdict(findings: tuple[Finding, ...]) -> list[tuple[str, str, str, str]]:
    return [(f.rule, f.severity, f.message.rpartition("; ")[2], f.help) for f in findings]


@table(
    ("name", "release", "option"),
    [
        ("SGLANG_HOST", "0.5.6", "--host"),
        ("SGLANG_TP_SIZE", "0.5.6", "--tp-size"),
        ("SGLANG_TP_SIZE", "0.5.23", "--tp-size"),
        ("SGLANG_TENSOR_PARALLEL_SIZE", "0.5.23", "--tensor-parallel-size"),
        ("SGLANG_LOG_LEVEL", "0.5.6", "--log-level"),
        ("SGLANG_LOGLEVEL", "0.5.23", "--log-level"),
        ("SGLANG_LOGGING_LEVEL", "0.5.20", "--log-level"),
        ("SGLANG_MODEL_PATH", "0.5.23", "--model-path"),
        ("SGLANG_MAX_RUNNING_REQUESTS", "0.5.23", "--max-running-requests"),
        ("SGLANG_MEM_FRACTION_STATIC", "0.5.5", "--mem-fraction-static"),
        ("SGL_MOE_A2A_BACKEND", "0.5.23", "--moe-a2a-backend"),
        ("SGLANG_MAX_RUNING_REQUESTS", "0.5.23", "--max-running-requests"),
        ("SGLANG_MEM_FRACTON_STATIC", "0.5.6", "--mem-fraction-static"),
    ],
)
def test_name_of_an_option_is_a_warning_that_names_the_option(
    name: str, release: str, option: str, judge: Judge
) -> None:
    said = f"it is the option {option}", f"pass {option} to the server"
    expected = [("unknown-variable", "warning", *said)]
    assert _verdict(judge(f"{name}=x", release=release)) == expected


def test_option_of_the_diffusion_server_is_called_that(judge: Judge) -> None:
    (found,) = judge("SGLANG_VAE_CPU_OFFLOAD=1")
    assert found.message.endswith("it is the option --vae-cpu-offload of the diffusion server")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("MC_IB_GID_INDEX", "MC_GID_INDEX"),
        ("GLOO_TCP_IFNAME", "GLOO_SOCKET_IFNAME"),
        ("NCCL_DISABLE_IB", "NCCL_IB_DISABLE"),
    ],
)
def test_name_that_people_write_is_a_warning_with_the_real_one(
    written: str, meant: str, judge: Judge
) -> None:
    assert [v[1:3] for v in _verdict(judge(f"{written}=1"))] == [
        ("warning", f"did you mean {meant}?")
    ]


def test_an_option_that_people_write_as_a_name(judge: Judge) -> None:
    (found,) = judge("SGLANG_DISAGG_TRANSFER_BACKEND=mooncake")
    assert (found.severity, found.help) == (
        "warning",
        "pass --disaggregation-transfer-backend to the server",
    )


def test_name_that_people_write_in_vain_is_a_warning(judge: Judge) -> None:
    (found,) = judge("SGLANG_DISABLE_SHM_MM=1")
    assert (found.severity, found.help) == ("warning", "remove it")


@table("release", ["0.5.5", "0.5.20", "0.5.23"])
@table(
    "name",
    [
        "SGLANG_LOGGING_LEVEL",
        "SGLANG_CACHE_DIT_ENABELD",
        "SGLANG_MORI_FP8_COMBS",
        "SGLANG_DSA_FUSE_TOPKS",
        "SGLANG_DISPATCH_LOG",
        "SGLANG_LOG_LEVELS",
        "SGLANG_DIFFUSION_TARGET_DEVICES",
    ],
)
def test_no_name_is_suggested_that_the_release_does_not_read(
    name: str, release: str, judge: Judge
) -> None:
    message = judge(f"{name}=x", release=release)[0].message
    for meant in re.findall(r"\bSGL(?:ANG)?_\w+", message):
        assert not meant.startswith("SGLANG_FL_")
        assert meant in load_releases().read_names(release)


def test_other_prefix_that_the_release_reads_is_the_advice(judge: Judge) -> None:
    (found,) = judge("SGLANG_FORCE_SHUTDOWN=1", release="0.5.23")
    assert (found.rule, found.help) == ("not-read", "use SGL_FORCE_SHUTDOWN")


@pytest.mark.parametrize(
    "text",
    [
        "export SGLANG_TP_SIZE=${SGLANG_TP_SIZE:-1}\n",
        "export SGLANG_CACHE_DIT_ENABELD=1\n",
        "export NCCL_SOKCET_IFNAME=eth0\npython3 train.py\n",
    ],
)
def test_script_that_starts_no_server_may_have_names_of_its_own(text: str, judge: Judge) -> None:
    assert [f.severity for f in judge(text, "unknown-variable", kind="shell")] == ["info"]


def test_script_that_starts_a_server_may_not(judge: Judge) -> None:
    text = "export SGLANG_TP_SIZE=8\npython3 -m sglang.launch_server --model-path m\n"
    assert [f.severity for f in judge(text, kind="shell")] == ["warning"]


@pytest.mark.parametrize(
    ("command", "severity"),
    [
        ("python3 -m sglang.launch_server --tp 8", "info"),
        ("python3 -m sglang.launch_server --tensor-parallel-size=8", "info"),
        ("python3 -m sglang.launch_server --dp-size 8", "warning"),
        ("", "warning"),
    ],
)
def test_name_of_an_option_that_the_command_line_passes_is_the_authors_own(
    command: str, severity: str, judge_layers: Judge
) -> None:
    assignment = Assignment("SGLANG_TP_SIZE", "8", Origin("a.sh", "a.sh", 1))
    layer = Layer("a.sh", "shell", (assignment,), selector="2", command=tuple(command.split()))
    (found,) = judge_layers(layer)
    assert found.severity == severity


def test_name_that_another_value_uses_is_the_authors_own(judge: Judge) -> None:
    text = "SGLANG_TP_SIZE=8\nLAUNCH=--tp-size=${SGLANG_TP_SIZE}\n"
    assert [f.severity for f in judge(text)] == ["info"]
