"""Read the declarations of one service of a Compose file, before env_file and extends are applied."""

from __future__ import annotations

import re
import shlex
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from sglang_envctl.environment import Assignment, Note, Origin
from sglang_envctl.sources.bounds import Budget
from sglang_envctl.sources.compose.interpolation import Undefined, interpolate
from sglang_envctl.sources.mappings.forms import is_meant
from sglang_envctl.sources.shell import known_word
from sglang_envctl.sources.yaml.commands import extent, scalars
from sglang_envctl.sources.yaml.scalars import IN_WORDS, by_compose, scalar_type
from sglang_envctl.sources.yaml.tree import (
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    items,
    pairs,
    text_of,
    within,
)

SHELL = "from the shell that runs Compose"
"""The reason why a value is unknown if neither the Compose file nor its .env file defines the name."""
ENVIRONMENT = "environment"
SWARM = "filled in by Docker Swarm"
_SWARM_TEMPLATE = re.compile(r"\{\{(?=[^{}]*\}\})[^{}]*\.(?:Node|Service|Task)\.")
_COLON = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)\s*:")
_QUOTING = frozenset("'\"\\")
_UPPER_NAME = re.compile(r"[A-Z][A-Z0-9]*_[A-Z0-9_]+|[A-Z]+")


class EnvFile(NamedTuple):
    """An entry of `env_file`."""

    path: str
    required: bool
    form: str
    origin: Origin
    reference: str = ""
    """The variable in the path that is not defined, if any."""


class Words(NamedTuple):
    """`command` or `entrypoint` as words; None for an unknown word."""

    words: tuple[str | None, ...]
    first: int
    last: int


@dataclass
class Declared:
    """The declarations of a service."""

    values: dict[str, Assignment] = field(default_factory=dict)
    files: list[EnvFile] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    entrypoint: Words | None = None
    command: Words | None = None
    devices: int = 0
    """The number of GPUs of the service; 0 if unknown."""

    def over(self, base: Declared) -> Declared:
        """Return these declarations merged over those of `base`."""
        return Declared(
            {**base.values, **self.values},
            [*base.files, *self.files],
            [*base.notes, *self.notes],
            self.entrypoint or base.entrypoint,
            self.command or base.command,
            self.devices or base.devices,
        )


class ServiceContext(NamedTuple):
    """The place where a service is declared, and the values for its references."""

    source: str
    file: str
    variables: Mapping[str, str]
    inherited: Mapping[str, str]
    """The known values of bare names."""

    def origin(self, line: int, key: str = ENVIRONMENT) -> Origin:
        return Origin(self.source, self.file, line, key)


def declared(service: Node, context: ServiceContext, budget: Budget) -> Declared:
    """Return the declarations of a service, without those of a service that it extends.

    Raises:
        SourceError: the service exceeds the budget.
    """
    if not isinstance(service, MappingNode):
        return Declared()
    parser = _Parser(context, budget)
    parser.keys(service)
    if found := service.pairs.get("env_file"):
        parser.files(found.value)
    if (found := service.pairs.get(ENVIRONMENT)) and found.value.tag != "!reset":
        parser.environment(found.value)
    parser.declared.entrypoint = parser.words(within(service, "entrypoint"))
    parser.declared.command = parser.words(within(service, "command"))
    parser.declared.devices = _devices(service)
    return parser.declared


def is_misnamed(key: str) -> bool:
    """Return whether a key of a service names an environment for other programs than Compose."""
    return is_meant(key) and key != ENVIRONMENT and not key.startswith("x-")


def is_of_others(keys: Collection[str]) -> bool:
    """Return whether a service has its environment only under a key that Compose does not have."""
    return ENVIRONMENT not in keys and any(map(is_misnamed, keys))


def _devices(service: Node) -> int:
    """Return the number of GPUs of a service; a privileged service has all."""
    reserved = within(service, "deploy", "resources", "reservations", "devices")
    (device, *others) = (*items(reserved), *items(within(service, "gpus")), None)
    if others[1:] or text_of(within(service, "privileged")).lower() == "true":
        return 0
    count = text_of(within(device, "count"))
    return (
        int(count) if re.fullmatch(r"\d{1,3}", count) else len(items(within(device, "device_ids")))
    )


def _split(text: str) -> list[str]:
    """Return the words of a text, split as a shell does; shlex, which is slow, only if necessary."""
    plain = text.isascii() and text.isprintable() and _QUOTING.isdisjoint(text)
    return text.split() if plain else shlex.split(text)


