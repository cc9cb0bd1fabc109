"""What a user names: a path, or an installed package, found without importing it."""

from __future__ import annotations

import os
import re
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from pathlib import Path

from sglang_envctl.audit.files import TargetError

_WHEEL = re.compile(r"[^-]+-(\d[^-]*)-.*\.whl")
_METADATA = re.compile(r"(.+?)-(\d[^-]*)(?:-py[\d.]+)?\.(?:dist|egg)-info")

_NOWHERE = "is neither a path nor a package installed here; name its directory or its wheel"


def locate(target: str) -> Path:
    """A path as it is; for anything else the package of that name that Python would import.

    Raises:
        TargetError: there is neither.
    """
    path = Path(target)
    here = target and (os.path.exists(path) or not _name(target).isidentifier())
    return path if here else installed(target)


def installed(package: str) -> Path:
    """The directory or the file of an installed package; its dashes may stand for underscores.

    Raises:
        TargetError: there is none, or it has no Python code in one place.
    """
    spec = _spec(_name(package))
    places = list(spec.submodule_search_locations or ()) if spec else []
    if len(places) > 1:
        raise TargetError(package, f"is spread over {len(places)} directories; name one of them")
    if places:
        return Path(places[0])
    if spec and spec.origin and spec.origin.endswith(".py"):
        return Path(spec.origin)
    if spec:
        raise TargetError(package, "has no Python code to read")
    raise TargetError(package, _NOWHERE)


def release_of(path: Path) -> str | None:
    """The version, from a wheel's name or from the name of the metadata beside a package."""
    if wheel := _WHEEL.fullmatch(path.name):
        return wheel[1]
    place = path.resolve()
    try:
        beside = sorted(entry.name for entry in place.parent.iterdir())
    except OSError:
        return None
    found = filter(None, map(_METADATA.fullmatch, beside))
    named = (match[2] for match in found if _name(match[1]).lower() == place.stem.lower())
    return next(named, None)


def _name(text: str) -> str:
    """How an import spells the name of a distribution."""
    return text.replace("-", "_")


def _spec(name: str) -> ModuleSpec | None:
    try:
        return find_spec(name)
    except (ImportError, ValueError):  # __main__ and its like
        return None
