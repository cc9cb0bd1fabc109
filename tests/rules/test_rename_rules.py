"""Deprecated names, alone and together with the new ones, in the releases that know them."""

from __future__ import annotations

from collections.abc import Callable

from sglang_envctl.rules import Finding
from tests.tables import table

Judge = Callable[..., tuple[Finding, ...]]
STREAMER = "SGLANG_USE_RUNAI_MODEL_STREAMER"
OLD_STREAMER = "SGL_USE_RUNAI_MODEL_STREAMER"


@table(
    ("text", "release", "rule", "severity", "words"),
    [
        # The old prefix.
        ("SGL_DIFFUSION_CACHE_ROOT=/data", "0.5.23", "renamed", "warning",
         "deprecated name of SGLANG_DIFFUSION_CACHE_ROOT; SGLang still reads it and logs a warning"),
        (f"{OLD_STREAMER}=0\n{STREAMER}=0", "0.5.23", "renamed", "warning",
         "still reads it and logs a warning"),
        (f"{OLD_STREAMER}=0\n{STREAMER}=1", "0.5.23", "legacy-overrides", "error",
         f"overrides {STREAMER}"),
        # The table, with conversions of values.
        ("SGLANG_FORWARD_TIMEOUT_MS=1000", "0.5.20", "renamed", "warning",
         "still reads it (value divided by 1000) and logs a warning"),
        ("SGLANG_FORWARD_TIMEOUT_MS=1000\nSGLANG_REQ_RUNNING_TIMEOUT=1.0", "0.5.20",
         "renamed", "warning", "still reads it (value divided by 1000) and logs a warning"),
        ("SGLANG_FORWARD_TIMEOUT_MS=1000\nSGLANG_REQ_RUNNING_TIMEOUT=1000", "0.5.20",
         "legacy-overrides", "error", "overrides SGLANG_REQ_RUNNING_TIMEOUT"),
        ("SGLANG_FORWARD_TIMEOUT_MS=1s", "0.5.20", "crashes", "error",
         "SGLang cannot be imported: the value is divided by 1000, but is not a number"),
        ("SGLANG_DISABLE_TP_MEMORY_INBALANCE_CHECK=1", "0.5.20", "renamed", "warning",
         "still reads it (value inverted) and logs a warning"),
        ("SGL_FORWARD_TIMEOUT_MS=1000", "0.5.20", "renamed", "warning",
         "copied to SGLANG_FORWARD_TIMEOUT_MS too late to be renamed further"),
        # Aliases.
        ("SGLANG_NSA_FUSE_TOPK=1", "0.5.20", "renamed", "warning",
         "deprecated name of SGLANG_DSA_FUSE_TOPK"),
        ("SGL_NSA_FUSE_TOPK=1", "0.5.20", "renamed", "warning",
         "deprecated name of SGLANG_DSA_FUSE_TOPK"),
        ("SGLANG_NSA_FUSE_TOPK=1\nSGLANG_DSA_FUSE_TOPK=0", "0.5.20", "renamed", "warning",
         "of SGLANG_DSA_FUSE_TOPK, which is set too; SGLang does not read the deprecated name"),
        ("SGLANG_NSA_FUSE_TOPK=1\nSGLANG_DSA_FUSE_TOPK=1", "0.5.20", "renamed", "info",
         "which is set too; SGLang does not read the deprecated name"),
        # Deprecated, but still read.
        ("SGLANG_MORI_FP8_COMB=1", "0.5.20", "renamed", "warning",
         "deprecated; SGLang still reads it and logs a warning"),
        # No longer read.
        ("SGLANG_FORWARD_TIMEOUT_MS=1000", "0.5.23", "not-read", "warning",
         "from 0.5.9 to 0.5.20 it was copied to SGLANG_REQ_RUNNING_TIMEOUT (value divided by 1000)"),
        ("SGLANG_DISABLE_TP_MEMORY_INBALANCE_CHECK=1", "0.5.10", "not-read", "warning",
         "; from 0.5.18 to 0.5.20 it was copied to SGLANG_ENABLE_TP_MEMORY_INBALANCE_CHECK"),
        (f"{OLD_STREAMER}=0", "0.5.5", "not-read", "warning", "0.5.5 does not read it"),
        ("SGLANG_NSA_FUSE_TOPK=1", "0.5.23", "not-read", "warning", "; read from 0.5.3 to 0.5.20"),
    ],
)  # fmt: skip
def test_told(text: str, release: str, rule: str, severity: str, words: str, judge: Judge) -> None:
    (found,) = (f for f in judge(text, release=release) if f.rule != "undocumented")
    assert (found.rule, found.severity, words in found.message) == (rule, severity, True)
