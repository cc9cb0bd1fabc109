"""Load sources: as layers of one environment, or each as an environment of its own."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import TYPE_CHECKING, NamedTuple, TypeAlias, TypeGuard

from sglang_envctl.environment import Assignment, Environment, Layer, Node, Origin, stack
from sglang_envctl.errors import (
    NoEnvironmentError,
    PartlyReadError,
    SeveralEnvironmentsError,
    SourceError,
    Unreadable,
    UsageError,
)
from sglang_envctl.sources import detect, file_kind, place_kind, process
from sglang_envctl.sources.context import Beside, Context
from sglang_envctl.sources.files import read_bytes
from sglang_envctl.text.escape import visible

if TYPE_CHECKING:
    from sglang_envctl.sources.directory import Found

Source: TypeAlias = "str | Mapping[str, str]"
"""A source as the user names it, or a mapping of values."""
OnProgress: TypeAlias = Callable[[int, int], None]
"""A function that is called after each step with the number of steps done and the total number;
while the total is still growing, 0 steps are done.
"""

DEFAULTS = "defaults"
"""The name of a side of a comparison without variables."""
RELEASE = "release:"
"""The prefix of a side without variables that is compared for another release."""
_NOTHING = "no file under it holds an environment"
MAPPING = "mapping"
"""The label of a mapping that the caller passes instead of a source."""


class Loaded(NamedTuple):
    """Sources as layers, the lowest first, and the sources that could not be read."""

    layers: tuple[Layer, ...]
    unreadable: tuple[Unreadable, ...] = ()

    @property
    def environment(self) -> Environment:
        return stack(self.layers)


def load(
    sources: Iterable[Source],
    context: Context,
    *,
    inherit: bool = False,
    under: tuple[Layer, ...] = (),
) -> Loaded:
    """Load sources as layers, the lowest first; references use the layers below their own.

    Args:
        sources: the sources, each with one environment.
        context: the context of reading.
        inherit: whether to put the current environment below the sources.
        under: layers that have already been read, below the sources.

    Raises:
        UsageError: the name of a source is invalid, or a source contains several environments.
    """
    sources = (*([process.LABEL] if inherit else ()), *sources)
    named = [source for source in sources if isinstance(source, str)]
    _refuse_a_second_standard_input(named)
    context = context._replace(beside=Beside(detect.paths(named)))
    layers, unreadable = list(under), []
    below = _values(under)
    for source in sources:
        layer = _layer(source, context._replace(below=below))
        if isinstance(layer, Unreadable):
            unreadable.append(layer)
        else:
            layers.append(layer)
            below.update(_values([layer]))
    return Loaded(tuple(layers), tuple(unreadable))


def load_each(
    sources: Sequence[str],
    context: Context,
    *,
    layers: Sequence[str] = (),
    inherit: bool = False,
    on_source: OnProgress | None = None,
    on_snapshot: Callable[[Side | Unreadable], None] | None = None,
) -> list[Environment | Unreadable]:
    """Return every environment in the sources, each on its own, on top of the same layers.

    A directory means every source under it. A file in a directory that is part of another source
    (the env_file of a Compose file, the ConfigMap of a container) is not an environment of its own.
    Without sources, the layers are the environment; without both, the current environment is.

    Args:
        sources: the sources.
        context: the context of reading.
        layers: the layers below each source.
        inherit: whether to put the current environment below the layers.
        on_source: called with the progress.
        on_snapshot: called with each node's environment, which is then not returned.

    Raises:
        UsageError: the name of a source is invalid.
    """
    _refuse_a_second_standard_input((*sources, *layers))
    base = load(layers, context, inherit=inherit or not (sources or layers))
    if base.unreadable:
        return list(base.unreadable)
    if not sources:
        return [base.environment]
    entries: list[str | Found | Unreadable] = []
    for entry in _once(_expanded(sources, context), sources):
        if on_snapshot and _is_snapshot(entry):
            on_snapshot(_of_snapshot(entry.path, entry.data, base.layers))
        else:
            entries.append(entry)
            if on_source:
                on_source(0, len(entries))
    context = context._replace(beside=_beside(entries), below=_values(base.layers))
    found: list[_Read] = []
    for number, entry in enumerate(entries, 1):
        found += _read(entry, context)
        if on_source:
            on_source(number, len(entries))
    if entries and not found:
        return [Unreadable(source, _NOTHING) for source in sources]
    whole = _without_parts(found, frozenset(sources))
    return list(_without_nodes(whole, base.layers, on_snapshot))


def _without_nodes(
    found: Iterable[Layer | Unreadable],
    under: tuple[Layer, ...],
    on_snapshot: Callable[[Side | Unreadable], None] | None,
) -> Iterator[Environment | Unreadable]:
    """Yield the environments; those of nodes are passed to `on_snapshot` instead."""
    for one in found:
        if isinstance(one, Unreadable):
            yield one
        elif on_snapshot and one.node and one.node.host:
            on_snapshot(_side(one.label, stack((*under, one))))
        else:
            yield stack((*under, one))


def load_file(
    path: str, context: Context, *, layers: Sequence[str] = ()
) -> list[Environment | Unreadable]:
    """Return every environment of a file, on top of layers; empty if it does not look like a source.

    Raises:
        SourceError: the file cannot be read.
        UsageError: the name of a layer is invalid.
    """
    base = load(layers, context)
    if base.unreadable:
        return list(base.unreadable)
    data = read_bytes(path)
    kind = detect.detect(path, data[: detect.HEAD])
    if kind is None:
        return []
    from sglang_envctl.sources.directory import Found

    read = _read(Found(path, kind, data), context._replace(below=_values(base.layers)))
    return list(_without_nodes((one.found for one in read), base.layers, None))


class Side(NamedTuple):
    """An environment to compare, with its name. `make` creates it, or raises SourceError."""

    name: str
    names: Sequence[str]
    texts: Sequence[str]
    """The value of each name, or the reason why it is unknown."""
    node: Node | None
    command: tuple[str, ...]
    make: Callable[[], Environment]


def load_sides(
    sources: Sequence[str],
    context: Context,
    *,
    layers: Sequence[Source] = (),
    inherit: bool = False,
) -> Iterator[Side | Unreadable]:
    """Yield every environment of each source as soon as it is read, on top of the same layers.

    DEFAULTS and RELEASE add nothing to the layers. A directory means every source under it;
    snapshots are not kept in memory, so their number is not limited.

    Raises:
        UsageError: the name of a source is invalid.
    """
    named = [layer for layer in layers if isinstance(layer, str)]
    _refuse_a_second_standard_input((*sources, *named))
    base = load(layers, context, inherit=inherit)
    if base.unreadable:
        yield from base.unreadable
        return
    context = context._replace(below=_values(base.layers))
    for source in sources:
        if source == DEFAULTS or source.startswith(RELEASE):
            yield _side(source, base.environment)
            continue
        found = _within(source, context, base.layers)
        first = tuple(islice(found, 2))
        if len(first) == 1 and isinstance(first[0], Side):
            yield first[0]._replace(name=source)
        else:
            yield from chain(first, found)


def _within(source: str, context: Context, under: tuple[Layer, ...]) -> Iterator[Side | Unreadable]:
    """Yield the environments of a source, snapshots first."""
    held: list[str | Found | Unreadable] = []
    for entry in _expanded([source], context):
        if _is_snapshot(entry):
            yield _of_snapshot(entry.path, entry.data, under)
        else:
            held.append(entry)
    context = context._replace(beside=_beside(held))
    read = [one for entry in held for one in _read(entry, context)]
    for one in _without_parts(read, frozenset([source])):
        yield one if isinstance(one, Unreadable) else _side(one.label, stack((*under, one)))


def _is_snapshot(entry: str | Found | Unreadable) -> TypeGuard[Found]:
    return not isinstance(entry, (str, Unreadable)) and entry.kind is file_kind("snapshot")


def _of_snapshot(path: str, data: bytes, under: tuple[Layer, ...]) -> Side | Unreadable:
    from sglang_envctl.sources import snapshot

    try:
        found = snapshot.parse(path, data)
    except SourceError as error:
        return Unreadable.of(path, error)
    names, texts = found.names, found.texts
    if under:
        values = {**_values(under), **dict(zip(names, texts, strict=True))}
        names, texts = list(values), list(values.values())
    return Side(
        path,
        names,
        texts,
        found.node,
        found.command,
        lambda: stack((*under, snapshot.layer(path, found))),
    )


def _side(name: str, environment: Environment) -> Side:
    names, texts = list(environment.effective), [a.text for a in environment.effective.values()]
    return Side(name, names, texts, environment.node, environment.command, lambda: environment)


def read_all(spec: str, context: Context) -> tuple[Layer, ...]:
    """Return all environments of the source that the user named.

    Raises:
        SourceError: the source cannot be read.
        UsageError: the name is invalid.
    """
    named = detect.parse(spec)
    if isinstance(named, detect.NamedPlace):
        return place_kind(named.name).layers(named.argument, context)
    data = context.beside.read(named.path)
    return detect.select(detect.read(named, data, context), named)


def read_one(spec: str, context: Context) -> Layer:
    """Return the source that the user named, which must be one environment.

    Raises:
        SourceError: the source cannot be read.
        UsageError: the name is invalid.
        SeveralEnvironmentsError: the source contains several environments.
    """
    found = read_all(spec, context)
    if len(found) == 1:
        return found[0]
    shown = visible(spec)
    raise SeveralEnvironmentsError(
        f"{shown} contains {detect.listed(found)}: select one with {shown}#NAME"
    )


class _Read(NamedTuple):
    """One environment of a source, or the reason why the source could not be read."""

    source: str
    found: Layer | Unreadable


def _layer(source: Source, context: Context) -> Layer | Unreadable:
    if isinstance(source, str):
        try:
            return read_one(source, context)
        except SourceError as error:
            return Unreadable.of(source, error)
    origin = Origin(MAPPING)
    found = tuple(Assignment(name, raw, origin) for name, raw in source.items())
    return Layer(MAPPING, process.LABEL, found)


def _values(layers: Iterable[Layer]) -> dict[str, str]:
    return {a.name: a.raw for layer in layers for a in layer.assignments}


def _expanded(sources: Iterable[str], context: Context) -> Iterator[str | Found | Unreadable]:
    """Yield the sources, with every directory and pattern replaced by the sources under it."""
    for source in sources:
        if os.path.isdir(source):
            from sglang_envctl.sources.directory import walk

            yield from walk(source, context.excluded, context.passed)
        else:
            yield from detect.matching(source) or [source]


def _once(
    entries: Iterable[str | Found | Unreadable], named: Iterable[str]
) -> Iterator[str | Found | Unreadable]:
    """Yield each source once: as the user named it, or as found in the first folder that has it."""
    named = set(map(os.path.normpath, named))
    seen = set()
    for entry in entries:
        path = os.path.normpath(entry if isinstance(entry, str) else entry[0])
        if path not in seen and (path not in named or isinstance(entry, (str, Unreadable))):
            seen.add(path)
            yield entry


def _beside(entries: Sequence[str | Found | Unreadable]) -> Beside:
    """Return all files of the run; the content of directories has already been read."""
    paths = (entry if isinstance(entry, str) else entry[0] for entry in entries)
    held = {one.path: one.data for one in entries if not isinstance(one, (str, Unreadable))}
    return Beside(detect.paths(paths), held)


def _read(entry: str | Found | Unreadable, context: Context) -> Iterator[_Read]:
    if isinstance(entry, Unreadable):
        yield _Read(entry.source, entry)
        return
    source = entry if isinstance(entry, str) else entry.path
    try:
        if isinstance(entry, str):
            found = read_all(entry, context)
        else:
            whole = detect.layers_of(entry.kind, entry.path, entry.data, context)
            found = tuple(layer for layer in whole if not layer.aside)
    except NoEnvironmentError as error:
        if isinstance(entry, str):
            yield _Read(source, Unreadable.of(source, error))
        else:
            context.passed(source, error.what)
    except PartlyReadError as error:
        yield from (_Read(source, one) for one in (*error.found, *error.problems))
    except SourceError as error:
        yield _Read(source, Unreadable.of(source, error))
    else:
        yield from (_Read(source, layer) for layer in found)


def _without_parts(found: list[_Read], named: frozenset[str]) -> Iterator[Layer | Unreadable]:
    """Yield the layers, except files of a directory that are part of another source."""
    if all(one.source in named for one in found):
        return (one.found for one in found)
    from sglang_envctl.sources.directory import without_parts

    return without_parts(found, named)


def _refuse_a_second_standard_input(specs: Iterable[str]) -> None:
    """Reject a second standard input, because reading it again would find nothing."""
    if sum(spec == "-" or spec.endswith(":-") for spec in specs) > 1:
        raise UsageError("standard input can be read only once: name - once")
