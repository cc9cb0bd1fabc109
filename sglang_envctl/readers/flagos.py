"""Readers of the FlagOS plugin (`sglang_fl`)."""

from __future__ import annotations

from sglang_envctl.readers.reading import Reading, crash
from sglang_envctl.text.truth import truth

_PLUGIN_LOST = "fails to load: the server starts without its layers 2 and 3"


def boolean(text: str, default: object) -> Reading:
    """1, true or yes in any case, blanks dropped, is true; empty is the default; every other text
    is false, on, y and t included, in silence."""
    if not text:
        return Reading(default)
    word = text.strip().lower()
    if word in ("1", "true", "yes"):
        return Reading(True)
    if truth(text) is False:
        return Reading(False)
    return Reading(False, "misread", "takes it for false without a word")


def is_one(text: str, default: object) -> Reading:
    """1, blanks dropped, is true; empty is the default; every other text is false, true and yes
    included, in silence."""
    word = text.strip()
    if not word:
        return Reading(default)
    if word == "1":
        return Reading(True, note="keeps fallback on, though its page says that 1 switches it off")
    if truth(text) is False:
        return Reading(False, note="switches fallback off, though its page says that 0 keeps it on")
    return Reading(False, "misread", "takes it for false without a word: only 1 is true")


def text(text: str, default: object) -> Reading:
    """Any text, blanks around it dropped; empty is the same as unset."""
    return Reading(text.strip() or default)


def path(text: str, default: object) -> Reading:
    """A path, blanks around it dropped; ~ is not expanded; empty is the same as unset."""
    return Reading(text.strip() or default)


def backend(text: str, default: object) -> Reading:
    """Any text, blanks around it dropped, as the torch.distributed backend; only flagcx, exactly
    so, switches the FlagCX communicator on; empty is the same as unset."""
    word = text.strip()
    if word.lower() == "flagcx" and word != "flagcx":
        return Reading(word, "misread", "does not take it for flagcx: case matters")
    return Reading(word or default)


def prefer(text: str, default: object) -> Reading:
    """flagos, vendor or reference in any case, blanks dropped; empty is the YAML value or flagos;
    anything else fails to load the plugin's layers 2 and 3."""
    word = text.strip().lower()
    if word in ("flagos", "vendor", "reference"):
        return Reading(word)
    return crash(_PLUGIN_LOST) if word else Reading(default)


def items(text: str, default: object) -> Reading:
    """Names separated by commas, blanks around them dropped, compared with case; empty is the YAML
    list or none; nothing but commas and blanks is an empty list and clears the YAML one."""
    if not text.strip():
        return Reading(default)
    return Reading([item.strip() for item in text.split(",") if item.strip()])


def whitelist(text: str, default: object) -> Reading:
    """Names separated by commas, blanks around them dropped, compared with case; nothing but commas
    and blanks is the same as unset."""
    return Reading([item.strip() for item in text.split(",") if item.strip()] or default)


def per_op(text: str, default: object) -> Reading:
    """op=backend|backend;op=backend, blanks dropped; an item without = or with an empty side is
    dropped in silence; an operation named twice takes the last; unknown words are kept; empty is the
    YAML value."""
    if not text.strip():
        return Reading(default)
    orders: dict[str, list[str]] = {}
    lost = False
    for item in filter(None, (part.strip() for part in text.split(";"))):
        op, _, order = item.partition("=")
        tokens = [token.strip() for token in order.split("|") if token.strip()]
        if op.strip() and tokens:
            orders[op.strip()] = tokens
        else:
            lost = True
    if lost:
        return Reading(orders, "misread", "drops the part that is not op=backend without a word")
    return Reading(orders)


def level(text: str, default: object) -> Reading:
    """DEBUG, INFO, WARNING or ERROR in any case, blanks not dropped; anything else is INFO, in
    silence."""
    word = text.upper()
    if word in ("DEBUG", "INFO", "WARNING", "ERROR"):
        return Reading(word)
    if not text:
        return Reading(default)
    if word.strip() == "INFO":
        return Reading("INFO")
    return Reading("INFO", "misread", "takes it for INFO without a word")


def platform(text: str, default: object) -> Reading:
    """nvidia, ascend, musa, kunlunxin or tsingmicro in any case, blanks dropped, and only where torch
    finds no device; anything else loads no platform file, in silence, as unset does there."""
    word = text.strip().lower()
    if word in ("nvidia", "ascend", "musa", "kunlunxin", "tsingmicro"):
        return Reading(word)
    if word in ("", "auto", "unknown"):
        return Reading(default)
    return Reading(
        word, "misread", "finds no platform file of that name and loads none, without a word"
    )


def flagcx_path(text: str, default: object) -> Reading:
    """An installed FlagCX directory. Being set at all, even to nothing, selects the flagcx backend;
    ~ is not expanded; a path that is no directory falls back to torch.distributed with a warning."""
    del default
    if not text:
        return Reading("", "misread", "selects the flagcx backend, then finds no FlagCX to use")
    return Reading(text)
