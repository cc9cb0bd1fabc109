"""Find SGLang's code in a wheel or folder, and the version that the code states."""

from __future__ import annotations

import os
import re
from pathlib import Path

from sglang_envctl.audit.files import TargetError
from sglang_envctl.releases.choose import installed

_WHEEL = re.compile(r"sglang-([^-]+)-.*\.whl")
_VERSION_LINE = re.compile(
    r"^(?:__version__|version)\b[^=\n]*=[^\n]*?[\"'](\d[^\"']*)[\"']|^Version: (\d\S*)",
    re.MULTILINE,
)
_DEVELOPED = Path("sglang.egg-info", "PKG-INFO")
_MOST = 10_000
"""The number of characters at the start of a file within which the version must be stated."""
_PLACES = ("", "sglang", "python/sglang")
"""The places of the package: the folder itself, a folder of site-packages, or a folder of a checkout."""


def package(target: Path) -> Path:
    """Return the wheel itself, or the package's folder in a source tree or in site-packages.

    Raises:
        TargetError: the target contains no sglang.
    """
    if os.path.isfile(target):
        return target
    for place in _PLACES:
        folder = target / place
        if folder.resolve().name == "sglang" and os.path.isfile(folder / "__init__.py"):
            return folder
    raise TargetError(target, "contains no sglang: name its wheel, source tree or site-packages")


def version_of(target: Path) -> str | None:
    """Return the version that a wheel or a package's directory states; None if there is none."""
    found = _WHEEL.fullmatch(target.name)
    version = found[1] if found else installed([str(target.resolve().parent)])
    for file in (target / "_version.py", target / "version.py", target.parent / _DEVELOPED):
        if version is None and file.is_file():
            with file.open(encoding="utf-8", errors="replace") as stream:
                written = _VERSION_LINE.search(stream.read(_MOST))
            version = next(filter(None, written.groups())) if written else None
    return version
