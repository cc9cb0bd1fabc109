"""Find the places of a document that name variables of SGLang, or take values from elsewhere, and
that no environment was read from.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TypeAlias

from sglang_envctl.environment import Layer, Note, Origin
from sglang_envctl.sources.yaml.commands import COMMANDS, command_line
from sglang_envctl.sources.yaml.tree import (
    MappingNode,
    Node,
    ScalarNode,
    is_empty,
    items,
    text_of,
    within,
)
from sglang_envctl.text.escape import visible

_OURS = "SGL"
_NAME = re.compile(r"SGL(?:ANG)?_[A-Z0-9_]+")
_ASSIGNED = re.compile(r"\b(SGL(?:ANG)?_[A-Z0-9_]+)=")
_NAMING = ("name", "Name", "key", "Key")
# Prose, and the names of a build: they reach no server.
_OTHER = re.compile(
    r"(?i).*(?:description|message|title|summary|help|comments?|notes?|doc(?:s|umentation)?)"
    r"|labels|annotations|build.?args"
)
_FILES = frozenset(
    {
        "dotenv", "env-file", "envFile", "env_file", "env_files", "environmentFiles",
        "fileParameters", "substituteFrom", "valueFiles", "valuesFiles", "valuesFrom",
    }
)  # fmt: skip
"""The keys of references to files or objects with values: Flux, Argo CD, Skaffold, ECS, VS Code,
GitLab, Task.
"""

_HINTS = ("ile", "From", "dotenv", "include")
"""Parts of these keys, of which most documents have none."""


_Place: TypeAlias = "tuple[str, int]"
"""A name in a document, and the line of its value."""


def told(
    layers: Iterable[Layer], documents: Iterable[Node], text: str, path: str
) -> tuple[Layer, ...]:
    """Return the layers of a document, with notes in one of them about the places that are not read.

    Args:
        layers: the environments that were read.
        documents: the documents of the file.
        text: the text of the file.
        path: the file.
    """
    found = tuple(layers)
    roots = tuple(documents)
    notes = list[Note]()
    if found and _OURS in text:
        notes += _unread(found, roots, text, path)
    unseen = ""
    if found and any(map(text.__contains__, _HINTS)):
        for key, line in _references(roots):
            unseen = f"what {key} refers to"
            notes.append(_note(f"{unseen} is not read", path, line))
    if not notes:
        return found
    first = next((one for one in found if not one.aside), found[0])
    return tuple(
        one._replace(
            notes=(*one.notes, *notes) if one is first else one.notes, unseen=one.unseen or unseen
        )
        for one in found
    )


def _note(reason: str, path: str, line: int) -> Note:
    return Note("not-followed", Origin(path, path, line), dialect="shell", facts={"reason": reason})


def _unread(
    layers: tuple[Layer, ...], roots: tuple[Node, ...], text: str, path: str
) -> Iterator[Note]:
    """Yield a note for each group of names of which none was read."""
    mentioned = set(_mentioned(text))
    names = {name for name, _ in mentioned}
    read = {
        (name, origin.line)
        for layer in layers
        for name, _, origin, *_ in layer.assignments
        if name in names
    }
    # The line of a value may be the next.
    if all(place in read or (place[0], place[1] + 1) in read for place in mentioned):
        return  # the usual case
    lines = {note.origin.line for layer in layers for note in layer.notes}
    for group in _groups(roots):
        is_read = not (read.isdisjoint(group) and lines.isdisjoint(line for _, line in group))
        if is_read or not group:
            continue
        first, *others = dict.fromkeys(name for name, _ in group)
        more = f" and {len(others)} more variables are" if others else " is"
        reason = f"{visible(first)}{more} set where no environment is read"
        yield _note(reason, path, group[0][1])


def _mentioned(text: str, pattern: re.Pattern[str] = _NAME) -> Iterator[_Place]:
    """Yield the names in a text, each with its line."""
    at, line = 0, 1
    for match in pattern.finditer(text):
        line += text.count("\n", at, match.start())
        at = match.start()
        yield match[match.lastindex or 0], line


def _groups(roots: tuple[Node, ...]) -> Iterator[list[_Place]]:
    """Yield the names in each mapping, each list and each text of documents."""
    for node in _nodes(roots):
        if not isinstance(node, MappingNode):
            yield [place for item in items(node) for place in _of_item(item)]
            continue
        scalars = {
            key: value for key, (_, value) in node.pairs.items() if isinstance(value, ScalarNode)
        }
        yield [(key, value.line) for key, value in scalars.items() if _NAME.fullmatch(key)]
        is_command = not COMMANDS.isdisjoint(scalars) and command_line(node)
        for key, value in scalars.items():
            if _OURS in value.text and not (
                (is_command and key in COMMANDS) or _OTHER.fullmatch(key)
            ):
                yield _in_text(value)


def _nodes(roots: tuple[Node, ...]) -> Iterator[Node]:
    """Yield the mappings and lists of documents, each once, without prose and commands."""
    seen: set[int] = set()
    todo = [*roots[::-1]]
    while todo:
        node = todo.pop()
        if id(node) in seen or isinstance(node, ScalarNode):
            continue
        seen.add(id(node))
        yield node
        if not isinstance(node, MappingNode):
            todo += items(node)[::-1]
            continue
        is_command = not COMMANDS.isdisjoint(node.pairs) and command_line(node)
        todo += [
            value
            for key, (_, value) in [*node.pairs.items()][::-1]
            if not ((is_command and key in COMMANDS) or _OTHER.fullmatch(key))
        ]


def _of_item(item: Node) -> Iterator[_Place]:
    """Yield the names in an item of a list: `{name: NAME, ...}` or NAME=value."""
    if isinstance(item, ScalarNode):
        yield from _in_text(item) if _OURS in item.text else ()
        return
    name = next((found for key in _NAMING if (found := within(item, key))), None)
    if _NAME.fullmatch(text_of(name)):
        value = within(item, "value") or within(item, "Value") or name
        yield from ((text_of(name), one.line) for one in (value, name) if one)


def _in_text(text: ScalarNode) -> list[_Place]:
    """Return the names that a text assigns values to."""
    found = _mentioned(text.text, _ASSIGNED)
    return [(name, text.line + line if text.block else text.line) for name, line in found]


def _references(roots: tuple[Node, ...]) -> Iterator[tuple[str, int]]:
    """Yield the keys that refer to values in other files or objects, each with its line."""
    held = {
        text_of(within(root, "metadata", "name"))
        for root in roots
        if text_of(within(root, "kind")) in {"ConfigMap", "Secret"}
    }
    for root in roots:
        jobs = root.pairs.values() if isinstance(root, MappingNode) else ()
        included = within(root, "include")
        others = [one for one in items(included) or [included] if not within(one, "template")]
        if included and others and any(within(job.value, "script") for job in jobs):
            yield "include", included.line
    for node in _nodes(roots):
        if isinstance(node, MappingNode) and not _FILES.isdisjoint(node.pairs):
            for key in filter(_FILES.__contains__, node.pairs):
                name, value = node.pairs[key]
                names = {text_of(within(item, "name")) for item in items(value)} - {""}
                if not is_empty(value) and not (names and names <= held):
                    yield key, name.line
