"""Keep the state of the shell at one point of a script: its variables, functions and written files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import takewhile
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from sglang_envctl.sources.shell.grammar import unknown_parts
from sglang_envctl.sources.shell.values import Value, Variable, join, marked, unmarked

if TYPE_CHECKING:
    from tree_sitter import Node

    from sglang_envctl.sources.shell.grammar import Script


_T = TypeVar("_T")


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
        self.functions.update(_changed([other.functions for other in others], self.functions))
        self.aliases.update(_changed([other.aliases for other in others], self.aliases))
        first = others[0]
        self.exports_all = any(other.exports_all for other in others)
        self.marked = frozenset().union(*(other.marked for other in others))
        self.moved = any(other.moved for other in others)
        same = all(other.positional == first.positional for other in others)
        self.positional = first.positional if same else None
        return True


def _changed(found: list[dict[str, _T]], before: dict[str, _T]) -> dict[str, _T]:
    """Return the entries that some of the states have changed."""
    return {n: v for one in found for n, v in one.items() if v is not before.get(n)}


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
        elif len(present) == len(seen):
            merged[name] = _either(present, why)
        elif present:
            last = present[-1]
            exported = any(variable.exported for variable in present)
            merged[name] = Variable(Value("", why), exported, last.file, last.line)
        else:
            merged[name] = None
    return merged


def _either(found: list[Variable], why: str) -> Variable:
    """Return the words with which all variables begin, and an unknown rest."""
    last = found[-1]
    unknown = Value("", why)
    value, items = unknown, None
    lists = [variable.items for variable in found]
    if all(one is not None for one in lists):
        same = takewhile(lambda ones: len(set(ones)) == 1, zip(*filter(None, lists), strict=False))
        items = (*(one for one, *_ in same), unknown) if all(lists) else (unknown,)
        value = items[0]
    elif not any(lists):
        value = join([_first_words([variable.value for variable in found]), unknown])
    exported = any(variable.exported for variable in found)
    return Variable(value, exported, last.file, last.line, items)


def _first_words(values: list[Value]) -> Value:
    """Return the words with which all values begin, and the space after them."""
    texts, reasons = zip(*map(marked, values), strict=True)
    words = zip(*(text.split(" ") for text in texts), strict=False)
    same = " ".join(one for one, *_ in takewhile(lambda ones: len(set(ones)) == 1, words))
    first, known = reasons[0], sum(1 for _ in unknown_parts(same)) - 1
    agree = all(one[:known] == first[:known] for one in reasons)
    return unmarked(f"{same} ", first) if same and agree else Value()
