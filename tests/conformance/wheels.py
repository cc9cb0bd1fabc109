"""The published wheels, by name and version: downloaded once, kept, never installed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

RELEASES = (
    *("0.4.0", "0.4.0.post1", "0.4.0.post2", "0.4.1"),
    *(f"0.4.1.post{number}" for number in range(1, 8)),
    *("0.4.2", "0.4.2.post1", "0.4.2.post2", "0.4.2.post3", "0.4.2.post4"),
    *("0.4.3", "0.4.3.post1", "0.4.3.post2", "0.4.3.post3", "0.4.3.post4"),
    *("0.4.4", "0.4.4.post1", "0.4.4.post2", "0.4.4.post3", "0.4.4.post4"),
    *("0.4.5", "0.4.5.post1", "0.4.5.post2", "0.4.5.post3", "0.4.6"),
    *(f"0.4.6.post{number}" for number in range(1, 6)),
    *("0.4.7", "0.4.7.post1", "0.4.8", "0.4.8.post1", "0.4.9"),
    *(f"0.4.9.post{number}" for number in range(1, 7)),
    *("0.4.10", "0.4.10.post1", "0.4.10.post2", "0.5.1", "0.5.1.post1", "0.5.1.post2"),
    *("0.5.1.post3", "0.5.2", "0.5.3", "0.5.3.post1", "0.5.3.post2", "0.5.3.post3"),
    *("0.5.4", "0.5.4.post1", "0.5.4.post2", "0.5.4.post3"),
    *("0.5.5", "0.5.5.post1", "0.5.5.post2", "0.5.5.post3", "0.5.6", "0.5.6.post1", "0.5.6.post2"),
    *("0.5.7", "0.5.8", "0.5.8.post1", "0.5.9", "0.5.10", "0.5.10.post1", "0.5.11", "0.5.12"),
    *("0.5.12.post1", "0.5.13", "0.5.13.post1", "0.5.14", "0.5.15", "0.5.15.post1", "0.5.16"),
    *("0.5.17", "0.5.18", "0.5.19", "0.5.20", "0.5.21", "0.5.22", "0.5.23"),
)
"""Every final and post release from 0.4.0 to 0.5.23."""

WITH_ENVIRON = RELEASES[RELEASES.index("0.5.3") :]
"""Those with sglang.srt.environ, which can be run without the rest of SGLang."""

CHOSEN = ("0.5.6.post1", "0.5.10", "0.5.17", "0.5.23")
"""Where most grammars and places differ: the first Cache-DiT, a FlashInfer grammar of its own and
the first log of kernel calls, the last release before files moved, and the newest."""

BOTOCORE = "1.44.5"
"""SGLang asks for no version of boto3; this is what a new installation got in November 2026."""

_CACHE = Path(os.environ.get("ENVCTL_WHEELS") or Path(__file__).parents[2] / ".cache" / "wheels")
_TAGS = (
    *("--python-version", "3.11", "--implementation", "cp", "--abi", "cp311"),
    *("--platform", "manylinux_2_34_x86_64", "--only-binary", ":all:"),
)
"""What SGLang's wheels from 0.5.11 on are tagged with; they are only read, so any machine will do."""


class NoRegistry(Exception):  # noqa: N818 - a reason to skip, not an error
    """pip could not get the wheel."""


def get(package: str, version: str) -> Path:
    """The wheel of exactly this version, from the cache or else from the registry pip knows."""
    pattern = f"{package.replace('-', '_')}-{version}-*.whl"
    if not any(_CACHE.glob(pattern)):
        _CACHE.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=_CACHE) as folder:
            _download(f"{package}=={version}", folder)
            for wheel in Path(folder).glob("*.whl"):
                wheel.replace(_CACHE / wheel.name)
    return next(_CACHE.glob(pattern))


def _download(what: str, folder: str) -> None:
    pip = (sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder)
    done = subprocess.run((*pip, *_TAGS, what), capture_output=True, text=True, check=False)
    if done.returncode:
        last = done.stderr.strip().rpartition("\n")[2]
        raise NoRegistry(f"pip download {what}: {last}")


def pinned(wheel: Path, package: str) -> str | None:
    """The version of a package that a wheel asks for."""
    with zipfile.ZipFile(wheel) as archive:
        name = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        text = archive.read(name).decode()
    found = re.search(rf"^Requires-Dist: {re.escape(package)}==([\w.]+)", text, re.MULTILINE)
    return found[1] if found else None
