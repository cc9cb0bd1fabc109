"""Apply a project's policy to findings: which files a rule does not apply to, and its severity."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from fnmatch import fnmatchcase

from sglang_envctl.config import Config
from sglang_envctl.rules import Finding


def applied(findings: Iterable[Finding], config: Config) -> tuple[Finding, ...]:
    """Return the findings that the policy keeps, with the severities of the project."""
    return tuple(_kept(findings, config))


def _kept(findings: Iterable[Finding], config: Config) -> Iterator[Finding]:
    left_out = [
        (matcher((pattern,), config.base), rules)
        for pattern, rules in config.per_file_ignores.items()
    ]
    for finding in findings:
        file = finding.origin.file
        if file and any(finding.rule in rules and fits(file) for fits, rules in left_out):
            continue
        severity = config.severity.get(finding.rule, finding.severity)
        yield finding._replace(severity=severity)


def matcher(patterns: tuple[str, ...], base: str) -> Callable[[str], bool]:
    """Return a function that tells whether a path, one of its folders or its name matches a pattern
    relative to a directory.
    """
    folder = os.path.abspath(base)

    def fits(path: str) -> bool:
        relative = os.path.relpath(os.path.abspath(path), folder)
        whole = relative.split(os.sep)
        parts = {*whole, *(os.sep.join(whole[:end]) for end in range(1, len(whole) + 1))}
        return any(fnmatchcase(part, pattern.rstrip("/")) for part in parts for pattern in patterns)

    return fits
