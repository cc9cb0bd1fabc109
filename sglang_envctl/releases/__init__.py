"""Which published SGLang release reads which environment variable, and how.

Nothing is read at import, and nothing to name the newest release or the one to judge by: the data
file is read by `load()`. `python -m sglang_envctl.releases WHEEL...` rebuilds or extends it.
"""

from __future__ import annotations

from sglang_envctl.releases.data import ReleaseData, load
from sglang_envctl.releases.judged import judged_as
from sglang_envctl.releases.model import ForwardSpan, Judged, RenameSpan, Span
from sglang_envctl.releases.published import RELEASES

__all__ = [
    "RELEASES",
    "ForwardSpan",
    "Judged",
    "ReleaseData",
    "RenameSpan",
    "Span",
    "judged_as",
    "load",
    "newest",
]


def newest() -> str:
    """The newest release that the data knows."""
    return RELEASES[-1]
