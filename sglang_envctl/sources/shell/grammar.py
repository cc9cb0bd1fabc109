"""A script as a syntax tree, parsed with tree-sitter's grammar of bash."""

from __future__ import annotations

import re
import time
from bisect import bisect
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from sglang_envctl.errors import SourceError

if TYPE_CHECKING:
    from tree_sitter import Node

LARGEST = 256 * 1024
"""Bytes of a script."""
MOST_PIPES = 4000

# A script is parsed in milliseconds. Other texts may take the parser time and memory quadratic in their
# length or in that of a line, and long pipelines take more. The parser can be stopped between two
# steps, but one step may take minutes.
_LONGEST = 1.0
"""Seconds of CPU that parsing may take."""
_MOST_WORK = 4_000_000
"""The length of a line times the number of characters in it that may be operators."""
_OPERATORS = "|&;()<>$`"

# tree-sitter treats a carriage return as whitespace, unlike a shell, looks for a name after a $ across
# line ends, and fails on bytes that are not UTF-8. Noncharacters and private ones replace them.
_CR, _JOINT, _DOLLAR = "\ufdd1", "\ufdd2", "\ufdd3"
_JOINED = re.compile(r"(?m)^(?!.*(?:^|\s)#)(.*[^\s\\](?:\\\\)*)\\\n(?=[^\s#])")
"""A line that continues inside a word, which the parser would split in two."""
_BYTES = {0xDC00 + byte: 0xF700 + byte for byte in range(0x80, 0x100)}
_LONE_DOLLAR = re.compile(r"\$(?![\w{(@*#?$!'\"-])")
_BACK: dict[int, int | str] = {ord(_DOLLAR): "$", ord(_CR): "\r"}
_BACK.update({stand_in: byte for byte, stand_in in _BYTES.items()})


class UnreadableScriptError(ValueError):
    """A text that cannot be a script and is not parsed; the message says why."""


class Script(NamedTuple):
    """A parsed text."""

    label: str
    """The file that contains it."""
    data: bytes
    first: int
    """The line of the file on which the text begins."""
    joints: tuple[int, ...]
    """Where lines continue inside a word."""
    root: Node

    def text(self, node: Node) -> str:
        """The source of a node."""
        return self.between(node.start_byte, node.end_byte)

    def between(self, start: int, end: int, joint: str = "") -> str:
        """The source between two offsets."""
        text = self.data[start:end].decode("utf-8", "replace")
        return text if text.isascii() else text.translate({**_BACK, ord(_JOINT): joint})

    def literal(self, node: Node) -> str:
        """The source of a node in which a backslash is an ordinary character."""
        return self.between(node.start_byte, node.end_byte, "\\\n")

    def line(self, node: Node) -> int:
        """The line of the file on which a node begins."""
        joined = bisect(self.joints, node.start_byte)
        return self.first + int(node.start_point[0]) + joined


def parse(label: str, text: str, first: int = 1) -> Script:
    """Parse a text; its tree has error nodes where the syntax is wrong.

    Raises:
        SourceError: the parser is not installed.
        UnreadableScriptError: the text is too large, or takes too long.
    """
    try:
        from tree_sitter import Language, Parser
        from tree_sitter_bash import language
    except ImportError as error:
        raise SourceError(
            f"{label}: is a shell script, which takes a parser to read: "
            "pip install tree-sitter tree-sitter-bash"
        ) from error
    text = text.replace("\0", "").replace("\r", _CR)
    text = _LONE_DOLLAR.sub(_DOLLAR, text)
    if "\\\n" in text:
        text = _JOINED.sub(rf"\1{_JOINT}", text)
    data = text.translate(_BYTES).encode()
    if reason := _too_much(text, data):
        raise UnreadableScriptError(reason)
    started = time.process_time()

    def too_long(place: int, broken: bool) -> bool:
        del place, broken
        return time.process_time() - started > _LONGEST

    def piece(place: int, point: object) -> bytes:
        del point
        return data[place : place + 65536]

    try:
        tree = Parser(Language(language())).parse(piece, progress_callback=too_long)
    except ValueError as error:
        raise UnreadableScriptError("its grammar is too much for the parser") from error
    joint = _JOINT.encode()
    joints = tuple(match.start() for match in re.finditer(joint, data)) if joint in data else ()
    return Script(label, data, first, joints, tree.root_node)


def _too_much(text: str, data: bytes) -> str:
    """Why a text is not given to the parser; empty if it is."""
    if len(data) > LARGEST:
        return f"it is larger than {LARGEST >> 10} KiB"
    if text.count("|") > MOST_PIPES:
        return f"it has more than {MOST_PIPES} pipes"
    for line in text.split("\n"):
        if len(line) > 1000 and len(line) * sum(map(line.count, _OPERATORS)) > _MOST_WORK:
            return "it has a line that is too long to be one of a script"
    return ""


def broken(node: Node) -> Iterator[Node]:
    """The error nodes, without those inside another."""
    waiting = [node] if node.has_error else []
    while waiting:
        node = waiting.pop()
        if node.is_error or node.is_missing:
            yield node
        else:
            waiting += [child for child in reversed(node.children) if child.has_error]


def comments(script: Script) -> Iterator[tuple[int, str, bool]]:
    """The comments, if one addresses envctl: line, text, and whether it is alone on its line.

    One that is alone refers to the next line, and is left out if that is empty.
    """
    if b"envctl:" not in script.data:
        return
    lines = script.data.split(b"\n")
    waiting = [script.root]
    while waiting:
        node = waiting.pop()
        if node.type == "comment":
            row, column = node.start_point
            alone = not lines[row][:column].strip()
            if not alone or b"".join(lines[row + 1 : row + 2]).strip():
                yield script.line(node), script.text(node), alone
        else:
            waiting += reversed(node.children)


def directives(text: str) -> Iterator[tuple[int, str]]:
    """The options in #SBATCH lines, which come before the first command, with their line numbers."""
    for number, line in enumerate(text.split("\n"), 1):
        if match := re.match(r"#SBATCH\s+(.*)", line):
            yield number, match[1].strip()
        elif line.strip() and not line.startswith("#"):
            return
