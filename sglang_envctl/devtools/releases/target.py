"""Find the release of a wheel or folder."""

from __future__ import annotations

from pathlib import Path

from sglang_envctl.audit.release.own import version_of
from sglang_envctl.releases.versions import key


def release_of(target: Path) -> str:
    """Return the release of a target."""
    version = version_of(target)
    if version is None:
        raise SystemExit(f"{target}: cannot tell which release this is")
    key(version)
    return version
