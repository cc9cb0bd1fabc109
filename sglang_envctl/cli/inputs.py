"""What every command starts from: the registry, the release, and the layers that options name."""

from __future__ import annotations

from collections.abc import Iterable

from sglang_envctl.cli.outcome import UNREADABLE, say
from sglang_envctl.environment import Environment
from sglang_envctl.errors import UsageError
from sglang_envctl.registry import Registry, load
from sglang_envctl.releases import Judged, judged_as
from sglang_envctl.sources import process
from sglang_envctl.sources.context import Context
from sglang_envctl.sources.load import Loaded, Unreadable, layers, start

OTHER = "other"
"""The section of undocumented names."""


def registry(files: Iterable[str] | None) -> Registry:
    """The shipped registry and the user's own files."""
    known = load()
    if files:
        from sglang_envctl.sources.registry_file import read as declared

        for file in files:
            known = known.extended(declared(file))
    return known


def sections(wanted: Iterable[str], known: Registry) -> frozenset[str]:
    """The sections that --section names.

    Raises:
        UsageError: there is no section of such a name.
    """
    return _among((*(section.slug for section in known.sections), OTHER), wanted, "section")


def owners(wanted: Iterable[str], known: Registry) -> frozenset[str]:
    """The owners that --owner names.

    Raises:
        UsageError: there is no owner of such a name.
    """
    return _among(tuple(known.owners), wanted, "owner")


def _among(choices: tuple[str, ...], wanted: Iterable[str], what: str) -> frozenset[str]:
    for name in wanted:
        if name not in choices:
            from sglang_envctl.registry.types import nearest

            guess = nearest(name, choices)
            fix = f"did you mean {guess}?" if guess else f"valid {what}s: {', '.join(choices)}"
            raise UsageError(f"--{what}: unknown {what} {name!r}; {fix}")
    return frozenset(wanted)


def release(wanted: str | None) -> Judged:
    """The release to check against."""
    try:
        return judged_as(wanted)
    except ValueError as error:
        raise UsageError(f"--sglang: {error}") from error


def underneath(env: Iterable[str] | None, *, inherit: bool, context: Context) -> Loaded:
    """The -e layers, on top of the current environment where `inherit`."""
    return layers([*([process.LABEL] if inherit else ()), *(env or ())], context=context)


def environment(env: Iterable[str] | None, *, inherit: bool, dialect: str) -> Loaded:
    """The -e layers; the current environment if there are none."""
    read_once(env or ())
    return underneath(env, inherit=inherit or not env, context=start(dialect))


def read_once(specs: Iterable[str]) -> None:
    """Refuse to read standard input twice: the second time it would be empty."""
    if sum(spec == "-" or spec.endswith(":-") for spec in specs) > 1:
        raise UsageError("standard input can be read only once: name - once")


def remark(environments: Iterable[Environment]) -> None:
    """Print what there is to know about whole sources, each once."""
    found = (layer for environment in environments for layer in environment.layers)
    for text in dict.fromkeys(f"{layer.label} {layer.remark}" for layer in found if layer.remark):
        say(text)


def complain(unreadable: Iterable[Unreadable]) -> int:
    """Print what could not be read, and return the exit code for it."""
    for problem in unreadable:
        say(problem.words)
    return UNREADABLE
