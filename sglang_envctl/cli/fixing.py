"""Apply the fixes of a check: to the files, as a diff, or as the edits of a report."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

from sglang_envctl.cli import output
from sglang_envctl.cli.outcome import say
from sglang_envctl.environment import Environment
from sglang_envctl.findings.edits import Edit, Text
from sglang_envctl.findings.fixes import FileFixes, Fix, fixes
from sglang_envctl.redaction import MASK, Redactor
from sglang_envctl.reports.findings import Replacement, ShownFix
from sglang_envctl.rules import Finding
from sglang_envctl.sources.context import Context
from sglang_envctl.sources.reread import editable, reread
from sglang_envctl.text.escape import visible


def available(
    findings: Iterable[Finding], context: Context, *, unsafe: bool
) -> tuple[FileFixes, ...]:
    """Return the available fixes; with `unsafe`, also those that may do more than intended."""
    return fixes(
        findings,
        editable,
        lambda source, path, data: reread(source, path, data, context),
        unsafe=unsafe,
    )


def apply(found: Iterable[FileFixes]) -> list[Fix]:
    """Write the fixes into their files, and return those that were made; each file is changed
    completely or not at all.
    """
    done: list[Fix] = []
    for one in found:
        if editable(one.file) != _bytes(one.before.text):
            say(f"{one.file}: changed since the check, so nothing in the file is fixed")
            continue
        output.rewrite(one.file, _bytes(one.after))
        done += one.fixes
    return done


def told(fix: Fix) -> str:
    """Return one line about a fix that was made."""
    finding = fix.finding
    name = f" {finding.name}" if finding.name else ""
    return f"fixed {finding.origin}: {finding.rule}{name} ({finding.help or finding.message})"


def diff(found: Iterable[FileFixes], environments: Iterable[Environment], hide: Redactor) -> str:
    """Return the changes as a unified diff, with secrets masked."""
    names, values = set[str](), set[str]()
    for environment in environments:
        for assignment in (a for layer in environment.layers for a in layer.assignments):
            if hide.masks(assignment.name, assignment.raw):
                names.add(assignment.name)
                values.update(map(_bare, assignment.raw.splitlines()))
    lines = (line for one in found for line in _changes(one))
    return "\n".join(_masked(line, names, values - {""}) for line in lines)


def shown(found: Iterable[FileFixes], hide: Redactor) -> dict[Finding, ShownFix]:
    """Return the fixes in the form that reports show, without those that would write a secret."""
    return {
        fix.finding: ShownFix(fix.safe, tuple(_replacement(e, one) for e in fix.edits))
        for one in found
        for fix in one.fixes
        if not any(hide.masks(fix.finding.name, edit.text) for edit in fix.edits)
    }


def _replacement(edit: Edit, one: FileFixes) -> Replacement:
    text: Text = one.before
    return Replacement(one.file, *text.place(edit.start), *text.place(edit.end), edit.text)


def _changes(one: FileFixes) -> Iterator[str]:
    """Yield a diff without context lines, because these may contain secrets.

    A change of all line endings is one comment.
    """
    from difflib import unified_diff

    before, after = one.before.text, one.after
    if "\r\n" in before and "\r\n" not in after:
        yield f"# {one.file}: CRLF line endings become LF"
    yield from unified_diff(
        before.replace("\r\n", "\n").split("\n"), after.replace("\r\n", "\n").split("\n"),
        one.file, one.file, lineterm="", n=0,
    )  # fmt: skip


def _masked(line: str, names: Collection[str], values: Collection[str]) -> str:
    """Return a line with secrets masked, including everything after the name of a secret."""
    for name in re.findall(r"\w+", line):
        if name in names:
            before, _, after = line.partition(name)
            line = f"{before}{name}{after[:1]}{MASK}" if after else line
            break
    for value in values:
        line = line.replace(value, MASK)
    return visible(line)


def _bare(text: str) -> str:
    """Return a value without the characters that a fix may remove at its ends."""
    return text.strip().strip("\"'").strip()


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
