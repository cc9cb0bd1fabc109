"""Shorthand for declaring reads of the serving runtime."""

from __future__ import annotations

from typing import Literal

from sglang_envctl.registry.variable import Read


def declared(
    kind: Literal["bool", "int", "float", "text"],
    line: int,
    default: object = None,
    *,
    since: str = "",
    until: str = "",
    default_rule: str = "",
) -> Read:
    """A read through `Envs`, the runtime's own registry. `line` is the line of the declaration."""
    return Read(
        reader=f"srt.{kind}",
        where=f"sglang/srt/environ.py:{line}",
        since=since,
        until=until,
        default=default,
        default_rule=default_rule,
    )
