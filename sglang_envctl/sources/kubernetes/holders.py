"""Find the environments in an object: in the containers of its pods, and in custom resources.

Operators (Dynamo, OME, KServe, Argo, Ray) have their own kinds of objects, and pass the content
of `env`, `envs` and similar keys in them to a program. Outer declarations, such as `spec.envs`
of Dynamo, are lower layers.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from sglang_envctl.errors import SourceError
from sglang_envctl.sources.mappings.blocks import (
    Found,
    Path,
    blocks,
    is_meant,
    of,
    of_parameters,
    steps,
)
from sglang_envctl.sources.yaml.commands import command_line
from sglang_envctl.sources.yaml.tree import (
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    items,
    load,
    pairs,
    within,
)

CONTAINERS = {"containers": "", "initContainers": "/init"}
"""The lists of containers of a pod, and the part that each adds to the pod's selector."""
_FROM = "envFrom"
_EMBEDDED = frozenset(
    {"manifest", "podSpecPatch", "runtimeEnvYAML", "serveConfigV2", "values", "valuesContent"}
)
"""The keys of strings that contain YAML: in RayService, RayJob, HelmChart, Argo CD and Argo
Workflows.
"""


class Holder(NamedTuple):
    """A pod, or a mapping that declares variables itself or starts a server."""

    path: Path
    node: MappingNode
    around: tuple[MappingNode, ...]
    """The outer mappings that also declare variables, outermost first."""
    is_pod: bool


class Embedded(NamedTuple):
    """A block in a string that contains YAML."""

    path: Path
    found: Found
    lines: int
    """The number of lines in the file before the string."""


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
        if not isinstance(value, ScalarNode)
        and (of(value, key.text) if is_meant(key.text) else of_parameters(value, key.text))
    }


def may_embed(text: str) -> bool:
    """Return whether a file may contain strings of YAML; an escape in the file may hide their keys."""
    return "\\" in text or any(key in text for key in _EMBEDDED)


def embedded(root: MappingNode, path: str) -> Iterator[Embedded]:
    """Yield the blocks in strings that contain YAML; other strings are skipped."""
    todo: list[tuple[Path, Node]] = [((), root)]
    while todo:
        at, node = todo.pop()
        for key, value in pairs(node):
            if not isinstance(value, ScalarNode):
                todo.append(((*at, key.text), value))
            elif key.text in _EMBEDDED and ("\n" in value.text or value.text.startswith("{")):
                yield from _in_text((*at, key.text), value, path)
        todo += [((*at, str(number)), item) for number, item in enumerate(items(node))]


def _in_text(at: Path, text: ScalarNode, path: str) -> Iterator[Embedded]:
    try:
        stream = load(text.text.encode("utf-8", "surrogatepass"), path)
    except SourceError:
        return
    for document in stream.documents:
        yield from (Embedded(at, found, text.line) for found in blocks(document))


def _is_pod(node: MappingNode) -> bool:
    """Return whether a mapping has containers: a list of mappings with names or images."""
    found = items(within(node, "containers"))
    return any(within(one, "name") or within(one, "image") for one in found)
