"""A snapshot that `envctl export --format json` wrote, with the places the values came from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from sglang_envctl.environment import Assignment, Layer, Origin
from sglang_envctl.errors import SourceError
from sglang_envctl.sources.context import Context
from sglang_envctl.sources.json.lines import ShapeError, load
from sglang_envctl.text.escape import visible

SCHEMA = 1
_FIX = "write one with envctl export --format json"
_START = rb"\s*\{\s*\"schema\"\s*:"


def matches(path: str, head: bytes) -> bool:
    """Whether a file looks like JSON that envctl wrote."""
    del path
    return bool(re.match(_START, head))


def layers(path: str, data: bytes, context: Context) -> tuple[Layer, ...]:
    """A snapshot is one environment.

    Raises:
        SourceError: it is not a snapshot, or one of a later envctl.
    """
    del context
    try:
        return (Layer(path, "snapshot", tuple(_assignments(path, load(path, data)))),)
    except ShapeError as error:
        raise SourceError(f"{visible(path)}: {error}") from error


def _assignments(path: str, document: object) -> Iterable[Assignment]:
    if not isinstance(document, dict) or "schema" not in document:
        raise ShapeError("is JSON, but not a snapshot of envctl export --format json")
    schema = document["schema"]
    if type(schema) is not int or schema < SCHEMA:
        raise ShapeError("has an invalid schema: a snapshot has a whole number from 1 on")
    if schema > SCHEMA:
        raise ShapeError(
            f"has schema {schema}, which a later envctl wrote: this one knows {SCHEMA}"
        )
    settings = document.get("settings")
    if not isinstance(settings, list):
        raise ShapeError(f"is JSON of envctl, but not a snapshot: {_FIX}")
    for i, item in enumerate(settings):
        where = f"settings[{i}]"
        if not isinstance(item, dict):
            raise ShapeError(f"{where} is not a setting")
        if "status" in item:
            raise ShapeError(
                f"is output of envctl show, with secrets masked, and not a snapshot: {_FIX}"
            )
        yield Assignment(_name(item, where), _raw(item, where), _origin(item, where, path))


def _name(item: Mapping[str, object], where: str) -> str:
    name = item.get("name")
    if not isinstance(name, str) or not name or "=" in name or "\0" in name:
        raise ShapeError(f"{where}.name is not the name of a variable")
    return str(name)


def _raw(item: Mapping[str, object], where: str) -> str:
    raw = item.get("raw")
    if not isinstance(raw, str) or "\0" in raw:
        raise ShapeError(f"{where}.raw is not a string that an environment can hold")
    return str(raw)


def _origin(item: Mapping[str, object], where: str, path: str) -> Origin:
    """The place that the snapshot names; the snapshot itself where that was not a file."""
    place = item.get("origin")
    if place is None:
        return Origin(path, path)
    if not isinstance(place, dict):
        raise ShapeError(f"{where}.origin is not a place")
    source, file, line, key = (place.get(part) for part in ("source", "file", "line", "key"))
    texts = isinstance(source, str) and all(isinstance(t, (str, type(None))) for t in (file, key))
    if not texts or not (line is None or (type(line) is int and line > 0)):
        raise ShapeError(f"{where}.origin is not a place")
    if file is None:
        return Origin(path, path, None, f"({source} {key})" if key else f"({source})")
    return Origin(path, str(file), line, str(key or ""))
