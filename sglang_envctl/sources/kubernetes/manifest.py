"""Read manifests: the objects of a file, and the environment of each container."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import NamedTuple

from sglang_envctl.environment import Layer, Note, Origin, Place
from sglang_envctl.environment import Node as Rank
from sglang_envctl.errors import NoEnvironmentError
from sglang_envctl.releases.renames import OWNED
from sglang_envctl.sources.bounds import Budget
from sglang_envctl.sources.comments import in_lines
from sglang_envctl.sources.context import Context
from sglang_envctl.sources.documents import load, shape
from sglang_envctl.sources.kubernetes.container import Catalog, Container, from_datum, refused
from sglang_envctl.sources.kubernetes.holders import (
    CONTAINERS,
    Holder,
    holders,
)
from sglang_envctl.sources.kubernetes.objects import (
    HELD,
    Object,
    data,
    index,
    objects,
    objects_of_files,
)
from sglang_envctl.sources.mappings.forms import Path
from sglang_envctl.sources.shell import started_by
from sglang_envctl.sources.yaml import inner
from sglang_envctl.sources.yaml.commands import CommandLine, command_line
from sglang_envctl.sources.yaml.tree import Node, Stream, items, text_of, within
from sglang_envctl.sources.yaml.unread import told
from sglang_envctl.text.escape import source_name, visible

_KUSTOMIZE = "kustomize.config.k8s.io/"
_LWS = "leaderworkerset.sigs.k8s.io"
_PLAIN = frozenset(
    {
        "Pod", "PodTemplate", "Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob",
        "ReplicaSet", "ReplicationController",
    }
)  # fmt: skip
"""The kinds whose containers get no variables from controllers."""
_IMAGE = re.compile(
    r"(?:docker\.io/)?lmsysorg/sglang:v(\d+(?:\.\d+)+(?:\.?(?:post|rc)\d+)?)(?:-.*)?"
)
_ENVIRONMENT_NAME = re.compile(r"[A-Z][A-Z0-9_]*")


def read(path: str, data: bytes, context: Context) -> tuple[Layer, ...]:
    """Return the environment of every container.

    Raises:
        NoEnvironmentError: the file contains no objects, or is input for kustomize.
        SourceError: the file is not valid YAML.
    """
    stream = context.beside.parsed(path, data, load)
    found = list(objects(stream.documents, path))
    if _is_kustomization(path, stream):
        raise NoEnvironmentError(
            f"{visible(path)}: input for kustomize; check the output of kubectl kustomize",
            "input for kustomize",
        )
    if not found:
        shown = source_name(path)
        form = shape(path, data[:4096])
        raise NoEnvironmentError(
            f"{shown}: contains no Kubernetes object", f"{form} without an environment"
        )
    layers = _Manifest(path, stream, found, context).layers()
    return told(layers, stream.documents, stream.text, path)


def _is_kustomization(path: str, stream: Stream) -> bool:
    versions = (text_of(within(document, "apiVersion")) for document in stream.documents)
    named = os.path.basename(path).lower().startswith("kustomization.")
    return named or any(version.startswith(_KUSTOMIZE) for version in versions)


class _Selected(NamedTuple):
    """A container, the selector for it, and its rank in an engine."""

    selector: str
    container: Container
    command: CommandLine | None = None
    rank: Rank | None = None
    aside: bool = False
    """Whether the environment is a layer of others, so that probably no program gets it alone."""


class _Manifest:
    """One file of manifests, with access to the other files of the check."""

    def __init__(self, path: str, stream: Stream, found: list[Object], context: Context) -> None:
        self._path = path
        self._objects = found
        self._budget = Budget(path)
        self._ignores = in_lines(stream.text, path)
        self._has_texts = inner.may_contain(stream.text)
        self._context = context
        self._catalog = Catalog(index(found), context.beside.once(objects_of_files))
        self._notes = [
            *(_repeated(path, key.line, key.text) for key, *_ in stream.repeated),
            *(note for one in found for note in refused(one, path)),
        ]

    def layers(self) -> Iterator[Layer]:
        containers = [one for found in self._objects for one in self._environments(found)]
        notes = self._notes
        for one in containers:
            yield from self._layers(one, notes)
            notes = []
        texts = [layer for found in self._objects for layer in self._of_texts(found)]
        yield from texts
        if containers:
            return
        maps = [layer for found in self._objects if (layer := self._map(found))]
        if maps:
            first, *others = maps
            yield first._replace(notes=tuple(notes))
            yield from others
        elif not texts or notes:
            yield Layer(self._path, "kubernetes", (), tuple(notes), self._ignores)

    def _environments(self, found: Object) -> Iterator[_Selected]:
        """Yield the declarations in an object: of its pods, of custom resources, in embedded YAML."""
        all_holders = list(holders(found.node)) if found.kind not in HELD else []
        around = {id(node) for one in all_holders for node in one.around}
        roles = iter(_roles([one.path for one in all_holders if one.is_pod]))
        for one in all_holders:
            if one.is_pod:
                yield from self._of_pod(found, one, next(roles))
            else:
                container = self._container(found, *one.around, one.node)
                command = command_line(one.node, container.resolved)
                aside = id(one.node) in around
                yield _Selected(_selector(found, one.path), container, command, aside=aside)

    def _of_texts(self, found: Object) -> Iterator[Layer]:
        """Yield the environments in the texts of an object."""
        if not self._has_texts:
            return
        runs = found.kind not in HELD
        for layer in inner.layers(found.node, self._path, self._context, runs=runs):
            selector = f"{found.selector}/{layer.selector.removeprefix('spec/')}"
            yield layer._replace(
                label=f"{self._path}#{selector}", selector=selector, ignores=self._ignores
            )

    def _of_pod(self, found: Object, pod: Holder, role: str) -> Iterator[_Selected]:
        base = f"{found.selector}/{role}" if role else found.selector
        linked = text_of(within(pod.node, "enableServiceLinks")).lower() != "false"
        for key, suffix in CONTAINERS.items():
            for number, node in enumerate(items(within(pod.node, key))):
                container = self._container(found, *pod.around)
                container.read(node, of_pod=True)
                if linked:
                    self._link(container, found.namespace)
                name = text_of(within(node, "name")) or "-"
                rank, release = None, _release(text_of(within(node, "image")))
                if found.kind == "LeaderWorkerSet":
                    engine = f"{self._path}#{found.selector}{suffix}/{number}"
                    rank = Rank(rank=role, engine=engine, release=release)
                elif within(found.node, "status"):
                    rank = _running(found, f"{suffix}/{number}", release)
                command = command_line(node, container.resolved)
                yield _Selected(f"{base}{suffix}/{name}", container, command, rank)

    def _container(self, found: Object, *nodes: Node) -> Container:
        """Return the environment that mappings declare; the first mapping is the lowest."""
        container = Container(
            self._path,
            found.file,
            found.namespace,
            self._catalog,
            self._budget,
            extensible=found.kind not in _PLAIN,
        )
        for node in nodes:
            container.read(node)
        return container

    def _link(self, container: Container, namespace: str) -> None:
        """Add notes about the names that Kubernetes injects for the services of the namespace."""
        same_file, other_files = (one.links.get(namespace, {}) for one in self._catalog)
        for name, link in {**other_files, **same_file}.items():
            if name not in container.known:
                origin = Origin(self._path, link.file, link.line, "service")
                facts = {"service": link.service}
                container.notes.append(Note("service-link", origin, name, facts=facts))

    def _layers(self, selected: _Selected, notes: list[Note]) -> tuple[Layer, ...]:
        """Return the environment of each server that a container starts."""
        layer, command = self._layer(selected, notes), selected.command
        if not command:
            return (layer,)
        origin = Origin(layer.label, selected.container.file, command.line, "command")
        return started_by(layer, command.words, origin, command.last)

    def _layer(self, selected: _Selected, notes: list[Note]) -> Layer:
        container = selected.container
        ignores = dict(self._ignores)
        for file in {a.origin.file or "" for a in container.assignments}:
            ignores.update(self._catalog.other_files.ignores.get(file, {}))
        for begin, line in container.lines.items():
            if rules := ignores.get((container.file, begin)):
                place: Place = container.file, line
                ignores[place] = ignores.get(place, frozenset()) | rules
        return Layer(
            f"{self._path}#{selected.selector}",
            "kubernetes",
            tuple(container.assignments),
            (*notes, *container.notes),
            ignores,
            selected.selector,
            unseen=container.unseen,
            node=selected.rank,
            aside=selected.aside,
            devices=container.devices,
        )

    def _map(self, found: Object) -> Layer | None:
        """Return a ConfigMap or Secret as the environment of a container that uses it; None if its
        keys are not names of variables, or a Secret has none of SGLang, and for other objects.
        """
        entries = data(found) if found.kind in HELD else {}
        named = {key: one for key, one in entries.items() if _ENVIRONMENT_NAME.fullmatch(key)}
        plain = named == entries and found.kind == "ConfigMap"
        if not named or not (plain or any(key.startswith(OWNED) for key in named)):
            return None
        assignments = tuple(from_datum(*one, found, self._path) for one in named.items())
        label, unseen = f"{self._path}#{found.selector}", "the container that uses it"
        return Layer(
            label, "kubernetes", assignments, (), self._ignores, found.selector, unseen=unseen
        )


def _selector(found: Object, path: Path) -> str:
    """Return the name of a part of an object: `kind/name/path`, without `spec`, which is in every
    path.
    """
    return "/".join((found.selector, *path[path[:1] == ("spec",) :]))


def _roles(paths: list[Path]) -> list[str]:
    """Return the part of each pod's path that differs from the others; empty if there is only one
    pod.
    """
    if len(paths) < 2:
        return ["" for _ in paths]
    longest = max(map(len, paths))
    fork = next(i for i in range(longest + 1) if len({path[i : i + 1] for path in paths}) > 1)
    return ["".join(path[fork : fork + 1]).removesuffix("Template") for path in paths]


def _running(pod: Object, container: str, release: str) -> Rank:
    """Return the rank and the engine of a running pod; the labels of a LeaderWorkerSet name the
    engine.
    """

    def label(name: str) -> str:
        return text_of(within(pod.node, "metadata", "labels", f"{_LWS}/{name}"))

    engine = f"{pod.namespace}/{label('name')}/{label('group-index')}{container}"
    return Rank(
        host=pod.name if container == "/0" else f"{pod.name}{container}",
        rank=label("worker-index"),
        engine=engine if label("name") else "",
        release=release,
    )


def _release(image: str) -> str:
    """Return the SGLang release in the tag of one of SGLang's own images."""
    found = _IMAGE.fullmatch(image)
    return found[1] if found else ""


def _repeated(path: str, line: int, key: str) -> Note:
    facts = {"reason": f"the key {key} appears twice in one mapping"}
    return Note("refused", Origin(path, path, line, "env"), dialect="kubernetes", facts=facts)
