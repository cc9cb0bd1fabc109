"""What is known at one point of a script: values, the state of the shell, and where the reader is."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from typing import TYPE_CHECKING, NamedTuple

from sglang_envctl.environment import Note, Origin, Place
from sglang_envctl.sources.comments import ignored, in_file
from sglang_envctl.sources.dotenv.collector import LONGEST_RESOLVED, showable
from sglang_envctl.sources.shell.grammar import (
    Script,
    UnreadableScriptError,
    broken,
    comments,
    parse,
)
from sglang_envctl.text.secrets import looks_secret

if TYPE_CHECKING:
    from tree_sitter import Node

DEEPEST = 60
"""Statements inside each other, calls and sourced files included."""

NAME = r"(?a)[A-Za-z_]\w*"
"""The name of a variable."""
_OWN = {
    *"#?$!-_", "BASHPID", "BASH_SOURCE", "BASH_VERSION", "EPOCHREALTIME", "EPOCHSECONDS", "EUID",
    "FUNCNAME", "HOSTNAME", "LINENO", "OLDPWD", "PPID", "PWD", "RANDOM", "SECONDS", "SRANDOM", "UID",
}  # fmt: skip
"""Names that the shell sets itself."""

# Ways to ask for the directory of the script itself.
_SELF = r"\"?\$(?:0|\{0\}|BASH_SOURCE|\{BASH_SOURCE(?:\[0\])?(?::-\$0)?\})\"?"
_REAL = rf"\"?\$\(\s*(?:readlink|realpath)[\s\w-]*{_SELF}\s*\)\"?"
_DIRNAME = rf"\$\(\s*dirname\s+(?:--\s+)?(?:{_SELF}|{_REAL})\s*\)"
_QUIET = r"(?:&?>\s*/dev/null\s*(?:2>&1\s*)?)?"
_CD = rf"\$\(\s*cd\s+(?:--\s+)?\"?{_DIRNAME}\"?\s*{_QUIET}&&\s*pwd(?:\s+-P)?\s*\)"
_HERE = rf"(?:{_DIRNAME}|{_CD})"


class Value(NamedTuple):
    """A string, or the part of one that is known before the script runs."""

    text: str = ""
    """All of it, or the part before the first unknown one."""
    unknown: str = ""
    """Why the rest is unknown; empty if everything is known."""
    references: tuple[str, ...] = ()
    """The names whose values it contains."""
    line: int = 0
    """The line of the word that it comes from."""
    path: str | None = None
    """The path that it leads to, where that is known although the text is not."""


class Variable(NamedTuple):
    """A variable of the shell."""

    value: Value
    exported: bool = False
    file: str = ""
    line: int = 0
    items: tuple[Value, ...] | None = None
    """The elements of an array."""


class Function(NamedTuple):
    """A function of a script, which is followed where it is called."""

    script: Script
    body: Node


class Jump(Enum):
    """Why the next statement is not reached."""

    EXIT = auto()
    RETURN = auto()
    BREAK = auto()


class Launch(NamedTuple):
    """A server that a script starts."""

    file: str
    line: int
    entries: Mapping[str, Variable]
    hidden: Mapping[str, Variable]
    """The variables of the shell that the server does not get."""


def join(parts: Iterable[Value]) -> Value:
    """The parts of a word as one value."""
    parts = [part for part in parts if part != Value()] or [Value()]
    if len(parts) == 1:
        return parts[0]
    references = tuple(dict.fromkeys(name for part in parts for name in part.references))
    known: list[str] = []
    unknown = ""
    for part in parts:
        known.append(part.text)
        if part.unknown:
            unknown = part.unknown
            break
    text = "".join(known)
    if len(text) > LONGEST_RESOLVED:
        text, unknown = "", "longer than a variable can be"
    path = None
    if parts[0].path is not None and not any(part.unknown for part in parts[1:]):
        path = parts[0].path + "".join(part.text for part in parts[1:])
    return Value(text, unknown, references, path=path)


def spaced(items: tuple[Value, ...]) -> Value | None:
    """Values with spaces between them; None if there are none."""
    parts = [part for item in items for part in (Value(" "), item)]
    return join(parts[1:]) if items else None


@dataclass(slots=True)
class State:
    """What a shell knows at one point of a script."""

    variables: dict[str, Variable | None] = field(default_factory=dict)
    """What the script set; None where it removed a name."""
    functions: dict[str, Function] = field(default_factory=dict)
    positional: tuple[Value, ...] | None = None
    """None where the caller of the script decides."""
    exports_all: bool = False
    """As by `set -a`."""
    moved: bool = False
    """Whether the working directory is no longer the script's."""

    def copy(self) -> State:
        """A copy that changes on its own, as a subshell has it."""
        return replace(self, variables=dict(self.variables), functions=dict(self.functions))

    def exported(self) -> dict[str, Variable]:
        """The variables of the script that a program started here gets."""
        return {n: v for n, v in self.variables.items() if v and v.exported and v.items is None}

    def merge(self, others: list[State], why: str) -> None:
        """Continue with what is common to all others, since any of them may be the real one."""
        if not others:
            return
        self.variables = _merged([other.variables for other in others], why)
        for other in others:
            self.functions.update(other.functions)
        first = others[0]
        self.exports_all = first.exports_all
        self.moved = any(other.moved for other in others)
        same = all(other.positional == first.positional for other in others)
        self.positional = first.positional if same else None


