"""Load the data file with the reads of each release.

A row begins with the numbers of its first and last release; the last is null as long as the newest
release agrees, so a release without changes adds only its own name.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from sglang_envctl.releases.own import OwnRelease
from sglang_envctl.releases.spans import ForwardSpan, RenameSpan, Span

PATH = Path(__file__).with_name("data.json")
TESTS_ONLY = 1
DECLARED_ONLY = 2
COMPUTED = 4


class ReleaseData:
    """The names that each release reads, with reader and default."""

    def __init__(self, raw: dict[str, Any]) -> None:
        self._raw = raw
        self.releases: tuple[str, ...] = tuple(raw["releases"])
        self._numbers = {release: number for number, release in enumerate(self.releases)}

    def names(self) -> frozenset[str]:
        """Every name that any release reads or declares."""
        return frozenset(self._raw["names"])

    def read_names(self, release: str) -> frozenset[str]:
        """Return the names that code of a release reads; a name that is only declared is not read."""
        return self._names_by_release[self._number(release)]

    @cached_property
    def _names_by_release(self) -> list[frozenset[str]]:
        found: list[set[str]] = [set() for _ in self.releases]
        for name, spans in self._raw["names"].items():
            for since, until, _reader, _file, _line, flags, *_ in spans:
                if not flags & DECLARED_ONLY:
                    for number in range(since, self._last(until) + 1):
                        found[number].add(name)
        return [frozenset(names) for names in found]

    def uses(self, name: str, release: str) -> tuple[Span, ...]:
        """Return how a release reads a name, the most informative read first.

        File and line are from the newest release that reads the name the same way.
        """
        number = self._number(release)
        return tuple(span for since, until, span in self._spans(name) if since <= number <= until)

    def history(self, name: str) -> tuple[Span, ...]:
        """Return all reads of a name in all releases, oldest first."""
        spans = sorted(self._spans(name), key=lambda item: (item[0], item[1]))
        return tuple(span for _, _, span in spans)

    def runs(self, name: str) -> tuple[Span, ...]:
        """Return the most informative read in each release, as runs of equal reads, oldest first.

        A name that is only declared is not read. File and line are from the newest release that reads
        the name the same way.
        """
        spans = [item for item in self._spans(name) if not item[2].declared_only]
        found: list[tuple[int, int, Span]] = []
        for number in range(len(self.releases)):
            span = next((span for since, until, span in spans if since <= number <= until), None)
            if found and span is found[-1][2] and found[-1][1] == number - 1:
                found[-1] = (found[-1][0], number, span)
            elif span:
                found.append((number, number, span))
        return tuple(
            span._replace(since=self.releases[since], until=self.releases[until])
            for since, until, span in found
        )

    def follows(self, release: str, other: str) -> bool:
        """Return whether a release directly follows another."""
        return self._number(release) == self._number(other) + 1

    def first_last(self, name: str) -> tuple[str, str] | None:
        """Return the first and the last release that reads a name; None if no release does."""
        live = [item for item in self._spans(name) if not item[2].declared_only]
        if not live:
            return None
        first, last = min(item[0] for item in live), max(item[1] for item in live)
        return self.releases[first], self.releases[last]

    def rename(self, old: str, release: str) -> RenameSpan | None:
        """Return how a release handles a deprecated name; None if the name is not deprecated there."""
        found = [item for item in self.renames(release) if item.old == old]
        return min(found, key=lambda item: not item.new, default=None)

    def renames(self, release: str) -> tuple[RenameSpan, ...]:
        """Return the deprecated names of a release."""
        number = self._number(release)
        return tuple(
            self._rename(row)
            for row in self._raw["renames"]
            if row[0] <= number <= self._last(row[1])
        )

    def every_rename(self) -> tuple[RenameSpan, ...]:
        """The deprecated names of all releases."""
        return tuple(map(self._rename, self._raw["renames"]))

    def last_rename(self, old: str) -> RenameSpan | None:
        """Return how the newest release that deprecates a name handles it; None if no release does."""
        rows = [row for row in self._raw["renames"] if row[2] == old]
        if not rows:
            return None
        return self._rename(max(rows, key=lambda row: (self._last(row[1]), bool(row[3]))))

    def _rename(self, row: list[Any]) -> RenameSpan:
        since, until, old, new, kind, transform, instead, file, line = row
        first, last = self.releases[since], self.releases[self._last(until)]
        where = self._raw["files"][file]
        return RenameSpan(first, last, old, new, kind, transform, tuple(instead), where, line)

    def forward(self, release: str) -> ForwardSpan | None:
        """Return how a release rewrites `SGL_` to `SGLANG_`."""
        number = self._number(release)
        for since, until, old_wins, file, line in self._raw["forwards"]:
            if since <= number <= self._last(until):
                first, last = self.releases[since], self.releases[self._last(until)]
                return ForwardSpan(first, last, bool(old_wins), self._raw["files"][file], line)
        return None

    def forwards(self, release: str) -> bool:
        """Return whether a release copies every `SGL_X` to `SGLANG_X`."""
        return self.forward(release) is not None

    def _number(self, release: str) -> int:
        if release not in self._numbers:
            raise KeyError(f"no data for release {release}")
        return self._numbers[release]

    def _last(self, until: int | None) -> int:
        """Return the number of the last release of a row."""
        return len(self.releases) - 1 if until is None else until

    def _spans(self, name: str) -> Iterator[tuple[int, int, Span]]:
        readers, files = self._raw["readers"], self._raw["files"]
        for since, end, reader, file, line, flags, *default in self._raw["names"].get(name, ()):
            until, computed = self._last(end), bool(flags & COMPUTED)
            span = Span(
                since=self.releases[since],
                until=self.releases[until],
                reader=readers[reader],
                default=default[0] if default and not computed else None,
                computed=computed,
                default_from=tuple(default) if computed else (),
                file=files[file],
                line=line,
                tests_only=bool(flags & TESTS_ONLY),
                declared_only=bool(flags & DECLARED_ONLY),
            )
            yield since, until, span


def own_release(version: str, like: str, raw: dict[str, Any], label: str) -> OwnRelease:
    """Return a release for local code; `label` is its name in the data."""
    own = OwnRelease(version)
    own.like = like
    own.unread = raw.get("unread", 0)
    releases = [own if name == label else name for name in raw["releases"]]
    own.data = ReleaseData({**raw, "releases": releases})
    return own


def load(release: str = "") -> ReleaseData:
    """Return the data that contains a release: for local code, its own data; otherwise the data file."""
    return release.data if isinstance(release, OwnRelease) else _shipped()


@lru_cache(maxsize=1)
def _shipped() -> ReleaseData:
    import json

    return ReleaseData(json.loads(PATH.read_bytes()))
