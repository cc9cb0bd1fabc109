"""Read the plain assignments of a PowerShell script. Other code that may set a variable is reported
as not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from sglang_envctl.environment import Layer
from sglang_envctl.sources.assigned import IN_ARGUMENTS, UNKNOWN, Assigned, Value, joined
from sglang_envctl.sources.comments import in_lines
from sglang_envctl.sources.context import Context
from sglang_envctl.sources.decode import decode

_TOKEN = re.compile(
    r"""(?isx)
    (?P<comment> <\#.*?(?:\#>|\Z) | (?<![^\s;{}(),])\#[^\n]* )
  | (?P<here> @'[ \t]*\n.*?(?:\n'@|\Z) | @"[ \t]*\n.*?(?:\n"@|\Z) )
  | (?P<single> '(?:[^']|'')*' )
  | (?P<double> "(?:[^"`]|`.|"")*" )
  | (?P<unclosed> ['"].* )
  | (?P<joined> `\n )
  | (?P<end> [\n;] )
  | (?P<open> \{ )
  | (?P<close> \} )
  | (?P<variable> \$(?:\{[^}\n]{,255}\}|[\w:]+|\(|.) )
  | (?P<word> [^\s;{}"'`$]+ )
  | (?P<other> . )
    """
)
_ENV = re.compile(r"(?i)\$(?:env:(\w+)|\{env:([^}]+)\})")
_VARIABLE = re.compile(r"(?i)\$(?:(?:script:|global:|local:)?(\w+)|\{(\w+)\})")
_NUMBER = r"-?(?:0|[1-9]\d{0,14})(?:\.\d{0,5}[1-9])?"
_CONSTANTS = {"$true": "True", "$false": "False"}
_ESCAPES = {
    "0": "\0",
    "a": "\a",
    "b": "\b",
    "e": "\x1b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "v": "\v",
}
_READS = re.compile(r"(?i)(?:\.|invoke-expression|iex|import-module|foreach-object|get-content)")
_SETTERS = re.compile(r"(?i)(?:set-item|new-item|set-content|si|ni)")
_REMOVERS = re.compile(r"(?i)(?:remove-item|ri|rm|del|clear-item)")
_METHOD = re.compile(r"(?i)\[(?:System\.)?Environment\]::SetEnvironmentVariable\(?(.*)")
_PATH = re.compile(r"(?i)env:\\?([^$]+)")
_OURS = re.compile(r"\bSGL(?:ANG)?_\w+['\"]?\s*=")
_PRINTS = re.compile(r"(?i)write-|echo\b|docker\s+build")


class _Token(NamedTuple):
    """A piece of a statement."""

    kind: str
    text: str


class _Statement(NamedTuple):
    """The text up to the end of a line, a semicolon or a brace."""

    tokens: list[_Token]
    line: int
    depth: int


def read(path: str, data: bytes, context: Context) -> tuple[Layer, ...]:
    """Return the variables that a script sets in its environment."""
    decoded = decode(_as_utf8(data), path, utf8_only=False)
    found = Assigned(path, "powershell", outer={**context.process, **context.below})
    found.notes += decoded.harmful
    reader = _Reader(found)
    for statement in _statements(decoded.text):
        reader.follow(statement)
    ignores = in_lines(decoded.text, path)
    assignments = tuple(found.assignments())
    return (
        Layer(path, "powershell", assignments, tuple(found.notes), ignores, unseen=found.unseen),
    )


def _as_utf8(data: bytes) -> bytes:
    """Return a script as UTF-8; Windows editors save it as UTF-16 with a mark, which PowerShell
    reads too.
    """
    marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    return data.decode("utf-16", "replace").encode() if marked else data


class _Reader:
    """One pass over a script."""

    def __init__(self, found: Assigned) -> None:
        self.found = found
        self.known: dict[str, Value] = {}
        """The variables of the script itself, by their names in lowercase."""

    def follow(self, statement: _Statement) -> None:
        """Apply the effect of one statement."""
        tokens, line = statement.tokens, statement.line
        first = tokens[0]
        text = "".join(token.text for token in tokens)
        certain = not statement.depth
        if first.kind == "variable" and len(tokens) > 1 and tokens[1].text in {"=", "+="}:
            self._assign(first.text, tokens[1].text, tokens[2:], line, certain=certain)
        elif method := _METHOD.match(text):
            self._method(method[1], tokens, line, certain=certain)
        elif first.kind == "word" and _SETTERS.fullmatch(first.text):
            self._item(tokens[1:], line, certain=certain)
        elif first.kind == "word" and _REMOVERS.fullmatch(first.text):
            for token in tokens[1:]:
                if path := _PATH.fullmatch(_plain(token)):
                    self.found.remove(path[1], certain=certain)
        elif first.kind == "word" and _READS.fullmatch(first.text):
            if first.text == "." or "env" in text.lower():
                self.found.unfollowed(line, "what it sets is known only when it runs")
        elif "=" in text:
            self._other(tokens, text, line)

    def _other(self, tokens: list[_Token], text: str, line: int) -> None:
        """Tell that an expression assigns a variable, or that a program gets one in its arguments."""
        if _ENV.search(text) and re.search(r"\$(?i:env:\w+|\{env:)[^=]*[^=!<>+-]=[^=]", text):
            self.found.unfollowed(line, "an assignment within an expression is not read")
            return
        words = " ".join(token.text for token in tokens) if "SGL" in text else ""
        if tokens[0].kind == "word" and _OURS.search(words) and not _PRINTS.match(words):
            self.found.unfollowed(line, IN_ARGUMENTS)

    def _assign(
        self, target: str, operator: str, tokens: list[_Token], line: int, *, certain: bool
    ) -> None:
        value = self._value(tokens)
        if env := _ENV.fullmatch(target):
            name = env[1] or env[2]
            if operator == "+=":
                value = joined([self.found.lookup(name), value])
            if [token.text.lower() for token in tokens] in (["$null"], ["''"], ['""']):
                self.found.remove(name, certain=certain)  # an empty value removes the variable
            else:
                self.found.put(name, value, line, certain=certain)
        elif plain := _VARIABLE.fullmatch(target):
            self.known[(plain[1] or plain[2]).lower()] = (
                value if certain and operator == "=" else UNKNOWN
            )

    def _method(self, text: str, tokens: list[_Token], line: int, *, certain: bool) -> None:
        """Apply `[Environment]::SetEnvironmentVariable(name, value, target)`; a target other than
        the process is only noted.
        """
        del text
        start = next((i for i, token in enumerate(tokens) if token.text.endswith("(")), None)
        arguments = _arguments(tokens[start + 1 :]) if start is not None else []
        name = self._value(arguments[0]) if arguments else UNKNOWN
        if len(arguments) < 2 or name.unknown:
            self.found.unfollowed(line, "the name of a variable is computed when it runs")
        elif len(arguments) > 2 and not re.search(
            r"(?i)process", "".join(t.text for t in arguments[2])
        ):
            self.found.unfollowed(line, "it is set for programs that are started later, not here")
        else:
            self.found.put(name.raw, self._value(arguments[1]), line, certain=certain)

    def _item(self, tokens: list[_Token], line: int, *, certain: bool) -> None:
        """Apply `Set-Item -Path Env:NAME -Value text`."""
        rest = [
            t
            for t in tokens
            if not re.fullmatch(r"(?i)-(?:path|value|force|name|literalpath)", t.text)
        ]
        path = _PATH.fullmatch(_plain(rest[0])) if rest else None
        if path and len(rest) > 1:
            self.found.put(path[1], self._value(rest[1:]), line, certain=certain)
        elif path or any(re.match("(?i)env:", _plain(token)) for token in tokens):
            self.found.unfollowed(line, "the variable that it sets is computed when it runs")

    def _value(self, tokens: list[_Token]) -> Value:
        """Return the value of a literal, a variable, or several of these joined by +."""
        parts: list[Value] = []
        for at, token in enumerate(tokens):
            if at % 2:
                if token.text != "+" or not parts:
                    return UNKNOWN
            else:
                parts.append(self._one(token))
        if not parts or len(tokens) % 2 == 0:
            return UNKNOWN
        if len(parts) > 1 and tokens[0].kind not in {"single", "double", "variable"}:
            return UNKNOWN
        return joined(parts)

    def _one(self, token: _Token) -> Value:
        text = token.text
        if token.kind == "single":
            return Value(text[1:-1].replace("''", "'"))
        if token.kind == "double":
            return self._expanded(text[1:-1].replace('""', '`"'))
        if token.kind == "word" and re.fullmatch(_NUMBER, text):
            return Value(text)
        if text.lower() in _CONSTANTS:
            return Value(_CONSTANTS[text.lower()])
        if env := _ENV.fullmatch(text):
            return self.found.lookup(env[1] or env[2])
        if plain := _VARIABLE.fullmatch(text):
            name = plain[1] or plain[2]
            return self.found.spent(self.known.get(name.lower(), UNKNOWN), name)
        return UNKNOWN

    def _expanded(self, text: str) -> Value:
        """Return the text between double quotes with its references expanded."""
        parts: list[Value] = []
        pattern = r"(?s)`u\{([0-9A-Fa-f]{1,6})\}|`(.)|(\$(?:\{[^}]{,255}\}|[\w:]+|\())|([^`$]+|.)"
        for match in re.finditer(pattern, text):
            if match[1]:
                parts.append(Value(chr(min(int(match[1], 16), 0x10FFFF))))
            elif match[2]:
                parts.append(Value(_ESCAPES.get(match[2], match[2])))
            elif match[3]:
                parts.append(self._one(_Token("variable", match[3])))
            else:
                parts.append(Value(match[4]))
        return joined(parts)


def _plain(token: _Token) -> str:
    return token.text[1:-1] if token.kind in {"single", "double"} else token.text


def _arguments(tokens: list[_Token]) -> list[list[_Token]]:
    """Return the arguments of a method, up to its closing parenthesis."""
    arguments: list[list[_Token]] = [[]]
    for token in tokens:
        for piece in (
            re.findall(r"[,)]|[^,)]+", token.text) if token.kind == "word" else [token.text]
        ):
            if piece == ")" and token.kind == "word":
                return arguments
            if piece == "," and token.kind == "word":
                arguments.append([])
            else:
                arguments[-1].append(token._replace(text=piece))
    return arguments


def _statements(text: str) -> Iterator[_Statement]:
    """Yield the statements of a script, each with the number of braces around it."""
    tokens: list[_Token] = []
    line = first = 1
    depth = 0
    for match in _TOKEN.finditer(text):
        kind, piece = str(match.lastgroup), match[0]
        if kind in {"end", "open", "close"}:
            if tokens:
                yield _Statement(tokens, first, depth)
            tokens = []
            depth = max(0, depth + (kind == "open") - (kind == "close"))
        elif kind not in {"comment", "joined"} and not piece.isspace():
            first = first if tokens else line
            tokens.append(_Token(kind, piece))
        line += piece.count("\n")
    if tokens:
        yield _Statement(tokens, first, depth)
