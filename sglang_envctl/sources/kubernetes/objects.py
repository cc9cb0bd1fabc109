"""The objects in Kubernetes manifests: what has containers, and what containers take values from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from sglang_envctl.environment import Place
from sglang_envctl.errors import SourceError
from sglang_envctl.sources import files
from sglang_envctl.sources.comments import in_lines
from sglang_envctl.sources.yaml.scalars import by_kubernetes
from sglang_envctl.sources.yaml.tree import (
    Map,
    Node,
    Scalar,
    Sequence,
    items,
    load,
    pairs,
    within,
    word,
)

MOST_LINKS = 300
"""Names that services inject into one pod and that are looked at."""

_LISTS = ("List", "ConfigMapList", "SecretList")
_HOLDERS = re.compile(rb"(?m)^[\s{\"-]*kind\"?\s*:\s*\"?(?:ConfigMap|Secret|Service|\w*List)\b")


class Object(NamedTuple):
    """One Kubernetes object."""

    kind: str
    name: str
    namespace: str
    file: str
    node: Map

    @property
    def place(self) -> str:
        """`deployment/web`: its kind and name."""
        return f"{self.kind.lower()}/{self.name or '-'}"


class Datum(NamedTuple):
    """One entry of a ConfigMap or Secret."""

    text: str
    file: str
    line: int
    refused: str = ""
    """Why Kubernetes refuses the object for this entry."""


class Pod(NamedTuple):
    """A pod, or what a controller makes pods from."""

    role: str
    """Which of several pods of one object; empty where there is one."""
    spec: Map


def objects(documents: Iterable[Node], file: str) -> Iterator[Object]:
    """The objects of a file's documents; a List is the objects in it."""
    for document in documents:
        if not isinstance(document, Map):
            continue
        kind = word(within(document, "kind"))
        if kind in _LISTS:
            yield from objects(items(within(document, "items")), file)
        elif kind:
            name = word(within(document, "metadata", "name"))
            name = name or word(within(document, "metadata", "generateName"))
            namespace = word(within(document, "metadata", "namespace"))
            yield Object(kind, name, namespace, file, document)


class Link(NamedTuple):
    """The Service that a name comes from, and where it stands."""

    service: str
    file: str
    line: int


class Shelf(NamedTuple):
    """Objects that containers take values from, by what they are asked for."""

    holders: Mapping[tuple[str, str], list[Object]]
    """ConfigMaps and Secrets by kind and name."""
    links: Mapping[str, Mapping[str, Link]]
    """By namespace, the names that services called like SGLang inject into every pod."""
    ignores: Mapping[str, Mapping[Place, frozenset[str]]]
    """What comments silence, by file."""

    def find(self, kind: str, name: str, namespace: str) -> Object | None:
        """The ConfigMap or Secret of a name, where namespaces do not speak against it."""
        for one in self.holders.get((kind, name), ()):
            if not namespace or not one.namespace or one.namespace == namespace:
                return one
        return None


def shelf(found: Iterable[Object]) -> Shelf:
    """Put objects in order."""
    holders: dict[tuple[str, str], list[Object]] = {}
    links: dict[str, dict[str, Link]] = {}
    for one in found:
        if one.kind in ("ConfigMap", "Secret"):
            holders.setdefault((one.kind, one.name), []).append(one)
        elif one.kind == "Service" and one.name.startswith("sgl"):
            line = (within(one.node, "metadata", "name") or one.node).line
            known = links.setdefault(one.namespace, {})
            for name in _injected(one) if len(known) < MOST_LINKS else ():
                known.setdefault(name, Link(one.name, one.file, line))
    return Shelf(holders, links, {})


def shelf_of_files(paths: tuple[str, ...]) -> Shelf:
    """The ConfigMaps, Secrets and Services of files; nothing of one that cannot be read."""
    found: list[Object] = []
    ignores: dict[str, Mapping[Place, frozenset[str]]] = {}
    for path in paths:
        try:
            data = files.read_bytes(path)
            if not _HOLDERS.search(data):
                continue
            stream = load(data, path)
        except SourceError:
            continue  # it is told about where it is checked itself
        found += objects(stream.documents, path)
        ignores[path] = in_lines(stream.text, path)
    return shelf(found)._replace(ignores=ignores)


def pods(found: Object) -> tuple[Pod, ...]:
    """The pods of an object, wherever in it they stand."""
    there = list(_templates(found.node))
    if len(there) < 2:
        return tuple(Pod("", spec) for _, spec in there)
    ways = [way for way, _ in there]
    fork = next(i for i in range(len(ways[0]) + 1) if len({way[i : i + 1] for way in ways}) > 1)
    return tuple(Pod("".join(way[fork : fork + 1]).removesuffix("Template"), s) for way, s in there)


def data(found: Object) -> dict[str, Datum]:
    """The entries of a ConfigMap or Secret by key."""
    entries: dict[str, Datum] = {}
    secret = found.kind == "Secret"
    for key, value in pairs(within(found.node, "data")):
        entries[key.text] = _datum(value, found.file, encoded=secret)
    for key, value in pairs(within(found.node, "stringData")) if secret else ():
        entries[key.text] = _datum(value, found.file, encoded=False)
    return entries


def _injected(service: Object) -> Iterator[str]:
    """Names that Kubernetes sets in every pod beside a Service; none for a headless one.

    Those that hold a port's number are left out: no program has a variable of such a name.
    """
    spec = within(service.node, "spec")
    headless = word(within(spec, "clusterIP")) == "None"
    if headless or word(within(spec, "type")) == "ExternalName":
        return
    prefix = _upper(service.name)
    yield from (f"{prefix}_SERVICE_HOST", f"{prefix}_SERVICE_PORT", f"{prefix}_PORT")
    for port in items(within(spec, "ports")):
        if name := word(within(port, "name")):
            yield f"{prefix}_SERVICE_PORT_{_upper(name)}"


def _upper(name: str) -> str:
    return name.upper().replace("-", "_")


def _is_pod(node: Map) -> bool:
    """Whether it has containers: a list of mappings with names or images."""
    found = items(within(node, "containers"))
    return any(within(one, "name") or within(one, "image") for one in found)


def _templates(root: Map) -> Iterator[tuple[tuple[str, ...], Map]]:
    """Every mapping with containers and the way to it, in order; a shared one only once."""
    seen: set[int] = set()
    todo: list[tuple[tuple[str, ...], Node]] = [((), root)]
    while todo:
        path, node = todo.pop()
        if id(node) in seen or isinstance(node, Scalar):
            continue
        seen.add(id(node))
        if isinstance(node, Sequence):
            steps = [(_step(item, number), item) for number, item in enumerate(node.items)]
        elif _is_pod(node):
            yield path, node
            continue
        else:
            steps = [(key.text, value) for key, value in pairs(node)]
        todo += (((*path, step), below) for step, below in reversed(steps))


def _step(item: Node, number: int) -> str:
    name = within(item, "name") or within(item, "groupName")
    return word(name) or str(number)


def _datum(value: Node, file: str, *, encoded: bool) -> Datum:
    if not isinstance(value, Scalar):
        return Datum("", file, value.line, "a list or mapping")
    written = by_kubernetes(value)
    if written.kind not in ("string", "null"):
        return Datum(written.text, file, value.line, f"a {written.kind}")
    if not encoded:
        return Datum(written.text, file, value.line)
    import base64

    try:
        raw = base64.b64decode("".join(written.text.split()), validate=True)
    except ValueError:
        return Datum("", file, value.line, "no base64")
    return Datum(raw.decode("utf-8", "surrogateescape"), file, value.line)
