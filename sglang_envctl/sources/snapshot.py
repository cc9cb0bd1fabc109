"""A snapshot of an environment, with the origins of its values and possibly the node of the
environment.

`envctl snapshot` writes it with secrets masked, `envctl export --format json` with all values.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from types import NoneType
from typing import Any, NamedTuple

from sglang_envctl.environment import Assignment, Layer, Node, Origin
from sglang_envctl.errors import SourceError
from sglang_envctl.sources.context import Context
from sglang_envctl.sources.json import lines
from sglang_envctl.sources.json.lines import ShapeError
from sglang_envctl.text.escape import source_name

SCHEMA = 1
_FIX = "write one with envctl snapshot"
_START = rb"\s*\{\s*\"schema\"\s*:"
# The beginning of the JSON of check, show, diff, explain, audit and config.
_REPORT = _START + (
    rb"\s*\d+\s*,\s*(?:\"release\"\s*:\s*(?:null|\"[^\"]*\")\s*,\s*\"asked\""
    rb"|\"(?:file|findings|pages|rules|statistics|target|title)\")\s*:"
)
_WORDS = Node._fields


def matches(path: str, head: bytes) -> bool:
    """Return whether a file looks like JSON that envctl wrote."""
    del path
    return bool(re.match(_START, head))


def is_report(head: bytes) -> bool:
    """Return whether a file is the output of another envctl command, not an environment."""
    return bool(re.match(_REPORT, head))


class Snapshot(NamedTuple):
    """The content of a snapshot, whose assignments are created on demand."""

    names: list[str]
    texts: list[str]
    """The value of each name, or the reason why it is missing."""
    masked: Mapping[str, str]
    """The names whose values are left out, each with a fingerprint or an empty string."""
    node: Node | None
    command: tuple[str, ...]
    settings: list[Any]


def layers(path: str, data: bytes, context: Context) -> tuple[Layer, ...]:
    """Return the one environment of a snapshot.

    Raises:
        SourceError: the file is not a snapshot, or was written by a later envctl.
    """
    del context
    return (layer(path, parse(path, data)),)


def parse(path: str, data: bytes) -> Snapshot:
    """Return the validated content of a file.

    Raises:
        SourceError: the file is not a snapshot, or was written by a later envctl.
    """
    try:
        document = _document(lines.decoded(data, _DECODER))
        settings, node = document["settings"], document.get("node")
        masked = _masked(document.get("masked") or {})
        names, texts = _values(settings)
        names += masked
        texts += (f"<{unknown}>" for unknown in masked.values())
        return Snapshot(
            names,
            texts,
            masked,
            _node(node) if node else None,
            _command(node) if node else (),
            settings,
        )
    except ShapeError as error:
        raise SourceError(f"{source_name(path)}: {error}") from error


def layer(path: str, snapshot: Snapshot) -> Layer:
    """Return the environment of a snapshot.

    Raises:
        SourceError: a place in the snapshot is invalid.
    """
    origin = _Origins(path).of
    try:
        assignments = [
            Assignment(item["name"], item["raw"], origin(number, item))
            for number, item in enumerate(snapshot.settings)
        ]
    except ShapeError as error:
        raise SourceError(f"{source_name(path)}: {error}") from error
    whole = Origin(path, path)
    assignments += (
        Assignment(name, "", whole, unknown=why) for name, why in snapshot.masked.items()
    )
    return Layer(path, "snapshot", tuple(assignments), command=snapshot.command, node=snapshot.node)


_DECODER = json.JSONDecoder(parse_constant=lines.constant)


def _document(document: object) -> Mapping[str, Any]:
    if not isinstance(document, dict) or "schema" not in document:
        raise ShapeError("is JSON, but not a snapshot of envctl")
    schema = document["schema"]
    if type(schema) is not int or schema < SCHEMA:
        raise ShapeError("has an invalid schema: a snapshot has a whole number from 1 on")
    if schema > SCHEMA:
        raise ShapeError(
            f"has schema {schema}, written by a later envctl: this version supports {SCHEMA}"
        )
    if not isinstance(document.get("settings"), list):
        raise ShapeError(f"is JSON of envctl, but not a snapshot: {_FIX}")
    return document


def _node(node: object) -> Node:
    if not isinstance(node, dict):
        raise ShapeError("node is not an object")
    words = [node.get(word) or "" for word in _WORDS]
    if not _are_strings(words):
        raise ShapeError(f"node does not say {', '.join(_WORDS)} in strings")
    return Node(*words)


def _command(node: object) -> tuple[str, ...]:
    words = (node.get("command") if isinstance(node, dict) else None) or []
    if not isinstance(words, list) or not _are_strings(words):
        raise ShapeError("node.command is not a list of strings")
    return tuple(words)


def _are_strings(words: list[Any]) -> bool:
    return set(map(type, words)) <= {str}


def _values(settings: list[Any]) -> tuple[list[str], list[str]]:
    """Return the names and the values, validated in one pass, because there may be many files."""
    try:
        names, raws = [item["name"] for item in settings], [item["raw"] for item in settings]
        all_names, all_raws = "".join(names), "".join(raws)
        sound = "" not in names and "=" not in all_names and "\0" not in all_names
        shown = settings and "status" in settings[0]  # as in the output of envctl show
        if sound and "\0" not in all_raws and not shown:
            return names, raws
    except (TypeError, KeyError):
        pass  # the invalid setting is found below
    values = [_value(f"settings[{number}]", item) for number, item in enumerate(settings)]
    return [name for name, _ in values], [raw for _, raw in values]


def _value(where: str, item: object) -> tuple[str, str]:
    if not isinstance(item, dict):
        raise ShapeError(f"{where} is not a setting")
    if "status" in item:
        raise ShapeError(
            f"{where} is output of envctl show, with secrets masked, and not a snapshot: {_FIX}"
        )
    name, raw = item.get("name"), item.get("raw")
    if not _is_name(name):
        raise ShapeError(f"{where}.name is not the name of a variable")
    if not isinstance(raw, str) or "\0" in raw:
        raise ShapeError(f"{where}.raw is not a string that an environment can contain")
    return str(name), raw


def _masked(masked: object) -> dict[str, str]:
    """Return the reason why the value of each secret is missing, by name."""
    if not isinstance(masked, dict) or not all(isinstance(mark, str) for mark in masked.values()):
        raise ShapeError("masked is not an object of names and fingerprints")
    if not all(map(_is_name, masked)):
        raise ShapeError("masked contains an invalid variable name")
    return {
        name: f"a secret {mark}" if mark else "a secret that the snapshot leaves out"
        for name, mark in masked.items()
    }


def _is_name(name: object) -> bool:
    return isinstance(name, str) and bool(name) and "=" not in name and "\0" not in name


class _Origins:
    """The places in a snapshot, each created once and shared by the assignments there."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._made: dict[object, Origin] = {}

    def of(self, number: int, item: Mapping[str, object]) -> Origin:
        """Return the place of a setting; the snapshot itself if the setting was not in a file."""
        place = item.get("origin")
        place = {"source": ""} if place is None else place
        try:
            key = tuple(map(place.get, ("source", "file", "line", "key")))  # type: ignore[attr-defined]
            if key not in self._made:
                self._made[key] = self._make(*key)
            return self._made[key]
        except (TypeError, AttributeError) as error:
            raise ShapeError(f"settings[{number}].origin is not a place") from error

    def _make(self, source: object, file: object, line: object, key: object) -> Origin:
        texts = isinstance(source, str) and all(isinstance(t, (str, NoneType)) for t in (file, key))
        if not texts or not (line is None or (type(line) is int and line > 0)):
            raise TypeError
        if file is not None:
            return Origin(self._path, str(file), line, str(key or ""))
        where = f"({source} {key})" if key else f"({source})" if source else ""
        return Origin(self._path, self._path, None, where)
