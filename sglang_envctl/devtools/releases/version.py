"""Which release a wheel or a folder is."""

from __future__ import annotations

import re
from pathlib import Path

from sglang_envctl.releases.choose import installed
from sglang_envctl.releases.versions import key

_WHEEL = re.compile(r"sglang-([^-]+)-.*\.whl")
_VERSION_LINE = re.compile(
    r"^(?:__version__|version)\b[^=\n]*=[^\n]*?[\"'](\d[^\"']*)[\"']", re.MULTILINE
)


def version_of(target: Path) -> str:
    """The version of a wheel or of a package's directory."""
    found = _WHEEL.fullmatch(target.name)
    version = found[1] if found else installed([str(target.resolve().parent)])
    for name in ("_version.py", "version.py"):
        if version is None and (target / name).is_file():
            written = _VERSION_LINE.search((target / name).read_text("utf-8"))
            version = written[1] if written else None
    if version is None:
        raise SystemExit(f"{target}: cannot tell which release this is")
    key(version)
    return version
