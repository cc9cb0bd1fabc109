"""Write JUnit XML, which CI servers show as tests: a suite for each source, a case for each finding."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from xml.sax.saxutils import escape, quoteattr

from sglang_envctl.reports.findings import CheckReport
from sglang_envctl.reports.places import advice
from sglang_envctl.rules import Finding
from sglang_envctl.text.escape import visible

# GitHub's runner reads ##[ anywhere in a line as the start of a command.
_BRACKET = {"[": "&#91;"}


def check(report: CheckReport) -> str:
    """Return failures for findings that fail the check, errors for unreadable sources, and passes."""
    suites = _suites(report)
    tests = sum(len(suite) or 1 for suite in suites.values())
    return "\n".join(
        (
            '<?xml version="1.0" encoding="UTF-8"?>',
            f'<testsuites name="envctl"{_counts(report, report.findings, tests)}>',
            *(line for name, suite in suites.items() for line in _suite(report, name, suite)),
            "</testsuites>",
        )
    )


def _suites(report: CheckReport) -> dict[str, list[Finding]]:
    """Return the findings by source; a source without findings has passed."""
    suites: dict[str, list[Finding]] = {}
    for finding in report.findings:
        suites.setdefault(finding.origin.source, []).append(finding)
    wholes = {name[: mark.start()] for name in suites for mark in re.finditer("#", name)}
    for source in report.sources:
        if source not in wholes:
            suites.setdefault(source, [])
    return suites


def _suite(report: CheckReport, name: str, findings: list[Finding]) -> Iterator[str]:
    attributes = f"name={_attribute(name)}{_counts(report, findings, len(findings) or 1)}"
    yield f"  <testsuite {attributes}>"
    if not findings:
        yield f'    <testcase classname={_attribute(name)} name="check"/>'
    for finding in findings:
        title = f"{finding.rule} {finding.name}".rstrip()
        yield f"    <testcase classname={_attribute(name)} name={_attribute(title)}>"
        yield f"      {_outcome(report, finding)}"
        yield "    </testcase>"
    yield "  </testsuite>"


def _outcome(report: CheckReport, finding: Finding) -> str:
    text = escape(visible(f"{finding.origin}: {advice(finding)}"), _BRACKET)
    kind = _kind(report, finding)
    if kind == "system-out":
        return f"<system-out>{text}</system-out>"
    message = _attribute(finding.message)
    return f'<{kind} type="{finding.severity}" message={message}>{text}</{kind}>'


def _kind(report: CheckReport, finding: Finding) -> str:
    if finding.rule == "unreadable":
        return "error"
    return "failure" if report.fails(finding) else "system-out"


def _counts(report: CheckReport, findings: Iterable[Finding], tests: int) -> str:
    kinds = [_kind(report, finding) for finding in findings]
    return f' tests="{tests}" failures="{kinds.count("failure")}" errors="{kinds.count("error")}"'


def _attribute(text: str) -> str:
    return quoteattr(visible(text), _BRACKET)


def failure(message: str, code: int) -> str:
    """Return a test that ended with an error."""
    return "\n".join(
        (
            '<?xml version="1.0" encoding="UTF-8"?>',
            '<testsuites name="envctl" tests="1" failures="0" errors="1">',
            '  <testsuite name="envctl" tests="1" failures="0" errors="1">',
            '    <testcase classname="envctl" name="check">',
            f'      <error type="exit code {code}" message={_attribute(message)}/>',
            "    </testcase>",
            "  </testsuite>",
            "</testsuites>",
        )
    )
