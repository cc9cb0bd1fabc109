"""Reduce an audit to the facts that the data of envctl contains.

An audit quotes the package: the notes of its deprecations, the source of its computed defaults. The
facts contain only the names in these quotes, no sentences and no code.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from sglang_envctl.audit.code.files import is_test
from sglang_envctl.audit.facts import Forward, Rename, Use, weight
from sglang_envctl.releases.spans import TRANSFORMS, ForwardSpan, RenameSpan, Span

_WEAK = 4
"""The weight of a use that only tests whether the variable is set."""
_FLAG = re.compile(r"--[a-z][a-z0-9-]*(?:=\w+(?![\w|]))?")
_VARIABLE = re.compile(r"\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+(?:=\w+(?![\w|]))?")
_ADVICE = re.compile(r"\b(?:use|set|pass)\b", re.IGNORECASE)
_READ = re.compile(
    r"""(?:\bgetenv\(|\benviron\.get\(|\benviron\[|\benv\.get\()['"](\w+)['"]
        |\benvs\.([A-Z]\w*)""",
    re.VERBOSE,
)


def ways(release: str, uses: Iterable[Use]) -> list[Span]:
    """Return the uses of one name to keep: the first for each way of reading the name."""
    chosen = list(uses)
    live = [use for use in chosen if not use.declared_only]
    strong = [use for use in live if weight(use.reader) < _WEAK]
    if strong:
        chosen = [use for use in chosen if use.declared_only or use in strong]
    if any(not _in_tests(use) for use in chosen):
        chosen = [use for use in chosen if not _in_tests(use)]
    found: dict[str, Span] = {}
    for use in chosen:
        span = _span(release, use)
        found.setdefault(way(span), span)
    return list(found.values())


def mentioned(release: str, file: str) -> Span:
    """Return the fact that a compiled part mentions a name; the reader and the line are unknown."""
    return Span(release, release, "compiled", None, False, (), file, 0)


def _in_tests(use: Use) -> bool:
    return is_test(use.file) and not use.tests_only


def _span(release: str, use: Use) -> Span:
    computed = bool(use.default_rule) or not _is_short(use.default)
    return Span(
        since=release,
        until=release,
        reader=use.reader,
        default=None if computed else use.default,
        computed=computed,
        default_from=tuple(dict.fromkeys(n for n in read_by(use.default_rule) if n != use.name)),
        file=use.file,
        line=use.line,
        tests_only=use.tests_only,
        declared_only=use.declared_only,
    )


def _is_short(default: object) -> bool:
    """Return whether a default is a value rather than a sentence."""
    if isinstance(default, list):
        return all(map(_is_short, default))
    if isinstance(default, dict):
        return all(map(_is_short, (*default, *default.values())))
    return not isinstance(default, str) or len(default.split()) <= 2


def read_by(expression: str) -> Iterator[str]:
    """Yield the environment variables that an expression reads."""
    for found in _READ.finditer(expression):
        yield found[1] or found[2]


def advised(note: str) -> Iterator[str]:
    """Yield the flags and the variables that a note recommends."""
    yield from _FLAG.findall(note)
    for clause in re.split(r"[.;]\s", note):
        if advice := _ADVICE.search(clause):
            yield from _VARIABLE.findall(clause, advice.end())


def _renamed(release: str, item: Rename) -> RenameSpan:
    source = [item.note] if item.kind == "overwritten" else advised(item.note)
    others = (text for text in source if text not in (item.old, item.new))
    return RenameSpan(
        since=release,
        until=release,
        old=item.old,
        new=item.new,
        kind=item.kind,
        transform=item.transform if item.transform in TRANSFORMS else "computed",
        instead=tuple(dict.fromkeys(others)),
        file=item.file,
        line=item.line,
    )


def deprecated(release: str, items: Iterable[Rename]) -> list[RenameSpan]:
    """Return one entry for each old name and its new name; a plain warning is merged into it."""
    found = [_renamed(release, item) for item in items]
    advice: dict[str, list[str]] = {}
    for span in found:
        advice.setdefault(span.old, []).extend(span.instead)
    forwarded = {span.old for span in found if span.new}
    merged = {
        (span.old, span.new): span._replace(instead=tuple(dict.fromkeys(advice[span.old])))
        for span in found
        if span.new or span.old not in forwarded
    }
    return list(merged.values())


def forwarded(release: str, item: Forward | None) -> list[ForwardSpan]:
    return [ForwardSpan(release, release, item.old_wins, item.file, item.line)] if item else []


def way(fact: Span | RenameSpan | ForwardSpan) -> str:
    """Return a key that ignores only the releases and the place of a fact; 1, 1.0 and True differ."""
    return repr(fact._replace(since="", until="", file="", line=0))
