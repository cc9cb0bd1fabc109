"""Read comments to envctl, which silence rules.

`# envctl: ignore[rule]` and `# envctl: ignore` (every rule) apply at the end of a line or on the
lines above it; `# envctl: file-ignore[rule]` applies to the whole file.
"""

from __future__ import annotations

import re

from sglang_envctl.environment import ALL_RULES, IN_FILE, Place

# Compiled on first use; most files have no such comment.
_MEANT = r"(envctl(?::\s*\S*ignore.*|\s+\S*ignore\S*\s*(?:\[.*)?))"
_IGNORE = r"envctl:\s*ignore(?:\[([^\]]*)\])?"
_FILE_IGNORE = r"envctl:\s*file-ignore\[[^\]]*\]"
_FILE_WIDE = r"envctl:\s*file-ignore\[([^\[\]]*)\][ \t\r]*$"
_COMMENT = r"(?:^|[ \t])[#;]"


def ignored(comment: str) -> frozenset[str]:
    """Return the rules that a comment silences on a line; of several comments on one line, the last
    counts.

    A misspelled comment is returned as written, because no rule has such a name.
    """
    meant = (
        re.fullmatch(_MEANT, comment.rpartition("#")[2].strip()) if "envctl" in comment else None
    )
    if not meant or re.fullmatch(_FILE_IGNORE, meant[1]):
        return frozenset()
    right = re.fullmatch(_IGNORE, meant[1])
    if right is None:
        return frozenset((meant[1],))
    return frozenset((ALL_RULES,)) if right[1] is None else _rules(right[1])


def in_file(text: str, path: str) -> dict[Place, frozenset[str]]:
    """Return the rules that comments silence in a whole file, by the place of the comment."""
    if "envctl:" not in text:
        return {}
    return {
        (path, number): frozenset(f"{IN_FILE}{rule}" for rule in _rules(match[1]))
        for number, line in enumerate(text.split("\n"), 1)
        if (match := re.search(_FILE_WIDE, line)) and re.search(_COMMENT, line[: match.start()])
    }


def in_lines(text: str, path: str) -> dict[Place, frozenset[str]]:
    """Return the silenced rules by place, in a text whose comments begin with # after whitespace."""
    found = in_file(text, path)
    if "envctl" not in text:
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


def _rules(text: str) -> frozenset[str]:
    """Return the rules between brackets; for empty brackets, an empty name, which no rule has."""
    return frozenset(filter(None, map(str.strip, text.split(",")))) or frozenset(("",))
