"""Write JSON documents, in the form that every command prints."""

from __future__ import annotations

import json
import math
from io import StringIO
from typing import Any

SCHEMA = 1
"""The version of the layout: keys are added, never renamed."""


def dump(**members: Any) -> str:
    """Return a document with its schema version; numbers that JSON cannot represent become text."""
    document = {"schema": SCHEMA, **members}
    try:
        return encode(document)
    except ValueError:  # only if there is such a number, which is rare
        return encode(_plain(document))


def encode(value: Any) -> str:
    """Return JSON without commands of GitHub's runner, which finds `##[` even in the middle of a
    line.
    """
    text = StringIO()  # `dumps` builds a list of all tokens, which needs ten times the memory
    json.dump(value, text, indent=2, allow_nan=False)
    return text.getvalue().replace("##[", "##\\u005b")


def failure(message: str, code: int) -> str:
    """Return the document of a run that failed before it had a result."""
    return dump(error={"message": message, "exit_code": code})


def _plain(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, (list, tuple)) else value
