"""List the releases in the package index, and download a wheel."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Collection
from pathlib import Path

from sglang_envctl.releases.versions import key

OLDEST = "0.4.0"
"""The first release that the data covers."""
_FINAL = re.compile(r"\d+(?:\.\d+)*(?:\.post\d+)?")
_VERSIONS = re.compile(r"^Available versions: (.*)$", re.MULTILINE)


def missing(known: Collection[str]) -> list[str]:
    """Return the final and post releases in the index that are not known, oldest first."""
    found = _VERSIONS.search(_pip("index", "versions", "sglang"))
    if found is None:
        raise SystemExit("pip does not list the versions of sglang")
    return wanted(re.split(r"[,\s]+", found[1].strip()), known)


def wanted(versions: Collection[str], known: Collection[str]) -> list[str]:
    """Return the given versions that belong in the data but are missing, oldest first."""
    have = {key(version) for version in known}
    final = [version for version in versions if _FINAL.fullmatch(version)]
    return sorted((v for v in final if key(v) >= key(OLDEST) and key(v) not in have), key=key)


def download(version: str, folder: Path) -> Path:
    """Download the wheel of a release, and return its path."""
    # The Python code is the same for every platform, and does not run here.
    _pip("download", "--no-deps", "--only-binary=:all:", "--ignore-requires-python",
         "--dest", str(folder), f"sglang=={version}")  # fmt: skip
    return next(folder.glob("sglang-*.whl"))


def _pip(*arguments: str) -> str:
    """Run pip and return its output; the index is the one that pip is configured to use."""
    done = subprocess.run(  # noqa: S603 - pip, with the versions that pip itself names
        [sys.executable, "-m", "pip", "--disable-pip-version-check", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(done.stderr.strip() or f"pip {arguments[0]} failed")
    return done.stdout
