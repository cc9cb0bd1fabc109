"""Convert findings to diagnostics."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

from lsprotocol.types import (
    CodeDescription,
    Diagnostic,
    DiagnosticRelatedInformation,
    DiagnosticSeverity,
    DiagnosticTag,
    Location,
    Position,
    Range,
)
from pygls.uris import from_fs_path

from sglang_envctl.findings.edits import FARTHEST
from sglang_envctl.lsp.analysis import LARGEST, Analysis
from sglang_envctl.lsp.documents import Document, whole_word
from sglang_envctl.redaction import masked
from sglang_envctl.rules import Finding
from sglang_envctl.text.escape import visible

SOURCE = "envctl"
MOST = 1000
"""The maximum number of findings that are shown in a document."""
SEVERITIES = {
    "error": DiagnosticSeverity.Error,
    "warning": DiagnosticSeverity.Warning,
    "info": DiagnosticSeverity.Information,
}
TAGS = {
    "renamed": DiagnosticTag.Deprecated,
    "no-effect": DiagnosticTag.Unnecessary,
    "not-read": DiagnosticTag.Unnecessary,
    "shadowed": DiagnosticTag.Unnecessary,
    "unused-suppression": DiagnosticTag.Unnecessary,
}
_LINE = re.compile(r"line (\d+)\b")
"""The line number in the reason why a file could not be read."""


def of(analysis: Analysis) -> list[Diagnostic]:
    """Return the diagnostics of a document."""
    document = analysis.document
    if len(document.text) > LARGEST:
        size = f"not checked while it is edited: larger than {LARGEST >> 10} KiB"
        return [_remark(document, size)]
    here = analysis.here
    found = [*(about(analysis, finding) for finding in here[:MOST]), *_elsewhere(analysis)]
    if len(here) > MOST:
        found.append(_remark(document, f"{len(here) - MOST:,} more findings are not shown"))
    return found


def about(analysis: Analysis, finding: Finding) -> Diagnostic:
    """Return the diagnostic of a finding in the document."""
    raw = analysis.values.get((finding.name, finding.origin.line))
    return _diagnostic(analysis, finding, place(analysis.document, finding, raw))


def place(document: Document, finding: Finding, raw: str | None = None) -> Range:
    """Return the range of a finding: its name, its value or both; if neither is found, its line."""
    line = _line(finding)
    near = (line, *(line + by * step for step in range(1, FARTHEST + 1) for by in (-1, 1)))
    found = ((one, whole_word(finding.name, document.line(one))) for one in near)
    at, name = next(((one, span) for one, span in found if span), (line, None))
    if name is None:
        return document.whole_line(line)
    remedy, end = finding.remedy, max(at, line)  # in a manifest, the value is on its own line
    value = whole_word(raw, document.line(end), name[1] if at == end else 0) if raw else None
    if value is None or (remedy and remedy.name and remedy.value is None):
        return document.range(at, *name)
    if remedy and remedy.value is not None and not remedy.name:
        return document.range(end, *value)
    return Range(document.position(at, name[0]), document.position(end, value[1]))


def _line(finding: Finding) -> int:
    unread = _LINE.match(finding.message) if finding.rule == "unreadable" else None
    number = int(unread[1]) if unread else finding.origin.line or 1
    return number - 1


def _diagnostic(analysis: Analysis, finding: Finding, where: Range) -> Diagnostic:
    name = f"{visible(finding.name)}: " if finding.name else ""
    help_ = f" ({finding.help})" if finding.help else ""
    tag, addresses = TAGS.get(finding.rule), analysis.project.addresses(None)
    return Diagnostic(
        range=where,
        message=masked(f"{name}{finding.message}{help_}"),
        severity=SEVERITIES[finding.severity],
        code=finding.rule,
        code_description=CodeDescription(addresses.rule(finding.rule)) if addresses else None,
        source=SOURCE,
        tags=[tag] if tag else None,
    )


def _elsewhere(analysis: Analysis) -> Iterator[Diagnostic]:
    """Yield the problems in files that the document includes, at the places that mention the files."""
    for finding in analysis.findings:
        file = finding.origin.file
        if file is None or analysis.is_own(file) or finding.severity == "info":
            continue
        shown = _diagnostic(analysis, finding, _mention(analysis.document, os.path.basename(file)))
        start = Position((finding.origin.line or 1) - 1, 0)
        there = Location(from_fs_path(os.path.abspath(file)) or "", Range(start, start))
        shown.related_information = [DiagnosticRelatedInformation(there, masked(finding.message))]
        shown.message = f"{masked(visible(os.path.basename(file)))}: {shown.message}"
        yield shown


def _mention(document: Document, file: str) -> Range:
    spans = ((at, whole_word(file, line)) for at, line in enumerate(document.lines))
    found = next(((at, span) for at, span in spans if span), None)
    return document.range(found[0], *found[1]) if found else document.whole_line(0)


def _remark(document: Document, what: str) -> Diagnostic:
    return Diagnostic(
        range=document.whole_line(0),
        message=masked(f"{what} (run envctl check)"),
        severity=DiagnosticSeverity.Information,
        source=SOURCE,
    )
