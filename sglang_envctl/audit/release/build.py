"""Build the data file from audits: one run of releases for each way of reading a name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from sglang_envctl.audit.code.compiled import Mentions, certain
from sglang_envctl.audit.facts import Audit, weight
from sglang_envctl.audit.release.spans import deprecated, forwarded, mentioned, way, ways
from sglang_envctl.releases.data import COMPUTED, DECLARED_ONLY, TESTS_ONLY, ReleaseData
from sglang_envctl.releases.spans import ForwardSpan, RenameSpan, Span
from sglang_envctl.releases.versions import key


class Builder:
    """A collection of releases; `data()` returns the content of the file."""

    def __init__(self) -> None:
        self.spans: dict[str, dict[str, list[Span]]] = {}
        self.renames: dict[str, list[RenameSpan]] = {}
        self.forwards: dict[str, list[ForwardSpan]] = {}

    def keep(self, old: ReleaseData) -> None:
        """Add the existing content of the file."""
        for release in old.releases:
            names = {name: list(old.uses(name, release)) for name in sorted(old.names())}
            self.spans[release] = {name: spans for name, spans in names.items() if spans}
            self.renames[release] = list(old.renames(release))
            forward = old.forward(release)
            self.forwards[release] = [forward] if forward else []

    def add(self, release: str, audit: Audit, compiled: Mentions | None = None) -> None:
        """Add the audit of a release, which replaces earlier data about it."""
        spans = {name: ways(release, uses) for name, uses in audit.names.items()}
        for name, file in certain(compiled or {}, spans).items():
            if all(span.tests_only or span.declared_only for span in spans.get(name, ())):
                spans[name] = [mentioned(release, file), *spans.get(name, ())]
        self.spans[release] = spans
        self.renames[release] = deprecated(release, audit.renames)
        self.forwards[release] = forwarded(release, audit.forwards_sgl_prefix)

    def data(self) -> dict[str, Any]:
        """Return the content of the file as JSON values."""
        releases = sorted(self.spans, key=key)
        tables = _Tables(newest=len(releases) - 1)
        names = sorted({name for found in self.spans.values() for name in found})
        spans = {
            name: tables.spans(_runs([self.spans[r].get(name, []) for r in releases]))
            for name in names
        }
        renames = tables.renames(_runs([self.renames[r] for r in releases]))
        forwards = tables.forwards(_runs([self.forwards[r] for r in releases]))
        return {
            "schema": 3,
            "releases": releases,
            "readers": tables.readers,
            "files": tables.files,
            "forwards": forwards,
            "renames": renames,
            "names": spans,
        }


class _Tables:
    """The rows of the file. Readers and files repeat, so rows refer to tables of them by number."""

    def __init__(self, newest: int) -> None:
        self.newest = newest
        self.readers: list[str] = []
        self.files: list[str] = []

    def spans(self, runs: list[tuple[int, int, Span]]) -> list[list[Any]]:
        """Return the rows, the newest first; among the newest, the most informative first."""
        runs.sort(key=lambda run: (-run[1], run[2].declared_only, weight(run[2].reader)))
        return [[since, self._end(until), *self._span(span)] for since, until, span in runs]

    def _end(self, until: int) -> int | None:
        """Return the last release of a run; None if it is the newest release, because more may
        follow.
        """
        return None if until == self.newest else until

    def _span(self, span: Span) -> list[Any]:
        flags = (
            TESTS_ONLY * span.tests_only
            + DECLARED_ONLY * span.declared_only
            + COMPUTED * span.computed
        )
        default = list(span.default_from) if span.computed else [span.default]
        reader, file = _number(self.readers, span.reader), _number(self.files, span.file)
        return [reader, file, span.line, flags, *(default if default != [None] else [])]

    def renames(self, runs: list[tuple[int, int, RenameSpan]]) -> list[list[Any]]:
        runs.sort(key=lambda run: (run[2].old, run[0]))
        return [
            [since, self._end(until), item.old, item.new, item.kind, item.transform, item.instead,
             _number(self.files, item.file), item.line]
            for since, until, item in runs
        ]  # fmt: skip

    def forwards(self, runs: list[tuple[int, int, ForwardSpan]]) -> list[list[Any]]:
        return [
            [since, self._end(until), int(item.old_wins), _number(self.files, item.file), item.line]
            for since, until, item in runs
        ]


def _number(table: list[str], item: str) -> int:
    if item not in table:
        table.append(item)
    return table.index(item)


_Fact = TypeVar("_Fact", Span, RenameSpan, ForwardSpan)
"""A fact about a run of releases, with its place in the newest of them."""


def _runs(by_release: Sequence[Iterable[_Fact]]) -> list[tuple[int, int, _Fact]]:
    """Return equal facts of consecutive releases as one, with the place in the newest release."""
    runs: list[tuple[int, int, _Fact]] = []
    running: dict[str, int] = {}
    for number, facts in enumerate(by_release):
        for fact in facts:
            position = running.get(way(fact))
            if position is not None and runs[position][1] == number:
                continue
            if position is not None and runs[position][1] == number - 1:
                runs[position] = (runs[position][0], number, fact)
            else:
                running[way(fact)] = len(runs)
                runs.append((number, number, fact))
    return runs
