"""Readers of SGLang's diffusion server (`sglang/multimodal_gen`) and of its kernels' crash log."""

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
    """1, true, yes, y, t, on or 0, false, no, n, f, off, empty, in any case, blanks dropped;
    anything else warns and is false, whatever the default."""
    del default
    word = text.strip().lower()
    if word in _TRUE:
        return Reading(True)
    if word in _FALSE:
        return Reading(False)
    return Reading(False, "misread", "warns and takes it for false, whatever the default")


def boolean_int(text: str, default: object) -> Reading:
    """A whole number; 0 is false, any other true; words such as true raise ValueError."""
    del default
    try:
        return Reading(bool(int(text)))
    except ValueError:
        return crash("raises ValueError")


def integer(text: str, default: object) -> Reading:
    """A whole number as Python's int() takes it (blanks around it, a sign, 1_000); anything else,
    the empty text included, raises ValueError when the value is first used."""
    del default
    try:
        return Reading(int(text))
    except ValueError:
        return crash("raises ValueError when the value is first used")


def floating(text: str, default: object) -> Reading:
    """A number as Python's float() takes it (blanks, 1e-3, nan, inf); anything else, the empty text
    included, raises ValueError when the value is first used."""
    del default
    try:
        return Reading(float(text))
    except ValueError:
        return crash("raises ValueError when the value is first used")


def text(text: str, default: object) -> Reading:
    """Any text, unchanged; the empty text is a value, not "unset"."""
    del default
    return Reading(text)


def text_or_unset(text: str, default: object) -> Reading:
    """Any text, unchanged; empty is the same as unset."""
    return Reading(text or default)


def path_or_unset(text: str, default: object) -> Reading:
    """A path; a leading ~ becomes the home directory; empty is the same as unset."""
    return Reading(text or default)


def path(text: str, default: object) -> Reading:
    """A path; a leading ~ becomes the home directory; nothing else is changed or looked up."""
    del default
    return Reading(text)


def _fp4(text: str, default: object, known: tuple[str, ...]) -> Reading:
    word = text.lower()
    if word in known:
        return Reading(word.removeprefix("flashinfer_"))
    return Reading(default, "defaulted", "warns and uses the platform's default")


def fp4_backend(text: str, default: object) -> Reading:
    """auto, cudnn, cutlass or trtllm, also with flashinfer_ in front, in any case, blanks not
    dropped; anything else warns and gives the platform's default."""
    return _fp4(text, default, _FP4_BACKENDS)


def fp4_backend_0_5_10(text: str, default: object) -> Reading:
    """auto or cudnn in any case, blanks not dropped; anything else warns and gives the platform's
    default."""
    return _fp4(text, default, _FP4_BACKENDS[:2])


def true_only(text: str, default: object) -> Reading:
    """true in any case, blanks not dropped, is true; every other text is false, 1 included."""
    del default
    return Reading(text.lower() == "true")


def scm_bins(text: str, default: object) -> Reading:
    """Whole numbers separated by commas, blanks around them dropped; one bad or missing item warns
    and switches step masking off; empty is the same as unset."""
    if not text:
        return Reading(default)
    try:
        return Reading([int(item.strip()) for item in text.split(",")])
    except ValueError:
        return Reading(
            None, "defaulted", "warns and switches step masking off, the preset included"
        )


def scm_preset(text: str, default: object) -> Reading:
    """none, slow, medium, fast or ultra, exactly so; anything else, the empty text included, raises
    ValueError at the first request."""
    del default
    if text in ("none", "slow", "medium", "fast", "ultra"):
        return Reading(text)
    return crash("raises ValueError at the first request")


def scm_policy(text: str, default: object) -> Reading:
    """static, exactly so, is static; every other text acts as dynamic, in silence."""
    del default
    if text == "static":
        return Reading(text)
    if text.strip().lower() in ("dynamic", ""):
        return Reading("dynamic")
    return Reading("dynamic", "misread", "takes it for dynamic without a word")


def s3_only(text: str, default: object) -> Reading:
    """s3 in any case, blanks not dropped, switches storage on; every other text leaves it off, in
    silence."""
    if text.lower() == "s3":
        return Reading("s3")
    if not text or truth(text) is False or text.lower() in ("none", "null", "local"):
        return Reading(default)
    return Reading(default, "misread", "leaves cloud storage off without a word")


def s3_endpoint(text: str, default: object) -> Reading:
    """A URL with its scheme, whose host is made of letters, digits, inner hyphens and dots; for any
    other, one with an underscore too, boto3 raises ValueError and the server does not start; empty
    is the same as unset."""
    if not text:
        return Reading(default)
    if _is_endpoint(text):
        return Reading(text)
    return crash(
        "raises ValueError (invalid endpoint) when cloud storage is on, and does not start"
    )


_LABEL = r"(?!-)[a-z\d-]{1,63}(?<!-)"


def _is_endpoint(text: str) -> bool:
    """What botocore takes for an endpoint: it looks at the host only."""
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
    """A region name of letters, digits and inner hyphens; boto3 raises InvalidRegionError for other
    texts, and the server does not start; empty is the same as unset."""
    if not text:
        return Reading(default)
    if re.fullmatch(r"(?!\d+$)[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?", text):
        return Reading(text)
    return crash("raises InvalidRegionError when cloud storage is on, and does not start")


def kernel_api_level(text: str, default: object) -> Reading:
    """A whole number, read once at import: 0 is off, from 3 tensor metadata, from 5 statistics, from
    10 dumps; any other number, a negative one too, logs names; anything else warns and is 0."""
    try:
        number = int(text)
    except ValueError:
        return Reading(default, "defaulted", "warns and leaves logging off")
    if number < 0:
        return Reading(number, "misread", "switches name logging on: only 0 is off")
    return Reading(number)


def kernel_api_destination(text: str, default: object) -> Reading:
    """stdout or stderr, exactly so, else the path of a file to append to; %i becomes the process
    id; ~ is not expanded; the directory must exist."""
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
    """A path; %i becomes the process id; ~ is not expanded; empty is the working directory."""
    del default
    return Reading(text)


def literal_path_or_unset(text: str, default: object) -> Reading:
    """A path, unchanged: ~ is not expanded; empty is the same as unset."""
    return Reading(text or default)


def patterns(text: str, default: object) -> Reading:
    """Wildcard patterns separated by commas, blanks around them dropped, empty ones skipped."""
    del default
    return Reading([item.strip() for item in text.split(",") if item.strip()])
