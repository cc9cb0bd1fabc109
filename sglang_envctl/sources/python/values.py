"""Represent values of a program as far as they are known before it runs."""

from __future__ import annotations

import ast
import re
import shlex
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from sglang_envctl.sources.dotenv.collector import LONGEST_RESOLVED, MOST_REFERENCES
from sglang_envctl.text.secrets import looks_secret

GAP = "\0"
"""The stand-in for an unknown part of a text; no variable can contain this character."""
COMPUTED = "computed when the program runs"
MOST_DEFINITIONS = 500
"""The maximum number of definitions of one name."""
MOST_WORDS = 10_000
"""The maximum number of items of a list; a command line has fewer."""
_COMMAND = r"sglang(?:\S*launch_server|\s+serve\b)"
"""The text in every command line that starts a server."""

Path: TypeAlias = "tuple[tuple[int, int], ...]"
"""The conditions under which a statement runs: for each, its number and its branch."""


class Unknown(NamedTuple):
    """An unknown value, with the reason why it is unknown."""

    why: str = COMPUTED


class Text(NamedTuple):
    """A string."""

    text: str
    """The whole text, with GAP in place of each unknown part."""
    why: str = ""
    """The reason why a part is unknown; empty if the whole text is known."""
    references: tuple[str, ...] = ()
    """The variables whose values were inserted into the text."""


class Plain(NamedTuple):
    """A literal that is not a string."""

    value: object
    is_held: bool = False
    """Whether a name holds the value: None is then usually replaced, or tested for, before it is
    used.
    """


NOT_SET = Plain(None, True)


class Dotted(NamedTuple):
    """An object that another module defines, such as `subprocess.run`."""

    name: str


class Definition(NamedTuple):
    """A value, with the place and the conditions of its assignment."""

    value: Value
    line: int
    path: Path
    removed: bool = False
    """Whether the name or key does not exist after this place."""


@dataclass(slots=True)
class Slot:
    """A name or a key, with every value that was assigned to it, in program order."""

    definitions: list[Definition] = field(default_factory=list)

    def add(self, definition: Definition) -> None:
        """Add a value. After very many values, the slot is no longer followed, because that would
        take too long.
        """
        if len(self.definitions) >= MOST_DEFINITIONS:
            definition = definition._replace(value=Unknown(), path=())
            self.definitions.clear()
        self.definitions.append(definition)

    def at(self, path: Path) -> Definition | None:
        """Return the value under these conditions; None if there is none."""
        last = self.definitions[-1]
        if not last.path or last.path == path:  # the usual case
            return None if last.removed else last
        found = list(self._reaching(path))
        held = [definition for definition in found if not definition.removed]
        if not held:
            return None
        last = held[0]
        if any(other.value != last.value for other in held):
            why = f"set under a condition (line {last.line})"
            return last._replace(value=Unknown(why))
        return last

    def is_certain(self, path: Path) -> bool:
        """Return whether a value is certain to exist under these conditions."""
        found = list(self._reaching(path))
        return (
            bool(found)
            and not any(definition.removed for definition in found)
            and _holds(found[-1].path, path)
        )

    def _reaching(self, path: Path) -> Iterator[Definition]:
        """Yield the definitions that may be the last before this place, the latest first."""
        for definition in reversed(self.definitions):
            if not _excluded(definition.path, path):
                yield definition
                if _holds(definition.path, path):
                    return


def _holds(condition: Path, path: Path) -> bool:
    """Return whether the conditions `path` include all those of `condition`."""
    return condition == path[: len(condition)]


def _excluded(one: Path, other: Path) -> bool:
    """Return whether two conditions are in different branches of the same choice."""
    return any(a[0] == b[0] and a[1] != b[1] for a, b in zip(one, other, strict=False))


@dataclass(slots=True, eq=False)
class Table:
    """A dict that may become the environment of a program."""

    slots: dict[str, Slot] = field(default_factory=dict)
    inherits: bool = False
    """Whether the table contains the environment of the program that makes it."""
    gaps: list[str] = field(default_factory=list)
    """The reasons why not everything in the table is known."""

    def put(self, name: str, definition: Definition) -> None:
        """Set the value of an entry."""
        self.slots.setdefault(name, Slot()).add(definition)

    def get(self, name: str, path: Path) -> Definition | None:
        """Return an entry; None if it does not exist."""
        slot = self.slots.get(name)
        return slot.at(path) if slot else None

    def entries(self, path: Path) -> dict[str, Definition]:
        """Return the entries under these conditions."""
        found = ((name, slot.at(path)) for name, slot in self.slots.items())
        return {name: definition for name, definition in found if definition}

    def take(self, other: Table, path: Path) -> None:
        """Add the entries of another table."""
        for name, definition in other.entries(path).items():
            self.put(name, definition._replace(path=path))
        self.inherits = self.inherits or other.inherits
        self.gaps += [gap for gap in other.gaps if gap not in self.gaps]


