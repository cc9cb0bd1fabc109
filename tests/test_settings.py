"""What a release makes of an environment, variable by variable."""

from __future__ import annotations

import pytest

from sglang_envctl.environment import Assignment, Layer, Origin, stack
from sglang_envctl.registry import load
from sglang_envctl.registry.variable import Condition, Read
from sglang_envctl.settings import (
    Setting,
    Settings,
    counts,
    holds,
    reads_in,
    settle,
    spelled_default,
)
from sglang_envctl.sources.context import Context
from sglang_envctl.sources.dotenv.dialects.dotenv import read
from tests.tables import table

NEWEST = "0.5.23"
ON = "SGLANG_CACHE_DIT_ENABLED=1\n"


def _settle(*texts: str, release: str = NEWEST) -> Settings:
    layers = (
        read(f"{n}.env", text.encode(), Context(below={"X": "1"})) for n, text in enumerate(texts)
    )
    return settle(stack(layers), load(), release)


def _setting(name: str, *texts: str, release: str = NEWEST) -> Setting:
    found = _settle(*texts, release=release).get(name)
    assert found is not None
    return found


@table(
    ("name", "text", "expected"),
    [
        # Nothing set: the code's default, or nothing.
        ("SGLANG_CACHE_DIT_FN", "", ("default", 1, None)),
        ("SGLANG_CACHE_DIT_RDT", "", ("default", 0.24, None)),
        ("SGLANG_CACHE_DIT_ENABLED", "", ("default", False, None)),
        ("SGLANG_USE_RUNAI_MODEL_STREAMER", "", ("default", True, None)),
        ("SGLANG_KERNEL_API_DUMP_DIR", "", ("default", "sglang_kernel_api_dumps", None)),
        ("SGLANG_FL_STRICT", "", ("default", True, None)),
        ("NVSHMEM_SYMMETRIC_SIZE", "", ("default", 1 << 30, None)),
        ("ETCD_ENDPOINTS", "", ("default", ["http://localhost:2379"], None)),
        ("SGLANG_S3_BUCKET_NAME", "", ("unset", None, None)),
        ("SGLANG_DIFFUSION_TARGET_DEVICE", "", ("unset", None, None)),
        ("MACA_PATH", "", ("unset", None, None)),
        # Set: what the reader yields.
        ("SGLANG_CACHE_DIT_ENABLED", "SGLANG_CACHE_DIT_ENABLED=Yes", ("set", True, "accepted")),
        ("SGLANG_CACHE_DIT_RDT", "SGLANG_CACHE_DIT_RDT=.5", ("set", 0.5, "accepted")),
        ("SGLANG_CACHE_DIT_FN", "SGLANG_CACHE_DIT_FN=one", ("set", None, "crash")),
        ("SGLANG_CACHE_DIT_FN", "SGLANG_CACHE_DIT_FN=", ("set", None, "crash")),
        ("USE_FLAGGEMS", "USE_FLAGGEMS=on", ("set", False, "misread")),
        ("SGLANG_USE_MLX", "SGLANG_USE_MLX=on", ("set", False, "defaulted")),
        ("MACA_PATH", "MACA_PATH=/opt/maca", ("set", "/opt/maca", "unverified")),
        (
            "SGLANG_DIFFUSION_TARGET_DEVICE",
            "SGLANG_DIFFUSION_TARGET_DEVICE=cuda",
            ("set", None, "ignored"),
        ),
        # Set to nothing, which the reader takes for unset.
        (
            "SGLANG_KERNEL_API_DUMP_INCLUDE",
            "SGLANG_KERNEL_API_LOGLEVEL=10\nSGLANG_KERNEL_API_DUMP_INCLUDE=",
            ("set", [], "accepted"),
        ),
        ("SGLANG_FL_PREFER", "SGLANG_FL_PREFER=", ("set", "flagos", "accepted")),
        # Unset, it falls back to another's text, read by its own reader.
        ("SGLANG_CACHE_DIT_SECONDARY_FN", "SGLANG_CACHE_DIT_FN=8", ("fallback", 8, "accepted")),
        ("SGLANG_CACHE_DIT_SECONDARY_FN", "SGLANG_CACHE_DIT_FN=x", ("fallback", None, "crash")),
        (
            "SGLANG_CACHE_DIT_SECONDARY_FN",
            "SGLANG_CACHE_DIT_FN=8\nSGLANG_CACHE_DIT_SECONDARY_FN=2",
            ("set", 2, "accepted"),
        ),
        (
            "SGLANG_CACHE_DIT_SECONDARY_FN",
            "SGLANG_CACHE_DIT_FN=8\nSGLANG_CACHE_DIT_SECONDARY_FN=",
            ("set", None, "crash"),
        ),
        (
            "SGLANG_CACHE_DIT_SECONDARY_TAYLORSEER",
            "SGLANG_CACHE_DIT_TAYLORSEER=t",
            ("fallback", True, "accepted"),
        ),
        (
            "SGLANG_CACHE_DIT_SECONDARY_TAYLORSEER",
            "SGLANG_CACHE_DIT_TAYLORSEER=t\nSGLANG_CACHE_DIT_SECONDARY_TAYLORSEER=",
            ("set", False, "accepted"),
        ),
        ("SGLANG_CACHE_DIT_SECONDARY_RDT", "", ("default", 0.24, None)),
        # Another variable changes its default.
        ("SGLANG_FL_DIST_BACKEND", "FLAGCX_PATH=/opt/FlagCX", ("implied", "flagcx", None)),
        ("SGLANG_FL_DIST_BACKEND", "FLAGCX_PATH=", ("implied", "flagcx", None)),
        (
            "SGLANG_FL_DIST_BACKEND",
            "FLAGCX_PATH=/opt/FlagCX\nSGLANG_FL_DIST_BACKEND=nccl",
            ("set", "nccl", "accepted"),
        ),
        (
            "SGLANG_FL_DIST_BACKEND",
            "FLAGCX_PATH=/opt/FlagCX\nSGLANG_FL_DIST_BACKEND=",
            ("set", "flagcx", "accepted"),
        ),
        ("SGLANG_FL_DIST_BACKEND", "", ("unset", None, None)),
    ],
)
def test_status_value_and_outcome(
    name: str, text: str, expected: tuple[str, object, str | None]
) -> None:
    setting = _setting(name, text)
    assert (setting.status, setting.value, setting.outcome) == expected


