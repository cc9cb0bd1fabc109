"""Keep the state of the shell at one point of a script: its variables, functions and written files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from sglang_envctl.sources.shell.values import Value, Variable

if TYPE_CHECKING:
    from tree_sitter import Node

    from sglang_envctl.sources.shell.grammar import Script


class Function(NamedTuple):
    """A function of a script, which is followed where it is called."""

    script: Script
    body: Node


class Launch(NamedTuple):
    """A server that a script starts, or a program in which an engine may run."""

    file: str
    line: int
    entries: Mapping[str, Variable]
    hidden: Mapping[str, Variable]
    """The variables of the shell that the server does not get."""
    words: Sequence[Value] = ()
    """The command line; empty if unknown."""
    devices: int = 0
    """The number of GPUs of the container; 0 if unknown."""
    serves: bool = True
    """Whether the program is a server."""
    apart: bool = False
    """Whether it counts even beside servers: a pod, or a program that gets variables of SGLang."""


@dataclass(slots=True)
class State:
    """The state of a shell at one point of a script."""

    variables: dict[str, Variable | None] = field(default_factory=dict)
    """The variables that the script set; None if it removed a name."""
    marked: frozenset[str] = frozenset()
    """The names that were marked for export before they have a value."""
    functions: dict[str, Function] = field(default_factory=dict)
    aliases: dict[str, Value] = field(default_factory=dict)
    """The texts that replace the names of commands."""
    positional: tuple[Value, ...] | None = None
    """The positional parameters; None if the caller of the script decides."""
    exports_all: bool = False
    """Whether every assignment is exported, as by `set -a`."""
    moved: bool = False
    """Whether the working directory is no longer that of the script."""
    written: dict[str, Variable | None] = field(default_factory=dict)
    """The content that the script wrote to files, by path."""
    fresh: dict[str, tuple[Variable, int]] = field(default_factory=dict)
    """The unconditional exports, each with the number of programs that had been run before it."""

    def copy(self) -> State:
        """Return an independent copy, as for a subshell."""
        variables, functions = dict(self.variables), dict(self.functions)
        written, aliases = dict(self.written), dict(self.aliases)
        own = replace(self, variables=variables, functions=functions, aliases=aliases)
        return replace(own, written=written, fresh={})

    def remove(self, names: Iterable[str]) -> None:
        """Remove variables."""
        removed = dict.fromkeys(names)
        self.variables.update(removed)
        self.marked -= removed.keys()

    def exported(self) -> dict[str, Variable]:
        """Return the script's variables that a program started here gets."""
        return {n: v for n, v in self.variables.items() if v and v.exported and v.items is None}

    def merge(self, others: list[State], why: str) -> bool:
        """Merge other states, any of which may be the real one, into this state.

        Returns:
            Whether there are other states; if not, the end of the statement is not reached.
        """
        if not others:
            return False
        self.variables = _merged([other.variables for other in others], why)
        self.written = _merged([other.written for other in others], why)
        for other in others:
            self.functions.update(other.functions)
            self.aliases.update(other.aliases)
        first = others[0]
        self.exports_all = first.exports_all
        self.marked = frozenset().union(*(other.marked for other in others))
        self.moved = any(other.moved for other in others)
        same = all(other.positional == first.positional for other in others)
        self.positional = first.positional if same else None
        return True


def _merged(found: list[dict[str, Variable | None]], why: str) -> dict[str, Variable | None]:
    first, *others = found
    # Most variables are the same object in all states, because copies share them.
    merged = {
        name: variable
        for name, variable in first.items()
        if all(other.get(name, ...) is variable for other in others)
    }
    for name in dict.fromkeys(name for variables in found for name in variables):
        if name in merged:
            continue
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
