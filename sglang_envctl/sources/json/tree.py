"""Parse JSON as a tree of YAML nodes, each with its line; comments and trailing commas are allowed.

JSON Schema, VS Code and dev containers use comments and trailing commas. Consecutive values are
separate documents.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import NamedTuple

from sglang_envctl.errors import SourceError
from sglang_envctl.sources.json.lines import LARGEST
from sglang_envctl.sources.json.plain import read
from sglang_envctl.sources.yaml.tree import (
    DEEPEST,
    NODES,
    MappingNode,
    Node,
    Pair,
    Repeated,
    ScalarNode,
    SequenceNode,
    Stream,
)
from sglang_envctl.text.escape import source_name

# Compiled on first use.
_PIECE = (
    r"[ \t\r\n]*(?:"
    r'(?P<string>"(?:[^"\\\x00-\x1f]|\\.)*")'
    r"|(?P<mark>[{}\[\],:])"
    r"|(?P<word>-?\d[\d.eE+-]*|true|false|null)(?![\w.])"
    r"|(?P<comment>//[^\n]*|/\*(?s:.*?)\*/)"
    r"|(?P<end>\Z))"
)


def load(data: bytes, path: str) -> Stream:
    """Parse a JSON file.

    Raises:
        SourceError: the file is not valid JSON, or exceeds the limits.
    """
    shown = source_name(path)
    if len(data) > LARGEST:
        raise SourceError(f"{shown}: larger than {LARGEST >> 20} MiB")
    import json

    try:
        text = data.decode(json.detect_encoding(data))
    except UnicodeDecodeError as error:
        raise SourceError(f"{shown}: is not valid {error.encoding}") from error
    if plain := read(text):
        return Stream(text, (plain.document,), plain.repeated)
    reader = _Reader(text)
    try:
        return Stream(text, tuple(reader.documents()), tuple(reader.repeated))
    except _InvalidError as error:
        raise SourceError(f"{shown}: line {reader.line}: {error}") from None


class _InvalidError(Exception):
    """An error with the reason why a text is not JSON."""


class _Token(NamedTuple):
    kind: str
    text: str
    start: int


class _Open:
    """A collection whose end has not been reached."""

    __slots__ = ("close", "items", "key", "line", "pairs")

    def __init__(self, mark: str, line: int) -> None:
        self.close = "}" if mark == "{" else "]"
        self.line = line
        self.items: list[Node] = []
        self.pairs: dict[str, Pair] = {}
        self.key: ScalarNode | None = None

    @property
    def node(self) -> Node:
        if self.close == "}":
            return MappingNode(self.pairs, self.line)
        return SequenceNode(tuple(self.items), self.line)


class _Reader:
    """A parser that builds nodes from tokens, without recursion."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._match = re.compile(_PIECE).match
        self._at = 0
        self._ends = [found.start() for found in re.finditer("\n", text)]
        self.repeated: list[Repeated] = []
        self._size = 0

    def documents(self) -> list[Node]:
        found: list[Node] = []
        while (token := self._token()).kind != "end":
            found.append(self._value(token))
        return found

    @property
    def line(self) -> int:
        """The current line."""
        return self._line(self._at)

    def _line(self, position: int) -> int:
        return bisect_left(self._ends, position) + 1

    def _token(self) -> _Token:
        """Return the next token that is not a comment."""
        while True:
            match = self._match(self._text, self._at)
            if match is None:
                raise _InvalidError("invalid JSON")
            self._at = match.end()
            kind = match.lastgroup or ""
            if kind != "comment":
                return _Token(kind, match[kind], match.start(kind))

    def _value(self, token: _Token) -> Node:
        """Return the value that begins with a token."""
        stack: list[_Open] = []
        while True:
            closed = bool(stack) and token.text == stack[-1].close and token.kind == "mark"
            if closed and stack[-1].key is None:
                node = stack.pop().node
            elif token.kind == "mark" and token.text in "{[":
                if len(stack) == DEEPEST:
                    raise _InvalidError(f"nested deeper than {DEEPEST} levels")
                stack.append(_Open(token.text, self._line(token.start)))
                token = self._key(stack[-1], self._token())
                continue
            else:
                node = self._scalar(token)
            self._size += 1
            if self._size > NODES:
                raise _InvalidError(f"more than {NODES:,} values")
            if not stack:
                return node
            self._add(stack[-1], node)
            token = self._after(stack[-1])

    def _key(self, holder: _Open, token: _Token) -> _Token:
        """Return the first token of the next value, after reading the key if `holder` is an object."""
        if holder.close == "]" or token.text == "}":
            return token
        if token.kind != "string":
            raise _InvalidError("invalid JSON: a key is not a string")
        key = self._scalar(token)
        if self._token().text != ":":
            raise _InvalidError("invalid JSON: no colon after a key")
        holder.key = key
        return self._token()

    def _after(self, holder: _Open) -> _Token:
        """Return the token after a value: the first of the next entry, or the closing bracket."""
        token = self._token()
        if token.kind == "mark" and token.text == holder.close:
            return token
        if token.text != ",":
            raise _InvalidError("invalid JSON: no comma between two values")
        return self._key(holder, self._token())

    def _add(self, holder: _Open, node: Node) -> None:
        if holder.key is None:
            holder.items.append(node)
            return
        if holder.key.text in holder.pairs:
            self.repeated.append(Repeated(holder.key, node, holder.pairs[holder.key.text]))
        holder.pairs[holder.key.text] = Pair(holder.key, node)
        holder.key = None

    def _scalar(self, token: _Token) -> ScalarNode:
        if token.kind == "word":
            return ScalarNode(token.text, self._line(token.start), plain=True)
        if token.kind != "string":
            raise _InvalidError("invalid JSON")
        text = token.text[1:-1]
        if "\\" in text:
            import json

            try:
                text = json.loads(token.text)
            except ValueError:
                raise _InvalidError("invalid JSON: an unknown escape in a string") from None
        return ScalarNode(text, self._line(token.start))