@pytest.mark.parametrize(
    ("name", "text", "by"),
    [
        ("SGLANG_S3_BUCKET_NAME", "SGLANG_S3_BUCKET_NAME=m", "SGLANG_CLOUD_STORAGE_TYPE"),
        (
            "SGLANG_KERNEL_API_DUMP_DIR",
            "SGLANG_KERNEL_API_LOGLEVEL=5\nSGLANG_KERNEL_API_DUMP_DIR=/d",
            "SGLANG_KERNEL_API_LOGLEVEL",
        ),
        (
            "SGLANG_KERNEL_API_LOGDEST",
            "SGLANG_KERNEL_API_LOGLEVEL=0\nSGLANG_KERNEL_API_LOGDEST=stderr",
            "SGLANG_KERNEL_API_LOGLEVEL",
        ),
        ("SGLANG_FL_PREFER", "SGLANG_FL_OOT_ENABLED=on\nSGLANG_FL_PREFER=vendor",
         "SGLANG_FL_OOT_ENABLED"),
        ("FLAGCX_PATH", "FLAGCX_PATH=/x\nSGLANG_FL_DIST_BACKEND=nccl", "SGLANG_FL_DIST_BACKEND"),
        ("SGLANG_FL_PLATFORM", "SGLANG_FL_PLATFORM=musa\nSGLANG_FL_CONFIG=/c", "SGLANG_FL_CONFIG"),
        (
            "SGLANG_CACHE_DIT_SCM_PRESET",
            f"{ON}SGLANG_CACHE_DIT_SCM_PRESET=Fast\nSGLANG_CACHE_DIT_SCM_COMPUTE_BINS=8\n"
            "SGLANG_CACHE_DIT_SCM_CACHE_BINS=1",
            "SGLANG_CACHE_DIT_SCM_COMPUTE_BINS and SGLANG_CACHE_DIT_SCM_CACHE_BINS",
        ),
    ],
)  # fmt: skip
def test_switched_off_by_another(name: str, text: str, by: str) -> None:
    setting = _setting(name, text)
    assert (setting.status, setting.outcome, setting.switched_off) == ("set", "ignored", by)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("SGLANG_S3_BUCKET_NAME", "SGLANG_S3_BUCKET_NAME=m\nSGLANG_CLOUD_STORAGE_TYPE=S3"),
        ("SGLANG_KERNEL_API_LOGDEST",
         "SGLANG_KERNEL_API_LOGLEVEL=-1\nSGLANG_KERNEL_API_LOGDEST=stderr"),
        ("FLAGCX_PATH", "FLAGCX_PATH=/x"),
        ("FLAGCX_PATH", "FLAGCX_PATH=/x\nSGLANG_FL_DIST_BACKEND="),
        ("SGLANG_FL_PLATFORM", "SGLANG_FL_PLATFORM=musa\nSGLANG_FL_CONFIG="),
        ("SGLANG_CACHE_DIT_FN", "SGLANG_CACHE_DIT_FN=2"),  # a request can still ask for it
        ("SGLANG_CACHE_DIT_SCM_PRESET",
         f"{ON}SGLANG_CACHE_DIT_SCM_PRESET=fast\nSGLANG_CACHE_DIT_SCM_COMPUTE_BINS=8\n"
         "SGLANG_CACHE_DIT_SCM_CACHE_BINS="),
    ],
)  # fmt: skip
def test_not_switched_off(name: str, text: str) -> None:
    setting = _setting(name, text)
    assert (setting.outcome, setting.switched_off) == ("accepted", "")


