"""A snapshot as JSON: every value with its origin. envctl reads the snapshot as a source, too."""

from __future__ import annotations

from sglang_envctl.exports.payload import Snapshot
from sglang_envctl.text.json import dump, failure

__all__ = ["ANY_LENGTH", "failure", "refusal", "render"]

ANY_LENGTH = True


def refusal(name: str, raw: str) -> str:
    """Return an empty string, because JSON can represent every assignment."""
    del name, raw
    return ""


def render(snapshot: Snapshot) -> str:
    """Return the assignments with their origins."""
    settings = [
        {"name": a.name, "raw": a.raw, "origin": a.origin.members()} for a in snapshot.assignments
    ]
    return dump(release=snapshot.release, settings=settings) + "\n"
