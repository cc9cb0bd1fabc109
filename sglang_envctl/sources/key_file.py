"""Read the key for fingerprints of secrets."""

from __future__ import annotations

from sglang_envctl.errors import UsageError
from sglang_envctl.sources.files import read_bytes
from sglang_envctl.text.escape import visible

SHORTEST = 16
"""The minimum number of bytes of a key; with a shorter key, secrets could be guessed by trial."""


def read(path: str) -> bytes:
    """Return the key in a file, without surrounding whitespace.

    Raises:
        SourceError: the file cannot be read.
        UsageError: the key is too short.
    """
    key = read_bytes(path).strip()
    if len(key) < SHORTEST:
        raise UsageError(
            f"--key-file: {visible(path)} has fewer than {SHORTEST} bytes, so secrets could be "
            "guessed; fill it with: head -c 32 /dev/urandom | base64"
        )
    return key
