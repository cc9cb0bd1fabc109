"""`node --env-file`, since Node 22: three kinds of quotes, and # begins a comment anywhere."""

from __future__ import annotations

import re

from sglang_envctl.environment import Layer
from sglang_envctl.sources.context import Context
from sglang_envctl.sources.dotenv.collector import showable
from sglang_envctl.sources.dotenv.statements import Statements

_WHITESPACE = " \t\n"
_QUOTES = {"'", '"', "`"}


def read(path: str, data: bytes, context: Context) -> Layer:
    """Return the variables of a file as Node reads it, without any expansion."""
    del context
    text = data.decode("utf-8", "surrogateescape").replace("\r", "")
    collector = _Statements(path, "node", text.rstrip(_WHITESPACE))
    collector.run()
    return collector.layer()


class _Statements(Statements):
    """One pass over the statements of a file."""

    trimmed = True
    """Whether Node strips whitespace before the next statement; otherwise it recognizes no comment
    there.
    """

    def run(self) -> None:
        """Parse all statements."""
        if self.text.startswith("\ufeff"):
            self.remark("byte-order-mark", 1, variant="kept")
        if self.nul_line:
            self.remark("nul-character", self.nul_line)
        while self._skip_whitespace():
            line, end = self.line_here(), self.line_end()
            text = self.text[self.at : end]
            if text.startswith("#") and self.trimmed:
                self.comment_line(text, line)
                self.at, self.trimmed = end, False
                continue
            self.trimmed = True
            if self.continues_key(text):
                self.at = end
            elif "=" not in text:
                self._take_line(text, line)
                self.at = end
            else:
                start = self.at
                self.at += text.index("=") + 1
                self._take(text[: text.index("=")].strip(_WHITESPACE), line, start)

    def _skip_whitespace(self) -> bool:
        """Skip whitespace, including line ends, and return whether anything follows."""
        start = self.at
        match = re.compile(f"[{_WHITESPACE}]*").match(self.text, start)
        assert match
        self.at = match.end()
        skipped = self.text[start : self.at].split("\n")
        if len(skipped) > 2:
            self.blank_line()
        # After a line of whitespace, Node strips the whitespace before the next statement.
        self.trimmed = self.trimmed or not skipped[-1] or any(skipped[1:-1])
        return self.at < len(self.text)

    def _take_line(self, text: str, line: int) -> None:
        self.silence(line)
        self.watch(text)
        name = text.rstrip(_WHITESPACE).removeprefix("export ")
        if re.fullmatch(r"[A-Za-z_]\w*", name):
            self.remark("no-value", line, showable(name))
        else:
            self.remark("unparsed-line", line)

    def _take(self, name: str, line: int, start: int) -> None:
        self.silence(line)
        if self.at == len(self.text) or self.text[self.at] == "\n":
            self._keep(name, "", line, name)  # in this case, Node keeps `export` in the name
            self.trimmed = False
            return
        after = self.at
        self._skip_whitespace()
        if not name:
            return  # Node parses the text after = as a statement
        if "\n" in self.text[after : self.at]:
            self.remark("value-from-next-line", line, name)
        if name.startswith("export "):
            name = name.removeprefix("export ").strip(_WHITESPACE)
        value = self._value(name, line)
        if not self.opens_key(name, value, line):
            self._keep(name, value, line, self.text[start : self.at])

    def _value(self, name: str, line: int) -> str:
        """Return the value that begins here, and advance to the end of its last line."""
        quote = self.text[self.at]
        closing = self.text.find(quote, self.at + 1) if quote in _QUOTES else -1
        start = self.at
        if closing >= 0:
            self.trimmed = False
            self.at = self.line_end(closing)
            self._cut(self.text[closing + 1 : self.at], name, line)
            value = self.text[start + 1 : closing]
            return value.replace("\\n", "\n") if quote == '"' else value
        self.at = self.line_end()
        value = self.text[start : self.at]
        if quote in _QUOTES:
            return value
        value, _, comment = value.partition("#")
        self._cut(f"#{comment}" if comment else "", name, line, after=value)
        return value.strip(_WHITESPACE)

    def _cut(self, rest: str, name: str, line: int, after: str = " ") -> None:
        """Add a note about dropped text, unless the text is a comment that follows the value after
        a space.
        """
        comment = rest.strip(_WHITESPACE)
        if comment.startswith("#") and after[-1:] in {" ", "\t"}:
            self.silence(line, comment)
        elif comment:
            self.remark("value-cut", line, name)

    def _keep(self, name: str, value: str, line: int, text: str) -> None:
        if not value.isascii() and re.search("[\udc80-\udcff]", value):
            self.remark("not-utf8", line, name, "replaced")
        if _set(name):
            self.assign(_set(name), _set(value), line, text)
        else:
            self.remark("unparsed-line", line)


def _set(text: str) -> str:
    """Return a string in the form that the process gets: valid UTF-8, up to the first NUL."""
    if not text.isascii():
        text = text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return text.partition("\0")[0]
