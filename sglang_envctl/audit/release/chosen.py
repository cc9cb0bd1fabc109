"""Choose the release to check against: a published one, or local code."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

from sglang_envctl.releases import ChosenRelease, choose, choose_release
from sglang_envctl.releases.own import OwnRelease

Progress = Callable[[int, int], None]


def chosen(sglang: str | None, on_file: Progress | None = None) -> ChosenRelease:
    """Return the release for a version or a path; without either, the installed release.

    Raises:
        ValueError: `sglang` is neither a version nor a path.
        TargetError: `sglang` is a path without SGLang.
    """
    if sglang is None:
        return _installed(on_file) or choose_release(None)
    try:
        chosen = choose_release(sglang)
    except ValueError:
        if not os.path.exists(sglang):
            raise
        from sglang_envctl.audit.release.own import own_release

        return _by(own_release(Path(sglang), on_file), "by its code")
    if chosen.asked and choose.installed(sys.path) == chosen.asked:
        return _installed(on_file) or chosen
    return chosen


def _installed(on_file: Callable[[int, int], None] | None) -> ChosenRelease | None:
    """Return the installed SGLang as a release; None if it is a known published release."""
    if not choose.unknown_code(sys.path):
        return None
    from sglang_envctl.audit.code.files import TargetError, installed
    from sglang_envctl.audit.release.own import own_release

    try:
        own = own_release(installed("sglang"), on_file)
    except TargetError:
        return None  # metadata without code
    return _by(own, "the installed code")


def _by(own: OwnRelease, reason: str) -> ChosenRelease:
    """Return local code as a release; the reason includes the number of unreadable files."""
    files = f"{own.unread} file{'s' * (own.unread != 1)} of which cannot be read"
    return ChosenRelease(own, f"{reason}, {files}" if own.unread else reason)
