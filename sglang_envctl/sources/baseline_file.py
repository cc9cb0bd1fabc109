"""A baseline file: the fingerprints of findings that are known."""

from __future__ import annotations

import json
import os

from sglang_envctl.errors import SourceError
from sglang_envctl.sources.files import read_bytes
from sglang_envctl.text.escape import visible


def read(path: str) -> frozenset[str]:
    """The fingerprints in a file.

    Raises:
        SourceError: it cannot be read, or is not a baseline.
    """
    if not os.path.exists(path):
        raise SourceError(f"{visible(path)}: no such file; write it with --update-baseline")
    try:
        rows = json.loads(read_bytes(path))["findings"]
        return frozenset(str(row["fingerprint"]) for row in rows)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise SourceError(f"{visible(path)}: is not a baseline that envctl wrote") from error
