"""Edits that resolve a finding: those of `envctl check --fix`, and a comment that silences the rule."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from lsprotocol.types import (
    CodeAction,
    CodeActionKind,
    Diagnostic,
    Range,
    TextEdit,
    WorkspaceEdit,
)

from sglang_envctl.environment import Layer
from sglang_envctl.findings.edits import Edit
from sglang_envctl.findings.fixes import Fix, fixes
from sglang_envctl.lsp import diagnostics
from sglang_envctl.lsp.analysis import Analysis
from sglang_envctl.rules import Finding
from sglang_envctl.sources.reread import reread
from sglang_envctl.text.escape import visible

FIX_ALL = CodeActionKind.SourceFixAll
KINDS = (CodeActionKind.QuickFix, FIX_ALL)
MOST = 8
"""Findings on the asked lines that are answered for; each is proved by reading the document again."""


def of(analysis: Analysis, where: Range, only: Iterable[str]) -> Iterator[CodeAction]:
    """The actions for a part of a document.

    Args:
        analysis: what is known of the document.
        where: the lines that the actions are for.
        only: the kinds of actions that are wanted; all, if empty.
    """
    kinds, fixed = tuple(only), list[CodeAction]()
    if _wants(kinds, CodeActionKind.QuickFix):
        shown = ((finding, diagnostics.about(analysis, finding)) for finding in analysis.here)
        here = list(islice((one for one in shown if _overlaps(one[1].range, where)), MOST))
        fixed = [one for pair in here for one in _fixed(analysis, *pair)]
        yield from fixed
        for finding, diagnostic in here:
            yield from _silenced(analysis, finding, diagnostic)
    if _wants(kinds, FIX_ALL) and (kinds or any(one.is_preferred for one in fixed)):
        found = _proved(analysis, analysis.here, unsafe=False)
        if edits := {edit for fix in found for edit in fix.edits}:
            change = _change(analysis, edits)
            yield CodeAction("Fix all that can be fixed safely", FIX_ALL, edit=change)


def _fixed(analysis: Analysis, finding: Finding, diagnostic: Diagnostic) -> Iterator[CodeAction]:
    for fix in _proved(analysis, (finding,), unsafe=True):
        yield CodeAction(
            f"Fix {finding.rule}: {_how(finding)}",
            CodeActionKind.QuickFix,
            diagnostics=[diagnostic],
            is_preferred=fix.safe or None,
            edit=_change(analysis, fix.edits),
        )


def _how(finding: Finding) -> str:
    """What a fix does, in words that hold no value of the document."""
    if finding.help or not (finding.remedy and finding.remedy.name):
        return finding.help
    return f"rename to {visible(finding.remedy.name)}"


def _silenced(analysis: Analysis, finding: Finding, diagnostic: Diagnostic) -> Iterator[CodeAction]:
    """A comment above the line or at its end, whichever silences the rule and changes nothing else."""
    line = (finding.origin.line or 0) - 1
    text = analysis.document.line(line)
    if line < 0:
        return
    start = sum(len(one) + 1 for one in analysis.document.text.split("\n")[:line])
    comment = f"# envctl: ignore[{finding.rule}]"
    indent = text[: len(text) - len(text.lstrip())]
    above = Edit(start, start, f"{indent}{comment}\n")
    behind = Edit(start + len(text), start + len(text), f"  {comment}")
    for edit, moved in ((above, 1), (behind, 0)):
        if _silences(analysis, finding, edit, moved):
            yield CodeAction(
                f"Ignore {finding.rule} here",
                CodeActionKind.QuickFix,
                diagnostics=[diagnostic],
                edit=_change(analysis, [edit]),
            )
            return


def _silences(analysis: Analysis, finding: Finding, edit: Edit, moved: int) -> bool:
    """Whether an edit silences a rule at a place, and the document still says the same."""
    text = analysis.document.text
    before = analysis.reread(text)
    after = analysis.reread(text[: edit.start] + edit.text + text[edit.start :])
    line = (finding.origin.line or 0) + moved
    return list(_said(before)) == list(_said(after)) and any(
        finding.rule in rules
        for layer in after
        for (_, at), rules in layer.ignores.items()
        if at == line
    )


def _said(layers: Iterable[Layer]) -> Iterator[tuple[str, str, str]]:
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


def _change(analysis: Analysis, edits: Iterable[Edit]) -> WorkspaceEdit:
    document = analysis.document
    found = [TextEdit(document.span(e.start, e.end), e.text) for e in sorted(edits)]
    return WorkspaceEdit(changes={document.uri: found})


def _wants(kinds: tuple[str, ...], kind: CodeActionKind) -> bool:
    return not kinds or any(f"{kind.value}.".startswith(f"{one}.") for one in kinds)


def _overlaps(one: Range, other: Range) -> bool:
    return one.start.line <= other.end.line and other.start.line <= one.end.line
