"""Find out which release a wheel or folder is."""

from __future__ import annotations

from pathlib import Path

from sglang_envctl.audit.release.version import version_of
from sglang_envctl.releases.versions import key


def release_of(target: Path) -> str:
    """Return the release that a target is."""
    version = version_of(target)
    if version is None:
        raise SystemExit(f"{target}: cannot tell which release this is")
    key(version)
    return version
