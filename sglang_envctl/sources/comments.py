"""Comments that speak to envctl: `# envctl: ignore[rule, rule]`."""

from __future__ import annotations

import re

_IGNORE = r"\s*envctl:\s*ignore\[([^\]]*)\]\s*"


def ignored(comment: str) -> frozenset[str]:
    """The rules that a comment, or the last one in it, silences."""
    match = re.fullmatch(_IGNORE, comment.rpartition("#")[2]) if "envctl:" in comment else None
    return frozenset(filter(None, map(str.strip, match[1].split(",")))) if match else frozenset()
