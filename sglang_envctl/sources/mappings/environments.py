"""The environments of a file: what stands in it, as layers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from sglang_envctl.environment import Assignment, Layer, Origin, Place
from sglang_envctl.errors import NoEnvironmentError, SourceError
from sglang_envctl.sources.bounds import Budget
from sglang_envctl.sources.comments import in_lines
from sglang_envctl.sources.documents import Shape, load
from sglang_envctl.sources.mappings.blocks import Block, Found, blocks
from sglang_envctl.sources.mappings.values import value_of
from sglang_envctl.sources.shell import started_by

Ignores = Mapping[Place, frozenset[str]]

# A file without such a key need not be parsed.
_MEANT = rb"(?i)(?:env(?:iron(?:ment)?)?(?:s|[_-]?var(?:iable)?s?)?|variables)[\"']?[ \t]*[:=\].]"
_ENTRY = rb"(?m)^[ \t{,]*[\"']?[A-Z_][A-Z0-9_]*[\"']?[ \t]*[:=]"


def read(path: str, data: bytes, form: Shape) -> tuple[Layer, ...]:
    """The environments of a file; none, if it has no place for one.

    Raises:
        NoEnvironmentError: it cannot be parsed.
        SourceError: it exceeds the bounds when expanded.
    """
    if not re.search(_MEANT, data) and not re.search(_ENTRY, data):
        return ()
    try:
        stream = load(data, path)
    except SourceError as error:
        raise NoEnvironmentError(str(error), f"{form} that cannot be parsed") from error
    budget = Budget(path)
    ignores = in_lines(stream.text, path)
    found = [one for document in stream.documents for one in blocks(document)]
    # An empty one says something only where there is no other.
    found = [one for one in found if one.block.entries or one.command] or found[:1]
    return tuple(
        layer for one in found for layer in _started(_layer(one, path, budget, ignores), path, one)
    )


def _started(layer: Layer, path: str, found: Found) -> tuple[Layer, ...]:
    """The environment of each server that is started with it."""
    command = found.command
    if not command:
        return (layer,)
    return started_by(layer, command.words, Origin(layer.label, path, command.line), command.last)


def _layer(found: Found, path: str, budget: Budget, ignores: Ignores) -> Layer:
    selector = "/".join(found.block.path)
    label = f"{path}#{selector}" if selector else path
    assignments = []
    for block in (*found.around, found.block):
        for assignment in of_block(block, label, path):
            budget.spend(assignment)
            assignments.append(assignment)
    return Layer(
        label, "mappings", tuple(assignments), (), ignores, selector, aside=found.has_inner
    )


def of_block(block: Block, label: str, path: str, lines: int = 0) -> Iterator[Assignment]:
    """The assignments of a block.

    Args:
        block: what stands under a key.
        label: the source.
        path: the file.
        lines: how many lines of the file are before the document.
    """
    key = ".".join(block.path)
    for name, line, value, elsewhere in block.entries:
        raw, unknown = value_of(value) if value else ("", f"from {elsewhere}")
        origin = Origin(label, path, lines + (value.line if value else line), key)
        yield Assignment(name, raw, origin, unknown=unknown, confidential=_is_secret(elsewhere))


def _is_secret(elsewhere: str) -> bool:
    return elsewhere.lower().startswith("secret")
