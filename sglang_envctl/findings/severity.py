"""Decide the severity of a difference between nodes."""

from __future__ import annotations

from collections.abc import Mapping

from sglang_envctl.nodes.scope import scope
from sglang_envctl.nodes.split import Split
from sglang_envctl.rules.rule import Severity

_UNUSED = ("crash", "defaulted", "misread", "ignored")


def severity(split: Split, engines: Mapping[str, str]) -> Severity:
    """Return error if ranks of one engine must agree, warning if the value is unused, otherwise info.

    Args:
        split: the difference.
        engines: the key of each node's engine, by node.
    """
    if scope(split.difference.name) == "engine" and _within_one_engine(split, engines):
        return "error"
    settings = (split.difference.settings[share.position] for share in split.shares)
    unused = any(setting and setting.outcome in _UNUSED for setting in settings)
    return "warning" if unused else "info"


def _within_one_engine(split: Split, engines: Mapping[str, str]) -> bool:
    seen = set[str]()
    for share in split.shares:
        here = {engine for node in share.nodes if (engine := engines.get(node))}
        if not here.isdisjoint(seen):
            return True
        seen |= here
    return False
