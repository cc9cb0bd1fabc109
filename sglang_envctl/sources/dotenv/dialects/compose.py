"""Docker Compose's `env_file`: quotes, comments and ${...}; any invalid line is an error."""

from __future__ import annotations

import re

from sglang_envctl.environment import Layer
from sglang_envctl.sources.compose.interpolation import interpolate
from sglang_envctl.sources.context import Context
from sglang_envctl.sources.dotenv.collector import showable
from sglang_envctl.sources.dotenv.keyvalue import GO_SPACE
from sglang_envctl.sources.dotenv.statements import Statements

# Whitespace within a line. Patterns are compiled on first use.
_SPACE = "\t\v\f\r \x85\xa0"
_EXPORT = r"export[\t\n\f\r ]+"
_NO_NAME = rf"[^\w.\-\[\]{_SPACE}]"
_ESCAPE = r"\\([abcfnrtv$\"\\]|0\d{0,3})"
_ESCAPED = {
    "a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v",
    "$": "$$", '"': '"', "\\": "\\",
}  # fmt: skip


def read(path: str, data: bytes, context: Context) -> Layer:
    """Return the variables of a file as Compose reads it.

    Bare names get their values from `context.process`. References are looked up there first, then
    in the preceding lines of the file and in the files before it.
    """
    text = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "surrogateescape")
    collector = _Statements(path, text, context)
    collector.run()
    return collector.layer()


class _Statements(Statements):
    """One pass over the statements of a file."""

    def __init__(self, label: str, text: str, context: Context) -> None:
        super().__init__(label, "compose", text)
        self.context = context
        self.values: dict[str, str] = {}
        """The variables that the file has set so far."""

    def run(self) -> None:
        """Parse all statements; an invalid line does not prevent parsing the next lines."""
        if self.nul_line:
            self.remark("nul-character", self.nul_line)
        line = ended = 0
        while self._skip_whitespace():
            if self.text[self.at] != "#":
                line = self.line_here()
                self._statement(line)
                ended = self.line_here()
                continue
            comment = self.text[self.at : self.line_end()]
            at = self.line_here()
            if ended and ended == at:
                self.silence(line, comment)
            else:
                self.comment_line(comment, at)
            self.at = self.line_end()

    def _skip_whitespace(self) -> bool:
        """Return whether there is another statement or comment, and advance to it."""
        start = self.at
        self._skip(GO_SPACE)
        if self.text.count("\n", start, self.at) > 1:
            self.blank_line()
        return self.at < len(self.text)

    def _skip(self, letters: str) -> None:
        match = re.compile(f"[{letters}]*").match(self.text, self.at)
        assert match
        self.at = match.end()

    def _statement(self, line: int) -> None:
        start = self.at
        if re.compile(_EXPORT).match(self.text, start):
            self.at += len("export")
            self._skip(_SPACE)
        end = _first(self.text, "=:\n", self.at)
        name = self.text[self.at : end]
        self.silence(line)
        if re.search(_NO_NAME, name):
            self._refuse_line(line, "a name contains an invalid character")
        elif end == len(self.text):
            self._refuse_line(line, "the last line is a bare name without a line end")
        elif " " in (name := name.rstrip(GO_SPACE)):
            self._refuse_line(line, "a name contains whitespace")
        elif self.continues_key(self.text[start : self.line_end()]):
            self.at = self.line_end()
        elif self.text[end] == "\n":
            self.at = end
            self._bare(name, line)
        else:
            self.at = end + 1
            self._skip(_SPACE)
            self._value(name, start, line)

    def _refuse_line(self, line: int, why: str) -> None:
        self.refuse(line, why)
        start, self.at = self.at, self.line_end()
        self.watch(self.text[start : self.at])

    def _bare(self, name: str, line: int) -> None:
        if name in self.context.process:
            self._keep(name, self.context.process[name], line, name)
        else:
            self.remark("no-value", line, showable(name), "inherited")

    def _value(self, name: str, start: int, line: int) -> None:
        quote = self.text[self.at : self.at + 1]
        if quote in {"'", '"'}:
            written = self._quoted(quote)
            if written is None:
                self.refuse(line, "a quote is never closed", name)
                self.at = len(self.text)
                return
        else:
            end = self.line_end()
            written, _, comment = self.text[self.at : end].partition(" #")
            written = written.rstrip(GO_SPACE)
            self.silence(line, f"#{comment}")
            self.at = end
        text = self.text[start : self.at]
        if not name:
            self.refuse(line, "there is no name before =")
        elif self.opens_key(name, written, line):
            return
        elif quote == "'" or "$" not in written:
            self._keep(name, written, line, text)
        else:
            self._resolve(name, written, line, text)
        if quote == "#" and re.match(r"#\s", written):
            self.remark("inline-comment", line, name, "kept")

    def _quoted(self, quote: str) -> str | None:
        """Return the value in the quotes that begin here; None if the quotes are not closed."""
        pattern = rf"(?s){quote}([^{quote}\\]*(?:\\.[^{quote}\\]*)*){quote}"
        found = re.compile(pattern).match(self.text, self.at)
        if found is None:
            return None
        self.at = found.end()
        written = found[1]
        if "\\" in written:
            written = re.sub(r"(?s)\\(.)", lambda m: quote if m[1] == quote else m[0], written)
        return re.sub(_ESCAPE, _unescaped, written) if quote == '"' else written

    def _resolve(self, name: str, written: str, line: int, text: str) -> None:
        found = interpolate(written, self._look_up)
        for undefined in found.undefined:
            if undefined.form == "required":
                self.refuse(line, "${...?...} requires a variable that is not set here", name)
                return
            self.remark("undefined-reference", line, name, reference=undefined.name)
        if found.problem:
            self.refuse(line, found.problem, name)
        elif found.too_long:
            self.remark("too-long", line, name, size=found.too_long)
        else:
            self._keep(name, found.value, line, text, found.references)

    def _look_up(self, name: str) -> str | None:
        for values in (self.context.process, self.values, self.context.below):
            if name in values:
                return values[name]
        return None

    def _keep(
        self, name: str, raw: str, line: int, text: str, references: tuple[str, ...] = ()
    ) -> None:
        if not raw.isascii() and re.search("[\udc80-\udcff]", raw):
            self.remark("not-utf8", line, name, "replaced")
            raw = re.sub("[\udc80-\udcff]", "\ufffd", raw)  # as Go's JSON encoder does
        self.values[name] = raw
        self.assign(name, raw, line, text, references)


def _first(text: str, letters: str, at: int) -> int:
    """Return the position of the first of some characters, or the end of the text."""
    found = re.compile(f"[{letters}]").search(text, at)
    return found.start() if found else len(text)


def _unescaped(match: re.Match[str]) -> str:
    escape = match[1]
    if escape in _ESCAPED:
        return _ESCAPED[escape]
    digits = escape[1:]
    if escape[0] == "0" and re.fullmatch("[0-3][0-7]{2}", digits):
        return chr(int(digits, 8))
    return f"\\{digits}" if escape[0] == "0" else match[0]
