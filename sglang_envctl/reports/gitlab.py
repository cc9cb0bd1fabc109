"""A code quality report, which GitLab shows in merge requests."""

from __future__ import annotations

from sglang_envctl.findings.fingerprints import fingerprints
from sglang_envctl.reports.findings import CheckReport
from sglang_envctl.reports.places import advice, path_of
from sglang_envctl.rules import Finding
from sglang_envctl.text.escape import visible
from sglang_envctl.text.json import encode

_SEVERITIES = {"error": "critical", "warning": "minor", "info": "info"}


def check(report: CheckReport) -> str:
    """Return an issue for each finding."""
    marks = fingerprints(report.findings)
    issues = [_issue(finding, mark) for finding, mark in zip(report.findings, marks, strict=True)]
    return encode(issues)


def _issue(finding: Finding, fingerprint: str) -> dict[str, object]:
    name = f"{finding.name}: " if finding.name else ""
    return {
        "description": visible(f"{name}{advice(finding)}"),
        "check_name": finding.rule,
        "fingerprint": fingerprint,
        "severity": _SEVERITIES[finding.severity],
        # GitLab requires a path and a line, even for an issue without a file.
        "location": {
            "path": visible(path_of(finding) or finding.origin.source),
            "lines": {"begin": finding.origin.line or 1},
        },
    }


def failure(message: str, code: int) -> str:
    """Return an issue without a file."""
    from hashlib import sha256

    said = visible(f"envctl failed with exit code {code}: {message}")
    issue = {
        "description": said,
        "check_name": "envctl",
        "fingerprint": sha256(said.encode()).hexdigest(),
        "severity": "blocker",
        "location": {"path": ".", "lines": {"begin": 1}},
    }
    return encode([issue])
