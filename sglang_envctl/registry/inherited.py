"""Names that SGLang's own images set, also for releases that no longer read them."""

from __future__ import annotations

INHERITED = frozenset({"SGLANG_DISABLE_CUDNN_CHECK"})
"""No user wrote them, and no user can remove them, so they are mentioned without a warning."""
