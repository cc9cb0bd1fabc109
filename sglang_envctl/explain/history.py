"""The history of a name over the SGLang releases, in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sglang_envctl.text.words import words

if TYPE_CHECKING:
    from sglang_envctl.releases import ReleaseData, RenameSpan


def of_name(name: str, data: ReleaseData) -> Iterator[str]:
    """One line for each range of releases that treat the name the same way, newest first.

    The reader may change within a range: the page lists readers separately.
    """
    told: list[tuple[str, str, str]] = []
    for run in data.runs(name):
        default = "computed by the code" if run.computed else words(run.default) or "none"
        if told and told[-1][2] == default and data.follows(run.since, told[-1][1]):
            told[-1] = (told[-1][0], run.until, default)
        else:
            told.append((run.since, run.until, default))
    for since, until, default in reversed(told):
        yield f"{_span(since, until, data)}: read, default {default}"
    for rename in data.every_rename():
        if rename.old == name:
            yield f"{_span(rename.since, rename.until, data)}: {_deprecated(rename)}"
        elif rename.new == name:
            span = _span(rename.since, rename.until, data)
            how = f" (value {rename.transform})" if rename.transform else ""
            yield f"{span}: {rename.old} is a deprecated name of it{how}"


def _span(first: str, last: str, data: ReleaseData) -> str:
    oldest, newest = first == data.releases[0], last == data.releases[-1]
    if oldest:
        return "all known releases" if newest else f"up to {last}"
    if newest:
        return f"since {first}"
    return first if first == last else f"{first} to {last}"


def _deprecated(rename: RenameSpan) -> str:
    advice = f"; use {' or '.join(rename.instead)} instead" if rename.instead else ""
    how = f" (value {rename.transform})" if rename.transform else ""
    return {
        "table": f"deprecated; SGLang copies it to {rename.new}{how}, even if that is set{advice}",
        "alias": f"deprecated; read only if {rename.new} is not set{advice}",
        "warning": f"deprecated; SGLang logs a warning if it is set{advice}",
    }[rename.kind]
