"""Read the plain assignments of a fish script. Other code that may set a variable is reported as
not read.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from sglang_envctl.environment import Layer
from sglang_envctl.sources.assigned import IN_ARGUMENTS, UNKNOWN, Assigned, Value, joined
from sglang_envctl.sources.comments import in_lines
from sglang_envctl.sources.context import Context
from sglang_envctl.sources.decode import decode

_BLOCKS = ("if", "for", "while", "switch", "function", "begin")
_BEFORE = {"and", "or", "not", "else", "builtin", "command", "time", "if", "while"}
"""The words that may come before a command; the last two begin a block."""
_LETTERS = {
    "a": "\a",
    "b": "\b",
    "e": "\x1b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "v": "\v",
}
_ESCAPE = re.compile(
    r"(?s)\\(?:x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8})|([0-7]{1,3})|(.))"
)
_READS = ("source", ".", "eval", "bass", "replay", "fenv", "direnv", "conda")
"""The commands that may set variables by reading or running other code."""
_STARTS = re.compile(r"launch_server|\bsglang serve\b")
_OURS = re.compile(r"\bSGL(?:ANG)?_\w+=")
_PRINTS = {"", "echo", "printf", "string"}
_IN_SINGLE = re.compile(r"(?s)((?:[^'\\]|\\.)*)'")
_IN_DOUBLE = re.compile(r'(?s)((?:[^"\\]|\\.)*)"')
_OPEN = Value("", "a quote that is not closed")
_NAME = r"[A-Za-z_]\w*"
_ORDINARY = re.compile(r"[^\s;|&'\"\\$(*?{<>)]+")
_REFERENCE = re.compile(rf"\$({_NAME})(?![\w\[])")
_REDIRECTION = re.compile(r"(?:\d?>>?|\d?<|&>)&?[ \t]*[^\s;|&]+")


class _Word(NamedTuple):
    """A word of a command."""

    value: Value
    plain: bool
    """Whether no part of the word is quoted, so that it may be a keyword or an option."""


class _Command(NamedTuple):
    """A command, with the line on which it begins."""

    words: list[_Word]
    line: int

    @property
    def name(self) -> str:
        word = self.words[0]
        return "" if word.value.unknown else word.value.raw


def read(path: str, data: bytes, context: Context) -> tuple[Layer, ...]:
    """Return the variables that a script exports; its other variables only resolve references."""
    decoded = decode(data, path, utf8_only=False)
    found = Assigned(path, "fish", outer={**context.process, **context.below})
    found.notes += decoded.notes
    reader = _Reader(found, decoded.text)
    for command in _commands(decoded.text, reader):
        reader.follow(command)
    kept = tuple(a for a in found.assignments() if a.name in reader.exported)
    ignores = in_lines(decoded.text, path)
    return (Layer(path, "fish", kept, tuple(found.notes), ignores, unseen=found.unseen),)


class _Reader:
    """One pass over a script."""

    def __init__(self, found: Assigned, text: str) -> None:
        self.found = found
        self.exported: set[str] = set()
        self.depth = 0
        self.uncalled = 0
        """The depth of the function that is being read but is not called; 0 outside of functions."""
        self.starts = bool(_STARTS.search(text))
        self.called = Counter(re.findall(r"(?<![\w-])\w[\w-]*", text))

    def follow(self, command: _Command) -> None:
        """Apply the effect of one command."""
        names = [word.value.raw for word in command.words]
        start = next((at for at, name in enumerate(names) if name not in _BEFORE), len(names))
        self.depth += sum(name in _BLOCKS for name in names[:start])
        command = command._replace(words=command.words[start:])
        if not command.words:
            return
        name = command.name
        if name in _BLOCKS:
            self._begin(command)
        elif name == "end":
            self.uncalled = 0 if self.uncalled == self.depth else self.uncalled
            self.depth = max(0, self.depth - 1)
        elif self.uncalled:
            return
        elif name == "set":
            self._set(command)
        elif name == "export":
            self._export(command)
        elif name in _READS:
            self.found.unfollowed(command.line, f"what {name} sets is known only when it runs")
        elif _sets_its_own(command):
            why = "the variables of this command alone are not read"
            self.found.unfollowed(command.line, why)
        elif name not in _PRINTS and _OURS.search(" ".join(names)):
            self.found.unfollowed(command.line, IN_ARGUMENTS)

    def _begin(self, command: _Command) -> None:
        """Begin a block; if it is a loop, set the loop variable."""
        self.depth += 1
        if command.name == "function" and not self.uncalled and not self._is_called(command):
            self.uncalled = self.depth
        if command.name == "for" and len(command.words) > 1:
            loop = command.words[1].value.raw
            self.found.put(loop, UNKNOWN, command.line, certain=False)

    def _is_called(self, command: _Command) -> bool:
        """Return whether a function may be called: by a command, or by an event."""
        words = [word.value.raw for word in command.words]
        on_event = any(word.startswith("--on-") for word in words)
        return on_event or any(self.called[name] > 1 for name in words[1:2])

    def _set(self, command: _Command) -> None:
        flags, rest = set[str](), command.words[1:]
        while rest and rest[0].plain and re.fullmatch(r"-[A-Za-z]+|--[a-z-]+", rest[0].value.raw):
            word = rest[0].value.raw
            flags |= {word} if word.startswith("--") else set(word[1:])
            rest = rest[1:]
        if not rest or flags & {"q", "--query", "n", "--names", "S", "--show"}:
            return
        target = rest[0].value
        if target.unknown or not re.fullmatch(_NAME, target.raw):
            why = "the name of a variable is computed when it runs"
            self.found.unfollowed(command.line, why)
            return
        certain = not self.depth
        if flags & {"l", "--local"} and (self.depth or not self.starts):
            if flags & {"x", "--export"} and self.starts:
                why = "a variable that is exported only inside a block is not read"
                self.found.unfollowed(command.line, why)
            return  # local to the block
        if flags & {"e", "--erase"}:
            self.found.remove(target.raw, certain=certain)
            return
        values = [word.value for word in rest[1:]]
        if flags & {"a", "--append", "p", "--prepend"}:
            before = [self.found.lookup(target.raw)]
            values = [*values, *before] if flags & {"p", "--prepend"} else [*before, *values]
        separator = ":" if target.raw.endswith("PATH") else " "
        self.found.put(target.raw, joined(values, separator), command.line, certain=certain)
        if flags & {"x", "--export"}:
            self.exported.add(target.raw)
        elif flags & {"u", "--unexport"}:
            self.exported.discard(target.raw)

    def _export(self, command: _Command) -> None:
        for word in command.words[1:]:
            name, equals, raw = word.value.raw.partition("=")
            if re.fullmatch(_NAME, name):
                value = word.value._replace(raw=raw) if equals else self.found.lookup(name)
                self.found.put(name, value, command.line, certain=not self.depth)
                self.exported.add(name)


def _sets_its_own(command: _Command) -> bool:
    """Return whether a command sets variables only for itself, and starts a server."""
    texts = [word.value.raw for word in command.words]
    prefixed = texts[0] == "env" or re.match(rf"{_NAME}=", texts[0])
    return bool(prefixed and _STARTS.search(" ".join(texts)))


def _commands(text: str, reader: _Reader) -> Iterator[_Command]:
    """Yield the commands of a script, with words resolved by the values that are known at each point."""
    words: list[_Word] = []
    line = first = 1
    at = 0
    while at < len(text):
        char = text[at]
        if char in "\n;|&":
            if words:
                yield _Command(words, first)
            words = []
            line += char == "\n"
            at += 1
        elif char in " \t\r":
            at += 1
        elif char in "<>&0123456789" and (match := _REDIRECTION.match(text, at)):
            at = match.end()
        elif text.startswith("\\\n", at):
            at, line = at + 2, line + 1
        elif char == "#":
            end = text.find("\n", at)
            at = len(text) if end < 0 else end
        else:
            first = first if words else line
            end, word = _word(text, at, reader)
            if word.value == _OPEN:
                reader.found.remark("unread-line", line, reason=_OPEN.unknown)
            words.append(word)
            line += text.count("\n", at, end)
            at = end
    if words:
        yield _Command(words, first)


def _word(text: str, at: int, reader: _Reader) -> tuple[int, _Word]:
    """Return the end of the word at an offset, and the word."""
    parts: list[Value] = []
    plain, start = True, at
    while at < len(text) and text[at] not in " \t\r\n;|&":
        char = text[at]
        if char == "'":
            at, value = _single(text, at + 1)
            plain = False
        elif char == '"':
            at, value = _double(text, at + 1, reader)
            plain = False
        elif char == "\\":
            match = _ESCAPE.match(text, at)
            value = Value(_escaped(match) if match else "")
            at = match.end() if match else at + 1
        elif char == "$" and (match := _REFERENCE.match(text, at)):
            at, value = match.end(), reader.found.lookup(match[1])
        elif char in "$(*?{<>)" or (char == "~" and at == start):
            at, value = _skipped(text, at), UNKNOWN
        else:
            match = _ORDINARY.match(text, at)
            value = Value(match[0] if match else char)
            at += len(value.raw)
        parts.append(value)
    return at, _Word(joined(parts), plain)


def _single(text: str, at: int) -> tuple[int, Value]:
    """Return the end and the value of a single-quoted text; a backslash escapes only itself and a
    quote.
    """
    match = _IN_SINGLE.match(text, at)
    if not match:
        return len(text), _OPEN
    return match.end(), Value(re.sub(r"\\([\\'])", r"\1", match[1]))


def _double(text: str, at: int, reader: _Reader) -> tuple[int, Value]:
    """Return the end and the value of a double-quoted text, which may contain variables."""
    match = _IN_DOUBLE.match(text, at)
    if not match:
        return len(text), _OPEN
    parts: list[Value] = []
    for piece in re.finditer(
        rf"(?s)\$({_NAME})(?![\w\[])|\\([\\\"$\n])|(\$)|([^$\\]+|\\)", match[1]
    ):
        if piece[1]:
            parts.append(reader.found.lookup(piece[1]))
        elif piece[3]:
            parts.append(UNKNOWN)
        else:
            parts.append(Value(piece[4] or piece[2].replace("\n", "")))
    return match.end(), joined(parts)


def _escaped(match: re.Match[str]) -> str:
    hexadecimal = match[1] or match[2] or match[3]
    if hexadecimal or match[4]:
        return chr(min(int(hexadecimal, 16) if hexadecimal else int(match[4], 8), 0x10FFFF))
    return "" if match[5] == "\n" else _LETTERS.get(match[5], match[5])


def _skipped(text: str, at: int) -> int:
    """Return the end of a part that is not read: a command in parentheses, or one character."""
    if text[at : at + 2] == "$(":
        at += 1
    if text[at] != "(":
        return at + 1
    depth = 0
    for end in range(at, len(text)):
        depth += (text[end] == "(") - (text[end] == ")")
        if not depth:
            return end + 1
    return len(text)
