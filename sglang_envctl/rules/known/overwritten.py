"""Variables that do the same with every value: a consequence of setting them at all is declared."""

from __future__ import annotations

from sglang_envctl.releases.versions import within
from sglang_envctl.rules.index import CHECKS

_RULES = ("crashes", "no-effect", "harmful-value")


def overwritten(name: str, release: str) -> bool:
    """Whether a release does the same with every value of a variable."""
    if name not in (CHECKS["consequences"] or ()):
        return False
    from sglang_envctl.registry.consequences import CONSEQUENCES

    return any(
        one.test == "set" and one.rule in _RULES and not one.needs
        for one in CONSEQUENCES[name]
        if within(release, one.since, one.until)
    )
