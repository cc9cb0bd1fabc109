"""Readers of SGLang's serving runtime (`sglang/srt`)."""

from __future__ import annotations

from sglang_envctl.readers.reading import Reading, crash
from sglang_envctl.text.truth import truth


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


def env_int(text: str, default: object) -> Reading:
    """A whole number as Python's int() takes it (blanks around it, a sign, 1_000); anything else,
    the empty text included, warns and gives the default."""
    try:
        return Reading(int(text))
    except ValueError:
        return Reading(default, "defaulted", "warns and uses the default")


def env_float(text: str, default: object) -> Reading:
    """A number as Python's float() takes it (blanks, 1e-3, nan, inf); anything else, the empty text
    included, warns and gives the default."""
    try:
        return Reading(float(text))
    except ValueError:
        return Reading(default, "defaulted", "warns and uses the default")


def env_text(text: str, default: object) -> Reading:
    """Any text, unchanged; the empty text is a value, not "unset"."""
    del default
    return Reading(text)


def env_tuple(text: str, default: object) -> Reading:
    """Items separated by commas, blanks around them dropped, empty ones skipped."""
    del default
    return Reading([item.strip() for item in text.split(",") if item.strip()])


def env_json(text: str, default: object) -> Reading:
    """JSON, or the path of a file that holds it; empty is nothing; anything else warns and gives the
    default."""
    import json

    if not text:
        return Reading(None)
    try:
        return Reading(json.loads(text))
    except ValueError:
        if text in (".", ".."):
            return crash("raises IsADirectoryError")
        if "/" in text or text.endswith(".json"):
            return Reading(text, "unverified", "reads the file of that name, if there is one")
        return Reading(default, "defaulted", "warns and uses the default")
    except RecursionError:
        return Reading(None, "unverified")


def get_bool(text: str, default: object) -> Reading:
    """true or 1, and false or 0, in any case, blanks not dropped; anything else warns once and is
    false, whatever the default: yes and on too."""
    del default
    word = text.lower()
    if word in ("true", "1"):
        return Reading(True)
    if word in ("false", "0") or (text and truth(text) is False):
        return Reading(False)
    return Reading(False, "misread", "warns once and takes it for false, whatever the default")


def get_int(text: str, default: object) -> Reading:
    """A whole number as Python's int() takes it; blank or anything else gives the default, in
    silence."""
    if not text.strip():
        return Reading(default)
    try:
        return Reading(int(text))
    except ValueError:
        return Reading(default, "defaulted", "uses the default without a word")
