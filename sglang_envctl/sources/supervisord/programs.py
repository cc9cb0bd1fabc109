"""Build the environments of the programs that supervisord starts, with its grammar of `environment=`."""

from __future__ import annotations

import configparser
import os
import re
import shlex
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sglang_envctl.environment import Assignment, Layer, Note, Origin
from sglang_envctl.errors import SourceError
from sglang_envctl.sources import files
from sglang_envctl.sources.assigned import COMPUTED, Value
from sglang_envctl.sources.bounds import Budget, Included
from sglang_envctl.sources.comments import in_lines
from sglang_envctl.sources.context import Context
from sglang_envctl.sources.decode import decode
from sglang_envctl.sources.dotenv.collector import LONGEST_RESOLVED
from sglang_envctl.sources.shell import started_by
from sglang_envctl.text.escape import source_name

_PROGRAM = r"(?:(?:fcgi-)?program|eventlistener):(.*)"
_COMMON = "supervisord"
_INCLUDED = "include"
_EXPANSION = r"%(?:\(([^)]*)\)[#0\- +]*\d*([a-zA-Z])|(%)|(.|$))"
_COMMENT = r"(?:^|(?<=\s))[;#]"
_KEY = re.compile(r"(?<![^\s,=])([^\s,=]+)\s*=")
_OWN = ("here", "group_name", "process_num", "numprocs", "host_node_name")
"""The expansions whose values are known only where supervisord runs."""
_FROM_OUTSIDE = "taken from the environment of supervisord"
_MARK = "\U000f0000"
"""The first of the characters that mark a place; they are for private use."""
MOST_FILES = 200
"""The maximum number of files that one configuration includes."""


class _RefusedError(ValueError):
    """An error that prevents supervisord from starting; the message has the reason."""


def read(path: str, data: bytes, context: Context) -> tuple[Layer, ...]:
    """Return the environment of each program.

    Raises:
        SourceError: supervisord cannot read the file.
    """
    reader = _Reader(path, {**context.process, **context.below})
    reader.read(path, data)
    reader.include(path)
    return tuple(reader.layers())


@dataclass(slots=True)
class _Option:
    """An option and its place."""

    text: str
    file: str
    lines: list[str]
    first: int

    def assigned(self) -> dict[str, list[int]]:
        """Return the lines that assign each name, counted from the first line of the option."""
        found: dict[str, list[int]] = {}
        for at, line in enumerate(self.lines):
            for name in _KEY.findall(line):
                found.setdefault(name, []).append(at)
        return found


@dataclass(slots=True)
class _Reader:
    """One pass over a configuration and the files that it includes."""

    label: str
    outer: Mapping[str, str]
    sections: dict[str, dict[str, _Option]] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    ignores: dict[tuple[str, int], frozenset[str]] = field(default_factory=dict)
    included: Included = field(default_factory=Included)

    def read(self, path: str, data: bytes) -> None:
        """Read one file."""
        decoded = decode(data, path)
        self.notes += (note for note in decoded.notes if note.rule != "carriage-returns")
        self.ignores.update(in_lines(decoded.text, path))
        shown = source_name(path)
        lines = decoded.text.split("\n")
        parser = configparser.RawConfigParser(inline_comment_prefixes=(";", "#"), strict=False)
        try:
            if line := _invalid(lines):
                parser.read_file(lines[:line])
            parser.read_string(decoded.text)
        except configparser.MissingSectionHeaderError as error:
            raise SourceError(f"{shown}: line {error.lineno} is before any section") from error
        except configparser.ParsingError as error:
            line = error.errors[0][0] if error.errors else 1
            raise SourceError(f"{shown}: line {line} is not a line of a configuration") from error
        starts = _starts(lines)
        for section in parser.sections():
            options = self.sections.setdefault(section, {})
            for name, text in parser.items(section):
                first, end = starts.get((section, name), (1, 1))
                options[name] = _Option(text or "", path, lines[first - 1 : end], first)

    def include(self, path: str) -> None:
        """Read the files that [include] names, relative to the configuration."""
        option = self.sections.get(_INCLUDED, {}).get("files")
        if not option:
            return
        folder = os.path.dirname(path)
        found = [
            file
            for pattern in option.text.split()
            for file in files.matching(os.path.join(folder, pattern))
        ]
        origin = Origin(self.label, path, option.first)
        if not found or len(found) > MOST_FILES or "%(" in option.text:
            reason = "the included files do not exist here"
            self.notes.append(Note("not-followed", origin, facts={"reason": reason}))
            return
        for file in found:
            self._include(file, origin)

    def _include(self, file: str, origin: Origin) -> None:
        try:
            self.read(file, self.included.read(file))
        except SourceError as error:
            self.notes.append(Note("not-followed", origin, facts={"reason": str(error)}))

    def layers(self) -> Iterator[Layer]:
        """Yield one layer for each program, or one with the common variables if there is none."""
        budget = Budget(self.label)
        common = self._assigned(self.sections.get(_COMMON, {}), {}, "")
        programs = {
            match[1].strip(): options
            for section, options in self.sections.items()
            if (match := re.fullmatch(_PROGRAM, section))
        }
        if not programs:
            yield self._layer("", common)
        for name, options in programs.items():
            known = {a.name: Value(a.raw, a.unknown) for a in common}
            found = [*common, *self._assigned(options, known, name)]
            for assignment in found:
                budget.spend(assignment)
            yield from self._started(self._layer(name, found), options, known)

    def _layer(self, name: str, found: list[Assignment]) -> Layer:
        return Layer(
            self.label,
            "supervisord",
            tuple(found),
            tuple(self.notes),
            self.ignores,
            selector=name,
        )

    def _assigned(
        self, options: Mapping[str, _Option], known: Mapping[str, Value], program: str
    ) -> list[Assignment]:
        option = options.get("environment")
        if not option:
            return []
        found: list[Assignment] = []
        at = 0
        try:
            expanded = _Expanded(known, self.outer, program)
            places = option.assigned()
            for name, raw in _pairs(expanded.text(option.text)):
                lines = places.get(name, [])
                later = bisect_left(lines, at)
                at = lines[later] if later < len(lines) else at
                origin = Origin(self.label, option.file, option.first + at, "environment")
                value = expanded.value(raw.strip("'\""))
                found.append(Assignment(name, value.raw, origin, value.references, value.unknown))
        except _RefusedError as error:
            origin = Origin(self.label, option.file, option.first + at)
            facts = {"reason": str(error)}
            self.notes.append(Note("file-refused", origin, "", "supervisord", facts=facts))
        return found

    def _started(
        self, layer: Layer, options: Mapping[str, _Option], known: Mapping[str, Value]
    ) -> tuple[Layer, ...]:
        """Return the environments of the servers that a program's command starts; a shell in the
        command may set variables.
        """
        option = options.get("command")
        if not option:
            return (layer,)
        try:
            expanded = _Expanded(known, self.outer, layer.selector)
            words = shlex.split(expanded.text(option.text))
        except ValueError:
            return (layer,)
        values = map(expanded.value, words)
        command = [None if value.unknown else value.raw for value in values]
        origin = Origin(self.label, option.file, option.first, "command")
        return started_by(layer, command, origin, option.first + len(option.lines) - 1)


