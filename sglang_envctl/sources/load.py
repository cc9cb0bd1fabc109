"""Sources as the user names them, loaded into layers; what cannot be read is kept as a value."""

from __future__ import annotations

import os
from collections.abc import Callable, Container, Iterable, Iterator
from typing import NamedTuple, TypeAlias

from sglang_envctl.environment import Environment, Layer, Place, stack
from sglang_envctl.errors import SourceError
from sglang_envctl.sources import every, paths, process, read
from sglang_envctl.sources.context import Beside, Context
from sglang_envctl.text.escape import visible


class Unreadable(NamedTuple):
    """A source that could not be read."""

    source: str
    reason: str

    @property
    def words(self) -> str:
        return f"{visible(self.source)}: {self.reason}"


class Loaded(NamedTuple):
    """Layers, and the sources of which none could be made."""

    layers: tuple[Layer, ...]
    unreadable: tuple[Unreadable, ...] = ()

    @property
    def environment(self) -> Environment:
        return stack(self.layers)


Source: TypeAlias = str | Layer
"""A source by its name, or a layer that is there already."""


def start(dialect: str = "dotenv", dialects: tuple[str, ...] = ()) -> Context:
    """The context of a run: this process, and the dialects of .env files."""
    return Context(process.snapshot(), dialect=dialect, dialects=dialects)


def layers(sources: Iterable[Source], under: tuple[Layer, ...] = (), *, context: Context) -> Loaded:
    """Load sources as layers, the first at the bottom; a reference sees the layers below it.

    Raises:
        UsageError: the name of a source makes no sense, or it holds several environments.
    """
    sources = tuple(sources)
    context = context._replace(beside=Beside(paths(s for s in sources if isinstance(s, str))))
    below = _values(under)
    found, unreadable = list(under), []
    for source in sources:
        layer = _layer(source, context._replace(below=below))
        if isinstance(layer, Unreadable):
            unreadable.append(layer)
        else:
            below.update(_values([layer]))
            found.append(layer)
    return Loaded(tuple(found), tuple(unreadable))


def _layer(source: Source, context: Context) -> Layer | Unreadable:
    if isinstance(source, Layer):
        return source
    try:
        return read(source, context)
    except SourceError as error:
        return _unreadable(source, error)


def apart(source: str, under: tuple[Layer, ...], context: Context) -> Iterator[Loaded]:
    """Load every environment that a source holds, each on top of the layers underneath."""
    try:
        found = every(source, context._replace(below=_values(under)))
    except SourceError as error:
        yield Loaded(under, (_unreadable(source, error),))
        return
    for layer in found:
        yield Loaded((*under, layer))


def expanded(sources: Iterable[str]) -> Iterator[str | Unreadable]:
    """Sources, with every directory replaced by the sources in it."""
    sources = tuple(sources)
    if not any(map(os.path.isdir, sources)):
        yield from sources
        return
    from sglang_envctl.sources import directory

    for entry in directory.expanded(sources):
        yield entry if isinstance(entry, str) else Unreadable(*entry)


def all_apart(
    sources: Iterable[str | Unreadable],
    under: tuple[Layer, ...],
    named: Container[str],
    *,
    context: Context,
    each: Callable[[tuple[str | Unreadable, ...]], Iterable[str | Unreadable]] = iter,
) -> Iterator[Loaded]:
    """As `apart`, for all sources of one check; `each` may show the progress.

    A source that is not `named` but was found in a directory, and is a part of another source (the
    env_file of a Compose file, the ConfigMap of a container), is checked there and not alone.
    """
    sources = tuple(sources)
    beside = Beside(paths(source for source in sources if isinstance(source, str)))
    context = context._replace(beside=beside)
    found: list[tuple[str, Loaded]] = []
    for source in each(sources):
        if isinstance(source, Unreadable):
            found.append((source.source, Loaded(under, (source,))))
        else:
            found += ((source, loaded) for loaded in apart(source, under, context))
    if all(source in named for source, _ in found):
        yield from (loaded for _, loaded in found)
        return
    placed = [(source, loaded, _places(loaded, under)) for source, loaded in found]
    elsewhere = {
        place
        for source, _, places in placed
        for place in places
        if place[0] != os.path.normpath(source)
    }
    for source, loaded, places in placed:
        whole = not places or any(file != os.path.normpath(source) for file, _ in places)
        if source in named or whole or not places <= elsewhere:
            yield loaded


def _places(loaded: Loaded, under: tuple[Layer, ...]) -> set[Place]:
    """Where the assignments of a source are."""
    return {
        (os.path.normpath(a.origin.file), a.origin.line or 0)
        for layer in loaded.layers[len(under) :]
        for a in layer.assignments
        if a.origin.file
    }


def _values(found: Iterable[Layer]) -> dict[str, str]:
    return {a.name: a.raw for layer in found for a in layer.assignments}


def _unreadable(source: str, error: SourceError) -> Unreadable:
    return Unreadable(source, str(error).removeprefix(f"{visible(source)}: "))
