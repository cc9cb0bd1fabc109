"""Find variables for which every value has the same effect, such as a crash, or none at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sglang_envctl.releases.published import HANDLED
from sglang_envctl.releases.versions import within
from sglang_envctl.rules.index import CHECKS

if TYPE_CHECKING:
    from sglang_envctl.releases import RenameSpan

_ANY_VALUE = ("refused", "overwritten")
_RULES = ("crashes", "no-effect", "harmful-value")


def overwritten(name: str, release: str) -> bool:
    """Return whether every value of a variable has the same effect in a release."""
    if name in HANDLED and (rename := _rename(name, release)) and rename.kind in _ANY_VALUE:
        return True
    if name not in (CHECKS["consequences"] or ()):
        return False
    from sglang_envctl.registry.consequences import CONSEQUENCES

    return any(
        one.test == "set" and one.rule in _RULES and not one.needs
        for one in CONSEQUENCES[name]
        if within(release, one.since, one.until)
    )


def _rename(name: str, release: str) -> RenameSpan | None:
    from sglang_envctl.releases import load

    return load(release).rename(name, release)