def test_fallback_and_implied_values_say_where_they_come_from() -> None:
    settings = _settle("SGLANG_CACHE_DIT_MC=2\nFLAGCX_PATH=/x\n")
    fallback = settings.by_name["SGLANG_CACHE_DIT_SECONDARY_MC"]
    implied = settings.by_name["SGLANG_FL_DIST_BACKEND"]
    assert (fallback.source, implied.source) == ("SGLANG_CACHE_DIT_MC", "FLAGCX_PATH")
    assert fallback.assignment
    assert (fallback.assignment.origin.line, fallback.raw, implied.raw) == (1, None, None)


def test_later_layer_wins() -> None:
    setting = _setting("SGLANG_CACHE_DIT_MC", "SGLANG_CACHE_DIT_MC=2", "SGLANG_CACHE_DIT_MC=5")
    assert setting.assignment
    assert (setting.value, str(setting.assignment.origin)) == (5, "1.env:1")


@table(
    ("name", "text", "release", "expected"),
    [
        ("SGLANG_PLUGINS", "SGLANG_PLUGINS=a", "0.5.10.post1", ("set", None, "ignored")),
        ("SGLANG_PLUGINS", "SGLANG_PLUGINS=a", "0.5.11", ("set", ["a"], "accepted")),
        ("SGLANG_CACHE_DIT_FN", "SGLANG_CACHE_DIT_FN=2", "0.5.5", ("set", None, "ignored")),
        ("SGLANG_CACHE_DIT_FN", "", "0.5.5", ("unset", None, None)),
        ("SGLANG_CACHE_DIT_FN", "", "0.5.7", ("default", 1, None)),
        ("SGLANG_CACHE_DIT_SECONDARY_FN", "SGLANG_CACHE_DIT_FN=2", "0.5.5", ("unset", None, None)),
        ("SGLANG_USE_MLX", "SGLANG_USE_MLX=1", "0.5.9", ("set", None, "ignored")),
        ("SGLANG_USE_MLX", "SGLANG_USE_MLX=1", "0.5.12.post1", ("set", True, "accepted")),
        (
            "SGLANG_DIFFUSION_FLASHINFER_FP4_GEMM_BACKEND",
            "SGLANG_DIFFUSION_FLASHINFER_FP4_GEMM_BACKEND=cutlass",
            "0.5.10.post1",
            ("set", None, "defaulted"),
        ),
        (
            "SGLANG_DIFFUSION_FLASHINFER_FP4_GEMM_BACKEND",
            "SGLANG_DIFFUSION_FLASHINFER_FP4_GEMM_BACKEND=cutlass",
            "0.5.11",
            ("set", "cutlass", "accepted"),
        ),
        ("SGLANG_DIFFUSION_FLASHINFER_FP4_GEMM_BACKEND", "", "0.5.15", ("default", "trtllm", None)),
        # Fetched, with a default, and nothing acts on it: the same as not read.
        ("SGLANG_DIFFUSION_LOGGING_LEVEL", "", "0.5.20", ("unset", None, None)),
        (
            "SGLANG_DIFFUSION_LOGGING_LEVEL",
            "SGLANG_DIFFUSION_LOGGING_LEVEL=DEBUG",
            "0.5.20",
            ("set", None, "ignored"),
        ),
    ],
)
def test_release_decides_who_reads(
    name: str, text: str, release: str, expected: tuple[str, object, str | None]
) -> None:
    setting = _setting(name, text, release=release)
    assert (setting.status, setting.value, setting.outcome) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SGL_DIFFUSION_CACHE_ROOT=/old", "/old"),
        ("SGL_DIFFUSION_CACHE_ROOT=/old\nSGLANG_DIFFUSION_CACHE_ROOT=/new", "/old"),
        ("SGLANG_DIFFUSION_CACHE_ROOT=/new", "/new"),
        ("sgl_diffusion_cache_root=/old\nSGLANG_DIFFUSION_CACHE_ROOT=/new", "/new"),
    ],
)
def test_text_of_an_old_name_is_copied_over_that_of_the_present_one(
    text: str, expected: str
) -> None:
    assert _setting("SGLANG_DIFFUSION_CACHE_ROOT", text).value == expected


