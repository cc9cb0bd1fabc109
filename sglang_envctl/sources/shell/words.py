"""Expand the words of a script, with quotes removed and expansions resolved as far as they are known."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from fnmatch import translate
from typing import TYPE_CHECKING, NamedTuple

from sglang_envctl.sources.shell.braces import expanded
from sglang_envctl.sources.shell.scope import Scope
from sglang_envctl.sources.shell.splitting import Part, split
from sglang_envctl.sources.shell.values import Value, containing, join, marked, spaced, unmarked

if TYPE_CHECKING:
    from tree_sitter import Node

_DEEPEST = 40
"""The maximum depth of expansions inside each other."""

HOME = "the home directory of the user who starts it"
_NOT_RESOLVED = Value("", "the result of an expansion that envctl does not resolve")
_OF_BRACES = Value("", "one of the words of its brace expansion")
_EXPANSIONS = {"simple_expansion", "expansion", "command_substitution", "arithmetic_expansion"}
_OF_DOCUMENT = {"<<", "<<-", "heredoc_start", "heredoc_body", "heredoc_end"}
_ESCAPES = {
    "a": "\a", "b": "\b", "e": "\x1b", "E": "\x1b", "f": "\f", "n": "\n", "r": "\r", "t": "\t",
    "v": "\v", "\\": "\\", "'": "'", '"': '"', "?": "?",
}  # fmt: skip
_NESTED_QUOTE = re.compile(r'(?s)((?:\\.)+)|"')
_FIRST_NAME = r"(?a)[A-Za-z_]\w*|[\d@*#?$!-]"
_PLAIN = r"\$(?P<name>\w+|[@*#?$!-])"
_BRACED = (
    r"(?s)\$\{(?P<count>#?)(?P<name>[A-Za-z_]\w*|\d+|[@*#?$!-])(?:\[(?P<subscript>[@*]|\d{1,6})\])?"
    r"(?P<operator>:?[-=?+]|%%?|##?)?(?P<rest>.*)\}"
)


class Reference(NamedTuple):
    """An expansion of a variable: `$NAME`, or `${NAME...}` with the rest in the braces."""

    name: str
    subscript: str = ""
    operator: str = ""
    counts: bool = False


def assigned_value(node: Node, scope: Scope) -> Value:
    """Expand a word as the right side of an assignment, which is never split."""
    return join(part.value for part in _parts(node, scope, assigned=True))


def fields(node: Node, scope: Scope) -> list[Value]:
    """Expand a word as arguments of a command: one, or more if its expansions contain whitespace."""
    line, last = scope.script.line(node), scope.script.last_line(node)
    items = _array(node, scope)
    found = map(join, split(_parts(node, scope), scope.separators)) if items is None else items
    return [item._replace(line=line, last=last) for item in found]


def groups(nodes: Iterable[Node]) -> Iterator[list[Node]]:
    """Group nodes by word: adjacent nodes are one word, even if the parser splits them."""
    group: list[Node] = []
    for node in nodes:
        if group and group[-1].end_byte != node.start_byte:
            yield group
            group = []
        group.append(node)
    if group:
        yield group


def arguments(nodes: Iterable[Node], scope: Scope) -> list[Value]:
    """Expand nodes as the arguments of a command."""
    found: list[Value] = []
    for group in groups(nodes):
        braces = expanded(group, scope.script)
        if braces is not None:
            found += _of_braces(braces, group, scope)
        elif len(group) == 1:
            found += fields(group[0], scope)
        else:
            found.append(glued(group, scope)._replace(line=scope.script.line(group[0])))
    return found


def _of_braces(words: list[str], group: list[Node], scope: Scope) -> Iterator[Value]:
    """Yield the words that braces make, which a POSIX shell keeps as they are."""
    line, last = scope.script.line(group[0]), scope.script.last_line(group[-1])
    known = [] if scope.analysis.posix else words
    for value in map(scope.literal, known) if known else [_OF_BRACES]:
        yield value._replace(line=line, last=last)


def glued(nodes: list[Node], scope: Scope) -> Value:
    """Expand a group of nodes as one word."""
    return join(_after_dollar(node, assigned_value(node, scope), scope) for node in nodes)


def _after_dollar(node: Node, value: Value, scope: Scope) -> Value:
    """Return the value of a node; in `$A/$B.c`, the parser puts the name of the second variable into
    the node after the $.
    """
    if scope.script.between(node.start_byte - 1, node.start_byte) != "$":
        return value
    name = re.match(_FIRST_NAME, value.text)
    if name is None:
        return value
    return join((_resolved(Reference(name[0]), Value, scope), value.after(len(name[0]))))


def document(redirect: Node, scope: Scope) -> Value | None:
    """Return the content of a here-document."""
    parts, script = {child.type: child for child in redirect.children}, scope.script
    body, start = parts.get("heredoc_body"), parts.get("heredoc_start")
    if body is None or start is None:
        return None
    if set(script.text(start)) & set("'\"\\"):
        found = scope.literal(script.literal(body))
    else:
        found = join(_mixed(body.children, body.start_byte, body.end_byte, scope, quote=""))
    return found._replace(line=script.line(body), last=script.last_line(body))


def _printed(node: Node, scope: Scope) -> Value | None:
    """Return the output of `$(cat <<END ...)`; None for any other command."""
    statement = next((c for c in node.children if c.type == "redirected_statement"), None)
    command, *redirects = statement.children if statement else [node]
    if scope.script.text(command) != "cat" or [r.type for r in redirects] != ["heredoc_redirect"]:
        return None
    if {child.type for child in redirects[0].children} - _OF_DOCUMENT:
        return None
    found = document(redirects[0], scope)
    if found is None:
        return None
    text, reasons = marked(found)
    return unmarked(text.rstrip("\n"), reasons)


def _parts(
    node: Node, scope: Scope, *, assigned: bool = False, first: bool = True
) -> Iterator[Part]:
    kind, source = node.type, scope.script.text(node)
    if kind == "concatenation":
        for at, child in enumerate(node.children):
            if child.type != "$" or not _names_next(child, scope):
                yield from _parts(child, scope, assigned=assigned, first=at == 0)
    elif kind in {"string", "translated_string"}:
        yield Part(join(_in_quotes(node, scope)))
    elif kind == "raw_string":
        yield Part(scope.literal(scope.script.literal(node)[1:-1]))
    elif kind == "ansi_c_string":
        yield Part(scope.literal(_ansi_c(source[2:-1])))
    elif kind in _EXPANSIONS:
        yield Part(_expansion(node, scope, quoted=False), splits=not assigned)
    elif kind == "process_substitution":
        yield Part(Value("", "the output of a command"))
    elif "~" in source:
        yield from map(Part, _with_home(source, scope, assigned=assigned, first=first))
    else:
        yield Part(scope.literal(_unescaped(source)))


def _names_next(dollar: Node, scope: Scope) -> bool:
    """Return whether the name of a variable follows a $."""
    return bool(re.match(_FIRST_NAME, scope.script.between(dollar.end_byte, dollar.end_byte + 1)))


def _with_home(source: str, scope: Scope, *, assigned: bool, first: bool) -> Iterator[Value]:
    """Yield a text with a leading ~ replaced by the home directory; in an assignment, also after a
    colon.
    """
    for at, piece in enumerate(source.split(":")):
        if at:
            yield Value(":")
        user, slash, rest = piece.partition("/")
        if user[:1] != "~" or not (first if at == 0 else assigned):
            yield scope.literal(_unescaped(piece))
        elif user == "~":
            home = scope.lookup("HOME") or Value("", HOME)
            yield from (home, scope.literal(_unescaped(slash + rest)))
        else:
            yield Value("", "the home directory of another user")


def _in_quotes(node: Node, scope: Scope) -> Iterator[Value]:
    """Yield the parts between double quotes.

    Whitespace before an expansion counts as literal text; the parser includes it in the expansion.
    """
    source = scope.script.text(node)
    start = node.start_byte + source.index('"') + 1
    closed = source.endswith('"') and node.end_byte > start
    yield from _mixed(node.children, start, node.end_byte - closed, scope)


def _mixed(
    children: list[Node],
    start: int,
    end: int,
    scope: Scope,
    quote: str = '"',
    *,
    nested: bool = False,
) -> Iterator[Value]:
    """Yield the parts of a text with expansions; `nested` if unescaped quotes are removed from it."""

    def literal(start: int, end: int) -> Value:
        text = scope.script.between(start, end)
        return scope.literal(_escaped(_NESTED_QUOTE.sub(r"\1", text) if nested else text, quote))

    at = start
    for child in _outermost(children):
        if child.start_byte >= start:
            source = scope.script.text(child)
            begins = child.start_byte + len(source) - len(source.lstrip())
            yield literal(at, begins)
            yield _expansion(child, scope, quoted=True)
            at = child.end_byte
    yield literal(at, end)


def _outermost(nodes: list[Node]) -> Iterator[Node]:
    """Yield the expansions in some nodes, without those inside another expansion."""
    waiting = nodes[::-1]
    while waiting:
        node = waiting.pop()
        if node.type in _EXPANSIONS:
            yield node
        else:
            waiting += reversed(node.children)


def _unescaped(text: str) -> str:
    """Return unquoted text, in which a backslash escapes the next character."""
    if "\\" not in text:
        return text
    return re.sub(r"(?s)\\(.)", lambda m: "" if m[1] == "\n" else m[1], text)


def _escaped(text: str, quote: str) -> str:
    """Return text between double quotes, in which a backslash escapes only a few characters."""
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


def _array(node: Node, scope: Scope) -> tuple[Value, ...] | None:
    """Return the elements of `"${NAME[@]}"` or `"$@"`, if the word is one of these and they are
    known.
    """
    source = scope.script.text(node).strip()
    match = re.fullmatch(r'("?)\$(?:\{([A-Za-z_]\w*)\[([@*])\]\}|@|\{@\})"?', source)
    if match is None or (match[1] and match[3] == "*"):
        return None
    return scope.items(match[2] or "@")


def _expansion(node: Node, scope: Scope, *, quoted: bool) -> Value:
    if scope.expansions >= _DEEPEST:
        return _NOT_RESOLVED
    source = scope.script.text(node).lstrip()
    if node.type == "command_substitution":
        other = Value("", "the output of a command", path=scope.own_directory(source))
        return _printed(node, scope) or other
    if node.type == "arithmetic_expansion":
        return Value("", "the result of arithmetic")
    if match := re.fullmatch(r"\$(\d)(.+)", source):  # the name is one digit
        return join((_resolved(Reference(match[1]), Value, scope), Value(match[2])))
    reference = _reference(source)
    if reference is None:
        return _NOT_RESOLVED

    def operand() -> Value:
        return _operand(node, scope._replace(expansions=scope.expansions + 1), quoted=quoted)

    return _resolved(reference, operand, scope)


def _operand(node: Node, scope: Scope, *, quoted: bool) -> Value:
    """Return the word after the operator in `${NAME:-word}`."""
    script = scope.script
    operators = (c for c in node.children if not c.is_named and script.text(c)[-1] in "-=?+%#")
    operator = next((c for c in operators if c.start_byte > node.start_byte + 2), None)
    if operator is None:
        return _NOT_RESOLVED
    start, end = operator.end_byte, node.end_byte - 1
    words = [child for child in node.children if start <= child.start_byte < end]
    if quoted:
        return join(_mixed(words, start, end, scope, nested=True))
    parts: list[Value] = []
    for child in words:
        before = scope.literal(script.between(start, child.start_byte))
        parts += (before, assigned_value(child, scope))
        start = child.end_byte
    return join([*parts, scope.literal(_unescaped(script.between(start, end)))])


def _reference(source: str) -> Reference | None:
    """Return the parts of an expansion; None if envctl does not resolve this kind."""
    if plain := re.fullmatch(_PLAIN, source):
        return Reference(plain["name"])
    match = re.fullmatch(_BRACED, source)
    if match is None or (match["rest"] and (match["count"] or not match["operator"])):
        return None
    return Reference(
        match["name"], match["subscript"] or "", match["operator"] or "", bool(match["count"])
    )


def _resolved(reference: Reference, operand: Callable[[], Value], scope: Scope) -> Value:
    """Return the result of an expansion; `operand` returns the word after the operator."""
    name, operator = reference.name, reference.operator
    found = _looked_up(reference, scope)
    if reference.counts:
        result = _counted(reference, found, scope)
    elif not operator:
        result = scope.missing(name) if found is None else found
    elif operator[0] in "%#":
        result = _trimmed(scope.missing(name) if found is None else found, operator, operand())
    else:
        result = _chosen(reference, found, operand, scope)
    if not name.isidentifier():
        return result
    return containing(result, (*result.references, name))


def _chosen(
    reference: Reference, found: Value | None, operand: Callable[[], Value], scope: Scope
) -> Value:
    """Return the value or the operand, as `-`, `=`, `+` and `?` choose."""
    operator = reference.operator
    if found and found.unknown and not found.text:
        return found  # the variable may be set, empty or unset
    present = found is not None and (operator[0] != ":" or found.text != "")
    if operator[-1] == "+":
        return operand() if present else Value()
    if present and found is not None:
        return found
    if operator[-1] == "?":
        return Value("", "required from the environment of the script")
    default = operand()
    if operator[-1] == "=":
        scope.set(reference.name, default)
    return default


def _looked_up(reference: Reference, scope: Scope) -> Value | None:
    name, subscript = reference.name, reference.subscript
    items = scope.items(name) if subscript else None
    if not subscript or items is None:
        return scope.lookup(name) if subscript in {"", "0", "@", "*"} else None
    if subscript in {"@", "*"}:
        return spaced(items, scope.joint if subscript == "*" else " ")
    return items[int(subscript)] if int(subscript) < len(items) else None


def _counted(reference: Reference, found: Value | None, scope: Scope) -> Value:
    name = "@" if reference.name in {"@", "*"} else reference.name
    if name == "@" or reference.subscript in {"@", "*"}:
        items = scope.items(name)
        return _NOT_RESOLVED if items is None else Value(str(len(items)))
    return _NOT_RESOLVED if found is None or found.unknown else Value(str(len(found.text)))


def _trimmed(found: Value, operator: str, pattern: Value) -> Value:
    """Return `found` without the prefix (`#`) or suffix (`%`) that a pattern matches."""
    if found.unknown or pattern.unknown or len(found.text) > 4096 or pattern.text.count("*") > 2:
        return _NOT_RESOLVED
    text = found.text
    fits = re.compile(translate(pattern.text)).match
    sizes = range(len(text) + 1)
    for size in reversed(sizes) if len(operator) == 2 else sizes:
        if operator[0] == "#" and fits(text[:size]):
            return found._replace(text=text[size:])
        if operator[0] == "%" and fits(text[len(text) - size :]):
            return found._replace(text=text[: len(text) - size])
    return found