@dataclass(slots=True)
class _Expanded:
    """A text with its `%(NAME)s` resolved, in which special characters mark each result."""

    known: Mapping[str, Value]
    outer: Mapping[str, str]
    program: str
    marks: list[tuple[str, str]] = field(default_factory=list)
    """The meaning of each mark: the reason why a part is unknown, or the name of a variable."""

    def text(self, text: str) -> str:
        """Return the expanded text, with a mark for each part that is known only at run time.

        Raises:
            _RefusedError: supervisord does not know the name of an expansion, or the result is too long.
        """
        expanded = re.sub(_EXPANSION, self._one, text)
        if len(expanded) > max(LONGEST_RESOLVED, len(text)):
            raise _RefusedError("it expands to more than variables can hold")
        return expanded

    def value(self, marked: str) -> Value:
        """Return the value of a marked text; unknown if one of the marks is for an unknown part."""
        marks = [self.marks[ord(char) - ord(_MARK)] for char in marked if char >= _MARK]
        unknown = next((why for why, _ in marks if why), "")
        names = dict.fromkeys(name for _, name in marks if name)
        raw = "".join(char for char in marked if char < _MARK)
        return Value("" if unknown else raw, unknown, tuple(names))

    def _one(self, match: re.Match[str]) -> str:
        name, percent = match[1], match[3]
        if percent:
            return "%"
        if name is None:
            raise _RefusedError("a % that begins no %(NAME)s; write %% for a percent sign")
        if name == "program_name" and self.program:
            return self.program
        if name in _OWN:
            return self._marked("", COMPUTED)
        if not name.startswith("ENV_"):
            raise _RefusedError("it has an expansion that supervisord does not know")
        name = name.removeprefix("ENV_")
        if name in self.known:
            return self._marked(*self.known[name][:2])
        if name in self.outer:
            return self._marked(self.outer[name], "", name)
        return self._marked("", _FROM_OUTSIDE)

    def _marked(self, raw: str, unknown: str, reference: str = "") -> str:
        if (unknown, reference) not in self.marks:
            self.marks.append((unknown, reference))
        return f"{chr(ord(_MARK) + self.marks.index((unknown, reference)))}{raw}"


def _invalid(lines: list[str]) -> int:
    """Return the number of the first line that is not valid; 0 if there is none.

    The parser reads to the end and describes every invalid line, which takes quadratic time.
    """
    option: int | None = None
    for number, line in enumerate(lines, 1):
        text = re.split(_COMMENT, line, maxsplit=1)[0].strip()
        indent = len(line) - len(line.lstrip())
        if not text or (option is not None and indent > option):
            continue
        if re.match(r"\[.+\]", text):
            option = None
        elif re.match(r"[^=:]+[=:]", text):
            option = indent
        else:
            return number
    return 0


def _starts(lines: list[str]) -> dict[tuple[str, str], tuple[int, int]]:
    """Return the first and the last line of each option; if an option appears twice, the later
    counts.
    """
    found: dict[tuple[str, str], tuple[int, int]] = {}
    section, last = "", None
    for number, line in enumerate(lines, 1):
        if header := re.match(r"\[(.+)\]", line):
            section, last = header[1], None
        elif option := re.match(r"([^\s#;\[=:][^=:]*?)\s*[=:]", line):
            last = section, option[1].lower()
            found[last] = number, number
        elif last and line[:1].isspace() and line.strip():
            found[last] = found[last][0], number
    return found


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    """Yield the names and values of `KEY=value,KEY2="value"`, tokenized as supervisord does.

    Raises:
        _RefusedError: raised after the valid pairs.
    """
    lexer = shlex.shlex(text)
    lexer.wordchars += "/.+-():" + "".join(sorted({char for char in text if char >= _MARK}))
    try:
        tokens = list(lexer)
    except ValueError as error:
        raise _RefusedError("a quote that is not closed") from error
    for at in range(0, len(tokens), 4):
        if len(tokens[at : at + 3]) != 3 or tokens[at + 1] != "=":
            raise _RefusedError('write NAME="value", separated by commas')
        yield tokens[at], tokens[at + 2]
