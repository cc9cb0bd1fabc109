"""Build the environment of one container, as the kubelet does.

The kubelet applies `envFrom` in order, then `env` in order, which overrides it; `$(NAME)` uses the
variables that are set before it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from sglang_envctl.environment import Assignment, Note, Origin
from sglang_envctl.sources.bounds import Budget
from sglang_envctl.sources.kubernetes.holders import declared
from sglang_envctl.sources.kubernetes.objects import (
    FILLED_IN,
    HELD,
    INVALID_BASE64,
    PLACEHOLDER,
    Datum,
    Index,
    Object,
    data,
)
from sglang_envctl.sources.mappings.environments import of_block
from sglang_envctl.sources.mappings.forms import Block, is_meant, under
from sglang_envctl.sources.yaml.scalars import IN_WORDS, by_kubernetes
from sglang_envctl.sources.yaml.tree import (
    MappingNode,
    Node,
    Pair,
    ScalarNode,
    items,
    pairs,
    text_of,
    within,
)

LONGEST = 1024 * 1024
"""The maximum number of characters that references may add to a value."""

_NAME = re.compile(r"[ -<>-~]+")
"""The names that Kubernetes accepts: printable ASCII without =."""
_REFERENCE = re.compile(r"\$(?:(\$)|\(([^)]*)\))")
_DOUBLED = re.compile(r"\$(\$)()")
_LINK = re.compile(r"[A-Z0-9_]+_(?:SERVICE_HOST|SERVICE_PORT\w*|PORT(?:_\d+_(?:TCP|UDP)\w*)?)")
_GPUS = ("nvidia.com/gpu", "amd.com/gpu")
_ENTRY = frozenset({"name", "value", "valueFrom"})
_KINDS = {"configMap": "ConfigMap", "secret": "Secret"}


class Catalog(NamedTuple):
    """The ConfigMaps and Secrets of a check."""

    same_file: Index
    other_files: Index

    def find(self, kind: str, name: str, namespace: str, file: str) -> Object | None:
        """Return the ConfigMap or Secret with a name; one in the same `file` takes precedence."""
        found = self.same_file.find(kind, name, namespace, file)
        return found or self.other_files.find(kind, name, namespace, file)


@dataclass
class Container:
    """The environment of a container, up to the declaration that is being read."""

    source: str
    file: str
    namespace: str
    catalog: Catalog
    budget: Budget
    extensible: bool
    """Whether an unknown controller may add variables to the container."""
    assignments: list[Assignment] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    unseen: str = ""
    lines: dict[int, int] = field(default_factory=dict)
    """The line of each value, by the line on which its entry begins."""
    known: dict[str, Assignment] = field(default_factory=dict)
    entries: dict[str, tuple[int, str]] = field(default_factory=dict)
    """The entries of `env` by name: the line and text of their values."""
    devices: int = 0
    """The number of GPUs of the container; 0 if unknown."""

    def read(self, holder: Node, *, of_pod: bool = False) -> None:
        """Add the declarations of a mapping, which override earlier ones; `of_pod` if the mapping
        is a container of a pod.
        """
        self.entries.clear()
        for source in items(within(holder, "envFrom")):
            self._env_from(source)
        self.devices = _devices(holder)
        env = {"env": within(holder, "env")}
        for key, node in (env if of_pod else declared(holder)).items():
            if isinstance(node, MappingNode):
                self._mapping(key, node)
            elif node and self.extensible and not (is_meant(key) and _is_of_kubernetes(node)):
                self.add(Block((key,), under(node, key)))
            else:
                for entry in items(node):
                    self._entry(entry)

    def add(self, block: Block, lines: int = 0) -> None:
        """Add a block of names and values, which override earlier ones."""
        for found in of_block(block, self.source, self.file, lines):
            self._put(found._replace(origin=self._origin(found.origin.line or 0)))

    def _mapping(self, key: str, node: MappingNode) -> None:
        if self.extensible and (entries := under(node, key)):
            self.add(Block((key,), entries))
        else:
            self.note("refused", node.line, "", reason=f"{key} is a mapping but must be a list")

    def note(self, rule: str, at: int, name: str, variant: str = "", **facts: str | int) -> None:
        self.notes.append(Note(rule, self._origin(at), name, "kubernetes", variant, facts))

    def _origin(self, line: int) -> Origin:
        return Origin(self.source, self.file, line, "env")

    def _env_from(self, source: Node) -> None:
        """Add all entries of a ConfigMap or Secret."""
        for short, kind in _KINDS.items():
            reference = within(source, f"{short}Ref")
            if reference is None:
                continue
            name = text_of(within(reference, "name"))
            found = self.catalog.find(kind, name, self.namespace, self.file)
            if found is None:
                self.unseen = self.unseen or f"{kind} {name}"
                continue
            prefix = text_of(within(source, "prefix"))
            for key, datum in data(found).items():
                if _NAME.fullmatch(prefix + key):
                    self._put(from_datum(prefix + key, datum, found, self.source))

    def _entry(self, entry: Node) -> None:
        given = {pair.key.text: pair.value for pair in pairs(entry)}
        name, value, source = given.get("name"), given.get("value"), given.get("valueFrom")
        if not isinstance(name, ScalarNode):
            self._nameless(entry)
            return
        if text_of(given.get("$patch")) == "delete":
            return  # a patch of kustomize that removes the variable
        line = value.line if value else name.line
        for begin in (entry.line, name.line):
            self.lines.setdefault(begin, line)
        if earlier := self.entries.get(name.text):
            variant = "same" if value and earlier[1] == text_of(value) else ""
            self.note("duplicate-name", line, name.text, variant, line=earlier[0])
        self.entries[name.text] = line, text_of(value)
        if not _NAME.fullmatch(name.text):
            why = "a name contains = or an invalid character"
            self.note("refused", name.line, "", reason=why)
        elif isinstance(value, ScalarNode) and (value.text or not source):
            if source:
                self.note("refused", line, name.text, reason="both value and valueFrom are set")
            self._value(name.text, value)
        elif value is not None and not isinstance(value, ScalarNode):
            self.note("not-a-string", line, name.text, what="a list or mapping")
        elif source is not None:
            self._value_from(name.text, name.line, source)
        else:
            self._put(Assignment(name.text, "", self._origin(line)))

    def _nameless(self, entry: Node) -> None:
        other = next((pair for pair in pairs(entry) if pair.key.text not in _ENTRY), None)
        if other:
            self.note("colon-in-list", other.key.line, other.key.text, "manifest")
        else:
            self.note("refused", entry.line, "", reason="an entry of env has no name")

    def _value(self, name: str, value: ScalarNode) -> None:
        written = by_kubernetes(value)
        if written.type not in ("string", "null"):
            self.note("not-a-string", value.line, name, what=IN_WORDS[written.type])
        origin = self._origin(value.line)
        if "{{" in written.value or PLACEHOLDER.fullmatch(written.value):
            why = "filled in by a template" if "{{" in written.value else FILLED_IN
            self._put(Assignment(name, "", origin, unknown=why))
            return
        if "$" not in written.value:
            self._put(Assignment(name, written.value, origin))
            return
        self._put(self._expanded(Assignment(name, written.value, origin)))

    def resolved(self, text: str) -> str:
        """Return a word of the command line, in the form that the kubelet passes to the program."""
        added = 0

        def value(match: re.Match[str]) -> str:
            nonlocal added
            dollar, name = match.groups()
            found = self.known.get(name)
            if dollar or not found or found.unknown or found.confidential:
                return "$" if dollar else match[0]
            added += len(found.raw)
            return found.raw if added <= LONGEST else match[0]

        return _replaced(text, value)

    def _expanded(self, assignment: Assignment) -> Assignment:
        references: list[str] = []
        unknown: list[str] = []
        added = 0
        line = assignment.origin.line or 0

        def value(match: re.Match[str]) -> str:
            nonlocal added
            dollar, name = match.groups()
            if dollar:
                if match.string[match.end() : match.end() + 1] != "(":
                    self.note("dollar-eaten", line, assignment.name, "doubled")
                return "$"
            found = self.known.get(name)
            if found:
                references.append(name)
                unknown.extend(filter(None, [found.unknown]))
                added += len(found.raw)
                if added > LONGEST:
                    unknown.append("longer than 1 MiB")
                    return ""
                return found.raw
            if self.unseen or self.extensible or _LINK.fullmatch(name):
                unknown.append("from variables that the cluster adds")
            else:
                shown = name if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name) else ""
                self.note("unexpanded-reference", line, assignment.name, reference=shown)
            return match[0]

        raw = _replaced(assignment.raw, value)
        why = unknown[0] if unknown else ""
        return assignment._replace(
            raw="" if why else raw,
            references=tuple(references),
            unknown=why,
            confidential=any(self.known[name].confidential for name in references),
        )

    def _value_from(self, name: str, line: int, source: Node) -> None:
        for short, kind in _KINDS.items():
            reference = within(source, f"{short}KeyRef")
            if reference is not None:
                self._key(name, line, kind, reference)
                return
        self._put(Assignment(name, "", self._origin(line), unknown=_other_origin(source)))

    def _key(self, name: str, line: int, kind: str, reference: Node) -> None:
        holder, key = text_of(within(reference, "name")), text_of(within(reference, "key"))
        found = self.catalog.find(kind, holder, self.namespace, self.file)
        if found is None:
            unknown = f"from {kind} {holder}, key {key}"
            secret = kind == "Secret"
            origin = self._origin(line)
            self._put(Assignment(name, "", origin, unknown=unknown, confidential=secret))
        elif datum := data(found).get(key):
            self._put(from_datum(name, datum, found, self.source))
        elif text_of(within(reference, "optional")).lower() != "true":
            why = f"{kind} {holder} has no key {key}, so the container does not start"
            self.note("refused", line, name, reason=why)

    def _put(self, assignment: Assignment) -> None:
        self.budget.spend(assignment)
        self.known[assignment.name] = assignment
        self.assignments.append(assignment)


def _is_of_kubernetes(node: Node) -> bool:
    """Return whether a list has the form that Kubernetes requires: every item is a mapping with a
    name.
    """
    return all(isinstance(one, MappingNode) and _ENTRY & {*one.pairs} for one in items(node))


def _devices(holder: Node) -> int:
    """Return the number of GPUs in the limits of a container; a privileged container has all."""
    if text_of(within(holder, "securityContext", "privileged")).lower() == "true":
        return 0
    limits = pairs(within(holder, "resources", "limits"))
    granted = [text_of(value) for key, value in limits if key.text in _GPUS]
    return int(granted[0]) if len(granted) == 1 and re.fullmatch(r"\d{1,3}", granted[0]) else 0


def from_datum(name: str, datum: Datum, found: Object, source: str) -> Assignment:
    """Return a variable whose value is an entry of a ConfigMap or Secret."""
    origin = Origin(source, found.file, datum.line, "data")
    confidential = found.kind == "Secret"
    return Assignment(name, datum.value, origin, unknown=datum.unknown, confidential=confidential)


_NOT_BASE64 = "data of a Secret is not valid base64"


def refused(found: Object, source: str) -> Iterator[Note]:
    """Yield notes about the parts of a ConfigMap or Secret that Kubernetes rejects."""
    if found.kind not in HELD:
        return
    for name, datum in data(found).items():
        if datum.refused:
            origin = Origin(source, found.file, datum.line, "data")
            base64 = datum.refused == INVALID_BASE64
            rule = "refused" if base64 else "not-a-string"
            facts = {"reason": _NOT_BASE64} if base64 else {"what": datum.refused}
            yield Note(rule, origin, name, "kubernetes", facts=facts)


def _replaced(text: str, value: Callable[[re.Match[str]], str]) -> str:
    """Return a text with its references replaced; none begins after the last parenthesis."""
    end = text.rfind(")") + 1
    return _REFERENCE.sub(value, text[:end]) + _DOUBLED.sub(value, text[end:])


def _other_origin(source: Node) -> str:
    """Return the origin of a `valueFrom` that refers to neither a ConfigMap nor a Secret."""
    if path := text_of(within(source, "fieldRef", "fieldPath")):
        return f"from the pod's {path}"
    if resource := text_of(within(source, "resourceFieldRef", "resource")):
        return f"from the container's {resource}"
    first: Pair | None = next(iter(pairs(source)), None)
    return f"from {first.key.text}" if first else "from an empty valueFrom"
