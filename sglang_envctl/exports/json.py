"""A snapshot as JSON: every text with where it came from. Also a source for envctl."""

from __future__ import annotations

from collections.abc import Iterable

from sglang_envctl.environment import Assignment
from sglang_envctl.reports.json import dump, origin


def refusal(name: str, raw: str) -> str:
    """JSON carries everything that an environment can hold."""
    del name, raw
    return ""


def render(assignments: Iterable[Assignment], release: str) -> str:
    """The assignments with their origins."""
    settings = [{"name": a.name, "raw": a.raw, "origin": origin(a.origin)} for a in assignments]
    return dump(release=release, settings=settings) + "\n"
