"""Readers of SGLang's serving runtime (`sglang/srt`)."""

from __future__ import annotations

from sglang_envctl.readers.reading import Reading, crash
from sglang_envctl.text.truth import truth


def env_bool(text: str, default: object) -> Reading:
    """True: true, 1, yes, y. False: false, 0, no, n. Case-insensitive; whitespace is not stripped.
    Anything else logs a warning and gives the default."""
    word = text.lower()
    if word in ("true", "1", "yes", "y"):
        return Reading(True)
    if word in ("false", "0", "no", "n"):
        return Reading(False)
    return Reading(default, "defaulted", "logs a warning and uses the default")


def plugins(text: str, default: object) -> Reading:
    """Comma-separated, case-sensitive names; surrounding whitespace is stripped. An empty string
    loads all plugins. A value with only commas and whitespace loads none."""
    if not text:
        return Reading(default)
    names = [name.strip() for name in text.split(",") if name.strip()]
    if not names:
        return Reading([], "misread", "loads no plugin at all, because the value contains no name")
    if {"all", "*"} & set(names):
        return Reading(
            names, "misread", "has no keyword for all plugins: it loads only plugins of that name"
        )
    return Reading(names)


def env_int(text: str, default: object) -> Reading:
    """An integer that Python's int() accepts, with optional sign, surrounding whitespace and
    underscores (1_000). Anything else, even an empty string, logs a warning and gives the default."""
    try:
        return Reading(int(text))
    except ValueError:
        return Reading(default, "defaulted", "logs a warning and uses the default")


def env_float(text: str, default: object) -> Reading:
    """A number that Python's float() accepts, such as 0.5, 1e-3, nan or inf, with optional
    surrounding whitespace. Anything else, even an empty string, logs a warning and gives the
    default."""
    try:
        return Reading(float(text))
    except ValueError:
        return Reading(default, "defaulted", "logs a warning and uses the default")


def env_text(text: str, default: object) -> Reading:
    """Any string, unchanged. An empty string is a value, not the same as unset."""
    del default
    return Reading(text)


def env_tuple(text: str, default: object) -> Reading:
    """Comma-separated items. Surrounding whitespace is stripped; empty items are skipped."""
    del default
    return Reading([item.strip() for item in text.split(",") if item.strip()])


def env_json(text: str, default: object) -> Reading:
    """JSON, or the path of a file that contains JSON. An empty string gives no value. Anything else
    logs a warning and gives the default."""
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
        return Reading(default, "defaulted", "logs a warning and uses the default")
    except RecursionError:
        return Reading(None, "unverified")


def get_bool(text: str, default: object) -> Reading:
    """True: true, 1. False: false, 0. Case-insensitive; whitespace is not stripped. Anything else,
    even yes and on, logs one warning and counts as false, even where the default is true."""
    del default
    word = text.lower()
    if word in ("true", "1"):
        return Reading(True)
    if word in ("false", "0") or (text and truth(text) is False):
        return Reading(False)
    return Reading(
        False, "misread", "logs one warning and reads it as false, even where the default is true"
    )


def get_int(text: str, default: object) -> Reading:
    """An integer that Python's int() accepts. Anything else, even an empty string, silently gives
    the default."""
    if not text.strip():
        return Reading(default)
    try:
        return Reading(int(text))
    except ValueError:
        return Reading(default, "defaulted", "silently uses the default")
