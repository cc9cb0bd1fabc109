"""Names that SGLang's own images set, also for releases that no longer read them."""

from __future__ import annotations

INHERITED = frozenset({"SGLANG_DISABLE_CUDNN_CHECK"})
"""The names; users did not write them and cannot remove them, so they are reported without a warning."""
