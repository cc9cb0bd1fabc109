"""Keep the position in a script, with the state of the shell there and the results so far."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from sglang_envctl.environment import Note, Origin, Place
from sglang_envctl.releases.renames import MODERN
from sglang_envctl.sources.bounds import Included
from sglang_envctl.sources.comments import ignored, in_file
from sglang_envctl.sources.dotenv.collector import showable
from sglang_envctl.sources.shell.grammar import (
    WHOLE,
    Lines,
    Script,
    UnreadableScriptError,
    broken,
    comments,
    parse,
)
from sglang_envctl.sources.shell.state import Function, Launch, State
from sglang_envctl.sources.shell.values import Value, Variable, marked, spaced, unmarked
from sglang_envctl.text.secrets import looks_secret

if TYPE_CHECKING:
    from tree_sitter import Node

DEEPEST = 60
"""Maximum depth of statements, calls and sourced files inside each other."""
_WHITESPACE = " \t\n"
_PER_STATEMENT = 160
"""The number of characters of looked-up values that count as one statement."""

NAME = r"(?a)[A-Za-z_]\w*"
"""The name of a variable."""
_OWN = {
    *"#?$!-_", "BASHPID", "BASH_SOURCE", "BASH_VERSION", "EPOCHREALTIME", "EPOCHSECONDS", "EUID",
    "FUNCNAME", "HOSTNAME", "LINENO", "OLDPWD", "PPID", "PWD", "RANDOM", "SECONDS", "SRANDOM", "UID",
}  # fmt: skip
"""The names that the shell sets itself."""

# Expressions for the directory of the script itself.
_SELF = r"\"?\$(?:0|\{0\}|BASH_SOURCE|\{BASH_SOURCE(?:\[0\])?(?::-\$0)?\})\"?"
_REAL = rf"\"?\$\(\s*(?:readlink|realpath)[\s\w-]*{_SELF}\s*\)\"?"
_DIRNAME = rf"\$\(\s*dirname\s+(?:--\s+)?(?:{_SELF}|{_REAL})\s*\)"
_QUIET = r"(?:&?>\s*/dev/null\s*(?:2>&1\s*)?)?"
_CD = rf"\$\(\s*cd\s+(?:--\s+)?\"?{_DIRNAME}\"?\s*{_QUIET}&&\s*pwd(?:\s+-P)?\s*\)"
_HERE = rf"(?:{_DIRNAME}|{_CD})"


_BROKEN = "it has a syntax error, or syntax that the parser does not support"
_PARTLY_KNOWN = "part of the text that it runs is known only when the script runs"


class Document(NamedTuple):
    """A text that a script writes to a file, or gives to a program."""

    text: Value
    file: str
    line: int
    path: str = ""
    """The path of the file, if it has one."""
    unread: str = ""
    """The note to add if the text cannot be read; empty for none."""


@dataclass(slots=True)
class Analysis:
    """The results for one script and for the files that it sources."""

    label: str
    outer: Mapping[str, str]
    """The environment in which the script is started."""
    sourced: bool = False
    """Whether a shell sources the script to get variables, instead of running it."""
    posix: bool = False
    """Whether the shell may support only POSIX syntax."""
    aliases: bool = False
    """Whether the shell may replace aliases; bash does so in a script only if it is told to."""
    notes: list[Note] = field(default_factory=list)
    ignores: dict[Place, frozenset[str]] = field(default_factory=dict)
    included: Included = field(default_factory=Included)
    launches: list[Launch] = field(default_factory=list)
    referenced: set[str] = field(default_factory=set)
    """The names whose values were used."""
    used: set[str] = field(default_factory=set)
    """The names whose values were used other than to set the same name."""
    statements: int = 0
    restarts: int = 0
    """The number of times that reading restarted after text that could not be parsed."""
    gave_up: bool = False
    programs: int = 0
    """The number of programs that were run."""
    unread: list[Note] = field(default_factory=list)
    """Notes about scripts that are run but cannot be read, and may start servers."""
    handed: dict[int, Launch] = field(default_factory=dict)
    """The programs that got variables of SGLang, by the identity of the variable."""
    documents: list[Document] = field(default_factory=list)
    """The texts that may hold environments of other kinds."""
    called: set[str] = field(default_factory=set)
    """The functions that were called."""
    read_back: set[str] = field(default_factory=set)
    """The paths of the files that the script writes and reads."""
    terminals: dict[str, State] = field(default_factory=dict)
    """The states of shells into which the script types commands, by terminal."""

    def remark(
        self,
        rule: str,
        file: str,
        line: int,
        name: str = "",
        /,
        variant: str = "",
        **facts: str | int,
    ) -> None:
        """Add a note about a line."""
        origin = Origin(self.label, file, line)
        self.notes.append(Note(rule, origin, name, "shell", variant, facts))

    def parse(self, label: str, text: str, lines: Lines = WHOLE) -> Script | None:
        """Parse a text, and add notes about errors; return None if it cannot be parsed at all.

        Raises:
            SourceError: the parser is not installed.
        """
        try:
            script = parse(label, text, lines)
        except UnreadableScriptError as error:
            self.remark("unread-line", label, lines.first, reason=str(error))
            return None
        self.ignores.update(in_file(text, label))
        self._silence(script)
        rule, why = ("not-followed", _PARTLY_KNOWN) if lines.reasons else ("unread-line", _BROKEN)
        for node in broken(script.root):
            self.remark(rule, label, script.line(node), reason=why)
        return script

    def _silence(self, script: Script) -> None:
        """Record the rules that comments silence: on their line or, if nothing else is on it, on
        the next.
        """
        for line, text, alone in comments(script):
            place = script.label, line + 1 if alone else line
            above = self.ignores.get((script.label, line), frozenset()) if alone else frozenset()
            rules = ignored(text) | above | self.ignores.get(place, frozenset())
            if rules:
                self.ignores[place] = rules


class Scope(NamedTuple):
    """A statement, and the state of the shell before it."""

    analysis: Analysis
    state: State
    script: Script
    node: Node
    follower: Callable[[Scope, list[Node]], bool]
    """A function that follows statements in order; passed in, because statements contain one another."""
    returns: list[State]
    """The states in which the function, the file or the shell is left early."""
    breaks: list[State] | None = None
    """The states in which an iteration of the loop is left early; None outside of a loop."""
    target: str = ""
    """The variable that is assigned."""
    depth: int = 0
    """The number of surrounding statements."""
    expansions: int = 0
    """The number of surrounding expansions."""
    heredoc: Value | None = None
    """The here-document or here-string that the statement reads."""
    input: Value | None = None
    """The path of the file that the statement reads on standard input."""
    extra: tuple[Node, ...] = ()
    """Words after a redirection, which belong to the command before it."""
    files: tuple[str, ...] = ()
    """The files that are being sourced, each by the one before."""
    calls: tuple[Function, ...] = ()
    """The functions that are being followed, each called by the one before."""
    shadowed: dict[str, Variable | None] | None = None
    """In a function: the outer values of its local names."""

    @property
    def line(self) -> int:
        """The line of the statement."""
        return self.script.line(self.node)

    @property
    def separators(self) -> str:
        """The characters that separate words in the results of expansions."""
        held = self.state.variables.get("IFS")
        return held.value.text if held and not held.value.unknown else _WHITESPACE

    @property
    def joint(self) -> str:
        """The character between the words of `"$*"`."""
        return self.separators[:1]

    def at(self, node: Node) -> Scope:
        """Return the same scope for another node."""
        return self._replace(node=node)

    def branch(self) -> Scope:
        """Return the same scope with a copy of the state. Copying a large state is slow, so it
        counts as statements.
        """
        self.analysis.statements += (len(self.state.variables) + len(self.state.written)) // 10
        return self._replace(state=self.state.copy())

    def subshell(self) -> Scope:
        """Return the same scope in a subshell, which can be left without leaving the script."""
        own = self.branch().inside()
        own.state.written = self.state.written
        return own

    def inside(self) -> Scope:
        """Return the same scope in a function, a file or a shell, which can be left without leaving
        the script.
        """
        return self._replace(extra=(), returns=[], breaks=None)

    def follow(self, nodes: list[Node]) -> bool:
        """Follow statements in order, and return whether their end is reached."""
        return self.follower(self, nodes)

    def leave(self, *, reached: bool) -> bool:
        """Continue after a function, a file or a shell, whose end may be reached or not."""
        ends = [*self.returns, *([self.state] if reached else [])]
        return self.state.merge(ends, f"set under a condition (line {self.line})")

    def follow_text(self, label: str, text: str, lines: Lines = WHOLE) -> bool:
        """Follow the statements of a text, and return whether its end is reached.

        Raises:
            SourceError: the parser is not installed.
        """
        script = self.analysis.parse(label, text, lines)
        if script is None:
            return True
        return self._replace(script=script, node=script.root).follow(script.root.children)

    def follow_value(self, value: Value) -> bool:
        """Follow the statements of a text that is the result of expansions, and return whether its
        end is reached.

        Raises:
            SourceError: the parser is not installed.
        """
        text, reasons = marked(value)
        first, last = value.line or self.line, value.last or self.script.last_line(self.node)
        lines = Lines(first, max(first, last), reasons)
        return self.follow_text(self.script.label, text, lines)

    def literal(self, text: str) -> Value:
        """Return a text of the script without expansions."""
        return unmarked(text, self.script.lines.reasons)

    def remark(self, rule: str, name: str = "", *, variant: str = "", **facts: str | int) -> None:
        """Add a note about the statement."""
        self.analysis.remark(rule, self.script.label, self.line, name, variant=variant, **facts)

    def not_followed(self, why: str) -> None:
        """Add a note that the statement cannot be followed."""
        self.remark("not-followed", reason=why)

    def give(self, text: Value | None, why: str, path: str = "") -> None:
        """Keep a text that a program is given, or add a note that it cannot be followed."""
        if text is None:
            self.not_followed(why)
        else:
            document = Document(text, self.script.label, self.line, path, why)
            self.analysis.documents.append(document)

    def hand(self, entries: Mapping[str, Variable]) -> None:
        """Record that a program in which a server may run gets variables of SGLang."""
        for name, held in entries.items():
            if name.startswith(MODERN) and id(held) not in self.analysis.handed:
                launch = Launch(self.script.label, self.line, entries, {}, serves=False)
                self.analysis.handed[id(held)] = launch

    def lookup(self, name: str) -> Value | None:
        """Return the value of a name; None if it has none."""
        self._refer(name)
        if name.isdigit() or name in {"@", "*"}:
            return self._positional(name)
        if name in self.state.variables:
            variable = self.state.variables[name]
            self.analysis.statements += (
                len(variable.value.text) // _PER_STATEMENT if variable else 0
            )
            return variable.value if variable else None
        if name == "#" and self.state.positional is not None:
            return Value(str(len(self.state.positional)))
        if name in _OWN:
            return Value("", "what the shell itself provides")
        if name in self.analysis.outer:
            return Value(self.analysis.outer[name])
        return None

    def _refer(self, name: str) -> None:
        self.analysis.referenced.add(name)
        if name != self.target:
            self.analysis.used.add(name)

    def _positional(self, name: str) -> Value | None:
        given = self.state.positional
        if name == "0" or given is None:
            return Value("", "an argument that the script is given")
        if name in {"@", "*"}:
            return spaced(given, self.joint if name == "*" else " ")
        return given[int(name) - 1] if len(name) < 5 and int(name) <= len(given) else None

    def items(self, name: str) -> tuple[Value, ...] | None:
        """Return the elements of an array; for `@`, the positional parameters."""
        self._refer(name)
        if name == "@":
            return self.state.positional
        variable = self.state.variables.get(name)
        return variable.items if variable else None

    def missing(self, name: str) -> Value:
        """Return the value of a name that is not set: empty, or known only at startup."""
        if name in self.state.variables or name.isdigit() or name in {"@", "*"}:
            return Value()
        if self.analysis.sourced:
            self.remark("undefined-reference", name=self.target, reference=name)
            return Value()
        # A text that looks like a name may be part of a password with a $ in it.
        shown = "" if looks_secret(self.target) else showable(name)
        return Value("", f"dependent on {shown or 'a name'}, which nothing here sets")

    def is_exported(self, name: str) -> bool:
        """Return whether an assignment to a name reaches the programs that are started."""
        if self.state.exports_all:
            return True
        if variable := self.state.variables.get(name):
            return variable.exported
        return name in self.state.marked or (
            name not in self.state.variables and name in self.analysis.outer
        )

    def set(self, name: str, value: Value) -> None:
        """Set a variable."""
        exported = self.is_exported(name)
        self.state.variables[name] = Variable(value, exported, self.script.label, self.line)

    def change(self, name: str, why: str, *, extends: bool) -> None:
        """Make a variable unknown; an array that is only extended keeps its elements."""
        before, unknown = self.state.variables.get(name), Value("", why)
        self.set(name, unknown)
        if before and before.items and extends:
            self.state.variables[name] = before._replace(items=(*before.items, unknown))

    def own_directory(self, command: str) -> str | None:
        """Return the directory that a command substitution prints, if that is the script's own."""
        if "dirname" in command and re.fullmatch(_HERE, command):
            return os.path.dirname(self.script.label) or "."
        return None
