"""What a script sets and starts, worked out statement by statement without running any."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Literal, TypeAlias, cast

from sglang_envctl.environment import Note, Origin, Place
from sglang_envctl.sources.comments import ignored, in_file
from sglang_envctl.sources.shell.grammar import (
    Script,
    UnreadableScriptError,
    broken,
    comments,
    parse,
)
from sglang_envctl.sources.shell.programs import Launch
from sglang_envctl.sources.shell.values import Outer, State, Text, Variable

if TYPE_CHECKING:
    from tree_sitter import Node

Ended: TypeAlias = Literal["", "exit", "return", "break"]
"""Whether anything comes after a statement, and if not, why."""
Statement: TypeAlias = "Callable[[Run, Node, Script, State], Ended]"

MOST_STATEMENTS = 100_000
"""Statements that are followed, those of functions at every call."""
DEEPEST = 60
"""Statements inside each other, calls and sourced files included."""

_TOO_MUCH = "it is nested too deep, or too long to be followed to its end"

# Which module has a function for which kind of statement; they need this one to be imported first.
_STATEMENTS = {
    "case_statement": "control.case",
    "c_style_for_statement": "control.loop",
    "command": "commands.command",
    "compound_statement": "control.group",
    "declaration_command": "variables.declare",
    "do_group": "control.inside",
    "for_statement": "control.loop",
    "function_definition": "control.function",
    "if_statement": "control.choose",
    "list": "control.chain",
    "negated_command": "control.inside",
    "pipeline": "control.pipeline",
    "redirected_statement": "control.redirected",
    "subshell": "control.subshell",
    "unset_command": "variables.unset",
    "variable_assignment": "variables.assignments",
    "variable_assignments": "variables.assignments",
    "while_statement": "control.loop",
}


@dataclass(slots=True)
class Run:
    """The reading of one script, with what it reads in turn."""

    label: str
    outer: Outer
    sourced: bool = False
    """Whether a shell sources it to get variables, rather than running it."""
    notes: list[Note] = field(default_factory=list)
    ignores: dict[Place, frozenset[str]] = field(default_factory=dict)
    launches: list[Launch] = field(default_factory=list)
    referenced: set[str] = field(default_factory=set)
    """The names whose values something asked for."""
    heredoc: Text | None = None
    """The here-document of the command that is being looked at."""
    statements: int = 0
    gave_up: bool = False
    depth: int = 0
    files: tuple[str, ...] = ()
    """The files that are being read, each by the one before."""
    locals: list[dict[str, Variable | None]] = field(default_factory=list)
    """What names had outside of each function that is being followed."""

    def remark(
        self, rule: str, file: str, at: int, reason: str = "", name: str = "", **facts: str
    ) -> None:
        """Note what was seen at a line, and why it cannot be followed, if that is what it is."""
        seen = {"reason": reason, **facts} if reason else facts
        self.notes.append(Note(rule, Origin(self.label, file, at), name, "shell", facts=seen))

    def unfollowed(self, script: Script, node: Node, why: str) -> None:
        """Note that something there cannot be followed."""
        self.remark("not-followed", script.label, script.line(node), why)

    def read(self, label: str, text: str, state: State, first: int = 1) -> Ended:
        """Take a text as a script, in the state that a shell has come to.

        Raises:
            SourceError: the parser is not installed.
        """
        try:
            script = parse(label, text, first)
        except UnreadableScriptError as error:
            self.remark("unread-line", label, first, str(error))
            return ""
        self.ignores.update(in_file(text, label))
        self._silence(script)
        for node in broken(script.root):
            self.remark("unread-line", label, script.line(node), "its grammar is broken")
        return self.block(script.root.children, script, state)

    def _silence(self, script: Script) -> None:
        """Keep what comments silence: on their line, or on the next one if they stand alone."""
        for line, text, alone in comments(script):
            place = script.label, line + 1 if alone else line
            above = self.ignores.get((script.label, line), frozenset()) if alone else frozenset()
            rules = ignored(text) | above | self.ignores.get(place, frozenset())
            if rules:
                self.ignores[place] = rules

    def block(self, nodes: list[Node], script: Script, state: State) -> Ended:
        """Follow statements one after the other; one with & behind it runs on its own."""
        for at, node in enumerate(nodes):
            if not node.is_named:
                continue
            if at + 1 < len(nodes) and nodes[at + 1].type == "&":
                self.statement(node, script, self.branch(state))
            elif ended := self.statement(node, script, state):
                return ended
        return ""

    def statement(self, node: Node, script: Script, state: State) -> Ended:
        """Follow one statement; whatever is none is passed over."""
        if node.type not in _STATEMENTS:
            return ""
        self.statements += 1
        if self.depth >= DEEPEST or self.statements > MOST_STATEMENTS:
            if not self.gave_up:
                self.remark("unread-line", script.label, script.line(node), _TOO_MUCH)
            self.gave_up = True
            return ""
        module, _, function = _STATEMENTS[node.type].partition(".")
        follow = getattr(import_module(f"sglang_envctl.sources.shell.{module}"), function)
        self.depth += 1
        try:
            return cast("Statement", follow)(self, node, script, state)
        finally:
            self.depth -= 1

    def branch(self, state: State) -> State:
        """A state of its own. Making many of large ones takes time, so they count as statements."""
        self.statements += len(state.variables) // 10
        return state.copy()

    def is_exported(self, name: str, state: State) -> bool:
        """Whether an assignment to a name reaches the programs that are started."""
        if state.exports_all:
            return True
        if name in state.variables:
            variable = state.variables[name]
            return bool(variable and variable.exported)
        return name in self.outer

    def set(self, name: str, text: Text, script: Script, node: Node, state: State) -> None:
        """Set a variable."""
        exported = self.is_exported(name, state)
        state.variables[name] = Variable(text, exported, script.label, script.line(node))
