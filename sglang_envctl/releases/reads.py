"""Convert the release data into the reads of the registry."""

from __future__ import annotations

from sglang_envctl.registry.variable import Read
from sglang_envctl.releases.data import ReleaseData
from sglang_envctl.releases.spans import Span


def reads_of(name: str, data: ReleaseData) -> tuple[Read, ...]:
    """Return the most informative read of each run of releases, newest first, ignoring SGLang's
    tests.
    """
    runs = reversed(data.runs(name))
    return tuple(read_of(run, data) for run in runs if not run.tests_only)


def read_of(run: Span, data: ReleaseData) -> Read:
    """Convert a run of releases into a read, open at the ends of the data."""
    return Read(
        reader=run.reader,
        where=run.where,
        since="" if run.since == data.releases[0] else run.since,
        until="" if run.until == data.releases[-1] else run.until,
        default=run.default,
        default_rule="computed by the code" if run.computed else "",
    )
