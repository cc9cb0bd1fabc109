"""Old names, alone and beside the present ones, in the releases that know them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sglang_envctl.rules import Finding

Judge = Callable[..., tuple[Finding, ...]]
STREAMER = "SGLANG_USE_RUNAI_MODEL_STREAMER"
OLD_STREAMER = "SGL_USE_RUNAI_MODEL_STREAMER"


@pytest.mark.parametrize(
    ("text", "release", "rule", "severity", "words"),
    [
        # The prefix of 2024.
        ("SGL_DIFFUSION_CACHE_ROOT=/data", "0.5.23", "renamed", "warning",
         "is the old name of SGLANG_DIFFUSION_CACHE_ROOT: SGLang warns, and goes by its text"),
        (f"{OLD_STREAMER}=0\n{STREAMER}=0", "0.5.23", "renamed", "warning", "goes by its text"),
        (f"{OLD_STREAMER}=0\n{STREAMER}=1", "0.5.23", "legacy-overrides", "error",
         f"takes the place of {STREAMER}"),
        # The table, with values changed on the way.
        ("SGLANG_FORWARD_TIMEOUT_MS=1000", "0.5.20", "renamed", "warning",
         "goes by its text, divided by 1000"),
        ("SGLANG_FORWARD_TIMEOUT_MS=1000\nSGLANG_REQ_RUNNING_TIMEOUT=1.0", "0.5.20",
         "renamed", "warning", "goes by its text, divided by 1000"),
        ("SGLANG_FORWARD_TIMEOUT_MS=1000\nSGLANG_REQ_RUNNING_TIMEOUT=1000", "0.5.20",
         "legacy-overrides", "error", "takes the place of SGLANG_REQ_RUNNING_TIMEOUT"),
        ("SGLANG_FORWARD_TIMEOUT_MS=1s", "0.5.20", "crashes", "error",
         "SGLang cannot be imported: its value is divided by 1000, and is no number"),
        ("SGLANG_DISABLE_TP_MEMORY_INBALANCE_CHECK=1", "0.5.20", "renamed", "warning",
         "goes by its text, inverted"),
        ("SGL_FORWARD_TIMEOUT_MS=1000", "0.5.20", "renamed", "warning",
         "is copied to SGLANG_FORWARD_TIMEOUT_MS too late to go further"),
        # Aliases.
        ("SGLANG_NSA_FUSE_TOPK=1", "0.5.20", "renamed", "warning",
         "is the old name of SGLANG_DSA_FUSE_TOPK"),
        ("SGL_NSA_FUSE_TOPK=1", "0.5.20", "renamed", "warning",
         "is the old name of SGLANG_DSA_FUSE_TOPK"),
        ("SGLANG_NSA_FUSE_TOPK=1\nSGLANG_DSA_FUSE_TOPK=0", "0.5.20", "renamed", "warning",
         "is the old name of SGLANG_DSA_FUSE_TOPK, which is set too, and is not looked at"),
        ("SGLANG_NSA_FUSE_TOPK=1\nSGLANG_DSA_FUSE_TOPK=1", "0.5.20", "renamed", "info",
         "which is set too, and is not looked at"),
        # Deprecated, and read all the same.
        ("SGLANG_MORI_FP8_COMB=1", "0.5.20", "renamed", "warning",
         "is deprecated: SGLang warns, and still goes by it"),
        # Given up.
        ("SGLANG_FORWARD_TIMEOUT_MS=1000", "0.5.23", "not-read", "warning",
         "up to 0.5.20 it was copied to SGLANG_REQ_RUNNING_TIMEOUT, divided by 1000"),
        (f"{OLD_STREAMER}=0", "0.5.5", "not-read", "warning", "0.5.5 does not read it"),
        ("SGLANG_NSA_FUSE_TOPK=1", "0.5.23", "not-read", "warning", "up to 0.5.12.post1 do"),
    ],
)  # fmt: skip
def test_told(text: str, release: str, rule: str, severity: str, words: str, judge: Judge) -> None:
    (found,) = (f for f in judge(text, release=release) if f.rule != "undocumented")
    assert (found.rule, found.severity, words in found.message) == (rule, severity, True)
