"""Workflow commands, which GitHub Actions shows as annotations."""

from __future__ import annotations

from sglang_envctl.reports.findings import CheckReport
from sglang_envctl.reports.places import advice, path_of
from sglang_envctl.rules import Finding
from sglang_envctl.text.escape import visible, without_commands

_COMMANDS = {"error": "error", "warning": "warning", "info": "notice"}


def check(report: CheckReport) -> str:
    """Return a command for each finding."""
    return "\n".join(map(_command, report.shown))


def _command(finding: Finding) -> str:
    path = path_of(finding)
    properties = {
        "title": f"{finding.rule} {finding.name}".rstrip(),
        "file": path,
        "line": finding.origin.line if path else None,
    }
    written = ",".join(f"{key}={_property(value)}" for key, value in properties.items() if value)
    text = f"{finding.origin}: {advice(finding)}"
    return f"::{_COMMANDS[finding.severity]} {written}::{_data(text)}"


def _data(text: str) -> str:
    return without_commands(visible(text)).replace("%", "%25")


def _property(value: str | int) -> str:
    return _data(str(value)).replace(":", "%3A").replace(",", "%2C")


def failure(message: str, code: int) -> str:
    """Return an error without a file."""
    return f"::error title=envctl failed with exit code {code}::{_data(message)}"
