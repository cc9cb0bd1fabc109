"""Offer edits that resolve a finding: those of `envctl check --fix`, and comments that silence the
rule.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from lsprotocol.types import (
    CodeAction,
    CodeActionKind,
    Diagnostic,
    Range,
    TextEdit,
    WorkspaceEdit,
)

from sglang_envctl.findings.edits import Edit, Edits, Text
from sglang_envctl.findings.fixes import Fix, fixes, guesses, says
from sglang_envctl.lsp import diagnostics
from sglang_envctl.lsp.analysis import Analysis
from sglang_envctl.lsp.documents import Document
from sglang_envctl.redaction import masked
from sglang_envctl.rules import Finding
from sglang_envctl.sources.reread import Reading
from sglang_envctl.text.escape import visible

FIX_ALL = CodeActionKind.SourceFixAll
KINDS = (CodeActionKind.QuickFix, FIX_ALL)
MOST = 8
"""The maximum number of findings that get actions, and of guessed fixes that are tried for each."""
MOST_PROOFS = 4
"""The maximum number of parses of the document per answer; edits not proved by then are not offered."""


class _Trial(NamedTuple):
    """Edits that fix one finding, or that silence the rules of several findings on one line."""

    findings: tuple[Finding, ...]
    edits: Edits
    silences: bool = False


def of(
    analysis: Analysis, where: Range, only: Iterable[str] = (), *, asked: bool = True
) -> Iterator[CodeAction]:
    """Yield the actions for a part of a document.

    Args:
        analysis: the results about the document.
        where: the lines that the actions are for.
        only: the kinds of actions to return; all, if empty.
        asked: whether the user asked; otherwise the editor only marks lines with actions.
    """
    kinds = tuple(only)
    if _wants(kinds, CodeActionKind.QuickFix):
        shown = ((finding, diagnostics.about(analysis, finding)) for finding in analysis.here)
        here = dict(islice((one for one in shown if _overlaps(one[1].range, where)), MOST))
        for trial in _proved(analysis, here):
            for finding in trial.findings:
                found = _silenced if trial.silences else _fixed
                yield from found(analysis, finding, here[finding], trial.edits)
    if _wants(kinds, FIX_ALL) and asked:
        safe = {edit for fix in _safe(analysis) for edit in fix.edits}
        if change := _change(analysis, safe):
            yield CodeAction("Fix all that can be fixed safely", FIX_ALL, edit=change)


def prepare(analysis: Analysis) -> None:
    """Load in advance everything that would otherwise delay the first response."""
    for source, file in _by_source(analysis.here):
        analysis.reread(source, file, analysis.document.data)
    _safe(analysis)


def _fixed(
    analysis: Analysis, finding: Finding, diagnostic: Diagnostic, edits: Edits
) -> Iterator[CodeAction]:
    if change := _change(analysis, edits):
        yield CodeAction(
            masked(f"Fix {finding.rule}: {_how(finding)}"),
            CodeActionKind.QuickFix,
            diagnostics=[diagnostic],
            is_preferred=(finding.remedy and finding.remedy.safe) or None,
            edit=change,
        )


def _how(finding: Finding) -> str:
    """Describe a fix in words, without any value of the document."""
    if finding.help or not (finding.remedy and finding.remedy.name):
        return finding.help
    return f"rename to {visible(finding.remedy.name)}"


def _silenced(
    analysis: Analysis, finding: Finding, diagnostic: Diagnostic, edits: Edits
) -> Iterator[CodeAction]:
    (edit,) = edits
    above = edit.text.endswith("\n")
    ignoring = _comments(analysis.document, finding.origin.line or 1, finding.rule)[not above]
    yield CodeAction(
        f"Ignore {finding.rule} here",
        CodeActionKind.QuickFix,
        diagnostics=[diagnostic],
        edit=_change(analysis, [ignoring]),
    )


def _comments(document: Document, line: int, rules: str) -> tuple[Edit, Edit]:
    """Return an edit that adds a comment above a line, and one that adds it at the end."""
    text, comment = document.line(line - 1), f"# envctl: ignore[{rules}]"
    start, end = (document.offset(line - 1, column) for column in (0, len(text)))
    indent = text[: len(text) - len(text.lstrip())]
    return Edit(start, start, f"{indent}{comment}\n"), Edit(end, end, f"  {comment}")


def _proved(analysis: Analysis, findings: Iterable[Finding]) -> Iterator[_Trial]:
    """Yield the edits that a `_Proof` confirms: first the fixes, then the comments."""
    text = Text(analysis.document.text)
    for (source, file), found in _by_source(findings).items():
        before = analysis.reread(source, file, analysis.document.data)
        if before is not None:
            budget = iter(range(MOST_PROOFS))
            holds = _Proof(analysis, source, file, text, before, budget).holds
            fixing = [few for few in _fixes(text, before, found) if few]
            silencing = list(_silencing(analysis.document, found))
            at_once = [few[0] for few in (*fixing, *silencing)]
            # Most formats allow no comment above a line that continues another.
            lines = (analysis.document.line((one.origin.line or 1) - 2) for one in found)
            if not any(line.endswith("\\") for line in lines) and holds(at_once):
                yield from at_once
            else:
                yield from _that_hold(fixing, holds)
                yield from _that_hold(silencing, holds)


def _by_source(findings: Iterable[Finding]) -> dict[tuple[str, str], list[Finding]]:
    """Return findings grouped by their source and by the document's name in that source."""
    found: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        source, file = finding.origin.source, finding.origin.file
        found.setdefault((source, file or source), []).append(finding)
    return found


