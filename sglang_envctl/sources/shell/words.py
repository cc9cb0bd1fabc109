"""Words of a script: quotes removed, and those expansions resolved that only need what is known."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from sglang_envctl.sources.shell.expansions import NOT_WORKED_OUT, Reference, parsed, resolved
from sglang_envctl.sources.shell.grammar import Script
from sglang_envctl.sources.shell.scope import DEEPEST, Scope
from sglang_envctl.sources.shell.values import Text, join

if TYPE_CHECKING:
    from tree_sitter import Node


MOST_WORDS = 10_000
"""Words that an expansion may come to."""


class Part(NamedTuple):
    """A part of a word."""

    text: Text
    splits: bool = False
    """Whether blanks in it make several words of it."""


_EXPANSIONS = {"simple_expansion", "expansion", "command_substitution", "arithmetic_expansion"}
_ESCAPES = {
    "a": "\a", "b": "\b", "e": "\x1b", "E": "\x1b", "f": "\f", "n": "\n", "r": "\r", "t": "\t",
    "v": "\v", "\\": "\\", "'": "'", '"': '"', "?": "?",
}  # fmt: skip


def value(node: Node, script: Script, scope: Scope) -> Text:
    """A word as the right side of an assignment: never several."""
    return join(part.text for part in _parts(node, script, scope, assigned=True))


def fields(node: Node, script: Script, scope: Scope) -> list[Text]:
    """A word as arguments of a command: one, or as many as an expansion makes of it."""
    line = script.line(node)
    many = _array(node, script, scope)
    if many is not None:
        return [item._replace(line=line) for item in many]
    return [join(word)._replace(line=line) for word in _split(_parts(node, script, scope))]


def groups(nodes: Iterable[Node]) -> Iterator[list[Node]]:
    """Nodes by word: those with nothing between them are one, whatever the parser makes of it."""
    group: list[Node] = []
    for node in nodes:
        if group and group[-1].end_byte != node.start_byte:
            yield group
            group = []
        group.append(node)
    if group:
        yield group


def arguments(nodes: Iterable[Node], script: Script, scope: Scope) -> list[Text]:
    """Nodes as the arguments of a command."""
    found: list[Text] = []
    for group in groups(nodes):
        if len(group) == 1:
            found += fields(group[0], script, scope)
        else:
            found.append(glued(group, script, scope)._replace(line=script.line(group[0])))
    return found


def glued(nodes: list[Node], script: Script, scope: Scope) -> Text:
    """A group of nodes as one word."""
    return join(value(node, script, scope) for node in nodes)


def _split(parts: Iterator[Part]) -> list[list[Text]]:
    """The words that parts make: blanks in the result of an expansion separate them."""
    words: list[list[Text]] = []
    open_word = False
    for part in parts:
        if not part.splits or part.text.unknown:
            words = words if open_word else [*words, []]
            words[-1].append(part.text)
            open_word = True
            continue
        text = part.text.text
        pieces = text.split()
        if len(pieces) > MOST_WORDS:
            return [[Text("", "more words than a command takes")]]
        if pieces and open_word and not text[0].isspace():
            words[-1].append(part.text._replace(text=pieces.pop(0)))
        words += [[part.text._replace(text=piece)] for piece in pieces]
        if text:
            open_word = bool(words) and not text[-1].isspace()
    return words


def in_document(node: Node, script: Script, scope: Scope) -> Text:
    """The body of a here-document whose end is not quoted."""
    return join(_mixed(node.children, node.start_byte, node.end_byte, script, scope, quote=""))


def unquoted(text: str) -> str:
    """A text with its backslashes worked out."""
    return (
        re.sub(r"(?s)\\(.)", lambda m: "" if m[1] == "\n" else m[1], text) if "\\" in text else text
    )


def _parts(
    node: Node, script: Script, scope: Scope, *, assigned: bool = False, first: bool = True
) -> Iterator[Part]:
    kind, source = node.type, script.text(node)
    if kind == "concatenation":
        for at, child in enumerate(node.children):
            yield from _parts(child, script, scope, assigned=assigned, first=at == 0)
    elif kind in {"string", "translated_string"}:
        yield Part(join(_in_quotes(node, script, scope)))
    elif kind == "raw_string":
        yield Part(Text(script.literal(node)[1:-1]))
    elif kind == "ansi_c_string":
        yield Part(Text(_ansi_c(source[2:-1])))
    elif kind in _EXPANSIONS:
        yield Part(_expansion(node, script, scope, quoted=False), splits=not assigned)
    elif kind == "process_substitution":
        yield Part(Text("", "the output of a command"))
    elif "~" in source:
        yield from map(Part, _with_home(source, scope, assigned=assigned, first=first))
    else:
        yield Part(Text(unquoted(source)))


def _with_home(source: str, scope: Scope, *, assigned: bool, first: bool) -> Iterator[Text]:
    """A ~ at the beginning is the home directory; of an assignment, also behind a colon."""
    for at, piece in enumerate(source.split(":")):
        if at:
            yield Text(":")
        user, slash, rest = piece.partition("/")
        if user[:1] != "~" or not (first if at == 0 else assigned):
            yield Text(unquoted(piece))
        elif user == "~":
            home = scope.lookup("HOME") or Text("", "the home of whoever starts it")
            yield from (home, Text(unquoted(slash + rest)))
        else:
            yield Text("", "the home of another user")


def _in_quotes(node: Node, script: Script, scope: Scope) -> Iterator[Text]:
    """What stands between double quotes: text, and expansions.

    The parser takes blanks before an expansion into it, so text is what stands in between.
    """
    source = script.text(node)
    start = node.start_byte + source.index('"') + 1
    closed = source.endswith('"') and node.end_byte > start
    yield from _mixed(node.children, start, node.end_byte - closed, script, scope)


def _mixed(
    children: list[Node], start: int, end: int, script: Script, scope: Scope, quote: str = '"'
) -> Iterator[Text]:
    at = start
    for child in _outermost(children):
        if child.start_byte >= start:
            source = script.text(child)
            begins = child.start_byte + len(source) - len(source.lstrip())
            yield Text(_escaped(script.between(at, begins), quote))
            yield _expansion(child, script, scope, quoted=True)
            at = child.end_byte
    yield Text(_escaped(script.between(at, end), quote))


def _outermost(nodes: list[Node]) -> Iterator[Node]:
    """The expansions in some nodes, without those inside another."""
    waiting = nodes[::-1]
    while waiting:
        node = waiting.pop()
        if node.type in _EXPANSIONS:
            yield node
        else:
            waiting += reversed(node.children)


def _escaped(text: str, quote: str) -> str:
    """Text between double quotes, where a backslash means something before a few letters."""
    if "\\" not in text:
        return text
    return re.sub(rf"\\([$`\\\n{quote}])", lambda m: "" if m[1] == "\n" else m[1], text)


def _ansi_c(text: str) -> str:
    return re.sub(
        r"(?s)\\(?:([0-7]{1,3})|x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8})|c(.)|(.))",
        _ansi_c_escape,
        text,
    ).partition("\0")[0]


def _ansi_c_escape(match: re.Match[str]) -> str:
    octal, hexadecimal, short, long, control, letter = match.groups()
    if octal or hexadecimal:
        byte = int(octal, 8) & 0xFF if octal else int(hexadecimal, 16)
        return chr(byte) if byte < 0x80 else bytes([byte]).decode("utf-8", "surrogateescape")
    if short or long:
        code = int(short or long, 16)
        return chr(code) if code <= 0x10FFFF else match[0]
    if control:
        return chr(ord(control.upper()) & 0x1F)
    return _ESCAPES.get(letter, match[0])


def _expansion(node: Node, script: Script, scope: Scope, *, quoted: bool) -> Text:
    if scope.depth >= DEEPEST:
        return NOT_WORKED_OUT
    source = script.text(node).lstrip()
    if node.type == "command_substitution":
        return Text("", "the output of a command", place=scope.place_of(source))
    if node.type == "arithmetic_expansion":
        return Text("", "the result of arithmetic")
    if match := re.fullmatch(r"\$(\d)(.+)", source):  # the name is one digit
        return join((resolved(Reference(match[1]), Text, scope), Text(match[2])))
    reference = parsed(source)
    if reference is None:
        return NOT_WORKED_OUT

    def word() -> Text:
        return _operand(node, script, scope, quoted=quoted)

    scope.depth += 1
    try:
        return resolved(reference, word, scope)
    finally:
        scope.depth -= 1


def _operand(node: Node, script: Script, scope: Scope, *, quoted: bool) -> Text:
    """The word behind the operator in `${NAME:-word}`."""
    operators = (c for c in node.children if not c.is_named and script.text(c)[-1] in "-=?+%#")
    operator = next((c for c in operators if c.start_byte > node.start_byte + 2), None)
    if operator is None:
        return NOT_WORKED_OUT
    start, end = operator.end_byte, node.end_byte - 1
    words = [child for child in node.children if start <= child.start_byte < end]
    if quoted:
        return join(_mixed(words, start, end, script, scope))
    parts: list[Text] = []
    for child in words:
        parts += (Text(script.between(start, child.start_byte)), value(child, script, scope))
        start = child.end_byte
    return join([*parts, Text(unquoted(script.between(start, end)))])


def _array(node: Node, script: Script, scope: Scope) -> tuple[Text, ...] | None:
    """What `"${NAME[@]}"` or `"$@"` stands for, if the word is that and it is known."""
    source = script.text(node).strip()
    match = re.fullmatch(r'"?\$(?:\{([A-Za-z_]\w*)\[[@*]\]\}|(@)|\{(@)\})"?', source)
    return scope.items(match[1] or "@") if match else None
