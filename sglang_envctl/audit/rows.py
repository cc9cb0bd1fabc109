"""From raw finds to rows: one a place, the registries' verdicts added."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from sglang_envctl.audit.facts import Use
from sglang_envctl.audit.paths import is_test
from sglang_envctl.audit.registries import Registry


def weight(reader: str) -> int:
    """How much a reader says about the value, most first."""
    kind = reader.partition(".")[2].partition(":")[0]
    if not reader.startswith("raw."):
        return 0
    order = {"text": 2, "required": 2, "truthy": 3, "presence": 4, "setdefault": 5}
    return order.get(kind, 1)


def finished(found: Iterable[tuple[Use, Registry | None, str]]) -> tuple[Use, ...]:
    """The rows of an audit, ordered by name and by how much they say."""
    best: dict[tuple[str, str, int], Use] = {}
    for raw, registry, entry in found:
        use = _judged(raw, registry, entry)
        key = (use.name, use.file, use.line)
        if key not in best or weight(use.reader) < weight(best[key].reader):
            best[key] = use
    by_name: dict[str, list[Use]] = {}
    for use in best.values():
        by_name.setdefault(use.name, []).append(use)
    rows: list[Use] = []
    for name in sorted(by_name):
        rows += _of_name(by_name[name])
    return tuple(rows)


def _judged(use: Use, registry: Registry | None, entry: str) -> Use:
    if registry is None:
        return use
    files = registry.asked.get(entry, set())
    tests = use.tests_only or (bool(files) and all(is_test(file) for file in files))
    return replace(use, tests_only=tests, declared_only=not files)


def _of_name(uses: list[Use]) -> list[Use]:
    """A name is for tests only when nothing else reads it."""
    read = [use for use in uses if not use.declared_only]
    tests = bool(read or uses) and all(use.tests_only for use in read or uses)
    order = sorted(
        uses,
        key=lambda use: (use.declared_only, use.tests_only, weight(use.reader), use.file, use.line),
    )
    return [replace(use, tests_only=tests) for use in order]
