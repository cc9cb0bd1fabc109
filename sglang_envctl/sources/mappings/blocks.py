"""Find the environments in a document by their keys and forms, and those around each of them.

The forms are a mapping of names to scalars (or to `{value: ...}`), a list of `{name: ..., value:
...}`, and a list of NAME=value.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple, TypeAlias

from sglang_envctl.sources.mappings.forms import (
    SECRETS,
    Block,
    Entry,
    Path,
    is_meant,
    is_shared,
    of,
    of_list,
    of_mapping,
    of_own_strings,
    of_upper_names,
    unmistakable,
    unread,
)
from sglang_envctl.sources.mappings.jobs import combinations, inherited
from sglang_envctl.sources.mappings.later import for_later_steps
from sglang_envctl.sources.mappings.options import of_options
from sglang_envctl.sources.yaml.commands import (
    COMMANDS,
    CommandLine,
    command_line,
    is_command,
    other_command,
)
from sglang_envctl.sources.yaml.tree import (
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    is_empty,
    items,
    text_of,
    within,
)

_PARALLEL = "parallel"
_MATRIX = frozenset({_PARALLEL})
_RUN = COMMANDS | _MATRIX
_PROGRAMS, _ARGUMENTS = frozenset({"command", "entrypoint"}), frozenset({"args", "arguments"})
"""The keys of a program that may be a container engine, and of its arguments."""
_STEP_NAMES = ("name", "id", "groupName", "label")


class Found(NamedTuple):
    """A block, and the blocks around it, outermost first."""

    block: Block
    around: tuple[Block, ...] = ()
    has_inner: bool = False
    """Whether other blocks are inside this block, so that a program rarely gets this one alone."""
    command: CommandLine | None = None
    """The command that is run with the surrounding blocks; the block itself is then empty."""


class Parts(NamedTuple):
    """The parts that a document may have, in addition to keys that name an environment."""

    runs: bool
    """Commands that may concern SGLang."""
    options: bool
    """Options of a container engine."""
    later: bool
    """Steps that set variables for later steps."""
    assigns: bool
    """Lists of NAME=value under keys that do not name an environment."""


def blocks(root: Node, parts: Parts) -> Iterator[Found]:
    """Yield the blocks of a document, in order, including empty ones."""
    is_mapping = isinstance(root, MappingNode)
    if entries := of_mapping(root, all_upper=True) if is_mapping else of_upper_names(root):
        yield Found(Block((), entries))
        return
    found = list(_walk(root, parts))
    around = [block for one in found for block in one.around]
    same, paths = set(map(id, around)), {block.path for block in around}
    for one in found:
        is_around = one.block.entries and one.block.path in paths
        yield one._replace(has_inner=bool(is_around or id(one.block) in same))


_Place: TypeAlias = tuple[Path, Node, tuple[Block, ...], bool]


def _items(
    path: Path, node: Node, around: tuple[Block, ...], parts: Parts
) -> tuple[list[Found], list[_Place]]:
    """Return the blocks of patches and of steps that set variables for later steps, and the items of a
    list.
    """
    places, found = list[_Place](), list[Found]()
    named = zip(steps(node), items(node), strict=True) if not _is_flat(node) else ()
    for step, item in named:
        places.append(((*path, step), item, around, False))
        keys = item.pairs if isinstance(item, MappingNode) else ()
        if "op" in keys and (entries := _patched(item)):
            found.append(Found(Block((*path, step, "value"), entries), around))
        if parts.later and (block := for_later_steps(item, (*path, step))):
            found.append(Found(block, around))
            around = (*around, block)
    return found, places


def _walk(root: Node, parts: Parts) -> Iterator[Found]:
    run = _RUN if parts.runs else _MATRIX
    has_flat = parts.runs or parts.options or parts.assigns
    # The last item says whether the mapping is directly under a key that names an environment, as in
    # `environment: {prefill: {...}}`.
    todo: list[_Place] = [((), root, (), False)]
    while todo:
        path, node, around, grouped = todo.pop()
        if not isinstance(node, MappingNode):
            found, places = _items(path, node, around, parts)
            yield from found
            todo += places[::-1]
            continue
        found, shared, below = _keys(path, node, around, grouped=grouped)
        if has_flat:
            found += _of_flat(node, path, shared, parts)
        if not run.isdisjoint(node.pairs):
            known = {one.block.path for one in found}
            found += (one for one in _commands(node, path, shared) if one.block.path not in known)
        yield from found
        todo += [((*path, *at), value, shared, meant) for at, value, meant in reversed(below)]


def _keys(
    path: Path, node: MappingNode, around: tuple[Block, ...], *, grouped: bool
) -> tuple[list[Found], tuple[Block, ...], list[tuple[Path, Node, bool]]]:
    """Return the environments directly under the keys of a mapping, the blocks around what is beside
    them, and what is below them.
    """
    found: list[Found] = []
    below: list[tuple[Path, Node, bool]] = []
    shared = around = inherited(node, around) if "inherit" in node.pairs else around
    secrets = SECRETS if "run" in node.pairs else ""
    for name, (_, value) in node.pairs.items():
        meant = grouped or is_meant(name) or name == secrets
        if not meant and (isinstance(value, ScalarNode) or _is_flat(value)):
            continue  # the usual case
        if entries := of(value, name) if meant else unmistakable(value, name):
            block = Block((*path, name), entries, unread(value))
            found.append(Found(block, around))
            if name == secrets or is_shared(name):
                shared = (*shared, block)
            below += _of_nodes(name, value, len(entries))
        elif meant and is_empty(value):
            found.append(Found(Block((*path, name), ())))
        elif not _is_flat(value):
            below.append(((name,), value, meant))
    return found, shared, below


def _of_flat(
    node: MappingNode, path: Path, around: tuple[Block, ...], parts: Parts
) -> Iterator[Found]:
    """Yield the options of container engines, lists of NAME=value, and the commands under keys that
    are not COMMANDS.
    """
    for name, (_, value) in node.pairs.items():
        if not _is_flat(value):
            continue
        at = (*path, name)
        is_of_command = name in _ARGUMENTS and not _PROGRAMS.isdisjoint(node.pairs)
        if parts.options and not is_of_command and (block := of_options(value, at)):
            yield Found(block, around)
        elif name in COMMANDS:
            continue
        elif parts.runs and is_command(name, value) and (command := other_command(name, value)):
            yield Found(Block(at, ()), around, command=command)
        elif parts.assigns and (entries := of_own_strings(value, name)):
            yield Found(Block(at, entries), around)


def _of_nodes(name: str, environment: Node, known: int) -> Iterator[tuple[Path, Node, bool]]:
    """Yield the mappings inside an environment that name further ones, as FlagScale's `nodes_envs`
    names one for each node.
    """
    if not isinstance(environment, MappingNode) or len(environment.pairs) == known:
        return  # the usual case
    for key, (_, value) in environment.pairs.items():
        if isinstance(value, MappingNode) and is_meant(key):
            yield (name, key), value, True


def _commands(node: MappingNode, path: Path, around: tuple[Block, ...]) -> Iterator[Found]:
    """Yield the command of a mapping, once for each combination of its matrix; without a command,
    the combinations.
    """
    command = command_line(node)
    chosen = combinations(node, path) if _PARALLEL in node.pairs else ()
    if not (command and command.counts):
        yield from (Found(block, around) for block in chosen)
        return
    each = [(block.path, (*around, block)) for block in chosen] or [(path, around)]
    for at, blocks_around in each:
        yield Found(Block((*at, command.key), ()), blocks_around, command=command)


def _patched(item: Node) -> tuple[Entry, ...]:
    """Return the variable that an operation of a JSON patch adds to a list `env`."""
    if not (value := within(item, "value")):
        return ()
    at = text_of(within(item, "path")).rpartition("/")[0]
    if not at.endswith("/env"):
        return ()
    return of_list(SequenceNode((value,), value.line))


def _is_flat(node: Node) -> bool:
    """Return whether a node cannot contain anything nested."""
    if isinstance(node, SequenceNode):
        return all(isinstance(item, ScalarNode) for item in node.items)
    return isinstance(node, ScalarNode)


def steps(node: Node) -> list[str]:
    """Return the names of the items of a list: `name` if it is unique, otherwise the number."""
    names = [_step_name(item) for item in items(node)]
    count = Counter(names)
    return [name if name and count[name] == 1 else str(number) for number, name in enumerate(names)]


def _step_name(item: Node) -> str:
    entries = item.pairs if isinstance(item, MappingNode) else {}
    values = [entries[key].value for key in _STEP_NAMES if key in entries]
    return next((value.text for value in values if isinstance(value, ScalarNode)), "")
