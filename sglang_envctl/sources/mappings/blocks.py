"""Find the environments in a document by their keys and forms, and those around each of them.

The forms are a mapping of names to scalars (or to `{value: ...}`), a list of `{name: ..., value:
...}`, and a list of NAME=value.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from sglang_envctl.environment import Origin
from sglang_envctl.sources.shell import for_later
from sglang_envctl.sources.yaml.commands import CommandLine, command_line, extent
from sglang_envctl.sources.yaml.tree import (
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    items,
    pairs,
    text_of,
    within,
)

# Keys whose environment also applies to everything declared beside them, at any depth.
_SHARED = re.compile(
    r"(?:env|environment)(?:s|[_-]?(?:vars?|variables?))?|variables", re.IGNORECASE
)
# Keys for one role, purpose or system: decode_environment, extraEnvVars, terminal.integrated.env.linux.
_OF_ONE = re.compile(
    r"(?:.+\.)?env\.(?:linux|osx|windows)|.+(?:[_-](?:env|environment)(?:s|[_-](?:vars?|variables))?|Env(?:ironment)?(?:s|Vars?|Variables)?)"
)
_SECRETS = "secrets"
"""The key of SkyPilot for values that are passed when a task is launched."""
_DIRECTIVES = "_"
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_UPPER_NAME = re.compile(r"[A-Z_][A-Z0-9_]*|(?:https?|no|all)_proxy")
_ASSIGNMENT = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)(?:(=)(.*))?", re.DOTALL)
_STEP_NAMES = ("name", "id", "groupName", "label")

Path: TypeAlias = tuple[str, ...]


class Entry(NamedTuple):
    """One variable as written."""

    name: str
    line: int
    value: ScalarNode | None
    elsewhere: str = ""
    """The origin of the value, if the value is not only in this entry."""


class Block(NamedTuple):
    """The variables under one key."""

    path: Path
    entries: tuple[Entry, ...]
    unread: tuple[tuple[int, str], ...] = ()
    """The lines that may set more variables, each with a description of the unread part."""


class Found(NamedTuple):
    """A block, and the blocks around it, outermost first."""

    block: Block
    around: tuple[Block, ...] = ()
    has_inner: bool = False
    """Whether other blocks are inside this block, so that a program rarely gets this one alone."""
    command: CommandLine | None = None
    """The command that is run with the surrounding blocks; the block itself is then empty."""


def blocks(root: Node) -> Iterator[Found]:
    """Yield the blocks of a document, in order, including empty ones."""
    if isinstance(root, MappingNode) and (entries := of_mapping(root, all_upper=True)):
        yield Found(Block((), entries))
        return
    found = list(_walk(root))
    inner = {id(block) for one in found for block in one.around}
    yield from (one._replace(has_inner=id(one.block) in inner) for one in found)


_Place: TypeAlias = tuple[Path, Node, tuple[Block, ...], bool]


def _items(path: Path, node: Node, around: tuple[Block, ...]) -> tuple[list[_Place], list[Found]]:
    """Return the items of a list, and the blocks that steps of a job set for later steps."""
    places, found = list[_Place](), list[Found]()
    named = zip(steps(node), items(node), strict=True) if not _is_flat(node) else ()
    for step, item in named:
        places.append(((*path, step), item, around, False))
        if entries := _patched(item):
            found.append(Found(Block((*path, step, "value"), entries), around))
        if block := _for_later_steps(item, (*path, step)):
            found.append(Found(block, around))
            around = (*around, block)
    return places, found


def _walk(root: Node) -> Iterator[Found]:
    # The last item says whether the mapping is directly under a key that means an environment, as in
    # `environment: {prefill: {...}}`.
    todo: list[_Place] = [((), root, (), False)]
    while todo:
        path, node, around, grouped = todo.pop()
        if not isinstance(node, MappingNode):
            places, found = _items(path, node, around)
            yield from found
            todo += places[::-1]
            continue
        below: list[tuple[str, Node, bool]] = []
        shared = around
        for name, (_, value) in node.pairs.items():
            if isinstance(value, ScalarNode) and not (
                grouped or is_meant(name) or name == _SECRETS
            ):
                continue
            common = _is_shared(name) or (name == _SECRETS and "run" in node.pairs)
            meant = grouped or common or is_meant(name)
            if entries := _under(value, name, meant=meant):
                block = Block((*path, name), entries, _directives(value))
                yield Found(block, around)
                if common:
                    shared = (*shared, block)
            elif meant and is_empty(value):
                yield Found(Block((*path, name), ()))
            elif not _is_flat(value):
                below.append((name, value, meant))
        command = command_line(node)
        if command and command.counts:
            yield Found(Block((*path, command.key), ()), shared, command=command)
        todo += [((*path, name), value, shared, meant) for name, value, meant in reversed(below)]


def _under(node: Node, key: str, *, meant: bool) -> tuple[Entry, ...]:
    """Return the variables under a key; `meant` is whether the key names an environment."""
    return of(node, key) if meant else (of_upper_names(node) or of_parameters(node, key))


@lru_cache(maxsize=4096)
def _is_shared(key: str) -> bool:
    return bool(_SHARED.fullmatch(key))


@lru_cache(maxsize=4096)
def is_meant(key: str) -> bool:
    """Return whether a key names an environment."""
    return _is_shared(key) or bool(_OF_ONE.fullmatch(key))


def is_empty(node: Node) -> bool:
    """Return whether a node is null or an empty collection."""
    if isinstance(node, ScalarNode):
        return node.plain and not node.text
    return not (node.pairs if isinstance(node, MappingNode) else node.items)


def of(node: Node, key: str = "") -> tuple[Entry, ...]:
    """Return the variables under a key, in any form; empty if the key is about something else."""
    if isinstance(node, MappingNode) and [*node.pairs] == ["items"]:
        return of(node.pairs["items"].value, key)
    if isinstance(node, MappingNode):
        # A common word, which counts only if its content is almost certainly an environment.
        found = of_mapping(node, all_upper=key.lower() in ("variables", _SECRETS))
        return tuple(entry._replace(elsewhere=key) for entry in found) if key == _SECRETS else found
    return of_list(node) or of_strings(node)


def of_mapping(node: MappingNode, *, all_upper: bool = False) -> tuple[Entry, ...]:
    """Return the variables of a mapping; empty unless all keys and values can be names and values
    of variables.
    """
    names = list(node.pairs)
    upper = [bool(_UPPER_NAME.fullmatch(name)) for name in names]
    if not all(map(_NAME.fullmatch, names)) or not (all if all_upper else any)(upper or [False]):
        return ()
    found = [
        _entry(key.text, key.line, value)
        for key, value in pairs(node)
        if key.text != _DIRECTIVES or isinstance(value, ScalarNode)
    ]
    return tuple(filter(None, found)) if all(found) else ()


def _directives(node: Node) -> tuple[tuple[int, str], ...]:
    """Return the line of the first directive under mise's `_` that may load variables, if any."""
    found = (pair.key.line for pair in pairs(within(node, _DIRECTIVES)) if pair.key.text != "path")
    return tuple((line, "what mise loads by the directives under _") for line in [*found][:1])


