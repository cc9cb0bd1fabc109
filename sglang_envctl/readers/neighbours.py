"""Readers of the software beside SGLang: PyTorch, NVSHMEM, Dynamo, rustup, the system."""

from __future__ import annotations

import math
import re

from sglang_envctl.meaning import truth
from sglang_envctl.readers.model import Reading, crash


def unknown(text: str, default: object) -> Reading:
    """Not established: the software that reads it is closed, or was not at hand."""
    del default
    return Reading(text, "unverified")


def declared(text: str, default: object) -> Reading:
    """Whatever the type in the registry file allows."""
    del default
    return Reading(text)


def is_one(text: str, default: object) -> Reading:
    """1, exactly so, is true; every other text is false, true and yes included, in silence."""
    del default
    if text == "1":
        return Reading(True)
    if truth(text):
        return Reading(False, "misread", "takes it for false without a word: only 1 is true")
    return Reading(False)


def all_reduce(text: str, default: object) -> Reading:
    """oneshot or 1stage, twoshot or 2stage, exactly so; anything else raises RuntimeError in the
    first all-reduce, the empty text too as far as can be told."""
    del default
    if text in ("oneshot", "1stage", "twoshot", "2stage"):
        return Reading(text)
    return crash("raises RuntimeError in the first all-reduce")


def interfaces(text: str, default: object) -> Reading:
    """Interface names separated by commas, blanks kept; a text of one character or none is the same
    as unset; a name that no interface has raises when the group is made."""
    if len(text) > 1:
        return Reading(text.split(","))
    if not text:
        return Reading(default)
    return Reading(default, "misread", "takes no notice of a text of one character")


def nvshmem_bool(text: str, default: object) -> Reading:
    """Only the first character counts: 0, N, n, F or f is false; everything else, the empty text
    included, is true."""
    del default
    value = text[:1] not in ("0", "N", "n", "F", "f")
    if not text:
        return Reading(True, "misread", "takes it for true")
    if value and truth(text) is not True:
        return Reading(True, "misread", "takes it for true: only the first character counts")
    return Reading(value)


_C_DOUBLE = (
    r"(?sa:\s*([+-]?(?:0[xX](?:[0-9a-fA-F]+\.?[0-9a-fA-F]*|\.[0-9a-fA-F]+)(?:[pP][+-]?\d*)?"
    r"|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d*)?))(.?))"
)


def nvshmem_size(text: str, default: object) -> Reading:
    """A number, then at once one of k, m, g, t in any case (powers of 1024) or nothing; what follows
    that letter is not looked at; anything else fails at start."""
    del default
    match = re.match(_C_DOUBLE, text)
    if not match or match[2] not in ("", *"kKmMgGtT"):
        return crash("fails at start: invalid size")
    # C's scanf takes an exponent without digits, and drops it.
    text, is_hex = match[1].lower(), "x" in match[1].lower()
    try:
        number = float.fromhex(text.rstrip("p+-")) if is_hex else float(text.rstrip("e+-"))
    except OverflowError:
        number = math.inf
    size = number * 1024 ** " kmgt".index(match[2].lower() or " ")
    if size < 0 or not math.isfinite(size):
        return crash("fails at start: negative or endless size")
    return Reading(math.ceil(size))


def mooncake_size(text: str, default: object) -> Reading:
    """A whole number of bytes, or of gigabytes with gb behind it, in any case, blanks dropped;
    anything else, the empty text included, raises ValueError when Mooncake's store starts."""
    del default
    word = text.strip().lower()
    number, unit = (word[:-2].strip(), 1 << 30) if word.endswith("gb") else (word, 1)
    try:
        return Reading(int(number) * unit)
    except ValueError:
        return crash("raises ValueError when Mooncake's store starts")


_LEVEL = r"(?i)trace|debug|info|warn|error|off|[0-5]"
_TARGET = r"(?i)(?:[\w:-]+|\[[^\]]*\]){1,2}(?:=(?:trace|debug|info|warn|error|off|[0-5])?)?"


def log_filter(text: str, default: object) -> Reading:
    """level, target or target=level, separated by commas, without blanks; levels are trace, debug,
    info, warn, error, off or 0 to 5 in any case; a word that is no level is a target, and everything
    else goes silent; a malformed part is skipped; with nothing left it is info."""
    parts = [part for part in text.split(",") if part]
    valid = [part for part in parts if re.fullmatch(_TARGET, part)]
    targets = [part for part in valid if "=" not in part and not re.fullmatch(_LEVEL, part)]
    if targets and not any(re.fullmatch(_LEVEL, part) for part in valid):
        note = "takes a word that is no level for the name of a module, and silences all others"
        return Reading(valid, "misread", note)
    if len(valid) < len(parts):
        return Reading(valid or default, "defaulted", "skips the malformed part with a message")
    return Reading(valid or default)


def urls(text: str, default: object) -> Reading:
    """URLs separated by commas, blanks kept; the empty text is one empty URL, an error at start."""
    del default
    if not text:
        return crash("takes it for one empty address and fails at start")
    return Reading(text.split(","))


def nats(text: str, default: object) -> Reading:
    """An address that starts with nats://, exactly so; anything else, the empty text included, is
    refused at start."""
    del default
    if text.startswith("nats://"):
        return Reading(text)
    return crash("refuses it and does not start: the address must begin with nats://")


def rustup_url(text: str, default: object) -> Reading:
    """A URL, unchanged; empty is the same as unset."""
    return Reading(text or default)


def path_list(text: str, default: object) -> Reading:
    """Directories separated by colons; an empty item beside a colon is the working directory; ~ and
    quotes are taken literally."""
    del default
    return Reading(text.split(":") if text else [])
