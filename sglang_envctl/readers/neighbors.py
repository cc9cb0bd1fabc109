"""Readers of other software: PyTorch, NCCL, Hugging Face, Dynamo, the operating system, ..."""

from __future__ import annotations

import math
import re

from sglang_envctl.readers.reading import Reading, crash
from sglang_envctl.text.truth import truth


def unknown(text: str, default: object) -> Reading:
    """envctl does not validate this value."""
    del default
    return Reading(text, "unverified")


def compiled(text: str, default: object) -> Reading:
    """A compiled part mentions the name. envctl does not validate this value."""
    del default
    return Reading(text, "unverified")


def declared(text: str, default: object) -> Reading:
    """Any value that the type in the registry file allows."""
    del default
    return Reading(text)


def is_one(text: str, default: object) -> Reading:
    """True: 1. Anything else, even true and yes, silently counts as false."""
    del default
    if text == "1":
        return Reading(True)
    if truth(text):
        return Reading(False, "misread", "silently reads it as false: only 1 is true")
    return Reading(False)


def torch_config(text: str, default: object) -> Reading:
    """False: 0 or an empty string. Anything else, even false and off, silently counts as true."""
    del default
    value = text not in ("0", "")
    if value and truth(text) is not True:
        return Reading(True, "misread", "silently reads it as true: only 0 is false")
    return Reading(value)


def all_reduce(text: str, default: object) -> Reading:
    """oneshot or 1stage, twoshot or 2stage, in lowercase. Anything else, probably also an empty
    string, raises RuntimeError in the first all-reduce."""
    del default
    if text in ("oneshot", "1stage", "twoshot", "2stage"):
        return Reading(text)
    return crash("raises RuntimeError in the first all-reduce")


def interfaces(text: str, default: object) -> Reading:
    """Comma-separated interface names; whitespace is not stripped. A value of one character or none
    is the same as unset. A name without an interface raises an error when the process group is
    created."""
    if len(text) > 1:
        return Reading(text.split(","))
    if not text:
        return Reading(default)
    return Reading(default, "misread", "ignores a value of one character")


def nvshmem_bool(text: str, default: object) -> Reading:
    """False: any value that begins with 0, n or f (case-insensitive). Anything else, even off or an
    empty string, counts as true. Only the first character is read."""
    del default
    value = text[:1] not in ("0", "N", "n", "F", "f")
    if not text:
        return Reading(True, "misread", "reads it as true")
    if value and truth(text) is not True:
        return Reading(True, "misread", "reads it as true: only the first character counts")
    return Reading(value)


_C_DOUBLE = (
    r"(?sa:\s*([+-]?(?:0[xX](?:[0-9a-fA-F]+\.?[0-9a-fA-F]*|\.[0-9a-fA-F]+)(?:[pP][+-]?\d*)?"
    r"|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d*)?))(.?))"
)


def nvshmem_size(text: str, default: object) -> Reading:
    """A number, optionally followed by k, m, g or t (powers of 1024, case-insensitive) without a
    space. Everything after that letter is ignored. Anything else fails at startup."""
    del default
    match = re.match(_C_DOUBLE, text)
    if not match or match[2] not in ("", *"kKmMgGtT"):
        return crash("fails at startup: invalid size")
    # C's scanf accepts an exponent without digits, and drops it.
    text, is_hex = match[1].lower(), "x" in match[1].lower()
    try:
        number = float.fromhex(text.rstrip("p+-")) if is_hex else float(text.rstrip("e+-"))
    except OverflowError:
        number = math.inf
    size = number * 1024 ** " kmgt".index(match[2].lower() or " ")
    if size < 0 or not math.isfinite(size):
        return crash("fails at startup: negative or infinite size")
    return Reading(math.ceil(size))


def mooncake_size(text: str, default: object) -> Reading:
    """An integer number of bytes, or of gigabytes with the suffix gb (case-insensitive); surrounding
    whitespace is stripped. Anything else, even an empty string, raises ValueError when Mooncake's
    store starts."""
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
    """Comma-separated items without spaces: level, target or target=level. Levels: trace, debug,
    info, warn, error, off, or 0 to 5; case-insensitive. Any other word is a target; if the value
    has targets but no level, nothing else is logged. Malformed items are skipped. If no item is left,
    the level is info."""
    parts = [part for part in text.split(",") if part]
    valid = [part for part in parts if re.fullmatch(_TARGET, part)]
    targets = [part for part in valid if "=" not in part and not re.fullmatch(_LEVEL, part)]
    if targets and not any(re.fullmatch(_LEVEL, part) for part in valid):
        note = "reads a word that is not a level as the name of a module, and silences all other modules"
        return Reading(valid, "misread", note)
    if len(valid) < len(parts):
        return Reading(valid or default, "defaulted", "logs a message and skips the malformed item")
    return Reading(valid or default)


