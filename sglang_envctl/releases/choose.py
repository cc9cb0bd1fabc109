"""Choose the SGLang release to check against, with the reason for the choice."""

import os
import re
import sys
from bisect import bisect_right
from collections.abc import Iterable
from contextlib import suppress
from typing import NamedTuple

from sglang_envctl.releases.published import RELEASES
from sglang_envctl.releases.versions import key

# The metadata folder, which an editable install has too, so nothing is imported. A source folder's
# name may begin with sglang- too ("sglang-fl-..."), but a version begins with a digit.
_INSTALLED = r"sglang-(\d[^-]*)(?:-py[\d.]+)?\.(?:dist|egg)-info"

_PACKAGE = ("sglang", "__init__.py")


class ChosenRelease(NamedTuple):
    """A release in the data, and the reason why it was chosen."""

    release: str
    reason: str
    asked: str = ""
    """The requested or installed version, if it is unknown and another release replaces it."""


def choose_release(requested: str | None, path: Iterable[str] | None = None) -> ChosenRelease:
    """Return the release to check against: the requested, the installed or the newest known one.

    Raises ValueError, with a message for users, if `requested` is not a version.
    """
    if requested is not None:
        try:
            return _nearest(requested.strip(), "as requested", requested.strip())
        except ValueError:
            known = ", ".join(RELEASES[:-4:-1])
            raise ValueError(
                f"{requested!r} is not a version of SGLang; the newest known releases are {known}"
            ) from None
    version = installed(sys.path if path is None else path)
    if version is not None:
        with suppress(ValueError):  # an invalid version is treated as unknown
            return _nearest(version, "the installed release", f"the installed {version}")
    return ChosenRelease(RELEASES[-1], "the newest known")


def is_known(version: str) -> bool:
    """Return whether the data contains a release."""
    with suppress(ValueError):
        return key(version) in map(key, RELEASES)
    return False


def unknown_code(path: Iterable[str]) -> bool:
    """Return whether Python would import an sglang that the data does not contain.

    Such a package has an unknown version, or its files are elsewhere (an editable install).
    """
    entries = list(path)
    holder = next((e for e in entries if os.path.isfile(os.path.join(e, *_PACKAGE))), None)
    version = installed(entries)
    if holder is not None and (beside := installed([holder])):
        return not is_known(beside)
    return holder is not None or version is not None


def standing_for(version: str | None) -> str:
    """Return the version that code is treated as: its own, or the newest known if it has none."""
    with suppress(ValueError):
        if version and key(version) >= key(RELEASES[0]):
            return version.partition("+")[0]
    return RELEASES[-1]


def installed(path: Iterable[str]) -> str | None:
    """Return the version of the sglang that Python would import, using only folder names.

    `importlib.metadata` also returns the version, but takes 20 ms to load.
    """
    for entry in path:
        try:
            names = os.listdir(entry or ".")
        except OSError:
            continue  # a zip file, or not a folder
        for name in sorted(name for name in names if name.startswith("sglang-")):
            if found := re.fullmatch(_INSTALLED, name):
                return found[1]
    return None


def _nearest(version: str, exact: str, named: str) -> ChosenRelease:
    """Return the release itself, or the nearest known one that is not newer."""
    wanted = key(version)
    keys = [key(release) for release in RELEASES]
    position = bisect_right(keys, wanted) - 1
    if not any(wanted[0]):  # the version of a checkout without tags: 0.0.0.dev0
        reason = f"the newest known; {named} does not say which it is"
        return ChosenRelease(RELEASES[-1], reason, version)
    if position < 0:
        return ChosenRelease(RELEASES[0], f"the oldest known; {named} is older", version)
    release = RELEASES[position]
    if keys[position] == wanted:
        return ChosenRelease(release, exact)
    if position == len(RELEASES) - 1:
        return ChosenRelease(release, f"the newest known; {named} is newer", version)
    return ChosenRelease(release, f"the nearest known before {named}", version)
