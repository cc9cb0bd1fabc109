"""Readers of SGLang's serving runtime (`sglang/srt`)."""

from __future__ import annotations

from sglang_envctl.readers.model import Reading


def env_bool(text: str, default: object) -> Reading:
    """true, 1, yes, y or false, 0, no, n in any case, blanks not dropped; anything else warns and
    gives the default."""
    word = text.lower()
    if word in ("true", "1", "yes", "y"):
        return Reading(True)
    if word in ("false", "0", "no", "n"):
        return Reading(False)
    return Reading(default, "defaulted", "warns and uses the default")


def plugins(text: str, default: object) -> Reading:
    """Names separated by commas, blanks around them dropped, compared with case; empty means all
    plugins; a text without any name in it loads none."""
    if not text:
        return Reading(default)
    names = [name.strip() for name in text.split(",") if name.strip()]
    if not names:
        return Reading(
            [], "misread", "loads no plugin at all: the text is not empty and names none"
        )
    if {"all", "*"} & set(names):
        return Reading(
            names, "misread", "knows no word for all plugins: it loads only those named so"
        )
    return Reading(names)