def urls(text: str, default: object) -> Reading:
    """Comma-separated URLs; whitespace is not stripped. An empty string is read as one empty URL and
    fails at startup."""
    del default
    if not text:
        return crash("reads it as one empty URL and fails at startup")
    return Reading(text.split(","))


def nats(text: str, default: object) -> Reading:
    """A URL that begins with nats:// (in lowercase). Anything else, even an empty string, is rejected
    at startup."""
    del default
    if text.startswith("nats://"):
        return Reading(text)
    return crash("rejects it and does not start: the URL must begin with nats://")


def rustup_url(text: str, default: object) -> Reading:
    """A URL, unchanged. An empty string is the same as unset."""
    return Reading(text or default)


def path_list(text: str, default: object) -> Reading:
    """Directories separated by colons. An empty item before or after a colon means the working
    directory. ~ is not expanded, and quotes are part of the name."""
    del default
    return Reading(text.split(":") if text else [])


_C_LONG = r"(?a:[ \t\n\v\f\r]*([+-]?)(0[xX](?=[0-9a-fA-F])[0-9a-fA-F]+|\d+))"
_LONG_MAX = (1 << 63) - 1


def nccl_int(text: str, default: object) -> Reading:
    """An integer that C's strtoll accepts: 0x means base 16, a leading 0 base 8. Everything after the
    number is ignored. A value without a number is silently read as 0. An empty string is the same as
    unset."""
    if not text:
        return Reading(default)
    match = re.match(_C_LONG, text)
    if not match:
        if truth(text) is False:
            return Reading(0)
        return Reading(0, "misread", "silently reads it as 0: only numbers are accepted")
    number = _base_0(match[2])
    if number > _LONG_MAX + (match[1] == "-"):
        return Reading(default, "defaulted", "uses the default, because the number is too large")
    return Reading(-number if match[1] == "-" else number)


def _base_0(digits: str) -> int:
    """Return the value of digits whose prefix gives the base; for very many digits, a number that
    is too large.
    """
    if digits[:2] in ("0x", "0X"):
        return int(digits, 0)
    if digits[0] == "0":
        octal = re.match("[0-7]+", digits)
        return int(octal[0], 8) if octal else 0
    return int(digits) if len(digits) < 30 else _LONG_MAX * 2


def nccl_interfaces(text: str, default: object) -> Reading:
    """Comma-separated prefixes of interface names; whitespace is not stripped. ^ before the list
    excludes the items; = before the list, or after the ^, makes them full names. A value of one
    character or none is the same as unset."""
    if len(text) < 2:
        return Reading(default)
    mark = "^" if text[0] == "^" else ""
    mark += "=" if text[len(mark) :][:1] == "=" else ""
    names = [name.partition(":")[0] for name in text[len(mark) :].split(",")]
    found = [mark + name for name in names if name]
    if any(name[:1] in ("^", "=") for name in names):
        note = "reads ^ and = as part of a name unless they are before the whole list"
        return Reading(found, "misread", note)
    return Reading(found)


_PATHS = ("LOC", "NVL", "NVB", "C2C", "PIX", "PXB", "P2C", "PXN", "PHB", "SYS")


def nccl_level(text: str, default: object) -> Reading:
    """LOC, NVL, PIX, PXB, PHB or SYS in capitals, or one of a few more levels of newer releases. A
    value that begins with a digit is an older numeric level. Anything else is silently ignored."""
    if text in _PATHS or re.match("[0-9]", text):
        return Reading(text)
    if not text:
        return Reading(default)
    return Reading(default, "misread", "silently ignores it")


_SWITCHES = ("1", "ON", "YES", "TRUE")


def hf_bool(text: str, default: object) -> Reading:
    """True: 1, on, yes, true. Case-insensitive; whitespace is not stripped. Anything else silently
    counts as false."""
    del default
    value = text.upper() in _SWITCHES
    if not value and truth(text):
        return Reading(False, "misread", "silently reads it as false")
    return Reading(value)