def _fixes(text: Text, before: Reading, findings: Iterable[Finding]) -> Iterator[list[_Trial]]:
    for finding, options in guesses(text, before, findings):
        yield [_Trial((finding,), edits) for edits in options[:MOST]]


def _silencing(document: Document, findings: Iterable[Finding]) -> Iterator[list[_Trial]]:
    """Yield the options for each line, in order: a comment above the line, or one at its end."""
    by_line: dict[int, list[Finding]] = {}
    for finding in findings:
        if finding.origin.line:
            by_line.setdefault(finding.origin.line, []).append(finding)
    for line, found in by_line.items():
        rules = ", ".join(dict.fromkeys(finding.rule for finding in found))
        comments = _comments(document, line, rules)
        # A backslash continues a line only if nothing follows the backslash.
        possible = comments[:1] if document.line(line - 1).endswith("\\") else comments
        yield [_Trial(tuple(found), (edit,), silences=True) for edit in possible]


def _that_hold(
    options: list[list[_Trial]], holds: Callable[[list[_Trial]], bool]
) -> Iterator[_Trial]:
    """Yield the first edit in each list that `holds` confirms; all first edits are tried together,
    and only if that fails, the edits of each half of the lists.
    """
    tried = [few[0] for few in options]
    if not tried or holds(tried):
        yield from tried
    elif len(options) > 1:
        middle = (len(options) + 1) // 2
        yield from _that_hold(options[:middle], holds)
        yield from _that_hold(options[middle:], holds)
    else:
        yield from islice((one for one in options[0][1:] if holds([one])), 1)


class _Proof(NamedTuple):
    """A proof of the effect of edits, by reading the edited document."""

    analysis: Analysis
    source: str
    file: str
    text: Text
    before: Reading
    budget: Iterator[int]

    def holds(self, trials: list[_Trial]) -> bool:
        """Return whether the edits have the intended effect and change nothing else."""
        if next(self.budget, None) is None:
            return False
        edits = {edit for trial in trials for edit in trial.edits}
        edited = self.text.edited(edits).encode("utf-8", "replace")
        after = self.analysis.reread(self.source, self.file, edited)
        fixed = [one for trial in trials if not trial.silences for one in trial.findings]
        silenced = [one for trial in trials if trial.silences for one in trial.findings]
        return (
            after is not None
            and says(after, self.before, fixed)
            and all(self._is_silenced(finding, edits, after) for finding in silenced)
        )

    def _is_silenced(self, finding: Finding, edits: Iterable[Edit], after: Reading) -> bool:
        line = finding.origin.line or 1
        start = self.text.start(line)
        line += sum(edit.text.count("\n") for edit in edits if edit.start <= start)
        return any(at == line and finding.rule in rules for (_, at), rules in after.ignores.items())


def _safe(analysis: Analysis) -> tuple[Fix, ...]:
    """Return the safe fixes of the document, which can be applied together."""
    found = fixes(
        analysis.here,
        lambda path: analysis.document.data if analysis.is_own(path) else None,
        analysis.reread,
        unsafe=False,
    )
    return tuple(fix for one in found for fix in one.fixes)


def _change(analysis: Analysis, edits: Iterable[Edit]) -> WorkspaceEdit | None:
    """Return the edits for the editor; None if there are none.

    Edits that only remove a CR are left out, because the editor has its own line ends.
    """
    document = analysis.document
    placed = ((document.span(e.start, e.end), e.text) for e in sorted(edits))
    found = [TextEdit(at, text) for at, text in placed if text or at.start != at.end]
    return WorkspaceEdit(changes={document.uri: found}) if found else None


def _wants(kinds: tuple[str, ...], kind: CodeActionKind) -> bool:
    return not kinds or any(f"{kind.value}.".startswith(f"{one}.") for one in kinds)


def _overlaps(one: Range, other: Range) -> bool:
    return one.start.line <= other.end.line and other.start.line <= one.end.line
