"""Find the places of a document that name variables of SGLang, or take values from elsewhere, and
that no environment was read from.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple, TypeAlias

from sglang_envctl.environment import Layer, Note, Origin
from sglang_envctl.releases.data import load
from sglang_envctl.sources.mappings.forms import is_meant
from sglang_envctl.sources.yaml.commands import COMMANDS, command_line
from sglang_envctl.sources.yaml.tree import (
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    is_empty,
    items,
    text_of,
    within,
)
from sglang_envctl.text.escape import visible
from sglang_envctl.text.words import first_and_more

_OURS = "SGL"
_NAME = re.compile(r"SGL(?:ANG)?_[A-Z0-9_]+")
_ASSIGNED = re.compile(
    r"(?m)\b(SGL(?:ANG)?_[A-Z0-9_]+)=|^[ \t\"'{]*(SGL(?:ANG)?_[A-Z0-9_]+)[\"']?:[ \t]"
)
_NAMING = frozenset({"name", "Name", "key", "Key"})
_VALUES = frozenset({"value", "Value", "val", "default"})
"""The keys of a value; the name beside it may be under any key."""
PROSE = re.compile(
    r"(?i).*(?:description|message|title|summary|help|comments?|notes?|doc(?:s|umentation)?)"
    r"|labels|annotations"
)
"""The keys of texts that reach no server."""
_OF_BUILD = re.compile(r"(?i).*build.?args?")
_BUILD = "build"
_BUILD_ARGUMENT = "--build-arg"
_BUILT_WITH = re.compile(rf"{_BUILD_ARGUMENT}[ =][\"']?(SGL(?:ANG)?_[A-Z0-9_]+)=")
_FILLED_IN = re.compile(r"\s*\$?\{\{[-\s]*(?:([\w.]+)\s*\}\}\s*\Z)?")
"""The start of a text that a template fills in; the group is the name that it consists of, if any."""
_FILES = frozenset(
    {
        "dotenv", "env-file", "envFile", "env_file", "env_files", "environmentFiles",
        "fileParameters", "substituteFrom", "valueFiles", "valuesFiles", "valuesFrom",
    }
)  # fmt: skip
"""The keys of references to files or objects with values: Flux, Argo CD, Skaffold, ECS, VS Code,
GitLab, Task.
"""

_JOB = ("script", "extends", "trigger")
_HINTS = ("ile", "From", "dotenv", "include")
"""Parts of these keys, of which most documents have none."""


_Place: TypeAlias = "tuple[str, int]"
"""A name in a document, and the line of its value."""
_Unread: TypeAlias = "tuple[int, str]"
"""A line, and the reason why what it sets is not read."""


class _Group(NamedTuple):
    """The names in a mapping, a list or a text, and whether they are arguments of a build."""

    places: list[_Place]
    of_build: bool

    @property
    def reason(self) -> str:
        names = {name for name, _ in self.places}
        named = first_and_more(name for name, _ in self.places)
        if not self.of_build:
            return f"{named} set where no environment is read"
        what, them = ("an argument", "it") if len(names) == 1 else ("arguments", "them")
        return (
            f"{named} {what} of a build, and only ENV in the Dockerfile can pass {them} to a server"
        )


def told(
    layers: Iterable[Layer],
    documents: Iterable[Node],
    text: str,
    path: str,
    *,
    of_compose: bool = False,
) -> tuple[Layer, ...]:
    """Return the layers of a document, with notes in one of them about the places that are not read.

    Args:
        layers: the environments that were read.
        documents: the documents of the file.
        text: the text of the file.
        path: the file.
        of_compose: whether the file is a Compose file: the files that it names were read, and
            names in anchors may be overridden.
    """
    found = tuple(layers)
    roots = tuple(documents)
    notes = list[Note]()
    if found and _OURS in text:
        notes += (
            _note(reason, path, line)
            for line, reason in _unread(found, roots, text, overridden=of_compose)
        )
    if found and "{{" in text:
        notes += (_note(reason, path, line) for line, reason in _filled_in(found, roots, text))
    unseen = ""
    if found and not of_compose and any(map(text.__contains__, _HINTS)):
        for key, line in _references(roots):
            unseen = f"what {key} refers to"
            notes.append(_note(f"{unseen} is not read", path, line))
    if not notes:
        return found
    first = next((one for one in found if not one.aside), found[0])
    return tuple(
        one._replace(
            notes=(*one.notes, *notes) if one is first else one.notes, unseen=one.unseen or unseen
        )
        for one in found
    )


def first_unread(documents: Iterable[Node], text: str) -> _Unread | None:
    """Return the first place of a document without environments that names variables of SGLang or
    has an environment that a template fills in; None if there is no such place.
    """
    roots = tuple(documents)
    if _OURS in text and (found := next(_unread((), roots, text), None)):
        return found
    return next(_filled_in((), roots, text), None) if "{{" in text else None


def _note(reason: str, path: str, line: int) -> Note:
    return Note("not-followed", Origin(path, path, line), dialect="shell", facts={"reason": reason})


def _unread(
    layers: tuple[Layer, ...], roots: tuple[Node, ...], text: str, *, overridden: bool = False
) -> Iterator[_Unread]:
    """Yield each group of names of which none was read; `overridden` leaves out those whose names
    were read elsewhere.
    """
    read = {
        (name, origin.line)
        for layer in layers
        for name, _, origin, *_ in layer.assignments
        if name.startswith(_OURS)
    }
    if len(read) == text.count(_OURS):
        return  # the usual case
    # The line of a value may be the next.
    if all(place in read or (place[0], place[1] + 1) in read for place in _mentioned(text)):
        return
    lines = {note.origin.line for layer in layers for note in layer.notes}
    known = {name for name, _ in read} if overridden else set[str]()
    for group in _groups(roots):
        places = _known(group.places) if group.of_build else group.places
        is_read = not (read.isdisjoint(places) and lines.isdisjoint(line for _, line in places))
        if places and not is_read and not known.issuperset(name for name, _ in places):
            yield places[0][1], group._replace(places=places).reason


def _known(places: list[_Place]) -> list[_Place]:
    """Return the places whose names SGLang reads; others, such as SGLANG_VERSION, only name what is
    built.
    """
    names = load().names() if places else frozenset[str]()
    return [place for place in places if place[0] in names]


def _filled_in(layers: tuple[Layer, ...], roots: tuple[Node, ...], text: str) -> Iterator[_Unread]:
    """Yield the environments that a template fills in from values that were not read, in documents
    about SGLang.
    """
    if "sgl" not in text.lower():
        return
    read = {layer.selector.rpartition("/")[2] for layer in layers} - {""}
    lines = text.split("\n")
    for node, _ in _nodes(roots):
        for key, (_, value) in node.pairs.items() if isinstance(node, MappingNode) else ():
            names = _templates(key, value, lines) if is_meant(key) else set[str]()
            if not names <= read:
                yield value.line, f"a template fills in {visible(key)}"


def _templates(key: str, value: Node, lines: list[str]) -> set[str]:
    """Return the names that templates fill in as an environment, with an empty string for any other
    expression; nothing if the environment is written out.
    """
    if isinstance(value, MappingNode):  # without quotes, {{ x }} is a mapping whose key is one
        return {""} if not value.pairs and "{{" in lines[value.line - 1] else set()
    parts = value.items if isinstance(value, SequenceNode) else (value,)
    found = [_FILLED_IN.match(text_of(part)) for part in parts]
    if not all(found) or _is_one_name(key, text_of(value)):
        return set()
    return {(match[1] or "").rpartition(".")[2] for match in found if match}


def _is_one_name(key: str, text: str) -> bool:
    """Return whether a template fills in the name of an environment, such as what a job of GitHub
    deploys to, or what Conda activates.
    """
    if key == "environment":
        return text.lstrip().startswith("$")
    return key.lower().endswith("environment")


def _mentioned(text: str, pattern: re.Pattern[str] = _NAME) -> Iterator[_Place]:
    """Yield the names in a text, each with its line."""
    at, line = 0, 1
    for match in pattern.finditer(text):
        line += text.count("\n", at, match.start())
        at = match.start()
        yield match[match.lastindex or 0], line


def _groups(roots: tuple[Node, ...]) -> Iterator[_Group]:
    """Yield the names in each mapping, each list and each text of documents."""
    for node, of_build in _nodes(roots):
        if not isinstance(node, MappingNode):
            places = [place for item in items(node) for place in _of_item(item)]
            yield _Group(places, of_build or (bool(places) and _builds(node)))
            continue
        scalars = {
            key: value for key, (_, value) in node.pairs.items() if isinstance(value, ScalarNode)
        }
        names = [
            (key, value.line)
            for key, (_, value) in node.pairs.items()
            if not isinstance(value, MappingNode) and _NAME.fullmatch(key)
        ]
        yield _Group(names, of_build)
        is_command = not COMMANDS.isdisjoint(scalars) and command_line(node)
        for key, value in scalars.items():
            if _OURS not in value.text or PROSE.fullmatch(key):
                continue
            if _BUILD_ARGUMENT in value.text:
                yield _Group(_in_text(value, _BUILT_WITH), True)
            elif not (is_command and key in COMMANDS):
                yield _Group(_in_text(value), bool(_OF_BUILD.fullmatch(key)))


def _nodes(roots: tuple[Node, ...]) -> Iterator[tuple[Node, bool]]:
    """Yield the mappings and lists of documents, each once, without prose and commands, and whether
    they are arguments of a build.
    """
    seen: set[int] = set()
    todo = [(root, "", False) for root in roots[::-1]]
    while todo:
        node, key, of_build = todo.pop()
        if id(node) in seen or isinstance(node, ScalarNode):
            continue
        seen.add(id(node))
        yield node, of_build
        if not isinstance(node, MappingNode):
            todo += [(item, key, of_build) for item in items(node)[::-1]]
            continue
        is_command = key != _BUILD and not COMMANDS.isdisjoint(node.pairs) and command_line(node)
        todo += [
            (value, name, bool(_OF_BUILD.fullmatch(name)) or (name, key) == ("args", _BUILD))
            for name, (_, value) in [*node.pairs.items()][::-1]
            if not (
                (is_command and name in COMMANDS and not _builds(value)) or PROSE.fullmatch(name)
            )
        ]


def _builds(node: Node) -> bool:
    """Return whether a list of words has arguments of a build."""
    return any(text_of(item).startswith(_BUILD_ARGUMENT) for item in items(node))


def _of_item(item: Node) -> Iterator[_Place]:
    """Yield the names in an item of a list: `{name: NAME, ...}` or NAME=value."""
    if isinstance(item, ScalarNode):
        yield from _in_text(item) if _OURS in item.text else ()
        return
    pairs = item.pairs if isinstance(item, MappingNode) else {}
    scalars = {key: value for key, (_, value) in pairs.items() if isinstance(value, ScalarNode)}
    has_value = not _VALUES.isdisjoint(pairs)
    for key, name in scalars.items():
        if (has_value or key in _NAMING) and _NAME.fullmatch(name.text):
            yield from ((name.text, one.line) for one in scalars.values())


def _in_text(text: ScalarNode, pattern: re.Pattern[str] = _ASSIGNED) -> list[_Place]:
    """Return the names that a text assigns values to."""
    found = _mentioned(text.text, pattern)
    return [(name, text.line + line if text.block else text.line) for name, line in found]


def _references(roots: tuple[Node, ...]) -> Iterator[tuple[str, int]]:
    """Yield the keys that refer to values in other files or objects, each with its line."""
    held = {
        text_of(within(root, "metadata", "name"))
        for root in roots
        if text_of(within(root, "kind")) in {"ConfigMap", "Secret"}
    }
    for root in roots:
        jobs = root.pairs.values() if isinstance(root, MappingNode) else ()
        included = within(root, "include")
        others = [one for one in items(included) or [included] if not within(one, "template")]
        if included and others and any(within(job.value, key) for job in jobs for key in _JOB):
            yield "include", included.line
    for node, _ in _nodes(roots):
        if isinstance(node, MappingNode) and not _FILES.isdisjoint(node.pairs):
            for key in filter(_FILES.__contains__, node.pairs):
                name, value = node.pairs[key]
                names = {text_of(within(item, "name")) for item in items(value)} - {""}
                if not is_empty(value) and not (names and names <= held):
                    yield key, name.line
