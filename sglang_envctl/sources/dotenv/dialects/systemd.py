"""systemd's `EnvironmentFile=`, since 254: quotes and backslashes similar to those of a shell, no
comments after a value, no expansion.
"""

from __future__ import annotations

import re

from sglang_envctl.environment import Layer
from sglang_envctl.sources.context import Context
from sglang_envctl.sources.dotenv.collector import showable
from sglang_envctl.sources.dotenv.statements import Statements

# A line ends at \n and at \r. Patterns are compiled on first use.
_LINE_END = r"[\n\r]"
_KEY = r"[^\n\r][^=\n\r]*="
_DOUBLE_QUOTED = r"(?s)\"([^\"\\]*(?:\\.[^\"\\]*)*)(\"?)"
_PIECE = r"[^\n\r\\]+|\\(?s:.?)"
_INVALID_NAME = "a name may contain only letters, digits and _"
_NAME = r"[A-Za-z_][A-Za-z0-9_]*"
# What systemd considers invalid UTF-8, which includes Unicode noncharacters.
_NOT_UTF8 = "[\udc80-\udcff\ufdd0-\ufdef]|(?![\ud800-\udfff])[^\\x00-\ufffd]"


def read(path: str, data: bytes, context: Context) -> Layer:
    """Return the variables of a file as systemd reads it."""
    del context
    collector = _Statements(path, "systemd", data.decode("utf-8", "surrogateescape"))
    collector.run()
    return collector.layer()


class _Statements(Statements):
    """One pass over the statements of a file."""

    unclosed = False
    """Whether the file ended inside quotes."""

    def run(self) -> None:
        """Parse all statements."""
        if self.nul_line:
            self.refuse(self.nul_line, "it contains a NUL character")
            return
        while self.at < len(self.text):
            self._skip_whitespace()
            start, line = self.at, self.line_here()
            end = self.line_end()
            if self.continues_key(self.text[start:end]):
                self.at = end
            elif self.text[start : start + 1] not in {"#", ";"} and self._match(_KEY):
                self._take(self.text[start : self.at - 1].rstrip(" \t"), line, start)
            else:
                self.at = end
                self._take_line(self.text[start:end], line)
            self.at += 2 if self.text.startswith("\r\n", self.at) else 1

    def _match(self, pattern: str) -> str:
        """Return the text that matches here, or an empty string, and advance past it."""
        found = re.compile(pattern).match(self.text, self.at)
        self.at = found.end() if found else self.at
        return found[0] if found else ""

    def _skip_whitespace(self) -> None:
        self._match(r"[ \t]*")

    def line_end(self, at: int = 0) -> int:
        """Return the end of the line at an offset, or of the current line; a carriage return ends a
        line too.
        """
        found = re.compile(_LINE_END).search(self.text, at or self.at)
        return found.start() if found else len(self.text)

    def _take(self, name: str, line: int, start: int) -> None:
        value = self._value()
        text = self.text[start : self.at]
        self.silence(line)
        if start == 0 and name.startswith("\ufeff"):
            self.remark("byte-order-mark", line, variant="kept")
        elif _invalid(name) or _invalid(value):
            self.refuse(line, "it is not UTF-8")
        elif not re.fullmatch(_NAME, name):
            exported = name.startswith(("export ", "export\t"))
            why = "'export' is shell syntax" if exported else _INVALID_NAME
            self.remark("name-dropped", line, reason=why)
            self.watch(text)
        elif self.unclosed and "-----BEGIN" in value:
            self.remark("rest-lost", line, name, reason="a quote is never closed")
        elif not self.opens_key(name, value, line):
            self.assign(name, value, line, text)
            if self.unclosed:
                self.remark("rest-lost", line, name, reason="a quote is never closed")
            elif re.search(
                r"[ \t]#|\A[^=]*=#[ \t]", re.sub(r"(?s)'[^']*'|\"(?:[^\"\\]|\\.)*\"", "", text)
            ):
                self.remark("inline-comment", line, name, "kept")

    def _take_line(self, text: str, line: int) -> None:
        if not text:
            self.blank_line()
        elif text[0] in "#;":
            self.comment_line(text, line)
            follows = self.text[self.at : self.at + 3].lstrip("\r\n")[:1]
            if text.endswith("\\") and follows not in {"", "#", ";"}:
                self.remark("comment-continued", line)
        else:
            self.silence(line)
            self.watch(text)
            if re.fullmatch(_NAME, text.rstrip(" \t")):
                self.remark("no-value", line, showable(text.rstrip(" \t")))
            else:
                self.remark("unparsed-line", line)

    def _value(self) -> str:
        """Return the value that begins here, and advance to the end of its last line."""
        pieces: list[str] = []
        while True:
            self._skip_whitespace()
            quote = self.text[self.at : self.at + 1]
            if quote == "'":
                pieces.append(self._single_quoted())
            elif quote == '"':
                pieces.append(self._double_quoted())
            else:
                return "".join((*pieces, self._unquoted()))

    def _single_quoted(self) -> str:
        end = self.text.find("'", self.at + 1)
        self.unclosed = end < 0
        start, self.at = self.at + 1, len(self.text) if end < 0 else end + 1
        return self.text[start : len(self.text) if end < 0 else end]

    def _double_quoted(self) -> str:
        found = re.compile(_DOUBLE_QUOTED).match(self.text, self.at)
        assert found
        self.unclosed = not found[2]
        self.at = found.end() if found[2] else len(self.text)
        return re.sub(r"(?s)\\(.)", _unescaped, found[1])

    def _unquoted(self) -> str:
        """Return the unquoted text up to the end of the line, in which a backslash escapes any
        character.
        """
        pieces = [""]
        while piece := self._match(_PIECE):
            if piece[0] == "\\":
                pieces.append("" if piece[1:] in {"\n", "\r"} else piece[1:])
                pieces.append("")
            else:
                pieces[-1] = piece
        pieces[-1] = pieces[-1].rstrip(" \t")
        return "".join(pieces)


def _unescaped(match: re.Match[str]) -> str:
    letter = match[1]
    if letter in '"\\`$':
        return letter
    return "" if letter == "\n" else match[0]


def _invalid(text: str) -> bool:
    return not text.isascii() and bool(re.search(_NOT_UTF8, text))
