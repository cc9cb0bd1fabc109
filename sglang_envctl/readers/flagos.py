"""Readers of the FlagOS plugin (`sglang_fl`)."""

from __future__ import annotations

from sglang_envctl.readers.reading import Reading, crash
from sglang_envctl.text.truth import truth

_PLUGIN_LOST = (
    "fails to load: the server starts without its fused operators and communication library"
)


def boolean(text: str, default: object) -> Reading:
    """True: 1, true, yes. Case-insensitive; surrounding whitespace is stripped. An empty string gives
    the default. Anything else, even on, y and t, silently counts as false."""
    if not text:
        return Reading(default)
    word = text.strip().lower()
    if word in ("1", "true", "yes"):
        return Reading(True)
    if truth(text) is False:
        return Reading(False)
    return Reading(False, "misread", "silently reads it as false")


def is_one(text: str, default: object) -> Reading:
    """True: 1. Surrounding whitespace is stripped. An empty string gives the default. Anything else,
    even true and yes, silently counts as false."""
    word = text.strip()
    if not word:
        return Reading(default)
    if word == "1":
        return Reading(True, note="keeps fallback on, although the docs say that 1 turns it off")
    if truth(text) is False:
        return Reading(False, note="turns fallback off, although the docs say that 0 keeps it on")
    return Reading(False, "misread", "silently reads it as false: only 1 is true")


def text(text: str, default: object) -> Reading:
    """Any string; surrounding whitespace is stripped. An empty string is the same as unset."""
    return Reading(text.strip() or default)


def path(text: str, default: object) -> Reading:
    """A path; surrounding whitespace is stripped. ~ is not expanded. An empty string is the same as
    unset."""
    return Reading(text.strip() or default)


def backend(text: str, default: object) -> Reading:
    """The name of a torch.distributed backend; surrounding whitespace is stripped. Only flagcx, in
    lowercase, turns the FlagCX communicator on. An empty string is the same as unset."""
    word = text.strip()
    if word.lower() == "flagcx" and word != "flagcx":
        return Reading(word, "misread", "does not read it as flagcx, because case matters")
    return Reading(word or default)


def prefer(text: str, default: object) -> Reading:
    """flagos, vendor or reference. Case-insensitive; surrounding whitespace is stripped. An empty
    string gives the YAML value, or flagos. With any other value, the plugin's fused operators and
    communication library fail to load.
    """
    word = text.strip().lower()
    if word in ("flagos", "vendor", "reference"):
        return Reading(word)
    return crash(_PLUGIN_LOST) if word else Reading(default)


def items(text: str, default: object) -> Reading:
    """Comma-separated, case-sensitive names; surrounding whitespace is stripped. An empty string
    gives the YAML list, if any. A value with only commas and whitespace is an empty list and
    replaces the YAML list."""
    if not text.strip():
        return Reading(default)
    return Reading([item.strip() for item in text.split(",") if item.strip()])


def whitelist(text: str, default: object) -> Reading:
    """Comma-separated, case-sensitive names; surrounding whitespace is stripped. A value with only
    commas and whitespace is the same as unset."""
    return Reading([item.strip() for item in text.split(",") if item.strip()] or default)


def per_op(text: str, default: object) -> Reading:
    """op=backend|backend;op=backend; surrounding whitespace is stripped. An item without =, or with
    nothing before or after it, is silently dropped. If an operation appears twice, the last item
    wins. Unknown words are kept. An empty string gives the YAML value."""
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
        return Reading(orders, "misread", "silently drops the part that is not op=backend")
    return Reading(orders)


def level(text: str, default: object) -> Reading:
    """DEBUG, INFO, WARNING or ERROR. Case-insensitive; whitespace is not stripped. Anything else is
    silently read as INFO."""
    word = text.upper()
    if word in ("DEBUG", "INFO", "WARNING", "ERROR"):
        return Reading(word)
    if not text:
        return Reading(default)
    if word.strip() == "INFO":
        return Reading("INFO")
    return Reading("INFO", "misread", "silently reads it as INFO")


def platform(text: str, default: object) -> Reading:
    """nvidia, ascend, musa, kunlunxin or tsingmicro. Case-insensitive; surrounding whitespace is
    stripped. With any other value, or if it is unset, the plugin silently loads no platform file.
    The value is used only if PyTorch finds no device.
    """
    word = text.strip().lower()
    if word in ("nvidia", "ascend", "musa", "kunlunxin", "tsingmicro"):
        return Reading(word)
    if word in ("", "auto", "unknown"):
        return Reading(default)
    return Reading(word, "misread", "finds no platform file of that name and silently loads none")


def flagcx_path(text: str, default: object) -> Reading:
    """The directory of a FlagCX installation; ~ is not expanded. Any value, even an empty string,
    selects the flagcx backend. If the path is not a directory, the plugin logs a warning and falls
    back to torch.distributed."""
    del default
    if not text:
        return Reading("", "misread", "selects the flagcx backend, but then finds no FlagCX")
    return Reading(text)
