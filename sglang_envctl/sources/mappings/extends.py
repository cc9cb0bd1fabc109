"""Resolve `extends` of GitLab CI: a job inherits the keys that it does not declare itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sglang_envctl.sources.yaml.tree import (
    NODES,
    MappingNode,
    Node,
    Pair,
    SequenceNode,
    items,
    text_of,
    within,
)
from sglang_envctl.sources.yaml.tree import (
    pairs as pairs_of,
)

_EXTENDS = "extends"
_DEEPEST = 11
"""The maximum length of a chain of jobs that extend one another, the same as in GitLab."""


@dataclass(slots=True)
class _Jobs:
    """The jobs of a document, and those whose `extends` have been resolved."""

    pairs: Mapping[str, Pair]
    whole: dict[str, Node] = field(default_factory=dict)
    missing: list[int] = field(default_factory=list)
    """The lines of `extends` that name a job of another file."""
    left: int = NODES
    """The number of keys that may still be inherited."""

    def resolve(self, name: str, depth: int = 0) -> Node:
        """Return a job merged over the jobs that it extends; of several, the last takes precedence."""
        if depth > _DEEPEST or name in self.whole:
            return self.whole.get(name, self.pairs[name].value)
        job = self.whole[name] = self.pairs[
            name
        ].value  # stops the recursion of a job that extends itself
        node: Node | None = None
        for base in _named(job):
            if base not in self.pairs:
                self.missing.append(job.line)
                continue
            found = self.resolve(base, depth + 1)
            node = found if node is None else self._over(found, node)
        if node is not None:
            self.whole[name] = self._over(job, node)
        return self.whole[name]

    def _over(self, node: Node, below: Node) -> Node:
        """Return the first node merged over the second; mappings are merged key by key."""
        if not isinstance(node, MappingNode) or not isinstance(below, MappingNode):
            return node
        self.left -= len(below.pairs)
        if self.left < 0:
            return node
        pairs = dict(below.pairs)
        for key, pair in node.pairs.items():
            value = self._over(pair.value, pairs[key].value) if key in pairs else pair.value
            pairs[key] = pair._replace(value=value)
        return node._replace(pairs=pairs)


def _referenced(root: MappingNode) -> MappingNode:
    """Return a document in whose jobs `!reference [job, key]` is replaced by the value of that key."""
    pairs: dict[str, Pair] = {}
    for name, pair in root.pairs.items():
        found = {
            key: one._replace(value=_expanded(one.value, root))
            for key, one in (
                pair.value.pairs if isinstance(pair.value, MappingNode) else {}
            ).items()
            if _references(one.value)
        }
        if found and isinstance(pair.value, MappingNode):
            job = pair.value._replace(pairs={**pair.value.pairs, **found})
            pairs[name] = pair._replace(value=job)
    return root._replace(pairs={**root.pairs, **pairs}) if pairs else root


def _references(node: Node) -> list[Node]:
    """Return the references in the value of a key: the value itself, its items or its values."""
    if _is_reference(node):
        return [node]
    return [
        one
        for one in (*items(node), *(pair.value for pair in pairs_of(node)))
        if _is_reference(one)
    ]


def _is_reference(node: Node) -> bool:
    return isinstance(node, SequenceNode) and node.tag.endswith("reference")


def _expanded(node: Node, root: MappingNode) -> Node:
    """Return a value with what it refers to, one level deep."""
    if _is_reference(node):
        return within(root, *map(text_of, items(node))) or node
    if isinstance(node, MappingNode):
        pairs = {
            key: pair._replace(value=_expanded(pair.value, root))
            if _is_reference(pair.value)
            else pair
            for key, pair in node.pairs.items()
        }
        return node._replace(pairs=pairs)
    found: list[Node] = []
    for item in items(node):
        target = _expanded(item, root) if _is_reference(item) else item
        found += (items(target) if target is not item else ()) or [target]
    return SequenceNode(tuple(found), node.line)


def resolved(root: Node) -> tuple[Node, tuple[int, ...]]:
    """Return a document with all `extends` resolved, and the lines of jobs that extend a job of
    another file.
    """
    if not isinstance(root, MappingNode):
        return root, ()
    root = _referenced(root)
    missing = [
        item.line
        for pair in root.pairs.values()
        for _, value in pairs_of(pair.value)
        for item in _references(value)
    ]
    extending = [name for name, pair in root.pairs.items() if within(pair.value, _EXTENDS)]
    if not any(base in root.pairs for name in extending for base in _named(root.pairs[name].value)):
        return root, tuple(missing)
    jobs = _Jobs(root.pairs, missing=missing)
    pairs = dict(root.pairs)
    for name in extending:
        pairs[name] = pairs[name]._replace(value=jobs.resolve(name))
    return root._replace(pairs=pairs), tuple(jobs.missing)


def _named(job: Node) -> list[str]:
    node = within(job, _EXTENDS)
    return [name for name in map(text_of, items(node) or [node]) if name]
