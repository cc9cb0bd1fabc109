"""Describe values and variables in words."""

from __future__ import annotations

from collections.abc import Iterable

from sglang_envctl.text.escape import visible


def words(value: object) -> str:
    """Return a value in words, for users."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return ", ".join(words(item) for item in value) or "[]"
    if isinstance(value, dict):
        return (
            "; ".join(f"{key}={'|'.join(map(words, item))}" for key, item in value.items()) or "{}"
        )
    return '""' if value == "" else str(value)


def first_and_more(names: Iterable[str]) -> str:
    """Return the first of some variables, the number of others, and the verb: `A is`, or `A and 2 more
    variables are`.
    """
    first, *others = dict.fromkeys(names)
    number = f"{len(others)} more variable{'s' if others[1:] else ''}"
    return f"{visible(first)} and {number} are" if others else f"{visible(first)} is"
