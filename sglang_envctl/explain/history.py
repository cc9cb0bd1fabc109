"""Describe the history of a name over the SGLang releases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from sglang_envctl.registry.types import Bool
from sglang_envctl.settings import reads_in
from sglang_envctl.text.words import words

if TYPE_CHECKING:
    from sglang_envctl.registry.variable import Variable
    from sglang_envctl.releases import ReleaseData, RenameSpan, Span


INERT = "read, without effect"
OWNERS = ("sglang", "sglang-diffusion", "sglang-kernel")
"""The software whose behavior depends on the SGLang release; other software has its own releases."""


def of_variable(variable: Variable, data: ReleaseData) -> Iterator[str]:
    """Return the history of a variable that SGLang itself reads; nothing for other software."""
    if variable.owner not in OWNERS:
        return iter(())
    return of_name(variable.name, data, partial(read_as, variable))


def read_as(variable: Variable, run: Span) -> str:
    """Describe how releases read a variable; the registry decides whether the value has an effect."""
    reads = reads_in(variable.reads, run.until)
    if not any(not read.inert for read in reads):
        return INERT
    if isinstance(run.default, bool) and not isinstance(variable.type, Bool):
        return "read"  # the code only tests whether the variable is set
    return _read(run)


def _read(run: Span) -> str:
    return f"read, default {default_words(run)}"


def default_words(run: Span) -> str:
    """Describe the default of a run of releases."""
    return "computed by the code" if run.computed else words(run.default) or "none"


def of_name(name: str, data: ReleaseData, read_as: Callable[[Span], str] = _read) -> Iterator[str]:
    """Yield one line for each range of releases that treat the name the same way, newest first.

    The reader may change within a range, because the page lists readers separately.
    """
    told: list[tuple[str, str, str]] = []
    for run in data.runs(name):
        said = read_as(run)
        if told and told[-1][2] == said and data.follows(run.since, told[-1][1]):
            told[-1] = (told[-1][0], run.until, said)
        else:
            told.append((run.since, run.until, said))
    for since, until, said in reversed(told):
        yield f"{_span(since, until, data)}: {said}"
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
        "warning if true": f"deprecated; SGLang logs a warning if it is on{advice}",
        "refused": f"no longer supported; a server does not start if it is set{advice}",
        "overwritten": (
            f"a server overwrites it with {rename.constant}"
            if rename.constant
            else f"a server overwrites it from its command line{advice}"
        ),
    }[rename.kind]
