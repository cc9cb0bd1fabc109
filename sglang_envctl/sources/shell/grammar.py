"""Parse a script as a syntax tree with tree-sitter's grammar of bash."""

from __future__ import annotations

import re
import time
from bisect import bisect
from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from sglang_envctl.errors import SourceError

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

LARGEST = 256 * 1024
"""The maximum number of bytes of a script."""
MOST_PIPES = 4000

# A script is parsed in milliseconds. For other texts, the parser may need time and memory quadratic in
# their length or in that of a line, and more for long pipelines. The parser can be stopped between two
# steps, but one step may take minutes.
_LONGEST = 1.0
"""The maximum number of seconds of CPU time for parsing."""
_MOST_WORK = 4_000_000
"""The maximum product of a line's length and the number of its characters that may be operators."""
_OPERATORS = "|&;()<>$`"

# tree-sitter treats a carriage return as whitespace, unlike a shell, looks for a name after a $ across
# line ends, and fails on bytes that are not UTF-8. Noncharacters and private ones replace them.
_CR, _JOINT, _DOLLAR = "\ufdd1", "\ufdd2", "\ufdd3"
_OPENS, _SPACE, _CLOSES = "\ufdd4", "\ufdd5", "\ufdd6"
_UNKNOWN, _FIRST_UNKNOWN, _MOST_UNKNOWN = "\ufdd7", 0xE000, 0x1000
_JOINED = re.compile(r"(?m)^(?!.*(?:^|\s)#)(.*[^\s\\](?:\\\\)*)\\\n(?=[^\s#])")
"""A line that continues inside a word, which the parser would split in two."""
_PLACEHOLDER = re.compile(r"(?<![<\w])<([A-Za-z](?:[\w. /-]{0,60}\w)?)>(?=[\s;/:'\"]|$)(?!/dev/)")
"""A word such as <host>, which a shell would read as two redirections."""
_SPLIT_IN_ZSH = re.compile(r"\$(\{?)=(?=[A-Za-z_])")
"""The start of an expansion that zsh splits, as other shells do without the sign."""
_ANONYMOUS = re.compile(r"(?m)^([ \t]*)(?:\([ \t]*\)|function)[ \t]*\{(?=[ \t]*$)")
"""The start of a function without a name, which zsh runs at once."""
_OPENED_BOTH_WAYS = re.compile(r"(?<=[\d}])<>([ \t]*)")
_DEFAULT = re.compile(r"\$\{[A-Za-z_]\w*:?[-=](?:[^\\\"'`$}]|\\[^$])*\}")
"""The text in `${NAME:-text}`, in which the parser reads operators as those of a command."""
_IN_DEFAULT = str.maketrans("|&;{<>", "\ufdd8\ufdd9\ufdda\ufddb\ufdd4\ufdd6")
_SHIFT = re.compile(r"(?<=[-=])\$\(\([^\n]{,1000}?\)\)")
"""A calculated default, in which the parser reads << as the start of a here-document."""
_DOCUMENT = re.compile(r"(?<!<)<<-?[ \t]*['\"\\]?([A-Za-z_]\w*)")
"""The start of a here-document."""
_NOT_THE_END = "\ufddc"
"""A stand-in for nothing, before a line of a here-document that begins with the word that ends it."""
_NOTHING_FOLLOWS = re.compile(r"\\\n\s*\Z")
_STANDS_ALONE = re.compile(r"(?m)^[ \t]*[A-Za-z_]\w*\+?=\S*[ \t]+[A-Za-z_]\w*\+?=")
"""The place at which a line may consist of several assignments."""
_MOST_REPAIRS = 8
_BYTES = {0xDC00 + byte: 0xF700 + byte for byte in range(0x80, 0x100)}
_LONE_DOLLAR = re.compile(r"(?<!\$)\$(?![\w{(@*#?$!'\"-])")
_BACK: dict[int, int | str] = {
    ord(_DOLLAR): "$",
    ord(_CR): "\r",
    ord(_OPENS): "<",
    ord(_SPACE): " ",
    ord(_CLOSES): ">",
    ord(_NOT_THE_END): "",
    **{stand_in: chr(character) for character, stand_in in _IN_DEFAULT.items()},
}
_BACK.update({stand_in: byte for byte, stand_in in _BYTES.items()})


class UnreadableScriptError(ValueError):
    """An error about a text that cannot be a script and is not parsed; the message has the reason."""


class Lines(NamedTuple):
    """The lines of the file from which a text comes."""

    first: int = 1
    """The line of the file on which the text begins."""
    last: int | None = None
    """The last line that the text may come from; None if the text is a whole file."""
    reasons: tuple[str, ...] = ()
    """The reasons why the parts that `unknown_part` replaces are unknown."""


WHOLE = Lines()


class Script(NamedTuple):
    """A parsed text."""

    label: str
    """The file that contains the text."""
    data: bytes
    lines: Lines
    joints: tuple[int, ...]
    """The places at which lines continue inside a word."""
    root: Node

    def text(self, node: Node) -> str:
        """Return the source of a node."""
        return self.between(node.start_byte, node.end_byte)

    def between(self, start: int, end: int, joint: str = "") -> str:
        """Return the source between two offsets."""
        text = self.data[start:end].decode("utf-8", "replace")
        return text if text.isascii() else text.translate({**_BACK, ord(_JOINT): joint})

    def literal(self, node: Node) -> str:
        """Return the source of a node in which a backslash is an ordinary character."""
        return self.between(node.start_byte, node.end_byte, "\\\n")

    def line(self, node: Node) -> int:
        """Return the line of the file on which a node begins."""
        return self._line(node.start_byte, int(node.start_point[0]))

    def last_line(self, node: Node) -> int:
        """Return the line of the file on which a node ends."""
        return self._line(node.end_byte, int(node.end_point[0]))

    def _line(self, at: int, row: int) -> int:
        line = self.lines.first + row + bisect(self.joints, at)
        return line if self.lines.last is None else min(line, self.lines.last)


