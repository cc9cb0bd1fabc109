"""Fill in the parameters of an OpenShift template, as `oc process` does without options.

The value of a parameter is the one in the file; the option `-p`, which overrides it, is not known
here. `${{NAME}}`, whose value may be a number or a list, is not filled in.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from sglang_envctl.sources.yaml.tree import (
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    items,
    text_of,
    within,
)

KIND = "Template"
_REFERENCE = re.compile(r"\$\{([A-Za-z0-9_]+)\}")
_LONGEST = 1024 * 1024
"""The maximum number of characters that parameters may add to a template."""


def processed(template: MappingNode) -> tuple[Node, ...]:
    """Return the objects of a template with the values of its parameters."""
    values = dict(map(_parameter, items(within(template, "parameters"))))
    found = items(within(template, "objects"))
    if not values:
        return found
    filling = _Filling(values)
    return tuple(map(filling.filled, found))


def _parameter(node: Node) -> tuple[str, str | None]:
    """Return the name of a parameter, and its value; None if it has none, or one is generated."""
    value = within(node, "value")
    is_known = isinstance(value, ScalarNode) and within(node, "generate") is None
    return text_of(within(node, "name")), text_of(value) if is_known else None


@dataclass
class _Filling:
    """The values of parameters, and the number of characters that they may still add."""

    values: Mapping[str, str | None]
    left: int = _LONGEST

    def filled(self, node: Node) -> Node:
        """Return a node with the references in it replaced."""
        if isinstance(node, ScalarNode):
            return self._text(node) if "${" in node.text else node
        if isinstance(node, SequenceNode):
            return node._replace(items=tuple(map(self.filled, node.items)))
        pairs = {
            key: pair._replace(value=self.filled(pair.value)) for key, pair in node.pairs.items()
        }
        return node._replace(pairs=pairs)

    def _text(self, node: ScalarNode) -> ScalarNode:
        """Return a scalar with its references replaced. A reference whose value is unknown replaces the
        whole text, so that the whole value counts as unknown.
        """
        for name in _REFERENCE.findall(node.text):
            value = self.values.get(name, "")
            self.left -= len(value or "")
            if value is None or self.left < 0:
                return node._replace(text=f"${{{name}}}", plain=False)
        text = _REFERENCE.sub(lambda m: self.values.get(m[1], m[0]) or "", node.text)
        return node._replace(text=text, plain=False)