class _Parser:
    def __init__(self, context: ServiceContext, budget: Budget) -> None:
        self.declared = Declared()
        self._budget = budget
        self._context = context

    def keys(self, service: MappingNode) -> None:
        """Add a note about each key for variables that Compose does not have."""
        for key in filter(is_misnamed, service.pairs):
            line = service.pairs[key].key.line
            self._refused(line, f"a service has no key {key}; its variables are under environment")

    def files(self, node: Node) -> None:
        for entry in node.items if isinstance(node, SequenceNode) else (node,):
            path = entry if isinstance(entry, ScalarNode) else within(entry, "path")
            if not isinstance(path, ScalarNode):
                self._refused(node.line, "an entry of env_file is not a path")
                continue
            resolved = interpolate(path.text, self._context.variables.get)
            origin = self._context.origin(path.line, "env_file")
            required = text_of(within(entry, "required")).lower() != "false"
            form = text_of(within(entry, "format"))
            missing = next((each.name for each in resolved.undefined), "")
            file = EnvFile(resolved.value, required, form, origin, missing)
            self.declared.files.append(file)

    def words(self, node: Node | None) -> Words | None:
        """Return the words of a list, or of a string, which Compose splits as a shell does."""
        written = scalars([node] if node else ())
        if not written:
            return None
        words = [self._resolved(word.text) for word in written]
        if isinstance(node, ScalarNode):
            try:
                words = _split(words[0])
            except ValueError:
                return None
        return Words(tuple(map(known_word, words)), *extent(written))

    def _resolved(self, template: str) -> str:
        """Return a string with its references resolved; references without a value stay unchanged."""
        known = self._context.variables
        missing = {each.name for each in interpolate(template, known.get).undefined}
        stay = {name: f"${{{name}}}" for name in missing}
        return interpolate(template, {**known, **stay}.get).value

    def environment(self, node: Node) -> None:
        if isinstance(node, SequenceNode):
            for item in items(node):
                self._item(item)
        elif isinstance(node, MappingNode):
            for key, value in pairs(node):
                self._pair(key, value)
        else:
            self._refused(node.line, "environment is neither a mapping nor a list")

    def _item(self, item: Node) -> None:
        """Read an entry of the list form: `NAME=value`, or a bare name."""
        if isinstance(item, MappingNode) and item.pairs:
            name = next(iter(item.pairs))
            self._note("colon-in-list", item.line, name)
        elif not isinstance(item, ScalarNode) or scalar_type(item, yaml_1_1=False) != "string":
            self._refused(item.line, "an entry of environment is not a string")
        else:
            name, equals, raw = item.text.partition("=")
            if not equals and (match := _COLON.match(name)):
                self._note("colon-in-list", item.line, match[1])
            elif name != name.rstrip():
                self._refused(item.line, "whitespace between a name and =", name.strip())
            elif equals:
                self._assign(name, raw, item.line)
            elif name:
                self._inherit(name, item.line)

    def _pair(self, key: ScalarNode, value: Node) -> None:
        """Read an entry of the mapping form."""
        name, line = key.text, value.line
        if scalar_type(key, yaml_1_1=False) != "string":
            self._refused(key.line, "YAML does not read a name as a string: quote it")
        elif value.tag == "!reset":
            self.declared.values.pop(name, None)
        elif not isinstance(value, ScalarNode):
            self._note("not-a-string", line, name, what="a list or mapping")
        else:
            self._scalar(name, value, key.line)

    def _scalar(self, name: str, value: ScalarNode, line: int) -> None:
        written = by_compose(value)
        if written.type == "null":
            self._inherit(name, line)
        elif written.type in ("infinity", "date"):
            self._note("not-a-string", value.line, name, what=IN_WORDS[written.type])
        elif written.type == "string":
            self._assign(name, written.value, value.line)
        else:
            self._put(Assignment(name, written.value, self._context.origin(value.line)))
            # Go writes True as true; every reader of booleans accepts both.
            if written.type != "boolean" and written.value != value.text:
                what = IN_WORDS[written.type]
                self._note("not-a-string", value.line, name, "rewritten", what=what)

    def _assign(self, name: str, template: str, line: int) -> None:
        found = interpolate(template, self._context.variables.get)
        if found.problem or found.too_long:
            self._refused(line, found.problem or "references make it longer than 1 MiB", name)
            return
        for undefined in found.undefined:
            if undefined.form != "required":
                self._undefined(undefined, name, line, whole=template == f"${undefined.name}")
        unknown = SHELL if found.undefined else ""
        if _SWARM_TEMPLATE.search(found.value):
            unknown = SWARM
        raw = "" if unknown else found.value
        origin = self._context.origin(line)
        self._put(Assignment(name, raw, origin, found.references, unknown))

    def _undefined(self, undefined: Undefined, name: str, line: int, *, whole: bool) -> None:
        if undefined.form == "literal" and not whole:
            self._note("dollar-eaten", line, name)
        else:
            # A reference to a name that does not look like a variable may be part of a password.
            shown = undefined.name if _UPPER_NAME.fullmatch(undefined.name) else ""
            self._note("needs-shell", line, name, reference=shown)

    def _inherit(self, name: str, line: int) -> None:
        """Read a bare name, which gets its value from the shell; only a value in the .env file is
        known here.
        """
        raw = self._context.inherited.get(name)
        origin = self._context.origin(line)
        self._put(Assignment(name, raw or "", origin, unknown="" if raw is not None else SHELL))

    def _put(self, assignment: Assignment) -> None:
        if earlier := self.declared.values.get(assignment.name):
            variant = "same" if earlier.text == assignment.text else ""
            line, first = assignment.origin.line or 0, earlier.origin.line or 0
            self._note("duplicate-name", line, assignment.name, variant, line=first)
        self._budget.spend(assignment)
        self.declared.values[assignment.name] = assignment

    def _refused(self, line: int, why: str, name: str = "") -> None:
        self._note("refused", line, name, reason=why)

    def _note(self, rule: str, at: int, name: str, variant: str = "", **facts: str | int) -> None:
        note = Note(rule, self._context.origin(at), name, "compose", variant, facts)
        self.declared.notes.append(note)