def unknown_part(number: int) -> str:
    """Return the stand-in for an unknown part in a text."""
    return f"{_UNKNOWN}{chr(_FIRST_UNKNOWN + min(number, _MOST_UNKNOWN - 1))}"


def unknown_parts(text: str) -> Iterator[tuple[str, int]]:
    """Yield the texts before unknown parts, each with the number of the part; the rest has -1."""
    pieces = re.split(f"{_UNKNOWN}(.)", text)
    for piece, part in zip(pieces[::2], pieces[1::2], strict=False):
        yield piece, ord(part) - _FIRST_UNKNOWN
    yield pieces[-1], -1


def parse(label: str, text: str, lines: Lines = WHOLE) -> Script:
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
            f"{label}: reading a shell script needs a parser: "
            "pip install tree-sitter tree-sitter-bash"
        ) from error
    text = _readable(text)
    data = text.translate(_BYTES).encode()
    if reason := _too_much(text, data):
        raise UnreadableScriptError(reason)
    parser = Parser(Language(language()))
    root = _tree(parser, data)
    if _STANDS_ALONE.search(text):
        for _ in range(_MOST_REPAIRS):
            ends = _swallowed(root, data)
            if not ends:
                break
            for end in reversed(ends):
                data = data[:end] + b";" + data[end:]
            root = _tree(parser, data)
    joint = _JOINT.encode()
    joints = tuple(match.start() for match in re.finditer(joint, data)) if joint in data else ()
    return Script(label, data, lines, joints, root)


def _readable(text: str) -> str:
    """Return a text with stand-ins for syntax that a shell reads but the parser does not."""
    text = text.replace("\0", "").replace("\r", _CR)
    if "$=" in text or "{=" in text:
        text = _SPLIT_IN_ZSH.sub(r"$\1", text)
    text = _ANONYMOUS.sub(r"\1{", text)
    text = _LONE_DOLLAR.sub(_DOLLAR, text)
    text = _DEFAULT.sub(lambda match: "${" + match[0][2:].translate(_IN_DEFAULT), text)
    if "<" in text:
        text = _PLACEHOLDER.sub(lambda m: _OPENS + m[1].replace(" ", _SPACE) + _CLOSES, text)
        text = _SHIFT.sub(lambda match: match[0].replace("<<", "**"), text)
        text = _ended(text)
        text = _OPENED_BOTH_WAYS.sub(rf"<\1{_CLOSES}", text)
    if "\\\n" in text:
        text = _JOINED.sub(rf"\1{_JOINT}", _NOTHING_FOLLOWS.sub("\n", text))
    return text


def _ended(text: str) -> str:
    """Return a text in which only a whole line ends a here-document; for the parser, the beginning
    of a line does too.
    """
    lines, ends = text.split("\n"), list[str]()
    for number, line in enumerate(lines):
        if not ends:
            ends = _DOCUMENT.findall(line)[::-1] if "<<" in line else ends
        elif line.lstrip("\t") == ends[-1]:
            ends.pop()
        elif line.startswith(ends[-1]):
            lines[number] = _NOT_THE_END + line
    return "\n".join(lines)


def _tree(parser: Parser, data: bytes) -> Node:
    started = time.process_time()

    def too_long(place: int, broken: bool) -> bool:
        del place, broken
        return time.process_time() - started > _LONGEST

    def piece(place: int, point: object) -> bytes:
        del point
        return data[place : place + 65536]

    try:
        return parser.parse(piece, progress_callback=too_long).root_node
    except ValueError as error:
        raise UnreadableScriptError("the parser cannot handle its syntax") from error


def _swallowed(root: Node, data: bytes) -> list[int]:
    """Return the ends of assignment lines to which the parser attaches the next line as their
    command.
    """
    found: list[int] = []
    waiting = [root]
    while waiting:
        node = waiting.pop()
        waiting += reversed(node.children)
        if node.type != "command" or node.children[0].type != "variable_assignment":
            continue
        children = [child for child in node.children if child.type != "comment"]
        for child, after in pairwise(children):
            if child.type == "command_name":
                break
            between = data[child.end_byte : after.start_byte]
            if child.end_point.row < after.start_point.row and b"\\\n" not in between:
                found.append(child.end_byte)
                break
    return found


def _too_much(text: str, data: bytes) -> str:
    """Return the reason why a text is not parsed; empty if it is."""
    if len(data) > LARGEST:
        return f"it is larger than {LARGEST >> 10} KiB"
    if text.count("|") > MOST_PIPES:
        return f"it has more than {MOST_PIPES} pipes"
    for line in text.split("\n"):
        if len(line) > 1000 and len(line) * sum(map(line.count, _OPERATORS)) > _MOST_WORK:
            return "it has a line that is too long for a script"
    return ""


def broken(node: Node) -> Iterator[Node]:
    """Yield the error nodes, except those inside another error node."""
    waiting = [node] if node.has_error else []
    while waiting:
        node = waiting.pop()
        if node.is_error or node.is_missing:
            yield node
        else:
            waiting += [child for child in reversed(node.children) if child.has_error]


def comments(script: Script) -> Iterator[tuple[int, str, bool]]:
    """Yield the comments, if one addresses envctl: line, text, and whether the comment is alone on
    its line.

    A comment that is alone refers to the next line, and is skipped if that line is empty.
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
