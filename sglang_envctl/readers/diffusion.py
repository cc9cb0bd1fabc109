"""Readers of SGLang's diffusion server (`sglang/multimodal_gen`) and its kernel API log."""

from __future__ import annotations

import os
import re

from sglang_envctl.readers.reading import Reading, crash
from sglang_envctl.text.truth import truth

_TRUE = ("1", "true", "yes", "y", "t", "on")
_FALSE = ("0", "false", "no", "n", "f", "off", "")
_FP4_BACKENDS = (
    "auto",
    "cudnn",
    "cutlass",
    "trtllm",
    "flashinfer_cudnn",
    "flashinfer_cutlass",
    "flashinfer_trtllm",
)


def boolean(text: str, default: object) -> Reading:
    """True: 1, true, yes, y, t, on. False: 0, false, no, n, f, off, empty. Case-insensitive;
    surrounding whitespace is stripped. Anything else logs a warning and counts as false, even where
    the default is true."""
    del default
    word = text.strip().lower()
    if word in _TRUE:
        return Reading(True)
    if word in _FALSE:
        return Reading(False)
    return Reading(
        False, "misread", "logs a warning and reads it as false, even where the default is true"
    )


def boolean_int(text: str, default: object) -> Reading:
    """An integer: 0 is false, any other number is true. Words such as true raise ValueError."""
    del default
    try:
        return Reading(bool(int(text)))
    except ValueError:
        return crash("raises ValueError")


def integer(text: str, default: object) -> Reading:
    """An integer that Python's int() accepts, with optional sign, surrounding whitespace and
    underscores (1_000). Anything else, even an empty string, raises ValueError when the value is
    first used."""
    del default
    try:
        return Reading(int(text))
    except ValueError:
        return crash("raises ValueError when the value is first used")


def floating(text: str, default: object) -> Reading:
    """A number that Python's float() accepts, such as 0.5, 1e-3, nan or inf, with optional
    surrounding whitespace. Anything else, even an empty string, raises ValueError when the value is
    first used."""
    del default
    try:
        return Reading(float(text))
    except ValueError:
        return crash("raises ValueError when the value is first used")


def text(text: str, default: object) -> Reading:
    """Any string, unchanged. An empty string is a value, not the same as unset."""
    del default
    return Reading(text)


def text_or_unset(text: str, default: object) -> Reading:
    """Any string, unchanged. An empty string is the same as unset."""
    return Reading(text or default)


def path_or_unset(text: str, default: object) -> Reading:
    """A path. A leading ~ becomes the home directory. An empty string is the same as unset."""
    return Reading(text or default)


def path(text: str, default: object) -> Reading:
    """A path. A leading ~ becomes the home directory. Nothing else is changed or checked."""
    del default
    return Reading(text)


def _fp4(text: str, default: object, known: tuple[str, ...]) -> Reading:
    word = text.lower()
    if word in known:
        return Reading(word.removeprefix("flashinfer_"))
    return Reading(default, "defaulted", "logs a warning and uses the platform's default")


def fp4_backend(text: str, default: object) -> Reading:
    """auto, cudnn, cutlass, trtllm, or one of the last three with the prefix flashinfer_.
    Case-insensitive; whitespace is not stripped. Anything else logs a warning and gives the
    platform's default."""
    return _fp4(text, default, _FP4_BACKENDS)


def fp4_backend_0_5_10(text: str, default: object) -> Reading:
    """auto or cudnn. Case-insensitive; whitespace is not stripped. Anything else logs a warning and
    gives the platform's default."""
    return _fp4(text, default, _FP4_BACKENDS[:2])


def true_only(text: str, default: object) -> Reading:
    """True: true. Case-insensitive; whitespace is not stripped. Anything else, even 1, silently counts
    as false."""
    del default
    return Reading(text.lower() == "true")


def scm_bins(text: str, default: object) -> Reading:
    """Comma-separated integers; surrounding whitespace is stripped. An invalid or missing item logs
    a warning and turns step masking off. An empty string is the same as unset."""
    if not text:
        return Reading(default)
    try:
        return Reading([int(item.strip()) for item in text.split(",")])
    except ValueError:
        return Reading(
            None, "defaulted", "logs a warning and turns step masking off, even the preset"
        )


def scm_preset(text: str, default: object) -> Reading:
    """none, slow, medium, fast or ultra, in lowercase. Anything else, even an empty string, raises
    ValueError at the first request."""
    del default
    if text in ("none", "slow", "medium", "fast", "ultra"):
        return Reading(text)
    return crash("raises ValueError at the first request")


