"""Keep a baseline of known findings, so that only new ones fail a check."""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

from sglang_envctl.findings.fingerprints import fingerprints
from sglang_envctl.rules import Finding
from sglang_envctl.text.json import SCHEMA


class Compared(NamedTuple):
    """Findings compared with a baseline."""

    new: tuple[Finding, ...]
    """The findings that the baseline does not contain."""
    gone: int
    """The number of findings in the baseline that no longer exist."""


def compare(findings: Iterable[Finding], known: Collection[str], file: str) -> Compared:
    """Remove the findings of a baseline file; a source that could not be read is always new."""
    marks = _marks(findings, file)
    new = tuple(f for f, mark in marks.items() if mark not in known or f.rule == "unreadable")
    return Compared(new, len(set(known) - set(marks.values())))


def text(findings: Iterable[Finding], file: str, kept: Iterable[Mapping[str, Any]] = ()) -> str:
    """Return the content of a baseline file: one line per finding, for review and merging.

    Args:
        findings: the current findings.
        file: the baseline file; paths are relative to its folder.
        kept: existing entries to keep.
    """
    rows = [
        {"fingerprint": mark, "rule": f.rule, "file": _path(f, file), "name": f.name}
        for f, mark in _marks(findings, file).items()
        if f.rule != "unreadable"
    ]
    ordered = sorted((*rows, *kept), key=lambda row: row["file"] or "")
    lines = ",\n    ".join(map(json.dumps, ordered))
    return f'{{\n  "schema": {SCHEMA},\n  "findings": [\n    {lines}\n  ]\n}}\n'


def _marks(findings: Iterable[Finding], file: str) -> dict[Finding, str]:
    listed = tuple(findings)
    return dict(zip(listed, fingerprints(listed, os.path.dirname(file)), strict=True))


def _path(finding: Finding, file: str) -> str | None:
    found = finding.origin.file
    return os.path.relpath(found, os.path.dirname(file) or ".") if found else None
