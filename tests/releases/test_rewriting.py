"""What old names do to the values that SGLang goes by; `releases/test_renames.py` asks the real code."""

from __future__ import annotations

import pytest

from sglang_envctl.environment import stack
from sglang_envctl.registry import load
from sglang_envctl.settings import Settings, settle
from sglang_envctl.sources.context import Context
from sglang_envctl.sources.dotenv.dialects.dotenv import read

STREAMER = "SGLANG_USE_RUNAI_MODEL_STREAMER"
OLD_STREAMER = "SGL_USE_RUNAI_MODEL_STREAMER"


def _settle(text: str, release: str) -> Settings:
    return settle(stack([read("a.env", text.encode(), Context())]), load(), release)


@pytest.mark.parametrize(
    ("text", "release", "name", "value"),
    [
        ("SGL_DIFFUSION_CACHE_ROOT=/data", "0.5.23", "SGLANG_DIFFUSION_CACHE_ROOT", "/data"),
        (f"{OLD_STREAMER}=0\n{STREAMER}=1", "0.5.23", STREAMER, False),
        ("SGLANG_FORWARD_TIMEOUT_MS=1500", "0.5.20", "SGLANG_REQ_RUNNING_TIMEOUT", 1.5),
        ("SGLANG_DISABLE_TP_MEMORY_INBALANCE_CHECK=yes", "0.5.20",
         "SGLANG_ENABLE_TP_MEMORY_INBALANCE_CHECK", False),
        ("SGLANG_NSA_FUSE_TOPK=0", "0.5.20", "SGLANG_DSA_FUSE_TOPK", False),
        ("SGLANG_NSA_FUSE_TOPK=0\nSGLANG_DSA_FUSE_TOPK=1", "0.5.20", "SGLANG_DSA_FUSE_TOPK", True),
    ],
)  # fmt: skip
def test_effective_value(text: str, release: str, name: str, value: object) -> None:
    setting = _settle(text, release).get(name)
    assert setting
    assert setting.value == value


def test_text_that_arrives_too_late_has_no_effect() -> None:
    setting = _settle("SGL_FORWARD_TIMEOUT_MS=1000", "0.5.20").get("SGLANG_REQ_RUNNING_TIMEOUT")
    assert setting
    assert (setting.status, setting.value) == ("default", -1)


@pytest.mark.parametrize("name", ["SGLANG_CACHE_DIT_FN", "APP_SETTING", "CUDA_VISIBLE_DEVICES"])
def test_nothing_is_rewritten_where_no_old_name_is_set(name: str) -> None:
    assert _settle(f"{name}=1", "0.5.23").rewrites == {}
