"""Track the assignments in a file of a programming language, in order, to find those in force at
its end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from sglang_envctl.environment import Assignment, Note, Origin
from sglang_envctl.sources.dotenv.collector import LONGEST_RESOLVED, MOST_REFERENCES

COMPUTED = "computed when it runs"
IN_ARGUMENTS = "what a program does with a variable in its arguments is not known"
IN_RECIPE = r"\b[A-Z_][A-Z0-9_]*=|\bexport\b|launch_server|sglang serve|--env-file\b"
"""The text in a recipe that sets a variable or starts a server."""
MOST_WORK = 16 * 1024 * 1024
"""The maximum number of characters of values that are inserted into other values, per file."""


class Value(NamedTuple):
    """A value, or the reason why the value is unknown."""

    raw: str
    unknown: str = ""
    references: tuple[str, ...] = ()
    """The variables whose values are part of this value."""


UNKNOWN = Value("", COMPUTED)


def joined(values: Iterable[Value], separator: str = "") -> Value:
    """Join several values, unknown if one of them is, or if the result is too long for a variable."""
    parts = tuple(values)
    if len(parts) == 1 and len(parts[0].raw) <= LONGEST_RESOLVED:
        return parts[0]  # the usual case
    unknown = next((part.unknown for part in parts if part.unknown), "")
    raw = separator.join(part.raw for part in parts)
    if len(raw) > LONGEST_RESOLVED:
        return UNKNOWN
    value = Value("" if unknown else raw, unknown)
    return containing(value, (name for part in parts for name in part.references))


def containing(value: Value, names: Iterable[str]) -> Value:
    """Return a value that also references these names; unknown if there are too many names."""
    references = tuple(dict.fromkeys(names))
    return UNKNOWN if len(references) > MOST_REFERENCES else value._replace(references=references)


@dataclass(slots=True)
class Assigned:
    """The assignments of a file, and notes about the parts that could not be read."""

    label: str
    dialect: str
    file: str = ""
    """The file that is being read; empty for the source itself."""
    values: dict[str, Value] = field(default_factory=dict)
    origins: dict[str, Origin] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    outer: Mapping[str, str] = field(default_factory=dict)
    """The environment in which the file is used."""
    work: int = 0

    def lookup(self, name: str) -> Value:
        """Return the value of a variable at this point, as far as it is known."""
        if name in self.values:
            return self.spent(self.values[name], name)
        return Value(self.outer[name], "", (name,)) if name in self.outer else UNKNOWN

    def spent(self, value: Value, name: str) -> Value:
        """Return the value of a variable to insert into another; unknown once MOST_WORK is exceeded."""
        self.work += len(value.raw)
        return containing(value, (*value.references, name)) if self.work <= MOST_WORK else UNKNOWN

    def put(self, name: str, value: Value, line: int, *, certain: bool = True) -> None:
        """Set a variable; if not `certain` and the value changes, the value becomes unknown."""
        if not certain and self.values.get(name, value) != value:
            value = Value("", f"set under a condition (line {line})")
        self.values[name], self.origins[name] = value, self._origin(line)

    def remove(self, name: str, *, certain: bool = True) -> None:
        """Remove a variable; if not `certain`, keep it."""
        if certain:
            self.values.pop(name, None)

    def unfollowed(self, line: int, reason: str) -> None:
        """Add a note about a part that could not be read."""
        self.remark("not-followed", line, reason=reason)

    def remark(self, rule: str, line: int, name: str = "", variant: str = "", **facts: str) -> None:
        """Add a note about a line."""
        origin = self._origin(line)
        self.notes.append(Note(rule, origin, name, self.dialect, variant, facts))

    def assignments(self) -> Iterator[Assignment]:
        """Yield the assignments in force at the end."""
        for name, value in self.values.items():
            raw = "" if value.unknown else value.raw
            yield Assignment(name, raw, self.origins[name], value.references, value.unknown)

    def _origin(self, line: int) -> Origin:
        return Origin(self.label, self.file or self.label, line)

    @property
    def unseen(self) -> str:
        """A description of the code that may set more variables; empty if there is none."""
        followed = all(note.rule != "not-followed" for note in self.notes)
        return "" if followed else "what it reads when it runs"