def _patched(item: Node) -> tuple[Entry, ...]:
    """Return the variable that an operation of a JSON patch adds to a list `env`."""
    if not within(item, "op") or not (value := within(item, "value")):
        return ()
    at = text_of(within(item, "path")).rpartition("/")[0]
    if not at.endswith("/env"):
        return ()
    return of_list(SequenceNode((value,), value.line))


def _for_later_steps(step: Node, path: Path) -> Block | None:
    """Return the block that a step of a GitHub job sets for later steps; None for any other node."""
    run = within(step, "run")
    if not isinstance(run, ScalarNode) or "GITHUB_ENV" not in run.text:
        return None
    first, last = extent([run])
    layer = for_later(run.text, Origin("", line=first), last)
    entries = tuple(
        Entry(name, origin.line or first, None, "a command of an earlier step")
        if unknown
        else Entry(name, origin.line or first, ScalarNode(raw, origin.line or first))
        for name, raw, origin, _, unknown, *_ in layer.assignments
    )
    unread = (
        () if entries and not layer.notes else ((first, "a part of what it sets for later steps"),)
    )
    return Block((*path, "run"), entries, unread)


def of_list(node: Node) -> tuple[Entry, ...]:
    """Return the variables of a list of names and values; empty if the list is not about variables."""
    found = []
    for item in items(node):
        name, value = within(item, "name"), within(item, "value")
        if not isinstance(name, ScalarNode) or not _NAME.fullmatch(name.text):
            return ()
        if not set(item.pairs) <= {"name", "value", "valueFrom"}:  # type: ignore[union-attr]
            return ()
        source = within(item, "valueFrom")
        written = value or (None if source else ScalarNode("", name.line))
        found.append(_entry(name.text, name.line, written or source or name))
    return tuple(filter(None, found))


