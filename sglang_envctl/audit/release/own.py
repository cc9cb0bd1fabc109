"""Treat local SGLang code as a release: find it, scan it once, and cache the result in the user's
cache folder.
"""

from __future__ import annotations

import json
import os
import re
import zipfile
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from sglang_envctl import __version__
from sglang_envctl.audit.code.files import ZIP_FAULTS, TargetError, code_under, release_of
from sglang_envctl.releases import data, load
from sglang_envctl.releases.choose import standing_for
from sglang_envctl.releases.own import OwnRelease

Progress = Callable[[int, int], None]

_VERSION_LINE = re.compile(
    r"^(?:__version__|version)\b[^=\n]*=[^\n]*?[\"'](\d[^\"']*)[\"']|^Version: (\d\S*)",
    re.MULTILINE,
)
_DEVELOPED = Path("sglang.egg-info", "PKG-INFO")
_MOST = 10_000
"""The number of characters at the start of a file within which the version must be stated."""
_PLACES = ("", "sglang", "python/sglang")
"""The places of the package: the folder itself, a folder of site-packages, or a folder of a checkout."""
_LOCAL = "+code"
"""The mark of a version of local code in the data: a local part, which does not affect sorting."""


def own_release(target: Path, on_file: Progress | None = None) -> OwnRelease:
    """Return a wheel, a source tree or a site-packages folder as a release, in addition to
    all known releases.

    Raises:
        TargetError: the target contains no sglang.
    """
    code = _package(target)
    like = standing_for(version_of(code))
    kept = _folder() / f"{_identity(code)}.json"
    raw = _kept(kept)
    if raw is None:
        raw = _scanned(code, f"{like}{_LOCAL}", on_file)
        _keep(kept, raw)
    return data.own_release(version_of(code) or like, like, raw, f"{like}{_LOCAL}")


def _package(target: Path) -> Path:
    """Return the wheel itself, or the package's folder in a source tree or in site-packages."""
    if os.path.isfile(target):
        return target
    for place in _PLACES:
        folder = target / place
        if folder.resolve().name == "sglang" and os.path.isfile(folder / "__init__.py"):
            return folder
    raise TargetError(target, "contains no sglang: name its wheel, source tree or site-packages")


def version_of(target: Path) -> str | None:
    """Return the version that a wheel or a package's directory states; None if there is none."""
    version = release_of(target)
    for file in (target / "_version.py", target / "version.py", target.parent / _DEVELOPED):
        if version is None and file.is_file():
            with file.open(encoding="utf-8", errors="replace") as stream:
                written = _VERSION_LINE.search(stream.read(_MOST))
            version = next(filter(None, written.groups())) if written else None
    return version


def _scanned(code: Path, label: str, on_file: Progress | None) -> dict[str, Any]:
    from sglang_envctl.audit import audit
    from sglang_envctl.audit.code.compiled import named
    from sglang_envctl.audit.release.build import Builder
    from sglang_envctl.releases.renames import OWNED

    found = audit(code, on_file)
    if not found.uses:
        raise TargetError(code, "reads no environment variable, so it is not SGLang")
    builder = Builder()
    builder.keep(load())
    builder.add(label, found, named(code, OWNED))
    return {**builder.data(), "unread": len(found.unreadable)}


def _identity(code: Path) -> str:
    """Return a key that changes with the code: from a wheel's file list, or file sizes and times."""
    marks = sha256(f"{__version__} {load().releases}".encode())
    for mark in _marks(code):
        marks.update(f"{mark}\n".encode("utf-8", "surrogateescape"))
    return marks.hexdigest()[:32]


def _marks(code: Path) -> Iterator[object]:
    if code.is_file():
        try:
            with zipfile.ZipFile(code) as wheel:
                yield from ((item.filename, item.CRC, item.file_size) for item in wheel.infolist())
        except ZIP_FAULTS as error:
            raise TargetError(code, f"is not a wheel, or is broken: {error}") from error
        return
    yield code.resolve()
    for file in code_under(code.resolve()):
        if isinstance(file, str) and file.endswith(".py") and os.path.isfile(file):
            found = os.stat(file)
            yield file, found.st_size, found.st_mtime_ns


def _folder() -> Path:
    """Return the cache folder of envctl."""
    base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return Path(base) / "sglang-envctl" / "releases"


def _kept(file: Path) -> dict[str, Any] | None:
    """Return the content of the cache; None if it is not usable."""
    try:
        raw: dict[str, Any] = json.loads(file.read_bytes())
        data.ReleaseData(raw).names()
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None
    return raw


def _keep(file: Path, raw: dict[str, Any]) -> None:
    """Write a file into the cache, completely or not at all; without the file, envctl is only slower."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile("w", dir=file.parent, delete=False, encoding="utf-8") as stream:
            json.dump(raw, stream)
        os.replace(stream.name, file)
    except OSError:
        return