def _merged(found: list[dict[str, Variable | None]], why: str) -> dict[str, Variable | None]:
    merged: dict[str, Variable | None] = {}
    for name in dict.fromkeys(name for variables in found for name in variables):
        seen = [variables.get(name) for variables in found]
        present = [variable for variable in seen if variable]
        forms = {
            variable and (variable.value, variable.exported, variable.items) for variable in seen
        }
        if len(forms) == 1 and all(name in variables for variables in found):
            merged[name] = seen[-1]
        elif present:
            exported = any(variable.exported for variable in present)
            last = present[-1]
            merged[name] = Variable(Value("", why), exported, last.file, last.line)
        else:
            merged[name] = None
    return merged


@dataclass(slots=True)
class Analysis:
    """What is found in one script and in the files that it sources."""

    label: str
    outer: Mapping[str, str]
    """The environment that the script is started in."""
    sourced: bool = False
    """Whether a shell sources it to get variables, instead of running it."""
    notes: list[Note] = field(default_factory=list)
    ignores: dict[Place, frozenset[str]] = field(default_factory=dict)
    launches: list[Launch] = field(default_factory=list)
    referenced: set[str] = field(default_factory=set)
    """The names whose values something used."""
    statements: int = 0
    gave_up: bool = False

    def remark(self, rule: str, file: str, line: int, name: str = "", **facts: str) -> None:
        """Add a note about a line."""
        self.notes.append(Note(rule, Origin(self.label, file, line), name, "shell", facts=facts))

    def parse(self, label: str, text: str, first: int = 1) -> Script | None:
        """Parse a text, and note what is wrong with it; None if it cannot be parsed at all.

        Raises:
            SourceError: the parser is not installed.
        """
        try:
            script = parse(label, text, first)
        except UnreadableScriptError as error:
            self.remark("unread-line", label, first, reason=str(error))
            return None
        self.ignores.update(in_file(text, label))
        self._silence(script)
        for node in broken(script.root):
            self.remark("unread-line", label, script.line(node), reason="its grammar is broken")
        return script

    def _silence(self, script: Script) -> None:
        """Keep what comments silence: on their own line, or on the next if nothing else is there."""
        for line, text, alone in comments(script):
            place = script.label, line + 1 if alone else line
            above = self.ignores.get((script.label, line), frozenset()) if alone else frozenset()
            rules = ignored(text) | above | self.ignores.get(place, frozenset())
            if rules:
                self.ignores[place] = rules


