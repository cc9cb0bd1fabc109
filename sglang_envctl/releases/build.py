"""Make the data file from audits: one run of releases for each way of reading a name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sglang_envctl.audit.model import Audit, Forward, Rename, Use
from sglang_envctl.audit.rows import weight
from sglang_envctl.releases.data import DECLARED_ONLY, TESTS_ONLY, ReleaseData
from sglang_envctl.releases.versions import key

_MAX_NOTE = 240
_WEAK = 4
"""The weight of a use that only asks whether the variable is there."""


def telling(uses: Iterable[Use]) -> list[Use]:
    """Of one name's uses those worth keeping: one, the first, for each way of reading it."""
    chosen = list(uses)
    live = [use for use in chosen if not use.declared_only]
    strong = [use for use in live if weight(use) < _WEAK]
    if strong:
        chosen = [use for use in chosen if use.declared_only or use in strong]
    if any(not _in_tests(use) for use in chosen):
        chosen = [use for use in chosen if not _in_tests(use)]
    seen: dict[tuple[object, ...], Use] = {}
    for use in chosen:
        seen.setdefault((use.reader, repr(use.default), use.default_rule, use.declared_only), use)
    return list(seen.values())


def _in_tests(use: Use) -> bool:
    from sglang_envctl.audit.paths import is_test

    return is_test(use.file) and not use.tests_only


class Builder:
    """Collects releases; `data()` is what the file holds."""

    def __init__(self) -> None:
        self.uses: dict[str, dict[str, list[Use]]] = {}
        self.renames: dict[str, list[Rename]] = {}
        self.forwards: dict[str, Forward | None] = {}

    def keep(self, old: ReleaseData) -> None:
        """Take over what the file holds already."""
        for release in old.releases:
            names = {name: list(old.uses(name, release)) for name in sorted(old.names())}
            self.uses[release] = {name: uses for name, uses in names.items() if uses}
            self.renames[release] = [
                Rename(item.old, item.new, item.transform, item.note, item.file, item.line)
                for item in old.renames(release)
            ]
            forward = old.forward(release)
            self.forwards[release] = (
                Forward("SGL_", "SGLANG_", forward.old_wins, forward.file, forward.line)
                if forward
                else None
            )

    def add(self, release: str, audit: Audit) -> None:
        """Take in the audit of a release, in the place of what was known of it."""
        self.uses[release] = {name: telling(uses) for name, uses in audit.names.items()}
        self.renames[release] = list(audit.renames)
        self.forwards[release] = audit.forwards_sgl_prefix

    def releases(self) -> list[str]:
        return sorted(self.uses, key=key)

    def data(self) -> dict[str, Any]:
        """The content of the file, as JSON values."""
        releases = self.releases()
        tables = _Tables()
        names = sorted({name for found in self.uses.values() for name in found})
        spans = {name: self._spans(name, releases, tables) for name in names}
        renames = self._renames(releases, tables)
        forwards = self._forwards(releases, tables)
        return {
            "schema": 1,
            "releases": releases,
            "readers": tables.readers,
            "files": tables.files,
            "names": spans,
            "renames": renames,
            "forwards": forwards,
        }

    def _spans(self, name: str, releases: Sequence[str], tables: _Tables) -> list[list[Any]]:
        runs = _Runs()
        for number, release in enumerate(releases):
            for use in self.uses[release].get(name, ()):
                flags = TESTS_ONLY * use.tests_only + DECLARED_ONLY * use.declared_only
                way = (use.reader, flags, repr(use.default), use.default_rule)
                runs.note(number, way, use)
        rows: list[list[Any]] = []
        ordered = sorted(runs.all, key=lambda run: (-run[1], run[2].declared_only, weight(run[2])))
        for since, until, use in ordered:
            flags = TESTS_ONLY * use.tests_only + DECLARED_ONLY * use.declared_only
            default: list[object] = [use.default, use.default_rule]
            while default and default[-1] in (None, "") and default[-1:] != [0]:
                if len(default) == 1 and default[0] == "":
                    break
                default.pop()
            reader, file = tables.reader(use.reader), tables.file(use.file)
            rows.append([since, until, reader, file, use.line, flags, *default])
        return rows

    def _renames(self, releases: Sequence[str], tables: _Tables) -> list[list[Any]]:
        runs = _Runs()
        for number, release in enumerate(releases):
            for item in self.renames[release]:
                runs.note(number, (item.old, item.new, item.transform, item.note, item.file), item)
        return [
            [since, until, item.old, item.new, item.transform, item.note[:_MAX_NOTE],
             tables.file(item.file), item.line]
            for since, until, item in sorted(runs.all, key=lambda run: (run[2].old, run[0]))
        ]  # fmt: skip

    def _forwards(self, releases: Sequence[str], tables: _Tables) -> list[list[Any]]:
        runs = _Runs()
        for number, release in enumerate(releases):
            item = self.forwards[release]
            if item is not None:
                runs.note(number, (item.old_wins, item.file), item)
        return [
            [since, until, int(item.old_wins), tables.file(item.file), item.line]
            for since, until, item in runs.all
        ]


class _Tables:
    """Readers and files are many times the same: the rows hold their numbers."""

    def __init__(self) -> None:
        self.readers: list[str] = []
        self.files: list[str] = []

    def reader(self, reader: str) -> int:
        if reader not in self.readers:
            self.readers.append(reader)
        return self.readers.index(reader)

    def file(self, file: str) -> int:
        if file not in self.files:
            self.files.append(file)
        return self.files.index(file)


class _Runs:
    """Joins equal things of consecutive releases; what stays is the newest of each run."""

    def __init__(self) -> None:
        self._open: dict[tuple[object, ...], list[Any]] = {}
        self.all: list[list[Any]] = []

    def note(self, number: int, way: tuple[object, ...], item: object) -> None:
        run = self._open.get(way)
        if run is not None and number - run[1] <= 1:
            if run[1] < number:
                run[1:] = [number, item]
            return
        run = [number, number, item]
        self._open[way] = run
        self.all.append(run)
