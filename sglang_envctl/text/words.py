"""Describe values in words."""

from __future__ import annotations


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