@dataclass(frozen=True, slots=True)
class Scope:
    """A statement, and the state in which it is followed."""

    analysis: Analysis
    state: State
    script: Script
    node: Node
    follower: Callable[[Scope, list[Node]], Jump | None]
    """Follows statements one after the other; passed in, since statements contain each other."""
    target: str = ""
    """The variable that is assigned."""
    depth: int = 0
    """How many statements are around it."""
    expansions: int = 0
    """How many expansions are around a word."""
    heredoc: Value | None = None
    """The here-document that the statement reads."""
    files: tuple[str, ...] = ()
    """The files that are being sourced, each by the one before."""
    shadowed: dict[str, Variable | None] | None = None
    """In a function: what its local names were outside of it."""

    @property
    def line(self) -> int:
        """The line of the statement."""
        return self.script.line(self.node)

    def at(self, node: Node) -> Scope:
        """The same for another node."""
        return replace(self, node=node)

    def branch(self) -> Scope:
        """The same with a copy of the state. Copying a large one is slow, so it counts as statements."""
        self.analysis.statements += len(self.state.variables) // 10
        return replace(self, state=self.state.copy())

    def follow(self, nodes: list[Node]) -> Jump | None:
        """Follow statements one after the other; what ended them early, if anything."""
        return self.follower(self, nodes)

    def follow_text(self, label: str, text: str, first: int = 1) -> Jump | None:
        """Follow the statements of a text.

        Raises:
            SourceError: the parser is not installed.
        """
        script = self.analysis.parse(label, text, first)
        if script is None:
            return None
        return replace(self, script=script, node=script.root).follow(script.root.children)

    def remark(self, rule: str, name: str = "", **facts: str) -> None:
        """Add a note about the statement."""
        self.analysis.remark(rule, self.script.label, self.line, name, **facts)

    def not_followed(self, why: str) -> None:
        """Note that the statement cannot be followed."""
        self.remark("not-followed", reason=why)

    def lookup(self, name: str) -> Value | None:
        """The value of a name, None if it has none."""
        self.analysis.referenced.add(name)
        if name.isdigit() or name in {"@", "*"}:
            return self._positional(name)
        if name in self.state.variables:
            variable = self.state.variables[name]
            return variable.value if variable else None
        if name in _OWN:
            return Value("", "what the shell itself provides")
        if name in self.analysis.outer:
            return Value(self.analysis.outer[name])
        return None

    def _positional(self, name: str) -> Value | None:
        given = self.state.positional
        if name == "0" or given is None:
            return Value("", "an argument that the script is given")
        if name in {"@", "*"}:
            return spaced(given)
        return given[int(name) - 1] if len(name) < 5 and int(name) <= len(given) else None

    def items(self, name: str) -> tuple[Value, ...] | None:
        """The elements of an array; of `@`, the positional parameters."""
        self.analysis.referenced.add(name)
        if name == "@":
            return self.state.positional
        variable = self.state.variables.get(name)
        return variable.items if variable else None

    def missing(self, name: str) -> Value:
        """The expansion of a name without a value: empty, or known only at the start."""
        if name in self.state.variables or name.isdigit() or name in {"@", "*"}:
            return Value()
        if self.analysis.sourced:
            self.remark("undefined-reference", name=self.target, reference=name)
            return Value()
        # What looks like a name may be a piece of a password with a $ in it.
        shown = "" if looks_secret(self.target) else showable(name)
        return Value("", f"dependent on {shown or 'a name'}, which nothing here sets")

    def is_exported(self, name: str) -> bool:
        """Whether an assignment to a name reaches the programs that are started."""
        if self.state.exports_all:
            return True
        if name in self.state.variables:
            variable = self.state.variables[name]
            return bool(variable and variable.exported)
        return name in self.analysis.outer

    def set(self, name: str, value: Value) -> None:
        """Set a variable."""
        exported = self.is_exported(name)
        self.state.variables[name] = Variable(value, exported, self.script.label, self.line)

    def own_directory(self, command: str) -> str | None:
        """The directory that a command substitution prints, if it asks for the script's own."""
        if "dirname" in command and re.fullmatch(_HERE, command):
            return os.path.dirname(self.script.label) or "."
        return None
