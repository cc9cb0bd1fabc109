"""Keep the state of reading one program."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from sglang_envctl.environment import Note, Origin
from sglang_envctl.sources.python.values import (
    NOT_SET,
    Definition,
    Function,
    Namespace,
    Path,
    Plain,
    Table,
    Value,
)

MOST_STEPS = 200_000
"""The maximum number of statements, expressions and copied entries; those of a function count at
every call.
"""
DEEPEST = 120
"""The maximum depth of expressions, statements and calls inside each other."""

_TOO_MUCH = "it is nested too deep, or too long to be followed to its end"


class Found(NamedTuple):
    """An environment that the program creates."""

    line: int
    entries: Mapping[str, Definition]
    command: tuple[str, ...] = ()
    superseded: bool = False
    """Whether another environment contains all of this one."""


@dataclass(slots=True)
class Run:
    """The state of reading one program."""

    label: str
    outer: Mapping[str, str]
    """The environment in which the program is started."""
    call: Callable[[Scope, ast.Call], Value]
    """The function that returns the result of a call."""
    enter: Callable[[Scope, Function, Mapping[str, Value]], Value]
    """The function that returns the result of a function of the file for these arguments."""
    process: Table = field(default_factory=lambda: Table(inherits=True))
    """os.environ."""
    modules: dict[str, str] = field(default_factory=dict)
    """The meaning of imported names."""
    found: list[Found] = field(default_factory=list)
    notes: dict[tuple[str, ...], Note] = field(default_factory=dict)
    """The notes by their content, because loops and calls reach the same line again."""
    functions: dict[ast.AST, Function] = field(default_factory=dict)
    """The functions that no statement has called yet."""
    active: set[ast.AST] = field(default_factory=set)
    """The functions that are being followed."""
    steps: int = 0
    depth: int = 0
    conditions: int = 0
    gave_up: bool = False

    def remark(
        self, rule: str, line: int, reason: str = "", name: str = "", variant: str = ""
    ) -> None:
        """Add a note about a line, with the reason if the line cannot be followed."""
        if self.gave_up:
            return
        facts = {"reason": reason} if reason else {}
        note = Note(rule, Origin(self.label, self.label, line), name, "python", variant, facts)
        self.notes[rule, str(line), reason, name] = note

    def refuse_what_is_no_string(
        self, entries: Mapping[str, Definition], variant: str = "python"
    ) -> None:
        """Add notes about the values that Python or Ray rejects in an environment."""
        for name, definition in entries.items():
            if isinstance(definition.value, Plain) and definition.value != NOT_SET:
                self.remark("not-a-string", definition.line, name=name, variant=variant)

    def may_go_on(self, line: int, steps: int = 1) -> bool:
        """Count steps, and return whether the limit is not exceeded."""
        self.steps += steps
        if self.steps <= MOST_STEPS and self.depth <= DEEPEST:
            return True
        if not self.gave_up:
            self.remark("not-followed", line, _TOO_MUCH)
        self.gave_up = True
        return False


@dataclass(slots=True)
class Scope:
    """The position of a statement."""

    run: Run
    names: Namespace
    path: Path = ()
    given_back: list[Value] | None = None
    """The values that the followed function returns; None outside of functions."""

    def under(self, branch: int = 0, *, choice: int | None = None) -> Scope:
        """Return the same place under one more condition: a branch of a given choice, or a new
        condition.
        """
        if choice is None:
            choice = self.choice()
        return replace(self, path=(*self.path, (choice, branch)))

    def choice(self) -> int:
        """Return the number of a new condition."""
        self.run.conditions += 1
        return self.run.conditions