@table(
    ("since", "until", "release", "expected"),
    [
        ("", "", "0.5.5", True),
        ("0.5.7", "", "0.5.6.post2", False),
        ("0.5.7", "", "0.5.7", True),
        ("0.5.7", "", "0.5.10", True),
        ("", "0.5.9", "0.5.10", False),
        ("", "0.5.9", "0.5.9", True),
        ("", "0.5.12", "0.5.12.post1", False),
        ("", "0.5.12", "0.5.13", False),
        ("0.5.6.post1", "", "0.5.6", False),
        ("0.5.6.post1", "", "0.5.6.post1", True),
        ("0.5.10", "0.5.10", "0.5.10.post1", False),
        ("0.5.10", "0.5.10.post1", "0.5.10.post1", True),
        ("0.5.10", "0.5.17", "0.5.18", False),
        ("0.5.10", "0.5.17", "0.6.0", False),
    ],
)
def test_range_of_releases(since: str, until: str, release: str, expected: bool) -> None:
    read = Read(reader="raw.text", where="x.py:1", since=since, until=until)
    assert reads_in((read,), release) == ((read,) if expected else ())


@table(
    ("test", "wanted", "value", "expected"),
    [
        ("true", None, True, True),
        ("true", None, False, False),
        ("true", None, 1, False),
        ("true", None, None, False),
        ("not empty", None, "x", True),
        ("not empty", None, "", False),
        ("not empty", None, None, False),
        ("equals", "s3", "s3", True),
        ("equals", "s3", None, False),
        ("at least", 10, 10, True),
        ("at least", 10, 9, False),
        ("at least", 10, None, False),
        ("not zero", None, -1, True),
        ("not zero", None, 0, False),
        ("not zero", None, None, False),
    ],
)
def test_condition(test: str, wanted: str | int | None, value: object, expected: bool) -> None:
    setting = Setting(load().variables[0], "set", value)
    assert holds(Condition("X", test, wanted), setting) is expected  # type: ignore[arg-type]


@table(
    ("name", "text", "expected"),
    [
        ("SGLANG_FL_PREFER", "vendor", True),
        ("SGLANG_FL_PREFER", "", False),
        ("SGLANG_FL_PREFER", " ", False),
        ("SGLANG_FL_PREFER", "flagos", True),
        ("SGLANG_FL_OOT_BLACKLIST", ",", True),
        ("SGLANG_FL_OOT_WHITELIST", ",", False),
        ("FLAGCX_PATH", "", True),
        ("SGLANG_S3_BUCKET_NAME", "", False),
        ("SGLANG_S3_ACCESS_KEY_ID", "", True),
        ("SGLANG_CACHE_DIT_FN", "", True),
        ("SGLANG_USE_MLX", "junk", True),
        ("SGLANG_DIFFUSION_TARGET_DEVICE", "cuda", False),
    ],
)
def test_whether_a_text_counts(name: str, text: str, expected: bool) -> None:
    assert counts(_setting(name, f"{name}='{text}'\n")) is expected


def test_unset_variable_does_not_count() -> None:
    assert counts(_setting("SGLANG_FL_PREFER", "")) is False


