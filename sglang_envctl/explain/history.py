"""What became of a name from one SGLang release to the next, in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sglang_envctl.text.words import words

if TYPE_CHECKING:
    from sglang_envctl.releases import ReleaseData, RenameSpan


def of_name(name: str, data: ReleaseData) -> Iterator[str]:
    """One line for each run of releases that treat the name alike, the newest first.

    The reader may change within a run: the page lists readers apart.
    """
    told: list[tuple[str, str, str]] = []
    for run in data.runs(name):
        default = "worked out by the code" if run.computed else words(run.default) or "none"
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
            since = _span(rename.since, rename.until, data)
            how = f", its value {rename.transform}" if rename.transform else ""
            yield f"{since}: {rename.old} is an old name of it{how}"


def _span(first: str, last: str, data: ReleaseData) -> str:
    until = "the newest known" if last == data.releases[-1] else last
    if first == data.releases[0]:
        return f"up to {until}" if last != data.releases[-1] else "every known release"
    return first if first == last else f"{first} to {until}"


def _deprecated(rename: RenameSpan) -> str:
    advice = f"; it says to use {' or '.join(rename.instead)}" if rename.instead else ""
    how = f", its value {rename.transform}" if rename.transform else ""
    return {
        "table": f"deprecated; copied over {rename.new}{how}{advice}",
        "alias": f"deprecated; looked at where {rename.new} is not set{advice}",
        "warning": f"deprecated; SGLang warns where it is set{advice}",
    }[rename.kind]
