"""Find the edits that resolve findings, each proved by reading the edited file again.

An edit is kept only if the file then says exactly the same as before, except for the one name or value
of the finding. So no grammar must be written a second time, and what cannot be proved is not offered.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import NamedTuple, TypeAlias

from sglang_envctl.findings.edits import Edit, Edits, Text, candidates
from sglang_envctl.rules.rule import Finding, Remedy
from sglang_envctl.sources.reread import Reading, Written

Reread: TypeAlias = Callable[[str, str, bytes], "Reading | None"]
"""Returns what a file says, by the source that it was read for, its path and its bytes; None
if nothing.
"""

MOST_PROOFS = 200
"""How often one file is read again at most; what is not proved by then is not fixed in this round."""
_MARKS = dict.fromkeys(map(ord, "\r\ufeff"))


class Fix(NamedTuple):
    """The edits of one file that resolve a finding."""

    finding: Finding
    file: str
    edits: Edits
    safe: bool
    """Whether the fix does what the author evidently meant, and nothing else."""


class FileFixes(NamedTuple):
    """The fixes of one file, which can be applied together."""

    file: str
    before: Text
    fixes: tuple[Fix, ...]

    @property
    def after(self) -> str:
        """The text after all fixes."""
        return self.before.edited(edit for fix in self.fixes for edit in fix.edits)


def fixes(
    findings: Iterable[Finding],
    read: Callable[[str], bytes | None],
    reread: Reread,
    *,
    unsafe: bool,
) -> tuple[FileFixes, ...]:
    """Return the fixes of findings by file; with `unsafe`, also those that may do more than was meant.

    Args:
        findings: what was found.
        read: the bytes of a file that may be edited; None for any other.
        reread: what a file says when its bytes are these.
        unsafe: whether unsafe fixes are wanted.
    """
    by_file: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.remedy and finding.origin.file and (finding.remedy.safe or unsafe):
            by_file.setdefault(finding.origin.file, []).append(finding)
    found = (_of_file(file, wanted, read(file), reread) for file, wanted in by_file.items())
    return tuple(one for one in found if one and one.fixes)


def _of_file(
    file: str, findings: list[Finding], data: bytes | None, reread: Reread
) -> FileFixes | None:
    source = findings[0].origin.source
    before = reread(source, file, data) if data is not None else None
    if data is None or before is None:
        return None
    text, budget = Text(data.decode("utf-8", "surrogateescape")), iter(range(MOST_PROOFS))
    prover = _Prover(text, before, source, file, reread, budget)
    return FileFixes(file, prover.text, tuple(prover.proved(findings)))


class _Prover(NamedTuple):
    """Finds out which edits of a file have the intended effect."""

    text: Text
    before: Reading
    source: str
    file: str
    reread: Reread
    budget: Iterator[int]
    """One for each time that the file may be read again."""

    def proved(self, findings: list[Finding]) -> list[Fix]:
        """Return the fixes that can be applied together."""
        options = [
            [Fix(finding, self.file, edits, _safe(finding)) for edits in edits_of]
            for finding, edits_of in guesses(self.text, self.before, findings)
        ]
        return self._added([], [found for found in options if found])

    def _added(self, kept: list[Fix], options: list[list[Fix]]) -> list[Fix]:
        """Return the fixes that can be added to some: first guesses, as many at once as possible."""
        tried = [*kept, *(found[0] for found in options)]
        if not options or self._holds(tried):
            return tried
        if len(options) > 1:
            middle = len(options) // 2
            return self._added(self._added(kept, options[:middle]), options[middle:])
        further = ([*kept, fix] for fix in options[0][1:])
        return next((tried for tried in further if self._holds(tried)), kept)

    def _holds(self, chosen: list[Fix]) -> bool:
        """Return whether the edited file says what it should, and nothing else has changed."""
        if next(self.budget, None) is None or len(list(_apart(chosen))) < len(chosen):
            return False
        edited = self.text.edited(edit for fix in chosen for edit in fix.edits)
        data = edited.encode("utf-8", "surrogateescape")
        after = self.reread(self.source, self.file, data)
        remedied = [fix.finding for fix in chosen]
        return after is not None and says(after, self.before, remedied)


def guesses(
    text: Text, before: Reading, findings: Iterable[Finding]
) -> Iterator[tuple[Finding, list[Edits]]]:
    """Return the possible edits for findings about one file, for each the most likely first."""
    raw_of = {(one.file, one.name, one.line): one.raw for one in before.written}
    for finding in findings:
        remedy, origin = finding.remedy, finding.origin
        raw = raw_of.get((origin.file, finding.name, origin.line))
        known = remedy and (raw is not None or remedy.patterns)
        yield finding, [*candidates(text, finding, remedy, raw or "")] if remedy and known else []


def says(after: Reading, before: Reading, remedied: Collection[Finding]) -> bool:
    """Return whether a file says the same as before, except for the remedies of findings; lines may
    have moved.
    """
    return _bare(after.written) == _bare(_expected(before.written, remedied))


def _safe(finding: Finding) -> bool:
    return bool(finding.remedy and finding.remedy.safe)


def _apart(chosen: Iterable[Fix]) -> Iterator[Fix]:
    """Return the fixes whose edits are not part of another fix, or are equal; if two collide,
    the first.
    """
    taken: dict[int, Edit] = {}
    for fix in chosen:
        spans = [(at, edit) for edit in fix.edits for at in range(edit.start, edit.end)]
        if all(taken.get(at, edit) == edit for at, edit in spans):
            taken.update(spans)
            yield fix


def _expected(before: Iterable[Written], findings: Collection[Finding]) -> Iterator[Written]:
    """Return what a file says after the remedies of findings are applied."""
    by_target = {(f.origin.file, f.name, f.origin.line): f.remedy for f in findings}
    for one in before:
        remedy = by_target.get((one.file, one.name, one.line))
        yield _remedied(one, remedy) if remedy else one


def _remedied(one: Written, remedy: Remedy) -> Written:
    if remedy.patterns:
        name, raw = one.name, one.raw
        for pattern, replacement in remedy.patterns:
            name, raw = (re.sub(pattern, replacement, text) for text in (name, raw))
        return one._replace(name=name, raw=raw)
    raw = one.raw if remedy.value is None else remedy.value
    return one._replace(name=remedy.name or one.name, raw=raw)


def _bare(written: Iterable[Written]) -> list[tuple[int, str, str, str, str | None]]:
    """Return the same without lines, even in selectors, and without the marks that no author intends."""
    numbers: dict[str, int] = {}
    return [
        (
            numbers.setdefault(one.selector, len(numbers)),
            one.name.translate(_MARKS),
            one.raw.translate(_MARKS),
            one.unknown,
            one.file,
        )
        for one in written
    ]
