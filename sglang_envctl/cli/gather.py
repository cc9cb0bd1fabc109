"""What every command starts from: the registry, the release, the layers."""

from __future__ import annotations

import os
from collections.abc import Container, Iterable, Iterator
from typing import NamedTuple

from sglang_envctl.cli import progress
from sglang_envctl.cli.outcome import UNREADABLE, say
from sglang_envctl.environment import Environment, Layer, Place, compose
from sglang_envctl.errors import SourceError, UsageError
from sglang_envctl.registry import Registry, load
from sglang_envctl.releases import Judged, judged_as
from sglang_envctl.reports.shapes import Unreadable
from sglang_envctl.sources import every, paths, process, read
from sglang_envctl.sources.context import Beside, Context
from sglang_envctl.text.escape import visible

OTHER = "other"
"""The section of names that nothing documents."""


class Gathered(NamedTuple):
    """Layers, and the sources that could not be made into one."""

    layers: tuple[Layer, ...]
    unreadable: tuple[Unreadable, ...] = ()

    @property
    def environment(self) -> Environment:
        return compose(self.layers)


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
        UsageError: there is none of such a name.
    """
    return _among((*(section.slug for section in known.sections), OTHER), wanted, "section")


def owners(wanted: Iterable[str], known: Registry) -> frozenset[str]:
    """The owners that --owner names.

    Raises:
        UsageError: there is none of such a name.
    """
    return _among(tuple(known.owners), wanted, "owner")


def _among(choices: tuple[str, ...], wanted: Iterable[str], what: str) -> frozenset[str]:
    for name in wanted:
        if name not in choices:
            from sglang_envctl.registry.types import nearest

            guess = nearest(name, choices)
            mend = f"did you mean {guess}?" if guess else f"{what}s are {', '.join(choices)}"
            raise UsageError(f"--{what}: no {what} is called {name!r}; {mend}")
    return frozenset(wanted)


def release(wanted: str | None) -> Judged:
    """The release to judge by."""
    try:
        return judged_as(wanted)
    except ValueError as error:
        raise UsageError(f"--sglang: {error}") from error


def context(dialect: str = "dotenv", dialects: tuple[str, ...] = ()) -> Context:
    """What reading starts from: this process, and who reads .env files."""
    return Context(process.snapshot(), dialect=dialect, dialects=dialects)


def layers(
    specs: Iterable[str], under: tuple[Layer, ...] = (), *, start: Context | None = None
) -> Gathered:
    """Read sources as layers, the first at the bottom; one that cannot be read is kept as such."""
    specs = tuple(specs)
    start = (start or context())._replace(beside=Beside(paths(specs)))
    below = {a.name: a.raw for layer in under for a in layer.assignments}
    found, unreadable = list(under), []
    for spec in specs:
        layer = _layer(spec, start._replace(below=below))
        if isinstance(layer, Unreadable):
            unreadable.append(layer)
        else:
            below.update((a.name, a.raw) for a in layer.assignments)
            found.append(layer)
    return Gathered(tuple(found), tuple(unreadable))


def apart(spec: str, under: tuple[Layer, ...], start: Context) -> Iterator[Gathered]:
    """Every environment that a source holds, each on top of the layers underneath."""
    below = {a.name: a.raw for layer in under for a in layer.assignments}
    try:
        found = every(spec, start._replace(below=below))
    except SourceError as error:
        yield Gathered(under, (_unreadable(spec, error),))
        return
    for layer in found:
        yield Gathered((*under, layer))


def expanded(specs: Iterable[str]) -> Iterator[str | Unreadable]:
    """Sources, with every directory replaced by the sources under it."""
    if not any(map(os.path.isdir, specs := tuple(specs))):
        yield from specs
        return
    from sglang_envctl.sources import directory

    for entry in directory.expanded(specs):
        yield entry if isinstance(entry, str) else Unreadable(*entry)


def apart_each(
    specs: Iterable[str | Unreadable],
    under: tuple[Layer, ...],
    named: Container[str],
    *,
    start: Context,
) -> Iterator[Gathered]:
    """As `apart` for every source of one check.

    What is not `named` but was found in a directory, and is a part of another source (the env_file
    of a Compose file, the ConfigMap of a container), is judged there and not alone.
    """
    specs = tuple(specs)
    start = start._replace(beside=Beside(paths(s for s in specs if isinstance(s, str))))
    found: list[tuple[str, Gathered]] = []
    for spec in progress.over(specs, "Reading"):
        if isinstance(spec, Unreadable):
            found.append((spec.source, Gathered(under, (spec,))))
        else:
            found += ((spec, gathered) for gathered in apart(spec, under, start))
    if all(spec in named for spec, _ in found):
        yield from (gathered for _, gathered in found)
        return
    taken = {
        place
        for spec, gathered in found
        for place in _places(gathered, under)
        if place[0] != os.path.normpath(spec)
    }
    for spec, gathered in found:
        places = _places(gathered, under)
        whole = not places or any(file != os.path.normpath(spec) for file, _ in places)
        if spec in named or whole or not places <= taken:
            yield gathered


def _places(gathered: Gathered, under: tuple[Layer, ...]) -> set[Place]:
    """Where the assignments of a source stand."""
    return {
        (os.path.normpath(a.origin.file), a.origin.line or 0)
        for layer in gathered.layers[len(under) :]
        for a in layer.assignments
        if a.origin.file
    }


def _layer(spec: str, context: Context) -> Layer | Unreadable:
    try:
        return read(spec, context)
    except SourceError as error:
        return _unreadable(spec, error)


def _unreadable(spec: str, error: SourceError) -> Unreadable:
    return Unreadable(spec, str(error).removeprefix(f"{visible(spec)}: "))


def base(env: Iterable[str] | None, *, inherit: bool, start: Context | None = None) -> Gathered:
    """The -e layers, over this process where `inherit`."""
    return layers([*([process.LABEL] if inherit else ()), *(env or ())], start=start)


def environment(
    env: Iterable[str] | None, *, inherit: bool, start: Context | None = None
) -> Gathered:
    """The -e layers; this process alone if there are none."""
    once(env or ())
    return base(env, inherit=inherit or not env, start=start)


def once(specs: Iterable[str]) -> None:
    """Refuse a second reading of standard input, which would find nothing there."""
    if sum(spec == "-" or spec.endswith(":-") for spec in specs) > 1:
        raise UsageError("standard input can be read only once: name - once")


def remark(environments: Iterable[Environment]) -> None:
    """Say what there is to know about whole sources, each once."""
    layers = (layer for environment in environments for layer in environment.layers)
    for text in dict.fromkeys(f"{layer.label} {layer.remark}" for layer in layers if layer.remark):
        say(text)


def complain(unreadable: Iterable[Unreadable]) -> int:
    """Say what could not be read, and return the exit code for it."""
    for problem in unreadable:
        say(problem.words)
    return UNREADABLE