@table(
    ("name", "text", "expected"),
    [
        ("SGLANG_CACHE_DIT_ENABLED", "", "false"),
        ("SGLANG_USE_MLX", "", "0"),
        ("SGLANG_CACHE_DIT_RDT", "", "0.24"),
        ("SGLANG_CACHE_DIT_SECONDARY_FN", "", "1"),
        ("SGLANG_KERNEL_API_LOGDEST", "", "stdout"),
        ("USE_FLAGGEMS", "", "1"),
        ("SGLANG_FL_STRICT", "", "1"),  # not what its page says
        ("NVSHMEM_SYMMETRIC_SIZE", "", "1073741824"),
        ("SGLANG_DIFFUSION_CACHE_ROOT", "", None),  # worked out
        ("SGLANG_KERNEL_API_DUMP_INCLUDE", "", None),  # an empty list
        ("SGLANG_S3_BUCKET_NAME", "", None),
        ("SGLANG_CACHE_DIT_ENABLED", "SGLANG_CACHE_DIT_ENABLED=0", None),
        ("SGLANG_CACHE_DIT_SECONDARY_FN", "SGLANG_CACHE_DIT_FN=2", None),
        ("SGLANG_DIFFUSION_TARGET_DEVICE", "", None),
    ],
)
def test_default_as_one_would_write_it(name: str, text: str, expected: str | None) -> None:
    assert spelled_default(_setting(name, text), NEWEST) == expected


@pytest.mark.parametrize("release", ["0.5.5", "0.5.10.post1", "0.5.18", NEWEST])
def test_every_spelled_default_reads_as_the_default(release: str) -> None:
    spelled = {s.name: spelled_default(s, release) for s in _settle(release=release)}
    lines = [f"{name}={text}\n" for name, text in spelled.items() if text is not None]
    before, after = _settle(release=release), _settle("".join(lines), release=release)
    names = [name for name, text in spelled.items() if text is not None]
    assert [after.by_name[n].value for n in names] == [before.by_name[n].value for n in names]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("SGLANG_CACHE_DIT_FN", ("set", None, "unverified")),
        ("SGLANG_CACHE_DIT_SECONDARY_FN", ("fallback", None, "unverified")),
        # What switches others on or off may well do so.
        ("SGLANG_CACHE_DIT_ENABLED", ("set", None, "unverified")),
        ("SGLANG_CACHE_DIT_MC", ("set", 2, "accepted")),
    ],
)
def test_a_text_that_is_known_only_at_the_start(
    name: str, expected: tuple[str, object, str]
) -> None:
    origin = Origin("web.yaml")
    found = (
        Assignment("SGLANG_CACHE_DIT_FN", "", origin, unknown="from Secret web"),
        Assignment("SGLANG_CACHE_DIT_ENABLED", "", origin, unknown="from Secret web"),
        Assignment("SGLANG_CACHE_DIT_MC", "2", origin),
    )
    environment = stack([Layer("web.yaml", "kubernetes", found)])
    setting = settle(environment, load(), NEWEST).get(name)
    assert setting
    assert (setting.status, setting.value, setting.outcome) == expected


def test_settings_are_in_registry_order_and_know_the_rest() -> None:
    settings = _settle("APP=1\nSGLANG_PLUGINS=x\nsglang_plugins=y\n")
    assert [s.name for s in settings] == [v.name for v in load().variables]
    assert [a.name for a in settings.unknown()] == ["APP", "sglang_plugins"]
    assert settings.get("APP") is None


SAMPLES = [(v.name, v.example or "1") for v in load().variables]


@table(("name", "text"), SAMPLES, ids=[name for name, _ in SAMPLES])
def test_what_is_left_out_is_what_it_would_be(name: str, text: str) -> None:
    environment = stack([Layer("x", "file", (Assignment(name, text, Origin("x")),))])
    whole = settle(environment, load(), NEWEST)
    part = settle(environment, load(), NEWEST, every=False)
    names = [v.name for v in load().variables]
    left_out = [setting for setting in whole if setting.name not in part.by_name]
    assert {setting.status for setting in left_out} <= {"unset", "default"}
    assert [part.get(n) for n in names] == [whole.get(n) for n in names]
    assert [s.name for s in part] == [s.name for s in whole if s.name in part.by_name]
