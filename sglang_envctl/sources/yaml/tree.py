"""YAML as a tree that keeps the line of every node, within bounds of memory and time.

Aliases share nodes, so that a file of 1 KiB that stands for gigabytes costs 1 KiB; what a reader
would make of it is counted all the same. What the words mean (is `yes` a boolean?) is the business of
`scalars`, since readers differ.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple, TypeAlias

from sglang_envctl.errors import SourceError
from sglang_envctl.sources.decode import decode
from sglang_envctl.text.escape import visible

LARGEST = 16 * 1024 * 1024
"""Bytes; a manifest that Kubernetes stores has at most a tenth of that."""
NODES = 500_000
"""Nodes of a file, an alias counting as all that it stands for."""
DEEPEST = 100
"""Levels of nesting."""

_TOO_DEEP = f"nested deeper than {DEEPEST} levels"

_MERGED = re.compile(r"^(?:<{7}|>{7}) |^={7}$", re.MULTILINE)
_TEMPLATE = re.compile(
    r"\{\{-?\s*(?:/\*|(?:\$|\.)?(?:Values|Release|Chart|Files|Capabilities)\b"
    r"|(?:include|template|tpl|toYaml|define|if|else|range|with|end|required)\b)"
)


class Scalar(NamedTuple):
    """A text, as it stands behind its quotes."""

    text: str
    line: int
    plain: bool = False
    """Without quotes and tag: its reader decides what it is."""
    tag: str = ""


class Sequence(NamedTuple):
    items: tuple[Node, ...]
    line: int
    tag: str = ""


class Map(NamedTuple):
    pairs: Mapping[str, Pair]
    """By the text of the key; merge keys are resolved."""
    line: int
    tag: str = ""


class Pair(NamedTuple):
    key: Scalar
    value: Node


Node: TypeAlias = Scalar | Sequence | Map


class Stream(NamedTuple):
    """The documents of a file."""

    text: str
    documents: tuple[Node, ...]
    repeated: tuple[Scalar, ...]
    """Keys that stand twice in one mapping, where they stand again."""


def load(data: bytes, path: str) -> Stream:
    """Parse a YAML file.

    Raises:
        SourceError: it is no YAML, is a template that nobody has rendered, or is beyond the bounds.
    """
    if len(data) > LARGEST:
        raise _refusal(path, f"larger than {LARGEST >> 20} MiB, which no manifest is")
    decoded = decode(data, path)
    for note in decoded.notes:
        if note.rule in ("not-utf8", "nul-character"):
            found = note.facts.get("found")
            what = f"not UTF-8 ({found})" if found else "binary (a NUL character)"
            raise _refusal(path, f"line {note.origin.line}: {what}, so no reader takes it")
    text = decoded.text
    if match := _MERGED.search(text):
        raise _refusal(path, f"line {_line(text, match)}: an unresolved merge; choose a side")
    if "{{" in text and (match := _TEMPLATE.search(text)):
        line = _line(text, match)
        raise _refusal(path, f"line {line}: a Helm template; check what helm template prints")
    tree = _Tree(path)
    for event in _events(text, path):
        tree.take(event)
    return Stream(text, tuple(tree.documents), tuple(tree.repeated))


def within(node: Node | None, *keys: str) -> Node | None:
    """What stands under some keys of nested mappings."""
    for key in keys:
        pair = node.pairs.get(key) if isinstance(node, Map) else None
        node = pair.value if pair else None
    return node


def pairs(node: Node | None) -> Iterable[Pair]:
    """The entries of a mapping; none if it is no mapping."""
    return node.pairs.values() if isinstance(node, Map) else ()


def items(node: Node | None) -> tuple[Node, ...]:
    """The entries of a sequence; none if it is no sequence."""
    return node.items if isinstance(node, Sequence) else ()


def word(node: Node | None) -> str:
    """The text of a scalar; empty if it is none."""
    return node.text if isinstance(node, Scalar) else ""


class _Open:
    """A collection whose end has not come yet."""

    __slots__ = ("anchor", "found", "key", "line", "merges", "pairs", "size", "tag")

    def __init__(self, event: Any, *, pairs: bool) -> None:
        self.anchor, self.tag = event.anchor, event.tag or ""
        self.line: int = event.start_mark.line + 1
        self.found: list[Node] = []
        self.pairs: dict[str, Pair] | None = {} if pairs else None
        self.key: Node | None = None
        self.merges: list[Node] = []
        self.size = 1


class _Tree:
    """Puts events together, without recursion."""

    def __init__(self, path: str) -> None:
        self.documents: list[Node] = []
        self.repeated: list[Scalar] = []
        self._path = path
        self._open: list[_Open] = []
        self._anchors: dict[str, tuple[Node | None, int]] = {}
        self._size = 0

    def take(self, event: Any) -> None:
        kind = type(event).__name__
        if kind == "ScalarEvent":
            tag = event.tag or ""
            plain = not tag and event.implicit[0] and not event.style
            node = Scalar(event.value, event.start_mark.line + 1, plain, tag)
            self._add(node, 1, event.anchor)
        elif kind in ("MappingStartEvent", "SequenceStartEvent"):
            if len(self._open) == DEEPEST:
                raise self._refusal(event, _TOO_DEEP)
            if event.anchor:
                self._anchors[event.anchor] = None, 0
            self._open.append(_Open(event, pairs=kind == "MappingStartEvent"))
        elif kind in ("MappingEndEvent", "SequenceEndEvent"):
            done = self._open.pop()
            self._add(_closed(done), done.size, done.anchor)
        elif kind == "AliasEvent":
            self._alias(event)
        elif kind == "DocumentStartEvent":
            self._anchors = {}

    def _alias(self, event: Any) -> None:
        node, size = self._anchors.get(event.anchor, (None, -1))
        if node is None:
            what = "stands for what holds it" if size == 0 else "stands for nothing"
            raise self._refusal(event, f"an alias (*) that {what}; quote a text with a *")
        self._add(node, size, None)

    def _add(self, node: Node, size: int, anchor: str | None) -> None:
        if anchor:
            self._anchors[anchor] = node, size
        if not self._open:
            self.documents.append(node)
            self._size += size
            if self._size > NODES:
                raise self._too_many(node.line)
            return
        holder = self._open[-1]
        holder.size += size
        if holder.size > NODES:
            raise self._too_many(holder.line)
        if holder.pairs is None:
            holder.found.append(node)
        elif holder.key is None:
            holder.key = node
        else:
            self._pair(holder, holder.key, node)
            holder.key = None

    def _pair(self, holder: _Open, key: Node, value: Node) -> None:
        assert holder.pairs is not None
        if not isinstance(key, Scalar):
            return  # no reader of manifests takes such a key
        if key.plain and key.text == "<<":
            holder.merges += value.items if isinstance(value, Sequence) else (value,)
            return
        if key.text in holder.pairs:
            self.repeated.append(key)
        holder.pairs[key.text] = Pair(key, value)

    def _too_many(self, line: int) -> SourceError:
        what = f"stands for over {NODES:,} nodes, aliases included"
        return _refusal(self._path, f"line {line}: {what}")

    def _refusal(self, event: Any, what: str) -> SourceError:
        return _refusal(self._path, f"line {event.start_mark.line + 1}: {what}")


def _closed(done: _Open) -> Node:
    if done.pairs is None:
        return Sequence(tuple(done.found), done.line, done.tag)
    # What the mapping itself says wins, then the earlier of what is merged into it.
    for merged in done.merges:
        if isinstance(merged, Map):
            done.pairs = {**merged.pairs, **done.pairs}
    return Map(done.pairs, done.line, done.tag)


def _events(text: str, path: str) -> Iterator[Any]:
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        yield from yaml.parse(text, Loader=loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        # A parser with a bound of its own may refuse before the first event arrives.
        if (deep := _too_deep(text, mark.index if mark else None)) is not None:
            raise _refusal(path, f"line {deep}: {_TOO_DEEP}") from error
        # What stands in quotes in a message is a piece of the file.
        problem = re.sub(r"""(['"])(?!<)..+?\1""", "...", error.problem or "no YAML")
        last = text.rstrip("\n").count("\n") + 1
        place = f"line {min(mark.line + 1, last)}: " if mark else ""
        raise _refusal(path, f"{place}no YAML: {problem}") from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise _refusal(path, f"line {line}: no YAML: a control character") from error


def _too_deep(text: str, end: int | None) -> int | None:
    """The line on which brackets are nested beyond the bound, before some offset."""
    depth = 0
    for bracket in re.finditer(r"[\[\]{}]", text[: None if end is None else end + 1]):
        depth = depth + 1 if bracket[0] in "[{" else max(depth - 1, 0)
        if depth > DEEPEST:
            return _line(text, bracket)
    return None


def _line(text: str, match: re.Match[str]) -> int:
    return text.count("\n", 0, match.start()) + 1


def _refusal(path: str, why: str) -> SourceError:
    shown = "standard input" if path == "-" else visible(path)
    return SourceError(f"{shown}: {visible(why)}")
