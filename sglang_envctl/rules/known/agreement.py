"""Compare how several places in one release read a value, and find values that all places read alike."""

from __future__ import annotations

from sglang_envctl.readers import Reading, find
from sglang_envctl.registry.variable import Read
from sglang_envctl.settings import Setting
from sglang_envctl.text.truth import truth

_SPELLINGS = {True: ("1", "true", "yes", "on"), False: ("0", "false", "no", "off")}


def differing(setting: Setting) -> list[tuple[Read, Reading]]:
    """Return the places that read the value differently from the main place, if both readings are
    known.
    """
    if not setting.readings:
        return []
    main = setting.readings[0][1]
    return [item for item in setting.readings if not _alike(item[1], main)]


def spelled(setting: Setting, wanted: bool) -> str | None:
    """Return a value that every place silently reads as on, or as off; None if there is none."""
    for text in _SPELLINGS[wanted]:
        readings = (find(read.reader)(text, read.default) for read, _ in setting.readings)
        if all(_means(reading, wanted) for reading in readings):
            return text
    return None


def _alike(one: Reading, other: Reading) -> bool:
    """Return whether two readings may mean the same, such as 800 and `800`, or 1, true and `true`."""
    if "unverified" in (one.outcome, other.outcome):
        return True
    if "crash" in (one.outcome, other.outcome):
        return one.outcome == other.outcome
    if isinstance(one.value, bool) is isinstance(other.value, bool):
        return str(one.value) == str(other.value)
    return {_truth(one), _truth(other)} != {True, False}


def _truth(reading: Reading) -> bool | None:
    return reading.value if isinstance(reading.value, bool) else truth(str(reading.value))


def _means(reading: Reading, wanted: bool) -> bool:
    if reading.outcome == "unverified":
        return True
    return reading.outcome == "accepted" and not reading.note and _truth(reading) is wanted