def xet_bool(text: str, default: object) -> Reading:
    """True: 1, true, yes, y, on. Case-insensitive; surrounding whitespace is stripped. Anything else
    silently counts as false."""
    del default
    value = text.strip().lower() in ("1", "true", "yes", "y", "on")
    if not value and truth(text) is True:
        return Reading(False, "misread", "silently reads it as false")
    return Reading(value)


def hf_int(text: str, default: object) -> Reading:
    """An integer that Python's int() accepts; 0 gives the default. Anything else, even an empty
    string, raises ValueError when the package is imported."""
    try:
        return Reading(int(text) or default)
    except ValueError:
        return crash("raises ValueError when the package is imported")


def hf_path(text: str, default: object) -> Reading:
    """A path; ~ and $NAME are expanded. An empty string means the working directory."""
    del default
    return Reading(text)


def hf_token(text: str, default: object) -> Reading:
    """An access token. Line breaks and surrounding whitespace are stripped. An empty result is the
    same as unset.
    """
    return Reading(text.replace("\r", "").replace("\n", "").strip() or default)


def hf_endpoint(text: str, default: object) -> Reading:
    """A URL; trailing slashes are stripped. With an empty string, all requests fail."""
    del default
    return Reading(text.rstrip("/"))


def proxy(text: str, default: object) -> Reading:
    """The URL of a proxy. An empty string is the same as unset; in the lowercase variable, it also
    cancels the uppercase one. If the scheme is missing, httpx assumes http://."""
    return Reading(text or default)


def no_proxy(text: str, default: object) -> Reading:
    """Comma-separated host names, each including its subdomains. Case-insensitive; surrounding
    whitespace and leading dots are stripped. * alone means all hosts. urllib reads address ranges as
    host names."""
    names = [name.strip().lstrip(".").lower() for name in text.split(",")]
    return Reading([name for name in names if name] or default)


def torch_devices(text: str, default: object) -> Reading:
    """Comma-separated numbers, or names that all begin with GPU- or all with MIG-. The list silently
    ends at the first invalid or negative item. A duplicate item makes the list empty."""
    # Only the rule device-list reports errors, because it compares all lists of devices.
    del default
    prefix = text[:4] if text[:4] in ("GPU-", "MIG-") else ""
    found: dict[object, None] = {}
    for item in text.split(","):
        try:
            device = item if prefix else _leading_number(item.strip())
        except ValueError:
            return crash("raises ValueError in PyTorch")
        if device in found:
            return Reading([])
        if item[:4] != prefix if prefix else isinstance(device, int) and device < 0:
            break
        found[device] = None
    return Reading([*found])


def _leading_number(item: str) -> int:
    """Return the number at the beginning of an item; -1 if there is none."""
    length = 0
    while length < len(item) and (item[length].isdigit() or (not length and item[0] in "+-")):
        length += 1
    return int(item[:length]) if length else -1


def ascend_devices(text: str, default: object) -> Reading:
    """Comma-separated numbers in ascending order, without spaces. The list silently ends at the first
    other character."""
    del default
    match = re.match(r"(?a)\d{1,6}(?:,\d{1,6})*", text)
    found = [int(number) for number in match[0].split(",")] if match else []
    if text not in ("", "-1") and text.rstrip(",") != (match[0] if match else ""):
        return Reading(
            found, "misread", "silently stops at the first character that is not a digit or comma"
        )
    return Reading(found)


def c_int(text: str, default: object) -> Reading:
    """An integer that C's atoi accepts. Everything after the number is ignored. A value without a
    number is silently read as 0."""
    del default
    match = re.match(r"(?a)[ \t\n\v\f\r]*([+-]?)(\d+)", text)
    if not match:
        return Reading(0, "misread", "silently reads it as 0: only numbers are accepted")
    number = min(int(match[2][:4000]), _LONG_MAX) * (-1 if match[1] == "-" else 1)
    return Reading((number + (1 << 31)) % (1 << 32) - (1 << 31))


def c_positive_int(text: str, default: object) -> Reading:
    """An integer that C's atoi accepts. Everything after the number is ignored. A value without a
    number, or 0, logs a warning and gives the default."""
    found = c_int(text, default)
    return (
        found
        if found.value
        else Reading(default, "defaulted", "logs a warning and uses the default")
    )