@dataclass(slots=True, eq=False)
class Words:
    """A list or tuple, such as a command line."""

    items: list[Value]
    path: Path = ()

    def add(self, items: list[Value], path: Path) -> None:
        """Add items; under another condition than the list itself, they may not exist, so they are
        unknown.
        """
        if len(self.items) + len(items) > MOST_WORDS:
            items = []
        self.items += [item if path == self.path else Unknown() for item in items]


@dataclass(slots=True, eq=False)
class Namespace:
    """Names with their values: of the module, a class, or a call of a function."""

    parent: Namespace | None = None
    slots: dict[str, Slot] = field(default_factory=dict)
    outside: set[str] = field(default_factory=set)
    """The names that a function declares `global` or `nonlocal`."""

    def lookup(self, name: str, path: Path) -> Value | None:
        """Return the value of a name; None if nothing here defines it."""
        space: Namespace | None = self
        while space:
            if name in space.slots:
                found = space.slots[name].at(path)
                return found.value if found else Unknown()
            space = space.parent
        return None

    def own(self, name: str, path: Path) -> Value:
        """Return the value of an attribute of a class; unknown if the class does not define it."""
        found = self.slots[name].at(path) if name in self.slots else None
        return found.value if found else Unknown()

    def define(self, name: str, value: Value, line: int, path: Path) -> None:
        """Set the value of a name."""
        value = NOT_SET if value == Plain(None) else value
        if name in self.outside and self.parent:
            self.parent.define(name, value, line, path)
        else:
            self.slots.setdefault(name, Slot()).add(Definition(value, line, path))


class Function(NamedTuple):
    """A function of the file."""

    node: ast.FunctionDef | ast.AsyncFunctionDef
    space: Namespace
    """The namespaces that are visible in its body."""
    bound: Namespace | None = None
    """The class of which the function is a method."""


@dataclass(slots=True, eq=False)
class Carrier:
    """A program, image, task or job that was given an environment."""

    table: Table
    number: int
    """The number of the environment among those that were found."""


Value: TypeAlias = (
    "Unknown | Text | Plain | Dotted | Table | Words | Namespace | Function | Carrier"
)


def text_of(value: Value) -> Text:
    """Return the result of `str()` for a value, as far as it is known."""
    if isinstance(value, Text):
        return value
    if isinstance(value, Plain):
        try:
            return Text(str(value.value))
        except ValueError:  # an integer with more digits than Python prints
            return Text(GAP, COMPUTED)
    return Text(GAP, value.why if isinstance(value, Unknown) else COMPUTED)


def join(parts: Iterable[Text]) -> Text:
    """Return the parts joined into one text; unknown if it is too long or has too many references."""
    parts = tuple(parts)
    text = "".join(part.text for part in parts)
    if len(text) > LONGEST_RESOLVED:
        return Text(GAP, "longer than a variable can be")
    why = next((part.why for part in parts if part.why), "")
    references = tuple(dict.fromkeys(name for part in parts for name in part.references))
    if len(references) > MOST_REFERENCES:
        return Text(GAP, "made from too many variables")
    return Text(text, why, references)


def through(name: str, value: Value) -> Value:
    """Return a value; if the name from which it is read looks secret, the value references the name."""
    secret = isinstance(value, Text) and value.text and looks_secret(name)
    return join((value, Text("", "", (name,)))) if secret and isinstance(value, Text) else value


def words_of(value: Value) -> tuple[str, ...]:
    """Return a command line, with an empty string for each unknown word; empty if the value is no
    command line.
    """
    if isinstance(value, Text):
        value = split(value) if re.search(_COMMAND, value.text) else Unknown()
    if not isinstance(value, Words):
        return ()
    texts = (item if isinstance(item, Text) else Text(GAP, COMPUTED) for item in value.items)
    return tuple("" if text.why else text.text for text in texts)


def split(text: Text) -> Words:
    """Return the words of a string that is a command line."""
    try:
        return words_in(shlex.split(text.text))
    except ValueError:
        return words_in(text.text.split())


def words_in(words: list[str]) -> Words:
    """Return the words of one string, in which GAP is an unknown part."""
    return Words([Text(word, COMPUTED if GAP in word else "") for word in words[:MOST_WORDS]])
