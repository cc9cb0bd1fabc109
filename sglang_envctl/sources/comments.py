"""Comments to envctl: `# envctl: ignore[rule]` at the end of a line, or on the lines above it."""

from __future__ import annotations

import re

from sglang_envctl.environment import Place

# Compiled on first use; most files have no such comment.
_IGNORE = r"\s*envctl:\s*ignore\[([^\]]*)\]\s*"


def ignored(comment: str) -> frozenset[str]:
    """The rules that a comment silences; of several on one line, the last one counts."""
    match = re.fullmatch(_IGNORE, comment.rpartition("#")[2]) if "envctl:" in comment else None
    return frozenset(filter(None, map(str.strip, match[1].split(",")))) if match else frozenset()


def in_lines(text: str, path: str) -> dict[Place, frozenset[str]]:
    """The silenced rules by place, in a text whose comments begin with # after whitespace."""
    found: dict[Place, frozenset[str]] = {}
    if "envctl:" not in text:
        return found
    pending: frozenset[str] = frozenset()
    for number, line in enumerate(text.split("\n"), 1):
        before, _, comment = line.rpartition("#")
        rules = ignored(f"#{comment}") if not before or before[-1].isspace() else frozenset()
        if line.lstrip().startswith("#"):
            pending |= rules
        elif line.strip():
            if pending or rules:
                found[path, number] = pending | rules
            pending = frozenset()
    return found
