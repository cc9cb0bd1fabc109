"""Write findings on several lines, each with its help, for logs that users read."""

from __future__ import annotations

from collections.abc import Iterator

from sglang_envctl.reports.findings import CheckReport
from sglang_envctl.text.escape import visible


def check(report: CheckReport) -> str:
    """Return a block for each finding: the place, the rule, the message, the help."""
    return "\n".join(_lines(report))


def _lines(report: CheckReport) -> Iterator[str]:
    for finding in report.shown:
        name = f" {visible(finding.name)}" if finding.name else ""
        yield f"{visible(str(finding.origin))}: {finding.severity} {finding.rule}{name}"
        yield f"    {visible(finding.message)}"
        if finding.help:
            yield f"    help: {visible(finding.help)}"
