"""Find the objects in Kubernetes manifests: those with containers, and those that containers refer
to.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from sglang_envctl.environment import Place
from sglang_envctl.errors import SourceError
from sglang_envctl.sources.comments import in_lines
from sglang_envctl.sources.context import Beside
from sglang_envctl.sources.documents import load
from sglang_envctl.sources.kubernetes import templates
from sglang_envctl.sources.yaml.scalars import IN_WORDS, by_kubernetes
from sglang_envctl.sources.yaml.tree import (
    MappingNode,
    Node,
    ScalarNode,
    items,
    pairs,
    text_of,
    within,
)

MOST_LINKS = 300
"""The maximum number of names, injected for services, that are checked per namespace."""

INVALID_BASE64 = "not valid base64"
HELD = ("ConfigMap", "Secret")
"""The kinds of objects that hold values for containers."""
_LISTS = ("List", "ConfigMapList", "SecretList")
FILLED_IN = "filled in before Kubernetes reads the file"
PLACEHOLDER = re.compile(r"\$[A-Za-z_]\w*|\$\{[A-Za-z_]\w*(?::?[-=?+][^}]*)?\}")
"""A value that envsubst, Flux or an OpenShift template replaces; Kubernetes has no such reference."""
_REFERRED_TO = re.compile(rb"kind[\"']?\s*:\s*[\"']?(?:ConfigMap|Secret|Service|\w*List)\b")


class Object(NamedTuple):
    """One Kubernetes object."""

    kind: str
    name: str
    namespace: str
    file: str
    node: MappingNode

    @property
    def selector(self) -> str:
        """The object's kind and name: `deployment/web`."""
        return f"{self.kind.lower()}/{self.name or '-'}"


class Datum(NamedTuple):
    """One entry of a ConfigMap or Secret."""

    value: str
    file: str
    line: int
    refused: str = ""
    """The reason why Kubernetes rejects the object because of this entry; empty if it does not."""
    unknown: str = ""
    """The reason why the value is unknown."""


def objects(documents: Iterable[Node], file: str) -> Iterator[Object]:
    """Yield the objects of a file's documents; instead of a List or a template, its objects."""
    for document in documents:
        if not isinstance(document, MappingNode):
            continue
        kind = text_of(within(document, "kind"))
        if kind in _LISTS:
            yield from objects(items(within(document, "items")), file)
        elif kind == templates.KIND and items(within(document, "objects")):
            yield from objects(templates.processed(document), file)
        elif kind:
            name = text_of(within(document, "metadata", "name"))
            name = name or text_of(within(document, "metadata", "generateName"))
            namespace = text_of(within(document, "metadata", "namespace"))
            yield Object(kind, name, namespace, file, document)


class Link(NamedTuple):
    """The Service that a name comes from, and the place of the Service."""

    service: str
    file: str
    line: int


class Index(NamedTuple):
    """The ConfigMaps, Secrets and Services of some files."""

    maps: Mapping[tuple[str, str], list[Object]]
    """ConfigMaps and Secrets by kind and name."""
    links: Mapping[str, Mapping[str, Link]]
    """The names that Kubernetes sets in every pod for services named sgl*, by namespace."""
    ignores: Mapping[str, Mapping[Place, frozenset[str]]]
    """The rules that comments silence, by file."""

    def find(self, kind: str, name: str, namespace: str, file: str) -> Object | None:
        """Return the ConfigMap or Secret with a name and a namespace; an empty namespace matches any.

        Those in the folder of `file` take precedence. If several files have one, any may be applied.
        """
        found = [
            one
            for one in self.maps.get((kind, name), ())
            if not namespace or not one.namespace or one.namespace == namespace
        ]
        folder = os.path.dirname(file)
        near = [one for one in found if os.path.dirname(one.file) == folder] or found
        return near[0] if len({one.file for one in near}) == 1 else None


def index(found: Iterable[Object]) -> Index:
    """Return an index of objects."""
    maps: dict[tuple[str, str], list[Object]] = {}
    links: dict[str, dict[str, Link]] = {}
    for one in found:
        if one.kind in HELD:
            maps.setdefault((one.kind, one.name), []).append(one)
        elif one.kind == "Service" and one.name.startswith("sgl"):
            line = (within(one.node, "metadata", "name") or one.node).line
            known = links.setdefault(one.namespace, {})
            for name in _injected(one) if len(known) < MOST_LINKS else ():
                known.setdefault(name, Link(one.name, one.file, line))
    return Index(maps, links, {})


def objects_of_files(beside: Beside) -> Index:
    """Return an index of the ConfigMaps, Secrets and Services in files; unreadable files are skipped."""
    found: list[Object] = []
    ignores: dict[str, Mapping[Place, frozenset[str]]] = {}
    for path in beside.paths:
        try:
            data = beside.read(path)
            if not _REFERRED_TO.search(data):
                continue
            stream = beside.parsed(path, data, load)
        except SourceError:
            continue  # the check of the file itself reports the error
        found += objects(stream.documents, path)
        ignores[path] = in_lines(stream.text, path)
    return index(found)._replace(ignores=ignores)


def data(found: Object) -> dict[str, Datum]:
    """Return the entries of a ConfigMap or Secret by key."""
    entries: dict[str, Datum] = {}
    secret = found.kind == "Secret"
    for key, value in pairs(within(found.node, "data")):
        entries[key.text] = _datum(value, found.file, encoded=secret)
    for key, value in pairs(within(found.node, "stringData")) if secret else ():
        entries[key.text] = _datum(value, found.file, encoded=False)
    return entries


def _injected(service: Object) -> Iterator[str]:
    """Yield the names that Kubernetes sets in every pod for a Service; none for a headless one.

    Names with a port number are left out: no program reads a variable of such a name.
    """
    spec = within(service.node, "spec")
    headless = text_of(within(spec, "clusterIP")) == "None"
    if headless or text_of(within(spec, "type")) == "ExternalName":
        return
    prefix = _upper(service.name)
    yield from (f"{prefix}_SERVICE_HOST", f"{prefix}_SERVICE_PORT", f"{prefix}_PORT")
    for port in items(within(spec, "ports")):
        if name := text_of(within(port, "name")):
            yield f"{prefix}_SERVICE_PORT_{_upper(name)}"


def _upper(name: str) -> str:
    return name.upper().replace("-", "_")


def _datum(value: Node, file: str, *, encoded: bool) -> Datum:
    if not isinstance(value, ScalarNode):
        return Datum("", file, value.line, "a list or mapping")
    written = by_kubernetes(value)
    if written.type not in ("string", "null"):
        return Datum(written.value, file, value.line, IN_WORDS[written.type])
    if PLACEHOLDER.fullmatch(written.value):
        return Datum("", file, value.line, unknown=FILLED_IN)
    if not encoded:
        return Datum(written.value, file, value.line)
    import base64

    try:
        raw = base64.b64decode("".join(written.value.split()), validate=True)
    except ValueError:
        if re.search(r"\$\{?[A-Za-z_]", written.value):
            return Datum("", file, value.line, unknown=FILLED_IN)
        return Datum("", file, value.line, INVALID_BASE64)
    return Datum(raw.decode("utf-8", "surrogateescape"), file, value.line)
