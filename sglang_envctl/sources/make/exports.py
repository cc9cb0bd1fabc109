"""Read the plain assignments of a Makefile, and which of them it exports."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sglang_envctl.environment import Layer
from sglang_envctl.errors import SourceError
from sglang_envctl.sources.assigned import IN_RECIPE, UNKNOWN, Assigned, Value, containing
from sglang_envctl.sources.bounds import Included
from sglang_envctl.sources.comments import in_lines
from sglang_envctl.sources.context import Context
from sglang_envctl.sources.decode import decode
from sglang_envctl.sources.dotenv.collector import LONGEST_RESOLVED

_ASSIGNMENT = re.compile(
    r"(?P<words>(?:(?:export|override|private|unexport)\s+)*)"
    r"(?P<name>[^\s:#=+?!$()]+)\s*(?P<operator>:{0,3}=|\+=|\?=|!=)\s*(?P<value>.*)",
    re.DOTALL,
)
_FOR_TARGET = re.compile(
    r"[^\s=#][^=#]*?:(?!=|:=)\s*(?:export|override|private)?\s*[\w.-]+\s*[:?+!]?="
)
_CONDITION = re.compile(r"(?:ifeq|ifneq|ifdef|ifndef)\b")
_STARTS = re.compile(IN_RECIPE)
_RECIPE = "a recipe is a shell script, which is not read"
_REFERENCE = re.compile(r"\$(?:\(([^()$]*)\)|\{([^{}$]*)\}|([^({$])|(\$))")
_DOLLAR = "\0"
"""The stand-in for a dollar sign that does not begin a reference."""
_ONE_LINE = re.compile(r"[^\s=#;:][^=#;:]*:[^=#;]*;(?P<recipe>.*)", re.DOTALL)
"""A rule with its recipe on the same line."""
_COMPUTED = re.compile(r"\$[({](?:eval|foreach|call)\b.*(?:\bexport\b|[\w)]\s*[:?+]?=)", re.DOTALL)
"""Functions of make whose result make reads."""
_ALL = ".EXPORT_ALL_VARIABLES"
"""The target that exports all variables, as `export` without a name does."""
_NOT_WITH_ALL = ("SHELL", "MAKEFLAGS")
"""The variables that `export` without a name leaves out."""
DEEPEST = 20
"""The maximum depth of nested includes, and of nested references."""
MOST_LOOKUPS = 100_000
"""Maximum number of references that are looked up."""


def read(path: str, data: bytes, context: Context) -> tuple[Layer, ...]:
    """Return the variables that a Makefile exports."""
    decoded = decode(data, path, utf8_only=False)
    reader = _Reader(Assigned(path, "make"), {**context.process, **context.below})
    reader.open = (os.path.realpath(path),)
    reader.assigned.notes += (n for n in decoded.notes if n.rule != "carriage-returns")
    reader.read(path, decoded.text)
    return (reader.layer(in_lines(decoded.text, path)),)


@dataclass(slots=True)
class _Reader:
    """One pass over a Makefile and the files that it includes."""

    assigned: Assigned
    outer: Mapping[str, str]
    exported: set[str] = field(default_factory=set)
    hidden: set[str] = field(default_factory=set)
    """The names that must not be exported."""
    exports_all: bool = False
    conditions: int = 0
    work: int = 0
    included: Included = field(default_factory=Included)
    open: tuple[str, ...] = ()
    """The files that are being read, each included by the previous one."""
    recipe: str = "\t"
    """The character before each line of a recipe."""
    has_rules: bool = False
    """Whether a line that begins with a tab is part of a recipe."""

    def layer(self, ignores: Mapping[tuple[str, int], frozenset[str]]) -> Layer:
        """Return the variables that the commands of the Makefile's rules get."""
        found = self.assigned
        found.values = {name: self._resolved(value) for name, value in found.values.items()}
        kept = tuple(a for a in found.assignments() if self._is_exported(a.name))
        return Layer(found.label, "make", kept, tuple(found.notes), ignores, unseen=found.unseen)

    def _is_exported(self, name: str) -> bool:
        """Return whether a variable is exported: explicitly, or because it is in the environment and
        is not unexported.
        """
        if name in self.hidden:
            return False
        plain = bool(re.fullmatch(r"\w+", name)) and name not in _NOT_WITH_ALL
        return name in self.exported or (self.exports_all and plain) or name in self.outer

    def read(self, path: str, text: str) -> None:
        """Apply the effect of the lines of a file."""
        within = ""
        for line, number in _logical(text):
            if within:
                within = "" if line.strip() == "endef" else within
            elif line.startswith(self.recipe) and self.has_rules:
                if _STARTS.search(line):
                    self.assigned.unfollowed(number, _RECIPE)
            elif re.match(r"(?:export\s+|override\s+)*define\b", line.strip()):
                within = line
                self.assigned.unfollowed(number, "a variable of several lines is not read")
            else:
                self._statement(path, line.lstrip(" \t"), number)

    def _statement(self, path: str, line: str, number: int) -> None:
        words = _without_comment(line).split()
        if not words:
            return
        if _CONDITION.match(line):
            self.conditions += 1
        elif words[0] == "endif":
            self.conditions = max(0, self.conditions - 1)
        elif words[0] in {"include", "-include", "sinclude"}:
            self._include(path, words[1:], number)
        elif _FOR_TARGET.match(line):
            if "export" in words:
                self.assigned.unfollowed(number, "a variable of one target only is not read")
        elif match := _ASSIGNMENT.fullmatch(line):
            self._assign(match, number)
        elif words[0] in {"export", "unexport"}:
            self._export(words, number)
        else:
            self._rule(line, number)

    def _rule(self, line: str, number: int) -> None:
        if _COMPUTED.match(line):
            self.assigned.unfollowed(number, "what a function of make sets is not read")
            return
        self.has_rules = self.has_rules or ":" in line
        if line.startswith(_ALL) and line[len(_ALL) :].lstrip().startswith(":"):
            self.exports_all = True
        elif (rule := _ONE_LINE.match(line)) and _STARTS.search(rule["recipe"]):
            self.assigned.unfollowed(number, _RECIPE)

    def _export(self, words: list[str], number: int) -> None:
        exports = words[0] == "export"
        names, others = (self.exported, self.hidden) if exports else (self.hidden, self.exported)
        if len(words) == 1:
            self.exports_all = exports
        if any("$" in name for name in words[1:]):
            self.assigned.unfollowed(number, "the names that it exports are computed")
            return
        for name in words[1:]:
            names.add(name)
            others.discard(name)

    def _assign(self, match: re.Match[str], number: int) -> None:
        name, operator = match["name"], match["operator"]
        text = _without_comment(match["value"])
        before = self.assigned.values.get(name) or self._inherited(name)
        if operator == "?=" and before:
            self._put(name, before, number)
        elif operator == "+=" and before:
            raw, unknown, names = f"{before.raw} {text}", before.unknown, before.references
            long = len(raw) > LONGEST_RESOLVED
            self._put(name, UNKNOWN if long else Value(raw, unknown, names), number)
        elif operator == "!=":
            self._put(name, UNKNOWN, number)
        elif operator in {":=", "::="}:
            held = self._resolved(Value(text))
            self._put(name, held._replace(raw=held.raw.replace("$", "$$")), number)
        else:
            self._put(name, Value(text), number)
        if name == ".RECIPEPREFIX":
            self.recipe = text[:1] or "\t"
        kinds = [word for word in match["words"].split() if word in {"export", "unexport"}]
        if kinds:
            self._export([kinds[-1], name], number)

    def _inherited(self, name: str) -> Value | None:
        held = self.outer.get(name)
        return None if held is None else Value(held.replace("$", "$$"), "", (name,))

    def _put(self, name: str, value: Value, number: int) -> None:
        self.assigned.put(name, value, number, certain=not self.conditions)

    def _resolved(self, value: Value, depth: int = 0) -> Value:
        """Resolve a value's references to other variables, which are looked up when the value
        is used.
        """
        unknown, names, size = value.unknown, dict.fromkeys(value.references), 0

        def one(match: re.Match[str]) -> str:
            nonlocal unknown, size
            if match[4] or unknown:
                return _DOLLAR
            name = match[1] or match[2] or match[3] or ""
            held = self.assigned.values.get(name) or self._inherited(name)
            self.work += 1
            if held is None or depth >= DEEPEST or self.work > MOST_LOOKUPS:
                unknown = UNKNOWN.unknown
                return ""
            inner = self.assigned.spent(self._resolved(held, depth + 1), name)
            size += len(inner.raw)
            unknown = inner.unknown if size <= LONGEST_RESOLVED else UNKNOWN.unknown
            names.update(dict.fromkeys(inner.references))
            return inner.raw.replace("$", _DOLLAR)

        if "$" not in value.raw or unknown:
            return value
        raw = _REFERENCE.sub(one, value.raw)
        if "$" in raw or len(raw) > LONGEST_RESOLVED:
            unknown = unknown or UNKNOWN.unknown
        return containing(Value("" if unknown else raw.replace(_DOLLAR, "$"), unknown), names)

    def _include(self, path: str, names: list[str], number: int) -> None:
        for name in names:
            file = os.path.join(os.path.dirname(path), name)
            real = os.path.realpath(file)
            followed = real not in self.open and len(self.open) < DEEPEST and "$" not in name
            try:
                data = self.included.read(file) if followed else b""
            except SourceError:
                data = b""
            if not data:
                self.assigned.unfollowed(number, "the included file does not exist here")
                continue
            around = self.open, self.assigned.file
            self.open, self.assigned.file = (*self.open, real), file
            self.read(file, decode(data, file).text)
            self.open, self.assigned.file = around


def _logical(text: str) -> Iterator[tuple[str, int]]:
    """Yield lines, with continued lines joined; the whitespace around the backslash becomes one
    space.
    """
    held, first = "", 0
    for number, line in enumerate(text.split("\n"), 1):
        whole = f"{held.rstrip()} {line.lstrip()}" if first else line
        if (len(line) - len(line.rstrip("\\"))) % 2:
            held, first = whole[:-1], first or number
            continue
        yield whole, first or number
        held, first = "", 0
    if first:
        yield held, first


def _without_comment(text: str) -> str:
    """Return a text up to its comment; whitespace before the comment belongs to the value."""
    match = re.search(r"(?<!\\)#", text)
    return (text[: match.start()] if match else text).replace("\\#", "#")
