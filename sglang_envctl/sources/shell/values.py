"""What is known of a word or a variable before the script runs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from sglang_envctl.sources.dotenv.collector import LONGEST_RESOLVED


class Text(NamedTuple):
    """A text, or what is known of one."""

    text: str = ""
    """All of it, or the part before what is unknown."""
    unknown: str = ""
    """Why the rest cannot be known; empty if all is known."""
    references: tuple[str, ...] = ()
    """The names whose values were put into it."""
    line: int = 0
    """The line of the word that it is."""
    place: str | None = None
    """The path that it stands for, where that is known though the text is not."""


def join(parts: Iterable[Text]) -> Text:
    """Parts of a word as one text."""
    parts = [part for part in parts if part != Text()] or [Text()]
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
    place = None
    if parts[0].place is not None and not any(part.unknown for part in parts[1:]):
        place = parts[0].place + "".join(part.text for part in parts[1:])
    return Text(text, unknown, references, place=place)


class Variable(NamedTuple):
    """A variable of the shell."""

    value: Text
    exported: bool = False
    file: str = ""
    line: int = 0
    items: tuple[Text, ...] | None = None
    """What an array holds."""


@dataclass(slots=True)
class State:
    """What a shell knows at one point of a script."""

    variables: dict[str, Variable | None] = field(default_factory=dict)
    """What the script set; None where it removed a name."""
    functions: dict[str, object] = field(default_factory=dict)
    positional: tuple[Text, ...] | None = None
    """None where they come from whoever starts the script."""
    exports_all: bool = False
    """As by `set -a`."""
    ended: bool = False
    """Whether nothing comes after."""
    moved: bool = False
    """Whether the working directory is no longer the script's."""

    def copy(self) -> State:
        """A state of its own, as a subshell has it."""
        return replace(self, variables=dict(self.variables), functions=dict(self.functions))

    def exported(self) -> dict[str, Variable]:
        """What a program started here gets of the script's."""
        return {n: v for n, v in self.variables.items() if v and v.exported and v.items is None}

    def take_over(self, others: Iterable[State], why: str) -> None:
        """Go on where one of the others ended and nobody knows which."""
        others = list(others)
        if not others:
            return
        self.variables = _merged([other.variables for other in others], why)
        for other in others:
            self.functions.update(other.functions)
        first = others[0]
        self.exports_all = first.exports_all
        self.moved = any(other.moved for other in others)
        if any(other.positional != first.positional for other in others):
            self.positional = None
        else:
            self.positional = first.positional


def _merged(found: list[dict[str, Variable | None]], why: str) -> dict[str, Variable | None]:
    merged: dict[str, Variable | None] = {}
    for name in dict.fromkeys(name for variables in found for name in variables):
        seen = [variables.get(name) for variables in found]
        there = [variable for variable in seen if variable]
        ways = {
            variable and (variable.value, variable.exported, variable.items) for variable in seen
        }
        if len(ways) == 1 and all(name in variables for variables in found):
            merged[name] = seen[-1]
        elif there:
            exported = any(variable.exported for variable in there)
            last = there[-1]
            merged[name] = Variable(Text("", why), exported, last.file, last.line)
        else:
            merged[name] = None
    return merged


Outer = Mapping[str, str]
"""The environment that the script is started in."""