def of_upper_names(node: Node) -> tuple[Entry, ...]:
    """Return the variables of a list of names and values, if the names are in upper case."""
    found = of_list(node)
    named = found and all("_" in one.name and _UPPER_NAME.fullmatch(one.name) for one in found)
    return found if named else ()


def of_parameters(node: Node, key: str) -> tuple[Entry, ...]:
    """Return the variables of Helm parameters, as in Argo CD: `{name: env.NAME, value: ...}`."""
    found = []
    for item in items(node) if key == "parameters" else ():
        *above, name = text_of(within(item, "name")).split(".")
        value = within(item, "value")
        if above and value and is_meant(above[-1]) and _NAME.fullmatch(name):
            found.append(_entry(name, value.line, value))
    return tuple(filter(None, found))


def of_strings(node: Node) -> tuple[Entry, ...]:
    """Return the variables of a list of NAME=value, or NAME for an inherited value; empty if the
    list is not about variables.
    """
    matched = [_ASSIGNMENT.fullmatch(text_of(item)) for item in items(node)]
    if not all(matched) or not any(m and m[2] and _UPPER_NAME.fullmatch(m[1]) for m in matched):
        return ()
    return tuple(
        Entry(m[1], item.line, ScalarNode(m[3], item.line) if m[2] else None, "who starts it")
        for m, item in zip(matched, items(node), strict=True)
        if m
    )


def _entry(name: str, line: int, value: Node) -> Entry | None:
    """Return an entry if its value can be the value of a variable, and None otherwise."""
    if isinstance(value, ScalarNode):
        return Entry(name, line, value)
    if not isinstance(value, MappingNode):
        return None
    if isinstance(inner := within(value, "value"), ScalarNode):
        return Entry(name, line, inner)
    first = next(iter(value.pairs), "")
    return Entry(name, line, None, first) if first.endswith(("From", "Ref")) else None


def _is_flat(node: Node) -> bool:
    """Return whether a node cannot contain anything nested."""
    return not isinstance(node, MappingNode) and all(
        isinstance(item, ScalarNode) for item in items(node)
    )


def steps(node: Node) -> list[str]:
    """Return the names of the items of a list: `name` if it is unique, otherwise the number."""
    names = [_step_name(item) for item in items(node)]
    count = Counter(names)
    return [name if name and count[name] == 1 else str(number) for number, name in enumerate(names)]


def _step_name(item: Node) -> str:
    entries = item.pairs if isinstance(item, MappingNode) else {}
    values = [entries[key].value for key in _STEP_NAMES if key in entries]
    return next((value.text for value in values if isinstance(value, ScalarNode)), "")
