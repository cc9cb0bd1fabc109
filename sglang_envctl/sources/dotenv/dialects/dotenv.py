"""A .env file as python-dotenv reads it.

Quirks of python-dotenv are handled only here and in `limits`. The parser counts preceding blank
lines as part of a binding, whose line number is that of the first blank line. Its
interpolation would copy the whole environment for every value, and takes quadratic time on an
unclosed `${`.
"""

from __future__ import annotations

import io
import re
from functools import cache
from importlib.machinery import PathFinder
from importlib.util import find_spec, module_from_spec
from types import ModuleType
from typing import TYPE_CHECKING

from sglang_envctl.environment import Assignment, Layer, Origin
from sglang_envctl.sources.comments import ignored
from sglang_envctl.sources.context import Context
from sglang_envctl.sources.decode import decode
from sglang_envctl.sources.dotenv.collector import Collector, in_body, showable
from sglang_envctl.sources.dotenv.limits import without_traps

if TYPE_CHECKING:
    from dotenv.parser import Binding

# Patterns are compiled on first use; most files need few of them.
_BEFORE_VALUE = r"\s*(?:export[^\S\n]+)?(?:'[^']+'|[^=#\s]+)[^\S\n]*(=[^\S\n]*)?"
_QUOTED = r"(?s:'[^'\\]*(?:\\.[^'\\]*)*'|\"[^\"\\]*(?:\\.[^\"\\]*)*\")"
# python-dotenv's grammar of a reference, in any quotes: ${NAME} or ${NAME:-default}.
# The closing brace is optional so that an unclosed reference is skipped in one step.
_REFERENCE = re.compile(r"\$\{([^}:]*)(?::-([^}]*))?(\}?)")
_NAMED = r"\s*(?:export\s+)?([A-Z_][A-Z0-9_]{0,79})\s*="
_MERGED = r"(?:<{7}|>{7}|\|{7})(?:[ \n]|\Z)|={7}\s*\Z"
_NAME = r"[A-Za-z_][A-Za-z0-9_]{0,79}"


def read(path: str, data: bytes, context: Context) -> Layer:
    """Read a .env file as a layer; errors become notes."""
    decoded = decode(data, path)
    collector = _Bindings(path, {**context.process, **context.below})
    collector.notes += decoded.notes
    text = without_traps(decoded.text, collector.remark)
    if text.startswith("\ufeff"):
        text = "\ufeff" + text  # the parser strips one byte order mark; a second is part of a name
    for binding in _parser().parse_stream(io.StringIO(text)):
        collector.take_binding(binding)
    return collector.layer()._replace(kind="dotenv", assignments=collector.effective())


@cache
def _parser() -> ModuleType:
    """Import only python-dotenv's parser, because importing the package takes a tenth of the time
    of a check.
    """
    package = find_spec("dotenv")
    spec = package and PathFinder.find_spec("dotenv.parser", package.submodule_search_locations)
    if not spec or not spec.loader:
        raise ImportError("python-dotenv is not installed")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class _Bindings(Collector):
    """One pass over the bindings of a file."""

    def __init__(self, label: str, values: dict[str, str | None]) -> None:
        super().__init__(label)
        self.values = values
        """The values for references: this file so far, then the layers below, then the process."""
        self.bare: set[str] = set()
        """The names that were bare on any line."""

    def effective(self) -> tuple[Assignment, ...]:
        """Return the assignments, except those that a later bare name cancels."""
        revoked = {name for name in self.bare if self.values[name] is None}
        return tuple(a for a in self.assignments if a.name not in revoked)

    def take_binding(self, binding: Binding) -> None:
        name, written, (text, line), error = binding
        if text[:1].isspace() and (blank := _lines_before(text)):
            line += blank
            self.blank_line()
        if self.in_key:
            inside = in_body(name, written)
            self.in_key = inside and "-----END" not in text
            if inside:
                return
        if error:
            self._unparsed(text, line)
        elif name is None:
            self.comment_line(text, line)
        elif "#" in text or self.pending:
            self._commented(name, written, text, line)
        else:
            self._assign(name, written, text, line)

    def _commented(self, name: str, written: str | None, text: str, line: int) -> None:
        """Add an assignment with a comment after it, or with a comment to envctl above it."""
        comment = _comment(text, written) if "#" in text else ""
        if comment or self.pending:
            self.silence(line, comment)
            text = text[: len(text) - len(comment)]
        self._assign(name, written, text, line)
        # The author of a comment to envctl after a value knows that the comment is stripped.
        if comment and written is not None and not ignored(comment):
            self.remark("inline-comment", line, name)
        elif written and re.match(r"#\s", written) and re.search(r"=#", text):
            self.remark("inline-comment", line, name, "value")

    def _assign(self, name: str, written: str | None, text: str, line: int) -> None:
        if written is None:
            self.values[name] = None
            self.bare.add(name)
            self.remark("no-value", line, showable(name))
            return
        if "-----BEGIN" in written and self.opens_key(name, written, line):
            return
        before, _, after = text.partition("=")
        if before.endswith((" ", "\t")) or (written and after.startswith((" ", "\t"))):
            self.remark("spaced-assignment", line, name)
        raw, references = self._resolve(name, written, line) if "${" in written else (written, ())
        self.values[name] = raw
        origin = Origin(self.label, self.label, line)
        self.take(Assignment(name, raw, origin, references), text)

    def _resolve(self, name: str, written: str, line: int) -> tuple[str, tuple[str, ...]]:
        references: list[str] = []

        def value(match: re.Match[str]) -> str:
            reference, default, closed = match.groups()
            if not closed:
                return match[0]
            references.append(reference)
            if default is None and reference not in self.values:
                # An invalid name may be part of a password.
                shown = reference if re.fullmatch(_NAME, reference) else ""
                self.remark("undefined-reference", line, name, reference=shown)
            return self.values.get(reference, default) or ""

        return _REFERENCE.sub(value, written), tuple(references)

    def _unparsed(self, text: str, line: int) -> None:
        match = re.match(_NAMED, text)
        self.watch(text)
        before, _, after = text.rpartition("#")
        self.silence(line, f"#{after}" if before[-1:].isspace() else "")
        merged = re.match(_MERGED, text.lstrip("\n"))
        rule = "merge-marker" if merged else "unparsed-line"
        self.remark(rule, line, match[1] if match else "")


def _lines_before(text: str) -> int:
    """Return the number of blank lines that the parser includes at the start of a binding's text."""
    return text[: len(text) - len(text.lstrip())].count("\n")


def _comment(text: str, value: str | None) -> str:
    """Return the comment at the end of a binding's text; it may be empty."""
    start = re.match(_BEFORE_VALUE, text)
    assert start, "the parser found a name here"
    at = start.end()
    if quoted := re.compile(_QUOTED).match(text, at) if start[1] else None:
        at = quoted.end()
    elif value:
        blank = re.compile(r"\s#").search(text, at)
        return text[blank.start() + 1 :] if blank else ""
    return text[at:].lstrip()
