"""Read a baseline file: the fingerprints of known findings."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import Any, TypeAlias

from sglang_envctl.errors import SourceError
from sglang_envctl.sources import files
from sglang_envctl.text.escape import visible

Rows: TypeAlias = Mapping[str, Mapping[str, Any]]
"""The entries of a baseline file, by the fingerprint of the finding."""


def read(path: str) -> Rows:
    """Return the known findings.

    Raises:
        SourceError: the file cannot be read, or is not a baseline.
    """
    if not os.path.exists(path):
        raise SourceError(f"{visible(path)}: no such file; write it with --update-baseline")
    try:
        rows = json.loads(files.read_bytes(path))["findings"]
        return {str(row["fingerprint"]): row for row in rows}
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise SourceError(f"{visible(path)}: is not a baseline that envctl wrote") from error


def unread(rows: Rows, path: str) -> Rows:
    """Return the known findings in files that exist but were not read in this run."""
    folder, inputs = os.path.dirname(path), files.inputs()

    def is_unread(file: Any) -> bool:
        found = files.identity(os.path.join(folder, file)) if isinstance(file, str) else None
        return found is not None and found not in inputs

    return {mark: row for mark, row in rows.items() if is_unread(row.get("file"))}
