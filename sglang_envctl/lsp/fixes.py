"""Edits that resolve a finding: those of `envctl check --fix`, and a comment that silences the rule."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeAlias

from lsprotocol.types import (
    CodeAction,
    CodeActionKind,
    Diagnostic,
    Range,
    TextEdit,
    WorkspaceEdit,
)

from sglang_envctl.environment import Layer
from sglang_envctl.findings.edits import Edit, Text
from sglang_envctl.findings.fixes import Fix, fixes
from sglang_envctl.lsp import diagnostics
from sglang_envctl.lsp.analysis import Analysis
from sglang_envctl.rules import Finding
from sglang_envctl.sources.reread import reread
from sglang_envctl.text.escape import visible

FIX_ALL = CodeActionKind.SourceFixAll
KINDS = (CodeActionKind.QuickFix, FIX_ALL)
_Said: TypeAlias = tuple[str, str, str]
"""A name, its value, and why that is unknown."""
MOST = 8
"""Findings on the asked lines that are answered for; each is proved by reading the document again."""


def of(
    analysis: Analysis, where: Range, only: Iterable[str] = (), *, asked: bool = True
) -> Iterator[CodeAction]:
    """The actions for a part of a document.

    Args:
        analysis: what is known of the document.
        where: the lines that the actions are for.
        only: the kinds of actions that are wanted; all, if empty.
        asked: whether somebody asked, as opposed to an editor that shows a sign where there are any.
    """
    kinds = tuple(only)
    if _wants(kinds, CodeActionKind.QuickFix):
        shown = ((finding, diagnostics.about(analysis, finding)) for finding in analysis.here)
        here = list(islice((one for one in shown if _overlaps(one[1].range, where)), MOST))
        for finding, diagnostic in here:
            yield from _fixed(analysis, finding, diagnostic)
        before = list(_said(analysis.reread(analysis.document.text))) if here else []
        for finding, diagnostic in here:
            yield from _silenced(analysis, finding, diagnostic, before)
    if _wants(kinds, FIX_ALL) and asked:
        found = _proved(analysis, analysis.here, unsafe=False)
        if change := _change(analysis, {edit for fix in found for edit in fix.edits}):
            yield CodeAction("Fix all that can be fixed safely", FIX_ALL, edit=change)


def _fixed(analysis: Analysis, finding: Finding, diagnostic: Diagnostic) -> Iterator[CodeAction]:
    for fix in _proved(analysis, (finding,), unsafe=True):
        if change := _change(analysis, fix.edits):
            yield CodeAction(
                f"Fix {finding.rule}: {_how(finding)}",
                CodeActionKind.QuickFix,
                diagnostics=[diagnostic],
                is_preferred=fix.safe or None,
                edit=change,
            )


def _how(finding: Finding) -> str:
    """What a fix does, in words that hold no value of the document."""
    if finding.help or not (finding.remedy and finding.remedy.name):
        return finding.help
    return f"rename to {visible(finding.remedy.name)}"


def _silenced(
    analysis: Analysis, finding: Finding, diagnostic: Diagnostic, before: list[_Said]
) -> Iterator[CodeAction]:
    """A comment above the line or at its end, whichever silences the rule and changes nothing else."""
    document, line = analysis.document, (finding.origin.line or 0) - 1
    if line < 0:
        return
    text, comment = document.line(line), f"# envctl: ignore[{finding.rule}]"
    start, end = (document.offset(line, column) for column in (0, len(text)))
    indent = text[: len(text) - len(text.lstrip())]
    above, behind = Edit(start, start, f"{indent}{comment}\n"), Edit(end, end, f"  {comment}")
    for edit, number in ((above, line + 2), (behind, line + 1)):
        layers = analysis.reread(Text(document.text).edited([edit]))
        if list(_said(layers)) == before and _ignored(layers, number, finding.rule):
            yield CodeAction(
                f"Ignore {finding.rule} here",
                CodeActionKind.QuickFix,
                diagnostics=[diagnostic],
                edit=_change(analysis, [edit]),
            )
            return


def _ignored(layers: Iterable[Layer], line: int, rule: str) -> bool:
    places = ((at, rules) for layer in layers for (_, at), rules in layer.ignores.items())
    return any(at == line and rule in rules for at, rules in places)


def _said(layers: Iterable[Layer]) -> Iterator[_Said]:
    return ((a.name, a.raw, a.unknown) for layer in layers for a in layer.assignments)


def _proved(analysis: Analysis, findings: Iterable[Finding], *, unsafe: bool) -> tuple[Fix, ...]:
    """The fixes in the document, with their edits."""
    document = analysis.document
    found = fixes(
        findings,
        lambda path: document.data if analysis.is_own(path) else None,
        lambda source, path, data: reread(source, path, data, analysis.context),
        unsafe=unsafe,
    )
    return tuple(fix for one in found for fix in one.fixes)


def _change(analysis: Analysis, edits: Iterable[Edit]) -> WorkspaceEdit | None:
    """The edits for the editor, which has line ends of its own: it cannot remove a CR."""
    document = analysis.document
    placed = ((document.span(e.start, e.end), e.text) for e in sorted(edits))
    found = [TextEdit(at, text) for at, text in placed if text or at.start != at.end]
    return WorkspaceEdit(changes={document.uri: found}) if found else None


def _wants(kinds: tuple[str, ...], kind: CodeActionKind) -> bool:
    return not kinds or any(f"{kind.value}.".startswith(f"{one}.") for one in kinds)


def _overlaps(one: Range, other: Range) -> bool:
    return one.start.line <= other.end.line and other.start.line <= one.end.line
