"""Choose which assignments of an environment are exported."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import NamedTuple

from sglang_envctl.environment import Assignment, Origin
from sglang_envctl.errors import UsageError
from sglang_envctl.registry.variable import Variable
from sglang_envctl.selection import OTHER
from sglang_envctl.settings import Settings, spelled_default
from sglang_envctl.sources.load import MAPPING

MACHINE = (
    "CI", "COVERAGE_", "GITHUB_", "HOST", "LOCAL_", "NAMESPACE", "POD_", "PROGRAM", "PYTEST_", "PYTHON",
    "Program", "RANK", "RUNNER_", "TMPDIR", "WINDIR", "WORLD_SIZE", "XDG_", "debug",
)  # fmt: skip
"""The prefixes of names that SGLang reads and that belong only to this machine, job or process."""


class Wanted(NamedTuple):
    """The variables that an export is limited to."""

    patterns: tuple[str, ...] = ()
    sections: frozenset[str] = frozenset()
    """The slugs of the sections; empty means all sections."""

    def documented(self, variable: Variable) -> bool:
        """Return whether to write a documented variable; a system variable only if a pattern matches."""
        if self.sections and variable.section.slug not in self.sections:
            return False
        return self._named(variable.name) if self.patterns else not variable.ambient

    def other(self, name: str) -> bool:
        """Return whether to write an undocumented name, if the name is for the server."""
        if self.sections and OTHER not in self.sections:
            return False
        return self._named(name) if self.patterns else True

    def _named(self, name: str) -> bool:
        return any(fnmatchcase(name, pattern) for pattern in self.patterns)

    def refuse_unmatched(self, names: list[str], quality: str) -> None:
        """Make sure that each pattern matches a name.

        Raises:
            UsageError: a pattern matches none of the names.
        """
        for pattern in self.patterns:
            if not any(fnmatchcase(name, pattern) for name in names):
                raise UsageError(f"no variable that is {quality} matches {pattern}")


def assignments(settings: Settings, wanted: Wanted, *, defaults: bool) -> Iterator[Assignment]:
    """Yield the assignments to write: documented names first, in registry order.

    With `defaults`, the default of each documented variable that is not set is included.
    """
    effective = settings.environment.effective
    for setting in settings:
        if not wanted.documented(setting.variable):
            continue
        if setting.name in effective:
            yield effective[setting.name]
        elif defaults and (value := spelled_default(setting, settings.release)) is not None:
            yield Assignment(setting.name, value, Origin("default"))
    for assignment in settings.unknown():
        if wanted.other(assignment.name) and _belongs(assignment, settings):
            yield assignment


def _belongs(assignment: Assignment, settings: Settings) -> bool:
    """Return whether an undocumented name is for the server: the user wrote the name, or the release
    reads it.
    """
    name = assignment.name
    if name in settings.environment.explicit or name in settings.rewrites:
        return True
    if assignment.origin.source == MAPPING:
        return True
    if name.startswith(MACHINE):
        return False
    from sglang_envctl.releases import load

    return name in load(settings.release).read_names(settings.release)
