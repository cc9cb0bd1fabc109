"""Write SARIF 2.1.0, which code scanning services and editors read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sglang_envctl import __version__
from sglang_envctl.findings.fingerprints import fingerprints
from sglang_envctl.reports.findings import CheckReport, ShownFix
from sglang_envctl.reports.places import advice, path_of
from sglang_envctl.rules import Finding, Rule, rules
from sglang_envctl.text.escape import visible
from sglang_envctl.text.json import encode

if TYPE_CHECKING:
    from sglang_envctl.explain.addresses import Addresses

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {"error": "error", "warning": "warning", "info": "note"}
_LINK = r"\[(?=[^\[\]]*\]\()"


def check(report: CheckReport) -> str:
    """Return one run, with the rules that have findings and a result for each finding."""
    slugs = sorted({finding.rule for finding in report.findings})
    marks = fingerprints(report.findings)
    results = [
        _result(report, finding, slugs.index(finding.rule), mark)
        for finding, mark in zip(report.findings, marks, strict=True)
    ]
    invocation = {"executionSuccessful": not report.unreadable}
    described = [_rule(rules()[slug], report.addresses) for slug in slugs]
    return _log(described, invocation, results)


def failure(message: str, code: int) -> str:
    """Return a run that failed, with the reason."""
    why = {"level": "error", "message": {"text": _text(message)}}
    invocation = {
        "executionSuccessful": False,
        "exitCode": code,
        "toolExecutionNotifications": [why],
    }
    return _log([], invocation, [])


def _log(
    found: list[dict[str, Any]], invocation: dict[str, Any], results: list[dict[str, Any]]
) -> str:
    """Return the document, with the rules that have findings."""
    run = {
        "tool": {
            "driver": {"name": "envctl", "semanticVersion": __version__, "rules": found},
        },
        "invocations": [invocation],
        "columnKind": "unicodeCodePoints",
        "results": results,
    }
    return encode({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def _rule(rule: Rule, addresses: Addresses | None) -> dict[str, Any]:
    page = {"helpUri": addresses.rule(rule.slug)} if addresses else {}
    return {
        "id": rule.slug,
        "shortDescription": {"text": f"{rule.summary}."},
        "fullDescription": {"text": rule.why},
        "help": {"text": rule.fix},
        **page,
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
    }


def _result(report: CheckReport, finding: Finding, index: int, fingerprint: str) -> dict[str, Any]:
    name = f"{finding.name}: " if finding.name else ""
    fix = report.fixes.get(finding)
    fixes = {"fixes": [_fix(finding, fix)]} if fix else {}
    return {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": _LEVELS[finding.severity],
        "message": {"text": _text(f"{name}{advice(finding)}")},
        "locations": [_location(finding)],
        "partialFingerprints": {"envctl/v1": fingerprint},
        **fixes,
    }


def _fix(finding: Finding, fix: ShownFix) -> dict[str, Any]:
    """Return the edits, which are all in the finding's file."""
    replacements = [
        {
            "deletedRegion": {
                "startLine": edit.line,
                "startColumn": edit.column,
                "endLine": edit.end_line,
                "endColumn": edit.end_column,
            },
            "insertedContent": {"text": edit.text},
        }
        for edit in fix.edits
    ]
    file = _artifact(path_of(finding) or "")
    return {
        "description": {"text": _text(finding.help)},
        "artifactChanges": [{"artifactLocation": file, "replacements": replacements}],
    }


def _location(finding: Finding) -> dict[str, Any]:
    path = path_of(finding)
    if path is None:
        return {"logicalLocations": [{"fullyQualifiedName": visible(str(finding.origin))}]}
    place: dict[str, Any] = {"artifactLocation": _artifact(path)}
    if finding.origin.line:
        place["region"] = {"startLine": finding.origin.line}
    return {"physicalLocation": place}


def _artifact(path: str) -> dict[str, str]:
    from urllib.parse import quote

    uri = quote(path.encode("utf-8", "surrogateescape"))
    return {"uri": f"file://{uri}"} if path.startswith("/") else {"uri": uri}


def _text(text: str) -> str:
    """Return text in which a viewer finds no links."""
    return re.sub(_LINK, r"\\[", visible(text))
