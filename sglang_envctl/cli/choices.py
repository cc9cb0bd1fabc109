"""Convert option values to releases, sections, rules and dialects; an unknown value is a usage error."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator

from sglang_envctl import api
from sglang_envctl.cli import progress
from sglang_envctl.errors import UsageError
from sglang_envctl.registry import Registry
from sglang_envctl.releases import ChosenRelease
from sglang_envctl.rules import rules
from sglang_envctl.sources.dotenv.dialects import DIALECTS
from sglang_envctl.text.escape import visible


def release(sglang: str | None, option: str = "--sglang") -> ChosenRelease:
    """Return the release to check against."""
    try:
        with progress.counted("Scanning SGLang", quiet=False) as on_file:
            return api.release(sglang, on_file)
    except ValueError as error:
        raise UsageError(f"{option}: {error}") from error


def releases(sglang: Iterable[str], option: str = "--sglang") -> tuple[ChosenRelease, ...]:
    """Return the releases to check against; by default, only the default release."""
    found = [release(named, option) for named in tuple(sglang) or (None,)]
    return tuple({chosen.release: chosen for chosen in found}.values())


def sections(given: Iterable[str] | None, known: Registry) -> frozenset[str]:
    """Return the sections that --section names."""
    from sglang_envctl.selection import OTHER

    choices = (*(section.slug for section in known.sections), OTHER)
    return frozenset(_among(choices, given, "section"))


def refuse_files(names: Iterable[str] | None, command: str) -> None:
    """Reject the name of a file in place of a variable, and explain how to pass the file."""
    for name in names or ():
        if not re.fullmatch(r"[\w*?\[\]]*", name) and os.path.exists(name):
            shown = visible(name)
            raise UsageError(f"{shown} is a file; write envctl {command} -e {shown}")


def owners(given: Iterable[str] | None, known: Registry) -> frozenset[str]:
    """Return the owners that --owner names."""
    return frozenset(_among(known.owners, given, "owner"))


def slugs(given: Iterable[str] | None, option: str) -> frozenset[str]:
    """Return the rules that --select or --ignore names."""
    found = frozenset(_words(given))
    for slug in sorted(found - rules().keys()):
        fix = _guess(slug, tuple(rules())) or "envctl explain --rules lists the rules"
        raise UsageError(f"{option}: unknown rule {slug!r}; {fix}")
    return found


def dialects(given: Iterable[str] | None, option: str) -> tuple[str, ...]:
    """Return the dialects that an option names."""
    found = tuple(dict.fromkeys(_words(given)))
    for dialect in found:
        if dialect not in DIALECTS:
            raise UsageError(f"{option}: {dialect!r} is not one of {', '.join(DIALECTS)}")
    return found


def compared_dialects(given: Iterable[str] | None) -> tuple[str, ...]:
    """Return the dialects that --dialects names: none, or at least two."""
    found = dialects(given, "--dialects")
    if len(found) == 1:
        raise UsageError("--dialects needs two or more dialects: name another one")
    return found


def _words(given: Iterable[str] | None) -> Iterator[str]:
    """Yield the values of an option that may be repeated and may contain commas."""
    return filter(None, (word.strip() for text in given or () for word in text.split(",")))


def _among(choices: tuple[str, ...], given: Iterable[str] | None, what: str) -> Iterator[str]:
    for name in given or ():
        if name not in choices:
            fix = _guess(name, choices) or f"{what}s are {', '.join(choices)}"
            raise UsageError(f"--{what}: unknown {what} {name!r}; {fix}")
        yield name


def _guess(name: str, choices: tuple[str, ...]) -> str:
    from sglang_envctl.registry.types import nearest

    guess = nearest(name, choices)
    return f"did you mean {guess}?" if guess else ""


def address(given: str, option: str) -> str:
    """Return the address that an option names."""
    from sglang_envctl.config.keys import WrongValueError
    from sglang_envctl.config.keys import address as read

    try:
        return read(given)
    except WrongValueError as error:
        raise UsageError(f"{option}: {error}") from error


def timeout(seconds: int) -> int:
    """Return the number of seconds to wait for the nodes of a cluster.

    Raises:
        UsageError: the number is less than 1.
    """
    if seconds < 1:
        raise UsageError("--timeout: wait at least 1 second")
    return seconds
