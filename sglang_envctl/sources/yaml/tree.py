"""YAML as a tree that keeps the line of every node, with bounded memory and time.

Aliases share nodes, so a file of 1 KiB that expands to gigabytes needs 1 KiB; its expanded size is
still counted and limited. `scalars` determines the types of scalars (is `yes` a boolean?), because
programs disagree about them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple, TypeAlias

from sglang_envctl.errors import SourceError
from sglang_envctl.sources.decode import decode
from sglang_envctl.text.escape import source_name, visible

LARGEST = 16 * 1024 * 1024
"""The maximum number of bytes; a manifest that Kubernetes stores has at most a tenth of this."""
NODES = 500_000
"""The maximum number of nodes of a file, with every alias expanded."""
DEEPEST = 100
"""The maximum depth of nesting."""

_TOO_DEEP = f"nested deeper than {DEEPEST} levels"

_MARKS = ("<<<<<<< ", ">>>>>>> ", "=======")
_MERGED = re.compile(r"^(?:<{7}|>{7}) |^={7}$", re.MULTILINE)
_TEMPLATE = re.compile(
    r"\{\{-?\s*(?:/\*|(?:\$|\.)?(?:Values|Release|Chart|Files|Capabilities)\b"
    r"|(?:include|template|tpl|toYaml|define|if|else|range|with|end|required)\b)"
)


class ScalarNode(NamedTuple):
    """A scalar without its quotes."""

    text: str
    line: int
    plain: bool = False
    """Whether the scalar has no quotes and no tag, so that its type depends on the text."""
    tag: str = ""
    block: bool = False
    """Whether the scalar is a block below its key, so that its lines are those of the file."""


class SequenceNode(NamedTuple):
    items: tuple[Node, ...]
    line: int
    tag: str = ""


class MappingNode(NamedTuple):
    pairs: Mapping[str, Pair]
    """The pairs by key; merge keys are resolved."""
    line: int
    tag: str = ""


class Pair(NamedTuple):
    key: ScalarNode
    value: Node


made = tuple.__new__
"""A constructor for named tuples from all fields, twice as fast as calling the class."""

Node: TypeAlias = ScalarNode | SequenceNode | MappingNode


class Repeated(NamedTuple):
    """A key that already occurs in a mapping, and the entry that it replaces."""

    key: ScalarNode
    value: Node
    before: Pair


class Stream(NamedTuple):
    """The documents of a file."""

    text: str
    documents: tuple[Node, ...]
    repeated: tuple[Repeated, ...]
    """The keys that repeat an earlier key of the same mapping."""


def load(data: bytes, path: str) -> Stream:
    """Parse a YAML file.

    Raises:
        SourceError: the file is not valid YAML, is an unrendered template, or exceeds the limits.
    """
    if len(data) > LARGEST:
        raise _refusal(path, f"larger than {LARGEST >> 20} MiB, so it is not a manifest")
    decoded = decode(data, path)
    for note in decoded.notes:
        if note.rule in ("not-utf8", "nul-character"):
            found = note.facts.get("found")
            what = f"not UTF-8 ({found})" if found else "binary (a NUL character)"
            raise _refusal(path, f"line {note.origin.line}: {what}, so no program accepts it")
    text = decoded.text
    if any(mark in text for mark in _MARKS) and (match := _MERGED.search(text)):
        raise _refusal(path, f"line {_line(text, match)}: an unresolved merge conflict")
    template = _TEMPLATE.search(text) if "{{" in text else None
    tree = _Tree(path)
    try:
        _parse(text, path, tree.build)
    except SourceError:
        if not template:
            raise
        tree.has_other_keys = True
    if template and tree.has_other_keys:
        line = _line(text, template)
        raise _refusal(path, f"line {line}: a Helm template; check the output of helm template")
    return Stream(text, tuple(tree.documents), tuple(tree.repeated))


def within(node: Node | None, *keys: str) -> Node | None:
    """Return the node at a path of keys in nested mappings."""
    for key in keys:
        pair = node.pairs.get(key) if isinstance(node, MappingNode) else None
        node = pair.value if pair else None
    return node


def pairs(node: Node | None) -> Iterable[Pair]:
    """Return the entries of a mapping; empty for any other node."""
    return node.pairs.values() if isinstance(node, MappingNode) else ()


def items(node: Node | None) -> tuple[Node, ...]:
    """Return the entries of a sequence; empty for any other node."""
    return node.items if isinstance(node, SequenceNode) else ()


def text_of(node: Node | None) -> str:
    """Return the text of a scalar; empty for any other node."""
    return node.text if isinstance(node, ScalarNode) else ""


def is_empty(node: Node) -> bool:
    """Return whether a node is null or an empty collection."""
    if isinstance(node, ScalarNode):
        return node.plain and not node.text
    return not (node.pairs if isinstance(node, MappingNode) else node.items)


class _Tree:
    """A tree that is built from events, without recursion."""

    def __init__(self, path: str) -> None:
        self.documents: list[Node] = []
        self.repeated: list[Repeated] = []
        self.has_other_keys = False
        """Whether a key is not a scalar, as in YAML's reading of `{{ x }}` without quotes."""
        self._path = path

    def build(self, events: Iterable[Any]) -> None:
        """Process the events of a file, in one loop and with few calls, because there are many
        events.
        """
        from yaml.events import (
            AliasEvent,
            MappingEndEvent,
            MappingStartEvent,
            ScalarEvent,
            SequenceEndEvent,
            SequenceStartEvent,
        )

        anchors: dict[str, tuple[Node | None, int]] = {}
        outer: list[tuple[Any, list[Node], int]] = []
        # The innermost open collection: its event, its nodes, and its size.
        start: Any = None
        found, size = self.documents, 0
        node: Node
        for event in events:
            kind = type(event)
            if kind is ScalarEvent:
                tag, style = event.tag or "", event.style
                plain = not tag and not style and event.implicit[0]
                line = event.start_mark.line + 1
                node = made(ScalarNode, (event.value, line, plain, tag, style == "|"))
                added, anchor = 1, event.anchor
            elif kind is MappingStartEvent or kind is SequenceStartEvent:
                if len(outer) == DEEPEST:
                    raise self._refusal(_line_of(event), _TOO_DEEP)
                if event.anchor:
                    anchors[event.anchor] = None, 0
                outer.append((start, found, size))
                start, found, size = event, [], 1
                continue
            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                node, added, anchor = self._closed(start, found), size, start.anchor
                start, found, size = outer.pop()
            elif kind is AliasEvent:
                (node, added), anchor = self._referred(event, anchors), None
            else:
                anchors = {}
                continue
            if anchor:
                anchors[anchor] = node, added
            found.append(node)
            size += added
            if size > NODES:
                what = f"expands to more than {NODES:,} nodes, aliases included"
                raise self._refusal(_line_of(start) if start else node.line, what)

    def _referred(
        self, event: Any, anchors: Mapping[str, tuple[Node | None, int]]
    ) -> tuple[Node, int]:
        """Return the node that an alias refers to, with its size."""
        node, size = anchors.get(event.anchor, (None, -1))
        if node is None:
            what = "refers to a node that contains it" if size == 0 else "refers to no anchor"
            what = f"an alias (*) {what}; quote a string that starts with *"
            raise self._refusal(_line_of(event), what)
        return node, size

    def _closed(self, start: Any, found: list[Node]) -> Node:
        line, tag = _line_of(start), start.tag or ""
        if type(start).__name__ == "SequenceStartEvent":
            return made(SequenceNode, (tuple(found), line, tag))
        own: dict[str, Pair] = {}
        merges: list[Node] = []
        alternating = iter(found)
        for key, value in zip(alternating, alternating, strict=True):
            if not isinstance(key, ScalarNode):
                self.has_other_keys = True  # no program that reads manifests accepts such a key
            elif (text := key.text) == "<<" and key.plain:
                merges += value.items if isinstance(value, SequenceNode) else (value,)
            else:
                if before := own.get(text):
                    self.repeated.append(Repeated(key, value, before))
                own[text] = made(Pair, (key, value))
        # The mapping's own keys take precedence, then the earlier of those merged into it.
        for merged in merges:
            if isinstance(merged, MappingNode):
                own = {**merged.pairs, **own}
        return made(MappingNode, (own, line, tag))

    def _refusal(self, line: int, what: str) -> SourceError:
        return _refusal(self._path, f"line {line}: {what}")


