"""Find the edits that resolve findings, and prove each by reading the edited file again.

An edit is kept only if it changes nothing but the one name or value of the finding. The proof uses
the parsers of the sources, so no second grammar is needed; edits without a proof are not offered.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import chain
from typing import NamedTuple, TypeAlias

from sglang_envctl.findings.edits import Edit, Edits, Text, candidates
from sglang_envctl.rules.rule import Finding, Remedy
from sglang_envctl.sources.reread import Reading, Written

Reread: TypeAlias = Callable[[str, str, bytes], "Reading | None"]
"""A function that parses bytes as a source, by the source's name and path; None if it contains
nothing.
"""

MOST_PROOFS = 200
"""The maximum number of times that one file is parsed again; findings not proved by then stay
unfixed in this round.
"""
_MARKS = dict.fromkeys(map(ord, "\r\ufeff"))


class Fix(NamedTuple):
    """The edits of one file that resolve a finding."""

    finding: Finding
    file: str
    edits: Edits
    safe: bool
    """Whether the fix does only what the author evidently meant."""
    also: tuple[Finding, ...] = ()
    """The same finding at the other assignments of a name that the edits change."""


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
    """Return the fixes of findings by file; with `unsafe`, also fixes that may do more than the
    author meant.

    Args:
        findings: the findings.
        read: returns the bytes of a file that may be edited; None for any other file.
        reread: parses edited bytes.
        unsafe: whether to include unsafe fixes.
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
    """A search for the edits of a file that have the intended effect."""

    text: Text
    before: Reading
    source: str
    file: str
    reread: Reread
    budget: Iterator[int]
    """An item for each time that the file may still be parsed."""

    def proved(self, findings: list[Finding]) -> list[Fix]:
        """Return the fixes that can be applied together."""
        also = _repeated(self.before, findings)
        wanted = chain(findings, *also.values())
        edits_of = {
            one: [] if _is_silenced(one, self.before) else edits
            for one, edits in guesses(self.text, self.before, wanted)
        }
        options = [
            [
                Fix(one, self.file, edits, _safe(one), also[one])
                for edits in _options(one, edits_of, also[one])
            ]
            for one in findings
        ]
        return self._added([], [found for found in options if found])

    def _added(self, kept: list[Fix], options: list[list[Fix]]) -> list[Fix]:
        """Return `kept` with the fixes that can be added: the likeliest, if possible all at once."""
        tried = [*kept, *(found[0] for found in options)]
        if not options or self._holds(tried):
            return tried
        if len(options) > 1:
            middle = len(options) // 2
            return self._added(self._added(kept, options[:middle]), options[middle:])
        further = ([*kept, fix] for fix in options[0][1:])
        return next((tried for tried in further if self._holds(tried)), kept)

    def _holds(self, chosen: list[Fix]) -> bool:
        """Return whether the edits have the intended effect and change nothing else."""
        if next(self.budget, None) is None or len(list(_apart(chosen))) < len(chosen):
            return False
        edited = self.text.edited(edit for fix in chosen for edit in fix.edits)
        data = edited.encode("utf-8", "surrogateescape")
        after = self.reread(self.source, self.file, data)
        remedied = [finding for fix in chosen for finding in (fix.finding, *fix.also)]
        return after is not None and says(after, self.before, remedied)


def guesses(
    text: Text, before: Reading, findings: Iterable[Finding]
) -> Iterator[tuple[Finding, list[Edits]]]:
    """Yield each finding about one file with its possible edits, the most likely first."""
    raw_of = {(one.file, one.name, one.line): one.raw for one in before.written}
    for finding in findings:
        remedy, origin = finding.remedy, finding.origin
        raw = raw_of.get((origin.file, finding.name, origin.line))
        known = remedy and (raw is not None or remedy.patterns)
        yield finding, [*candidates(text, finding, remedy, raw or "")] if remedy and known else []


def _repeated(before: Reading, findings: Iterable[Finding]) -> dict[Finding, tuple[Finding, ...]]:
    """Return, for each finding about a wrong name, the finding at the other assignments of the name.

    A file may set a name several times, and only the assignment that wins has a finding.
    """
    lines: dict[tuple[str, str | None, str], list[int | None]] = {}
    selector_of = {}
    for one in before.written:
        lines.setdefault((one.selector, one.file, one.name), []).append(one.line)
        selector_of[one.file, one.name, one.line] = one.selector
    found = {}
    for finding in findings:
        origin, renamed = finding.origin, finding.remedy and finding.remedy.name
        selector = selector_of.get((origin.file, finding.name, origin.line), "")
        others = lines.get((selector, origin.file, finding.name), ()) if renamed else ()
        found[finding] = tuple(
            finding._replace(origin=origin._replace(line=line))
            for line in others
            if line != origin.line
        )
    return found


def _is_silenced(finding: Finding, before: Reading) -> bool:
    place = finding.origin.file or "", finding.origin.line or 0
    return finding.rule in before.ignores.get(place, ())


def _options(
    finding: Finding, edits_of: Mapping[Finding, list[Edits]], also: tuple[Finding, ...]
) -> Iterator[Edits]:
    """Yield the possible edits of a fix, the most likely first.

    If a name is renamed, it is on all lines: SGLang may prefer the value of the one that is left.
    """
    if not also:
        yield from edits_of[finding]
    elif finding.remedy and finding.remedy.value is None:
        together = [edits_of[one][:1] for one in (finding, *also)]
        if all(together):
            yield tuple(edit for (edits,) in together for edit in edits)


def says(after: Reading, before: Reading, remedied: Collection[Finding]) -> bool:
    """Return whether a file has the same content as before, except for the remedies of findings;
    lines may have moved.
    """
    return _bare(after.written) == _bare(_expected(before.written, remedied))


def _safe(finding: Finding) -> bool:
    return bool(finding.remedy and finding.remedy.safe)


def _apart(chosen: Iterable[Fix]) -> Iterator[Fix]:
    """Yield the fixes, without any whose edits overlap different edits of an earlier fix."""
    taken: dict[int, Edit] = {}
    for fix in chosen:
        spans = [(at, edit) for edit in fix.edits for at in range(edit.start, edit.end)]
        if all(taken.get(at, edit) == edit for at, edit in spans):
            taken.update(spans)
            yield fix


def _expected(before: Iterable[Written], findings: Collection[Finding]) -> Iterator[Written]:
    """Yield the content that a file should have after the remedies of findings are applied."""
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
    """Return the content without line numbers, and without invisible characters that no author
    intends.
    """
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
