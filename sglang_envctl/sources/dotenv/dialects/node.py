"""`node --env-file`, from Node 22 on: quotes of three kinds, and # begins a comment anywhere."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from sglang_envctl.environment import Layer
from sglang_envctl.sources.context import Context
from sglang_envctl.sources.dotenv.collector import LineNumbers, Reading, showable

_BLANK = " \t\n"
_QUOTES = {"'", '"', "`"}


def read(path: str, data: bytes, context: Context) -> Layer:
    """A file as Node takes it; nothing is looked up anywhere."""
    del context
    text = data.decode("utf-8", "surrogateescape").replace("\r", "")
    reading = _Statements(path, "node", text=text.rstrip(_BLANK))
    reading.run()
    return reading.layer()


@dataclass(slots=True)
class _Statements(Reading):
    """One pass over the statements of a file."""

    text: str = ""
    at: int = 0
    lines: LineNumbers = field(default_factory=LineNumbers)
    trimmed: bool = True
    """Whether Node drops blanks before the next statement: without that, it sees no comment there."""

    def run(self) -> None:
        """Take one statement after the other."""
        if self.text.startswith("\ufeff"):
            self.remark("byte-order-mark", 1, variant="kept")
        if "\0" in self.text:
            self.remark("nul-character", self.text.count("\n", 0, self.text.index("\0")) + 1)
        while self._skip_blanks():
            line, end = self.lines.of(self.text, self.at), self._line_end()
            text = self.text[self.at : end]
            if text.startswith("#") and self.trimmed:
                self.comment_line(text)
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
                self._take(text[: text.index("=")].strip(_BLANK), line, start)

    def _skip_blanks(self) -> bool:
        """Go to where something stands, over line ends too."""
        start = self.at
        match = re.compile(f"[{_BLANK}]*").match(self.text, start)
        assert match
        self.at = match.end()
        skipped = self.text[start : self.at].split("\n")
        if len(skipped) > 2:
            self.blank_line()
        # A line of blanks is none to Node, and makes it drop the blanks before the next one.
        self.trimmed = self.trimmed or not skipped[-1] or any(skipped[1:-1])
        return self.at < len(self.text)

    def _line_end(self, at: int = 0) -> int:
        end = self.text.find("\n", at or self.at)
        return len(self.text) if end < 0 else end

    def _take_line(self, text: str, line: int) -> None:
        self.silence(line)
        self.watch(text)
        name = text.rstrip(_BLANK).removeprefix("export ")
        if re.fullmatch(r"[A-Za-z_]\w*", name):
            self.remark("no-value", line, showable(name))
        else:
            self.remark("unparsed-line", line)

    def _take(self, name: str, line: int, start: int) -> None:
        self.silence(line)
        if self.at == len(self.text) or self.text[self.at] == "\n":
            self._keep(name, "", line, name)  # here Node leaves `export` in the name
            self.trimmed = False
            return
        after = self.at
        self._skip_blanks()
        if not name:
            return  # and what stands behind = begins a line of its own
        if "\n" in self.text[after : self.at]:
            self.remark("value-from-next-line", line, name)
        if name.startswith("export "):
            name = name.removeprefix("export ").strip(_BLANK)
        value = self._value(name, line)
        if not self.opens_key(name, value, line):
            self._keep(name, value, line, self.text[start : self.at])

    def _value(self, name: str, line: int) -> str:
        """The value that begins here; go to the end of its last line."""
        quote = self.text[self.at]
        closing = self.text.find(quote, self.at + 1) if quote in _QUOTES else -1
        start = self.at
        if closing >= 0:
            self.trimmed = False
            self.at = self._line_end(closing)
            self._cut(self.text[closing + 1 : self.at], name, line)
            value = self.text[start + 1 : closing]
            return value.replace("\\n", "\n") if quote == '"' else value
        self.at = self._line_end()
        value = self.text[start : self.at]
        if quote in _QUOTES:
            return value
        value, _, comment = value.partition("#")
        self._cut(f"#{comment}" if comment else "", name, line, after=value)
        return value.strip(_BLANK)

    def _cut(self, rest: str, name: str, line: int, after: str = " ") -> None:
        """Look at what is dropped: a comment, unless it stands right behind the value."""
        comment = rest.strip(_BLANK)
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
    """A text as it gets into the process: valid UTF-8, up to the first NUL."""
    if not text.isascii():
        text = text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return text.partition("\0")[0]
