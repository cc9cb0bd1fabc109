"""The findings that an old repository starts with, so that only new ones fail a check."""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterable
from typing import NamedTuple

from sglang_envctl.findings.fingerprints import fingerprints
from sglang_envctl.rules import Finding
from sglang_envctl.text.json import SCHEMA


class Compared(NamedTuple):
    """Findings beside a baseline."""

    new: tuple[Finding, ...]
    """Those that it does not have."""
    gone: int
    """How many it has that are not found any more."""


def compare(findings: Iterable[Finding], known: Collection[str], file: str) -> Compared:
    """Leave out what a baseline file has; what could not be read is always new."""
    marks = _marks(findings, file)
    new = tuple(f for f, mark in marks.items() if mark not in known or f.rule == "unreadable")
    return Compared(new, len(set(known) - set(marks.values())))


def text(findings: Iterable[Finding], file: str) -> str:
    """The content of a baseline file: one line a finding, so that it can be reviewed and merged."""
    rows = [
        json.dumps({"fingerprint": mark, "rule": f.rule, "file": _path(f, file), "name": f.name})
        for f, mark in _marks(findings, file).items()
        if f.rule != "unreadable"
    ]
    lines = ",\n    ".join(sorted(rows, key=lambda row: json.loads(row)["file"] or ""))
    return f'{{\n  "schema": {SCHEMA},\n  "findings": [\n    {lines}\n  ]\n}}\n'


def _marks(findings: Iterable[Finding], file: str) -> dict[Finding, str]:
    listed = tuple(findings)
    return dict(zip(listed, fingerprints(listed, os.path.dirname(file)), strict=True))


def _path(finding: Finding, file: str) -> str | None:
    found = finding.origin.file
    return os.path.relpath(found, os.path.dirname(file) or ".") if found else None
