"""Count what a check read, and limit the findings that are listed for users."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from sglang_envctl.environment import Environment
from sglang_envctl.errors import Unreadable
from sglang_envctl.rules import Finding

if TYPE_CHECKING:
    from sglang_envctl.registry import Registry
    from sglang_envctl.releases import ChosenRelease

NAMES = {"process": "the current environment", "-": "standard input"}
"""The names of sources in words."""
MOST_NAMED = 5
"""The maximum number of sources that a line names; the others are counted."""
MOST_LISTED = 20
"""The maximum number of listed findings of one rule about one file; the others are counted."""
_OWN = ("SGLANG_", "SGL_")
_UNKNOWN = {"unknown", "compiled"}
"""The readers that accept every value, because envctl does not know how the code reads it."""
_Repetition: TypeAlias = tuple[str, str, str]


class Counted(NamedTuple):
    """The number of variables in a source, and how many were checked."""

    source: str
    variables: int | None
    """The number of variables, except variables of the machine that SGLang does not read; None if
    the source could not be read.
    """
    unchecked: int = 0
    """The number of variables whose value is unknown, or which envctl cannot validate."""
    holds_none: bool = False
    """Whether the source has no environment: no variable and no place that variables come from."""


def checked_against(*chosen: ChosenRelease) -> str:
    """Name the releases that the sources were checked against, and the reason for the choice."""
    *before, last = chosen
    if not before:
        return f"checked against SGLang {last.release}, {last.reason}"
    named = f"{', '.join(one.release for one in before)} and {last.release}"
    return f"checked against SGLang {named}"


def count(read: Environment | Unreadable, registry: Registry, reported: Collection[str]) -> Counted:
    """Count the checked variables of one environment; `reported` are the names with findings."""
    if isinstance(read, Unreadable):
        return Counted(read.source, None)
    listed = registry.listed
    known = (
        name
        for name in read.effective
        if (name in listed and not listed[name].ambient) or name.startswith(_OWN)
    )
    own = read.layers[-1]
    counted = read.explicit.union(known)
    return Counted(
        own.label,
        len(counted),
        sum(
            bool(read.effective[name].unknown)
            or (name not in reported and not _is_checked(name, registry))
            for name in counted
        ),
        not (own.assignments or own.unseen or own.notes),
    )


def _is_checked(name: str, registry: Registry) -> bool:
    """Return whether envctl knows how the code reads a variable; an SGLang name without an entry
    counts, because its spelling is checked.
    """
    entry = registry.find(name)
    if entry is None:
        return name.startswith(_OWN)
    return not entry.reads or any(read.reader not in _UNKNOWN for read in entry.reads)


def how_much(counts: Sequence[Counted], against: str) -> str:
    """Describe what was checked against which releases, and how much could not be checked."""
    if not counts:
        return against
    number = sum(one.variables or 0 for one in counts)
    unknown = sum(one.unchecked for one in counts)
    left = f"; {unknown:,} value{'s' * (unknown != 1)} not checked" if unknown else ""
    return f"{number:,} variable{'s' * (number != 1)} {against}{left}"


def nothing_in(counts: Sequence[Counted], sources: Sequence[str]) -> str:
    """Return a line for a run without findings, which says whether there was anything to check."""
    if not counts or any(one.variables for one in counts):
        return "no problems"
    files = all(one.holds_none for one in counts) and sources[0] != "process"
    return "no environment found" if files else "nothing to check"


def holding_none(counts: Sequence[Counted]) -> str:
    """Return a line about the sources without an environment; empty if the only source has none."""
    found = dict.fromkeys(one.source for one in counts if one.holds_none)
    if not found or len(counts) == 1:
        return ""
    return f"no environment found in {shortlist(tuple(found))}"


def shortlist(sources: Sequence[str]) -> str:
    """Return the first sources by name, and the number of the others."""
    more = len(sources) - MOST_NAMED
    return f"{', '.join(sources[:MOST_NAMED])}{f' and {more:,} more' if more > 0 else ''}"


def passed_over(files: Mapping[str, str]) -> str:
    """Return a line about the files in directories that contain no environment, by kind; empty if
    there are none.
    """
    if not files:
        return ""
    kinds = Counter(files.values()).most_common()
    named = ", ".join(f"{number:,} {kind}" for kind, number in kinds[:MOST_NAMED])
    rest = sum(number for _, number in kinds[MOST_NAMED:])
    total = sum(number for _, number in kinds)
    return (
        f"passed over {total:,} file{'s' * (total != 1)}: {named}"
        f"{f' and {rest:,} of other kinds' if rest else ''}"
    )


def fixed(number: int) -> str:
    """Return a line about the effect of --fix."""
    return (
        f"--fix would fix {number:,} finding{'s' * (number != 1)}" if number else "nothing to fix"
    )


def shortened(findings: Sequence[Finding]) -> Iterator[Finding]:
    """Yield the first findings of each rule in each file, and count the others."""
    total = Counter(map(_repetition, findings))
    seen: Counter[_Repetition] = Counter()
    for finding in findings:
        key = _repetition(finding)
        seen[key] += 1
        more = total[key] - MOST_LISTED
        if seen[key] <= MOST_LISTED or more == 1:
            yield finding
        elif seen[key] == MOST_LISTED + 1:
            yield finding._replace(name="", message=f"and {more:,} more from here on", help="")


def _repetition(finding: Finding) -> _Repetition:
    origin = finding.origin
    return finding.rule, finding.severity, origin.file or origin.source
