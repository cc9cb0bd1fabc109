"""Which published SGLang release reads which environment variable, and how.

The data file is read by `load()`, not at import and not to choose the release to check against.
`python -m sglang_envctl.devtools.releases WHEEL...` rebuilds or extends it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sglang_envctl.releases.choose import ChosenRelease, choose_release
from sglang_envctl.releases.published import RELEASES

if TYPE_CHECKING:
    from sglang_envctl.releases.data import ReleaseData, load
    from sglang_envctl.releases.spans import ForwardSpan, RenameSpan, Span

__all__ = [
    "RELEASES",
    "ChosenRelease",
    "ForwardSpan",
    "ReleaseData",
    "RenameSpan",
    "Span",
    "choose_release",
    "load",
    "newest",
]


def newest() -> str:
    """Return the newest release that the data contains."""
    return RELEASES[-1]


def __getattr__(name: str) -> Any:
    # Every command chooses a release, but few load its data.
    if name in __all__:
        from sglang_envctl.releases import data

        return getattr(data, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