def _line_of(event: Any) -> int:
    line: int = event.start_mark.line + 1
    return line


def _parse(text: str, path: str, take: Callable[[Iterable[Any]], None]) -> None:
    """Pass the events of a text to `take`."""
    import yaml

    try:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(text)
        take(iter(loader.get_event, None))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        # A parser with its own limit may fail before it produces the first event.
        if (deep := _too_deep(text, mark.index if mark else None)) is not None:
            raise _refusal(path, f"line {deep}: {_TOO_DEEP}") from error
        # Quoted text in the message is part of the file, and is not shown.
        problem = re.sub(r"""(['"])(?!<)..+?\1""", "...", error.problem or "syntax error")
        last = text.rstrip("\n").count("\n") + 1
        line_prefix = f"line {min(mark.line + 1, last)}: " if mark else ""
        raise _refusal(path, f"{line_prefix}invalid YAML: {problem}") from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise _refusal(path, f"line {line}: invalid YAML: a control character") from error


def _too_deep(text: str, end: int | None) -> int | None:
    """Return the line of brackets that are nested too deep before an offset, if any."""
    depth = 0
    for bracket in re.finditer(r"[\[\]{}]", text[: None if end is None else end + 1]):
        depth = depth + 1 if bracket[0] in "[{" else max(depth - 1, 0)
        if depth > DEEPEST:
            return _line(text, bracket)
    return None


def _line(text: str, match: re.Match[str]) -> int:
    return text.count("\n", 0, match.start()) + 1


def _refusal(path: str, why: str) -> SourceError:
    shown = source_name(path)
    return SourceError(f"{shown}: {visible(why)}")