def scm_policy(text: str, default: object) -> Reading:
    """static, in lowercase. Anything else is silently read as dynamic."""
    del default
    if text == "static":
        return Reading(text)
    if text.strip().lower() in ("dynamic", ""):
        return Reading("dynamic")
    return Reading("dynamic", "misread", "silently reads it as dynamic")


def s3_only(text: str, default: object) -> Reading:
    """s3 turns cloud storage on. Case-insensitive; whitespace is not stripped. Anything else silently
    leaves it off."""
    if text.lower() == "s3":
        return Reading("s3")
    if not text or truth(text) is False or text.lower() in ("none", "null", "local"):
        return Reading(default)
    return Reading(default, "misread", "silently leaves cloud storage off")


def s3_endpoint(text: str, default: object) -> Reading:
    """A URL with a scheme and a host of letters, digits, inner hyphens and dots. For anything else,
    for example a host with an underscore, boto3 raises ValueError and the server does not start. An
    empty string is the same as unset."""
    if not text:
        return Reading(default)
    if _is_endpoint(text):
        return Reading(text)
    return crash(
        "raises ValueError (invalid endpoint) when cloud storage is on, and does not start"
    )


_LABEL = r"(?!-)[a-z\d-]{1,63}(?<!-)"


def _is_endpoint(text: str) -> bool:
    """Return whether botocore accepts a URL as an endpoint; botocore checks only the host."""
    from ipaddress import IPv6Address
    from urllib.parse import urlsplit

    if set(text) & {"\t", "\r", "\n"}:
        return False
    try:
        host = urlsplit(text).hostname or ""
        if ":" in host:
            return bool(IPv6Address(host))
    except ValueError:
        return False
    whole = rf"(?:{_LABEL}\.)*{_LABEL}"
    return len(host) < 256 and bool(re.fullmatch(whole, host.removesuffix("."), re.IGNORECASE))


def s3_region(text: str, default: object) -> Reading:
    """A region name of letters, digits and inner hyphens. For anything else, boto3 raises
    InvalidRegionError and the server does not start. An empty string is the same as unset."""
    if not text:
        return Reading(default)
    if re.fullmatch(r"(?!\d+$)[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?", text):
        return Reading(text)
    return crash("raises InvalidRegionError when cloud storage is on, and does not start")


def kernel_api_level(text: str, default: object) -> Reading:
    """An integer, read once at import. 0 turns logging off. Every other number, even a negative one,
    logs function names; 3 and above add tensor metadata, 5 and above statistics, 10 and above dumps.
    Anything else logs a warning and counts as 0."""
    try:
        number = int(text)
    except ValueError:
        return Reading(default, "defaulted", "logs a warning and leaves logging off")
    if number < 0:
        return Reading(number, "misread", "turns on logging of function names: only 0 is off")
    return Reading(number)


def kernel_api_destination(text: str, default: object) -> Reading:
    """stdout or stderr, in lowercase, or the path of a file to append to. %i becomes the process ID;
    ~ is not expanded. The directory must exist."""
    del default
    path = os.path.normpath(text)
    if path in ("/", "//") or os.path.basename(path) in (".", ".."):
        return crash("raises IsADirectoryError at import when logging is on")
    if any(len(part.encode("utf-8", "surrogatepass")) > 255 for part in path.split("/")):
        return crash("raises OSError (name too long) at import when logging is on")
    if text.strip().strip("\"'").lower() in ("stdout", "stderr") and text not in (
        "stdout",
        "stderr",
    ):
        return Reading(text, "misread", "writes to a file of that name, not to the stream")
    if path.startswith("~") and "/" in path:
        return crash("does not expand ~: it raises FileNotFoundError at import when logging is on")
    return Reading(text)


def kernel_api_path(text: str, default: object) -> Reading:
    """A path. %i becomes the process ID; ~ is not expanded. An empty string means the working
    directory."""
    del default
    return Reading(text)


def literal_path_or_unset(text: str, default: object) -> Reading:
    """A path, unchanged; ~ is not expanded. An empty string is the same as unset."""
    return Reading(text or default)


def patterns(text: str, default: object) -> Reading:
    """Comma-separated wildcard patterns. Surrounding whitespace is stripped; empty items are
    skipped."""
    del default
    return Reading([item.strip() for item in text.split(",") if item.strip()])
