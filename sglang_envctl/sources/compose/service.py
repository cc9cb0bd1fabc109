"""What one service of a Compose file says about its environment, before files and bases are added."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from sglang_envctl.environment import Assignment, Note, Origin
from sglang_envctl.sources.bounds import Budget
from sglang_envctl.sources.compose.interpolation import Undefined, interpolate
from sglang_envctl.sources.yaml.scalars import by_compose, kind
from sglang_envctl.sources.yaml.tree import Map, Node, Scalar, Sequence, items, pairs, within, word

SHELL = "from the shell that runs Compose"
"""Why a text is not known that neither the file nor the .env beside it holds."""
ENVIRONMENT = "environment"
_COLON = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)\s*:")
_SHOUTED = re.compile(r"[A-Z][A-Z0-9]*_[A-Z0-9_]+|[A-Z]+")
_KINDS = {"integer": "a number", "float": "a number", "boolean": "a boolean", "date": "a date"}


class EnvFile(NamedTuple):
    """An entry of `env_file`."""

    path: str
    required: bool
    form: str
    origin: Origin


@dataclass
class Said:
    """What a service says, its own words over those of what it extends."""

    values: dict[str, Assignment] = field(default_factory=dict)
    files: list[EnvFile] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    def over(self, base: Said) -> Said:
        """Both, these words winning."""
        return Said(
            {**base.values, **self.values},
            [*base.files, *self.files],
            [*base.notes, *self.notes],
        )


class Place(NamedTuple):
    """Where a service stands, and what references in it see."""

    source: str
    file: str
    variables: Mapping[str, str]
    handed_on: Mapping[str, str]
    """What a name without a value is known to become."""

    def origin(self, line: int, key: str = ENVIRONMENT) -> Origin:
        return Origin(self.source, self.file, line, key)


def said(service: Node, place: Place, budget: Budget) -> Said:
    """What a service says itself.

    Raises:
        SourceError: it is more than the budget has.
    """
    if not isinstance(service, Map):
        return Said()
    reading = _Reading(place, budget)
    if found := service.pairs.get("env_file"):
        reading.files(found.value)
    if (found := service.pairs.get(ENVIRONMENT)) and found.value.tag != "!reset":
        reading.environment(found.value)
    return reading.said


class _Reading:
    def __init__(self, place: Place, budget: Budget) -> None:
        self.said = Said()
        self._budget = budget
        self._place = place

    def files(self, node: Node) -> None:
        for entry in node.items if isinstance(node, Sequence) else (node,):
            path = entry if isinstance(entry, Scalar) else within(entry, "path")
            if not isinstance(path, Scalar):
                self._refused(node.line, "an entry of env_file is no path")
                continue
            resolved = interpolate(path.text, self._place.variables.get)
            origin = self._place.origin(path.line, "env_file")
            required = word(within(entry, "required")).lower() != "false"
            form = word(within(entry, "format"))
            self.said.files.append(EnvFile(resolved.value, required, form, origin))

    def environment(self, node: Node) -> None:
        if isinstance(node, Sequence):
            for item in items(node):
                self._item(item)
        elif isinstance(node, Map):
            for key, value in pairs(node):
                self._pair(key, value)
        else:
            self._refused(node.line, "environment is neither a mapping nor a list")

    def _item(self, item: Node) -> None:
        """An entry of the list form: `NAME=value`, or a name that is handed on."""
        if isinstance(item, Map) and item.pairs:
            name = next(iter(item.pairs))
            self._note("colon-in-list", item.line, name)
        elif not isinstance(item, Scalar) or kind(item, old=False) != "string":
            self._refused(item.line, "an entry of environment is no text")
        else:
            name, equals, text = item.text.partition("=")
            if not equals and (match := _COLON.match(name)):
                self._note("colon-in-list", item.line, match[1])
            elif name != name.rstrip():
                self._refused(item.line, "a blank stands between a name and =", name.strip())
            elif equals:
                self._assign(name, text, item.line)
            elif name:
                self._hand_on(name, item.line)

    def _pair(self, key: Scalar, value: Node) -> None:
        """An entry of the mapping form."""
        name, line = key.text, value.line
        if kind(key, old=False) != "string":
            self._refused(key.line, "a name that YAML takes for no text: quote it")
        elif value.tag == "!reset":
            self.said.values.pop(name, None)
        elif not isinstance(value, Scalar):
            self._note("not-a-string", line, name, what="a list or mapping")
        else:
            self._scalar(name, value, key.line)

    def _scalar(self, name: str, value: Scalar, line: int) -> None:
        written = by_compose(value)
        if written.kind == "null":
            self._hand_on(name, line)
        elif written.kind == "infinity":
            self._note("not-a-string", value.line, name, what="infinity or NaN")
        elif written.kind == "string":
            self._assign(name, written.text, value.line)
        else:
            self._put(Assignment(name, written.text, self._place.origin(value.line)))
            # True becomes true, which every reader of booleans takes alike.
            if written.kind != "boolean" and written.text != value.text:
                what = _KINDS[written.kind]
                self._note("not-a-string", value.line, name, "rewritten", what=what)

    def _assign(self, name: str, text: str, line: int) -> None:
        found = interpolate(text, self._place.variables.get)
        if found.problem or found.too_long:
            self._refused(line, found.problem or "references make it longer than 1 MiB", name)
            return
        for undefined in found.undefined:
            if undefined.form != "required":
                self._undefined(undefined, name, line, whole=text == f"${undefined.name}")
        unknown = SHELL if found.undefined else ""
        raw = "" if unknown else found.value
        origin = self._place.origin(line)
        self._put(Assignment(name, raw, origin, found.references, unknown))

    def _undefined(self, undefined: Undefined, name: str, line: int, *, whole: bool) -> None:
        if undefined.form == "literal" and not whole:
            self._note("dollar-eaten", line, name)
        else:
            # What does not look like a variable may be part of a password.
            shown = undefined.name if _SHOUTED.fullmatch(undefined.name) else ""
            self._note("needs-shell", line, name, reference=shown)

    def _hand_on(self, name: str, line: int) -> None:
        """A name alone takes the value of the shell; only what is in the .env file is known here."""
        text = self._place.handed_on.get(name)
        origin = self._place.origin(line)
        self._put(Assignment(name, text or "", origin, unknown="" if text is not None else SHELL))

    def _put(self, assignment: Assignment) -> None:
        if earlier := self.said.values.get(assignment.name):
            variant = "same" if earlier.text == assignment.text else ""
            line, first = assignment.origin.line or 0, earlier.origin.line or 0
            self._note("duplicate-name", line, assignment.name, variant, line=first)
        self._budget.spend(assignment)
        self.said.values[assignment.name] = assignment

    def _refused(self, line: int, why: str, name: str = "") -> None:
        self._note("refused", line, name, reason=why)

    def _note(self, rule: str, at: int, name: str, variant: str = "", **facts: str | int) -> None:
        note = Note(rule, self._place.origin(at), name, "compose", variant, facts)
        self.said.notes.append(note)
