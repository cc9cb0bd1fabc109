"""Readers of the software beside SGLang: PyTorch, NCCL, Hugging Face, Dynamo, the system, ..."""

from __future__ import annotations

import math
import re

from sglang_envctl.readers.reading import Reading, crash
from sglang_envctl.text.truth import truth


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


_C_LONG = r"(?a:[ \t\n\v\f\r]*([+-]?)(0[xX](?=[0-9a-fA-F])[0-9a-fA-F]+|\d+))"
_LONG_MAX = (1 << 63) - 1


def nccl_int(text: str, default: object) -> Reading:
    """A whole number as C's strtoll takes it, 0x for base 16 and 0 for base 8; what follows it is not
    looked at; without a number it is 0, in silence; empty is the same as unset."""
    if not text:
        return Reading(default)
    match = re.match(_C_LONG, text)
    if not match:
        if truth(text) is False:
            return Reading(0)
        return Reading(0, "misread", "takes it for 0 without a word: only numbers are understood")
    number = _base_0(match[2])
    if number > _LONG_MAX + (match[1] == "-"):
        return Reading(default, "defaulted", "takes the default, as the number is too large")
    return Reading(-number if match[1] == "-" else number)


def _base_0(digits: str) -> int:
    """The value of digits whose beginning tells the base, no larger than is needed to be too large."""
    if digits[:2] in ("0x", "0X"):
        return int(digits, 0)
    if digits[0] == "0":
        octal = re.match("[0-7]+", digits)
        return int(octal[0], 8) if octal else 0
    return int(digits) if len(digits) < 30 else _LONG_MAX * 2


def nccl_interfaces(text: str, default: object) -> Reading:
    """Prefixes of interface names separated by commas, blanks kept; ^ in front of the list means all
    but these, = (behind the ^) whole names, both for every item; a text of one character or none is
    the same as unset."""
    if len(text) < 2:
        return Reading(default)
    mark = "^" if text[0] == "^" else ""
    mark += "=" if text[len(mark) :][:1] == "=" else ""
    names = [name.partition(":")[0] for name in text[len(mark) :].split(",")]
    found = [mark + name for name in names if name]
    if any(name[:1] in ("^", "=") for name in names):
        note = "takes ^ and = for a part of the name, except in front of the whole list"
        return Reading(found, "misread", note)
    return Reading(found)


_PATHS = ("LOC", "NVL", "NVB", "C2C", "PIX", "PXB", "P2C", "PXN", "PHB", "SYS")


def nccl_level(text: str, default: object) -> Reading:
    """LOC, NVL, PIX, PXB, PHB or SYS in capitals, a few more that newer releases know, or a text that
    begins with a digit, by an older count; everything else is the same as unset, in silence."""
    if text in _PATHS or re.match("[0-9]", text):
        return Reading(text)
    if not text:
        return Reading(default)
    return Reading(default, "misread", "takes no notice of it, without a word")


_SWITCHES = ("1", "ON", "YES", "TRUE")


def hf_bool(text: str, default: object) -> Reading:
    """1, on, yes or true in any case is true, blanks not dropped; every other text is false, in
    silence."""
    del default
    value = text.upper() in _SWITCHES
    if not value and truth(text):
        return Reading(False, "misread", "takes it for false without a word")
    return Reading(value)


def hf_int(text: str, default: object) -> Reading:
    """A whole number as Python's int() takes it, where 0 gives the default; anything else, the empty
    text included, raises ValueError when the package is imported."""
    try:
        return Reading(int(text) or default)
    except ValueError:
        return crash("raises ValueError when the package is imported")


def hf_path(text: str, default: object) -> Reading:
    """A path; ~ and $NAME in it are filled in; the empty text is the working directory."""
    del default
    return Reading(text)


def hf_token(text: str, default: object) -> Reading:
    """A token; line ends, and blanks around it, are dropped; what is empty then is the same as
    unset."""
    return Reading(text.replace("\r", "").replace("\n", "").strip() or default)


def hf_endpoint(text: str, default: object) -> Reading:
    """A URL; slashes at its end are dropped; the empty text is an address too, and no request
    succeeds."""
    del default
    return Reading(text.rstrip("/"))


def proxy(text: str, default: object) -> Reading:
    """The address of a proxy; empty is the same as unset, and in the lower-case name cancels the
    upper-case one; httpx puts http:// before an address without a scheme."""
    return Reading(text or default)


def no_proxy(text: str, default: object) -> Reading:
    """Host names separated by commas, blanks and leading dots dropped, in any case; each stands for
    its subdomains too; * alone is all hosts; address ranges are names like any other to urllib."""
    names = [name.strip().lstrip(".").lower() for name in text.split(",")]
    return Reading([name for name in names if name] or default)


def torch_devices(text: str, default: object) -> Reading:
    """Numbers separated by commas, or names that all begin with GPU- or all with MIG-; the first item
    that is neither, or is negative, ends the list in silence; one that comes twice empties it."""
    # The rule device-list judges it: it knows all the lists of devices, and what they hide.
    del default
    prefix = text[:4] if text[:4] in ("GPU-", "MIG-") else ""
    found: list[object] = []
    for item in text.split(","):
        try:
            device = item if prefix else _leading_number(item.strip())
        except ValueError:
            return crash("raises ValueError in PyTorch")
        if device in found:
            return Reading([])
        if item[:4] != prefix if prefix else isinstance(device, int) and device < 0:
            break
        found.append(device)
    return Reading(found)


def _leading_number(item: str) -> int:
    """The number that an item begins with; -1 where it begins with none."""
    length = 0
    while length < len(item) and (item[length].isdigit() or (not length and item[0] in "+-")):
        length += 1
    return int(item[:length]) if length else -1


def ascend_devices(text: str, default: object) -> Reading:
    """Numbers in ascending order, separated by commas without blanks; at the first other character
    reading stops, in silence."""
    del default
    match = re.match(r"(?a)\d{1,6}(?:,\d{1,6})*", text)
    found = [int(number) for number in match[0].split(",")] if match else []
    if text not in ("", "-1") and text.rstrip(",") != (match[0] if match else ""):
        return Reading(found, "misread", "stops at the first character that is no digit or comma")
    return Reading(found)


def c_int(text: str, default: object) -> Reading:
    """A whole number as C's atoi takes it; what follows it is not looked at; without one it is 0."""
    del default
    match = re.match(r"(?a)[ \t\n\v\f\r]*([+-]?)(\d+)", text)
    if not match:
        return Reading(0, "misread", "takes it for 0 without a word: only numbers are understood")
    number = min(int(match[2][:4000]), _LONG_MAX) * (-1 if match[1] == "-" else 1)
    return Reading((number + (1 << 31)) % (1 << 32) - (1 << 31))
