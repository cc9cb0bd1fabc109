"""Find the boolean that a person means by a value, regardless of how running code reads it."""

from __future__ import annotations

TRUE_WORDS = frozenset({"1", "true", "yes", "y", "t", "on", "enable", "enabled"})
FALSE_WORDS = frozenset({"0", "false", "no", "n", "f", "off", "disable", "disabled"})
NOTHING_WORDS = frozenset({"none", "null", "nil", "auto", "default", "local", "unknown", "unset"})


def truth(text: str) -> bool | None:
    """Return the boolean that a person means by `text`; None if `text` does not look like a boolean."""
    word = text.strip().strip("\"'").strip().lower()
    if word in TRUE_WORDS:
        return True
    return False if word in FALSE_WORDS else None


def nothing(text: str) -> bool:
    """Return whether a person means by `text` that the variable is unset."""
    return truth(text) is False or text.strip().lower() in NOTHING_WORDS
