"""Find the environments in an object: in the containers of its pods, and in custom resources.

Operators (Dynamo, OME, KServe, Argo, Ray) have their own kinds of objects, and pass the content
of `env`, `envs` and similar keys in them to a program. Outer declarations, such as `spec.envs`
of Dynamo, are lower layers.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from sglang_envctl.sources.mappings.blocks import steps
from sglang_envctl.sources.mappings.forms import Path, under
from sglang_envctl.sources.yaml.commands import command_line
from sglang_envctl.sources.yaml.tree import (
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    items,
    pairs,
    within,
)

CONTAINERS = {"containers": "", "initContainers": "/init"}
"""The lists of containers of a pod, and the part that each adds to the pod's selector."""
_FROM = "envFrom"


class Holder(NamedTuple):
    """A pod, or a mapping that declares variables itself or starts a server."""

    path: Path
    node: MappingNode
    around: tuple[MappingNode, ...]
    """The outer mappings that also declare variables, outermost first."""
    is_pod: bool


def holders(root: MappingNode) -> Iterator[Holder]:
    """Yield the holders of environments in an object, in order; a node that aliases share is found
    once.
    """
    seen: set[int] = set()
    todo: list[tuple[Path, Node, tuple[MappingNode, ...]]] = [((), root, ())]
    while todo:
        path, node, around = todo.pop()
        if id(node) in seen or isinstance(node, ScalarNode):
            continue
        seen.add(id(node))
        if isinstance(node, SequenceNode):
            named = zip(steps(node), node.items, strict=True)
            todo += [((*path, step), item, around) for step, item in named][::-1]
            continue
        is_pod = _is_pod(node)
        own = declared(node)
        if is_pod:
            yield Holder(path, node, around, is_pod=True)
        if own or items(within(node, _FROM)):
            yield Holder(path, node, around, is_pod=False)
            around = (*around, node)
        elif not is_pod and (command := command_line(node)) and command.counts:
            yield Holder(path, node, around, is_pod=False)
        done = {*own, _FROM, *(CONTAINERS if is_pod else ())}
        below = [(key.text, value) for key, value in pairs(node) if key.text not in done]
        todo += [((*path, key), value, around) for key, value in reversed(below)]


def declared(node: Node) -> dict[str, Node]:
    """Return the declarations of a mapping itself, by key."""
    return {
        key.text: value
        for key, value in pairs(node)
        if not isinstance(value, ScalarNode) and under(value, key.text)
    }


def _is_pod(node: MappingNode) -> bool:
    """Return whether a mapping has containers: a list of mappings with names or images."""
    found = items(within(node, "containers"))
    return any(within(one, "name") or within(one, "image") for one in found)
